// Pushwire\ConnectionIterator: the connections of a server, of all its workers. An iteration goes over those that there were when
// it began, the oldest of each worker first.

#include "connection_iterator.hpp"

#include <algorithm>
#include <vector>

#include "connection_facts.hpp"
#include "object.hpp"
#include "service.hpp"

namespace pushwire::php {
namespace {

struct iteration {
    std::vector<fd>* all;  // of this iteration
    std::size_t at;
};
using held = object<iteration>;

void make(iteration& which) {
    which.all = new std::vector<fd>;
}

void release(iteration& which) {
    delete which.all;
}

service* running() {
    service* const here = the_service();
    return here && here->is_running() ? here : nullptr;
}

// Who has left meanwhile is passed over.
void skip_gone(iteration& which) {
    const service* const here = running();
    while (which.at < which.all->size() && !(here && here->exists((*which.all)[which.at]))) ++which.at;
}

}  // namespace

void make_connection_iterator(zval* into) {
    object_init_ex(into, connection_iterator_class);
}

void prepare_connection_iterator() {
    held::prepare(connection_iterator_class, release, make);
}

}  // namespace pushwire::php

using pushwire::php::held;

ZEND_METHOD(Pushwire_ConnectionIterator, rewind) {
    ZEND_PARSE_PARAMETERS_NONE();
    auto& which = held::of(ZEND_THIS);
    const auto* const here = pushwire::php::running();
    which.at = 0;
    if (here) {
        *which.all = here->connections();
        std::ranges::sort(*which.all);
    } else {
        which.all->clear();
    }
}

ZEND_METHOD(Pushwire_ConnectionIterator, valid) {
    ZEND_PARSE_PARAMETERS_NONE();
    auto& which = held::of(ZEND_THIS);
    pushwire::php::skip_gone(which);
    RETURN_BOOL(which.at < which.all->size());
}

ZEND_METHOD(Pushwire_ConnectionIterator, current) {
    ZEND_PARSE_PARAMETERS_NONE();
    const auto& which = held::of(ZEND_THIS);
    if (which.at >= which.all->size()) RETURN_NULL();
    RETURN_LONG(static_cast<zend_long>((*which.all)[which.at].number()));
}

ZEND_METHOD(Pushwire_ConnectionIterator, key) {
    ZEND_PARSE_PARAMETERS_NONE();
    RETURN_LONG(static_cast<zend_long>(held::of(ZEND_THIS).at));
}

ZEND_METHOD(Pushwire_ConnectionIterator, next) {
    ZEND_PARSE_PARAMETERS_NONE();
    ++held::of(ZEND_THIS).at;
}

ZEND_METHOD(Pushwire_ConnectionIterator, count) {
    ZEND_PARSE_PARAMETERS_NONE();
    const auto* const here = pushwire::php::running();
    RETURN_LONG(here ? static_cast<zend_long>(here->stats().open) : 0);
}

ZEND_METHOD(Pushwire_ConnectionIterator, offsetExists) {
    zval* which = nullptr;
    ZEND_PARSE_PARAMETERS_START(1, 1)
    Z_PARAM_ZVAL(which)
    ZEND_PARSE_PARAMETERS_END();
    const auto* const here = pushwire::php::running();
    const zend_long number = zval_get_long(which);
    RETURN_BOOL(here && number > 0 && here->exists(pushwire::fd{static_cast<std::uint64_t>(number)}));
}

ZEND_METHOD(Pushwire_ConnectionIterator, offsetGet) {
    zval* which = nullptr;
    ZEND_PARSE_PARAMETERS_START(1, 1)
    Z_PARAM_ZVAL(which)
    ZEND_PARSE_PARAMETERS_END();
    pushwire::php::connection_facts(zval_get_long(which), return_value);
}

ZEND_METHOD(Pushwire_ConnectionIterator, offsetSet) {
    zend_throw_error(nullptr, "connections come and go by themselves: they cannot be set");
}

ZEND_METHOD(Pushwire_ConnectionIterator, offsetUnset) {
    zend_throw_error(nullptr, "use close() or disconnect() to end a connection");
}
