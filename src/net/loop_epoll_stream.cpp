// Streams on epoll: what a ready one can do, and what is asked of the kernel when its state changes.
//
//   reading   EPOLLIN, unless paused or at the end
//   pending   EPOLLOUT: a send left something behind
//   neither   registered all the same, to be told when the connection breaks, until `hung`: both directions have ended,
//             which epoll would tell for ever

#include <algorithm>
#include <cerrno>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/assert.hpp"
#include "net/loop_epoll.hpp"
#include "net/loop_epoll_event.hpp"

namespace pushwire::net {
namespace {

enum : std::uint16_t {
    attached = 1 << 0,
    paused = 1 << 1,
    at_end = 1 << 2,   // the peer's end was read
    pending = 1 << 3,  // the last send was not taken in full
    shut_done = 1 << 4,
    hung = 1 << 5,        // the kernel has told that both directions have ended
    failing = 1 << 6,     // a send failed; on_failed is still to come
    failed = 1 << 7,      // on_failed was told
    closed = 1 << 8,      // on_closed is still to come
    registered = 1 << 9,  // with epoll, for
    for_input = 1 << 10,
    for_output = 1 << 11,
};

template <typename State>
void clear(State& state, unsigned bits) {
    state = static_cast<State>(state & ~bits);
}

// One system call for one segment, which is what small messages are, is cheaper without a message header.
ssize_t write(int descriptor, std::span<iovec> segments) {
    constexpr int flags = MSG_NOSIGNAL | MSG_DONTWAIT;
    ssize_t sent = 0;
    do {
        if (segments.size() == 1) {
            sent = ::send(descriptor, segments[0].iov_base, segments[0].iov_len, flags);
        } else {
            msghdr message{};
            message.msg_iov = segments.data();
            message.msg_iovlen = segments.size();
            sent = ::sendmsg(descriptor, &message, flags);
        }
    } while (sent < 0 && errno == EINTR);
    return sent;
}

// How a stream in this state shall be registered.
unsigned wanted_of(unsigned state) {
    const bool over = (state & (at_end | shut_done)) == (at_end | shut_done);
    if (over || (state & (failed | closed)) != 0) return 0;
    unsigned wanted = 0;
    if ((state & (paused | at_end)) == 0) wanted |= registered | for_input;
    if ((state & (pending | failing)) == pending) wanted |= registered | for_output;
    if ((state & hung) == 0) wanted |= registered;
    return wanted;
}

bool would_block(int error) {
    return error == EAGAIN || error == EWOULDBLOCK;
}

}  // namespace

void loop_epoll::attach(stream& who, int connected) {
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

void loop_epoll::deliver(stream& who, std::uint32_t events) {
    const unsigned state = who.state_;
    const bool reading = (state & (attached | paused | at_end | failed | closed)) == attached;
    if (reading && (events & ~std::uint32_t{EPOLLOUT}) != 0) receive(who);
    if ((who.state_ & (pending | failing | failed | closed)) == pending) {
        if ((events & ~std::uint32_t{EPOLLIN}) != 0) tell_writable(who);
    } else if (!reading && (events & (EPOLLERR | EPOLLHUP)) != 0) {
        hang_up(who);
    }
}

void loop_epoll::receive(stream& who) {
    const std::span<std::byte> own = who.destination();
    const std::span<std::byte> into = own.empty() ? std::span<std::byte>{buffer_} : own;
    const ssize_t received = ::recv(who.descriptor_, into.data(), into.size(), MSG_DONTWAIT);
    if (received > 0) {
        const auto bytes = static_cast<std::size_t>(received);
        return own.empty() ? who.on_received(into.first(bytes)) : who.on_committed(bytes);
    }
    if (received < 0) {
        const int error = errno;
        if (!own.empty()) who.on_committed(0);
        if (would_block(error) || error == EINTR) return;
        return fail(who, error);
    }
    who.state_ |= at_end;
    who.on_received_eof();
    watch(who);
}

send_outcome loop_epoll::send(stream& who, std::span<const std::span<const std::byte>> segments) {
    const unsigned state = who.state_;
    PUSHWIRE_ASSERT((state & (attached | pending | shut_done | closed)) == attached);
    if ((state & (failing | failed)) != 0) return {.sent = 0, .held = 0, .pending = true};

    std::array<iovec, max_segments> taken;
    std::size_t count = 0;
    std::size_t bytes = 0;
    for (const std::span<const std::byte> each : segments.first(std::min(segments.size(), max_segments))) {
        taken[count++] = {.iov_base = const_cast<std::byte*>(each.data()), .iov_len = each.size()};
        bytes += each.size();
    }
    if (bytes == 0) return {};

    const std::span<iovec> all = std::span{taken}.first(count);
    ssize_t written = write(who.descriptor_, all);
    if (written < 0) {
        if (!would_block(errno)) {
            fail_later(who, errno);
            return {.sent = 0, .held = 0, .pending = true};
        }
        written = 0;
    }
    const auto sent = static_cast<std::size_t>(written);
    if (sent == bytes) return {.sent = sent, .held = 0, .pending = false};
    who.state_ |= pending;
    watch(who);
    return {.sent = sent, .held = 0, .pending = true};
}

// It may well send again: epoll is told only afterwards what it shall wait for.
void loop_epoll::tell_writable(stream& who) {
    clear(who.state_, pending);
    who.on_sent(0);
    watch(who);
}

// Nothing is read or written now, but the kernel has news of the connection.
void loop_epoll::hang_up(stream& who) {
    if ((who.state_ & (attached | failed | closed)) != attached) return;
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(who.descriptor_, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return fail(who, error);
    who.state_ |= hung;
    watch(who);
}

void loop_epoll::pause(stream& who) {
    PUSHWIRE_ASSERT((who.state_ & attached) != 0);
    who.state_ |= paused;
    watch(who);
}

void loop_epoll::resume(stream& who) {
    PUSHWIRE_ASSERT((who.state_ & attached) != 0);
    clear(who.state_, paused);
    watch(who);
}

// It fails only if the connection broke, which is told in its own time.
void loop_epoll::shut_write(stream& who) {
    PUSHWIRE_ASSERT((who.state_ & attached) != 0);
    if ((who.state_ & (shut_done | failing | failed | closed)) != 0) return;
    ::shutdown(who.descriptor_, SHUT_WR);
    who.state_ |= shut_done;
    watch(who);
}

void loop_epoll::close(stream& who) {
    PUSHWIRE_ASSERT((who.state_ & (attached | closed)) == attached);
    forget_failure(who);
    who.state_ |= closed;
    watch(who);
    timers_.arm(who, never);
    ::close(who.descriptor_);
    who.descriptor_ = -1;
    closed_.push_back(&who);
    leave_for_next_turn();
    if (!starved_.empty()) readmit();
}

void loop_epoll::let_go(stream& who) {
    timers_.arm(who, never);
    who.state_ = 0;
    who.on_closed();
}

void loop_epoll::fail_later(stream& who, int why) {
    who.state_ |= failing;
    failures_.push_back({&who, why});
    leave_for_next_turn();
}

void loop_epoll::forget_failure(stream& who) {
    if ((who.state_ & failing) == 0) return;
    clear(who.state_, failing);
    for (failure& each : failures_) {
        if (each.who == &who) each.who = nullptr;
    }
}

void loop_epoll::fail(stream& who, int why) {
    forget_failure(who);
    clear(who.state_, pending);
    who.state_ |= failed;
    who.on_failed({why, std::system_category()});
    watch(who);
}

// Makes epoll watch for what the stream's state asks for, if it does not yet. A closed stream leaves it explicitly:
// closing the descriptor does not do so if a child process holds the same socket.
void loop_epoll::watch(stream& who) {
    const unsigned wanted = wanted_of(who.state_);
    const unsigned current = who.state_ & (registered | for_input | for_output);
    if (wanted == current) return;

    const int operation = wanted == 0 ? EPOLL_CTL_DEL : current == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    epoll_event event{};
    event.events = ((wanted & for_input) != 0 ? EPOLLIN : 0u) | ((wanted & for_output) != 0 ? EPOLLOUT : 0u);
    event.data.u64 = tagged(&who, event_of::stream);
    clear(who.state_, current);
    if (::epoll_ctl(epoll_.get(), operation, who.descriptor_, &event) == 0) {
        who.state_ = static_cast<std::uint16_t>(who.state_ | wanted);
    } else if (wanted != 0 && (who.state_ & failing) == 0) {
        fail_later(who, errno);
    }
}

}  // namespace pushwire::net
