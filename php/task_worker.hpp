#pragma once
// A task worker: a process that does one task after the other, and may take its time.

#include "service.hpp"

namespace pushwire::php {

/// Works until it is told to end.
void run_task_worker(service& of, unsigned id);

}  // namespace pushwire::php
