// The messages of a run: the bytes to send, encoded before the clock starts, and the bytes that must come
// back.
//
// Both are rings: after the last message comes the first. RFC 6455 leaves a server no choice about how a
// short, unfragmented reply is written (no mask, the shortest length), so checking a reply is comparing
// bytes.
//
//     outgoing   | header mask payload 0 | header mask payload 1 | ...   all of the same length
//     replies    | header payload 0 | header payload 1 | ...              for tcp: the same as outgoing
//
// Invariant: neighbouring messages differ, so a reply that comes twice, late or not at all is noticed.

#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "load_options.hpp"

namespace bench {

class load_messages {
  public:
    explicit load_messages(const load_options& options);

    /// How many different messages there are.
    std::size_t count() const { return count_; }
    std::size_t outgoing_bytes() const { return outgoing_.size() / count_; }
    std::size_t reply_bytes() const { return replies_.size() / count_; }
    std::size_t reply_header_bytes() const { return reply_header_bytes_; }

    /// All messages one after the other; valid as long as this object.
    std::span<const std::byte> outgoing() const { return outgoing_; }
    std::span<const std::byte> replies() const { return replies_; }

  private:
    std::size_t count_;
    std::size_t reply_header_bytes_;
    std::vector<std::byte> outgoing_;
    std::vector<std::byte> replies_;
};

}  // namespace bench
