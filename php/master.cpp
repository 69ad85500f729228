#include "master.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "messages.hpp"
#include "worker.hpp"

namespace pushwire::php {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// One that fails sooner is not started again at once: it would most likely fail again.
constexpr seconds short_life{1};
constexpr seconds pause_after_short_life{1};
// What a worker has beyond its time to say goodbye: a handler may be running.
constexpr seconds spare_time{2};

// In a child: who it shall be. Says false, and why, if that is not granted.
bool take_identity(const setup& asked) {
    if (!asked.group.empty()) {
        const group* const found = ::getgrnam(asked.group.c_str());
        if (!found || ::setgid(found->gr_gid) != 0 || ::setgroups(0, nullptr) != 0) {
            log(log_level::error, "cannot become group '" + asked.group +
                                      "': " + (found ? std::strerror(errno) : "there is no such group"));
            return false;
        }
    }
    if (!asked.user.empty()) {
        const passwd* const found = ::getpwnam(asked.user.c_str());
        const bool with_groups = asked.group.empty();  // its own
        if (!found ||
            (with_groups &&
             (::setgid(found->pw_gid) != 0 || ::initgroups(asked.user.c_str(), found->pw_gid) != 0)) ||
            ::setuid(found->pw_uid) != 0) {
            log(log_level::error, "cannot become user '" + asked.user +
                                      "': " + (found ? std::strerror(errno) : "there is no such user"));
            return false;
        }
    }
    return true;
}

std::string how_it_ended(int status) {
    if (WIFSIGNALED(status)) return "was killed by signal " + std::to_string(WTERMSIG(status));
    return "ended with status " + std::to_string(WEXITSTATUS(status));
}

// To systemd, or who else asks for it (sd_notify(3), Type=notify).
void notify(std::string_view state) {
    const char* const where = std::getenv("NOTIFY_SOCKET");
    sockaddr_un address{};
    if (!where || std::strlen(where) >= sizeof address.sun_path) return;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, where, std::strlen(where));
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + std::strlen(where));
    if (where[0] == '@') address.sun_path[0] = '\0';
    const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return;
    (void)::sendto(socket, state.data(), state.size(), MSG_NOSIGNAL,
                   reinterpret_cast<const sockaddr*>(&address), size);
    ::close(socket);
}

}  // namespace

master::master(service& of) : service_{of}, children_(of.process_count()) {
    sigemptyset(&ours_);
    for (const int each : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD}) sigaddset(&ours_, each);
    ::sigprocmask(SIG_BLOCK, &ours_, &before_);
}

master::~master() {
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
}

master::fate master::run() {
    const pid_t self = ::getpid();
    service_.here = role::master;
    zend_update_property_long(server_class, service_.self, ZEND_STRL("master_pid"), self);
    zend_update_property_long(server_class, service_.self, ZEND_STRL("manager_pid"), self);
    for (unsigned id = 0; id < children_.size(); ++id) {
        if (start(id)) return {.worker = id};
    }
    tell(event::start);
    tell(event::manager_start);
    notify("READY=1");
    while (!ending_ || has_children()) {
        await_signal();
        reap();
        kill_overdue();
        go_on_with_reload();
        if (start_due()) {
            const auto me = std::ranges::find(children_, ::getpid(), &child::pid) - children_.begin();
            return {.worker = static_cast<unsigned>(me)};
        }
    }
    tell(event::manager_stop);
    tell(event::shutdown);
    return {.worker = {}, .served = !could_not_start_};
}

bool master::start(unsigned id) {
    child& which = children_[id];
    which = {.pid = 0, .since = clock::now(), .start_again = {}, .kill_at = {}};
    const pid_t parent = ::getpid();
    service_.facts[id].has_exited = false;
    std::fflush(nullptr);
    const pid_t pid = ::fork();
    if (pid < 0) {
        log(log_level::error, "cannot fork worker " + std::to_string(id) + ": " + std::strerror(errno));
        which.start_again = clock::now() + pause_after_short_life;
        return false;
    }
    if (pid > 0) {
        which.pid = pid;
        service_.facts[id].pid.store(pid, std::memory_order_relaxed);
        return false;
    }
    which.pid = ::getpid();
    if (!take_identity(service_.asked)) std::_Exit(cannot_start);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);        // another identity forgets it
    if (::getppid() != parent) std::_Exit(0);  // it died before we could ask to be told
    return true;
}

bool master::start_due() {
    if (ending_) return false;
    for (unsigned id = 0; id < children_.size(); ++id) {
        const auto due = children_[id].start_again;
        if (due && *due <= clock::now() && start(id)) return true;
    }
    return false;
}

// Until a signal comes, or something is due.
void master::await_signal() {
    std::optional<clock::time_point> due;
    for (const child& each : children_) {
        for (const auto& time : {each.start_again, each.kill_at}) {
            if (time && (!due || *time < *due)) due = time;
        }
    }
    const auto wait =
        due ? std::max(std::chrono::nanoseconds{*due - clock::now()}, std::chrono::nanoseconds{0})
            : std::chrono::nanoseconds{seconds{3600}};
    timespec limit{};
    limit.tv_sec = static_cast<time_t>(wait / seconds{1});
    limit.tv_nsec = static_cast<long>((wait % seconds{1}).count());
    switch (::sigtimedwait(&ours_, nullptr, &limit)) {
        case SIGTERM:
        case SIGINT:
        case SIGHUP:
            end_all(ending_);
            break;
        case SIGUSR1:
            begin_reload(false);
            break;
        case SIGUSR2:
            begin_reload(true);
            break;
        default:
            break;
    }
}

