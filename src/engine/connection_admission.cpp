// Who is let in: for whom a proxy speaks, how many an address has, and which pages may connect.

#include <algorithm>
#include <string>
#include <utility>

#include "engine/connection.hpp"
#include "engine/forwarded.hpp"
#include "engine/worker.hpp"

namespace pushwire::engine {
namespace {

/// What a stranger wrote, fit to be told to an operator.
std::string shown(std::string_view text) {
    constexpr std::size_t longest = 100;
    std::string result{text.substr(0, longest)};
    std::ranges::replace_if(result, [](char c) { return c < ' ' || c > '~'; }, '?');
    return text.size() > longest ? result + "..." : result;
}

}  // namespace

void connection::expect_proxy_header() {
    needed_extras().proxy_header = std::make_unique<net::proxy_header>();
    if (!tls_) return;
    tls_->expect_before([this](std::span<std::byte> bytes) {
        return extras_ && extras_->proxy_header ? read_proxy_header(bytes) : bytes;
    });
}

void connection::refuse_unasked(error why) {
    turned_away_ = true;
    session_.refuse(why, worker_.loop().now());
    settle_later();
}

/// The bytes that follow the header; none before its end, or if it is none.
std::span<std::byte> connection::read_proxy_header(std::span<std::byte> bytes) {
    auto& header = *extras_->proxy_header;
    const auto [state, consumed] = header.receive(bytes);
    if (state == net::proxy_header::state::incomplete) return {};

    const auto named = header.client();
    extras_->proxy_header.reset();
    release_extras();
    if (state == net::proxy_header::state::malformed) {
        fail(error::proxy_header_malformed);
        return {};
    }
    if (named.family == net::address_family::none) return bytes.subspan(consumed);
    came().remote = named;
    bool counted = false;
    const auto why = worker_.enter_address(named, counted);
    counted_ = counted;
    if (why == error::none) return bytes.subspan(consumed);
    session_.refuse(why, worker_.loop().now());
    settle_later();
    return {};
}

/// The client that the request comes from.
net::address connection::client() const {
    const auto& trusted = worker_.server().trusted_proxies;
    const auto& peer = came().remote;
    return trusted.empty() ? peer : client_behind(peer, session_.request().headers, trusted);
}

/// From here on the connection is the client's, not the proxy's, and counts among his.
error connection::judge_client() {
    if (counted_) return error::none;
    came().remote = client();
    bool counted = false;
    const auto why = worker_.enter_address(came().remote, counted);
    counted_ = counted;
    return why;
}

error connection::judge_origin() const {
    auto& server = worker_.server();
    const auto& headers = session_.request().headers;
    const auto origin = headers.find("origin");
    if (!origin) return error::none;  // no browser
    if (!server.allowed_origins.empty()) {
        const auto is_origin = [](const header_field& each) {
            return equal_ignoring_case(each.name, "origin");
        };
        const bool alone = std::ranges::count_if(headers, is_origin) == 1;
        return alone && server.allowed_origins.allow(*origin) ? error::none : error::origin_refused;
    }
    if (server.foreign_origin_told.load(std::memory_order_relaxed) || !headers.find("cookie"))
        return error::none;
    if (!is_foreign(*origin, headers["host"])) return error::none;
    if (server.foreign_origin_told.exchange(true)) return error::none;
    server.report({pushwire::fd{}, "origin",
                   "a page of " + shown(*origin) +
                       " connects with a user's cookie of this site, as any page may: name "
                       "those that shall with options::allowed_origins (--allowed-origins)",
                   nullptr});
    return error::none;
}

/// Where there is a pace to keep.
bool connection::is_in_time() {
    const auto& pace = worker_.server().message_pace;
    if (pace.take(needed_extras().next_message, worker_.loop().now())) return true;
    fail(error::message_rate);
    return false;
}

}  // namespace pushwire::engine
