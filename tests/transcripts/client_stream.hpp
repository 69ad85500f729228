#pragma once
// What a client sends, as a transcript would have it. A client draws its keys, and a transcript says some: so each frame is
// unmasked, and masked again with the key that is written; and the key of the opening handshake stands for the one that
// was drawn, also in the answer to it. What is not as it must be whatever the keys are, is told.

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "transcripts/transcript.hpp"

namespace pushwire::transcripts {

class client_stream {
  public:
    explicit client_stream(std::vector<protocol::masking_key> written_masks);

    /// What has come from the client. Returns as much as is whole: the head, frames.
    [[nodiscard]] bytes take(std::span<const std::byte> data);
    /// Something has begun, and not all of it has come.
    [[nodiscard]] bool is_amid() const { return !rest_.empty(); }
    /// What the client must never do.
    [[nodiscard]] const std::optional<std::string>& wrong() const { return wrong_; }

    /// What the peer of a transcript sends, with a Sec-WebSocket-Accept that fits, where it is written that it fits, and
    /// else one that does not.
    [[nodiscard]] bytes answer(std::span<const std::byte> written) const;

  private:
    bool take_head(bytes& whole);
    bool take_frame(bytes& whole);
    void fail(std::string what);

    std::vector<protocol::masking_key> written_masks_;
    std::size_t next_mask_ = 0;
    std::optional<protocol::masking_key> last_mask_;
    bytes rest_;
    std::string key_;  // that the client has drawn; empty: its head has not come
    std::optional<std::string> wrong_;
};

}  // namespace pushwire::transcripts
