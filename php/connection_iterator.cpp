// Pushwire\ConnectionIterator: the connections of a server, as their numbers.
// The methods are declared in pushwire.stub.php, and throw until they are built.

#include "php_pushwire.hpp"

namespace {

void not_built_yet() {
    pushwire::php::throw_exception("%s::%s() is not built yet", get_active_class_name(nullptr),
                                   get_active_function_name());
}

}  // namespace

void pushwire::php::prepare_connection_iterator() {}

ZEND_METHOD(Pushwire_ConnectionIterator, current) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_ConnectionIterator, key) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_ConnectionIterator, next) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_ConnectionIterator, rewind) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_ConnectionIterator, valid) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_ConnectionIterator, count) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_ConnectionIterator, offsetExists) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_ConnectionIterator, offsetGet) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_ConnectionIterator, offsetSet) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_ConnectionIterator, offsetUnset) {
    not_built_yet();
}