milliseconds master::time_to_end() const {
    const auto& asked = service_.asked;
    const auto grace = asked.max_wait_time.count() > 0 ? asked.max_wait_time : asked.options.limits.grace;
    return grace + spare_time;
}

void master::end_all(bool at_once) {
    if (!ending_) {
        tell(event::before_shutdown);
        notify("STOPPING=1");
    }
    ending_ = true;
    to_reload_.clear();
    reloading_.reset();
    for (child& each : children_) {
        each.start_again.reset();
        if (each.pid == 0) continue;
        ::kill(each.pid, at_once ? SIGKILL : SIGTERM);
        if (!each.kill_at) each.kill_at = clock::now() + time_to_end();
    }
}

void master::begin_reload(bool only_task_workers) {
    if (ending_) return;
    tell(event::before_reload);
    if (ending_) return;
    to_reload_.clear();
    for (auto id = static_cast<unsigned>(children_.size()); id-- > 0;) {
        if (is_task_worker(id) || !only_task_workers) to_reload_.push_back(id);
    }
    if (!reloading_ && to_reload_.empty()) tell(event::after_reload);
}

// One at a time: the others serve meanwhile.
void master::go_on_with_reload() {
    if (reloading_ || to_reload_.empty()) return;
    reloading_ = to_reload_.back();
    to_reload_.pop_back();
    ask_to_leave(*reloading_);
}

void master::ask_to_leave(unsigned id) {
    child& which = children_[id];
    if (which.pid == 0) return;  // a new one comes anyway
    zend_string* const text = write_message(message_kind::leave, from_master, 0, 0, nullptr);
    const bool sent = service_.group->send(id, {ZSTR_VAL(text), ZSTR_LEN(text)});
    zend_string_release(text);
    if (!sent) ::kill(which.pid, SIGTERM);
    which.kill_at = clock::now() + time_to_end();
}

void master::kill_overdue() {
    for (unsigned id = 0; id < children_.size(); ++id) {
        child& each = children_[id];
        if (each.pid == 0 || !each.kill_at || *each.kill_at > clock::now()) continue;
        log(log_level::warning, "worker " + std::to_string(id) + " did not end in its time: it is killed");
        ::kill(each.pid, SIGKILL);
        each.kill_at.reset();
    }
}

void master::reap() {
    for (unsigned id = 0; id < children_.size(); ++id) {
        int status = 0;
        if (children_[id].pid != 0 && ::waitpid(children_[id].pid, &status, WNOHANG) == children_[id].pid) {
            ended(id, status);
        }
    }
}

void master::ended(unsigned id, int status) {
    child& which = children_[id];
    const pid_t pid = std::exchange(which.pid, 0);
    which.kill_at.reset();
    service_.facts[id].pid.store(0, std::memory_order_relaxed);
    if (!is_task_worker(id)) service_.group->clear(id);
    const bool failed = !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    service_.count_done(id);
    if (ending_) return;
    const auto lived = clock::now() - which.since;
    which.start_again = clock::now();
    if (WIFEXITED(status) && WEXITSTATUS(status) == cannot_start) {
        could_not_start_ = true;
        which.start_again.reset();
        return end_all(false);
    }
    // Whatever made it end so soon will most likely do so again.
    if ((failed || service_.facts[id].has_exited) && lived < short_life) {
        *which.start_again += pause_after_short_life;
    }
    if (failed) {
        log(log_level::error, "worker " + std::to_string(id) + " (process " + std::to_string(pid) + ") " +
                                  how_it_ended(status) + ": a new one is made");
        callable& handler = service_.on[event::worker_error];
        if (handler.is_set()) {
            service_.settle(attempt([&] {
                zval arguments[5];
                ZVAL_OBJ_COPY(&arguments[0], service_.self);
                ZVAL_LONG(&arguments[1], id);
                ZVAL_LONG(&arguments[2], pid);
                ZVAL_LONG(&arguments[3], WIFEXITED(status) ? WEXITSTATUS(status) : 0);
                ZVAL_LONG(&arguments[4], WIFSIGNALED(status) ? WTERMSIG(status) : 0);
                invoke(handler, arguments, 5);
            }));
        }
    }
    if (reloading_ == id) {
        reloading_.reset();
        if (to_reload_.empty()) tell(event::after_reload);
    }
}

// What the script does here ends the whole service, if it exits or dies.
void master::tell(event which) {
    callable& handler = service_.on[which];
    if (!handler.is_set()) return;
    const auto result = attempt([&] {
        zval argument;
        ZVAL_OBJ_COPY(&argument, service_.self);
        invoke(handler, &argument, 1);
    });
    service_.settle(result);
    if (service_.is_leaving && !ending_) end_all(false);
}

bool master::has_children() const {
    return std::ranges::any_of(children_, [](const child& each) { return each.pid != 0; });
}

}  // namespace pushwire::php
