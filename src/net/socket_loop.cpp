#include "net/socket_loop.hpp"

#include <algorithm>
#include <cerrno>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/assert.hpp"
#include "net/data_calls.hpp"
#include "net/write_segments.hpp"

namespace pushwire::net {
namespace {

bool would_block(int error) {
    return error == EAGAIN || error == EWOULDBLOCK;
}

}  // namespace

socket_loop::socket_loop(const shared_wake& by) : waker_{by} {
    now_ = clock::now();
}

// ---------------------------------------------------------------- turns

void socket_loop::turn(time_point until) {
    PUSHWIRE_ASSERT(!in_turn_);
    in_turn_ = true;
    wait_for_news(until);
    deliver();
    timers_.expire(now_);
    settle();
    in_turn_ = false;
    if (hosted_) show_host();
}

void socket_loop::wait_for_news(time_point until) {
    const time_point deadline = std::min(until, timers_.earliest());
    while (true) {
        const bool wait = deadline > now_ && failures_.empty() && closed_.empty();
        if (wait) alarm_.set(deadline);
        const bool alarm_only = gather(wait);
        now_ = clock::now();
        // The alarm may have been set for something earlier that is no longer wanted.
        if (!wait || !alarm_only || now_ >= deadline) return;
    }
}

// Tells what could not be told before: failed sends, then what was closed. Either may cause more of both.
void socket_loop::settle() {
    std::size_t kept = 0;  // the first of those that were closed: the kernel still has to do with them
    while (!failures_.empty() || closed_.size() != kept) {
        for (std::size_t i = 0; i < failures_.size(); ++i) {
            const failure each = failures_[i];
            if (each.who != nullptr) fail(*each.who, each.why);
        }
        failures_.clear();
        for (std::size_t i = kept; i < closed_.size(); ++i) {
            stream* const each = closed_[i];
            if (is_let_go(*each)) {
                let_go(*each);
            } else {
                closed_[kept++] = each;
            }
        }
        closed_.resize(kept);
    }
}

void socket_loop::arm(timer& who, time_point when) {
    timers_.arm(who, when);
    if (hosted_ && !in_turn_) alarm_.set(timers_.earliest());
}

void socket_loop::become_hosted() {
    hosted_ = true;
    show_host();
}

// Whoever waits on our descriptor has to see what the next turn has to do.
void socket_loop::show_host() {
    alarm_.set(timers_.earliest());
    if (!failures_.empty() || !closed_.empty()) wake();
    leave_to_host();
}

void socket_loop::leave_for_next_turn() {
    if (hosted_ && !in_turn_) wake();
}

// ---------------------------------------------------------------- streams

void socket_loop::attach(stream& who, int connected) {
    PUSHWIRE_ASSERT(who.state_ == 0 && connected >= 0);
    who.descriptor_ = connected;
    who.state_ = attached;
    // A socket that we accepted has it from its listener. On a Unix socket it means nothing.
    if (connected != accepted_) {
        const int on = 1;
        ::setsockopt(connected, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    watch(who);
}

void socket_loop::connect(stream& who, int socket) {
    attach(who, socket);
    who.state_ |= connecting | pending;
    watch(who);
}

std::size_t socket_loop::receive(stream& who, std::span<std::byte> own) {
    const std::span<std::byte> into = own.empty() ? std::span<std::byte>{buffer_} : own;
    const ssize_t received = call_recv(who.descriptor_, into.data(), into.size(), MSG_DONTWAIT);
    if (received > 0) {
        const auto bytes = static_cast<std::size_t>(received);
        own.empty() ? who.on_received(into.first(bytes)) : who.on_committed(bytes);
        return bytes;
    }
    if (received == 0) {
        tell_end(who);
        return 0;
    }
    const int error = errno;
    if (!own.empty()) who.on_committed(0);
    if (would_block(error) || error == EINTR || (who.state_ & closed) != 0) return 0;
    fail(who, error);
    return 0;
}

void socket_loop::tell_end(stream& who) {
    who.state_ |= at_end;
    who.on_received_eof();
    watch(who);
}

send_outcome socket_loop::send(stream& who, std::span<const std::span<const std::byte>> segments) {
    const auto state = who.state_;
    PUSHWIRE_ASSERT((state & (attached | pending | shut_done | closed)) == attached);
    if ((state & (failing | failed)) != 0) return {.sent = 0, .pending = true};

    const auto taken = segments.first(std::min(segments.size(), max_segments));
    std::size_t bytes = 0;
    for (const std::span<const std::byte> each : taken) bytes += each.size();
    if (bytes == 0) return {};

    ssize_t written = write_segments(who.descriptor_, taken);
    if (written < 0) {
        if (!would_block(errno)) {
            fail_later(who, errno);
            return {.sent = 0, .pending = true};
        }
        written = 0;
    }
    const auto sent = static_cast<std::size_t>(written);
    if (sent == bytes) return {.sent = sent, .pending = false};
    who.state_ |= pending;
    watch(who);
    return {.sent = sent, .pending = true};
}

// It may well send again: the kernel is told only afterwards what it shall wait for.
void socket_loop::tell_writable(stream& who) {
    if ((who.state_ & connecting) != 0) {
        who.state_ &= ~connecting;
        if (const int error = error_of(who); error != 0) return fail(who, error);
    }
    who.state_ &= ~pending;
    who.on_writable();
    watch(who);
}

void socket_loop::hang_up(stream& who) {
    if ((who.state_ & (attached | failed | closed)) != attached) return;
    if (const int error = error_of(who); error != 0) return fail(who, error);
    who.state_ |= hung;
    watch(who);
}

int socket_loop::error_of(const stream& who) {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(who.descriptor_, SOL_SOCKET, SO_ERROR, &error, &size);
    return error;
}

void socket_loop::pause(stream& who) {
    PUSHWIRE_ASSERT((who.state_ & attached) != 0);
    who.state_ |= paused;
    watch(who);
}

void socket_loop::resume(stream& who) {
    PUSHWIRE_ASSERT((who.state_ & attached) != 0);
    who.state_ &= ~paused;
    watch(who);
}

// It fails only if the connection broke, which is told in its own time.
void socket_loop::shut_write(stream& who) {
    PUSHWIRE_ASSERT((who.state_ & attached) != 0);
    if ((who.state_ & (shut_done | failing | failed | closed)) != 0) return;
    ::shutdown(who.descriptor_, SHUT_WR);
    who.state_ |= shut_done;
    watch(who);
}

// The socket ends for the peer when nobody has to do with it: neither we nor the kernel on our behalf.
void socket_loop::close(stream& who) {
    PUSHWIRE_ASSERT((who.state_ & (attached | closed)) == attached);
    forget_failure(who);
    who.state_ |= closed;
    watch(who);
    timers_.arm(who, never);
    if (is_let_go(who)) close_descriptor(who);
    closed_.push_back(&who);
    leave_for_next_turn();
}

void socket_loop::close_descriptor(stream& who) {
    ::close(std::exchange(who.descriptor_, -1));
    if (!starved_.empty()) readmit();
}

void socket_loop::let_go(stream& who) {
    if (who.descriptor_ >= 0) close_descriptor(who);
    timers_.arm(who, never);
    who.state_ = 0;
    who.on_closed();
}

void socket_loop::fail_later(stream& who, int why) {
    who.state_ |= failing;
    failures_.push_back({&who, why});
    leave_for_next_turn();
}

void socket_loop::forget_failure(stream& who) {
    if ((who.state_ & failing) == 0) return;
    who.state_ &= ~failing;
    for (failure& each : failures_) {
        if (each.who == &who) each.who = nullptr;
    }
}

void socket_loop::fail(stream& who, int why) {
    forget_failure(who);
    who.state_ &= ~pending;
    who.state_ |= failed;
    who.on_failed({why, std::system_category()});
    watch(who);
}

}  // namespace pushwire::net
