// The server inside somebody else's loop, here Boost.Asio's: one thread runs the program's own timers and sockets, and
// the server whenever its descriptor says that there is something to do. Any loop that can watch a descriptor will do.
//
//   asio_loop [PORT]        9502 unless another is named; 0 takes a free one

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <functional>
#include <iostream>
#include <string>

#include <pushwire/pushwire.hpp>

#include <unistd.h>

#include <boost/asio.hpp>

using namespace std::chrono_literals;
namespace asio = boost::asio;

int main(int argc, char** argv) try {
    const auto port = static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 9502);
    asio::io_context loop;
    pushwire::server server{"0.0.0.0", port};

    // The program's own work, on the same thread as the handlers: no lock is needed between them.
    int beats = 0;
    asio::steady_timer heart{loop};
    std::function<void()> beat = [&] {
        ++beats;
        heart.expires_after(100ms);
        heart.async_wait([&](boost::system::error_code failed) {
            if (!failed) beat();
        });
    };
    server.on_message([&](pushwire::server& server, const pushwire::message& message) {
        server.push(message.fd, std::string{message.data} + " after " + std::to_string(beats) + " beats");
    });

    // `start` would take the signals and would wait; here the loop does both. The copy of the descriptor is Asio's to close.
    asio::signal_set signals{loop, SIGINT, SIGTERM};
    signals.async_wait([&](boost::system::error_code failed, int) {
        if (!failed) server.stop();
    });
    asio::posix::stream_descriptor readable{loop, ::dup(server.descriptor())};
    std::function<void()> watch = [&] {
        readable.async_wait(asio::posix::stream_descriptor::wait_read, [&](boost::system::error_code failed) {
            if (failed) return;
            if (server.run_once(0ms))
                watch();
            else
                loop.stop();  // every connection is closed
        });
    };

    std::cout << "listening on " << server.addresses().front() << std::endl;
    beat();
    watch();
    loop.run();
} catch (const std::exception& failure) {
    std::cerr << "asio_loop: " << failure.what() << '\n';
    return 2;
}
