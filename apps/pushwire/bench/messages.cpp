#include "messages.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string_view>

#include "deflate.hpp"
#include "frame.hpp"

namespace pushwire::bench {
namespace {

// Small enough to stay in a second-level cache: the generator must not be slowed down by its own data.
constexpr std::size_t ring_bytes_wanted = 512 * 1024;
constexpr std::size_t masking_key_bytes = 4;

using bytes = std::vector<std::byte>;

/// Enough messages to tell them apart, and so many that a batch of `depth` seldom meets the end of the ring.
std::size_t messages_in_ring(const settings& with) {
    const std::size_t most = std::max<std::size_t>(61, 16 * with.depth);
    return std::clamp<std::size_t>(ring_bytes_wanted / with.size, 3, most);
}

void append(bytes& payload, std::string_view text) {
    for (const char each : text) payload.push_back(static_cast<std::byte>(each));
}

/// The number of the message, least significant digit first, so that even a payload of one byte differs from its
/// neighbours.
void append_number(bytes& payload, std::size_t number, std::size_t size) {
    constexpr std::string_view digits = "0123456789abcdef";
    for (int i = 0; i < 4 && payload.size() < size; ++i, number /= 16) {
        payload.push_back(static_cast<std::byte>(digits[number % 16]));
    }
}

/// Pieces at random, whole ones, and dots where none fits any more.
void append_pieces(bytes& payload, std::size_t size, std::span<const std::string_view> pieces,
                   std::mt19937& random) {
    while (payload.size() < size) {
        const auto piece = pieces[random() % pieces.size()];
        if (payload.size() + piece.size() > size) {
            payload.resize(size, std::byte{'.'});
            return;
        }
        append(payload, piece);
    }
}

// Text as people write it: mostly ASCII, with characters of two, three and four bytes among it, so that a check for
// UTF-8 cannot take a way that is open to ASCII only.
constexpr std::array<std::string_view, 16> words{"push", " the ", "wire ", "to ",  "every", " one ",
                                                 "né ",  "Größe", "мир",   "你好", "字",    "नमस्ते",
                                                 "🙂",   "🚀 ",   "x",     "; "};

constexpr auto english = std::span{words}.first(6);

// What programs send one another, and what compression is good at.
constexpr std::array<std::string_view, 12> field_names{
    R"({"id": 17, )",       R"("user": "ada", )",     R"("type": "message", )", R"("room": "lobby", )",
    R"("text": "hello", )", R"("time": 1732450000})", R"("unread": 3, )",       R"("typing": false, )",
    R"("user": "grace", )", R"("text": "您好", )",    R"("seen": true}, )",     R"("likes": [1, 5, 8], )"};

bytes make_payload(const settings& with, std::size_t number, std::mt19937& random) {
    bytes payload;
    payload.reserve(with.size);
    append_number(payload, number, with.size);
    if (with.compression) append_pieces(payload, with.size, field_names, random);
    if (with.type == message_type::text)
        append_pieces(payload, with.size, with.ascii_only ? english : std::span{words}, random);
    while (payload.size() < with.size) payload.push_back(static_cast<std::byte>(random()));
    return payload;
}

/// RFC 6455 5.2: a frame that is a whole message, its length in the shortest form.
void append_header(bytes& out, std::byte first, std::size_t length, bool masked) {
    const auto mask_bit = std::byte{static_cast<unsigned char>(masked ? 0x80 : 0x00)};
    out.push_back(first);
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

messages::messages(const settings& with) : type_{with.type}, compressed_{with.compression} {
    std::mt19937 random{6455};  // a fixed seed: each run of a comparison sends the same bytes
    const auto first = std::byte{0x80} | static_cast<std::byte>(with.type);
    bytes header;
    append_header(header, first, with.size, false);
    const auto count = messages_in_ring(with);
    replies_.reserve(count * (header.size() + with.size));
    for (std::size_t i = 0; i < count; ++i) {
        const auto payload = make_payload(with, i, random);
        const auto sent = compressed_ ? deflated(payload) : payload;
        starts_.push_back(outgoing_.size());
        append_header(outgoing_, compressed_ ? first | compressed_bit : first, sent.size(), true);
        append_masked(outgoing_, sent, random);
        if (!with.to.websocket) continue;
        replies_.insert(replies_.end(), header.begin(), header.end());
        replies_.insert(replies_.end(), payload.begin(), payload.end());
    }
    starts_.push_back(outgoing_.size());
    if (with.to.websocket) {
        reply_header_bytes_ = header.size();
    } else {
        replies_ = outgoing_;
    }
    reply_bytes_ = replies_.size() / count;
}

std::size_t messages::rest_of_message(std::size_t place) const {
    return *std::ranges::lower_bound(starts_, place) - place;
}

}  // namespace pushwire::bench
