#pragma once
// Pushwire\Request, as the handlers get it.

#include <pushwire/request.hpp>

#include "php_pushwire.hpp"

namespace pushwire::php {

/// Within `attempt`: an object with all that the client came with. `port` is the server's.
void make_request(zval* into, const pushwire::request& from, unsigned port);

}  // namespace pushwire::php
