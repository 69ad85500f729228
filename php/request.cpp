// Pushwire\Request: what a client came with.
// The methods are declared in pushwire.stub.php, and throw until they are built.

#include "php_pushwire.hpp"

namespace {

void not_built_yet() {
    pushwire::php::throw_exception("%s::%s() is not built yet", get_active_class_name(nullptr),
                                   get_active_function_name());
}

}  // namespace

void pushwire::php::prepare_request() {}

ZEND_METHOD(Pushwire_Request, getContent) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Request, getData) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Request, getMethod) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Request, isCompleted) {
    not_built_yet();
}
