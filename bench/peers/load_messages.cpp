#include "load_messages.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string_view>

namespace bench {
namespace {

// Small enough to stay in a second-level cache: the generator must not be slowed down by its own data.
constexpr std::size_t ring_bytes_wanted = 512 * 1024;
constexpr std::size_t masking_key_bytes = 4;

using bytes = std::vector<std::byte>;

/// Enough messages to tell them apart, and so many that a batch of `depth` seldom meets the end of the ring.
std::size_t messages_in_ring(const load_options& options) {
    const std::size_t most = std::max<std::size_t>(61, 16 * options.depth);
    return std::clamp<std::size_t>(ring_bytes_wanted / options.size_bytes, 3, most);
}

/// The number of the message, least significant digit first, so that even a payload of one byte differs from
/// its neighbours.
void append_number(bytes& payload, std::size_t number, std::size_t size) {
    constexpr std::string_view digits = "0123456789abcdef";
    for (int i = 0; i < 4 && payload.size() < size; ++i, number /= 16) {
        payload.push_back(static_cast<std::byte>(digits[number % 16]));
    }
}

/// Text as people write it: mostly ASCII, with characters of two, three and four bytes among it, so that a
/// check for UTF-8 cannot take a way that is open to ASCII only.
void append_text(bytes& payload, std::size_t size, std::mt19937& random) {
    constexpr std::array<std::string_view, 16> pieces{"push", " the ", "wire ", "to ",  "every", " one ",
                                                      "né ",  "Größe", "мир",   "你好", "字",    "नमस्ते",
                                                      "🙂",   "🚀 ",   "x",     "; "};
    while (payload.size() < size) {
        const std::string_view piece = pieces[random() % pieces.size()];
        if (payload.size() + piece.size() > size) {
            payload.resize(size, std::byte{'.'});
            return;
        }
        for (const char c : piece) payload.push_back(static_cast<std::byte>(c));
    }
}

bytes make_payload(const load_options& options, std::size_t number, std::mt19937& random) {
    bytes payload;
    payload.reserve(options.size_bytes);
    append_number(payload, number, options.size_bytes);
    if (options.type == message_type::text) append_text(payload, options.size_bytes, random);
    while (payload.size() < options.size_bytes) payload.push_back(static_cast<std::byte>(random()));
    return payload;
}

/// RFC 6455 5.2: a frame that is a whole message, its length in the shortest form.
void append_header(bytes& out, message_type type, std::size_t length, bool masked) {
    const auto mask_bit = std::byte{static_cast<unsigned char>(masked ? 0x80 : 0x00)};
    out.push_back(type == message_type::text ? std::byte{0x81} : std::byte{0x82});
    int length_bytes = 0;
    if (length < 126) {
        out.push_back(mask_bit | static_cast<std::byte>(length));
    } else if (length < 65'536) {
        out.push_back(mask_bit | std::byte{126});
        length_bytes = 2;
    } else {
        out.push_back(mask_bit | std::byte{127});
        length_bytes = 8;
    }
    for (int i = length_bytes - 1; i >= 0; --i) {
        out.push_back(static_cast<std::byte>(static_cast<std::uint64_t>(length) >> (8 * i)));
    }
}

void append_masked(bytes& out, const bytes& payload, std::mt19937& random) {
    std::array<std::byte, masking_key_bytes> key;
    for (auto& byte : key) byte = static_cast<std::byte>(random());
    out.insert(out.end(), key.begin(), key.end());
    for (std::size_t i = 0; i < payload.size(); ++i) out.push_back(payload[i] ^ key[i % key.size()]);
}

}  // namespace

load_messages::load_messages(const load_options& options)
    : count_(messages_in_ring(options)), reply_header_bytes_(0) {
    std::mt19937 random{6455};  // a fixed seed: each run of a comparison sends the same bytes
    bytes header;
    append_header(header, options.type, options.size_bytes, false);
    outgoing_.reserve(count_ * (header.size() + masking_key_bytes + options.size_bytes));
    if (options.protocol == load_protocol::websocket) replies_.reserve(outgoing_.capacity());
    for (std::size_t i = 0; i < count_; ++i) {
        const bytes payload = make_payload(options, i, random);
        append_header(outgoing_, options.type, payload.size(), true);
        append_masked(outgoing_, payload, random);
        if (options.protocol == load_protocol::tcp) continue;
        replies_.insert(replies_.end(), header.begin(), header.end());
        replies_.insert(replies_.end(), payload.begin(), payload.end());
    }
    if (options.protocol == load_protocol::tcp) {
        replies_ = outgoing_;
    } else {
        reply_header_bytes_ = header.size();
    }
}

}  // namespace bench
