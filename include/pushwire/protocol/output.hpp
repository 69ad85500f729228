#pragma once
// What waits to be sent on one connection: a queue of encoded frames in blocks that never move.
//
//   segments:   [ begun.. | frame | frame ] [ frame (shared) ] [ frame | frame | free.. ]
//                  ^ consume() moves on here                        append_frame() fills here ^
//
// Blocks come from a pool that the loop's thread lends, and go back when the kernel has finished with them; an
// idle connection owns none. Frames carry their own lengths, so of the boundaries between them only one is kept
// a segment: the end of the frame that is begun.
// Invariants: a frame never spans two segments; bytes() is the sum of the segments' sizes; there is a queue exactly while
// there are bytes.
// Belongs to one thread, as its pool does.

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <utility>

#include <pushwire/protocol/spare_buffers.hpp>

namespace pushwire::protocol {

class block_pool;

/// A run of bytes that never moves, counted by the segments (and publications) that refer to it.
struct block {
    block_pool* home;
    std::uint32_t references;
    std::size_t capacity;  ///< bytes
    std::size_t used;      ///< bytes

    [[nodiscard]] std::byte* bytes() { return reinterpret_cast<std::byte*>(this + 1); }
};

/// Counts a reference to a block; the last one gives it back to its pool.
class block_ref {
  public:
    block_ref() = default;
    explicit block_ref(block* adopted) : block_{adopted} {}  ///< takes over a reference that was counted
    block_ref(const block_ref& other) : block_{other.block_} {
        if (block_) ++block_->references;
    }
    block_ref(block_ref&& other) noexcept : block_{std::exchange(other.block_, nullptr)} {}
    block_ref& operator=(block_ref other) noexcept {
        std::swap(block_, other.block_);
        return *this;
    }
    ~block_ref() {
        if (block_ && --block_->references == 0) give_back();
    }

    [[nodiscard]] block* operator->() const { return block_; }
    [[nodiscard]] block& operator*() const { return *block_; }
    [[nodiscard]] explicit operator bool() const { return block_ != nullptr; }

  private:
    void give_back() noexcept;

    block* block_ = nullptr;
};

/// Lends what connections need only while something is under way: blocks, and beside them the queues of outputs and the
/// activities of sessions. Blocks of the usual size and the others are kept for reuse, the last one returned first, since
/// it is in the cache. Whatever waits to be sent lies in blocks of one pool, so what they hold together is known without
/// looking at each. Outlives every reference to its blocks, and the outputs and sessions that it lends to.
class block_pool {
  public:
    static constexpr std::size_t usual_capacity = std::size_t{16} << 10;
    static constexpr std::size_t max_kept = 64;  ///< blocks of the usual size that wait for reuse

    block_pool();
    ~block_pool();
    block_pool(const block_pool&) = delete;
    block_pool& operator=(const block_pool&) = delete;

    /// A block of at least `capacity` bytes; where that is more than the usual, of at most a quarter more.
    [[nodiscard]] block_ref take(std::size_t capacity);
    /// A block of exactly `capacity` bytes; likewise.
    [[nodiscard]] block_ref take_exactly(std::size_t capacity);

    /// What large blocks are made of, and may be used for large buffers of other kinds. It is not lent, so it does not count.
    [[nodiscard]] spare_buffers& spare() { return spare_; }

    /// The memory of all that is out, in bytes: each block once, whoever refers to it, and the lists of the outputs.
    [[nodiscard]] std::size_t lent_bytes() const { return lent_bytes_; }

  private:
    friend class block_ref;
    friend class output;
    friend class session;
    struct spares;
    [[nodiscard]] block_ref make(std::size_t capacity);
    void give_back(block* returned) noexcept;

    spare_buffers spare_;
    std::array<block*, max_kept> kept_{};
    std::size_t kept_count_ = 0;
    std::unique_ptr<spares> spares_;
    std::size_t lent_bytes_ = 0;
};

/// A frame that many send: it lies in a block, perhaps beside others.
struct shared_frame {
    shared_frame() = default;
    shared_frame(block_ref in, std::size_t from, std::size_t bytes)
        : owner{std::move(in)}, begin{from}, size{bytes} {}
    explicit shared_frame(const block_ref& whole)
        : shared_frame{whole, 0, whole->used} {}  ///< all that is in it

    [[nodiscard]] std::span<std::byte> bytes() const { return {owner->bytes() + begin, size}; }

    block_ref owner;  ///< null: there is no frame
    std::size_t begin = 0;
    std::size_t size = 0;  ///< bytes
};

/// Where frames that many send are encoded. Those of a run lie one behind another as far as there is room, so that who gets
/// several of them sends them in one piece; they should be for the same receivers, since a peer that is slow to take one keeps
/// the others. A block is about as large as what the last run needed, or twice what this one has so far, so there is little
/// else in it. Belongs to the thread of its pool.
class shared_frames {
  public:
    explicit shared_frames(block_pool& pool) : pool_{&pool} {}

    /// Room for a frame of `size` bytes, to be filled at once.
    [[nodiscard]] shared_frame place(std::size_t size);
    void end_run();

  private:
    block_pool* pool_;
    block_ref last_;              // of this run; held, so that nobody else writes behind what is in it
    std::size_t this_run_ = 0;    // bytes
    std::size_t run_before_ = 0;  // the last one
};

class output {
  public:
    explicit output(block_pool& pool) : pool_{&pool} {}
    ~output() { release(); }
    output(const output&) = delete;
    output& operator=(const output&) = delete;

