#pragma once
// What a codec_pool lends.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <pushwire/protocol/codec_pool.hpp>

#include "protocol/assembly.hpp"
#include "protocol/deflater.hpp"
#include "protocol/inflater.hpp"

namespace pushwire::protocol {

struct codec_pool::content {
    static constexpr std::size_t max_kept = 4;                       ///< inflaters that wait for reuse
    static constexpr std::size_t part_size = std::size_t{64} << 10;  ///< bytes

    [[nodiscard]] std::unique_ptr<inflater> lend_inflater();
    void give_back(std::unique_ptr<inflater> lent) noexcept;

    /// Where a message that came whole is inflated. One at a time: it is used until its session asks for the next event.
    assembly whole_message;
    /// Where a part of a message is inflated, likewise.
    [[nodiscard]] std::span<std::byte> part_room();
    deflater compressor;
    std::uint64_t inflated = 0;  ///< bytes, since a session last received some

  private:
    std::vector<std::unique_ptr<inflater>> kept_;
    std::vector<std::byte> part_room_;
};

}  // namespace pushwire::protocol
