#pragma once
// What `start` does: the script becomes a service of several processes.

#include "service.hpp"

namespace pushwire::php {

/// Shows where the service listens, as properties of `$server`.
void show_places(service& here);
/// Says false, with a PHP exception, if there can be no service.
[[nodiscard]] bool prepare_service(service& here);

enum class after_start : unsigned char { go_on, could_not_serve, end_script, bail_out, end_process };

/// Serves until the service is told to end. It forks: in a child it returns when the child shall end.
[[nodiscard]] after_start serve(service& here);

}  // namespace pushwire::php
