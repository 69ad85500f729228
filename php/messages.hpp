#pragma once
// What the processes of a service say to each other through server_group::send: a byte that says what it is, numbers, and a
// value of PHP's, a text as it is and anything else serialised.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "php_pushwire.hpp"

namespace pushwire::php {

enum class message_kind : char {
    pipe = 'p',    ///< sendMessage
    task = 't',    ///< do this
    finish = 'f',  ///< a task's result, for the handler of `finish`
    reply = 'r',   ///< the same, for who waits in `taskwait`
    done = 'd',    ///< a task has ended, and has no result
    leave = 'l',   ///< end: the master wants a new one in this one's place
};

/// A message as it was read; `value` is a view into what was read.
struct message_read {
    message_kind kind{};
    std::uint32_t from = 0;  ///< a worker's number; master: the highest number
    std::uint32_t task = 0;
    std::uint32_t reply_to = 0;  ///< of a task: the mailbox where someone waits; see below
    bool is_text = false;
    std::string_view value;
};

inline constexpr std::uint32_t from_master = UINT32_MAX;
inline constexpr std::uint32_t nobody_waits = 0;          ///< for a task, but the handler of `finish`
inline constexpr std::uint32_t own_handler = UINT32_MAX;  ///< who gave it has one for this task

/// Appends `value` to the message's head. Runs PHP code (__serialize) and may throw a PHP exception: look at EG(exception).
/// The result is PHP's memory.
[[nodiscard]] zend_string* write_message(message_kind kind, std::uint32_t from, std::uint32_t task,
                                         std::uint32_t reply_to, zval* value);
[[nodiscard]] std::optional<message_read> read_message(std::string_view data);
/// Within `attempt`.
void value_of(const message_read& from, zval* into);

}  // namespace pushwire::php
