// Pushwire\Frame.
// The methods are declared in pushwire.stub.php, and throw until they are built.

#include "php_pushwire.hpp"

namespace {

void not_built_yet() {
    pushwire::php::throw_exception("%s::%s() is not built yet", get_active_class_name(nullptr),
                                   get_active_function_name());
}

}  // namespace

ZEND_METHOD(Pushwire_Frame, pack) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Frame, unpack) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Frame, __toString) {
    not_built_yet();
}
