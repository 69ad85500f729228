#pragma once
// One history: a server as it ships, its workers run turn by turn, among clients on a simulated network, until all is
// over. Everything in it follows from the seed.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <pushwire/server.hpp>

#include "engine/server_state.hpp"
#include "engine/worker.hpp"
#include "sim/application.hpp"
#include "sim/client.hpp"
#include "sim/ledger.hpp"
#include "sim/loop_simulated.hpp"
#include "sim/plan.hpp"
#include "sim/record.hpp"
#include "sim/schedule.hpp"

namespace pushwire::sim {

struct finding {
    std::string oracle;  ///< empty: nothing is wrong
    std::string text;
    std::size_t steps = 0;  ///< how long the history is
};

class world {
  public:
    world(std::uint64_t seed, record::writer out);
    ~world();

    [[nodiscard]] finding run();

  private:
    struct worker_seat {
        engine::worker* who = nullptr;
        loop_simulated* loop = nullptr;
        bool turn_expected = false;
        bool finished = false;
        time_point poked_at = never;
        time_point stalled_until{};
    };

    void set_up();
    void connect_clients();
    void plan_breaks();
    void heal();
    bool run_until(time_point end);
    bool run_until_stopped();
    void step_aftermath();
    void look_after_workers();
    void turn(unsigned index);
    void check_times();
    void check_counts();

    schedule clock_;
    descriptors sockets_;
    random chance_;
    plan plan_;
    record notes_;
    ledger ledger_;
    std::vector<std::unique_ptr<client>> clients_;
    std::unique_ptr<pushwire::server> server_;
    std::unique_ptr<application> application_;
    std::vector<worker_seat> seats_;
    std::size_t steps_ = 0;
    bool healed_ = false;
};

}  // namespace pushwire::sim
