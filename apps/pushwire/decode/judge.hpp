#pragma once
// Says what is wrong with bytes, and at which of them, as the library does: they go through protocol::session, and no rule
// of an RFC is written down here a second time.
//
//   bytes --> ahead      in large pieces: is something wrong with these?
//         \-> behind     if so, byte by byte, to find the one that is
//
// A session cannot be rewound, so there are two, which always agree in the end.

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include <pushwire/message.hpp>
#include <pushwire/protocol/session.hpp>

#include "conversation.hpp"

namespace pushwire::decode {

class judge {
  public:
    /// `on_part` is given the parts of each message as they come: what is right of it, inflated.
    judge(const conversation& of, std::function<void(const protocol::event&)> on_part);

    /// How many bytes it took. If `is_over`, the last of them is the one that ended the connection; otherwise, all.
    std::size_t receive(std::span<const std::byte> bytes);

    /// Whether the opening handshake is done.
    [[nodiscard]] bool is_open() const { return ahead_.session.phase() == protocol::phase::open; }
    /// After a close frame, or something wrong.
    [[nodiscard]] bool is_over() const { return ahead_.session.done(); }
    [[nodiscard]] close_info outcome() const { return ahead_.session.outcome(); }
    [[nodiscard]] const protocol::deflate_agreement& deflate() const { return ahead_.session.deflate(); }

  private:
    using part_handler = std::function<void(const protocol::event&)>;

    // A session and what it stands on.
    struct endpoint {
        explicit endpoint(const conversation& of);
        void receive(std::span<const std::byte> bytes, const part_handler& on_part = {});
        void answer();

        protocol::codec_pool codecs;
        protocol::session_settings settings;
        protocol::block_pool blocks;
        protocol::session session;
        std::vector<std::byte> borrowed;  // a session unmasks in place
    };

    part_handler on_part_;
    endpoint ahead_;
    endpoint behind_;
};

}  // namespace pushwire::decode
