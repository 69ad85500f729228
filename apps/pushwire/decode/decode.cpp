// `pushwire decode`: bytes of a connection, as frames in the notation of the transcripts, and what is wrong with them.

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "byte_source.hpp"
#include "command.hpp"
#include "conversation.hpp"
#include "decoder.hpp"
#include "settings.hpp"

namespace pushwire::decode {
namespace {

/// Enough of the bytes to tell what they are; or all, if they are fewer.
std::vector<std::byte> first_bytes(byte_source& source) {
    std::vector<std::byte> first;
    while (first.size() < enough_to_tell || is_unfinished_response(first)) {
        const auto more = source.next();
        if (more.empty()) break;
        first.insert(first.end(), more.begin(), more.end());
    }
    return first;
}

conversation conversation_of(const settings& with, std::span<const std::byte> first) {
    const auto begin = how_it_begins(first);
    conversation of{.from = with.from.value_or(begin.from), .opening = with.opening.value_or(begin.opening)};
    of.key = with.key;
    of.compression_is_known = with.compression.has_value();
    // A handshake says itself whether there is compression; nothing says so of frames alone.
    of.compression = with.compression.value_or(of.opening ? any_compression() : pushwire::compression{});
    if (of.opening && of.from == protocol::role::server) note_response(first, of);
    return of;
}

// What cannot be written is no fault of the bytes: it ends the program as a wrong option does.
void write(const line& text, bool coloured) {
    const auto printed = to_text(text, coloured);
    if (std::fwrite(printed.data(), 1, printed.size(), stdout) != printed.size())
        throw cli::usage_error{fmt::format("cannot write: {}", std::strerror(errno))};
}

void flush() {
    if (std::fflush(stdout) != 0)
        throw cli::usage_error{fmt::format("cannot write: {}", std::strerror(errno))};
}

}  // namespace
}  // namespace pushwire::decode

namespace pushwire::cli {

int decode(std::span<char* const> arguments) {
    using namespace pushwire::decode;
    settings with;
    if (!read_settings(arguments, with)) return 0;

    byte_source source{with.file, with.format};
    const auto first = first_bytes(source);
    const bool coloured = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
    decoder frames{conversation_of(with, first), with.most_shown,
                   [&](const line& each) { pushwire::decode::write(each, coloured); }};
    frames.receive(first);
    flush();
    for (auto more = source.next(); !more.empty(); more = source.next()) {
        frames.receive(more);
        flush();
    }
    const auto said = frames.finish();
    flush();
    return said == verdict::well_formed ? 0 : 1;
}

}  // namespace pushwire::cli
