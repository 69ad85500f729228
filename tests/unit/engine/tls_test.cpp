// A server that speaks TLS, as its handlers see it.

#include <thread>

#include <pushwire/server.hpp>

#include <gmock/gmock.h>
#include <openssl/ssl.h>

#include "support/running_server.hpp"
#include "support/test_client.hpp"
#include "support/tls_client.hpp"
#include "support/tls_files.hpp"

namespace pushwire {
namespace {

using pushwire::testing::journal;
using pushwire::testing::running_server;
using support::tls_client;
using support::tls_files;

options speaking_tls(tls_files& files) {
    options with;
    with.tls = files.options();
    return with;
}

TEST(tls, facts_are_told_with_the_request) {
    tls_files files;
    journal told;
    running_server server{
        [&](auto& to) {
            to.on_open([&](auto&, const request& request) {
                ASSERT_TRUE(request.tls);
                told.add(std::string{request.tls->version} + " " + request.tls->server_name);
            });
        },
        speaking_tls(files)};

    tls_client client{server.port(), "/"};

    told.await("TLSv1.3 localhost");
}

TEST(tls, facts_are_none_on_a_plain_connection) {
    journal told;
    running_server server{[&](auto& to) {
        to.on_open([&](auto&, const request& request) { told.add(request.tls ? "tls" : "plain"); });
    }};

    testing::test_client client{server.port(), "/"};

    told.await("plain");
}

TEST(tls, facts_stay_with_a_handshake_that_is_decided_later) {
    tls_files files;
    journal told;
    std::thread decides;
    running_server server{[&](auto& to) {
                              to.on_handshake([&](auto&, handshake& asked) {
                                  decides = std::thread{[&told, kept = std::move(asked)]() mutable {
                                      told.add(kept.request().tls->server_name);
                                      kept.accept();
                                  }};
                              });
                          },
                          speaking_tls(files)};

    tls_client client{server.port(), "/"};

    told.await("localhost");
    decides.join();
}

TEST(tls, carries_messages_both_ways_whatever_their_size) {
    tls_files files;
    running_server server{[](auto& to) {
                              to.on_message([](auto& self, const message& message) {
                                  self.push(message.fd, message.data, message.type);
                              });
                          },
                          speaking_tls(files)};
    tls_client client{server.port(), "/"};

    for (const std::size_t size : {0, 1, 16'384, 16'385, 1'000'000}) {
        const std::string text(size, 'x');
        client.send_text(text);
        EXPECT_TRUE(client.read_text() == text) << size;
    }
}

TEST(tls, delivers_a_publication_to_plain_and_secure_subscribers) {
    tls_files files;
    journal told;
    auto with = speaking_tls(files);
    with.listen.push_back("ws://127.0.0.1:0");
    running_server server{[&](auto& to) {
                              to.on_open([&](auto& self, const request& request) {
                                  self.subscribe(request.fd, "news");
                                  told.add("in");
                              });
                          },
                          with};
    const auto plain_address = server->addresses().back();
    const auto plain_port =
        static_cast<std::uint16_t>(std::stoi(plain_address.substr(plain_address.rfind(':') + 1)));
    tls_client secure{server.port(), "/"};
    testing::test_client plain{plain_port, "/"};
    told.await("in", 2);

    server->publish("news", "to all");

    EXPECT_EQ(secure.read_text(), "to all");
    EXPECT_EQ(plain.read_text(), "to all");
}

TEST(tls, holds_up_a_peer_while_the_application_pauses_it) {
    tls_files files;
    journal told;
    running_server server{[&](auto& to) {
                              to.on_message([&](auto& self, const message& message) {
                                  told.add(std::string{message.data});
                                  self.pause(message.fd);
                                  self.after(std::chrono::milliseconds{20}, [fd = message.fd](auto& later) {
                                      later.post(fd, [fd](auto& its) { its.resume(fd); });
                                  });
                              });
                          },
                          speaking_tls(files)};
    tls_client client{server.port(), "/"};

    for (const char* text : {"one", "two", "three"}) client.send_text(text);

    told.await("three");
    EXPECT_THAT(told.lines(), ::testing::ElementsAre("one", "two", "three"));
}

TEST(tls, queues_for_a_peer_that_does_not_read_and_tells_when_it_has_read) {
    tls_files files;
    journal told;
    auto with = speaking_tls(files);
    with.limits.max_backlog = std::size_t{64} << 20;
    fd who;
    running_server server{[&](auto& to) {
                              to.on_open([&](auto&, const request& request) {
                                  who = request.fd;
                                  told.add("open");
                              });
                              to.on_drain([&](auto&, fd) { told.add("drained"); });
                          },
                          with};
    tls_client client{server.port(), "/"};
    told.await("open");
    const std::string text(1'000'000, 'x');

    server->post(who, [&](auto& self) {
        for (int i = 0; i < 29; ++i) self.push(who, text);
    });
    server->post(who, [&](auto& self) {
        // Those before were handed to the kernel at the end of a turn.
        self.post(who, [&](auto& its) {
            if (its.push(who, text) == push_result::queued) told.add("queued");
        });
    });

    told.await("queued");
    for (int i = 0; i < 30; ++i) ASSERT_TRUE(client.read_text() == text);
    told.await("drained");
}

TEST(tls, reload_serves_new_connections_with_new_files_and_keeps_the_old_ones) {
    tls_files files;
    running_server server{
        [](auto& to) {
            to.on_message([](auto& self, const message& message) { self.push(message.fd, message.data); });
        },
        speaking_tls(files)};
    tls_client before{server.port(), "/"};
    files.make("localhost", {"localhost", "fresh.test"});

    server->reload_tls();

    EXPECT_THAT(server->tls_certificates().front().names, ::testing::ElementsAre("localhost", "fresh.test"));
    tls_client after{server.port(), "/"};
    EXPECT_THAT(after.names_shown(), ::testing::Contains("fresh.test"));
    before.send_text("still here");
    EXPECT_EQ(before.read_text(), "still here");
}

TEST(tls, reload_keeps_what_there_is_when_a_file_is_no_good) {
    tls_files files;
    running_server server{[](auto&) {}, speaking_tls(files)};
    std::filesystem::remove(files.folder() / "localhost.key");

    EXPECT_THROW(server->reload_tls(), setup_error);

    tls_client client{server.port(), "/"};
    EXPECT_EQ(server->tls_certificates().size(), 1u);
}

TEST(tls, reload_needs_certificates) {
    running_server server{[](auto&) {}};

    EXPECT_THROW(server->reload_tls(), setup_error);
}

TEST(tls, handshakes_under_way_do_not_hold_up_the_end) {
    tls_files files;
    auto with = speaking_tls(files);
    with.limits.grace = std::chrono::minutes{1};
    running_server server{[](auto&) {}, with};
    testing::test_client silent{server.port()};
    silent.send_raw("\x16\x03\x01");
    tls_client open{server.port(), "/"};  // by now the other was accepted

    server->stop();

    EXPECT_TRUE(silent.at_end());
    EXPECT_EQ(open.read_close().close_code(), 1001);
    open.send_close(1001);
    open.close();
    server.stop();
}

/// Pushes numbered messages, one a turn, until one waits, encrypted; then tells the journal how many.
void push_until_one_waits(server& s, fd to, journal& told, int count = 0) {
    if (s.stats().backlog_bytes != 0) return told.add("pushed " + std::to_string(count));
    s.push(to, std::to_string(count) + "." + std::string(9000, '.'));
    s.after(std::chrono::milliseconds{1},
            [=, &told](server& self) { push_until_one_waits(self, to, told, count + 1); });
}

void fill_slowly(server& s, journal& told) {
    s.on_open([&told](server& self, const request& request) {
        if (request.tls) push_until_one_waits(self, request.fd, told);
    });
}

std::size_t pushed(const journal& told) {
    for (const auto& line : told.lines()) {
        if (line.starts_with("pushed ")) return std::stoul(line.substr(7));
    }
    return 0;
}

TEST(tls, sends_all_to_who_has_ended_its_side_and_reads_on) {
    tls_files files;
    journal told;
    running_server server{[&](auto& to) {
                              fill_slowly(to, told);
                              to.on_close([&](auto&, fd) { told.add("closed"); });
                          },
                          speaking_tls(files)};
    tls_client client{server.port(), "/"};
    while (pushed(told) == 0) std::this_thread::yield();

    client.shut_write();
    told.await("closed");

    for (std::size_t i = 0; i < pushed(told); ++i)
        ASSERT_TRUE(client.read_text().starts_with(std::to_string(i) + ".")) << i;
}

TEST(tls, is_out_of_the_line_of_those_who_give_way_once_it_is_being_closed) {
    tls_files files;
    journal told;
    auto with = speaking_tls(files);
    with.listen = {"127.0.0.1:0", "ws://127.0.0.1:0"};
    with.limits.max_message = 64 * 1024;
    with.limits.max_backlog = 8 << 20;
    with.limits.max_all_backlogs = 9 << 20;
    running_server serving{[&](auto& to) {
                               fill_slowly(to, told);
                               to.on_close([&](server& self, fd) {
                                   // In the same turn, before the loop lets go of the one that has ended.
                                   self.after(std::chrono::milliseconds{0}, [&](server& of) {
                                       for (int i = 0; i < 400; ++i) {
                                           for (const auto each : of.connections())
                                               of.push(each, std::string(60'000, '.'));
                                       }
                                       told.add("flooded");
                                   });
                               });
                           },
                           with};
    const auto plain = serving->addresses().back();
    const auto port = static_cast<std::uint16_t>(std::stoi(plain.substr(plain.rfind(':') + 1)));
    testing::test_client slow{port, "/"};
    testing::test_client slower{port, "/"};
    tls_client client{serving.port(), "/"};
    while (pushed(told) == 0) std::this_thread::yield();

    client.shut_write();

    told.await("flooded");
}

}  // namespace
}  // namespace pushwire
