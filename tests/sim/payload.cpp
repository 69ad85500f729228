#include "sim/payload.hpp"

#include <algorithm>
#include <cstring>

namespace pushwire::sim {

std::string make_payload(random& chance, std::string_view head, std::size_t size, message_type type) {
    std::string made{head};
    made.reserve(std::max(size, made.size()));
    while (made.size() < size) {
        const auto left = size - made.size();
        const auto drawn = chance.next();
        if (type == message_type::binary) {
            char bytes[sizeof drawn];
            std::memcpy(bytes, &drawn, sizeof drawn);
            made.append(bytes, std::min(left, sizeof bytes));
        } else if (drawn % 8 == 0 && left >= 4) {
            made += "\xf0\x9f\x90\xa6";  // a bird
        } else if (drawn % 8 == 1 && left >= 2) {
            made += "\xc3\xa9";
        } else {
            const auto letter = static_cast<char>('a' + drawn / 8 % 26);
            made.append(std::min<std::size_t>(left, 1 + drawn % 16), letter);
        }
    }
    return made;
}

// FNV-1a, by words.
std::uint64_t digest(message_type type, std::string_view data) {
    std::uint64_t sum = 0xcbf29ce484222325 + static_cast<std::uint64_t>(type) + (data.size() << 8);
    for (std::size_t i = 0; i < data.size(); i += sizeof sum) {
        std::uint64_t word = 0;
        std::memcpy(&word, data.data() + i, std::min(sizeof word, data.size() - i));
        sum = (sum ^ word) * 0x100000001b3;
        sum ^= sum >> 29;
    }
    return sum;
}

std::string_view stream_of(std::string_view data) {
    if (data.starts_with('F') || data.starts_with('P')) return data.substr(0, data.find('.'));
    return "o";
}

}  // namespace pushwire::sim
