#include "net/waker.hpp"

#include <cerrno>
#include <cstdint>

#include <sys/eventfd.h>
#include <unistd.h>

#include "net/granted.hpp"

namespace pushwire::net {

waker::waker() : eventfd_{granted(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd")} {}

void waker::wake() noexcept {
    if (woken_.exchange(true)) return;
    const int saved = errno;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(eventfd_.get(), &one, sizeof one);
    errno = saved;
}

}  // namespace pushwire::net
