#include <iostream>
#include <pushwire/pushwire.hpp>

int main() {
    pushwire::server server{"0.0.0.0", 9502};

    server.on_open([](pushwire::server&, const pushwire::request& request) {
        std::cout << "client " << request.fd << " connected\n";
    });
    server.on_message([](pushwire::server& server, const pushwire::message& message) {
        server.push(message.fd, "server received message: " + std::string(message.data) + "\n");
    });
    server.on_close([](pushwire::server&, pushwire::fd fd) { std::cout << "client " << fd << " closed\n"; });

    server.start();
}
