#include "transcripts/inflating_peer.hpp"

#include <string>

namespace pushwire::transcripts {
namespace {

int window_bits_in(std::string_view agreed, const std::string& parameter) {
    const auto at = agreed.find(parameter + "=");
    return at == std::string_view::npos ? 15
                                        : std::stoi(std::string{agreed.substr(at + parameter.size() + 1, 2)});
}

}  // namespace

inflating_peer::inflating_peer(const setup& setup) {
    const std::string sender = setup.role == protocol::role::server ? "server" : "client";
    keeps_context_ = setup.agreed.find(sender + "_no_context_takeover") == std::string::npos;
    window_bits_ = window_bits_in(setup.agreed, sender + "_max_window_bits");
    inflateInit2(&stream_, -window_bits_);
}

inflating_peer::~inflating_peer() {
    inflateEnd(&stream_);
}

std::optional<bytes> inflating_peer::inflate(std::span<const std::byte> payload) {
    bytes data{payload.begin(), payload.end()};
    for (const unsigned byte : {0x00u, 0x00u, 0xffu, 0xffu}) data.push_back(static_cast<std::byte>(byte));
    if (!keeps_context_) inflateReset(&stream_);

    // A byte at a time, so that nothing but the window can be referred to.
    bytes result;
    stream_.next_in = reinterpret_cast<Bytef*>(data.data());
    stream_.avail_in = static_cast<uInt>(data.size());
    for (;;) {
        std::byte next{};
        stream_.next_out = reinterpret_cast<Bytef*>(&next);
        stream_.avail_out = 1;
        const auto said = ::inflate(&stream_, Z_SYNC_FLUSH);
        if (said == Z_DATA_ERROR) return std::nullopt;
        if (stream_.avail_out == 0) result.push_back(next);
        // As many do, it stops at a final block; what follows is then the tail alone.
        if (said == Z_STREAM_END) return keeps_context_ ? std::nullopt : std::optional{result};
        if (stream_.avail_out != 0) return stream_.avail_in == 0 ? std::optional{result} : std::nullopt;
    }
}

}  // namespace pushwire::transcripts
