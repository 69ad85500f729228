#pragma once
// What the members of a group write to each other: a head of fixed size, a topic where it has one, and the data.
// Between the processes of one program, so its layout is nobody else's business.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <pushwire/fd.hpp>
#include <pushwire/message.hpp>

#include "net/shared_mailbox.hpp"

namespace pushwire::engine {

struct group_record {
    enum class kind : std::uint8_t { push, ping, disconnect, subscribe, unsubscribe, publish, message };

    kind what = kind::message;
    pushwire::fd about = {};
    std::string_view data = {};  // or the reason of a close frame
    std::string_view topic = {};
    message_type type = message_type::text;
    std::uint16_t code = 0;

    /// Says false where there is no room for it. Control calls are urgent.
    [[nodiscard]] bool put_into(net::shared_mailbox& to) const;
    /// Refers to `bytes`.
    [[nodiscard]] static group_record read(std::span<const std::byte> bytes);
};

}  // namespace pushwire::engine
