#pragma once
// What a seed settles before a history begins: the server's options, the network's habits, who takes part, and how often
// what goes wrong.

#include <cstdint>
#include <string>
#include <vector>

#include <pushwire/server.hpp>

#include "sim/link.hpp"
#include "sim/loop_simulated.hpp"
#include "sim/random.hpp"

namespace pushwire::sim {

/// What one end wants of permessage-deflate.
[[nodiscard]] compression draw_compression(random& chance, unsigned enabled_percent);

struct plan {
    explicit plan(std::uint64_t seed);

    [[nodiscard]] std::string describe() const;

    pushwire::options options;

    // The network.
    link_habits links;
    unsigned links_differ_percent = 0;  ///< how many links are much slower than the others
    unsigned breaks = 0;                ///< how many times a link is reset, or swallows everything
    unsigned stalls = 0;                ///< how many times one direction stands still for a while

    // The machine.
    std::vector<loop_habits> loops;    ///< one for each worker
    duration most_scheduling_delay{};  ///< between being woken and running
    unsigned worker_stalls_percent = 0;

    // Who takes part.
    unsigned clients = 0;
    unsigned odd_clients_percent = 0;  ///< that do anything but chat
    unsigned threads = 0;              ///< of the application's, beside the workers
    unsigned actions = 0;              ///< of each client, and of each thread
    duration acting{};                 ///< how long all of this goes on
    unsigned throws_percent = 0;       ///< of what the application is called for
    unsigned keeps_handshakes_percent = 0;
    unsigned large_percent = 0;   ///< of messages
    unsigned leaves_percent = 3;  ///< of what a client does: it closes
    bool asks_about_handshakes = false;
    bool has_user_data = false;

    enum class ending : std::uint8_t {
        healed,     ///< the network is healed, all that is under way arrives; then the server is stopped
        amid,       ///< the server is stopped amid all of it
        destroyed,  ///< the server is destroyed amid all of it
    };
    ending ends = ending::healed;
};

}  // namespace pushwire::sim
