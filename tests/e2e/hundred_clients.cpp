// For hundred_clients_test.py: a hundred clients in one thread, which come back when they lose their server. Each pushes a
// message as soon as it has lost its connection. A line for each thing that happens, with the milliseconds since the start.
//
//   hundred_clients URL

#include <chrono>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <pushwire/client.hpp>

#include <poll.h>

#include "support/tested_loop.hpp"

using namespace std::chrono_literals;

int main(int count, char** arguments) {
    if (count != 2) return 2;
    const auto begin = std::chrono::steady_clock::now();
    const auto say = [&](const std::string& what, std::size_t who) {
        const auto now =
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
        std::cout << now.count() << " " << what << " " << who << std::endl;
    };
    pushwire::client_options with;
    with.io = pushwire::support::tested_loop<pushwire::io_backend>();
    with.reconnect = {.enabled = true, .first_bound = 2000ms, .last_bound = 4000ms};

    std::vector<std::unique_ptr<pushwire::client>> clients;
    std::vector<pollfd> sources;
    for (std::size_t i = 0; i < 100; ++i) {
        auto& made = *clients.emplace_back(std::make_unique<pushwire::client>(arguments[1], with));
        made.on_open([&, i](auto&, const auto&) { say("open", i); });
        made.on_close([&, i](pushwire::client& self, const auto&) {
            say("lost", i);
            self.push("kept " + std::to_string(i));
        });
        made.on_message([&](auto&, const pushwire::message& m) { say(std::string{m.data}, 0); });
        made.run_once(0ms);
        sources.push_back({made.descriptor(), POLLIN, 0});
    }
    for (;;) {
        ::poll(sources.data(), sources.size(), -1);
        for (std::size_t i = 0; i < clients.size(); ++i) {
            if (sources[i].revents != 0) clients[i]->run_once(0ms);
        }
    }
}
