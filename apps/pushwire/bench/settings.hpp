#pragma once
// What a run was asked for, checked as a whole before anything connects.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <pushwire/message.hpp>

#include <sys/types.h>

#include "target.hpp"

namespace pushwire::bench {

enum class mode : unsigned char {
    echo,       ///< each message comes back to who sent it
    fanout,     ///< one sends, all receive
    handshake,  ///< connections come, open and go
    idle,       ///< connections come and stay
};

struct settings {
    target to;
    bench::mode mode = mode::echo;
    std::size_t connections = 50;  ///< in fanout: those that receive
    std::size_t size = 64;         ///< of a payload, in bytes
    message_type type = message_type::binary;
    bool ascii_only = false;            ///< the text
    std::size_t depth = 1;              ///< messages in flight: on each connection, or publications
    std::optional<std::uint64_t> rate;  ///< messages (publications) a second; then nothing waits for replies
    std::chrono::milliseconds duration{10'000};
    std::chrono::milliseconds warmup{1000};
    std::optional<pid_t> pid;
    bool compression = false;
    bool insecure = false;
    std::string ca;    ///< a file; empty: what the system trusts
    std::string json;  ///< a file, or "-"; empty: none
    std::string html;  ///< a file; empty: none

    [[nodiscard]] bool has_messages() const { return mode == mode::echo || mode == mode::fanout; }
};

[[nodiscard]] std::string_view name_of(mode);
/// Of what the messages are: "text", "ascii" or "binary".
[[nodiscard]] std::string_view type_name(const settings& with);

/// False if the help text was asked for, and printed. Throws usage_error.
bool read_settings(std::span<char* const> arguments, settings& into);

}  // namespace pushwire::bench
