// Who is let in: how many of an address, how often, from which pages, and for whom a proxy speaks. The tests come from
// the loopback, which never counts, so they stand for others as a trusted proxy would.

#include <gtest/gtest.h>

#include "support/running_server.hpp"
#include "support/test_client.hpp"

namespace pushwire {
namespace {

using namespace std::chrono_literals;
using protocol::opcode;
using testing::journal;
using testing::on_tested_loop;
using testing::running_server;
using testing::test_client;

std::string handshake(std::string_view fields = "") {
    return "GET / HTTP/1.1\r\nHost: example.org\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
           std::string{fields} + "\r\n";
}

/// What answers a handshake with these fields.
std::string answer(running_server& serving, std::string_view fields) {
    test_client client{serving.port()};
    client.send_raw(handshake(fields));
    return client.read_head().substr(0, 12);
}

std::uint64_t errors(running_server& serving, error why) {
    return serving->stats().errors[static_cast<std::size_t>(why)];
}

void log_open(server& s, journal& seen) {
    s.on_open([&](server& self, const request& r) {
        const auto facts = self.info(r.fd);
        seen.add(std::string{r.remote_address} + " " + std::to_string(r.remote_port) +
                 (facts->remote_address == r.remote_address ? "" : ", info " + facts->remote_address));
    });
    s.on_close([&](server&, fd, const close_info& how) {
        seen.add("closed: " + std::string{describe(how.why).name});
    });
    s.on_error([&](server&, const error_report& report) {
        seen.add("error in " + std::string{report.where} + ": " + report.what);
    });
}

options behind_a_proxy() {
    options with;
    with.trusted_proxies = {"loopback"};
    return with;
}

// ---------------------------------------------------------------- X-Forwarded-For

TEST(a_trusted_proxy, speaks_for_its_client) {
    journal seen;
    running_server serving{[&](server& s) { log_open(s, seen); }, behind_a_proxy()};
    test_client client{serving.port(), "/", "X-Forwarded-For: 203.0.113.9:77\r\n"};
    seen.await("203.0.113.9 77");
}

TEST(a_trusted_proxy, speaks_for_another_client_with_each_plain_request) {
    journal seen;
    running_server serving{[&](server& s) {
                               s.on_request([&](server&, const request& r, response&) {
                                   seen.add(std::string{r.remote_address});
                               });
                           },
                           behind_a_proxy()};
    test_client proxy{serving.port()};
    for (const auto* each : {"203.0.113.1", "203.0.113.2"}) {
        proxy.send_raw("GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: " + std::string{each} + "\r\n\r\n");
        (void)proxy.read_head();
    }
    proxy.send_raw("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    (void)proxy.read_head();
    EXPECT_EQ(seen.lines(), (std::vector<std::string>{"203.0.113.1", "203.0.113.2", "127.0.0.1"}));
}

TEST(who_is_no_trusted_proxy, speaks_for_nobody_else) {
    journal seen;
    options with;
    with.trusted_proxies = {"192.0.2.1"};
    with.limits.max_connections_per_address = 1;
    running_server serving{
        [&](server& s) {
            s.on_open([&](server&, const request& r) { seen.add(std::string{r.remote_address}); });
        },
        with};
    test_client first{serving.port(), "/", "X-Forwarded-For: 203.0.113.9\r\n"};
    test_client second{serving.port(), "/", "X-Forwarded-For: 203.0.113.9\r\n"};
    seen.await("127.0.0.1", 2);
}

TEST(trusted_proxies, are_refused_where_they_are_no_addresses) {
    options with;
    with.trusted_proxies = {"proxy.example.org"};
    try {
        server tested{"127.0.0.1", 0, on_tested_loop(with)};
        ADD_FAILURE() << "it was taken";
    } catch (const setup_error& refused) {
        EXPECT_TRUE(
            std::string_view{refused.what()}.starts_with("trusted_proxies: \"proxy.example.org\" is no"))
            << refused.what();
    }
}

// ---------------------------------------------------------------- the PROXY protocol

options behind_a_proxy_with_headers() {
    auto with = behind_a_proxy();
    with.proxy_protocol = true;
    return with;
}

TEST(a_proxy_header, names_the_client_however_it_is_cut) {
    journal seen;
    running_server serving{[&](server& s) { log_open(s, seen); }, behind_a_proxy_with_headers()};
    const auto all = "PROXY TCP4 203.0.113.9 192.0.2.1 51234 443\r\n" + handshake();
    for (const std::size_t cut :
         {std::size_t{0}, std::size_t{5}, std::size_t{44}, std::size_t{45}, std::size_t{60}}) {
        test_client client{serving.port()};
        client.send_raw(std::string_view{all}.substr(0, cut));
        client.send_raw(std::string_view{all}.substr(cut));
        EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 101 "));
    }
    EXPECT_EQ(seen.count("203.0.113.9 51234"), 5u);
}

TEST(a_proxy_header, may_be_binary_and_speak_for_the_proxy_itself) {
    journal seen;
    running_server serving{[&](server& s) { log_open(s, seen); }, behind_a_proxy_with_headers()};
    test_client client{serving.port()};
    client.send_raw(std::string{"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0", 16} + handshake());
    EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 101 "));
    const auto lines = seen.lines();
    ASSERT_EQ(lines.size(), 1u);
    EXPECT_TRUE(lines[0].starts_with("127.0.0.1 ")) << lines[0];
}

TEST(a_proxy_header, that_is_missing_closes_the_connection) {
    journal seen;
    running_server serving{[&](server& s) { log_open(s, seen); }, behind_a_proxy_with_headers()};
    test_client client{serving.port()};
    client.send_raw(handshake());
    EXPECT_TRUE(client.at_end());
    EXPECT_EQ(errors(serving, error::proxy_header_malformed), 1u);
    EXPECT_EQ(serving->stats().refused, 1u);
}

TEST(a_proxy_header, comes_within_the_handshake_time) {
    auto with = behind_a_proxy_with_headers();
    with.limits.handshake_time = 50ms;
    running_server serving{[&](server&) {}, with};
    test_client client{serving.port()};
    client.send_raw("PROXY TCP4");
    EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 408 "));
    EXPECT_EQ(errors(serving, error::handshake_timeout), 1u);
}

TEST(a_proxy_header, is_no_request_from_those_who_are_not_trusted) {
    options with;
    with.trusted_proxies = {"192.0.2.1"};
    with.proxy_protocol = true;
    running_server serving{[&](server&) {}, with};
    EXPECT_EQ(answer(serving, ""), "HTTP/1.1 101") << "they need none";
    test_client client{serving.port()};
    client.send_raw("PROXY TCP4 203.0.113.9 192.0.2.1 51234 443\r\n" + handshake());
    EXPECT_TRUE(client.read_head().starts_with("HTTP/1.1 400 "));
}

TEST(a_proxy_header, needs_somebody_to_be_trusted) {
    options with;
    with.proxy_protocol = true;
    EXPECT_THROW((server{"127.0.0.1", 0, with}), setup_error);
}

// ---------------------------------------------------------------- addresses

TEST(an_address, has_so_many_connections_and_then_429) {
    auto with = behind_a_proxy();
    with.limits.max_connections_per_address = 2;
    journal seen;
    running_server serving{[&](server& s) { log_open(s, seen); }, with};
    constexpr auto from = "X-Forwarded-For: 203.0.113.9\r\n";
    auto first = std::make_unique<test_client>(serving.port(), "/", from);
    test_client second{serving.port(), "/", from};

    test_client third{serving.port()};
    third.send_raw(handshake(from));
    const auto head = third.read_head();
    EXPECT_TRUE(head.starts_with("HTTP/1.1 429 ")) << head;
    EXPECT_NE(head.find("\r\nRetry-After: "), head.npos) << head;
    EXPECT_EQ(errors(serving, error::too_many_from_address), 1u);
    EXPECT_EQ(answer(serving, "X-Forwarded-For: 203.0.113.10\r\n"), "HTTP/1.1 101")
        << "others are not its business";

    first->send_close(1000);
    (void)first->read_close();
    EXPECT_TRUE(first->at_end());
    first.reset();
    // The place is free once the server has forgotten the connection, in a turn after it saw the end.
    for (auto status = answer(serving, from); status != "HTTP/1.1 101"; status = answer(serving, from)) {
        ASSERT_EQ(status, "HTTP/1.1 429");
    }
}

TEST(an_address, is_counted_from_its_proxy_header_on) {
    auto with = behind_a_proxy_with_headers();
    with.limits.max_connections_per_address = 1;
    running_server serving{[&](server&) {}, with};
    constexpr auto header = "PROXY TCP6 2001:db8::9 2001:db8::1 51234 443\r\n";
    test_client first{serving.port()};
    first.send_raw(std::string{header} + handshake());
    (void)first.read_head();

    test_client second{serving.port()};
    second.send_raw(header);
    EXPECT_TRUE(second.read_head().starts_with("HTTP/1.1 429 ")) << "it need not ask for anything";
}

TEST(an_address, comes_so_often_and_then_429) {
    auto with = behind_a_proxy();
    with.limits.accept_rate_per_address = 1;
    running_server serving{[&](server&) {}, with};
    EXPECT_EQ(answer(serving, "X-Forwarded-For: 203.0.113.9\r\n"), "HTTP/1.1 101");
    EXPECT_EQ(answer(serving, "X-Forwarded-For: 203.0.113.9\r\n"), "HTTP/1.1 429");
    EXPECT_EQ(errors(serving, error::address_too_fast), 1u);
}

TEST(the_loopback, may_have_any_number_of_connections) {
    options with;
    with.limits.max_connections_per_address = 1;
    with.limits.accept_rate_per_address = 1;
    running_server serving{[&](server&) {}, with};
    test_client first{serving.port(), "/"};
    test_client second{serving.port(), "/"};
    test_client third{serving.port(), "/"};
}

// ---------------------------------------------------------------- rates

TEST(the_accept_rate, lets_the_rest_wait_and_then_takes_them) {
    options with;
    with.limits.accept_rate = 50;  // 5 at once, then one every 20 ms
    running_server serving{[&](server&) {}, with};
    const auto begin = std::chrono::steady_clock::now();
    std::vector<std::unique_ptr<test_client>> clients;
    for (int i = 0; i < 25; ++i) {
        clients.push_back(std::make_unique<test_client>(serving.port()));
        clients.back()->send_raw(handshake());
    }
    for (auto& each : clients) EXPECT_TRUE(each->read_head().starts_with("HTTP/1.1 101 "));

    EXPECT_GE(std::chrono::steady_clock::now() - begin, 19 * 20ms);
    EXPECT_EQ(serving->stats().accepted, 25u);
}

TEST(the_message_rate, ends_a_connection_that_is_faster) {
    journal seen;
    options with;
    with.limits.message_rate = 1;
    with.limits.message_burst = 3;
    running_server serving{
        [&](server& s) {
            log_open(s, seen);
            s.on_message([&](server&, const message& m) { seen.add(std::string{m.data}); });
        },
        with};
    test_client client{serving.port(), "/"};
    for (const auto* each : {"one", "two", "three", "four"}) client.send_text(each);

    const auto close = client.read_close();
    EXPECT_EQ(close.close_code(), 1008);
    EXPECT_EQ(close.close_reason(), describe(error::message_rate).text);
    seen.await("closed: message_rate");
    EXPECT_EQ(seen.count("three"), 1u);
    EXPECT_EQ(seen.count("four"), 0u);
}

TEST(the_message_rate, counts_a_message_in_parts_once) {
    journal seen;
    options with;
    with.limits.message_rate = 1;
    with.limits.message_burst = 2;
    running_server serving{
        [&](server& s) {
            s.on_message_part([&](server&, const message_part& part) { seen.add(std::string{part.data}); });
        },
        with};
    test_client client{serving.port(), "/"};
    client.send_frame(opcode::text, "one", false);
    for (const auto* each : {"two", "three"}) client.send_frame(opcode::continuation, each, false);
    client.send_frame(opcode::continuation, "four");
    client.send_text("five");
    client.send_text("six");

    EXPECT_EQ(client.read_close().close_code(), 1008);
    seen.await("five");
    EXPECT_EQ(seen.count("six"), 0u);
}

TEST(the_message_rate, counts_pings_too) {
    options with;
    with.limits.message_rate = 1;
    with.limits.message_burst = 2;
    running_server serving{[&](server&) {}, with};
    test_client client{serving.port(), "/"};
    for (int i = 0; i < 3; ++i) client.send_frame(opcode::ping, "");
    auto frame = client.read_frame();
    while (frame.opcode == opcode::pong) frame = client.read_frame();
    EXPECT_EQ(frame.close_code(), 1008);
}

TEST(the_message_rate, is_each_connection_s_own) {
    journal seen;
    options with;
    with.limits.message_rate = 1;
    running_server serving{
        [&](server& s) { s.on_message([](server& self, const message& m) { self.push(m.fd, m.data); }); },
        with};
    test_client first{serving.port(), "/"};
    test_client second{serving.port(), "/"};
    for (auto* each : {&first, &second}) {
        each->send_text("one");
        EXPECT_EQ(each->read_text(), "one");
    }
}

// ---------------------------------------------------------------- origins

TEST(allowed_origins, keep_out_the_pages_of_others) {
    options with;
    with.allowed_origins = {"https://example.org", "*.example.org"};
    running_server serving{[&](server&) {}, with};
    EXPECT_EQ(answer(serving, "Origin: https://example.org\r\n"), "HTTP/1.1 101");
    EXPECT_EQ(answer(serving, "Origin: https://www.example.org\r\n"), "HTTP/1.1 101");
    EXPECT_EQ(answer(serving, "Origin: https://evil.example\r\n"), "HTTP/1.1 403");
    EXPECT_EQ(answer(serving, "Origin: nonsense\r\n"), "HTTP/1.1 403");
    EXPECT_EQ(answer(serving, "Origin: https://example.org\r\nOrigin: https://evil.example\r\n"),
              "HTTP/1.1 403");
    EXPECT_EQ(answer(serving, ""), "HTTP/1.1 101") << "that is no browser";
    EXPECT_EQ(errors(serving, error::origin_refused), 3u);
}

TEST(allowed_origins, are_asked_before_the_application) {
    journal seen;
    options with;
    with.allowed_origins = {"https://example.org"};
    running_server serving{
        [&](server& s) { s.on_handshake([&](server&, class handshake&) { seen.add("asked"); }); }, with};
    EXPECT_EQ(answer(serving, "Origin: https://evil.example\r\n"), "HTTP/1.1 403");
    EXPECT_EQ(seen.count("asked"), 0u);
}

TEST(a_cookie_from_a_foreign_page, is_warned_of_once) {
    journal seen;
    running_server serving{[&](server& s) { log_open(s, seen); }};
    constexpr auto warning =
        "error in origin: a page of https://evil.example connects with a user's cookie of this site, as any "
        "page may: "
        "name those that shall with options::allowed_origins (--allowed-origins)";

    EXPECT_EQ(answer(serving, "Origin: https://evil.example\r\n"), "HTTP/1.1 101");
    EXPECT_EQ(answer(serving, "Cookie: a=b\r\nOrigin: http://example.org\r\n"), "HTTP/1.1 101");
    EXPECT_EQ(answer(serving, "Cookie: a=b\r\n"), "HTTP/1.1 101");
    EXPECT_EQ(seen.count(warning), 0u);
    EXPECT_EQ(answer(serving, "Cookie: a=b\r\nOrigin: https://evil.example\r\n"), "HTTP/1.1 101");
    EXPECT_EQ(answer(serving, "Cookie: a=b\r\nOrigin: https://worse.example\r\n"), "HTTP/1.1 101");

    EXPECT_EQ(seen.count(warning), 1u);
    for (const auto& line : seen.lines()) EXPECT_EQ(line.find("worse"), line.npos);
}

TEST(a_rule_for_origins, is_refused_at_set_up_where_it_says_nothing_clear) {
    options with;
    with.allowed_origins = {"example.org"};
    EXPECT_THROW((server{"127.0.0.1", 0, with}), setup_error);
}

}  // namespace
}  // namespace pushwire
