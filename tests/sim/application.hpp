#pragma once
// What the user of the server wrote, as wild as the contract allows: handlers that call everything, threads that call
// what any thread may, handshakes that are kept, timers, posted calls, exceptions. Beside each call stands what must
// follow from it; the oracles about the handlers' contract are here.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <pushwire/server.hpp>

#include "sim/ledger.hpp"
#include "sim/plan.hpp"
#include "sim/record.hpp"

namespace pushwire::sim {

class application {
  public:
    application(server& serves, record& notes, ledger& books, const plan& settled, schedule& clock,
                random chance);
    ~application();

    /// Begins to run handlers as the thread of that worker; the server's, and what may be called, are then its.
    void enter(unsigned worker);
    /// And nobody's again. What was posted to the worker before `enter` has taken place.
    void leave(unsigned worker);

    /// A thread of the application's does something, now and then.
    void start_threads();
    /// Nothing of its own accord any more: it decides what it kept, and lets go of what it paused.
    void calm_down();
    /// From a thread of its own: one of the ways to end. Returns the time within which all must be over.
    std::chrono::milliseconds stop();
    /// The server is about to be destroyed, and runs the last handlers of all its workers from there.
    void server_is_destroyed();

    /// When all is quiet: what was posted has run, what was due was told.
    void check_at_rest();
    void check_at_end();

  private:
    struct user_object;
    struct timer_facts {
        time_point due{};
        std::chrono::milliseconds interval{};
        std::string by;  // the thread that must run it
        std::string started_by;
        bool cancelled = false;  // by that thread: it must not run any more
        bool may_be_cancelled = false;
        bool ran = false;
    };
    /// What other threads asked of a worker, and what its next whole turn has done.
    struct posted_publication {
        std::string stream, topic, data;
        message_type type;
        std::uint64_t step;
    };
    struct posted_membership {
        fd who;
        std::string topic;
        bool in;
        std::uint64_t step;
    };
    struct inbox {
        std::vector<posted_publication> publications;
        std::vector<posted_membership> memberships;
        std::size_t publications_before = 0;  // of them, posted before the turn began
        std::size_t memberships_before = 0;
        std::uint64_t refused_before = 0;
    };
    static constexpr int nobody = -1;

    // application.cpp: handlers
    void set_handlers();
    void on_open(const request& asked);
    void on_message(const message& told);
    void on_close(fd who, const close_info& how);
    void on_drain(fd who);
    void on_handshake(handshake& asked);
    void on_refused(fd who, std::size_t bytes);
    void on_error(const error_report& what);
    void begin_handler(std::string_view which, connection_facts* about);
    void maybe_throw(std::string_view where, connection_facts* about);

    // application_calls.cpp: calls, and what they promise
    template <class Call>
    auto call(Call&& what) {
        struct count {
            int& calls;
            explicit count(int& of) : calls{of} { ++calls; }
            ~count() { --calls; }
        } counted{calls_};
        return what();
    }
    void do_something(connection_facts* near);
    [[nodiscard]] connection_facts* some_connection();
    void push_something(connection_facts& to);
    void push(connection_facts& to, message_type type, std::string_view data, std::string_view stream);
    void publish();
    void subscribe(connection_facts& who);
    void unsubscribe(connection_facts& who);
    void disconnect(connection_facts& who);
    void pause(connection_facts& who);
    void resume(connection_facts& who);
    void ask_about(connection_facts& who);
    void decide_kept();
    void start_timer();
    void run_timer(std::uint64_t number);
    void cancel_timer();
    void post(connection_facts* near);
    void take_inbox(unsigned worker);
    void thread_acts(unsigned number, unsigned left);
    [[nodiscard]] bool here(const connection_facts& which) const {
        return static_cast<int>(which.worker) == worker_;
    }
    [[nodiscard]] const std::string& thread() const { return thread_; }
    [[nodiscard]] std::size_t queued(fd which);
    [[nodiscard]] std::string some_topic();
    /// Nothing that others asked for about this is still on its way to the worker.
    [[nodiscard]] bool is_settled(const connection_facts& who, std::string_view topic) const;

    server& server_;
    record& notes_;
    ledger& ledger_;
    const plan& plan_;
    schedule& clock_;
    random chance_;
    int worker_ = nobody;          // whose handlers run now
    std::string thread_ = "main";  // who calls
    int calls_ = 0;                // public calls that have not returned: no handler may run
    std::uint64_t step_ = 0;       // counts what is done, to tell before from after
    std::vector<inbox> inboxes_;
    std::map<std::string, std::deque<std::uint64_t>> posts_;  // by thread and worker: numbers, in their order
    std::uint64_t posts_made_ = 0;
    struct kept {
        std::unique_ptr<handshake> asked;
        client_facts* who;
    };
    std::vector<kept> kept_;
    std::map<std::uint64_t, timer_facts> timers_;  // by a number of ours
    std::map<std::uint64_t, server::timer_id> timer_ids_;
    std::uint64_t timers_made_ = 0;
    std::map<std::string, int> thrown_;  // by where, not yet reported
    std::uint64_t sequence_ = 0;
    bool calm_ = false;
    bool destroying_ = false;
};

}  // namespace pushwire::sim
