// `pushwire decode`: whatever bytes it is given, it prints a transcript that has the same bytes; nothing that a terminal would
// obey, and the same in any cuts. What is written as a hex dump is read to the same bytes in any cuts, and what a dump says
// of bytes gives them back.
//
//   byte 0   the cuts
//   byte 1   bits 0 and 1, what is read: bytes as they look, frames of a client, frames of a server, a hex dump;
//            bits 2 and 3, compression: none, any, that of a known agreement, small windows; bit 4, little is shown
//   then     the bytes

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "command.hpp"
#include "decode/conversation.hpp"
#include "decode/decoder.hpp"
#include "decode/hex_dump.hpp"
#include "decode/notation.hpp"
#include "decode/settings.hpp"
#include "fuzz/support/byte_source.hpp"
#include "fuzz/support/check.hpp"
#include "fuzz/support/plain_utf8.hpp"
#include "transcripts/transcript.hpp"

namespace pushwire::fuzz {
namespace {

using transcripts::bytes;

// --- frames and heads

struct decoded {
    std::vector<std::string> lines{};
    decode::verdict said = decode::verdict::well_formed;
    error why = error::none;

    friend bool operator==(const decoded&, const decoded&) = default;
};

decoded decode_all(const decode::conversation& of, std::size_t most_shown, std::span<const std::byte> input,
                   cuts cut) {
    decoded result;
    decode::decoder tested{of, most_shown, [&](const decode::line& each) {
                               result.lines.push_back(decode::to_text(each, false));
                           }};
    feed_in_pieces(input, cut, [&](std::span<std::byte> piece) {
        tested.receive(piece);
        return true;
    });
    result.said = tested.finish();
    result.why = tested.why();
    return result;
}

bool is_plain(std::string_view line) {
    const auto text = std::as_bytes(std::span{line});
    const bool has_controls = std::ranges::any_of(
        line.substr(0, line.size() - 1), [](char each) { return (each >= 0 && each < ' ') || each == 0x7f; });
    // C1, and what turns the direction of text.
    const bool obeys =
        line.contains("\xc2\x9b") || line.contains("\xe2\x80\xae") || line.contains("\xe2\x81\xa6");
    return line.ends_with('\n') && !has_controls && !obeys && is_plain_utf8(text);
}

bytes input_of(const transcripts::transcript& of) {
    bytes all;
    for (const auto& step : of.steps) {
        if (const auto* const input = std::get_if<transcripts::input>(&step.what))
            all.insert(all.end(), input->data.begin(), input->data.end());
    }
    return all;
}

decode::conversation conversation_of(std::uint8_t flags, std::span<const std::byte> input) {
    const auto looks = decode::how_it_begins(input);
    decode::conversation of{.from = looks.from, .opening = looks.opening};
    if ((flags & 3) != 0) {
        of.from = (flags & 3) == 1 ? protocol::role::client : protocol::role::server;
        of.opening = false;
    }
    const auto compression = flags >> 2 & 3;
    of.compression_is_known = compression > 1;
    if (compression == 1) of.compression = decode::any_compression();
    if (compression == 2) of.compression = decode::agreed_compression("permessage-deflate").value();
    if (compression == 3)
        of.compression = decode::agreed_compression(
                             "permessage-deflate; server_no_context_takeover; "
                             "client_max_window_bits=9; server_max_window_bits=9")
                             .value();
    if (of.opening && of.from == protocol::role::server) decode::note_response(input, of);
    return of;
}

void check_decoded(std::uint8_t flags, std::span<const std::byte> input, cuts cut) {
    constexpr std::size_t little = 16;
    const bool shows_all = (flags & 16) == 0;
    const auto of = conversation_of(flags, input);
    const auto most_shown = shows_all ? decode::everything : little;
    const auto whole = decode_all(of, most_shown, input, cuts{0});
    FUZZ_CHECK(whole == decode_all(of, most_shown, input, cut));
    FUZZ_CHECK(whole.why == error::none || whole.said == decode::verdict::wrong);

    std::string text;
    for (const auto& each : whole.lines) {
        FUZZ_CHECK(is_plain(each));
        FUZZ_CHECK(shows_all || each.size() < 2048);
        text += each;
    }
    if (!shows_all || input.empty()) return;
    const auto printed = transcripts::parse(text, "printed");
    if (!printed) check_failed(printed.error().text(), __FILE__, __LINE__);
    FUZZ_CHECK((printed->setup.role == protocol::role::server) == (of.from == protocol::role::client));
    const auto same = input_of(*printed);
    FUZZ_CHECK(std::ranges::equal(same, input));
}

// --- hex dumps

struct dumped {
    bytes data{};
    std::string complaint{};

    friend bool operator==(const dumped&, const dumped&) = default;
};

dumped read_dump(std::string_view text, cuts cut) {
    dumped result;
    decode::hex_dump dump;
    try {
        feed_in_pieces(std::as_bytes(std::span{text}), cut, [&](std::span<std::byte> piece) {
            dump.receive(as_text(piece), result.data);
            return true;
        });
        dump.finish(result.data);
    } catch (const cli::usage_error& wrong) {
        result.complaint = wrong.what();
    }
    return result;
}

/// As xxd or `hexdump -C` writes it.
std::string dump_of(std::span<const std::byte> data, bool as_xxd) {
    constexpr std::string_view digits = "0123456789abcdef";
    constexpr std::size_t in_a_line = 16;
    const auto put = [&](std::string& to, std::uint64_t value, int count) {
        for (int i = count - 1; i >= 0; --i) to += digits[value >> (4 * i) & 15];
    };
    std::string text;
    for (std::size_t at = 0; at < data.size(); at += in_a_line) {
        const auto row = data.subspan(at, std::min(in_a_line, data.size() - at));
        put(text, at, 8);
        text += as_xxd ? ":" : " ";
        std::string shown;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const auto value = std::to_integer<std::uint8_t>(row[i]);
            if (!as_xxd || i % 2 == 0) text += ' ';
            if (!as_xxd && i == in_a_line / 2) text += ' ';
            put(text, value, 2);
            shown += value > 0x20 && value < 0x7f ? static_cast<char>(value) : '.';
        }
        text.resize(std::max<std::size_t>(text.size(), text.rfind('\n') + 1 + (as_xxd ? 49 : 58)), ' ');
        text += (as_xxd ? "  " + shown : "  |" + shown + "|") + "\n";
    }
    return text;
}

void check_dump(std::span<const std::byte> input, cuts cut) {
    const auto read = read_dump(as_text(input), cuts{0});
    FUZZ_CHECK(read == read_dump(as_text(input), cut));
    (void)decode::hex_dump::is_one(as_text(input));
    for (const auto& each : read.complaint) FUZZ_CHECK(each < 0 || (each >= ' ' && each != 0x7f));
    for (const bool as_xxd : {false, true}) {
        const auto text = dump_of(input, as_xxd);
        FUZZ_CHECK(input.empty() || decode::hex_dump::is_one(text));
        const auto back = read_dump(text, cut);
        FUZZ_CHECK(back.complaint.empty() && std::ranges::equal(back.data, input));
    }
}

}  // namespace
}  // namespace pushwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pushwire::fuzz;
    byte_source source{{data, size}};
    const cuts cut{source.u8()};
    const auto flags = source.u8();
    const auto input = source.take_rest();
    if ((flags & 3) == 3)
        check_dump(input, cut);
    else
        check_decoded(flags, input, cut);
    return 0;
}
