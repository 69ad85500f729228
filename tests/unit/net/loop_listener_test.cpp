// Accepting connections, and running out of descriptors.

#include <filesystem>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/un.h>

#include "net/loop.hpp"
#include "unit/net/recorder.hpp"
#include "unit/net/sockets.hpp"

namespace pushwire::net {
namespace {

using namespace std::chrono_literals;

class loop_listener : public with_loop {
  protected:
    loop_listener() { loop_->listen(listener_, server_.sockets[0].get(), false); }
    ~loop_listener() override {
        if (!removed_) loop_->remove(listener_);
    }

    void SetUp() override { poll(); }

    std::vector<unique_descriptor> connect(std::size_t how_many) {
        std::vector<unique_descriptor> made;
        while (made.size() < how_many) made.push_back(connect_to(server_.where.port));
        return made;
    }

    listening server_ = net::listen({.host = "127.0.0.1", .port = 0, .unix_path = {}}, {});
    recording_listener listener_;
    bool removed_ = false;
};

/// As long as it lives no descriptor can be made. UBSan makes a pipe when it checks the type of an object that it has
/// not met in that place, so what a test is to do with it is done once before.
class descriptors_run_out {
  public:
    descriptors_run_out() {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        const unique_descriptor lowest_free{::dup(0)};
        rlimit none = before_;
        none.rlim_cur = static_cast<rlim_t>(lowest_free.get());
        ::setrlimit(RLIMIT_NOFILE, &none);
    }
    ~descriptors_run_out() { ::setrlimit(RLIMIT_NOFILE, &before_); }

