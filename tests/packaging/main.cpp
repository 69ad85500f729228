// A program outside of this repository: it uses the library as a stranger would, listens on a free
// port, serves for a moment, and stops itself.

#include <iostream>

#include <pushwire/pushwire.hpp>

int main() {
    pushwire::server server{"127.0.0.1", 0};

    server.on_message([](pushwire::server& server, const pushwire::message& message) {
        server.push(message.fd, message.data);
    });

    server.listen();
    std::cout << "listens on port " << server.port() << '\n';
    server.post([](pushwire::server& server) { server.stop(); });
    server.start();
    std::cout << "stopped\n";
    return server.port() == 0 ? 1 : 0;
}
