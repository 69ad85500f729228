// Messages through an open session: received, told, sent back, gathered, consumed.

#include <vector>

#include "base/assert.hpp"
#include "count/count.hpp"
#include "protocol/deflater.hpp"
#include "support/peer.hpp"

namespace pushwire::count {
namespace {

using namespace bench;
using namespace protocol;

/// Of one client, in reads of at most `read` bytes.
struct conversation {
    session_settings settings = {};
    std::string_view extensions = {};
    std::size_t read = read_buffer::size;
};

/// `wire` holds `messages` that are echoed; what is counted is for one of them.
void count_echo(std::string_view name, const std::vector<std::byte>& wire, int messages,
                const conversation& with = {}) {
    block_pool blocks;
    peer tested{with.settings, blocks, with.extensions};
    const int times = wire.size() > 4096 ? 50 : 500;
    count(name, times, [&] { tested.receive_all(wire, with.read); }, messages);
    PUSHWIRE_ASSERT(tested.echoed() == (times + warm_up) * messages);
}

void count_small() {
    const auto small = readings(64);
    const auto binary = from_client(opcode::binary, small);
    count_echo("echo of 64 B, binary", binary, 1);
    count_echo("echo of 64 B, text", from_client(opcode::text, small), 1);
    count_echo("echo of 5 B, text", from_client(opcode::text, "hello"), 1);
    count_echo("echo of 1 KiB, text", from_client(opcode::text, readings(1 << 10)), 1);

    std::vector<std::byte> many;
    for (int i = 0; i < 100; ++i) many.insert(many.end(), binary.begin(), binary.end());
    count_echo("echo of 64 B, 100 in a read", many, 100);
    count_echo("echo of 64 B, 100 in reads of 100 B", many, 100, {.read = 100});
}

void count_large() {
    const auto large = readings(16 << 10);
    count_echo("echo of 16 KiB, text", from_client(opcode::text, large), 1);
    count_echo("echo of 16 KiB, text in reads of 1 KiB", from_client(opcode::text, large), 1,
               {.read = 1 << 10});
    count_echo("echo of 1 MiB, binary", from_client(opcode::binary, readings(1 << 20)), 1);

    std::vector<std::byte> fragments;
    for (std::size_t at = 0; at < large.size(); at += 1024) {
        const auto frame = from_client(at == 0 ? opcode::text : opcode::continuation,
                                       std::string_view{large}.substr(at, 1024), at + 1024 == large.size());
        fragments.insert(fragments.end(), frame.begin(), frame.end());
    }
    count_echo("echo of 16 KiB, text in 16 frames", fragments, 1);
}

void count_control() {
    block_pool blocks;
    const session_settings settings;
    peer tested{settings, blocks};
    const auto ping = from_client(opcode::ping, "are you there?");
    count("ping, and its pong", 1000, [&] { tested.receive_all(ping); });
    count("closing handshake", 200, [&] {
        peer closing{settings, blocks};
        closing.session().close(1001, "going away", now);
        closing.receive_all(from_client(opcode::close, "\x03\xe9"));
        keep(closing.session().outcome());
    });
}

void count_compressed() {
    const auto message = readings(500);
    codec_pool codecs;
    conversation with{.extensions = "permessage-deflate"};
    with.settings.codecs = &codecs;
    with.settings.compression = {.enabled = true};
    deflater client;
    const auto compressed = client.deflate(as_bytes(message), {.level = 3});
    const std::string_view payload{reinterpret_cast<const char*>(compressed.data()), compressed.size()};
    const auto frame = from_client(opcode::text, payload, true, compressed_bit);
    count_echo("echo of 500 B, compressed", frame, 1, with);
    with.settings.compression.server_no_context_takeover = false;
    with.settings.compression.client_no_context_takeover = false;
    count_echo("echo of 500 B, compressed with context", frame, 1, with);
}

}  // namespace

void count_sessions() {
    count_small();
    count_large();
    count_control();
    count_compressed();
}

}  // namespace pushwire::count
