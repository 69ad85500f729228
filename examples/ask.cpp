// A client: says each line that you type to a server, shows what comes, and comes back when the connection is lost.
//
//   ask [URL]       ws://localhost:9502/ if none is given

#include <iostream>
#include <string>
#include <thread>

#include <pushwire/pushwire.hpp>

int main(int count, char** arguments) {
    pushwire::client_options with;
    with.reconnect.enabled = true;
    pushwire::client client{count > 1 ? arguments[1] : "ws://localhost:9502/", with};

    client.on_open([](pushwire::client& self, const pushwire::opening&) {
        std::cout << "connected to " << self.url() << std::endl;
    });
    client.on_message([](pushwire::client&, const pushwire::message& message) {
        std::cout << "< " << message.data << std::endl;
    });
    client.on_close([](pushwire::client&, const pushwire::close_info& how) {
        std::cout << "closed: " << how.code << std::endl;
    });
    client.on_failure(
        [](pushwire::client&, const pushwire::connect_failure& why) { std::cout << why.text << std::endl; });

    std::thread reads{[&] {
        for (std::string line; std::getline(std::cin, line);)
            client.push(line);  // kept while there is no connection
        client.close();
    }};
    client.start();  // until `close`
    reads.join();
}
