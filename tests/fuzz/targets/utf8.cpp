// UTF-8: the validator, cut anywhere, agrees with one that decodes each character, and tells at the first byte.

#include "protocol/utf8.hpp"

#include <pushwire/protocol/session.hpp>

#include "fuzz/support/byte_source.hpp"
#include "fuzz/support/check.hpp"
#include "fuzz/support/plain_utf8.hpp"

namespace pushwire::fuzz {
namespace {

/// Whether some text begins with these bytes: what is cut off at the end can be completed.
bool can_go_on(std::span<const std::byte> text) {
    bool cut_off = false;
    while (!text.empty()) {
        if (take_character(text, cut_off)) continue;
        if (!cut_off) return false;
        // Three more bytes complete any character; the second byte alone decides whether one can.
        for (unsigned second = 0x80; second <= 0xbf; ++second) {
            std::vector<std::byte> completed(text.begin(), text.end());
            if (completed.size() == 1) completed.push_back(static_cast<std::byte>(second));
            while (completed.size() < 4) completed.push_back(std::byte{0x80});
            std::span<const std::byte> rest{completed};
            if (take_character(rest, cut_off)) return true;
        }
        return false;
    }
    return true;
}

void check(std::span<const std::byte> text, cuts cut) {
    protocol::utf8_validator validator;
    std::size_t accepted = 0;
    bool valid = true;
    feed_in_pieces(text, cut, [&](std::span<std::byte> piece) {
        valid = validator.accept(piece);
        accepted += piece.size();
        // That of the bytes so far, however they were cut.
        FUZZ_CHECK(valid == can_go_on(text.first(accepted)));
        return valid;
    });
    const bool plain = is_plain_utf8(text);
    FUZZ_CHECK((valid && validator.complete()) == plain);
    FUZZ_CHECK(protocol::is_utf8(text) == plain);

    const auto most = text.size() / 2;
    const auto prefix = std::as_bytes(std::span{protocol::utf8_prefix(as_text(text), most)});
    FUZZ_CHECK(prefix.size() <= most && is_plain_utf8(prefix));
    for (auto longer = prefix.size() + 1; longer <= most; ++longer)
        FUZZ_CHECK(!is_plain_utf8(text.first(longer)));
}

}  // namespace
}  // namespace pushwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pushwire::fuzz;
    constexpr std::size_t most = 1024;  // the checks are quadratic
    byte_source source{{data, std::min(size, most)}};
    const cuts cut{source.u8()};
    check(source.take_rest(), cut);
    return 0;
}
