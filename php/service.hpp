#pragma once
// The server that a script has made, as this process knows it. There is one in a process. `new Server` makes it, `start` turns
// the process into its master, and each fork of the master into a worker or a task worker.
//
//   script ---new Server, set, on---> start: master --fork--> worker 0 … n-1         each with an engine's server
//                                       |                     task worker n … n+t-1  each waits at a mailbox
//                                       +-- waits for signals and for the end of its children, and makes new ones
//
// Invariant: `server` is there in a worker, `group` in all of them, and neither before `start`.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include <pushwire/server.hpp>
#include <pushwire/server_group.hpp>

#include "events.hpp"
#include "php_pushwire.hpp"
#include "setup.hpp"
#include "timers.hpp"

namespace pushwire::php {

enum class role : unsigned char { script, master, worker, task_worker };

/// What all processes of a service see of each worker and task worker. In shared memory.
struct worker_facts {
    std::atomic<int> pid;
    std::atomic<std::uint32_t> tasks;  ///< of a task worker: given to it and not yet done
    std::atomic<bool> does_one;        ///< of a task worker: the task that follows
    std::atomic<std::uint32_t> task;
    std::atomic<std::uint32_t> task_from;
    std::atomic<std::uint32_t> task_reply_to;  ///< nobody_waits once there is a result
    std::atomic<std::uint32_t> given;          ///< of a worker: the tasks that it has given so far
    std::atomic<bool> has_exited;              ///< the script has called `exit` there
};

/// Numbers that Swoole's users know from `getLastError`.
enum class last_error : zend_long {
    none = 0,
    closing = 1003,
    no_such_connection = 1005,
    backlog_full = 1009,
    not_running = 2000,
    invalid = 2001,
    mailbox_full = 2002,
};

struct service {
    explicit service(zend_object* object) : self{object} {}
    ~service();
    service(const service&) = delete;
    service& operator=(const service&) = delete;

    zend_object* self;
    setup asked;
    handlers on;
    role here = role::script;
    unsigned worker_id = 0;
    last_error error = last_error::none;

    std::unique_ptr<server_group> group;
    std::unique_ptr<pushwire::server> server;
    php::timers timers;
    worker_facts* facts = nullptr;  ///< one for each worker and task worker

    // --- tasks: those that this worker gave, and the one that this task worker does

    /// A task worker has done one, or died of it. Who waits for a result that did not come is told.
    void count_done(unsigned task_worker);
    std::unordered_map<std::uint32_t, callable> when_finished;
    struct {
        bool is_done_now = false;
        std::uint32_t id = 0;
        unsigned from = 0;
        unsigned reply_to = 0;  ///< as message_read::reply_to
    } task;

    [[nodiscard]] unsigned process_count() const { return asked.worker_num + asked.task_worker_num; }
    /// The mailbox at which a worker waits in `taskwait`.
    [[nodiscard]] unsigned reply_box(unsigned worker) const { return process_count() + worker; }
    /// Whether connections can be asked about, and told something.
    [[nodiscard]] bool is_running() const { return group != nullptr; }
    void make_facts();

    // --- connections, in every process of it

    push_result push(fd to, std::string_view data, message_type type);
    push_result ping(fd to, std::string_view payload);
    push_result publish(std::string_view topic, std::string_view data, message_type type);
    void disconnect(fd which, std::uint16_t code, std::string_view reason);
    bool subscribe(fd who, std::string_view topic);
    void unsubscribe(fd who, std::string_view topic);
    [[nodiscard]] bool exists(fd which) const;
    [[nodiscard]] std::optional<connection_info> info(fd which) const;
    [[nodiscard]] std::vector<fd> connections() const;
    [[nodiscard]] statistics stats() const;

    // --- how this process ends

    /// Its clients get `code`. The master makes a new process in its place, unless it is ending itself.
    void leave(std::uint16_t code, std::string_view reason);
    /// A call into PHP has ended so: one that exited or died ends the process.
    void settle(outcome what);
    /// Runs `body`, which calls `handler` (see attempt), settles what came of it, and logs that it took too long.
    template <class Body>
    outcome call(const callable& handler, Body&& body) {
        const auto began = std::chrono::steady_clock::now();
        const auto result = attempt(body);
        const auto took = std::chrono::steady_clock::now() - began;
        if (asked.slow_handler_time.count() > 0 && took >= asked.slow_handler_time) log_slow(handler, took);
        settle(result);
        return result;
    }
    void log_slow(const callable& handler, std::chrono::steady_clock::duration took) const;
    bool is_leaving = false;
    outcome worst = outcome::returned;  ///< of all calls, as far as it concerns the process
};

/// The one of this process; null before `new Server`.
[[nodiscard]] service* the_service();
service* make_service(zend_object* object);
void end_service(service* which);

}  // namespace pushwire::php
