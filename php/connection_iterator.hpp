#pragma once
// The value of `$server->connections`.

#include "php_pushwire.hpp"

namespace pushwire::php {

void make_connection_iterator(zval* into);

}  // namespace pushwire::php
