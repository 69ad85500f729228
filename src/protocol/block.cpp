// Blocks and the pool that lends them.

#include <cstdlib>
#include <new>

#include <pushwire/protocol/output.hpp>

#include "base/assert.hpp"
#include "protocol/spares.hpp"

namespace pushwire::protocol {
namespace {

std::size_t size_of(const block& which) {
    return sizeof(block) + which.capacity;
}

void free_block(block* freed) noexcept {
    freed->~block();
    ::operator delete(freed);
}

bool is_large(std::size_t capacity) {
    return capacity > block_pool::usual_capacity;
}

}  // namespace

void block_ref::give_back() noexcept {
    block_->home->give_back(block_);
}

block_pool::block_pool() : spares_{std::make_unique<spares>()} {}

block_pool::~block_pool() {
    PUSHWIRE_ASSERT(lent_bytes_ == 0);
    while (kept_count_ != 0) free_block(kept_[--kept_count_]);
}

block_ref block_pool::take(std::size_t capacity) {
    if (is_large(capacity)) return make(capacity);
    if (kept_count_ == 0) return make(usual_capacity);
    auto* const taken = kept_[--kept_count_];
    lent_bytes_ += size_of(*taken);
    taken->references = 1;
    taken->used = 0;
    return block_ref{taken};
}

block_ref block_pool::take_exactly(std::size_t capacity) {
    return make(capacity);
}

block_ref block_pool::make(std::size_t capacity) {
    auto size = sizeof(block) + capacity;
    void* memory = nullptr;
    if (!is_large(capacity)) {
        memory = ::operator new(size);
    } else if (const auto spare = spare_.take(size, size + size / 4); spare.bytes != nullptr) {
        memory = spare.bytes;
        size = spare.size;
    } else if (memory = std::malloc(size); memory == nullptr) {
        throw std::bad_alloc{};
    }
    auto* const made =
        new (memory) block{.home = this, .references = 1, .capacity = size - sizeof(block), .used = 0};
    lent_bytes_ += size_of(*made);
    return block_ref{made};
}

void block_pool::give_back(block* returned) noexcept {
    lent_bytes_ -= size_of(*returned);
    if (returned->capacity == usual_capacity && kept_count_ < max_kept) {
        kept_[kept_count_++] = returned;
    } else if (is_large(returned->capacity)) {
        const auto size = size_of(*returned);
        returned->~block();
        spare_.give_back({reinterpret_cast<std::byte*>(returned), size});
    } else {
        free_block(returned);
    }
}

}  // namespace pushwire::protocol
