// Which loop is made.

#include "net/loop.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string_view>
#include <system_error>

#include <pushwire/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "net/uring.hpp"

namespace pushwire::net {
namespace {

// To this process, from here on, as a container may do.
void forbid(long system_call) {
    std::array<sock_filter, 4> program{{
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(system_call), 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    }};
    const sock_fprog all{.len = program.size(), .filter = program.data()};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &all) != 0) {
        throw std::system_error{errno, std::generic_category(), "prctl"};
    }
}

TEST(loop, is_epoll_where_that_is_asked_for) {
    EXPECT_EQ(std::string_view{loop::make(backend::epoll)->name()}, "epoll");
}

TEST(loop, is_io_uring_by_itself_where_that_is_fit) {
    EXPECT_EQ(std::string_view{loop::make(backend::automatic)->name()},
              uring::is_fit() ? "io_uring" : "epoll");
}

TEST(loop, is_epoll_by_itself_where_io_uring_is_not_allowed) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");  // so that nothing is known yet of what is allowed
    for (const long call : {SYS_io_uring_setup, SYS_io_uring_register, SYS_io_uring_enter}) {
        EXPECT_EXIT(
            {
                forbid(call);
                const auto made = loop::make(backend::automatic);
                std::cerr << made->name();
                std::_Exit(0);
            },
            testing::ExitedWithCode(0), "epoll");
    }
}

TEST(loop, on_io_uring_is_made_or_says_what_to_do) {
    try {
        EXPECT_EQ(std::string_view{loop::make(backend::io_uring)->name()}, "io_uring");
    } catch (const setup_error& refused) {
        EXPECT_THAT(refused.what(), testing::HasSubstr("choose epoll"));
    }
}

TEST(loop, knows_the_time_before_its_first_turn) {
    const time_point before = clock::now();
    const auto made = loop::make(backend::automatic);

    EXPECT_GE(made->now(), before);
    EXPECT_LE(made->now(), clock::now());
}

TEST(loop, keeps_idle_streams_small) {
    EXPECT_LE(sizeof(stream), 32U);
}

}  // namespace
}  // namespace pushwire::net
