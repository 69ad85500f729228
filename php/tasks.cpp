#include "tasks.hpp"

namespace pushwire::php {
namespace {

// A task worker: the one asked for, else that which has the least to do. Says false, with a warning, if there is none.
bool choose_task_worker(service& here, zend_long asked_for, unsigned& chosen) {
    const unsigned count = here.asked.task_worker_num;
    if (count == 0) {
        php_error_docref(nullptr, E_WARNING, "there are no task workers: set 'task_worker_num'");
        return false;
    }
    if (asked_for >= static_cast<zend_long>(count)) {
        php_error_docref(nullptr, E_WARNING, "there are task workers 0 to %u, and not " ZEND_LONG_FMT,
                         count - 1, asked_for);
        return false;
    }
    const unsigned first = here.asked.worker_num;
    if (asked_for >= 0) {
        chosen = first + static_cast<unsigned>(asked_for);
        return true;
    }
    const auto begin = here.facts[here.worker_id].given % count;  // among equals, each in turn
    chosen = first + begin;
    for (unsigned i = 1; i < count; ++i) {
        const unsigned each = first + (begin + i) % count;
        if (here.facts[each].tasks.load(std::memory_order_relaxed) <
            here.facts[chosen].tasks.load(std::memory_order_relaxed)) {
            chosen = each;
        }
    }
    return true;
}

}  // namespace

bool send_value(service& here, message_kind kind, unsigned to, std::uint32_t task, unsigned reply_to,
                zval* value) {
    const auto from = here.here == role::master ? from_master : here.worker_id;
    zend_string* const text = write_message(kind, from, task, reply_to, value);
    const bool sent = !EG(exception) && here.group->send(to, {ZSTR_VAL(text), ZSTR_LEN(text)});
    zend_string_release(text);
    if (!sent && !EG(exception)) here.error = last_error::mailbox_full;
    return sent;
}

std::uint32_t give_task(service& here, zend_long asked_for, unsigned reply_to, zval* value) {
    unsigned chosen = 0;
    if (here.here != role::worker) {
        php_error_docref(nullptr, E_WARNING, "tasks are given by workers, and by no task");
        return 0;
    }
    if (!choose_task_worker(here, asked_for, chosen)) return 0;
    // Counted in shared memory: a result that comes late is not taken for one of the worker's successor.
    auto& given = here.facts[here.worker_id].given;
    if (++given == 0) ++given;
    ++here.facts[chosen].tasks;
    if (send_value(here, message_kind::task, chosen, given, reply_to, value)) return given;
    --here.facts[chosen].tasks;
    return 0;
}

bool finish_task(service& of, zval* result) {
    if (!of.task.is_done_now) return false;
    of.task.is_done_now = false;
    const bool is_waited_for = of.task.reply_to != nobody_waits && of.task.reply_to != own_handler;
    zend_string* const text = write_message(is_waited_for ? message_kind::reply : message_kind::finish,
                                            of.worker_id, of.task.id, 0, result);
    const bool sent = !EG(exception) && of.group->send(is_waited_for ? of.task.reply_to : of.task.from,
                                                       {ZSTR_VAL(text), ZSTR_LEN(text)});
    zend_string_release(text);
    if (sent) of.facts[of.worker_id].task_reply_to = nobody_waits;
    return sent;
}

}  // namespace pushwire::php
