#pragma once
// A task worker: a process that does one task after the other, and may take its time.

#include "service.hpp"

namespace pushwire::php {

/// Works until it is told to end.
void run_task_worker(service& of, unsigned id);
/// Sends the result of the task that is done now to who gave it; once. Says false if there is none, or if it has one already.
bool finish_task(service& of, zval* result);

}  // namespace pushwire::php
