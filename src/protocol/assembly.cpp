#include "protocol/assembly.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#include "base/assert.hpp"

namespace pushwire::protocol {
namespace {

constexpr std::size_t smallest = 256;  // bytes: fewer are not worth growing from
constexpr std::size_t least_room = std::size_t{16}
                                   << 10;  // bytes: a read into less would not be worth a system call

}  // namespace

assembly::assembly(opcode type, std::size_t most) : most_{most}, type_{type} {}

assembly::~assembly() {
    std::free(bytes_);
}

void assembly::begin_frame(const frame_header& header) {
    PUSHWIRE_ASSERT(header.payload_length <= most_ - size_);
    key_ = header.key;
    masked_ = header.masked;
    final_ = header.fin;
    frame_begin_ = size_;
    // Only the last frame tells the size of the message. Growing to the end of each fragment would copy all that is
    // there for each fragment.
    expected_ = final_ ? size_ + static_cast<std::size_t>(header.payload_length) : most_;
}

bool assembly::append(std::span<const std::byte> bytes) {
    if (bytes.empty()) return true;
    reserve(size_ + bytes.size());
    std::memcpy(bytes_ + size_, bytes.data(), bytes.size());
    return commit(bytes.size());
}

std::span<std::byte> assembly::room(std::size_t most) {
    if (capacity_ - size_ < std::min(most, least_room)) reserve(size_ + std::min(most, least_room));
    return {bytes_ + size_, std::min(capacity_ - size_, most)};
}

bool assembly::commit(std::size_t n) {
    PUSHWIRE_ASSERT(n <= capacity_ - size_);
    const std::span<std::byte> arrived{bytes_ + size_, n};
    if (masked_) apply_mask(arrived, key_, size_ - frame_begin_);
    size_ += n;
    return type_ != opcode::text || text_.accept(arrived);
}

void assembly::reserve(std::size_t needed) {
    if (needed <= capacity_) return;
    PUSHWIRE_ASSERT(needed <= expected_);
    const auto capacity = std::min(std::max({needed, 2 * capacity_, smallest}), expected_);
    auto* const grown = static_cast<std::byte*>(std::realloc(bytes_, capacity));
    if (grown == nullptr) throw std::bad_alloc{};
    bytes_ = grown;
    capacity_ = capacity;
}

}  // namespace pushwire::protocol
