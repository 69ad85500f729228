#pragma once
// The other side of a compressed connection, for its tests: zlib as any peer would use it.

#include <optional>
#include <random>
#include <string>

#include "protocol/inflater.hpp"
#include "unit/protocol/peer.hpp"

namespace pushwire::protocol {

/// What `data` become with a sync flush, without the tail 00 00 ff ff.
inline bytes deflated(std::string_view data, int level = 9, int strategy = Z_DEFAULT_STRATEGY) {
    z_stream stream{};
    deflateInit2(&stream, level, Z_DEFLATED, -15, 8, strategy);
    bytes result(data.size() + data.size() / 8 + 64);
    stream.next_in = reinterpret_cast<const Bytef*>(data.data());
    stream.avail_in = static_cast<uInt>(data.size());
    stream.next_out = reinterpret_cast<Bytef*>(result.data());
    stream.avail_out = static_cast<uInt>(result.size());
    deflate(&stream, Z_SYNC_FLUSH);
    result.erase(result.end() - static_cast<std::ptrdiff_t>(stream.avail_out) - 4, result.end());
    deflateEnd(&stream);
    return result;
}

/// A peer's inflater with a window of exactly that size: nothing but what is in it can be referred to.
class strict_peer {
  public:
    explicit strict_peer(int window_bits) { inflateInit2(&stream_, -window_bits); }
    ~strict_peer() { inflateEnd(&stream_); }
    strict_peer(const strict_peer&) = delete;
    strict_peer& operator=(const strict_peer&) = delete;

    void forget() { inflateReset(&stream_); }

    /// The message, or nullopt if it cannot be inflated.
    std::optional<std::string> inflate(std::span<const std::byte> payload) {
        auto data = bytes{payload.begin(), payload.end()} + from_hex("0000ffff");
        std::string result;
        stream_.next_in = reinterpret_cast<const Bytef*>(data.data());
        stream_.avail_in = static_cast<uInt>(data.size());
        for (;;) {
            char next = 0;
            stream_.next_out = reinterpret_cast<Bytef*>(&next);
            stream_.avail_out = 1;
            const auto said = ::inflate(&stream_, Z_SYNC_FLUSH);
            if (said == Z_DATA_ERROR) return std::nullopt;
            if (stream_.avail_out == 0) result += next;
            ended_ = said == Z_STREAM_END;
            if (ended_ || stream_.avail_out != 0) return result;
        }
    }
    /// Whether the last message ended in a final block.
    [[nodiscard]] bool ended() const { return ended_; }

  private:
    z_stream stream_{};
    bool ended_ = false;
};

/// Words of few letters, in which much repeats.
inline std::string some_text(std::size_t size, unsigned seed) {
    std::mt19937 random{seed};
    std::string text;
    while (text.size() < size) {
        const std::string word(1 + random() % 9, static_cast<char>('a' + random() % 6));
        text += word + std::to_string(random() % 50) + (random() % 4 == 0 ? "\n" : " ");
    }
    text.resize(size);
    return text;
}

/// A stretch of noise that comes again and again, a little more than `distance` bytes later each time.
inline std::string repeats_at(std::size_t distance, std::size_t size, unsigned seed) {
    std::mt19937 random{seed};
    std::string text;
    while (text.size() < size) {
        text += text.size() < distance || random() % 40 == 0 ? static_cast<char>(random())
                                                             : text[text.size() - distance];
        if (random() % 300 == 0) ++distance;
    }
    return text;
}

}  // namespace pushwire::protocol
