// Sends every message back as it came, text as text and binary as binary, and loses none: a client that sends without
// reading its echoes is not read any further until it does.
//
//   echo [PORT]        9502 unless another is named; 0 takes a free one

#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

#include <pushwire/pushwire.hpp>

// An echo for which the client's backlog had no room.
struct waiting_echo {
    std::string data;
    pushwire::message_type type = pushwire::message_type::text;
    bool exists = false;
};

int main(int argc, char** argv) try {
    const auto port = static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 9502);
    pushwire::server server{"0.0.0.0", port};
    server.user_data<waiting_echo>();

    server.on_message([](pushwire::server& server, const pushwire::message& message) {
        const auto result = server.push(message.fd, message.data, message.type);
        if (result != pushwire::push_result::refused_backlog) return;
        message.user<waiting_echo>() = {std::string(message.data), message.type, true};
        server.pause(message.fd);
    });
    // The backlog has all been sent: there is room for the last echo, and for further messages.
    server.on_drain([](pushwire::server& server, pushwire::fd fd) {
        auto& waiting = *server.user<waiting_echo>(fd);
        if (!waiting.exists) return;
        server.push(fd, waiting.data, waiting.type);
        waiting = {};
        server.resume(fd);
    });

    server.listen();
    std::cout << "listening on " << server.addresses().front() << std::endl;
    server.start();
} catch (const std::exception& failure) {
    std::cerr << "echo: " << failure.what() << '\n';
    return 2;
}
