// From a new connection to an open session.

#include <optional>

#include "count/count.hpp"
#include "support/peer.hpp"

namespace pushwire::count {
namespace {

using namespace bench;
using namespace protocol;

void count_opening(std::string_view name, const session_settings& settings, std::string_view extensions,
                   std::size_t piece) {
    block_pool blocks;
    read_buffer buffer;
    const auto request = handshake(extensions);
    count(name, 200, [&] {
        session opened{settings, blocks, now};
        std::string_view left = request;
        while (!left.empty()) {
            const auto read = left.substr(0, piece);
            left.remove_prefix(read.size());
            opened.receive(buffer.fill(as_bytes(read)), now);
            keep(opened.next());
        }
        opened.accept({}, now);
        opened.release_request();
        keep(opened.deadline());
        opened.consume(opened.outgoing().bytes(), now);
    });
}

}  // namespace

void count_openings() {
    session_settings settings;
    count_opening("opening handshake", settings, {}, std::string_view::npos);
    count_opening("opening handshake in reads of 100 B", settings, {}, 100);
    codec_pool codecs;
    settings.codecs = &codecs;
    settings.compression = {.enabled = true};
    count_opening("opening handshake, permessage-deflate", settings,
                  "permessage-deflate; client_max_window_bits", std::string_view::npos);

    const std::string asked = "GET /metrics HTTP/1.1\r\nHost: localhost:9502\r\nAccept: */*\r\n\r\n";
    block_pool blocks;
    read_buffer buffer;
    count("refused plain request", 200, [&] {
        session refused{settings, blocks, now};
        refused.receive(buffer.fill(as_bytes(asked)), now);
        keep(refused.next());
        refused.refuse(404, "nothing is here\n", {}, now);
        keep(refused.next());
        refused.consume(refused.outgoing().bytes(), now);
    });
}

}  // namespace pushwire::count
