// Pushwire\Table: rows in memory that processes share.
// The methods are declared in pushwire.stub.php, and throw until they are built.

#include "php_pushwire.hpp"

namespace {

void not_built_yet() {
    pushwire::php::throw_exception("%s::%s() is not built yet", get_active_class_name(nullptr),
                                   get_active_function_name());
}

}  // namespace

void pushwire::php::prepare_table() {}

ZEND_METHOD(Pushwire_Table, __construct) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Table, column) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Table, create) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Table, destroy) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Table, set) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Table, get) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Table, del) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Table, exists) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Table, incr) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Table, decr) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Table, count) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Table, getSize) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Table, getMemorySize) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Table, stats) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Table, current) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Table, key) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Table, next) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Table, rewind) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Table, valid) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Table, offsetExists) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Table, offsetGet) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Table, offsetSet) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Table, offsetUnset) {
    not_built_yet();
}