    /// Room for one frame of `size` bytes at the end, to be filled at once; valid until the next call.
    [[nodiscard]] std::byte* append_frame(std::size_t size) {
        segment& to = queue_ && has_room(queue_->last(), size) ? queue_->last() : new_segment(size);
        auto* const place = to.owner->bytes() + to.end;
        to.end += size;
        to.owner->used = to.end;
        queue_->bytes += size;
        return place;
    }
    /// One whole frame that others send too; nothing is copied.
    void append_shared(const shared_frame& frame) {
        if (!queue_ || !is_right_behind(queue_->last(), frame)) return append_apart(frame);
        queue_->last().end += frame.size;
        queue_->bytes += frame.size;
    }
    /// Bytes that are no frames (HTTP), or the rest of one that is begun. They are never dropped.
    void append_opaque(std::span<const std::byte> bytes);
    /// All that waits in `from`, which is empty afterwards; nothing is copied.
    void append_all_of(output& from);

    [[nodiscard]] block_pool& pool() const { return *pool_; }
    /// What waits, in bytes: shared frames count in full.
    [[nodiscard]] std::size_t bytes() const { return queue_ ? queue_->bytes : 0; }
    [[nodiscard]] bool empty() const { return !queue_; }

    /// The frame of `size` bytes that what waits begins with, for others to send too; there is one.
    [[nodiscard]] shared_frame front_frame(std::size_t size) const {
        return {queue_->head.owner, queue_->head.begin, size};
    }

    /// Fills `segments` with what waits, in order; returns how many it filled. The bytes stay where they are until
    /// `consume` has passed them.
    [[nodiscard]] std::size_t gather(std::span<std::span<const std::byte>> segments) const;
    /// The first `n` bytes are done with: the kernel has them.
    void consume(std::size_t n);

    /// Marks the end of what waits now; a later mark replaces it.
    void mark() {
        if (queue_) queue_->marked = queue_->bytes;
    }
    /// Whether anything before the mark still waits. What is dropped waits no more.
    [[nodiscard]] bool mark_waits() const { return queue_ && queue_->marked != 0; }

    /// Drops messages of one frame that is not begun, oldest first, until `wanted` bytes are gone or none
    /// is left. Control frames stay, and so do the fragments of a message, since it would be broken without one of them.
    /// Returns the bytes dropped.
    std::size_t drop_oldest(std::size_t wanted);
    /// What `drop_oldest` would drop.
    [[nodiscard]] std::size_t droppable(std::size_t wanted) const;
    /// Drops every frame that is not begun, whatever it is.
    void drop_unbegun();
    /// Drops everything, also amid a frame: for a stream on which nothing is sent any more.
    void drop_all() { release(); }

    /// Moves a small rest out of a large block, so that a slow reader holds little more than what waits for it.
    void shrink();

  private:
    struct segment {
        block_ref owner = {};
        std::size_t begin = 0;  // first byte not consumed
        std::size_t whole =
            0;  // where the first frame starts that is not begun; what is before it is never dropped
        std::size_t end = 0;

        [[nodiscard]] std::size_t size() const { return end - begin; }
        [[nodiscard]] std::span<const std::byte> bytes() const { return {owner->bytes() + begin, size()}; }
    };

    /// Those behind the first. `shrink` has seen the ones from `seen_from` to before `seen_to`, and nothing was taken out of
    /// them since: it need not look at their blocks again.
    struct others {
        std::deque<segment> segments;
        std::size_t seen_from = 0;
        std::size_t seen_to = 0;
    };

    /// What there is only while something waits; the pool lends it, as it does blocks.
    struct queue {
        std::size_t bytes = 0;
        std::size_t marked = 0;        // bytes before the mark
        segment head;                  // the first. A steady connection has at most this one
        std::unique_ptr<others> rest;  // null or empty if there are none

        [[nodiscard]] bool has_rest() const { return rest && !rest->segments.empty(); }
        [[nodiscard]] std::size_t count() const { return 1 + (rest ? rest->segments.size() : 0); }
        [[nodiscard]] segment& at(std::size_t i) { return i == 0 ? head : rest->segments[i - 1]; }
        [[nodiscard]] const segment& at(std::size_t i) const { return i == 0 ? head : rest->segments[i - 1]; }
        [[nodiscard]] segment& last() { return has_rest() ? rest->segments.back() : head; }
        /// As it was when new, but for room for a few segments.
        void reset() {
            bytes = marked = 0;
            head.owner = {};
            if (has_rest()) reset_rest();
        }
        void reset_rest();
    };
    friend class block_pool;

    [[nodiscard]] std::size_t count() const { return queue_ ? queue_->count() : 0; }
    void push(segment&& added);
    void insert_after(std::size_t i, segment added);
    void erase(std::size_t i);
    [[nodiscard]] std::deque<segment>& rest_with_one_more();
    void release();
    /// Whether it has so many free bytes behind it that are its alone.
    [[nodiscard]] static bool has_room(const segment& which, std::size_t size) {
        const auto& owner = *which.owner;
        return owner.references == 1 && which.end == owner.used && owner.capacity - owner.used >= size;
    }
    [[nodiscard]] segment& new_segment(std::size_t size);
    void append_apart(const shared_frame& frame);
    [[nodiscard]] static bool is_right_behind(const segment& which, const shared_frame& frame) {
        return which.end == frame.begin && &*which.owner == &*frame.owner;
    }
    std::size_t drop(std::size_t wanted, bool every_kind);
    void cut_out(std::size_t i, std::size_t from, std::size_t to);
    void shrink(segment& kept);

    block_pool* pool_;
    queue* queue_ = nullptr;  // null if nothing waits
};

}  // namespace pushwire::protocol
