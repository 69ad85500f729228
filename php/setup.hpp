#pragma once
// What a script has asked for before `start`: constructor, `set`, `listen`.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <pushwire/server.hpp>

#include "log.hpp"
#include "php_pushwire.hpp"

namespace pushwire::php {

struct listening_at {
    std::string host;
    zend_long port = 0;
    zend_long sock_type = 0;  ///< SWOOLE_SOCK_*, with SWOOLE_SSL
};

struct setup {
    std::vector<listening_at> places;  ///< the constructor's first
    pushwire::options options;         ///< but for `listen`: see `options_of`

    unsigned worker_num = 1;
    unsigned task_worker_num = 0;
    std::uint64_t max_request = 0;  ///< messages and requests after which a worker is replaced; 0: never
    std::uint64_t task_max_request = 0;
    std::chrono::milliseconds max_wait_time{0};  ///< for a worker to end; 0: `limits::grace`
    std::chrono::milliseconds slow_handler_time{100};

    double heartbeat_check_interval = 0;  ///< seconds; 0: not set
    double heartbeat_idle_time = 0;       ///< seconds; 0: not set

    bool tell_close_frames = false;
    bool tell_ping_frames = false;
    bool tell_pong_frames = false;

    bool daemonize = false;
    std::string pid_file;
    std::string log_file;
    std::string user;
    std::string group;
};

/// Takes one setting of `set`. It warns of what means nothing here, by name and once; an error says what is wrong with
/// the value: `wrong` then has a text of static life.
enum class taken : unsigned char { yes, ignored, unknown, wrong };
struct setting_result {
    taken what = taken::yes;
    const char* why = nullptr;  ///< of static life
};
setting_result take_setting(setup& into, std::string_view name, zval* value);

/// All that the engine is told: the places, and what depends on several settings.
[[nodiscard]] pushwire::options options_of(const setup& asked);

}  // namespace pushwire::php
