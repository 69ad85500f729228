#pragma once
// Memory that a process and all that it forks afterwards have in common. It is zero, costs nothing until it is touched, and
// goes when the last of them has let go of it.

#include <cstddef>

namespace pushwire::net {

class shared_memory {
  public:
    /// Throws std::system_error.
    explicit shared_memory(std::size_t bytes);
    ~shared_memory();
    shared_memory(const shared_memory&) = delete;
    shared_memory& operator=(const shared_memory&) = delete;

    /// Aligned to a page.
    [[nodiscard]] std::byte* data() const { return data_; }
    [[nodiscard]] std::size_t size() const { return size_; }
    /// Gives the pages that lie within back to the system: they are zero from then on.
    void forget(std::size_t from, std::size_t to) noexcept;

  private:
    std::byte* data_;
    std::size_t size_;
};

}  // namespace pushwire::net
