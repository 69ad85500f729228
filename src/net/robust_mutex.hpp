#pragma once
// A lock in memory that processes share. Who dies with it leaves it to the next one, who repairs what it guards. Who was
// stopped with it holds nobody up for longer than a second.

#include <cstdint>

#include <pthread.h>

namespace pushwire::net {

class robust_mutex {
  public:
    /// Throws std::system_error.
    robust_mutex();
    robust_mutex(const robust_mutex&) = delete;
    robust_mutex& operator=(const robust_mutex&) = delete;

    enum class patience : std::uint8_t { none, some };
    enum class outcome : std::uint8_t { held, held_after_death, busy };

    /// Has the lock in its scope, or does not.
    class guard {
      public:
        /// `repair` is called first where the lock was had by who has died.
        template <class Repair>
        guard(robust_mutex& of, patience waits, Repair&& repair) : of_{of}, got_{of.lock(waits)} {
            if (got_ != outcome::held_after_death) return;
            repair();
            of.is_repaired();
        }
        ~guard() {
            if (is_held()) of_.unlock();
        }
        guard(const guard&) = delete;
        guard& operator=(const guard&) = delete;

        [[nodiscard]] bool is_held() const { return got_ != outcome::busy; }

      private:
        robust_mutex& of_;
        const outcome got_;
    };

  private:
    [[nodiscard]] outcome lock(patience waits) noexcept;
    void is_repaired() noexcept;
    void unlock() noexcept;

    pthread_mutex_t mutex_;
};

}  // namespace pushwire::net
