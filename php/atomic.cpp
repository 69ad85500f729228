// Pushwire\Atomic and Pushwire\Atomic\Long: numbers in memory that processes share.
// The methods are declared in pushwire.stub.php, and throw until they are built.

#include "php_pushwire.hpp"

namespace {

void not_built_yet() {
    pushwire::php::throw_exception("%s::%s() is not built yet", get_active_class_name(nullptr),
                                   get_active_function_name());
}

}  // namespace

void pushwire::php::prepare_atomic() {}

ZEND_METHOD(Pushwire_Atomic, __construct) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Atomic, add) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Atomic, sub) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Atomic, get) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Atomic, set) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Atomic, cmpset) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Atomic, wait) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Atomic, wakeup) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Atomic_Long, __construct) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Atomic_Long, add) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Atomic_Long, sub) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Atomic_Long, get) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Atomic_Long, set) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Atomic_Long, cmpset) {
    not_built_yet();
}
