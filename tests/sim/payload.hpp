#pragma once
// Messages that can be told apart: each says in its first bytes which stream it belongs to, and no two are equal.
//
//   "c3.17 ..."       from client 3 to the server; or its echo
//   "o2.17 ..."       pushed by the connection's own worker
//   "Ft0.17 ..."      pushed from elsewhere, by thread t0 (or worker w1)
//   "Pw1:news.17 ..." published by w1 to the topic "news"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include <pushwire/message.hpp>

#include "sim/random.hpp"

namespace pushwire::sim {

/// `size` bytes, or as many as `head` has if it has more; valid UTF-8 if it is text.
[[nodiscard]] std::string make_payload(random& chance, std::string_view head, std::size_t size,
                                       message_type type);

[[nodiscard]] std::uint64_t digest(message_type type, std::string_view data);

/// The stream that a message belongs to which a client received: "Ft0", "Pw1:news", or "o" for what its own worker
/// pushed, echoes and messages too short for a head included.
[[nodiscard]] std::string_view stream_of(std::string_view data);

/// Its head, for the transcript.
[[nodiscard]] inline std::string_view shown(std::string_view data) {
    const auto head = data.substr(0, std::min(data.find(' '), std::size_t{16}));
    const bool printable = std::ranges::all_of(head, [](char c) { return c > ' ' && c < 127; });
    return printable ? head : "...";
}

}  // namespace pushwire::sim
