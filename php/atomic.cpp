// Pushwire\Atomic and Pushwire\Atomic\Long: numbers in memory that is shared with the processes forked after they were made.
//
// A number lies in a place of its own, 64 bytes apart from the next, in a block of 64. Only the process that mapped a block
// takes places in it, and none twice: after a fork both processes have the block, and would otherwise give the same place
// to different numbers. Each process unmaps a block with its own last object.

#include <atomic>
#include <cerrno>
#include <climits>
#include <cmath>
#include <cstdint>
#include <ctime>
#include <new>

#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "object.hpp"

namespace pushwire::php {
namespace {

using word = std::atomic<std::uint32_t>;
using long_word = std::atomic<std::int64_t>;
static_assert(word::is_always_lock_free && sizeof(word) == 4, "the kernel waits on it");
static_assert(long_word::is_always_lock_free);

struct place {
    alignas(64) word number;
    long_word long_number;
};
constexpr unsigned places_of_block = 64;

struct block {
    place* places = nullptr;
    pid_t owner = 0;
    unsigned taken = 0;  // by the owner
    unsigned alive =
        1;  // objects of this process that have a place here, and one more while it is the newest
};

block* newest_block =
    nullptr;  // where this process takes places; null before the first, and when mapping failed

void release(block* b) {
    if (--b->alive > 0) return;
    munmap(b->places, sizeof(place) * places_of_block);
    delete b;
}

block* map_block() {
    void* const memory = mmap(nullptr, sizeof(place) * places_of_block, PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return nullptr;
    auto* const b = new (std::nothrow) block;
    if (b == nullptr) {
        munmap(memory, sizeof(place) * places_of_block);
        return nullptr;
    }
    b->places = static_cast<place*>(memory);
    b->owner = getpid();
    return b;
}

// The block with a free place that this process owns; null where memory is short.
block* block_with_room() {
    if (newest_block != nullptr && newest_block->taken < places_of_block && newest_block->owner == getpid()) {
        return newest_block;
    }
    if (newest_block != nullptr) release(newest_block);
    newest_block = map_block();
    return newest_block;
}

struct atomic_state {
    block* home;   // null until the constructor ran
    place* where;  // in `home`
};
using held = object<atomic_state>;

void release(atomic_state& which) {
    if (which.home != nullptr) release(which.home);
}

// Takes a place, whose number is 0. Null with an exception.
place* construct(zval* self) {
    auto& which = held::of(self);
    if (which.home != nullptr) {
        throw_exception("%s::__construct() was called twice", ZSTR_VAL(Z_OBJCE_P(self)->name));
        return nullptr;
    }
    block* const home = block_with_room();
    if (home == nullptr) {
        throw_exception("no shared memory for another number: %s", strerror(errno));
        return nullptr;
    }
    home->alive++;
    which.home = home;
    which.where = new (&home->places[home->taken++]) place{};
    return which.where;
}

// Null with an exception, if a subclass did not call our constructor.
place* place_of(zval* self) {
    auto& which = held::of(self);
    if (which.home == nullptr) {
        throw_exception("%s::__construct() was not called", ZSTR_VAL(Z_OBJCE_P(self)->name));
        return nullptr;
    }
    return which.where;
}

std::uint32_t low_half(zend_long value) {
    return static_cast<std::uint32_t>(static_cast<zend_ulong>(value));
}

timespec after(double seconds) {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    const double whole = std::floor(seconds);
    timespec then{.tv_sec = now.tv_sec + static_cast<time_t>(whole),
                  .tv_nsec = now.tv_nsec + static_cast<long>((seconds - whole) * 1e9)};
    if (then.tv_nsec >= 1'000'000'000) {
        then.tv_sec++;
        then.tv_nsec -= 1'000'000'000;
    }
    return then;
}

// FUTEX_WAIT_BITSET takes the time when to give up, so an interrupted wait goes on with what is left of it. It is always
// given one: the kernel takes up a wait without an end by itself after a signal whose handler asks for that, as PHP's do.
int futex_wait(word& number, std::uint32_t seen, const timespec& until) {
    const auto result =
        syscall(SYS_futex, &number, FUTEX_WAIT_BITSET, seen, &until, nullptr, FUTEX_BITSET_MATCH_ANY);
    return result == 0 ? 0 : errno;
}

bool take_one(word& number) {
    std::uint32_t one = 1;
    return number.compare_exchange_strong(one, 0);
}

// A signal that PHP code handles ends the wait, so that its handler runs.
bool wait(word& number, double seconds) {
    constexpr double years = 1e8;
    const bool limited = seconds >= 0 && seconds < years;
    const timespec until = after(limited ? seconds : years);
    for (;;) {
        if (take_one(number)) return true;
        const auto seen = number.load();
        if (seen == 1) continue;
        const int why = futex_wait(number, seen, until);
        if (why == 0) {
            take_one(number);  // of several who were woken, one takes it
            return true;
        }
        if (why == ETIMEDOUT || (why == EINTR && zend_atomic_bool_load(&EG(vm_interrupt)))) return false;
    }
}

void wake(word& number, int count) {
    std::uint32_t zero = 0;
    number.compare_exchange_strong(zero, 1);
    syscall(SYS_futex, &number, FUTEX_WAKE, count, nullptr, nullptr, 0);
}

}  // namespace

void prepare_atomic() {
    for (auto* const each : {atomic_class, atomic_long_class}) held::prepare(each, release);
}

}  // namespace pushwire::php

using pushwire::php::low_half;

// What all methods begin with: `place` is where the number lies.
#define THIS_PLACE(place)                                   \
    auto* const place = pushwire::php::place_of(ZEND_THIS); \
    if (place == nullptr) RETURN_THROWS()

ZEND_METHOD(Pushwire_Atomic, __construct) {
    zend_long value = 0;
    ZEND_PARSE_PARAMETERS_START(0, 1)
    Z_PARAM_OPTIONAL
    Z_PARAM_LONG(value)
    ZEND_PARSE_PARAMETERS_END();
    auto* const place = pushwire::php::construct(ZEND_THIS);
    if (place != nullptr) place->number = low_half(value);
}

ZEND_METHOD(Pushwire_Atomic, add) {
    zend_long value = 1;
    ZEND_PARSE_PARAMETERS_START(0, 1)
    Z_PARAM_OPTIONAL
    Z_PARAM_LONG(value)
    ZEND_PARSE_PARAMETERS_END();
    THIS_PLACE(place);
    RETURN_LONG(place->number += low_half(value));
}

ZEND_METHOD(Pushwire_Atomic, sub) {
    zend_long value = 1;
    ZEND_PARSE_PARAMETERS_START(0, 1)
    Z_PARAM_OPTIONAL
    Z_PARAM_LONG(value)
    ZEND_PARSE_PARAMETERS_END();
    THIS_PLACE(place);
    RETURN_LONG(place->number -= low_half(value));
}

ZEND_METHOD(Pushwire_Atomic, get) {
    ZEND_PARSE_PARAMETERS_NONE();
    THIS_PLACE(place);
    RETURN_LONG(place->number);
}

ZEND_METHOD(Pushwire_Atomic, set) {
    zend_long value = 0;
    ZEND_PARSE_PARAMETERS_START(1, 1)
    Z_PARAM_LONG(value)
    ZEND_PARSE_PARAMETERS_END();
    THIS_PLACE(place);
    place->number = low_half(value);
}

ZEND_METHOD(Pushwire_Atomic, cmpset) {
    zend_long expected = 0;
    zend_long value = 0;
    ZEND_PARSE_PARAMETERS_START(2, 2)
    Z_PARAM_LONG(expected)
    Z_PARAM_LONG(value)
    ZEND_PARSE_PARAMETERS_END();
    THIS_PLACE(place);
    auto seen = low_half(expected);
    RETURN_BOOL(place->number.compare_exchange_strong(seen, low_half(value)));
}

ZEND_METHOD(Pushwire_Atomic, wait) {
    double timeout = 1.0;
    ZEND_PARSE_PARAMETERS_START(0, 1)
    Z_PARAM_OPTIONAL
    Z_PARAM_DOUBLE(timeout)
    ZEND_PARSE_PARAMETERS_END();
    THIS_PLACE(place);
    RETURN_BOOL(pushwire::php::wait(place->number, timeout));
}

ZEND_METHOD(Pushwire_Atomic, wakeup) {
    zend_long count = 1;
    ZEND_PARSE_PARAMETERS_START(0, 1)
    Z_PARAM_OPTIONAL
    Z_PARAM_LONG(count)
    ZEND_PARSE_PARAMETERS_END();
    THIS_PLACE(place);
    pushwire::php::wake(place->number, static_cast<int>(count < 0 ? 0 : count > INT_MAX ? INT_MAX : count));
    RETURN_TRUE;
}

ZEND_METHOD(Pushwire_Atomic_Long, __construct) {
    zend_long value = 0;
    ZEND_PARSE_PARAMETERS_START(0, 1)
    Z_PARAM_OPTIONAL
    Z_PARAM_LONG(value)
    ZEND_PARSE_PARAMETERS_END();
    auto* const place = pushwire::php::construct(ZEND_THIS);
    if (place != nullptr) place->long_number = value;
}

ZEND_METHOD(Pushwire_Atomic_Long, add) {
    zend_long value = 1;
    ZEND_PARSE_PARAMETERS_START(0, 1)
    Z_PARAM_OPTIONAL
    Z_PARAM_LONG(value)
    ZEND_PARSE_PARAMETERS_END();
    THIS_PLACE(place);
    RETURN_LONG(place->long_number += value);
}

ZEND_METHOD(Pushwire_Atomic_Long, sub) {
    zend_long value = 1;
    ZEND_PARSE_PARAMETERS_START(0, 1)
    Z_PARAM_OPTIONAL
    Z_PARAM_LONG(value)
    ZEND_PARSE_PARAMETERS_END();
    THIS_PLACE(place);
    RETURN_LONG(place->long_number -= value);
}

ZEND_METHOD(Pushwire_Atomic_Long, get) {
    ZEND_PARSE_PARAMETERS_NONE();
    THIS_PLACE(place);
    RETURN_LONG(place->long_number);
}

ZEND_METHOD(Pushwire_Atomic_Long, set) {
    zend_long value = 0;
    ZEND_PARSE_PARAMETERS_START(1, 1)
    Z_PARAM_LONG(value)
    ZEND_PARSE_PARAMETERS_END();
    THIS_PLACE(place);
    place->long_number = value;
}

ZEND_METHOD(Pushwire_Atomic_Long, cmpset) {
    zend_long expected = 0;
    zend_long value = 0;
    ZEND_PARSE_PARAMETERS_START(2, 2)
    Z_PARAM_LONG(expected)
    Z_PARAM_LONG(value)
    ZEND_PARSE_PARAMETERS_END();
    THIS_PLACE(place);
    std::int64_t seen = expected;
    RETURN_BOOL(place->long_number.compare_exchange_strong(seen, value));
}
