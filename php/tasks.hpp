#pragma once
// What goes from one process of a service to another, and waits there: tasks, their results, messages of the script.

#include <cstdint>

#include "messages.hpp"
#include "service.hpp"

namespace pushwire::php {

/// Says false if the receiver's mailbox is full, or with a PHP exception if the value cannot be serialised.
bool send_value(service& here, message_kind kind, unsigned to, std::uint32_t task, unsigned reply_to,
                zval* value);
/// To the task worker that is asked for, or with -1 to who has the least to do; `reply_to` is as message_read::reply_to.
/// Returns the task's number; 0: it was not given.
[[nodiscard]] std::uint32_t give_task(service& here, zend_long asked_for, unsigned reply_to, zval* value);
/// Sends the result of the task that is done now to who gave it; once. Says false if there is none, or if it has one already.
bool finish_task(service& of, zval* result);

}  // namespace pushwire::php
