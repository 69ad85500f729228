#include "task_worker.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>

#include "tasks.hpp"
#include "worker.hpp"

namespace pushwire::php {
namespace {

using std::chrono::milliseconds;

volatile std::sig_atomic_t asked_to_end = 0;

void take_sigterm() {
    struct sigaction taken{};
    taken.sa_handler = [](int) { asked_to_end = 1; };
    sigemptyset(&taken.sa_mask);
    ::sigaction(SIGTERM, &taken, nullptr);
}

// A signal that comes just before the wait does not end it.
milliseconds time_to_wait(const service& of) {
    constexpr milliseconds longest{500};
    const auto due = of.timers.next_due();
    if (!due) return longest;
    const auto left = std::chrono::ceil<milliseconds>(*due - timers::clock::now());
    return std::clamp(left, milliseconds{0}, longest);
}

void do_task(service& of, const message_read& read) {
    worker_facts& mine = of.facts[of.worker_id];
    mine.task = read.task;
    mine.task_from = read.from;
    mine.task_reply_to = read.reply_to;
    mine.does_one = true;
    of.task = {.is_done_now = true, .id = read.task, .from = read.from, .reply_to = read.reply_to};
    of.settle(attempt([&] {
        zval arguments[4];
        zval result;
        ZVAL_UNDEF(&result);
        ZVAL_OBJ_COPY(&arguments[0], of.self);
        ZVAL_LONG(&arguments[1], read.task);
        ZVAL_LONG(&arguments[2], read.from);
        value_of(read, &arguments[3]);
        invoke(of.on[event::task], arguments, 4, &result);
        if (!EG(exception) && !Z_ISNULL(result) && !Z_ISUNDEF(result)) finish_task(of, &result);
        zval_ptr_dtor(&result);
    }));
    of.task.is_done_now = false;
    of.count_done(of.worker_id);
}

void take_message(service& of, std::string_view data) {
    const auto read = read_message(data);
    if (!read) return;
    switch (read->kind) {
        case message_kind::task:
            return do_task(of, *read);
        case message_kind::pipe:
            return deliver_pipe_message(of, *read);
        case message_kind::leave:
            of.is_leaving = true;
            return;
        case message_kind::finish:
        case message_kind::reply:
        case message_kind::done:
            return;
    }
}

}  // namespace

void run_task_worker(service& of, unsigned id) {
    become(of, role::task_worker, id);
    take_sigterm();
    tell_worker(of, event::worker_start);
    std::uint64_t done = 0;
    while (!of.is_leaving && asked_to_end == 0) {
        const auto data = of.group->receive(id, time_to_wait(of));
        of.timers.run_due(of);
        if (!data) continue;
        take_message(of, *data);
        if (of.asked.task_max_request != 0 && ++done >= of.asked.task_max_request) of.is_leaving = true;
    }
    of.settle(attempt([&] { of.timers.clear_all(of); }));
    tell_worker(of, event::worker_stop);
}

}  // namespace pushwire::php
