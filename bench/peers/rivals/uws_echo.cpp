// uWebSockets, which is in no registry: `run --uwebsockets PATH` builds this against a checkout of it, with its own
// flags (-O3 -march=native -flto). Plain by default and then without zlib; with DEFLATE for permessage-deflate without
// context, and with TLS for wss://, where the arguments are PORT CERTIFICATE KEY, and low-memory to
// let go of OpenSSL's buffers where a connection is idle.

#include <cstdlib>
#include <iostream>
#include <string_view>

#include <App.h>

namespace {

#ifdef TLS
using app = uWS::SSLApp;
constexpr bool tls = true;
#else
using app = uWS::App;
constexpr bool tls = false;
#endif

#ifdef DEFLATE
constexpr bool compressed = true;
const auto compression = uWS::CompressOptions(uWS::SHARED_COMPRESSOR | uWS::SHARED_DECOMPRESSOR);
#else
constexpr bool compressed = false;
const auto compression = uWS::DISABLED;
#endif

constexpr unsigned most_bytes = 64U << 20;

struct nothing {};

app::WebSocketBehavior<nothing> behaviour() {
    app::WebSocketBehavior<nothing> with;
    with.compression = compression;
    with.maxPayloadLength = most_bytes;
    with.maxBackpressure = most_bytes;
    return with;
}

}  // namespace

int main(int argc, char** argv) {
    uWS::SocketContextOptions options;
    if (tls && argc > 3) {
        options.cert_file_name = argv[2];
        options.key_file_name = argv[3];
        options.ssl_prefer_low_memory_usage = argc > 4 && std::string_view{argv[4]} == "low-memory";
    }
    app serving{options};

    auto echo = behaviour();
    echo.message = [](auto* socket, std::string_view message, uWS::OpCode code) {
        socket->send(message, code, compressed);
    };
    auto broadcast = behaviour();
    broadcast.open = [](auto* socket) { socket->subscribe("everyone"); };
    broadcast.message = [&serving](auto*, std::string_view message, uWS::OpCode code) {
        serving.publish("everyone", message, code, compressed);
    };

    const int port = argc > 1 ? std::atoi(argv[1]) : 0;
    serving.ws<nothing>("/echo", std::move(echo))
        .ws<nothing>("/broadcast", std::move(broadcast))
        .listen("127.0.0.1", port,
                [](us_listen_socket_t* listener) {
                    if (!listener) std::exit(2);
                    const int bound = us_socket_local_port(tls, reinterpret_cast<us_socket_t*>(listener));
                    std::cout << "listening on " << (tls ? "wss" : "ws") << "://127.0.0.1:" << bound
                              << std::endl;
                })
        .run();
}
