// Pushwire\Timer: the timers of a worker, which are timers.cpp's.

#include <chrono>

#include "service.hpp"

extern "C" {
#include <ext/spl/spl_array.h>
#include <zend_interfaces.h>
}

namespace pushwire::php {

void prepare_timer() {}

namespace {

service* here() {
    return the_service();
}

void describe(zval* into, const timers::entry& which) {
    using std::chrono::milliseconds;
    const auto left = std::chrono::duration_cast<milliseconds>(which.due - timers::clock::now());
    array_init(into);
    add_assoc_long(into, "exec_msec", left.count() > 0 ? left.count() : 0);
    add_assoc_long(into, "exec_count", static_cast<zend_long>(which.rounds));
    add_assoc_long(into, "interval", which.once ? 0 : which.interval.count());
    add_assoc_long(into, "round", static_cast<zend_long>(which.rounds));
    add_assoc_bool(into, "removed", false);
}

}  // namespace

void start_timer(INTERNAL_FUNCTION_PARAMETERS, bool once) {
    zend_long ms = 0;
    zval* what = nullptr;
    zval* arguments = nullptr;
    unsigned count = 0;
    ZEND_PARSE_PARAMETERS_START(2, -1)
    Z_PARAM_LONG(ms)
    Z_PARAM_ZVAL(what)
    Z_PARAM_VARIADIC('*', arguments, count)
    ZEND_PARSE_PARAMETERS_END();
    service* const here = the_service();
    if (!here || (here->here != role::worker && here->here != role::task_worker)) {
        php_error_docref(nullptr, E_WARNING,
                         "timers run in workers: start them in a handler, as in 'workerStart'");
        RETURN_FALSE;
    }
    constexpr zend_long longest = 86'400'000;
    if (ms < 1 || ms > longest) {
        php_error_docref(nullptr, E_WARNING, "a timer's time is from 1 to 86400000 ms");
        RETURN_FALSE;
    }
    callable call;
    if (!call.take(what, 2)) RETURN_THROWS();
    RETURN_LONG(here->timers.start(*here, call, std::chrono::milliseconds{ms}, once, arguments, count));
}

}  // namespace pushwire::php

using pushwire::php::here;

ZEND_METHOD(Pushwire_Timer, tick) {
    pushwire::php::start_timer(INTERNAL_FUNCTION_PARAM_PASSTHRU, false);
}

ZEND_METHOD(Pushwire_Timer, after) {
    pushwire::php::start_timer(INTERNAL_FUNCTION_PARAM_PASSTHRU, true);
}

ZEND_METHOD(Pushwire_Timer, exists) {
    zend_long which = 0;
    ZEND_PARSE_PARAMETERS_START(1, 1)
    Z_PARAM_LONG(which)
    ZEND_PARSE_PARAMETERS_END();
    RETURN_BOOL(here() && here()->timers.all().contains(which));
}

ZEND_METHOD(Pushwire_Timer, info) {
    zend_long which = 0;
    ZEND_PARSE_PARAMETERS_START(1, 1)
    Z_PARAM_LONG(which)
    ZEND_PARSE_PARAMETERS_END();
    if (!here()) RETURN_NULL();
    const auto found = here()->timers.all().find(which);
    if (found == here()->timers.all().end()) RETURN_NULL();
    pushwire::php::describe(return_value, found->second);
}

ZEND_METHOD(Pushwire_Timer, stats) {
    ZEND_PARSE_PARAMETERS_NONE();
    const auto* const known = here() ? &here()->timers.all() : nullptr;
    zend_long rounds = 0;
    if (known) {
        for (const auto& [id, each] : *known) rounds += static_cast<zend_long>(each.rounds);
    }
    array_init(return_value);
    add_assoc_bool(return_value, "initialized", known != nullptr);
    add_assoc_long(return_value, "num", known ? static_cast<zend_long>(known->size()) : 0);
    add_assoc_long(return_value, "round", rounds);
}

ZEND_METHOD(Pushwire_Timer, list) {
    ZEND_PARSE_PARAMETERS_NONE();
    zval numbers;
    array_init(&numbers);
    if (here()) {
        for (const auto& [id, each] : here()->timers.all()) add_next_index_long(&numbers, id);
    }
    object_init_ex(return_value, spl_ce_ArrayIterator);
    zend_call_known_instance_method_with_1_params(spl_ce_ArrayIterator->constructor, Z_OBJ_P(return_value),
                                                  nullptr, &numbers);
    zval_ptr_dtor(&numbers);
}

ZEND_METHOD(Pushwire_Timer, clear) {
    zend_long which = 0;
    ZEND_PARSE_PARAMETERS_START(1, 1)
    Z_PARAM_LONG(which)
    ZEND_PARSE_PARAMETERS_END();
    RETURN_BOOL(here() && here()->timers.clear(*here(), which));
}

ZEND_METHOD(Pushwire_Timer, clearAll) {
    ZEND_PARSE_PARAMETERS_NONE();
    if (!here()) RETURN_FALSE;
    here()->timers.clear_all(*here());
    RETURN_TRUE;
}
