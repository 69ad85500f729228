#include "poller.hpp"

#include <cerrno>
#include <cstring>
#include <ctime>

#include <fmt/format.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "failure.hpp"

namespace pushwire::bench {

poller::poller() : epoll_{epoll_create1(EPOLL_CLOEXEC)} {
    if (epoll_ < 0) throw failure{fmt::format("cannot create an epoll instance: {}", std::strerror(errno))};
    prctl(PR_SET_TIMERSLACK, 1UL);  // what is due is to be sent when it is due, not 50 µs later
}

poller::~poller() {
    close(epoll_);
}

void poller::control(int operation, int descriptor, std::uint32_t events, std::uint64_t number) const {
    epoll_event event{};
    event.events = events;
    event.data.u64 = number;
    if (epoll_ctl(epoll_, operation, descriptor, &event) < 0)
        throw failure{fmt::format("cannot watch a connection: {}", std::strerror(errno))};
}

std::span<const epoll_event> poller::wait(nanoseconds timeout) {
    int ready = -1;
    if (in_nanoseconds_) [[likely]] {
        const timespec time{.tv_sec = static_cast<time_t>(timeout / second),
                            .tv_nsec = static_cast<long>(timeout % second)};
        ready = epoll_pwait2(epoll_, events_.data(), events_per_turn, &time, nullptr);
        in_nanoseconds_ = ready >= 0 || errno != ENOSYS;
    }
    if (!in_nanoseconds_) [[unlikely]] {
        constexpr nanoseconds millisecond = second / 1000;
        const auto rounded_up = static_cast<int>((timeout + millisecond - 1) / millisecond);
        ready = epoll_wait(epoll_, events_.data(), events_per_turn, rounded_up);
    }
    if (ready < 0 && errno != EINTR) throw failure{fmt::format("epoll_wait: {}", std::strerror(errno))};
    return std::span{events_}.first(ready > 0 ? static_cast<std::size_t>(ready) : 0);
}

}  // namespace pushwire::bench
