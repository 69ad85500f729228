// A client and the server of this library, back to back.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <pushwire/client.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/socket.hpp"
#include "support/running_server.hpp"
#include "support/tested_loop.hpp"
#include "support/tls_files.hpp"

namespace pushwire {
namespace {

using namespace std::chrono_literals;
using pushwire::testing::journal;
using pushwire::testing::running_server;
using support::tls_files;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

client_options on_tested_loop(client_options with = {}) {
    with.io = support::tested_loop<io_backend>();
    return with;
}

std::string url_of(running_server& serving, std::string_view path = "/", bool tls = false) {
    return (tls ? "wss://localhost:" : "ws://127.0.0.1:") + std::to_string(serving.port()) +
           std::string{path};
}

void echo(server& to) {
    to.on_message([](server& self, const message& m) { self.push(m.fd, m.data, m.type); });
}

/// A client that runs on a thread of its own.
class running_client {
  public:
    running_client(const std::string& url, const std::function<void(client&)>& set_up,
                   client_options with = {})
        : client_{url, on_tested_loop(std::move(with))} {
        set_up(client_);
        thread_ = std::thread{[this] { client_.start(); }};
    }
    ~running_client() {
        client_.close();
        if (thread_.joinable()) thread_.join();
    }
    client* operator->() { return &client_; }
    /// Returns when `start` has returned.
    void await_end() { thread_.join(); }

