#include "net/robust_mutex.hpp"

#include <cerrno>
#include <ctime>
#include <system_error>

namespace pushwire::net {
namespace {

constexpr std::time_t longest_wait = 1;  // seconds; who has only lost its processor goes on before

void require(int result, const char* what) {
    if (result != 0) throw std::system_error(result, std::generic_category(), what);
}

// By the time of day, since ThreadSanitizer does not know pthread_mutex_clocklock.
int wait_for(pthread_mutex_t& mutex) {
    timespec until{};
    ::clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += longest_wait;
    return ::pthread_mutex_timedlock(&mutex, &until);
}

}  // namespace

robust_mutex::robust_mutex() {
    pthread_mutexattr_t kind;
    require(::pthread_mutexattr_init(&kind), "pthread_mutexattr_init");
    int result = ::pthread_mutexattr_setpshared(&kind, PTHREAD_PROCESS_SHARED);
    if (result == 0) result = ::pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST);
    if (result == 0) result = ::pthread_mutex_init(&mutex_, &kind);
    ::pthread_mutexattr_destroy(&kind);
    require(result, "pthread_mutex_init");
}

robust_mutex::outcome robust_mutex::lock(patience waits) noexcept {
    int result = ::pthread_mutex_trylock(&mutex_);
    if (result == EBUSY && waits == patience::some) result = wait_for(mutex_);
    if (result == EOWNERDEAD) return outcome::held_after_death;
    return result == 0 ? outcome::held : outcome::busy;
}

void robust_mutex::is_repaired() noexcept {
    ::pthread_mutex_consistent(&mutex_);  // cannot fail for who has it after somebody who died
}

void robust_mutex::unlock() noexcept {
    ::pthread_mutex_unlock(&mutex_);
}

}  // namespace pushwire::net
