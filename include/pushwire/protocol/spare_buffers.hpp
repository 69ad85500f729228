#pragma once
// Large buffers that are not in use: of messages that were gathered, and of frames that were sent. The system takes back
// what is freed in such sizes, and each page that it gives anew is a fault at the first touch: 256 of them for 1 MiB, which
// take as long as to receive and send it. So those that came back last are kept for the next message.

#include <array>
#include <cstddef>

namespace pushwire::protocol {

/// Belongs to one thread. What it has lent it does not know: a buffer belongs to whoever took it.
class spare_buffers {
  public:
    static constexpr std::size_t least = std::size_t{32} << 10;  ///< bytes: smaller ones malloc keeps itself
    static constexpr std::size_t most_kept = std::size_t{4} << 20;  ///< bytes, all together

    /// By malloc.
    struct buffer {
        std::byte* bytes = nullptr;
        std::size_t size = 0;
    };

    spare_buffers() = default;
    ~spare_buffers();
    spare_buffers(const spare_buffers&) = delete;
    spare_buffers& operator=(const spare_buffers&) = delete;

    /// The largest that has from `at_least` to `at_most` bytes; one without bytes if there is none.
    [[nodiscard]] buffer take(std::size_t at_least, std::size_t at_most) noexcept;
    /// Keeps it, or frees it. Where there would be too many, those that came back first are freed.
    void give_back(buffer returned) noexcept;

    [[nodiscard]] std::size_t kept_bytes() const { return bytes_; }

  private:
    [[nodiscard]] buffer remove(std::size_t i) noexcept;

    std::array<buffer, most_kept / least> kept_;  // the first `count_`, in the order in which they came back
    std::size_t count_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace pushwire::protocol
