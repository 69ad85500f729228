#pragma once
// Rows under keys, in one piece of memory that processes share who fork after it was made: what a Pushwire\Table stands on.
// It knows nothing of PHP, so that no lock is ever held while PHP allocates or runs code.
//
//   head | stripes: a lock and a count each | buckets: the first row of each | rows: header, key, record
//
// A bucket is a list of the rows whose keys hash to it; a stripe guards every so-many-th bucket, and the rows in them. What
// another process may see half done at its death is the content of one row: lists change by one store each, and who finds
// the lock of a dead process counts the stripe anew. At most the one row that was on its way into a list, or out, is lost.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace pushwire::php {

/// Pushwire\Table::TYPE_*.
enum class column_type : std::uint8_t { integer = 1, real = 2, text = 3 };

/// Where a column lies in a record. An integer or a real takes 8 bytes; a text 4 for its length, then `size`.
struct column_place {
    column_type type = column_type::integer;
    std::uint32_t size = 8;  ///< bytes, at most
    std::size_t offset = 0;  ///< in the record, a multiple of 8
};

/// One value on its way into a record. `text` is borrowed; of the three, the column's type says which counts.
struct column_value {
    const column_place* place = nullptr;
    std::int64_t integer = 0;
    double real = 0;
    std::string_view text = {};  ///< at most `place->size` bytes
};

inline constexpr std::size_t max_row_key = 63;  ///< bytes

enum class row_change : std::uint8_t { inserted, updated, full };

struct row_counters {
    std::uint64_t inserted = 0;
    std::uint64_t updated = 0;
    std::uint64_t erased = 0;
};

class shared_rows {
  public:
    /// Maps memory for `capacity` rows in `buckets` (a power of two) lists, with records of `columns`, which is borrowed for
    /// as long as the rows live. Null where there is no such memory: errno says why.
    [[nodiscard]] static shared_rows* map(std::uint32_t capacity, std::uint32_t buckets,
                                          std::span<const column_place> columns) noexcept;
    /// Unmaps it for this process. Others keep it.
    void unmap() noexcept;

    /// Changes the values of the row under `key`; makes the row if there is none, with 0 and "" for all others.
    row_change set(std::string_view key, std::span<const column_value> values) noexcept;
    /// Adds to a number, in a row that is made if there is none. `by` becomes the new value. False if all rows are taken.
    bool add(std::string_view key, column_value& by) noexcept;
    /// Copies the record under `key` to `record`, of `record_size` bytes. False if there is none.
    bool read(std::string_view key, std::byte* record) noexcept;
    bool contains(std::string_view key) noexcept;
    bool erase(std::string_view key) noexcept;

    /// Copies the first row at `position` or behind it, and moves `position` behind that row. False at the end.
    /// A row that is there all the time is met exactly once from position 0 on, whatever becomes of others.
    /// `key` has room for `max_row_key` bytes; returns how many it has in `key_size`.
    bool next(std::uint32_t& position, char* key, std::size_t& key_size, std::byte* record) noexcept;

    [[nodiscard]] std::uint32_t count() const noexcept;
    [[nodiscard]] std::uint32_t capacity() const noexcept { return capacity_; }
    [[nodiscard]] std::size_t memory_bytes() const noexcept { return memory_bytes_; }
    [[nodiscard]] row_counters counters() const noexcept;

  private:
    struct head;
    struct stripe;
    struct row;
    class locked_stripe;

    [[nodiscard]] row& at(std::uint32_t number) const noexcept;
    row* find(std::uint64_t hash, std::string_view key) noexcept;
    row* find_or_insert(std::uint64_t hash, std::string_view key, bool& inserted) noexcept;
    row* take_free() noexcept;
    void give_back(row& r) noexcept;
    void clear(std::byte* record) const noexcept;
    void copy(const std::byte* from, std::byte* to) const noexcept;
    [[nodiscard]] std::uint64_t hash_of(std::string_view key) const noexcept;

    std::span<const column_place> columns_;
    std::uint32_t capacity_ = 0;
    std::uint32_t bucket_mask_ = 0;
    std::uint32_t stripe_mask_ = 0;
    std::size_t row_bytes_ = 0;
    std::size_t memory_bytes_ = 0;
    head* head_ = nullptr;
    stripe* stripes_ = nullptr;
    std::uint32_t* buckets_ = nullptr;
    std::byte* rows_ = nullptr;
};

}  // namespace pushwire::php
