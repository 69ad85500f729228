// What the load generator was asked to do: where, how much, how long. Checked as a whole before anything
// connects.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include <netinet/in.h>
#include <sys/types.h>

namespace bench {

enum class load_protocol { websocket, tcp };
enum class message_type { text, binary };

struct load_options {
    std::string url;
    load_protocol protocol = load_protocol::websocket;
    sockaddr_in address{};   // always a loopback address
    std::string host;        // as in the URL, with the port
    std::string path = "/";  // of the opening handshake

    std::size_t connections = 50;
    std::size_t size_bytes = 64;  // of a payload
    std::size_t depth = 1;        // messages in flight on each connection
    message_type type = message_type::binary;

    std::chrono::duration<double> warmup{0.5};
    std::chrono::duration<double> measured{3.0};
    std::optional<pid_t> server_pid;
};

inline constexpr std::string_view load_usage =
    "usage: load --url ws://127.0.0.1:PORT/PATH | tcp://127.0.0.1:PORT\n"
    "            [--connections N] [--size BYTES] [--depth MESSAGES_IN_FLIGHT] [--type text|binary]\n"
    "            [--seconds S] [--warmup S] [--pid PID_OF_THE_SERVER]\n";

/// The options, or one line that says what is wrong with them.
std::expected<load_options, std::string> parse_load_options(int argc, char** argv);

}  // namespace bench
