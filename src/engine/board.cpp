#include "engine/board.hpp"

#include <bit>
#include <cstdlib>
#include <cstring>
#include <new>
#include <thread>

#include "base/assert.hpp"

namespace pushwire::engine {
namespace {

// calloc's memory for large blocks comes from the kernel as zero pages that cost nothing until they are touched.
constexpr std::size_t alignment = 64;

// In which a reader looks at a slot again; a writer needs some nanoseconds.
constexpr unsigned quick_tries = 64;
constexpr unsigned patience = 10'000;

std::uint64_t nanoseconds(auto time) {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count());
}

template <class Clock>
typename Clock::time_point time_from(std::uint64_t count) {
    return typename Clock::time_point{
        std::chrono::duration_cast<typename Clock::duration>(std::chrono::nanoseconds{count})};
}

}  // namespace

void board::release::operator()(slot* slots) const noexcept {
    if (!is_shared) std::free(*(reinterpret_cast<void**>(slots) - 1));  // where the block began
}

board::board(std::size_t capacity) : mask_{capacity - 1}, slots_{nullptr, release{.is_shared = false}} {
    PUSHWIRE_ASSERT(std::has_single_bit(capacity));
    void* block = std::calloc(capacity * sizeof(slot) + alignment + sizeof(void*), 1);
    if (!block) throw std::bad_alloc{};
    auto at = reinterpret_cast<std::uintptr_t>(block) + sizeof(void*);
    at = (at + alignment - 1) / alignment * alignment;
    slots_.reset(reinterpret_cast<slot*>(at));
    *(reinterpret_cast<void**>(at) - 1) = block;
}

board::board(std::size_t capacity, std::byte* shared)
    : mask_{capacity - 1}, slots_{reinterpret_cast<slot*>(shared), release{.is_shared = true}} {
    PUSHWIRE_ASSERT(std::has_single_bit(capacity));
}

/// `fields` stores with the order it is given: each store releases, so whoever reads one also sees the odd sequence.
template <class Fields>
void board::change(std::size_t place, Fields&& fields) noexcept {
    auto& words = slots_[place & mask_].words;
    const auto sequence = words[0].load(std::memory_order_relaxed);
    words[0].store(sequence + 1, std::memory_order_relaxed);
    fields(words, std::memory_order_release);
    words[0].store(sequence + 2, std::memory_order_release);
}

void board::enter(std::size_t place, const entry& what) noexcept {
    std::array<std::uint64_t, 2> address;
    static_assert(sizeof address == sizeof what.remote.bytes);
    std::memcpy(address.data(), what.remote.bytes.data(), sizeof address);
    change(place, [&](auto& words, auto order) {
        words[1].store(what.fd.number(), order);
        words[2].store(std::uint64_t{what.remote.port} << 16 |
                           static_cast<std::uint64_t>(what.remote.family) << 8 | std::uint64_t{what.now.open},
                       order);
        words[3].store(address[0], order);
        words[4].store(address[1], order);
        words[5].store(nanoseconds(what.connected_at), order);
        words[6].store(nanoseconds(what.now.last_received), order);
        words[7].store(what.now.queued_bytes, order);
    });
}

void board::write(std::size_t place, const state& now) noexcept {
    change(place, [&](auto& words, auto order) {
        const auto told = words[2].load(std::memory_order_relaxed);
        words[2].store((told & ~std::uint64_t{1}) | std::uint64_t{now.open}, order);
        words[6].store(nanoseconds(now.last_received), order);
        words[7].store(now.queued_bytes, order);
    });
}

void board::clear(std::size_t place) noexcept {
    enter(place, {});
}

void board::sweep(std::size_t place) noexcept {
    auto& words = slots_[place & mask_].words;
    const auto sequence = words[0].load(std::memory_order_relaxed);
    if (sequence % 2 == 0 && words[1].load(std::memory_order_relaxed) == 0) return;
    words[0].store(sequence | 1, std::memory_order_relaxed);
    for (std::size_t i = 1; i < words.size(); ++i) words[i].store(0, std::memory_order_release);
    words[0].store((sequence | 1) + 1, std::memory_order_release);
}

std::optional<board::entry> board::read(std::size_t place) const noexcept {
    const auto& words = slots_[place & mask_].words;
    for (unsigned tries = 0; !slots_.get_deleter().is_shared || tries < patience; ++tries) {
        if (tries >= quick_tries) std::this_thread::yield();  // who writes may have lost its processor
        const auto before = words[0].load(std::memory_order_acquire);
        if (before % 2 != 0) continue;
        std::array<std::uint64_t, 8> copy;
        for (std::size_t i = 1; i < copy.size(); ++i) copy[i] = words[i].load(std::memory_order_acquire);
        if (words[0].load(std::memory_order_relaxed) != before) continue;
        if (copy[1] == 0) return std::nullopt;

        entry found;
        found.fd = pushwire::fd{copy[1]};
        found.remote.family = static_cast<net::address_family>(copy[2] >> 8 & 0xff);
        found.remote.port = static_cast<std::uint16_t>(copy[2] >> 16);
        std::memcpy(found.remote.bytes.data(), &copy[3], found.remote.bytes.size());
        found.connected_at = time_from<std::chrono::system_clock>(copy[5]);
        found.now.open = (copy[2] & 1) != 0;
        found.now.last_received = time_from<std::chrono::steady_clock>(copy[6]);
        found.now.queued_bytes = copy[7];
        return found;
    }
    return std::nullopt;
}

std::optional<board::entry> board::find(std::size_t place, pushwire::fd which) const noexcept {
    auto found = read(place);
    if (found && found->fd != which) found.reset();
    return found;
}

void board::list_open(std::size_t places, std::vector<pushwire::fd>& into) const {
    for (std::size_t place = 0; place < places; ++place) {
        if (const auto found = read(place); found && found->now.open) into.push_back(found->fd);
    }
}

}  // namespace pushwire::engine
