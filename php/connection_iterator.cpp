// Pushwire\ConnectionIterator: the connections of a server, of all its workers. An iteration goes over those that there were when
// it began, the oldest of each worker first.

#include "connection_iterator.hpp"

#include <algorithm>

#include "connection_facts.hpp"
#include "service.hpp"

namespace pushwire::php {
namespace {

struct iterator_object {
    std::vector<fd>* all;  // of this iteration
    std::size_t at;
    zend_object std;
};

zend_object_handlers iterator_handlers;

iterator_object* of(zend_object* object) {
    return reinterpret_cast<iterator_object*>(reinterpret_cast<char*>(object) -
                                              offsetof(iterator_object, std));
}

zend_object* create(zend_class_entry* type) {
    auto* const made = static_cast<iterator_object*>(zend_object_alloc(sizeof(iterator_object), type));
    zend_object_std_init(&made->std, type);
    object_properties_init(&made->std, type);
    made->std.handlers = &iterator_handlers;
    made->all = new std::vector<fd>;
    return &made->std;
}

void destroy(zend_object* object) {
    delete of(object)->all;
    zend_object_std_dtor(object);
}

service* running() {
    service* const here = the_service();
    return here && here->is_running() ? here : nullptr;
}

// Who has left meanwhile is passed over.
void skip_gone(iterator_object& which) {
    const service* const here = running();
    while (which.at < which.all->size() && !(here && here->exists((*which.all)[which.at]))) ++which.at;
}

}  // namespace

void make_connection_iterator(zval* into) {
    object_init_ex(into, connection_iterator_class);
}

void prepare_connection_iterator() {
    iterator_handlers = *zend_get_std_object_handlers();
    iterator_handlers.offset = offsetof(iterator_object, std);
    iterator_handlers.free_obj = destroy;
    iterator_handlers.clone_obj = nullptr;
    connection_iterator_class->create_object = create;
}

}  // namespace pushwire::php

using pushwire::php::of;

ZEND_METHOD(Pushwire_ConnectionIterator, rewind) {
    ZEND_PARSE_PARAMETERS_NONE();
    auto& which = *of(Z_OBJ_P(ZEND_THIS));
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
    auto& which = *of(Z_OBJ_P(ZEND_THIS));
    pushwire::php::skip_gone(which);
    RETURN_BOOL(which.at < which.all->size());
}

ZEND_METHOD(Pushwire_ConnectionIterator, current) {
    ZEND_PARSE_PARAMETERS_NONE();
    const auto& which = *of(Z_OBJ_P(ZEND_THIS));
    if (which.at >= which.all->size()) RETURN_NULL();
    RETURN_LONG(static_cast<zend_long>((*which.all)[which.at].number()));
}

ZEND_METHOD(Pushwire_ConnectionIterator, key) {
    ZEND_PARSE_PARAMETERS_NONE();
    RETURN_LONG(static_cast<zend_long>(of(Z_OBJ_P(ZEND_THIS))->at));
}

ZEND_METHOD(Pushwire_ConnectionIterator, next) {
    ZEND_PARSE_PARAMETERS_NONE();
    ++of(Z_OBJ_P(ZEND_THIS))->at;
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
