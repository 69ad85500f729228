// Streams on io_uring: which requests a state asks for, and what comes of them.
//
//   reading           a receive; or, where much comes at a time, a poll for bytes that are then read by a call: to a
//                     destination of the stream's own, too, which a request would have to hold on to
//   pending, behind   a poll for room
//   neither reading   a poll that tells when the connection breaks, until `hung`: both directions have ended

#include <cerrno>

#include <poll.h>

#include "net/loop_uring.hpp"

namespace pushwire::net {
namespace {

// From here on it costs more that what was read has left the caches than that it is read by a call.
constexpr std::size_t much = std::size_t{8} * 1024;

}  // namespace

// ---------------------------------------------------------------- requests

void loop_uring::watch(stream& who) {
    std::uint32_t& state = state_of(who);
    const bool has_ended = is_over(state) && ((state & under_way) == 0 || (state & all_end) != 0);
    if (has_ended || (state & changed) != 0) return;
    state |= changed;
    changed_.push_back(&who);
    if (is_hosted() && !is_in_turn()) leave_to_host();
}

bool loop_uring::is_let_go(const stream& who) const {
    return !ring_ || (state_of(who) & (under_way | changed)) == 0;
}

void loop_uring::make_requests(stream& who) {
    std::uint32_t& state = state_of(who);
    state &= ~changed;
    if (is_over(state)) return end_all_requests(who);

    const int descriptor = descriptor_of(who);
    const bool reads = is_reading(state) && (state & end_waits) == 0;
    const bool reads_by_ring = reads && (state & by_calls) == 0;
    if (!reads_by_ring && (state & (receiving | receiving_ends)) == receiving) {
        end_request(&who, request_of::receive);
        state |= receiving_ends;
    }
    if (reads && (state & (receiving | awaiting_bytes)) == 0) {
        if (reads_by_ring) {
            io_uring_sqe& made = ring_->request();
            ring_->prepare_receive(made, descriptor);
            made.user_data = tagged(&who, request_of::receive);
            state |= receiving;
        } else {
            request_poll(&who, request_of::bytes, descriptor, POLLIN, poll_for::once);
            state |= awaiting_bytes;
        }
    }
    if ((awaits_room(state) || (state & behind) != 0) && (state & awaiting_room) == 0) {
        request_poll(&who, request_of::room, descriptor, POLLOUT, poll_for::once);
        state |= awaiting_room;
    }
    // For edges: whether it is asked for or not, such a poll tells of the peer's end, too, and would do so without end.
    const bool fears_breach = !reads && (state & hung) == 0;
    if (fears_breach && (state & awaiting_breach) == 0) {
        request_poll(&who, request_of::breach, descriptor, POLLERR | POLLHUP, poll_for::each_edge);
        state |= awaiting_breach;
    }
    if (!fears_breach && (state & (awaiting_breach | breach_ends)) == awaiting_breach) {
        end_request(&who, request_of::breach);
        state |= breach_ends;
    }
}

// One by one: to end all that there is of a descriptor, the kernel would look through the requests of every stream.
void loop_uring::end_all_requests(stream& who) {
    std::uint32_t& state = state_of(who);
    if ((state & under_way) == 0 || (state & all_end) != 0) return;
    state |= all_end;
    if ((state & receiving) != 0) end_request(&who, request_of::receive);
    if ((state & awaiting_bytes) != 0) end_request(&who, request_of::bytes);
    if ((state & awaiting_room) != 0) end_request(&who, request_of::room);
    if ((state & awaiting_breach) != 0) end_request(&who, request_of::breach);
}

// ---------------------------------------------------------------- bytes in

void loop_uring::received(stream& who, const uring::completion& what) {
    if (!goes_on(what)) {
        state_of(who) &= ~(receiving | receiving_ends);
        watch(who);
    }
    if (const auto bytes = ring_->bytes_of(what); !bytes.empty()) {
        tell_bytes(who, bytes);
    } else {
        tell_outcome(who, what.result);
    }
    ring_->give_back(what);
}

// Also while it is paused: the kernel has read them, and we keep no bytes. No call overtakes the request: it ends first.
void loop_uring::tell_bytes(stream& who, std::span<std::byte> bytes) {
    std::uint32_t& state = state_of(who);
    if ((state & (attached | failed | closed)) != attached) return;
    if (bytes.size() >= much && (state & by_calls) == 0) {
        state |= by_calls;
        watch(who);
    }
    who.on_received(bytes);
}

void loop_uring::tell_outcome(stream& who, int outcome) {
    switch (outcome) {
        case -ENOBUFS:
            return ring_->offer_more();
        case -ECANCELED:
        case -EINTR:
        case -EAGAIN:
            return;
        default:
            break;
    }
    if ((state_of(who) & (attached | at_end | failed | closed)) != attached) return;
    if (outcome == 0) return tell_end(who);
    fail(who, -outcome);
}

void loop_uring::readable(stream& who) {
    std::uint32_t& state = state_of(who);
    state &= ~awaiting_bytes;
    watch(who);
    if (is_reading(state)) read_by_call(who);
}

// Little may be the end of a large message, and the next one as large. What comes to a destination of its own always is.
void loop_uring::read_by_call(stream& who) {
    std::uint32_t& state = state_of(who);
    const auto own = who.destination();
    const bool was_little = receive(who, own) < much && own.empty();
    const bool was_so_before = (state & little) != 0;
    state &= ~little;
    if (!was_little) return;
    state = was_so_before ? state & ~by_calls : state | little;
}

// ---------------------------------------------------------------- the rest

void loop_uring::writable(stream& who) {
    std::uint32_t& state = state_of(who);
    state &= ~awaiting_room;
    watch(who);
    if ((state & (failing | failed | closed)) != 0) return;
    if ((state & behind) != 0 && !send_rest(who)) return;
    if ((state & pending) != 0) tell_writable(who);
}

void loop_uring::breached(stream& who, const uring::completion& what) {
    std::uint32_t& state = state_of(who);
    if (!goes_on(what)) {
        state &= ~(awaiting_breach | breach_ends);
        watch(who);
    }
    if (what.result < 0 || (what.result & (POLLERR | POLLHUP)) == 0) return;
    if (!is_reading(state)) return hang_up(who);
    // It was resumed meanwhile: reading tells. If it is paused again in this turn, the edge has to be found anew.
    if ((state & (awaiting_breach | breach_ends)) == awaiting_breach) {
        end_request(&who, request_of::breach);
        state |= breach_ends;
    }
}

}  // namespace pushwire::net
