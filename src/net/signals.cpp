#include "net/signals.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <thread>

#include "net/loop.hpp"

namespace pushwire::net {
namespace {

// What the handler sees. Lock-free, since it may interrupt anything.
std::atomic<loop*> receiver{nullptr};
std::atomic<int> wished{0};  // a stop_signals::wish
std::atomic<bool> term_drains{false};
std::atomic<int> handling{0};  // handlers under way, in any thread
static_assert(std::atomic<loop*>::is_always_lock_free && std::atomic<int>::is_always_lock_free &&
              std::atomic<bool>::is_always_lock_free);

extern "C" void pushwire_on_stop_signal(int number) {
    const int saved = errno;
    handling.fetch_add(1);
    // One signal of each kind at a time: it is blocked while it is handled. In another thread, one too many only ends it
    // sooner.
    if (number == SIGTERM && term_drains.exchange(false)) {
        int nothing = 0;
        wished.compare_exchange_strong(nothing, static_cast<int>(stop_signals::wish::drain));
    } else {
        wished.store(static_cast<int>(stop_signals::wish::stop));
        std::signal(number, SIG_DFL);  // the next one ends the process
    }
    if (loop* const woken = receiver.load()) woken->wake();
    handling.fetch_sub(1);
    errno = saved;
}

bool is(int number, void (*handler)(int)) {
    struct sigaction current{};
    return ::sigaction(number, nullptr, &current) == 0 && (current.sa_flags & SA_SIGINFO) == 0 &&
           current.sa_handler == handler;
}

// SA_RESTART spares the rest of the program an EINTR: the loop is woken by other means.
bool take_over(int number) {
    if (!is(number, SIG_DFL)) return false;
    struct sigaction ours{};
    ours.sa_handler = pushwire_on_stop_signal;
    ours.sa_flags = SA_RESTART;
    return ::sigaction(number, &ours, nullptr) == 0;
}

void give_back(int number) {
    if (!is(number, pushwire_on_stop_signal)) return;
    struct sigaction restored{};
    restored.sa_handler = SIG_DFL;
    ::sigaction(number, &restored, nullptr);
}

}  // namespace

stop_signals::stop_signals(loop& woken, bool drains) {
    loop* nobody = nullptr;
    owner_ = receiver.compare_exchange_strong(nobody, &woken);
    if (!owner_) return;
    wished.store(0);
    term_drains.store(drains);
    took_interrupt_ = take_over(SIGINT);
    took_terminate_ = take_over(SIGTERM);
}

stop_signals::~stop_signals() {
    if (!owner_) return;
    if (took_interrupt_) give_back(SIGINT);
    if (took_terminate_) give_back(SIGTERM);
    receiver.store(nullptr);
    // A handler in another thread may still hold the loop, which can be destroyed after this.
    while (handling.load() != 0) std::this_thread::yield();
}

stop_signals::wish stop_signals::take() noexcept {
    return owner_ ? static_cast<wish>(wished.exchange(0)) : wish::none;
}

}  // namespace pushwire::net
