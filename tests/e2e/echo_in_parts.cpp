// For much_data_test.py: sends each message back in parts, as it comes, and reads on only while the peer reads.
//
//   echo_in_parts [compress]

#include <iostream>
#include <string_view>

#include <pushwire/pushwire.hpp>

#include "support/tested_loop.hpp"

int main(int argc, char** argv) {
    pushwire::options with;
    with.compression.enabled = argc > 1 && std::string_view{argv[1]} == "compress";
    with.io = pushwire::support::tested_loop<pushwire::io_backend>();
    with.listen = {"127.0.0.1:0"};
    pushwire::server server{with};
    server.on_message_part([](pushwire::server& self, const pushwire::message_part& part) {
        if (part.first) self.begin(part.fd, part.type);
        const auto said = self.part(part.fd, part.data);
        if (part.last) self.end(part.fd);
        if (said != pushwire::part_result::accepted) self.pause(part.fd);
    });
    server.on_drain([](pushwire::server& self, pushwire::fd which) { self.resume(which); });
    server.listen();
    std::cout << "listening on ws://127.0.0.1:" << server.port() << std::endl;
    server.start();
}
