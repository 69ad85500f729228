// Streams on epoll: what a ready one can do, and what is asked of the kernel when its state changes.
//
//   reading   EPOLLIN, unless paused or at the end
//   pending   EPOLLOUT: a send left something behind
//   neither   registered all the same, to be told when the connection breaks, until `hung`: both directions have ended,
//             which epoll would tell for ever

#include <cerrno>

#include "net/loop_epoll.hpp"
#include "net/loop_epoll_event.hpp"

namespace pushwire::net {
void loop_epoll::deliver(stream& who, std::uint32_t events) {
    const bool reading = is_reading(state_of(who));
    if (reading && (events & ~std::uint32_t{EPOLLOUT}) != 0) receive(who, who.destination());
    if ((state_of(who) & (pending | failing | failed | closed)) == pending) {
        if ((events & ~std::uint32_t{EPOLLIN}) != 0) tell_writable(who);
    } else if (!reading && (events & (EPOLLERR | EPOLLHUP)) != 0) {
        hang_up(who);
    }
}

// A closed stream leaves epoll explicitly: closing the descriptor does not do so if a child process holds the same
// socket.
void loop_epoll::watch(stream& who) {
    std::uint32_t& state = state_of(who);
    std::uint32_t wanted = 0;
    if (!is_over(state)) {
        if (is_reading(state)) wanted |= registered | for_input;
        if (awaits_room(state)) wanted |= registered | for_output;
        if ((state & hung) == 0) wanted |= registered;
    }
    const std::uint32_t current = state & (registered | for_input | for_output);
    if (wanted == current) return;

    const int operation = wanted == 0 ? EPOLL_CTL_DEL : current == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    epoll_event event{};
    event.events = ((wanted & for_input) != 0 ? EPOLLIN : 0u) | ((wanted & for_output) != 0 ? EPOLLOUT : 0u);
    event.data.u64 = tagged(&who, event_of::stream);
    state &= ~current;
    if (::epoll_ctl(epoll_.get(), operation, descriptor_of(who), &event) == 0) {
        state |= wanted;
    } else if (wanted != 0 && (state & failing) == 0) {
        fail_later(who, errno);
    }
}

}  // namespace pushwire::net
