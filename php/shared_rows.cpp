// The rows of a table, and who may touch them when: see the picture in the header.
//
// Locks are taken in one order: a stripe's, then that of the free rows. Rows are numbered from 1; 0 is none.

#include "shared_rows.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>
#include <new>

#include <pthread.h>
#include <sys/mman.h>
#include <sys/random.h>

namespace pushwire::php {
namespace {

constexpr std::uint32_t max_stripes = 256;

void make_lock(pthread_mutex_t& mutex) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&mutex, &attributes);
    pthread_mutexattr_destroy(&attributes);
}

// True if the process that had the lock died with it.
bool lock(pthread_mutex_t& mutex) {
    if (pthread_mutex_lock(&mutex) != EOWNERDEAD) return false;
    pthread_mutex_consistent(&mutex);
    return true;
}

std::uint32_t load(const std::uint32_t& number) {
    return std::atomic_ref{const_cast<std::uint32_t&>(number)}.load(std::memory_order_acquire);
}

// The one store by which a list changes: what it leads to is complete before.
void store(std::uint32_t& number, std::uint32_t value) {
    std::atomic_ref{number}.store(value, std::memory_order_release);
}

constexpr std::size_t rounded_up(std::size_t size, std::size_t unit) {
    return (size + unit - 1) / unit * unit;
}

std::size_t end_of(const column_place& column) {
    return column.offset + (column.type == column_type::text ? sizeof(std::uint32_t) : 0) + column.size;
}

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
    a = (a ^ b) * 0x9e3779b97f4a7c15u;
    a ^= a >> 32;
    a *= 0xd6e8feb86659fd93u;
    return a ^ (a >> 29);
}

}  // namespace

struct shared_rows::head {
    pthread_mutex_t free_lock;  // guards the two that follow
    std::uint32_t first_free;   // rows that were used, in a list
    std::uint32_t
        never_used;         // the number of the first row that was never used; all behind it were not, either
    std::uint64_t seed[2];  // nobody who does not know it can choose keys that meet in one bucket
    std::atomic<std::uint64_t> inserted;
    std::atomic<std::uint64_t> updated;
    std::atomic<std::uint64_t> erased;
};

struct alignas(64) shared_rows::stripe {
    pthread_mutex_t mutex;
    std::atomic<std::uint32_t> count;  // rows in the lists of its buckets
};

struct shared_rows::row {
    std::atomic<std::uint64_t> hash;  // of `key`; changes under the lock of its stripe
    std::uint32_t next;               // in the list of a bucket, or of the free rows
    std::atomic<bool> used;           // only while it is in the list of a bucket
    std::uint8_t key_size;
    char key[max_row_key];

    [[nodiscard]] bool is(std::uint64_t other_hash, std::string_view other) const {
        return hash.load(std::memory_order_relaxed) == other_hash && std::string_view{key, key_size} == other;
    }
    [[nodiscard]] std::byte* record();
};

namespace {

constexpr std::size_t record_unit = 8;

}  // namespace

std::byte* shared_rows::row::record() {
    return reinterpret_cast<std::byte*>(this) + rounded_up(sizeof(row), record_unit);
}

// Holds the lock of the stripe that a hash belongs to. Where the process that had it died, the stripe's rows are counted anew.
class shared_rows::locked_stripe {
  public:
    locked_stripe(const shared_rows& rows, std::uint64_t hash)
        : stripe_(rows.stripes_[hash & rows.stripe_mask_]) {
        if (lock(stripe_.mutex)) recount(rows, static_cast<std::uint32_t>(hash) & rows.stripe_mask_);
    }
    ~locked_stripe() { pthread_mutex_unlock(&stripe_.mutex); }
    locked_stripe(const locked_stripe&) = delete;
    locked_stripe& operator=(const locked_stripe&) = delete;

    void counts(int more) {
        stripe_.count.fetch_add(static_cast<std::uint32_t>(more), std::memory_order_relaxed);
    }

  private:
    void recount(const shared_rows& rows, std::uint32_t first_bucket) {
        std::uint32_t count = 0;
        for (std::uint64_t bucket = first_bucket; bucket <= rows.bucket_mask_;
             bucket += rows.stripe_mask_ + 1u) {
            for (auto number = load(rows.buckets_[bucket]); number != 0;
                 number = load(rows.at(number).next)) {
                rows.at(number).used.store(true, std::memory_order_release);
                count++;
            }
        }
        stripe_.count.store(count, std::memory_order_relaxed);
    }

    stripe& stripe_;
};

