#pragma once
// The messages of a run: the bytes to send, encoded before the clock starts, and the bytes that must come back.
//
// Both are rings: after the last message comes the first. RFC 6455 leaves a server no choice about how a short,
// unfragmented reply is written (no mask, the shortest length), so checking a reply is comparing bytes.
//
//     outgoing   | header mask payload 0 | header mask payload 1 | ...
//     replies    | header payload 0 | header payload 1 | ...              all as long; tcp: the same as outgoing
//
// What a server compresses is its choice: then `replies` says what must come out, and what came the first time and was
// right is what must come again (reply_reader).
//
// Invariant: neighbouring messages differ, so a reply that comes twice, late or not at all is noticed.

#include <cstddef>
#include <span>
#include <vector>

#include "settings.hpp"

namespace pushwire::bench {

class messages {
  public:
    explicit messages(const settings& with);

    /// How many different messages there are.
    [[nodiscard]] std::size_t count() const { return starts_.size() - 1; }

    /// All messages one after the other; valid as long as this object.
    [[nodiscard]] std::span<const std::byte> outgoing() const { return outgoing_; }
    [[nodiscard]] std::size_t start_of(std::size_t index) const { return starts_[index]; }
    /// The bytes of `many` messages from `index` on.
    [[nodiscard]] std::size_t bytes_of(std::size_t index, std::size_t many) const {
        const auto end = index + many;
        if (end < count()) [[likely]]
            return starts_[end] - starts_[index];
        return end / count() * outgoing_.size() + starts_[end % count()] - starts_[index];
    }
    /// From this place of outgoing() to where a message begins: 0 if one does here.
    [[nodiscard]] std::size_t rest_of_message(std::size_t place) const;

    [[nodiscard]] std::span<const std::byte> replies() const { return replies_; }
    [[nodiscard]] std::size_t reply_bytes() const { return reply_bytes_; }
    [[nodiscard]] std::size_t reply_header_bytes() const { return reply_header_bytes_; }
    [[nodiscard]] std::span<const std::byte> payload(std::size_t index) const {
        return replies().subspan(index * reply_bytes_ + reply_header_bytes_,
                                 reply_bytes_ - reply_header_bytes_);
    }

    [[nodiscard]] message_type type() const { return type_; }
    [[nodiscard]] bool compressed() const { return compressed_; }

  private:
    message_type type_;
    bool compressed_;
    std::size_t reply_bytes_ = 0;
    std::size_t reply_header_bytes_ = 0;
    std::vector<std::byte> outgoing_;
    std::vector<std::size_t> starts_;  // of each message in outgoing_, and its end
    std::vector<std::byte> replies_;
};

}  // namespace pushwire::bench
