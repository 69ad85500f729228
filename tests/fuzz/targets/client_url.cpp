// URLs of a client (RFC 6455 3): any text is refused with one that says why, or is a URL that says the same again when it is
// written out, and of which nothing reaches a request line, a Host field or a resolver that could be mistaken there.
//
//   the input is the text

#include "engine/client_url.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "fuzz/support/byte_source.hpp"
#include "fuzz/support/check.hpp"

namespace pushwire::fuzz {
namespace {

/// As people would write it.
std::string written(const engine::client_url& url) {
    if (!url.unix_path.empty()) return "ws+unix:" + url.unix_path + ":" + url.target;
    return (url.tls ? "wss://" : "ws://") + url.place() + url.target;
}

bool is_printable(std::string_view text) {
    return std::ranges::all_of(text, [](char each) { return each > 0x20 && each < 0x7f; });
}

void check_same(const engine::client_url& a, const engine::client_url& b) {
    FUZZ_CHECK(a.tls == b.tls && a.host == b.host && a.port == b.port);
    FUZZ_CHECK(a.unix_path == b.unix_path && a.target == b.target);
}

void check(std::string_view text) {
    engine::client_url url;
    try {
        url = engine::parse_client_url(text);
    } catch (const std::invalid_argument& refused) {
        FUZZ_CHECK(std::string_view{refused.what()}.contains("write ws://"));
        return;
    }
    FUZZ_CHECK(url.target.starts_with('/') && is_printable(url.target) && !url.target.contains('#'));
    FUZZ_CHECK(!url.host.empty() && is_printable(url.host) && is_printable(url.authority()));
    FUZZ_CHECK(url.host.find_first_of("/?#@[]") == std::string::npos);
    FUZZ_CHECK(url.unix_path.empty() ? url.port != 0 : url.unix_path.starts_with('/'));
    FUZZ_CHECK(!url.unix_path.contains('\0'));
    check_same(url, engine::parse_client_url(written(url)));
    // With the port, where there is one that is not the usual one, the Host field says where the server is.
    if (url.unix_path.empty()) {
        check_same(url,
                   engine::parse_client_url((url.tls ? "wss://" : "ws://") + url.authority() + url.target));
    }
}

}  // namespace
}  // namespace pushwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    pushwire::fuzz::check(pushwire::fuzz::as_text(std::as_bytes(std::span{data, size})));
    return 0;
}
