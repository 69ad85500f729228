// Pushes what no client asked for: a timer of the server's and a thread of the program's both send to every client.
//
//   push_from_outside [PORT]        9502 unless another is named; 0 takes a free one

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include <pushwire/pushwire.hpp>

using namespace std::chrono_literals;

// Stands for whatever your program waits for: a queue, a sensor, a database that changes.
void measure(std::stop_token stop, pushwire::server& server) {
    std::mutex mutex;
    std::condition_variable_any alarm;
    std::unique_lock lock{mutex};
    for (int reading = 1; !alarm.wait_for(lock, stop, 700ms, [&] { return stop.stop_requested(); });
         ++reading) {
        // `push` may be called from any thread. A connection that has gone meanwhile says `unknown_fd`: its number is
        // never given to another.
        for (const pushwire::fd fd : server.connections())
            server.push(fd, "reading " + std::to_string(reading));
    }
}

int main(int argc, char** argv) try {
    const auto port = static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 9502);
    pushwire::server server{"0.0.0.0", port};

    server.on_open([](pushwire::server& server, const pushwire::request& request) {
        server.subscribe(request.fd, "ticks");
    });
    // A timer runs on the server's own thread, like the handlers. To many clients at once, a publication is cheaper
    // than a push to each: it is encoded once.
    server.every(1s, [tick = 0](pushwire::server& server) mutable {
        server.publish("ticks", "tick " + std::to_string(++tick));
    });
    // What does not fit the backlog of a client that reads too slowly is refused, and told here.
    server.on_refused([](pushwire::server&, pushwire::fd fd, std::size_t bytes) {
        std::cerr << "client " << fd << " missed " << bytes << " bytes\n";
    });

    server.listen();
    std::cout << "listening on " << server.addresses().front() << std::endl;

    const std::jthread thread{measure, std::ref(server)};  // ends, and is joined, before the server does
    server.start();
} catch (const std::exception& failure) {
    std::cerr << "push_from_outside: " << failure.what() << '\n';
    return 2;
}
