#pragma once
// What `getClientInfo` says of a connection.

#include "php_pushwire.hpp"

namespace pushwire::php {

/// False if there is no such connection.
void connection_facts(zend_long number, zval* into);

}  // namespace pushwire::php
