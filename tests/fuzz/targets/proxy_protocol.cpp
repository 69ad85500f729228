// The PROXY protocol, versions 1 and 2: the cuts of the input make no difference, what is taken is what a reading by the
// letter gives, and an address that is read can be written and read again.
//
//   byte 0   the cuts; then what the proxy sends

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "fuzz/support/byte_source.hpp"
#include "fuzz/support/check.hpp"
#include "net/proxy_header.hpp"

namespace pushwire::fuzz {
namespace {

using net::address;
using net::address_family;
using net::proxy_header;
using state = proxy_header::state;

struct outcome {
    proxy_header::state state = state::incomplete;
    std::size_t consumed = 0;
    address client{};

    friend bool operator==(const outcome&, const outcome&) = default;
};

outcome read(std::span<const std::byte> input, cuts cut) {
    proxy_header tested;
    outcome what;
    feed_in_pieces(input, cut, [&](std::span<std::byte> piece) {
        const auto progress = tested.receive(piece);
        FUZZ_CHECK(progress.consumed <= piece.size());
        FUZZ_CHECK(progress.state != state::incomplete || progress.consumed == piece.size());
        what.state = progress.state;
        what.consumed += progress.consumed;
        return what.state == state::incomplete;
    });
    if (what.state == state::complete) what.client = tested.client();
    return what;
}

void check_line(std::string_view header, const address& client) {
    FUZZ_CHECK(header.size() <= 107 && header.ends_with("\r\n"));
    FUZZ_CHECK(header.find_first_of("\r\n") == header.size() - 2);
    std::vector<std::string> words(1);
    for (const char c : header.substr(0, header.size() - 2)) {
        if (c == ' ')
            words.emplace_back();
        else
            words.back() += c;
    }
    FUZZ_CHECK(words[0] == "PROXY" && words.size() >= 2);
    if (words[1] == "UNKNOWN") {
        FUZZ_CHECK(client.family == address_family::none);
        return;
    }
    FUZZ_CHECK(words.size() == 6 && (words[1] == "TCP4" || words[1] == "TCP6"));
    FUZZ_CHECK(std::to_string(client.port) == words[4]);
    auto again = net::parse_address(words[2]);
    FUZZ_CHECK(again.has_value());
    again->port = client.port;
    FUZZ_CHECK(*again == client);
}

void check_binary(std::span<const std::byte> header, const address& client) {
    const auto at = [&](std::size_t i) { return std::to_integer<unsigned>(header[i]); };
    FUZZ_CHECK(header.size() >= 16 && header.size() == 16 + (at(14) << 8 | at(15)));
    FUZZ_CHECK(at(12) >> 4 == 2);
    const bool speaks_for_itself = (at(12) & 0xf) == 0;
    const auto family = at(13) >> 4;
    const bool stream = (at(13) & 0xf) == 1;
    if (speaks_for_itself || !stream || family == 0) {
        FUZZ_CHECK(client.family == address_family::none);
    } else if (family == 1) {
        FUZZ_CHECK(client.family == address_family::ipv4 && client.bytes[0] == at(16) &&
                   client.bytes[3] == at(19));
        FUZZ_CHECK(client.port == (at(24) << 8 | at(25)));
    } else if (family == 2) {
        FUZZ_CHECK(client.family == address_family::ipv6 || client.family == address_family::ipv4);
        FUZZ_CHECK(client.port == (at(48) << 8 | at(49)));
    } else {
        FUZZ_CHECK(client.family == address_family::unix_path);
    }
}

void check_written(const address& client) {
    if (client.family != address_family::ipv4 && client.family != address_family::ipv6) return;
    auto again = net::parse_address(net::to_string(client));
    FUZZ_CHECK(again.has_value());
    again->port = client.port;
    FUZZ_CHECK(*again == client);
}

}  // namespace
}  // namespace pushwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pushwire::fuzz;
    byte_source source{{data, size}};
    const cuts cut{source.u8()};
    const auto input = source.take_rest();
    const auto whole = read(input, cuts{0});
    FUZZ_CHECK(whole == read(input, cut));
    if (whole.state != state::complete) return 0;
    const auto header = input.first(whole.consumed);
    if (header.front() == std::byte{'P'})
        check_line(as_text(header), whole.client);
    else
        check_binary(header, whole.client);
    check_written(whole.client);
    return 0;
}
