#include "protocol/assembly.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

#include "base/assert.hpp"

namespace pushwire::protocol {
namespace {

constexpr std::size_t smallest = 256;                  // bytes: fewer are not worth growing from
constexpr std::size_t stride = std::size_t{64} << 10;  // bytes in which its pace is measured
constexpr std::size_t least_room = std::size_t{16}
                                   << 10;  // bytes: a read into less would not be worth a system call
constexpr std::size_t least_inflated = std::size_t{4} << 10;  // bytes: nor inflating into less

constexpr auto no_bound = std::numeric_limits<std::size_t>::max();

}  // namespace

assembly::~assembly() {
    release();
}

void assembly::begin(opcode type, std::size_t most) {
    inflation_.reset();
    size_ = 0;
    most_ = expected_ = most;
    type_ = type;
    handed_out_ = false;
    text_ = {};
}

void assembly::begin(opcode type, std::size_t most, codec_pool& lender, std::span<const std::byte> history) {
    begin(type, most);
    inflation_.emplace(lender, history, most);
    // One more than it may become shows that it is too big.
    expected_ = most == no_bound ? most : most + 1;
}

bool assembly::takes(std::uint64_t payload_length) const {
    if (inflation_) return payload_length <= inflation::most_on_wire(most_) - inflation_->received();
    return payload_length <= most_ - size_;
}

void assembly::begin_frame(const frame_header& header) {
    PUSHWIRE_ASSERT(takes(header.payload_length));
    key_ = header.key;
    masked_ = header.masked;
    final_ = header.fin;
    frame_taken_ = 0;
    // Only the last frame tells the size of the message. Growing to the end of each fragment would copy all that is
    // there for each fragment.
    if (!inflation_) expected_ = final_ ? size_ + static_cast<std::size_t>(header.payload_length) : most_;
}

error assembly::append(std::span<std::byte> bytes) {
    if (bytes.empty()) return error::none;
    if (!inflation_) {
        reserve(size_ + bytes.size());
        std::memcpy(bytes_ + size_, bytes.data(), bytes.size());
        return commit(bytes.size());
    }
    unmask(bytes);
    std::span<const std::byte> from = bytes;
    return inflate([&](std::span<std::byte>& to) { return inflation_->inflate(from, to); });
}

error assembly::finish() {
    if (inflation_) {
        const auto why = inflate([&](std::span<std::byte>& to) { return inflation_->finish(to); });
        if (why != error::none) return why;
    }
    return text_.complete() ? error::none : error::text_not_utf8;  // RFC 6455 8.1: amid a character
}

/// Gives room to `step` until it needs no more.
template <class Step>
error assembly::inflate(Step&& step) {
    for (;;) {
        if (size_ == capacity_) reserve(std::min(expected_, size_ + least_inflated));
        std::span<std::byte> to{bytes_ + size_, std::min(capacity_, expected_) - size_};
        const auto room = to.size();
        const auto said = step(to);
        if (const auto why = arrived(room - to.size()); why != error::none) return why;
        switch (said) {
            case inflation::outcome::needs_room:
                break;
            case inflation::outcome::needs_input:
            case inflation::outcome::complete:
                return error::none;
            case inflation::outcome::broken:
                return error::deflate_invalid;
            case inflation::outcome::yields_too_little:
                return error::message_too_big;
        }
    }
}

/// `n` bytes of the message are behind the others.
error assembly::arrived(std::size_t n) {
    const std::span<const std::byte> fitting{bytes_ + size_, std::min(n, most_ - size_)};
    size_ += n;
    if (type_ == opcode::text && !text_.accept(fitting)) return error::text_not_utf8;
    return size_ > most_ ? error::inflated_too_big : error::none;
}

std::span<std::byte> assembly::room(std::size_t most) {
    PUSHWIRE_ASSERT(!inflation_);
    if (capacity_ - size_ < std::min(most, least_room)) reserve(size_ + std::min(most, least_room));
    return {bytes_ + size_, std::min(capacity_ - size_, most)};
}

error assembly::commit(std::size_t n) {
    PUSHWIRE_ASSERT(n <= capacity_ - size_);
    unmask({bytes_ + size_, n});
    return arrived(n);
}

/// The next bytes of the frame's payload.
void assembly::unmask(std::span<std::byte> bytes) {
    if (masked_) apply_mask(bytes, key_, frame_taken_);
    frame_taken_ += bytes.size();
}

assembly::part assembly::take(std::span<std::byte>& bytes, bool ends, std::span<std::byte> room) {
    part taken;
    unmask(bytes);
    if (inflation_) {
        taken = inflate_part(bytes, ends, room);
    } else {
        taken.data = std::exchange(bytes, {});
        taken.last = ends;
    }
    if (type_ == opcode::text) {
        const auto valid = text_.accept_prefix(taken.data);
        const bool cut_off = taken.last && !text_.complete();
        if (valid != taken.data.size() || cut_off) taken.why = error::text_not_utf8;  // RFC 6455 8.1
        taken.data = taken.data.first(valid);
    }
    if (taken.why != error::none) taken.last = taken.more = false;
    if (!taken.data.empty() || taken.last) taken.first = !std::exchange(handed_out_, true);
    size_ += taken.data.size();
    return taken;
}

/// `bytes` are unmasked; those that are not used are masked again, for the next call.
assembly::part assembly::inflate_part(std::span<std::byte>& bytes, bool ends, std::span<std::byte> room) {
    PUSHWIRE_ASSERT(inflation_);
    std::span<const std::byte> from = bytes;
    auto to = room;
    auto said = inflation_->inflate(from, to);
    if (said == inflation::outcome::needs_input && ends) said = inflation_->finish(to);

    frame_taken_ -= from.size();
    bytes = bytes.last(from.size());
    if (masked_) apply_mask(bytes, key_, frame_taken_);
    part taken{.data = room.first(room.size() - to.size())};
    switch (said) {
        case inflation::outcome::needs_room:
            taken.more = true;
            break;
        case inflation::outcome::needs_input:
            break;
        case inflation::outcome::complete:
            taken.last = true;
            break;
        case inflation::outcome::broken:
            taken.why = error::deflate_invalid;
            break;
        case inflation::outcome::yields_too_little:
            taken.why = error::message_too_big;
            break;
    }
    return taken;
}

void assembly::end(std::size_t most_kept) {
    inflation_.reset();
    size_ = 0;
    if (capacity_ > most_kept) release();
}

void assembly::begin_time(std::chrono::steady_clock::time_point now) {
    moved_to_ = 0;
    moved_on_ = now;
}

void assembly::note_time(std::chrono::steady_clock::time_point now) {
    const auto come = size_ - moved_to_;
    if (come < stride) return;
    // The rest counts on, so that it does not matter how large the reads are.
    moved_to_ += come - come % stride;
    moved_on_ = now;
}

void assembly::reserve(std::size_t needed) {
    if (needed <= capacity_) return;
    PUSHWIRE_ASSERT(needed <= expected_);
    const auto capacity = std::min(std::max({needed, 2 * capacity_, smallest}), expected_);
    if (take_spare(capacity)) return;
    auto* const grown = static_cast<std::byte*>(std::realloc(bytes_, capacity));
    if (grown == nullptr) throw std::bad_alloc{};
    bytes_ = grown;
    capacity_ = capacity;
}

/// Moves into a spare buffer that is large enough for now, and if there is one also for all that is to come.
bool assembly::take_spare(std::size_t capacity) {
    if (!spare_ || capacity < spare_buffers::least) return false;
    const auto found = spare_->take(capacity, expected_ + std::min(expected_ / 4, no_bound - expected_));
    if (found.bytes == nullptr) return false;
    if (size_ != 0) std::memcpy(found.bytes, bytes_, size_);
    release();
    bytes_ = found.bytes;
    capacity_ = found.size;
    return true;
}

void assembly::release() {
    auto* const bytes = std::exchange(bytes_, nullptr);
    const auto size = std::exchange(capacity_, 0);
    spare_ ? spare_->give_back({bytes, size}) : std::free(bytes);
}

}  // namespace pushwire::protocol
