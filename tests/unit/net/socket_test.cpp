// Listening sockets, on loopback and in a folder of their own.

#include "net/socket.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include <pushwire/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "unit/net/sockets.hpp"

namespace pushwire::net {
namespace {

using testing::AllOf;
using testing::HasSubstr;

endpoint local(std::uint16_t port = 0) {
    return {.host = "127.0.0.1", .port = port, .unix_path = {}};
}

std::string refusal_of(const endpoint& where, const listen_options& options = {}) {
    try {
        (void)listen(where, options);
        return "listens";
    } catch (const setup_error& refused) {
        return refused.what();
    }
}

std::uint16_t port_of(const unique_descriptor& which) {
    sockaddr_storage name{};
    socklen_t size = sizeof name;
    ::getsockname(which.get(), reinterpret_cast<sockaddr*>(&name), &size);
    return to_address(name).port;
}

bool accepts_ipv4(const listening& server) {
    const unique_descriptor client = connect_to(server.where.port);
    pollfd waiting{.fd = server.sockets.front().get(), .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, 10'000) != 1) return false;
    const unique_descriptor accepted{::accept4(waiting.fd, nullptr, nullptr, SOCK_CLOEXEC)};
    return static_cast<bool>(accepted);
}

class unix_listen : public testing::Test {
  protected:
    unix_listen() {
        std::string name = (std::filesystem::temp_directory_path() / "pushwire-net-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
    }
    ~unix_listen() override { std::filesystem::remove_all(folder_); }

    endpoint at(const std::string& name) const {
        return {.host = {}, .port = 0, .unix_path = (folder_ / name).string()};
    }

    // Of a name in the folder, so that its path is as long as can be.
    std::size_t most_characters() const {
        return sizeof(sockaddr_un::sun_path) - 2 - folder_.string().size();
    }

    // Whether who connects to the path comes to that server.
    static bool leads_to(const listening& server) {
        const unique_descriptor client{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
        if (!client) return false;
        sockaddr_un name{};
        name.sun_family = AF_UNIX;
        server.where.unix_path.copy(name.sun_path, sizeof name.sun_path - 1);
        if (::connect(client.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0) return false;
        const unique_descriptor accepted{
            ::accept4(server.sockets.front().get(), nullptr, nullptr, SOCK_CLOEXEC)};
        return static_cast<bool>(accepted);
    }

    std::filesystem::path folder_;
};

TEST(unique_descriptor, closes_what_it_owns_and_no_more) {
    const unique_descriptor kept{::dup(0)};
    ASSERT_TRUE(kept);
    int released = -1;
    {
        unique_descriptor moved{::dup(kept.get())};
        unique_descriptor owner{std::move(moved)};
        EXPECT_FALSE(moved);  // NOLINT(bugprone-use-after-move)
        released = owner.release();
        EXPECT_FALSE(owner);
        owner = unique_descriptor{released};
    }
    EXPECT_EQ(::close(released), -1);
    EXPECT_EQ(errno, EBADF);
    EXPECT_TRUE(kept);
}

TEST(tcp_listen, tells_the_port_that_the_kernel_chose) {
    const listening one = listen(local(), {});

    EXPECT_NE(one.where.port, 0);
    ASSERT_EQ(one.sockets.size(), 1U);
    EXPECT_EQ(port_of(one.sockets[0]), one.where.port);
    EXPECT_EQ(option_of(one.sockets[0].get(), SOL_SOCKET, SO_REUSEPORT), 0);
    EXPECT_TRUE(accepts_ipv4(one));
}

TEST(tcp_listen, opens_several_sockets_on_one_port) {
    const listening several = listen(local(), {.count = 3});

    ASSERT_EQ(several.sockets.size(), 3U);
    for (const auto& each : several.sockets) EXPECT_EQ(port_of(each), several.where.port);
}

TEST(tcp_listen, says_that_a_port_is_in_use_and_how_to_mend_it) {
    for (const unsigned of_the_first : {1U, 2U}) {
        const listening first = listen(local(), {.count = of_the_first});
        for (const unsigned of_the_second : {1U, 2U}) {
            EXPECT_THAT(
                refusal_of(first.where, {.count = of_the_second}),
                AllOf(HasSubstr("port " + std::to_string(first.where.port) + " on 127.0.0.1 is in use"),
                      HasSubstr("stop the other server, or choose another port")))
                << of_the_first << " and " << of_the_second;
        }
    }
}

TEST(tcp_listen, takes_a_port_over_from_a_server_that_shares_it) {
    for (const listen_options& first_options :
         {listen_options{.takeover = true}, listen_options{.count = 2}}) {
        const listening first = listen(local(), first_options);
        const listening second = listen(first.where, {.count = 2, .takeover = true});

        EXPECT_EQ(second.where.port, first.where.port);
        EXPECT_EQ(second.sockets.size(), 2U);
    }
}

TEST(tcp_listen, takes_no_client_of_a_running_server_before_it_is_open) {
    const listening first = listen(local(), {.takeover = true});
    const listening second = bind(local(first.where.port), {.takeover = true});

    for (int i = 0; i < 32; ++i) ASSERT_TRUE(accepts_ipv4(first)) << i;
}

TEST(tcp_listen, cannot_take_over_from_a_server_that_does_not_share) {
    const listening first = listen(local(), {});

    EXPECT_THAT(refusal_of(first.where, {.takeover = true}),
                HasSubstr("in use by a server that does not share it"));
}

TEST(tcp_listen, takes_the_port_of_a_server_that_has_just_gone) {
    std::uint16_t port = 0;
    {
        const listening gone = listen(local(), {});
        port = gone.where.port;
        const unique_descriptor client = connect_to(port);
        pollfd waiting{.fd = gone.sockets.front().get(), .events = POLLIN, .revents = 0};
        ASSERT_EQ(::poll(&waiting, 1, 10'000), 1);
        const unique_descriptor closed_first{
            ::accept(waiting.fd, nullptr, nullptr)};  // which leaves a TIME_WAIT
    }

    EXPECT_EQ(listen(local(port), {}).where.port, port);
}

TEST(tcp_listen, hears_ipv4_clients_at_every_address) {
    EXPECT_TRUE(accepts_ipv4(listen({.host = "*", .port = 0, .unix_path = {}}, {})));
    EXPECT_TRUE(accepts_ipv4(listen({.host = "0.0.0.0", .port = 0, .unix_path = {}}, {})));
    EXPECT_TRUE(accepts_ipv4(listen({.host = "localhost", .port = 0, .unix_path = {}}, {})));
}

TEST(tcp_listen, hears_both_kinds_of_clients_at_every_ipv6_address) {
    std::optional<listening> server;
    try {
        server = listen({.host = "::", .port = 0, .unix_path = {}}, {.count = 2});
    } catch (const setup_error& refused) {
        GTEST_SKIP() << "no IPv6 here: " << refused.what();
    }
    EXPECT_EQ(option_of(server->sockets[1].get(), IPPROTO_IPV6, IPV6_V6ONLY), 0);
    EXPECT_THAT(refusal_of({.host = "0.0.0.0", .port = server->where.port, .unix_path = {}}),
                HasSubstr("in use"));
}

TEST(tcp_listen, says_that_a_host_is_unknown) {
    EXPECT_THAT(refusal_of({.host = "nobody.invalid", .port = 0, .unix_path = {}}),
                AllOf(HasSubstr("host \"nobody.invalid\" is unknown"), HasSubstr("check the name")));
}

TEST(tcp_listen, says_that_an_address_is_not_of_this_machine) {
    // 192.0.2.0/24 is for documents (RFC 5737); .255 is at most a broadcast address.
    EXPECT_THAT(refusal_of({.host = "198.51.100.255", .port = 0, .unix_path = {}}),
                HasSubstr("is no address of this machine"));
}

TEST(tcp_listen, says_that_a_low_port_needs_a_privilege) {
    int first_free = 0;
    std::ifstream{"/proc/sys/net/ipv4/ip_unprivileged_port_start"} >> first_free;
    if (first_free <= 1) GTEST_SKIP() << "here no port needs a privilege";

    EXPECT_EXIT(
        {
            if (::getuid() == 0 && ::setuid(65534) != 0) ::_exit(1);
            std::fputs(refusal_of(local(1)).c_str(), stderr);
            ::_exit(0);
        },
        testing::ExitedWithCode(0), "port 1 on 127.0.0.1 needs a privilege: choose a port of 1024 or more");
}

TEST_F(unix_listen, makes_one_socket_for_all) {
    const listening one = listen(at("s"), {.count = 3});

    EXPECT_EQ(one.sockets.size(), 1U);
    EXPECT_EQ(one.where, at("s"));
}

TEST_F(unix_listen, removes_what_a_dead_server_left_behind) {
    listening dead = listen(at("s"), {});
    dead.sockets.clear();
    ASSERT_TRUE(std::filesystem::is_socket(folder_ / "s"));

    EXPECT_EQ(listen(at("s"), {}).sockets.size(), 1U);
}

TEST_F(unix_listen, removes_its_own_path_in_the_end_and_no_other) {
    const listening others = listen(at("others"), {});
    {
        const listening ours = listen(at("s"), {});
        const listening taken = listen(at("taken"), {});
        std::filesystem::rename(folder_ / "others", folder_ / "taken");
    }

    EXPECT_FALSE(std::filesystem::exists(folder_ / "s"));
    EXPECT_TRUE(std::filesystem::is_socket(folder_ / "taken"));
}

TEST_F(unix_listen, says_that_a_path_is_in_use) {
    const listening live = listen(at("s"), {});

    EXPECT_THAT(refusal_of(at("s")), AllOf(HasSubstr("s is in use"), HasSubstr("stop the other server")));
    EXPECT_TRUE(std::filesystem::is_socket(folder_ / "s"));
}

TEST_F(unix_listen, says_that_a_path_is_in_use_whose_queue_is_full) {
    const listening live = listen(at("s"), {});
    ::listen(live.sockets.front().get(), 0);
    std::vector<unique_descriptor> waiting;
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    live.where.unix_path.copy(name.sun_path, sizeof name.sun_path - 1);
    int result = 0;
    while (result == 0) {
        waiting.emplace_back(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        result = ::connect(waiting.back().get(), reinterpret_cast<const sockaddr*>(&name), sizeof name);
    }
    ASSERT_EQ(errno, EAGAIN);

    EXPECT_THAT(refusal_of(at("s")), HasSubstr("is in use"));
}

TEST_F(unix_listen, takes_a_live_path_over) {
    const listening live = listen(at("s"), {});

    const listening taker = listen(at("s"), {.takeover = true});

    EXPECT_TRUE(leads_to(taker));
}

TEST_F(unix_listen, takes_nothing_over_before_it_is_open) {
    for (const auto& name : {std::string{"s"}, std::string(most_characters(), 'x')}) {
        const listening live = listen(at(name), {});
        {
            const listening taker = bind(at(name), {.takeover = true});
            EXPECT_TRUE(leads_to(live)) << name;
        }
        EXPECT_TRUE(leads_to(live)) << name;
        EXPECT_EQ(std::distance(std::filesystem::directory_iterator{folder_}, {}), 1) << name;
    }
}

TEST_F(unix_listen, does_not_touch_what_is_no_socket) {
    std::ofstream{folder_ / "file"} << "kept";

    EXPECT_THAT(refusal_of(at("file")), HasSubstr("exists and is not a socket"));
    EXPECT_THAT(refusal_of(at("file"), {.takeover = true}), HasSubstr("exists and is not a socket"));
    EXPECT_EQ(std::filesystem::file_size(folder_ / "file"), 4U);
}

TEST_F(unix_listen, says_how_long_a_path_may_be) {
    EXPECT_THAT(refusal_of(at(std::string(200, 'x'))),
                AllOf(HasSubstr("at most 107 bytes"), HasSubstr("shorter")));
}

TEST_F(unix_listen, says_that_a_folder_is_missing) {
    EXPECT_THAT(refusal_of(at("none/s")), AllOf(HasSubstr("the folder of"), HasSubstr("does not exist")));
}

}  // namespace
}  // namespace pushwire::net
