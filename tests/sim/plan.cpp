#include "sim/plan.hpp"

namespace pushwire::sim {

using std::chrono::milliseconds;

namespace {

milliseconds some_time(random& chance, int least, int most) {
    return milliseconds{chance.between(least, most)};
}

limits draw_limits(random& chance) {
    limits drawn;
    drawn.max_message = chance.pick<std::size_t>({125, 1'000, 5'000, 70'000, 70'000, 300'000});
    drawn.max_backlog = chance.pick<std::size_t>({1, 200, 2'000, 2'000, 20'000, 100'000, 1'000'000});
    drawn.when_backlog_full = chance.pick(
        {backlog_policy::refuse, backlog_policy::refuse, backlog_policy::drop_oldest, backlog_policy::close});
    drawn.max_connections = chance.percent(20) ? chance.between<std::size_t>(1, 8) : 1'000;
    drawn.max_header = chance.pick<std::size_t>({400, 16'384});
    drawn.max_mailbox = chance.pick<std::size_t>({500, 5'000, std::size_t{64} << 20, std::size_t{64} << 20});
    // Of the machine's memory nothing may depend.
    drawn.max_all_backlogs = drawn.max_all_unfinished = std::size_t{64} << 20;
    drawn.max_topics = chance.pick<std::size_t>({0, 1, 2, 4, 1024});
    drawn.max_topic_name = chance.pick<std::size_t>({2, 1024});
    drawn.handshake_time = some_time(chance, 30, chance.percent(50) ? 300 : 3'000);
    drawn.ping_after = chance.percent(30) ? milliseconds{0} : some_time(chance, 20, 1'000);
    drawn.idle_timeout = chance.percent(30) ? milliseconds{0} : some_time(chance, 50, 3'000);
    drawn.closing_time = some_time(chance, 20, chance.percent(50) ? 200 : 2'000);
    drawn.grace = some_time(chance, 0, chance.percent(50) ? 200 : 2'000);
    return drawn;
}

}  // namespace

compression draw_compression(random& chance, unsigned enabled_percent) {
    compression drawn;
    drawn.enabled = chance.percent(enabled_percent);
    drawn.threshold = chance.pick<std::size_t>({0, 20, 256});
    drawn.level = chance.pick({0, 3, 9});
    drawn.server_no_context_takeover = chance.percent(50);
    drawn.client_no_context_takeover = chance.percent(50);
    drawn.server_max_window_bits = chance.between(8, 15);
    drawn.client_max_window_bits = chance.between(8, 15);
    return drawn;
}

namespace {

link_habits draw_links(random& chance) {
    link_habits drawn;
    drawn.least_delay = std::chrono::microseconds{chance.between(1, 500)};
    drawn.most_delay = drawn.least_delay + std::chrono::microseconds{chance.pick({10, 500, 5'000, 30'000})};
    drawn.capacity = chance.pick<std::size_t>({50, 1'000, 5'000, 16'384, 65'536, 65'536, 300'000});
    drawn.usual_piece = chance.pick<std::size_t>({200, 1'460, 16'384, 65'536});
    drawn.small_pieces_percent = chance.pick({0u, 5u, 30u});
    return drawn;
}

loop_habits draw_loop(random& chance) {
    return {.completions = chance.percent(50),
            .most_read = chance.pick<std::size_t>({100, 1'500, 65'536, 65'536, 65'536}),
            .short_write_percent = chance.pick({0u, 5u, 30u}),
            .later_percent = chance.pick({0u, 10u, 40u}),
            .looks_again_percent = chance.pick({0u, 30u}),
            .accept_fails_percent = chance.pick({0u, 0u, 0u, 3u}),
            .slow_turn_percent = chance.pick({0u, 0u, 30u})};
}

}  // namespace

plan::plan(std::uint64_t seed) {
    random chance{seed};
    options.listen = {"simulated:1"};
    options.workers = chance.percent(50) ? 1 : chance.between(2u, 4u);
    options.handle_signals = false;
    options.subprotocols = {"chat", "superchat"};
    options.check_pushed_text = chance.percent(85);
    options.limits = draw_limits(chance);
    options.compression = draw_compression(chance, 40);

    links = draw_links(chance);
    links_differ_percent = chance.pick({0u, 10u, 30u});
    breaks = chance.pick({0u, 0u, 3u, 10u});
    stalls = chance.pick({0u, 3u, 10u, 30u});

    for (unsigned i = 0; i < options.workers; ++i) loops.push_back(draw_loop(chance));
    most_scheduling_delay = std::chrono::microseconds{chance.pick({1, 50, 1'000, 5'000})};
    worker_stalls_percent = chance.pick({0u, 0u, 1u, 3u});

    clients = chance.between(1u, chance.percent(30) ? 40u : 12u);
    odd_clients_percent = chance.pick({0u, 20u, 50u});
    threads = chance.pick({0u, 0u, 1u, 3u});
    actions = chance.between(3u, chance.percent(30) ? 100u : 30u);
    acting = some_time(chance, 100, 4'000);
    throws_percent = chance.pick({0u, 0u, 1u, 5u});
    large_percent = chance.pick({0u, 5u, 20u});
    asks_about_handshakes = chance.percent(50);
    keeps_handshakes_percent = chance.pick({0u, 20u, 60u});
    has_user_data = chance.percent(70);

    // So many come and go that the places for their numbers are used again, while some have stayed.
    if (chance.percent(10)) {
        clients = chance.between(100u, 250u);
        options.workers = 1;
        loops.resize(1);
        options.limits.max_connections = 40;
        leaves_percent = 30;
        actions = chance.between(3u, 12u);
    }

    const auto drawn = chance.below(100);
    ends = drawn < 75 ? ending::healed : drawn < 92 ? ending::amid : ending::destroyed;
}

std::string plan::describe() const {
    const auto& bounds = options.limits;
    const auto number = [](std::size_t n) { return std::to_string(n); };
    const auto time = [](milliseconds t) { return std::to_string(t.count()) + " ms"; };
    const auto policy = bounds.when_backlog_full == backlog_policy::refuse        ? "refuse"
                        : bounds.when_backlog_full == backlog_policy::drop_oldest ? "drop_oldest"
                                                                                  : "close";
    std::string text = number(options.workers) + " workers (";
    for (const auto& each : loops) text += each.completions ? "c" : "r";
    text += "), " + number(clients) + " clients, " + number(threads) + " threads, for " +
            time(std::chrono::duration_cast<milliseconds>(acting)) + ", then " +
            (ends == ending::healed ? "healed and stopped"
             : ends == ending::amid ? "stopped"
                                    : "destroyed");
    text += "; max_message " + number(bounds.max_message) + ", max_backlog " + number(bounds.max_backlog) +
            " " + policy + ", max_connections " + number(bounds.max_connections) + ", max_mailbox " +
            number(bounds.max_mailbox) + ", max_topics " + number(bounds.max_topics);
    text += "; handshake " + time(bounds.handshake_time) + ", ping " + time(bounds.ping_after) + ", idle " +
            time(bounds.idle_timeout) + ", closing " + time(bounds.closing_time) + ", grace " +
            time(bounds.grace);
    if (options.compression.enabled)
        text += "; compression from " + number(options.compression.threshold) + " bytes";
    text += "; links of " + number(links.capacity) + " bytes, " +
            number(static_cast<std::size_t>(
                std::chrono::duration_cast<std::chrono::microseconds>(links.most_delay).count())) +
            " us";
    return text;
}

}  // namespace pushwire::sim
