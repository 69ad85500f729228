// Pushwire\Timer: functions that run later, or again and again.
// The methods are declared in pushwire.stub.php, and throw until they are built.

#include "php_pushwire.hpp"

namespace {

void not_built_yet() {
    pushwire::php::throw_exception("%s::%s() is not built yet", get_active_class_name(nullptr),
                                   get_active_function_name());
}

}  // namespace

void pushwire::php::prepare_timer() {}

ZEND_METHOD(Pushwire_Timer, tick) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Timer, after) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Timer, exists) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Timer, info) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Timer, stats) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Timer, list) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Timer, clear) {
    not_built_yet();
}

ZEND_METHOD(Pushwire_Timer, clearAll) {
    not_built_yet();
}
