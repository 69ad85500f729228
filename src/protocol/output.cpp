// The queue of segments. The first is inline, so that a connection which keeps up allocates nothing for it.

#include <algorithm>
#include <cstring>
#include <limits>

#include <pushwire/protocol/frame.hpp>
#include <pushwire/protocol/output.hpp>

#include "base/assert.hpp"
#include "protocol/spares.hpp"

namespace pushwire::protocol {
namespace {

/// The frame at the start of `bytes`, which were encoded by an endpoint of ours.
struct frame_extent {
    std::size_t size;
    bool whole_message;
};

frame_extent measure(std::span<const std::byte> bytes) {
    PUSHWIRE_ASSERT(bytes.size() >= 2);
    const bool masked = (bytes[1] & std::byte{0x80}) != std::byte{0};
    const auto parsed = parse_frame_header(bytes, masked ? role::server : role::client, compressed_bit);
    PUSHWIRE_ASSERT(parsed.size != 0 && parsed.header.payload_length <= bytes.size() - parsed.size);
    const auto& header = parsed.header;
    return {parsed.size + static_cast<std::size_t>(header.payload_length),
            header.fin && (header.opcode == opcode::text || header.opcode == opcode::binary)};
}

constexpr std::size_t most_segments_kept = 16;

}  // namespace

// --- frames that many send

shared_frame shared_frames::place(std::size_t size) {
    if (!last_ || last_->capacity - last_->used < size) {
        const auto foreseen = std::min(std::max(run_before_, 2 * this_run_), block_pool::usual_capacity);
        last_ = pool_->take_exactly(std::max(size, foreseen));
    }
    this_run_ += size;
    const auto begin = last_->used;
    last_->used += size;
    return {last_, begin, size};
}

void shared_frames::end_run() {
    if (this_run_ == 0) return;
    run_before_ = std::exchange(this_run_, 0);
    last_ = {};
}

// --- appending

/// In a segment of its own.
void output::append_apart(const shared_frame& frame) {
    PUSHWIRE_ASSERT(frame.size != 0);
    const auto begin = frame.begin;
    push({.owner = frame.owner, .begin = begin, .whole = begin, .end = begin + frame.size});
    queue_->bytes += frame.size;
}

void output::append_opaque(std::span<const std::byte> bytes) {
    if (bytes.empty()) return;
    // Behind frames that could be dropped, it needs a segment of its own.
    const bool has_room_behind =
        queue_ && queue_->last().whole == queue_->last().end && has_room(queue_->last(), bytes.size());
    auto& to = has_room_behind ? queue_->last() : new_segment(bytes.size());
    std::memcpy(to.owner->bytes() + to.end, bytes.data(), bytes.size());
    to.end += bytes.size();
    to.whole = to.end;
    to.owner->used = to.end;
    queue_->bytes += bytes.size();
}

void output::append_all_of(output& from) {
    PUSHWIRE_ASSERT(&from != this);
    const auto segments = from.count();
    for (std::size_t i = 0; i < segments; ++i) {
        auto& moved = from.queue_->at(i);
        const auto size = moved.size();
        push(std::move(moved));
        queue_->bytes += size;
    }
    from.release();
}

/// The last one from now on, with room for `size` bytes.
output::segment& output::new_segment(std::size_t size) {
    PUSHWIRE_ASSERT(size != 0);
    push({.owner = pool_->take(size)});
    return queue_->last();
}

void output::push(segment&& added) {
    if (!queue_) {
        queue_ = pool_->spares_->queues.take();
        queue_->head = std::move(added);
        return;
    }
    rest_with_one_more().push_back(std::move(added));
}

/// The others, to which one is about to be added. Many small messages that are shared cost more by their segments than
/// by their bytes, so these count as memory lent.
std::deque<output::segment>& output::rest_with_one_more() {
    auto& rest = queue_->rest;
    if (!rest) rest = std::make_unique<others>();
    pool_->lent_bytes_ += sizeof(segment);
    return rest->segments;
}

/// Nothing waits any more.
void output::release() {
    if (!queue_) return;
    if (queue_->has_rest()) pool_->lent_bytes_ -= queue_->rest->segments.size() * sizeof(segment);
    pool_->spares_->queues.give_back(std::exchange(queue_, nullptr));
}

/// Publications come to many connections in one turn, and several to each.
void output::queue::reset_rest() {
    if (rest->segments.size() > most_segments_kept) return rest.reset();
    rest->segments.clear();
    rest->seen_from = rest->seen_to = 0;
}

// --- leaving

std::size_t output::gather(std::span<std::span<const std::byte>> segments) const {
    if (!queue_ || segments.empty()) return 0;
    segments[0] = queue_->head.bytes();
    if (!queue_->has_rest()) return 1;
    const auto& behind_head = queue_->rest->segments;
    const auto behind = std::min(segments.size() - 1, behind_head.size());
    for (std::size_t i = 0; i < behind; ++i) segments[1 + i] = behind_head[i].bytes();
    return 1 + behind;
}

void output::consume(std::size_t n) {
    PUSHWIRE_ASSERT(n <= bytes());
    if (n == bytes()) return release();  // a peer that keeps up: everything has left
    queue& waiting = *queue_;
    waiting.bytes -= n;
    waiting.marked -= std::min(waiting.marked, n);
    segment& head = waiting.head;
    while (n != 0 && n >= head.size()) {
        n -= head.size();
        erase(0);
    }
    if (n == 0) return;
    head.begin += n;
    while (head.whole < head.begin) {
        head.whole += measure({head.owner->bytes() + head.whole, head.end - head.whole}).size;
    }
}

/// Its bytes are no longer counted.
void output::erase(std::size_t i) {
    if (!queue_->has_rest()) return release();
    auto& [segments, seen_from, seen_to] = *queue_->rest;
    const auto gone = i == 0 ? 0 : i - 1;
    if (i == 0) queue_->head = std::move(segments.front());
    segments.erase(segments.begin() + static_cast<std::ptrdiff_t>(gone));
    if (gone < seen_from) --seen_from;
    if (gone < seen_to) --seen_to;
    pool_->lent_bytes_ -= sizeof(segment);
    if (segments.empty()) queue_->rest.reset();
}

// --- dropping

std::size_t output::drop_oldest(std::size_t wanted) {
    return drop(wanted, false);
}

std::size_t output::droppable(std::size_t wanted) const {
    std::size_t found = 0;
    for (std::size_t i = 0; i < count() && found < wanted; ++i) {
        const auto& here = queue_->at(i);
        const auto bytes = std::span{here.owner->bytes(), here.end};
        for (auto from = here.whole; from != here.end && found < wanted;) {
            const auto frame = measure(bytes.subspan(from));
            if (frame.whole_message) found += frame.size;
            from += frame.size;
        }
    }
    return found;
}

void output::drop_unbegun() {
    drop(std::numeric_limits<std::size_t>::max(), true);
}

std::size_t output::drop(std::size_t wanted, bool every_kind) {
    std::size_t dropped = 0;
    std::size_t before = 0;  // bytes that wait before segment i
    std::size_t i = 0;
    while (i < count() && dropped < wanted) {
        const auto& here = queue_->at(i);
        const auto bytes = std::span{here.owner->bytes(), here.end};

        auto from = here.whole;  // the first frame that may go
        while (from != here.end) {
            const auto frame = measure(bytes.subspan(from));
            if (every_kind || frame.whole_message) break;
            from += frame.size;
        }
        auto to = from;  // and the end of those that go with it
        while (to != here.end && dropped + (to - from) < wanted) {
            const auto frame = measure(bytes.subspan(to));
            if (!frame.whole_message && !every_kind) break;
            to += frame.size;
        }

        const auto gone = to - from;
        if (gone == 0) {
            before += here.size();
            ++i;
            continue;
        }
        const auto kept_before = from - here.begin;
        const auto position = before + kept_before;
        auto& marked = queue_->marked;
        if (position < marked) marked -= std::min(gone, marked - position);
        dropped += gone;
        queue_->bytes -= gone;
        cut_out(i, from, to);
        if (kept_before != 0) {
            before += kept_before;
            ++i;
        }
    }
    // Something may have been taken out of each up to this one.
    if (queue_ && queue_->has_rest()) {
        auto& [segments, seen_from, seen_to] = *queue_->rest;
        seen_from = std::max(seen_from, std::min(i, segments.size()));
    }
    return dropped;
}

/// Takes the bytes from `from` to `to` out of segment i; what is behind them becomes a segment of its own where there
/// is something on both sides.
void output::cut_out(std::size_t i, std::size_t from, std::size_t to) {
    auto& cut = queue_->at(i);
    if (from == cut.begin && to == cut.end) {
        erase(i);
    } else if (from == cut.begin) {
        cut.begin = to;
        cut.whole = to;
    } else if (to == cut.end) {
        if (cut.owner->references == 1) cut.owner->used = from;
        cut.end = from;
    } else {
        segment behind{.owner = cut.owner, .begin = to, .whole = to, .end = cut.end};
        cut.end = from;
        insert_after(i, std::move(behind));
    }
}

void output::insert_after(std::size_t i, segment added) {
    auto& segments = rest_with_one_more();
    segments.insert(segments.begin() + static_cast<std::ptrdiff_t>(i), std::move(added));
    if (i < queue_->rest->seen_from) ++queue_->rest->seen_from;
    if (i < queue_->rest->seen_to) ++queue_->rest->seen_to;
}

// --- memory

/// After each send of part of a long queue, so it looks only at what may have changed: what is consumed is the first, what
/// is appended to a block makes it fuller, and what others refer to is little larger than what is sent of it.
void output::shrink() {
    if (!queue_) return;
    shrink(queue_->head);
    if (!queue_->has_rest()) return;
    others& rest = *queue_->rest;
    auto& segments = rest.segments;
    for (std::size_t i = 0; i < rest.seen_from; ++i) shrink(segments[i]);
    for (std::size_t i = std::max(rest.seen_from, rest.seen_to); i < segments.size(); ++i) {
        shrink(segments[i]);
    }
    rest.seen_from = 0;
    rest.seen_to = segments.size();
}

void output::shrink(segment& kept) {
    const auto size = kept.size();
    // A block that others refer to would stay anyway; one that is mostly used is not worth the copy.
    if (kept.owner->references != 1 || size > kept.owner->capacity / 4) return;
    auto smaller = pool_->take_exactly(size);
    std::memcpy(smaller->bytes(), kept.owner->bytes() + kept.begin, size);
    smaller->used = size;
    kept = {.owner = std::move(smaller), .begin = 0, .whole = kept.whole - kept.begin, .end = size};
}

}  // namespace pushwire::protocol