  private:
    rlimit before_{};
};

TEST_F(loop_listener, hands_over_connections_that_do_not_delay_small_writes) {
    const auto clients = connect(2);
    ASSERT_TRUE(turn_until([&] { return listener_.accepted.size() == 2; }));

    for (const auto& each : listener_.accepted) {
        EXPECT_EQ(option_of(each.get(), IPPROTO_TCP, TCP_NODELAY), 1);
        EXPECT_NE(::fcntl(each.get(), F_GETFL) & O_NONBLOCK, 0);
        EXPECT_NE(::fcntl(each.get(), F_GETFD) & FD_CLOEXEC, 0);
    }
    EXPECT_EQ(to_string(listener_.remotes[0]), "127.0.0.1");
    EXPECT_NE(listener_.remotes[0].port, 0);
    EXPECT_TRUE(rests());
}

TEST_F(loop_listener, accepts_a_burst_in_more_than_one_turn) {
    const auto clients = connect(150);

    poll();
    const std::size_t in_one_turn = listener_.accepted.size();

    EXPECT_LE(in_one_turn, 64U);
    EXPECT_TRUE(turn_until([&] { return listener_.accepted.size() == clients.size(); }));
}

TEST_F(loop_listener, leaves_connections_in_the_queue_while_it_is_paused) {
    loop_->pause(listener_);
    const auto clients = connect(1);

    EXPECT_TRUE(rests());
    EXPECT_EQ(listener_.accepted.size(), 0U);

    loop_->resume(listener_);
    EXPECT_TRUE(turn_until([&] { return listener_.accepted.size() == 1; }));
}

TEST_F(loop_listener, accepts_no_more_when_it_is_paused_from_within) {
    const auto clients = connect(3);
    listener_.after_accepted = [&] { loop_->pause(listener_); };

    ASSERT_TRUE(turn_until([&] { return !listener_.accepted.empty(); }));
    EXPECT_TRUE(rests());

    EXPECT_EQ(listener_.accepted.size(), 1U);
}

TEST_F(with_loop, listener_can_be_destroyed_by_what_it_is_told) {
    const listening server = net::listen({.host = "127.0.0.1", .port = 0, .unix_path = {}}, {});
    auto mortal = std::make_unique<recording_listener>();
    loop_->listen(*mortal, server.sockets[0].get(), false);
    const unique_descriptor first = connect_to(server.where.port);
    const unique_descriptor second = connect_to(server.where.port);
    mortal->after_accepted = [&] {
        loop_->remove(*mortal);
        const auto gone = std::move(mortal);
        (void)gone;
    };

    EXPECT_TRUE(turn_until([&] { return mortal == nullptr; }));
    EXPECT_TRUE(rests());
}

TEST_F(with_loop, listener_can_be_destroyed_while_its_event_waits) {
    const listening server = net::listen({.host = "127.0.0.1", .port = 0, .unix_path = {}}, {});
    auto mortal = std::make_unique<recording_listener>();
    loop_->listen(*mortal, server.sockets[0].get(), false);
    socket_pair pair = unix_pair();
    recording_stream stopping;
    loop_->attach(stopping, pair.ours.release());
    stopping.after_received = [&] {
        EXPECT_EQ(mortal->accepted.size(), 0U);
        loop_->remove(*mortal);
        mortal.reset();
    };
    write_all(pair.peer, "stop");  // ready first, so told first
    const unique_descriptor client = connect_to(server.where.port);

    poll();

    EXPECT_EQ(stopping.received, "stop");
    EXPECT_EQ(mortal, nullptr);
    close(stopping);
}

TEST_F(with_loop, listeners_of_two_loops_share_a_unix_socket) {
    std::string folder = (std::filesystem::temp_directory_path() / "pushwire-net-XXXXXX").string();
    ASSERT_NE(::mkdtemp(folder.data()), nullptr);
    const listening server = net::listen({.host = {}, .port = 0, .unix_path = folder + "/s"}, {});
    const auto other = loop::make(support::tested_loop<backend>());
    recording_listener here;
    recording_listener there;
    loop_->listen(here, server.sockets[0].get(), true);
    other->listen(there, server.sockets[0].get(), true);
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    server.where.unix_path.copy(name.sun_path, sizeof name.sun_path - 1);
    const unique_descriptor client{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    ASSERT_EQ(::connect(client.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);

    poll();
    other->turn(time_point::min());

    ASSERT_EQ(here.accepted.size() + there.accepted.size(), 1U);
    EXPECT_EQ(to_string((here.remotes.empty() ? there : here).remotes[0]), "unix");
    loop_->pause(here);  // an exclusive registration cannot be changed in place
    loop_->resume(here);
    loop_->remove(here);
    other->remove(there);
    std::filesystem::remove_all(folder);
}

TEST_F(loop_listener, frees_its_address_when_it_is_removed_and_closed) {
    loop_->remove(listener_);
    removed_ = true;
    net::close(server_);

    EXPECT_NO_THROW(net::listen({.host = "127.0.0.1", .port = server_.where.port, .unix_path = {}}, {}));
}

TEST_F(with_loop, listening_on_what_cannot_be_watched_throws) {
    recording_listener none;

    EXPECT_THROW(loop_->listen(none, -1, false), std::system_error);
}

TEST_F(loop_listener, tells_once_that_descriptors_have_run_out_and_does_not_spin) {
    const auto clients = connect(2);
    int turns = 0;
    {
        const descriptors_run_out now;
        const time_point end = clock::now() + 350ms;
        while (clock::now() < end) {
            loop_->turn(end);
            ++turns;
        }
    }

    EXPECT_EQ(listener_.accepted.size(), 0U);
    EXPECT_THAT(listener_.failures, testing::ElementsAre(std::error_code{EMFILE, std::system_category()}));
    // The failure; three times its timer and what comes of it; the end. However many are told in one turn.
    EXPECT_LE(turns, 12);
}

TEST_F(loop_listener, accepts_again_by_itself_when_there_are_descriptors) {
    const auto clients = connect(2);
    time_point failed;
    {
        const descriptors_run_out now;
        ASSERT_TRUE(turn_until([&] { return !listener_.failures.empty(); }));
        failed = loop_->now();
    }

    ASSERT_TRUE(turn_until([&] { return listener_.accepted.size() == 2; }));

    EXPECT_GE(loop_->now(), failed + 100ms);
    EXPECT_EQ(listener_.failures.size(), 1U);
    {
        const auto more = connect(1);
        const descriptors_run_out again;
        EXPECT_TRUE(turn_until([&] { return listener_.failures.size() == 2; }));
    }
}

TEST_F(loop_listener, accepts_at_once_when_the_loop_closes_a_descriptor) {
    socket_pair pair = unix_pair();
    recording_stream closing;
    loop_->attach(closing, pair.ours.release());
    loop_->disarm(closing);
    const auto clients = connect(1);
    const descriptors_run_out now;
    ASSERT_TRUE(turn_until([&] { return !listener_.failures.empty(); }));

    loop_->close(closing);
    for (int turns = 0; turns < 3; ++turns)
        poll();  // on io_uring one closes it, and one asks for connections

    EXPECT_EQ(listener_.accepted.size(), 1U);
    EXPECT_EQ(listener_.failures.size(), 1U);  // nobody waits any more: nothing failed
}

TEST_F(loop_listener, can_be_removed_while_descriptors_have_run_out) {
    const auto clients = connect(1);
    const descriptors_run_out now;
    ASSERT_TRUE(turn_until([&] { return !listener_.failures.empty(); }));

    loop_->remove(listener_);
    removed_ = true;

    const time_point end = clock::now() + 150ms;  // its timer comes meanwhile, and finds nobody
    while (clock::now() < end) loop_->turn(end);
    EXPECT_EQ(listener_.accepted.size(), 0U);
}

}  // namespace
}  // namespace pushwire::net
