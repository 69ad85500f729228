#include "net/loop_uring.hpp"

#include <array>
#include <cerrno>
#include <utility>

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/assert.hpp"
#include "net/granted.hpp"

namespace pushwire::net {

loop_uring::~loop_uring() = default;

// ---------------------------------------------------------------- hosts

// An epoll descriptor, of two that the kernel writes to. The ring's own will not do: work that was put off makes it
// readable, but tells no epoll so, and what the ring announces of a wake comes some milliseconds late.
int loop_uring::descriptor() {
    if (!host_ && has_ring()) {
        host_ = granted(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
        announcements_ = granted(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd");
        for (const int each : {announcements_.get(), waker_.descriptor()}) {
            epoll_event event{.events = EPOLLIN | EPOLLET, .data = {}};
            if (::epoll_ctl(host_.get(), EPOLL_CTL_ADD, each, &event) != 0) {
                throw std::system_error(errno, std::generic_category(), "epoll_ctl");
            }
        }
        ring_->announce_by(announcements_.get());
        become_hosted();
    }
    return host_.get();
}

// The requests leave now: the next turn comes only when something has become of one. Whatever was announced so far was
// taken in the turn, or is still there.
void loop_uring::leave_to_host() {
    if (!has_ring()) return;
    make_requests();
    ring_->submit();
    std::array<epoll_event, 2> announced;
    ::epoll_wait(host_.get(), announced.data(), announced.size(), 0);
    if (ring_->completed() == 0 && !ring_->has_work()) return;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(announcements_.get(), &one, sizeof one);
}

// ---------------------------------------------------------------- turns

bool loop_uring::gather(bool wait) {
    if (!has_ring()) return false;
    make_requests();
    ring_->enter(wait);
    const bool alarm_only = ring_->completed() == 1 && kind(ring_->peek()) == request_of::alarm;
    if (alarm_only) deliver(ring_->take());
    return alarm_only;
}

void loop_uring::deliver() {
    // What is done here may bring completions, too: those wait for the next turn.
    for (unsigned left = ring_ ? ring_->completed() : 0; left != 0; --left) deliver(ring_->take());
}

void loop_uring::deliver(const uring::completion& what) {
    void* const who = subject(what);
    switch (kind(what)) {
        case request_of::nobody:
            return;
        case request_of::receive:
            return received(*static_cast<stream*>(who), what);
        case request_of::bytes:
            return readable(*static_cast<stream*>(who));
        case request_of::room:
            return writable(*static_cast<stream*>(who));
        case request_of::breach:
            return breached(*static_cast<stream*>(who), what);
        case request_of::connections:
            return acceptable(*static_cast<acceptance*>(who), what.result);
        case request_of::wake:
            awaiting_wake_ = goes_on(what);
            return waker_.has_woken();
        case request_of::alarm:
            awaiting_alarm_ = goes_on(what);
            return alarm_.has_gone_off();
    }
}

// ---------------------------------------------------------------- requests

// Says whether there is a ring for this thread. Where there is none, the kernel does nothing for us any more: what it did
// for the other thread ended with the ring.
bool loop_uring::has_ring() {
    if (ring_ && !ring_->is_open()) ring_->open();
    if (ring_ && !ring_->is_here()) {
        ring_.reset();
        changed_.clear();
    }
    return ring_ != nullptr;
}

void loop_uring::make_requests() {
    if (!std::exchange(awaiting_wake_, true)) {
        request_poll(nullptr, request_of::wake, waker_.descriptor(), POLLIN, poll_for::each_edge);
    }
    if (!std::exchange(awaiting_alarm_, true)) {
        request_poll(nullptr, request_of::alarm, alarm_.descriptor(), POLLIN, poll_for::each_edge);
    }
    for (stream* const each : changed_) make_requests(*each);
    changed_.clear();
    for (const auto& each : acceptances_) make_requests(*each);  // last: who is connected comes first
}

void loop_uring::request_poll(void* subject, request_of what, int descriptor, unsigned events, poll_for how) {
    io_uring_sqe& made = ring_->request();
    io_uring_prep_poll_add(&made, descriptor, events);
    if (how == poll_for::each_edge) made.len = IORING_POLL_ADD_MULTI;
    made.user_data = tagged(subject, what);
}

void loop_uring::end_request(void* subject, request_of what) {
    io_uring_sqe& made = ring_->request();
    io_uring_prep_cancel64(&made, tagged(subject, what), 0);
    made.flags |= IOSQE_CQE_SKIP_SUCCESS;
    made.user_data = tagged(nullptr, request_of::nobody);
}

}  // namespace pushwire::net