  private:
    client client_;
    std::thread thread_;
};

/// Why a client does not come to a connection.
connect_failure failure_of(const std::string& url, client_options with = {}) {
    connect_failure found;
    client tested{url, on_tested_loop(std::move(with))};
    tested.on_open([](client& self, const opening&) { self.close(); });
    tested.on_failure([&](client&, const connect_failure& told) { found = told; });
    tested.start();
    return found;
}

TEST(a_client, is_told_of_the_opening_the_messages_and_the_end) {
    running_server serving{echo};
    std::vector<std::string> told;
    client tested{url_of(serving), on_tested_loop()};
    tested.on_open([&](client& self, const opening& how) {
        told.push_back("open, attempt " + std::to_string(how.attempt));
        EXPECT_EQ(self.push("hello"), push_result::accepted);
        EXPECT_TRUE(self.is_open());
    });
    tested.on_message([&](client& self, const message& m) {
        told.push_back(std::string{m.data});
        self.close(4000, "enough");
    });
    tested.on_close([&](client& self, const close_info& how) {
        told.push_back("closed " + std::to_string(how.code) + " " + std::string{how.reason});
        EXPECT_EQ(how.why, error::none);
        EXPECT_FALSE(self.is_open());
        EXPECT_EQ(self.push("late"), push_result::closing);
    });
    tested.on_failure([&](client&, const connect_failure& why) { told.push_back(why.text); });

    tested.start();

    EXPECT_THAT(told, ElementsAre("open, attempt 1", "hello",
                                  "closed 4000 "));  // the server answers without a reason
}

TEST(a_client, sends_what_it_is_asked_for_in_the_opening_handshake) {
    journal seen;
    options with;
    with.subprotocols = {"chat.v2"};
    running_server serving{[&](server& s) {
                               s.on_handshake([&](server&, handshake& asked) {
                                   const auto& request = asked.request();
                                   seen.add(std::string{request.path} + "?" + std::string{request.query});
                                   seen.add("host " + std::string{request.headers["Host"]});
                                   seen.add("token " + std::string{request.headers["X-Token"]});
                               });
                           },
                           with};
    client_options asked;
    asked.subprotocols = {"chat.v1", "chat.v2"};
    asked.headers = {{"X-Token", "old"}};
    std::string chosen;
    client tested{url_of(serving, "/room?x=1"), on_tested_loop(asked)};
    tested.on_request([](client&, opening_request& request) { request.headers = {{"X-Token", "signed"}}; });
    tested.on_open([&](client& self, const opening& how) {
        chosen = how.subprotocol;
        self.close();
    });
    tested.start();

    EXPECT_EQ(chosen, "chat.v2");
    EXPECT_THAT(seen.lines(),
                ElementsAre("/room?x=1", "host 127.0.0.1:" + std::to_string(serving.port()), "token signed"));
}

TEST(a_client, carries_messages_of_every_size_both_ways) {
    running_server serving{echo};
    for (const bool compressed : {false, true}) {
        client_options with = on_tested_loop();
        with.compression.enabled = compressed;
        conversation with_server{url_of(serving), with};
        for (const std::size_t size : {0UL, 1UL, 125UL, 126UL, 65535UL, 65536UL, 1000000UL, 5000000UL}) {
            std::string sent(size, 'x');
            for (std::size_t i = 0; i < size; ++i) sent[i] = static_cast<char>('a' + i * 7 % 26);
            with_server.send(sent, message_type::binary);
            const auto came = with_server.receive(10s);
            ASSERT_TRUE(came) << size;
            EXPECT_EQ(came->type, message_type::binary);
            EXPECT_TRUE(came->data == sent) << size;
        }
    }
}

TEST(a_client, compresses_where_the_server_agrees) {
    options with;
    with.compression.enabled = true;
    running_server serving{echo, with};
    client_options asked;
    asked.compression.enabled = true;
    bool compressed = false;
    std::string came;
    client tested{url_of(serving), on_tested_loop(asked)};
    tested.on_open([&](client& self, const opening& how) {
        compressed = how.compressed;
        self.push(std::string(10000, 'x'));
    });
    tested.on_message([&](client& self, const message& m) {
        came = m.data;
        self.close();
    });
    tested.start();
    EXPECT_TRUE(compressed);
    EXPECT_EQ(came, std::string(10000, 'x'));
}

TEST(a_client, reaches_a_unix_socket) {
    tls_files folder;
    const std::string path = folder.folder() / "socket";
    options with = pushwire::testing::on_tested_loop();
    with.listen = {"unix:" + path};
    with.handle_signals = false;
    server listening{with};
    echo(listening);
    listening.listen();
    std::thread serving{[&] { listening.start(); }};

    conversation with_server{"ws+unix:" + path + ":/x", on_tested_loop()};
    with_server.send("hello");
    EXPECT_EQ(with_server.receive(10s)->data, "hello");
    EXPECT_EQ(with_server.close().code, 1000);

    listening.stop();
    serving.join();
}

TEST(a_client, measures_a_round_trip_by_a_ping) {
    running_server serving{echo};
    std::string came;
    client tested{url_of(serving), on_tested_loop()};
    tested.on_open([](client& self, const opening&) { self.ping("there?"); });
    tested.on_pong([&](client& self, std::string_view data) {
        came = data;
        self.close();
    });
    tested.start();
    EXPECT_EQ(came, "there?");
}

TEST(a_client, takes_messages_from_any_thread_in_their_order) {
    constexpr int count = 1000;
    running_server serving{echo};
    journal came;
    std::promise<void> opened;
    running_client tested{url_of(serving), [&](client& c) {
                              c.on_open([&](client&, const opening&) { opened.set_value(); });
                              c.on_message([&](client&, const message& m) { came.add(std::string{m.data}); });
                          }};
    opened.get_future().wait();
    for (int i = 0; i < count; ++i) {
        while (tested->push(std::to_string(i)) != push_result::posted) std::this_thread::yield();
    }
    came.await(std::to_string(count - 1));
    std::vector<std::string> all;
    for (int i = 0; i < count; ++i) all.push_back(std::to_string(i));
    EXPECT_EQ(came.lines(), all);
}

TEST(a_client, sends_what_another_thread_pushed_before_it_closed) {
    constexpr int count = 100;
    journal seen;
    running_server serving{
        [&](server& s) { s.on_message([&](server&, const message& m) { seen.add(std::string{m.data}); }); }};
    std::promise<void> opened;
    running_client tested{
        url_of(serving), [&](client& c) { c.on_open([&](client&, const opening&) { opened.set_value(); }); }};
    opened.get_future().wait();
    for (int i = 0; i < count; ++i) EXPECT_EQ(tested->push(std::to_string(i)), push_result::posted);
    tested->close();
    EXPECT_EQ(tested->push("late"), push_result::closing);
    tested.await_end();
    seen.await(std::to_string(count - 1));
    EXPECT_EQ(seen.lines().size(), static_cast<std::size_t>(count));
}

TEST(a_client, keeps_what_is_pushed_before_there_is_a_connection_behind_what_on_open_pushes) {
    journal seen;
    running_server serving{
        [&](server& s) { s.on_message([&](server&, const message& m) { seen.add(std::string{m.data}); }); }};
    client tested{url_of(serving), on_tested_loop()};
    tested.on_request([](client& self, opening_request&) {
        EXPECT_EQ(self.push("first"), push_result::queued);
        EXPECT_EQ(self.push("second"), push_result::queued);
        EXPECT_EQ(self.queued_bytes(), 2 * 6 + 11U);  // each in its frame
    });
    tested.on_open([](client& self, const opening&) { self.push("log in"); });
    tested.on_drain([](client& self) { self.close(); });
    tested.start();

    seen.await("second");
    EXPECT_THAT(seen.lines(), ElementsAre("log in", "first", "second"));
}

TEST(a_client, bounds_what_waits) {
    for (const auto policy : {backlog_policy::refuse, backlog_policy::drop_oldest}) {
        journal seen;
        running_server serving{[&](server& s) {
            s.on_message([&](server&, const message& m) {
                seen.add(m.data.substr(0, 1) == "x" ? "x" : std::string{m.data});
            });
        }};
        client_options with;
        with.limits.max_backlog = 1000;
        with.limits.when_backlog_full = policy;
        client tested{url_of(serving), on_tested_loop(with)};
        tested.on_request([&](client& self, opening_request&) {
            EXPECT_EQ(self.push("oldest"), push_result::queued);
            EXPECT_EQ(self.push(std::string(970, 'x')), push_result::queued);
            EXPECT_EQ(self.push("newest"),
                      policy == backlog_policy::refuse ? push_result::refused_backlog : push_result::queued);
            EXPECT_LE(self.queued_bytes(), 1000U);
        });
        tested.on_drain([](client& self) {
            self.push("end");
            self.close();
        });
        tested.start();
        seen.await("end");
        if (policy == backlog_policy::refuse) {
            EXPECT_THAT(seen.lines(), ElementsAre("oldest", "x", "end"));
        } else {
            EXPECT_THAT(seen.lines(), ElementsAre("x", "newest", "end"));
        }
    }
}

TEST(a_client, says_which_option_makes_no_sense) {
    const auto refusal_of = [](const std::function<void(client_options&)>& change,
                               const std::string& url = "ws://localhost/") {
        client_options with = on_tested_loop();
        change(with);
        try {
            const client made{url, with};
        } catch (const setup_error& refused) {
            return std::string{refused.what()};
        }
        return std::string{};
    };
    EXPECT_THAT(refusal_of([](auto& with) { with.limits.handshake_time = 0ms; }),
                HasSubstr("limits.handshake_time"));
    EXPECT_THAT(refusal_of([](auto& with) { with.limits.max_backlog = 0; }), HasSubstr("limits.max_backlog"));
    EXPECT_THAT(refusal_of([](auto& with) { with.compression.level = 10; }), HasSubstr("compression.level"));
    EXPECT_THAT(refusal_of([](auto& with) { with.connect_time = 0ms; }), HasSubstr("connect_time"));
    EXPECT_THAT(refusal_of([](auto& with) { with.reconnect.last_bound = 1ms; }), HasSubstr("reconnect"));
    EXPECT_THAT(refusal_of([](auto&) {}, "http://localhost/"), HasSubstr("write ws://"));
}

TEST(a_client, refuses_text_that_is_not_utf8) {
    running_server serving{echo};
    client tested{url_of(serving), on_tested_loop()};
    tested.on_open([](client& self, const opening&) {
        EXPECT_EQ(self.push("\xff"), push_result::invalid_text);
        EXPECT_EQ(self.push("\xff", message_type::binary), push_result::accepted);
        self.close();
    });
    tested.start();
}

TEST(a_client, whose_handler_throws_is_closed_with_1011_and_tells) {
    running_server serving{echo};
    std::vector<std::string> told;
    client tested{url_of(serving), on_tested_loop()};
    tested.on_open([](client&, const opening&) { throw std::runtime_error{"oh"}; });
    tested.on_error([&](client&, const error_report& what) {
        told.push_back(std::string{what.where} + ": " + what.what);
    });
    tested.on_close([&](client&, const close_info& how) { told.push_back(std::to_string(how.sent_code)); });
    tested.start();
    EXPECT_THAT(told, ElementsAre("on_open: oh", "1011"));
}

// ---------------------------------------------------------------- what goes wrong

TEST(a_client, says_that_nobody_is_there) {
    std::uint16_t port = 0;
    {
        running_server gone{echo};
        port = gone.port();
    }
    const auto why = failure_of("ws://127.0.0.1:" + std::to_string(port) + "/");
    EXPECT_EQ(why.why, error::connect_failed);
    EXPECT_THAT(why.text, AllOf(HasSubstr("cannot connect to 127.0.0.1:"), HasSubstr("Connection refused")));
    EXPECT_FALSE(why.next);

    EXPECT_EQ(failure_of("ws+unix:/nowhere/socket").why, error::connect_failed);
}

TEST(a_client, says_that_a_name_leads_nowhere) {
    const std::string host =
        std::string(64, 'x') + ".invalid";  // RFC 1035 2.3.4: no name server need be asked
    const auto why = failure_of("ws://" + host + "/");
    EXPECT_EQ(why.why, error::host_unknown);
    EXPECT_THAT(why.text, HasSubstr("cannot find " + host + ": "));
}

TEST(a_client, says_which_status_refused_it) {
    running_server serving{
        [](server& s) { s.on_handshake([](server&, handshake& asked) { asked.refuse(403, "no"); }); }};
    const auto why = failure_of(url_of(serving));
    EXPECT_EQ(why.why, error::response_status);
    EXPECT_EQ(why.http_status, 403);
    EXPECT_THAT(why.text, HasSubstr("status 403"));
}

TEST(a_client, says_that_the_opening_handshake_took_too_long) {
    std::promise<void> over;
    std::vector<handshake> kept;
    running_server serving{[&](server& s) {
        s.on_handshake([&](server&, handshake& asked) { kept.push_back(std::move(asked)); });
    }};
    client_options with;
    with.limits.handshake_time = 50ms;
    EXPECT_EQ(failure_of(url_of(serving), with).why, error::handshake_timeout);
    serving.stop();
    kept.clear();
}

TEST(a_client, says_that_the_connection_took_too_long) {
    running_server serving{echo};
    client_options with;
    with.connect_time = 50ms;
    // A listener that takes the connection and says nothing of TLS.
    net::listening which = net::bind({"127.0.0.1", 0, {}}, {});
    net::open(which);
    const auto why = failure_of("wss://127.0.0.1:" + std::to_string(which.where.port), with);
    EXPECT_EQ(why.why, error::connect_timeout);
    EXPECT_THAT(why.text, HasSubstr("longer than 50 ms"));
}

// ---------------------------------------------------------------- TLS

struct secure_server {
    explicit secure_server(const std::function<tls_certificate(tls_files&)>& certificate)
        : serving{echo, with(certificate)} {}
    options with(const std::function<tls_certificate(tls_files&)>& certificate) {
        options chosen;
        chosen.tls.certificates = {certificate(files)};
        return chosen;
    }
    /// Whose authority is believed.
    client_options believing() {
        client_options chosen;
        chosen.tls.ca_file = files.folder() / "its.pem";
        return chosen;
    }
    tls_files files;
    running_server serving;
};

TEST(a_client_over_tls, believes_who_shows_a_certificate_for_the_host) {
    secure_server server{[](tls_files& files) { return files.make("its", {"localhost"}); }};
    conversation with_server{url_of(server.serving, "/", true), on_tested_loop(server.believing())};
    with_server.send(std::string(100000, 'x'));
    EXPECT_EQ(with_server.receive(10s)->data.size(), 100000U);
}

TEST(a_client_over_tls, believes_nobody_else) {
    secure_server server{[](tls_files& files) { return files.make("its", {"localhost"}); }};
    const auto why = failure_of(url_of(server.serving, "/", true));
    EXPECT_EQ(why.why, error::certificate_untrusted);
    EXPECT_THAT(why.text, HasSubstr("no authority that is trusted here"));

    client_options credulous;
    credulous.tls.verify = false;
    EXPECT_EQ(failure_of(url_of(server.serving, "/", true), credulous).why, error::none);
}

TEST(a_client_over_tls, says_that_a_certificate_is_for_another_host) {
    secure_server server{[](tls_files& files) { return files.make("its", {"example.org"}); }};
    EXPECT_EQ(failure_of(url_of(server.serving, "/", true), server.believing()).why, error::certificate_name);

    auto asking = server.believing();
    asking.tls.server_name = "example.org";
    EXPECT_EQ(failure_of(url_of(server.serving, "/", true), asking).why, error::none);
}

TEST(a_client_over_tls, says_that_a_certificate_has_expired) {
    secure_server server{[](tls_files& files) { return files.make("its", {"localhost"}, true); }};
    EXPECT_EQ(failure_of(url_of(server.serving, "/", true), server.believing()).why,
              error::certificate_expired);
}

TEST(a_client_over_tls, says_that_a_server_speaks_none) {
    running_server plain{echo};
    const auto url = "wss://localhost:" + std::to_string(plain.port());
    EXPECT_EQ(failure_of(url).why, error::server_without_tls);
}

TEST(a_client_over_tls, shows_a_certificate_where_it_is_asked_for_one) {
    tls_files files;
    journal seen;
    options with;
    with.tls = files.options();
    with.tls.client_certificates = client_certificates::required;
    const auto own = files.make("alice", {"alice"});
    with.tls.client_ca_file = own.certificate_file;
    running_server serving{
        [&](server& s) { s.on_open([&](server&, const request& r) { seen.add(r.tls->client_subject); }); },
        with};
    client_options showing;
    showing.tls.ca_file = with.tls.certificates[0].certificate_file;
    EXPECT_NE(failure_of(url_of(serving, "/", true), showing).why, error::none);
    showing.tls.certificate = own;
    EXPECT_EQ(failure_of(url_of(serving, "/", true), showing).why, error::none);
    seen.await("CN=test");
}

TEST(a_client_over_tls, says_which_file_it_cannot_use) {
    client_options with;
    with.tls.ca_file = "/nowhere/ca.pem";
    try {
        client made{"wss://localhost/", with};
        ADD_FAILURE();
    } catch (const setup_error& refused) {
        EXPECT_THAT(refused.what(), HasSubstr("/nowhere/ca.pem"));
    }
}

// ---------------------------------------------------------------- again and again

TEST(a_client_that_reconnects, comes_back_and_sends_what_it_kept_once) {
    journal seen;
    const auto serve = [&](server& s) {
        s.on_message([&](server& self, const message& m) {
            seen.add(std::string{m.data});
            self.push(m.fd, m.data);
        });
    };
    auto first = std::make_unique<running_server>(serve);
    const auto port = first->port();
    journal told;
    client_options with;
    with.reconnect = {.enabled = true, .first_bound = 20ms, .last_bound = 50ms};
    running_client tested{"ws://127.0.0.1:" + std::to_string(port),
                          [&](client& c) {
                              c.on_open([&](client&, const opening&) { told.add("open"); });
                              c.on_close([&](client&, const close_info& how) {
                                  told.add("closed " + std::to_string(how.code));
                              });
                              c.on_failure([&](client&, const connect_failure& why) {
                                  EXPECT_TRUE(why.next && *why.next <= 50ms);
                                  told.add("failed");
                              });
                          },
                          with};
    told.await("open");
    tested->push("before");
    seen.await("before");
    first.reset();
    told.await("closed 1001");
    told.await("failed", 2);
    while (tested->push("while away") != push_result::posted) std::this_thread::yield();

    options again;
    again.listen = {"127.0.0.1:" + std::to_string(port)};
    again.handle_signals = false;
    server second{pushwire::testing::on_tested_loop(again)};
    serve(second);
    second.listen();
    std::thread serving{[&] { second.start(); }};
    told.await("open", 2);
    seen.await("while away");
    tested->push("after");
    seen.await("after");
    EXPECT_THAT(seen.lines(), ElementsAre("before", "while away", "after"));
    second.stop();
    serving.join();
}

TEST(a_client_that_reconnects, gives_up_after_so_many_attempts) {
    std::uint16_t port = 0;
    {
        running_server gone{echo};
        port = gone.port();
    }
    client_options with;
    with.reconnect = {.enabled = true, .first_bound = 1ms, .last_bound = 4ms, .max_attempts = 3};
    std::vector<unsigned> attempts;
    std::vector<bool> goes_on;
    client tested{"ws://127.0.0.1:" + std::to_string(port), on_tested_loop(with)};
    tested.on_failure([&](client&, const connect_failure& why) {
        attempts.push_back(why.attempt);
        goes_on.push_back(why.next.has_value());
    });
    tested.start();
    EXPECT_THAT(attempts, ElementsAre(1, 2, 3));
    EXPECT_THAT(goes_on, ElementsAre(true, true, false));
}

TEST(a_client_that_reconnects, does_not_after_it_was_closed) {
    running_server serving{echo};
    client_options with;
    with.reconnect.enabled = true;
    int opened = 0;
    client tested{url_of(serving), on_tested_loop(with)};
    tested.on_open([&](client& self, const opening&) {
        ++opened;
        self.close();
    });
    tested.start();
    EXPECT_EQ(opened, 1);
}

// Full jitter: what a hundred draw is spread over the whole of the bound.
TEST(clients_that_reconnect, do_not_all_come_back_at_once) {
    std::uint16_t port = 0;
    {
        running_server gone{echo};
        port = gone.port();
    }
    client_options with = on_tested_loop();
    with.reconnect = {.enabled = true, .first_bound = 8000ms, .last_bound = 8000ms};
    std::vector<int> of_each_eighth(8);
    for (int i = 0; i < 100; ++i) {
        client tested{"ws://127.0.0.1:" + std::to_string(port), with};
        tested.on_failure([&](client& self, const connect_failure& why) {
            ASSERT_TRUE(why.next && *why.next >= 0ms && *why.next <= 8000ms);
            ++of_each_eighth[std::min<std::size_t>(static_cast<std::size_t>(*why.next / 1000ms), 7)];
            self.close();
        });
        tested.start();
    }
    for (const int each : of_each_eighth) EXPECT_GT(each, 0);
}

// ---------------------------------------------------------------- on a server's loop

TEST(a_client_attached_to_a_server, runs_on_its_thread_and_is_closed_when_it_stops) {
    journal seen;
    running_server behind{[&](server& s) {
        s.on_message(
            [](server& self, const message& m) { self.push(m.fd, "answer to " + std::string{m.data}); });
        s.on_close([&](server&, fd, const close_info& how) {
            seen.add("behind: closed with " + std::to_string(how.code));
        });
    }};
    std::unique_ptr<client> upstream;
    fd asks;
    std::thread::id of_the_server, of_the_client;
    running_server front{[&](server& s) {
        upstream = std::make_unique<client>(s, url_of(behind));
        upstream->on_message([&](client&, const message& m) {
            of_the_client = std::this_thread::get_id();
            s.push(asks, m.data);
        });
        upstream->on_close([&](client&, const close_info&) { seen.add("front: closed"); });
        s.on_message([&](server&, const message& m) {
            of_the_server = std::this_thread::get_id();
            asks = m.fd;
            upstream->push(m.data);
        });
    }};
    {
        conversation with_front{url_of(front), on_tested_loop()};
        with_front.send("a question");
        EXPECT_EQ(with_front.receive(10s)->data, "answer to a question");
    }
    EXPECT_THROW(upstream->start(), setup_error);
    front.stop();
    EXPECT_EQ(of_the_client, of_the_server);
    seen.await("behind: closed with 1001");
    EXPECT_EQ(seen.count("front: closed"), 1U);
    EXPECT_EQ(upstream->push("late"), push_result::closing);
    upstream.reset();
}

TEST(a_client_attached_to_a_server, can_be_made_and_destroyed_within_its_turn) {
    journal seen;
    running_server behind{[&](server& s) {
        s.on_open([&](server&, const request&) { seen.add("open"); });
        s.on_close([&](server&, fd) { seen.add("closed"); });
    }};
    std::unique_ptr<client> upstream;
    running_server front{[&](server& s) {
        s.on_message([&](server& self, const message& m) {
            if (m.data == "make") upstream = std::make_unique<client>(self, url_of(behind));
            if (m.data == "destroy") upstream.reset();
            self.push(m.fd, m.data);
        });
    }};
    conversation with_front{url_of(front), on_tested_loop()};
    with_front.send("make");
    seen.await("open");
    with_front.send("destroy");
    seen.await("closed");
    with_front.send("make");
    seen.await("open", 2);
    with_front.close();
    front.stop();  // with one that is there
    upstream.reset();
}

TEST(a_conversation, says_why_it_is_over) {
    running_server serving{[](server& s) {
        s.on_message([](server& self, const message& m) {
            self.push(m.fd, "one");
            self.push(m.fd, "two");
            self.disconnect(m.fd, 4001, "enough");
        });
    }};
    conversation with_server{url_of(serving), on_tested_loop()};
    with_server.send("go");
    EXPECT_EQ(with_server.receive(10s)->data, "one");
    EXPECT_EQ(with_server.receive(10s)->data, "two");
    try {
        (void)with_server.receive(10s);
        ADD_FAILURE();
    } catch (const connection_error& over) {
        EXPECT_EQ(over.why(), error::none);
        EXPECT_EQ(over.code(), 4001);
        EXPECT_THAT(over.what(), HasSubstr("4001: enough"));
    }
    EXPECT_THROW(with_server.send("more"), connection_error);
}

TEST(a_conversation, waits_no_longer_than_it_is_told) {
    running_server serving{echo};
    conversation with_server{url_of(serving), on_tested_loop()};
    EXPECT_FALSE(with_server.receive(20ms));
    EXPECT_THROW(with_server.send("\xff"), std::invalid_argument);
}

}  // namespace
}  // namespace pushwire
