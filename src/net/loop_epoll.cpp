#include "net/loop_epoll.hpp"

#include <algorithm>
#include <cerrno>

#include "base/assert.hpp"
#include "net/granted.hpp"
#include "net/loop_epoll_event.hpp"

namespace pushwire::net {

loop_epoll::loop_epoll(const shared_wake& by)
    : socket_loop{by}, epoll_{granted(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")} {
    for (const auto& [descriptor, what] :
         {std::pair{waker_.descriptor(), event_of::wake}, {alarm_.descriptor(), event_of::alarm}}) {
        epoll_event event{.events = EPOLLIN | EPOLLET, .data = {.u64 = tagged(nullptr, what)}};
        if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event) != 0) {
            throw std::system_error(errno, std::generic_category(), "epoll_ctl");
        }
    }
}

int loop_epoll::descriptor() {
    become_hosted();
    return epoll_.get();
}

bool loop_epoll::gather(bool wait) {
    const int count = ::epoll_wait(epoll_.get(), events_.data(), events_per_turn, wait ? -1 : 0);
    PUSHWIRE_ASSERT(count >= 0 || errno == EINTR);
    ready_ = std::span{events_}.first(static_cast<std::size_t>(std::max(count, 0)));
    const bool alarm_only = count == 1 && kind(events_[0]) == event_of::alarm;
    if (alarm_only) alarm_.has_gone_off();
    return alarm_only;
}

void loop_epoll::deliver() {
    for (const epoll_event& event : ready_) deliver(event);
    ready_ = {};
}

void loop_epoll::deliver(const epoll_event& event) {
    switch (kind(event)) {
        case event_of::stream:
            return deliver(*static_cast<stream*>(subject(event)), event.events);
        case event_of::listener:
            if (auto* const who = static_cast<listener*>(subject(event))) accept(*who);
            return;
        case event_of::wake:
            return waker_.has_woken();
        case event_of::alarm:
            return alarm_.has_gone_off();
    }
}

// An exclusive registration cannot be changed, so it goes and comes.
bool loop_epoll::watch(listener& who, bool wanted) {
    const auto found = std::ranges::find(watched_, &who);
    if (wanted == (found != watched_.end())) return true;
    if (!wanted) {
        watched_.erase(found);
        ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor_of(who), nullptr);
        return true;
    }
    epoll_event event{};
    event.events = EPOLLIN | (is_shared(who) ? unsigned{EPOLLEXCLUSIVE} : 0u);
    event.data.u64 = tagged(&who, event_of::listener);
    if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor_of(who), &event) != 0) return false;
    watched_.push_back(&who);
    return true;
}

// It may be gone before its event of this turn is come to.
void loop_epoll::forget(listener& who) {
    const std::uint64_t its = tagged(&who, event_of::listener);
    for (epoll_event& event : ready_) {
        if (event.data.u64 == its) event.data.u64 = tagged(nullptr, event_of::listener);
    }
}

}  // namespace pushwire::net
