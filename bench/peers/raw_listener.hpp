// What the raw servers share: their options, the socket that they listen on, and how they end. None of it runs while
// messages flow.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bench {

struct raw_listener {
    int epoll;
    int listener;               // watched already
    std::size_t message_bytes;  // as they come over the wire; only some servers ask
};

/// Reads the options, listens, and says where on the first line of standard output. Ends the program for --help and
/// where something is wrong. Signals end it later: a raw server has nothing to tidy up.
raw_listener listen_raw(int argc, char** argv, std::string_view name, std::string_view scheme);

/// The next connection, which does not wait and is watched for input; -1 if there is none.
int accept_raw(const raw_listener& on);

/// epoll_ctl, which must not fail.
void watch_raw(int epoll, int operation, int fd, std::uint32_t interest);

/// Ends the program with what could not be done and why.
[[noreturn]] void give_up(std::string_view what, int status);

}  // namespace bench
