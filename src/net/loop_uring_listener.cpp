// Listeners on io_uring: a poll for connections, once and again, so that it tells of those that were left, too.

#include <algorithm>
#include <cerrno>

#include <poll.h>
#include <sys/epoll.h>

#include "net/loop_uring.hpp"

namespace pushwire::net {

bool loop_uring::watch(listener& who, bool wanted) {
    acceptance* its = find(who);
    if (!its) its = acceptances_.emplace_back(std::make_unique<acceptance>(&who)).get();
    its->wanted = wanted;
    if (is_hosted() && !is_in_turn()) leave_to_host();
    return true;
}

// The kernel lets go of the socket at once, so that whoever closes it frees its port.
void loop_uring::forget(listener& who) {
    acceptance* const its = find(who);
    its->who = nullptr;
    if (!its->under_way || !has_ring()) return erase(*its);
    make_requests(*its);
    ring_->enter(false);
}

void loop_uring::make_requests(acceptance& which) {
    if (which.wanted && !which.under_way) {
        const unsigned alone = is_shared(*which.who) ? unsigned{EPOLLEXCLUSIVE} : 0u;
        request_poll(&which, request_of::connections, descriptor_of(*which.who), POLLIN | alone,
                     poll_for::once);
        which.under_way = true;
    }
    if (!which.wanted && which.under_way && !which.ends) {
        end_request(&which, request_of::connections);
        which.ends = true;
    }
}

void loop_uring::acceptable(acceptance& which, int outcome) {
    which.under_way = false;
    which.ends = false;
    if (!which.who) return erase(which);
    if (outcome != -ECANCELED && which.wanted) accept(*which.who);
}

loop_uring::acceptance* loop_uring::find(const listener& who) {
    const auto found = std::ranges::find(acceptances_, &who, [](const auto& each) { return each->who; });
    return found == acceptances_.end() ? nullptr : found->get();
}

void loop_uring::erase(const acceptance& which) {
    std::erase_if(acceptances_, [&](const auto& each) { return each.get() == &which; });
}

}  // namespace pushwire::net
