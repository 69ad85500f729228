#include "net/waker.hpp"

#include <cerrno>
#include <cstdint>

#include <sys/eventfd.h>
#include <unistd.h>

#include "net/granted.hpp"

namespace pushwire::net {

waker::waker(const shared_wake& by)
    : own_eventfd_{by.woken ? unique_descriptor{}
                            : granted(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd")},
      descriptor_{by.woken ? by.descriptor : own_eventfd_.get()},
      woken_{by.woken ? *by.woken : own_woken_} {}

void waker::wake() noexcept {
    if (woken_.exchange(true)) return;
    const int saved = errno;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
    errno = saved;
}

}  // namespace pushwire::net