shared_rows* shared_rows::map(std::uint32_t capacity, std::uint32_t buckets,
                              std::span<const column_place> columns) noexcept {
    auto* const rows = new (std::nothrow) shared_rows;
    if (rows == nullptr) return nullptr;
    const auto stripes = std::min(buckets, max_stripes);
    std::size_t record_bytes = 0;
    for (const auto& column : columns) record_bytes = std::max(record_bytes, end_of(column));
    rows->columns_ = columns;
    rows->capacity_ = capacity;
    rows->bucket_mask_ = buckets - 1;
    rows->stripe_mask_ = stripes - 1;
    rows->row_bytes_ = rounded_up(sizeof(row), record_unit) + rounded_up(record_bytes, record_unit);
    const auto stripes_at = rounded_up(sizeof(head), alignof(stripe));
    const auto buckets_at = stripes_at + sizeof(stripe) * stripes;
    const auto rows_at = rounded_up(buckets_at + sizeof(std::uint32_t) * buckets, alignof(stripe));

    void* memory = MAP_FAILED;
    if (__builtin_mul_overflow(rows->row_bytes_, std::size_t{capacity}, &rows->memory_bytes_) ||
        __builtin_add_overflow(rows->memory_bytes_, rows_at, &rows->memory_bytes_)) {
        errno = ENOMEM;
    } else {
        memory =
            mmap(nullptr, rows->memory_bytes_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    }
    if (memory == MAP_FAILED) {
        const int why = errno;
        delete rows;
        errno = why;
        return nullptr;
    }

    // All zero: every list is empty. Pages are taken as they are touched.
    auto* const bytes = static_cast<std::byte*>(memory);
    rows->head_ = new (bytes) head{};
    rows->stripes_ = reinterpret_cast<stripe*>(bytes + stripes_at);
    rows->buckets_ = reinterpret_cast<std::uint32_t*>(bytes + buckets_at);
    rows->rows_ = bytes + rows_at;
    rows->head_->never_used = 1;
    make_lock(rows->head_->free_lock);
    for (std::uint32_t i = 0; i < stripes; i++) make_lock((new (&rows->stripes_[i]) stripe{})->mutex);
    if (getrandom(rows->head_->seed, sizeof(rows->head_->seed), 0) < 0) {
        rows->head_->seed[0] = reinterpret_cast<std::uintptr_t>(memory);  // better than none
    }
    return rows;
}

void shared_rows::unmap() noexcept {
    munmap(head_, memory_bytes_);
    delete this;
}

shared_rows::row& shared_rows::at(std::uint32_t number) const noexcept {
    return *reinterpret_cast<row*>(rows_ + row_bytes_ * (number - 1));
}

std::uint64_t shared_rows::hash_of(std::string_view key) const noexcept {
    auto hash = mix(head_->seed[0], key.size());
    while (!key.empty()) {
        std::uint64_t piece = 0;
        const auto size = std::min(key.size(), sizeof(piece));
        memcpy(&piece, key.data(), size);
        hash = mix(hash + head_->seed[1], piece);
        key.remove_prefix(size);
    }
    return hash;
}

shared_rows::row* shared_rows::find(std::uint64_t hash, std::string_view key) noexcept {
    for (auto number = load(buckets_[hash & bucket_mask_]); number != 0; number = load(at(number).next)) {
        if (at(number).is(hash, key)) return &at(number);
    }
    return nullptr;
}

// Null if all rows are taken. The stripe of `hash` is locked.
shared_rows::row* shared_rows::find_or_insert(std::uint64_t hash, std::string_view key,
                                              bool& inserted) noexcept {
    inserted = false;
    if (row* const found = find(hash, key); found != nullptr) return found;
    row* const made = take_free();
    if (made == nullptr) return nullptr;
    made->hash.store(hash, std::memory_order_relaxed);
    made->key_size = static_cast<std::uint8_t>(key.size());
    memcpy(made->key, key.data(), key.size());
    clear(made->record());
    auto& bucket = buckets_[hash & bucket_mask_];
    made->next = load(bucket);
    const auto place = static_cast<std::size_t>(reinterpret_cast<std::byte*>(made) - rows_);
    store(bucket, static_cast<std::uint32_t>(place / row_bytes_) + 1);
    made->used.store(true, std::memory_order_release);
    inserted = true;
    return made;
}

shared_rows::row* shared_rows::take_free() noexcept {
    lock(head_->free_lock);
    row* taken = nullptr;
    if (head_->first_free != 0) {
        taken = &at(head_->first_free);
        store(head_->first_free, taken->next);
    } else if (head_->never_used <= capacity_) {
        taken = &at(head_->never_used);
        store(head_->never_used, head_->never_used + 1);
    }
    pthread_mutex_unlock(&head_->free_lock);
    return taken;
}

void shared_rows::give_back(row& r) noexcept {
    lock(head_->free_lock);
    r.next = head_->first_free;
    const auto place = static_cast<std::size_t>(reinterpret_cast<std::byte*>(&r) - rows_);
    store(head_->first_free, static_cast<std::uint32_t>(place / row_bytes_) + 1);
    pthread_mutex_unlock(&head_->free_lock);
}

// Texts become "" by their length alone, so a large column costs nothing before it is used.
void shared_rows::clear(std::byte* record) const noexcept {
    for (const auto& column : columns_)
        memset(record + column.offset, 0, column.type == column_type::text ? 4 : 8);
}

void shared_rows::copy(const std::byte* from, std::byte* to) const noexcept {
    for (const auto& column : columns_) {
        std::size_t size = 8;
        if (column.type == column_type::text) {
            std::uint32_t length = 0;
            memcpy(&length, from + column.offset, sizeof(length));
            size = sizeof(length) + std::min(length, column.size);
        }
        memcpy(to + column.offset, from + column.offset, size);
    }
}

row_change shared_rows::set(std::string_view key, std::span<const column_value> values) noexcept {
    const auto hash = hash_of(key);
    locked_stripe held{*this, hash};
    bool inserted = false;
    row* const found = find_or_insert(hash, key, inserted);
    if (found == nullptr) return row_change::full;
    for (const auto& value : values) {
        std::byte* const to = found->record() + value.place->offset;
        switch (value.place->type) {
            case column_type::integer:
                memcpy(to, &value.integer, sizeof(value.integer));
                break;
            case column_type::real:
                memcpy(to, &value.real, sizeof(value.real));
                break;
            case column_type::text: {
                const auto length = static_cast<std::uint32_t>(value.text.size());
                memcpy(to + sizeof(length), value.text.data(), length);
                memcpy(to, &length, sizeof(length));
                break;
            }
        }
    }
    if (!inserted) {
        head_->updated.fetch_add(1, std::memory_order_relaxed);
        return row_change::updated;
    }
    held.counts(1);
    head_->inserted.fetch_add(1, std::memory_order_relaxed);
    return row_change::inserted;
}

bool shared_rows::add(std::string_view key, column_value& by) noexcept {
    const auto hash = hash_of(key);
    locked_stripe held{*this, hash};
    bool inserted = false;
    row* const found = find_or_insert(hash, key, inserted);
    if (found == nullptr) return false;
    std::byte* const to = found->record() + by.place->offset;
    if (by.place->type == column_type::integer) {
        std::uint64_t sum = 0;  // so that it wraps, as the sum of Pushwire\Atomic\Long does
        memcpy(&sum, to, sizeof(sum));
        sum += static_cast<std::uint64_t>(by.integer);
        by.integer = static_cast<std::int64_t>(sum);
        memcpy(to, &by.integer, sizeof(by.integer));
    } else {
        double sum = 0;
        memcpy(&sum, to, sizeof(sum));
        by.real += sum;
        memcpy(to, &by.real, sizeof(by.real));
    }
    if (inserted) held.counts(1);
    (inserted ? head_->inserted : head_->updated).fetch_add(1, std::memory_order_relaxed);
    return true;
}

bool shared_rows::read(std::string_view key, std::byte* record) noexcept {
    const auto hash = hash_of(key);
    const locked_stripe held{*this, hash};
    row* const found = find(hash, key);
    if (found == nullptr) return false;
    copy(found->record(), record);
    return true;
}

bool shared_rows::contains(std::string_view key) noexcept {
    const auto hash = hash_of(key);
    const locked_stripe held{*this, hash};
    return find(hash, key) != nullptr;
}

bool shared_rows::erase(std::string_view key) noexcept {
    const auto hash = hash_of(key);
    locked_stripe held{*this, hash};
    std::uint32_t* link = &buckets_[hash & bucket_mask_];
    while (load(*link) != 0) {
        row& r = at(load(*link));
        if (r.is(hash, key)) {
            r.used.store(false, std::memory_order_release);
            store(*link, load(r.next));
            held.counts(-1);
            give_back(r);
            head_->erased.fetch_add(1, std::memory_order_relaxed);
            return true;
        }
        link = &r.next;
    }
    return false;
}

bool shared_rows::next(std::uint32_t& position, char* key, std::size_t& key_size,
                       std::byte* record) noexcept {
    const auto end = load(head_->never_used) - 1;
    while (position < end) {
        row& r = at(position + 1);
        if (!r.used.load(std::memory_order_acquire)) {
            position++;
            continue;
        }
        const auto hash = r.hash.load(std::memory_order_relaxed);
        const locked_stripe held{*this, hash};
        // Under the lock of its hash, a row that has this hash cannot change; had it another by now, look again.
        if (!r.used.load(std::memory_order_acquire) || r.hash.load(std::memory_order_relaxed) != hash)
            continue;
        position++;
        key_size = r.key_size;
        memcpy(key, r.key, key_size);
        copy(r.record(), record);
        return true;
    }
    return false;
}

std::uint32_t shared_rows::count() const noexcept {
    std::uint32_t count = 0;
    for (std::uint32_t i = 0; i <= stripe_mask_; i++)
        count += stripes_[i].count.load(std::memory_order_relaxed);
    return count;
}

row_counters shared_rows::counters() const noexcept {
    return {.inserted = head_->inserted.load(std::memory_order_relaxed),
            .updated = head_->updated.load(std::memory_order_relaxed),
            .erased = head_->erased.load(std::memory_order_relaxed)};
}

}  // namespace pushwire::php
