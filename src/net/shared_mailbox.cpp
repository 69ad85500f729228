#include "net/shared_mailbox.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <limits>
#include <new>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/assert.hpp"
#include "base/time.hpp"
#include "net/granted.hpp"

namespace pushwire::net {
namespace {

constexpr std::size_t head_bytes = 4096;  // so that the ring begins with a page
constexpr std::size_t length_bytes =
    sizeof(std::uint64_t);  // before each record, which begins at a multiple of it
constexpr std::size_t seldom_used = std::size_t{64}
                                    << 10;  // of the ring; what lies before stays in the caches
constexpr std::size_t worth_a_call = std::size_t{1} << 20;  // to give pages back

constexpr std::size_t rounded_up(std::size_t bytes) {
    return (bytes + length_bytes - 1) / length_bytes * length_bytes;
}

using position = std::atomic<std::uint64_t>;
static_assert(position::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

}  // namespace

struct shared_mailbox::head {
    robust_mutex mutex;
    position end{0};  // who puts something writes to both, so they share a line of the cache
    std::atomic<bool> woken{false};
    std::atomic<bool> begins_anew{false};  // the three positions are being set to 0
    alignas(64) position taken{0};
    position freed{0};
};

robust_mutex::guard shared_mailbox::lock(robust_mutex::patience waits) noexcept {
    return {head_.mutex, waits, [this] { repair(); }};
}

shared_mailbox::shared_mailbox(std::size_t capacity, std::size_t reserve)
    : memory_{head_bytes + rounded_up(capacity) + rounded_up(reserve)},
      head_{*::new(memory_.data()) head},
      ring_{memory_.data() + head_bytes},
      size_{memory_.size() - head_bytes},
      capacity_{rounded_up(capacity)},
      eventfd_{granted(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd")},
      waker_{waking()} {
    static_assert(sizeof(head) <= head_bytes);
}

shared_wake shared_mailbox::waking() const {
    return {eventfd_.get(), &head_.woken};
}

// ---------------------------------------------------------------- senders

bool shared_mailbox::put(std::span<const std::span<const std::byte>> pieces, urgency how) {
    std::uint64_t bytes = 0;
    for (const auto each : pieces) bytes += each.size();
    const auto needed = length_bytes + rounded_up(bytes);
    const auto room = how == urgency::urgent ? size_ : capacity_;
    if (needed > room) return false;

    const auto held = lock(robust_mutex::patience::some);
    if (!held.is_held()) return false;
    const auto end = head_.end.load(std::memory_order_relaxed);
    if (end - head_.freed.load(std::memory_order_acquire) > room - needed) return false;
    auto at = end;
    copy_in(at, std::as_bytes(std::span{&bytes, 1}));
    at += length_bytes;
    for (const auto each : pieces) {
        copy_in(at, each);
        at += each.size();
    }
    head_.end.store(end + needed, std::memory_order_release);
    // Within the lock: if we are killed before the write, whoever gets the lock next knows.
    waker_.wake();
    return true;
}

void shared_mailbox::copy_in(std::uint64_t at, std::span<const std::byte> bytes) noexcept {
    const auto place = static_cast<std::size_t>(at % size_);
    const auto before_end = std::min(bytes.size(), size_ - place);
    std::ranges::copy(bytes.first(before_end), ring_ + place);
    std::ranges::copy(bytes.subspan(before_end), ring_);
}

// Who died may have said that it wakes the receiver, and not done it.
void shared_mailbox::repair() noexcept {
    head_.woken.store(false);
    if (!head_.begins_anew.load(std::memory_order_relaxed)) return;
    for (position* each : {&head_.end, &head_.taken, &head_.freed}) each->store(0, std::memory_order_release);
    head_.begins_anew.store(false, std::memory_order_release);
}

void shared_mailbox::wake() noexcept {
    const auto repaired = lock(robust_mutex::patience::some);
    waker_.has_woken();
    waker_.wake();
}

// ---------------------------------------------------------------- the receiver

void shared_mailbox::adopt() {
    {
        const auto repaired = lock(robust_mutex::patience::some);
    }
    head_.freed.store(head_.taken.load(std::memory_order_relaxed), std::memory_order_release);
    waker_.has_woken();
    waker_.wake();
    adopted_by_ = ::getpid();
}

bool shared_mailbox::is_empty() const noexcept {
    return head_.end.load(std::memory_order_acquire) == head_.taken.load(std::memory_order_relaxed);
}

std::optional<std::span<const std::byte>> shared_mailbox::take() {
    release();
    const auto taken = head_.taken.load(std::memory_order_relaxed);
    const auto end = head_.end.load(std::memory_order_acquire);
    if (taken == end) {
        if (taken >= seldom_used) begin_anew();
        return std::nullopt;
    }
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, ring_ + taken % size_, sizeof bytes);
    const auto after = taken + length_bytes + rounded_up(bytes);
    PUSHWIRE_ASSERT(after <= end);

    const auto place = static_cast<std::size_t>((taken + length_bytes) % size_);
    std::span<const std::byte> record{ring_ + place, std::min<std::size_t>(bytes, size_ - place)};
    if (record.size() < bytes) {
        joined_.reserve(bytes);
        joined_.assign(record.begin(), record.end());
        joined_.insert(joined_.end(), ring_, ring_ + (bytes - record.size()));
        record = joined_;
    }
    head_.taken.store(after, std::memory_order_release);
    return record;
}

void shared_mailbox::release() noexcept {
    const auto taken = head_.taken.load(std::memory_order_relaxed);
    if (head_.freed.load(std::memory_order_relaxed) == taken) return;
    head_.freed.store(taken, std::memory_order_release);
    joined_ = {};
}

void shared_mailbox::begin_anew() noexcept {
    const auto held = lock(robust_mutex::patience::none);
    if (!held.is_held() || !is_empty()) return;
    const auto used = std::min<std::uint64_t>(head_.end.load(std::memory_order_relaxed), size_);
    head_.begins_anew.store(true, std::memory_order_relaxed);
    for (position* each : {&head_.end, &head_.taken, &head_.freed}) each->store(0, std::memory_order_release);
    head_.begins_anew.store(false, std::memory_order_release);
    if (used >= worth_a_call) memory_.forget(head_bytes + seldom_used, head_bytes + used);
}

std::optional<std::string> shared_mailbox::receive(std::chrono::milliseconds timeout) {
    using std::chrono::milliseconds;
    if (adopted_by_ != ::getpid()) adopt();
    const auto until = base::later(std::chrono::steady_clock::now(), timeout);
    for (bool interrupted = false;;) {
        // First the flag, then the record: what is put after this wakes us again.
        std::uint64_t count = 0;
        [[maybe_unused]] const auto read = ::read(eventfd_.get(), &count, sizeof count);
        waker_.has_woken();
        if (const auto record = take()) {
            std::string copy{reinterpret_cast<const char*>(record->data()), record->size()};
            release();
            return copy;
        }
        const auto left = std::chrono::ceil<milliseconds>(until - std::chrono::steady_clock::now());
        if (interrupted || left <= milliseconds{0}) return std::nullopt;
        pollfd waiting{.fd = eventfd_.get(), .events = POLLIN, .revents = 0};
        const auto most = std::min<milliseconds::rep>(left.count(), std::numeric_limits<int>::max());
        interrupted = ::poll(&waiting, 1, static_cast<int>(most)) < 0;
    }
}

}  // namespace pushwire::net
