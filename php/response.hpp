#pragma once
// Pushwire\Response, as the handlers of `request`, `handshake` and `beforeHandshakeResponse` fill it in.

#include <pushwire/request.hpp>

#include "php_pushwire.hpp"

namespace pushwire::php {

/// Within `attempt`.
void make_response(zval* into);
/// Copies what was filled in. From here on the script's object is not writable: the answer is given.
[[nodiscard]] pushwire::response take_response(zend_object* object);

}  // namespace pushwire::php
