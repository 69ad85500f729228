// Pushwire\Response: the answer to a request.
// The methods are declared in pushwire.stub.php, and throw until they are built.

#include "php_pushwire.hpp"

namespace {

void not_built_yet() {
    pushwire::php::throw_exception("%s::%s() is not built yet", get_active_class_name(nullptr),
                                   get_active_function_name());
}

}  // namespace

void pushwire::php::prepare_response() {}

ZEND_METHOD(Pushwire_Response, status) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Response, header) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Response, cookie) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Response, rawcookie) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Response, write) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Response, end) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Response, redirect) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Response, sendfile) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Response, isWritable) {
    not_built_yet();
}
