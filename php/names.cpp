// The names that Swoole uses: for our classes, by both of its generations (Swoole\WebSocket\Server, and
// swoole_websocket_server of before its version 5), and its functions and constants, which swoole_names.stub.php declares.
// Where Swoole itself is loaded, the names are its own, and ours are Pushwire\... only.

#include <sched.h>

#include "php_pushwire.hpp"
// Generated from the stub; it wants the header above.
#include "swoole_names_arginfo.h"

// The timer's functions are its methods: same arguments, same results.
ZEND_METHOD(Pushwire_Timer, tick);
ZEND_METHOD(Pushwire_Timer, after);
ZEND_METHOD(Pushwire_Timer, exists);
ZEND_METHOD(Pushwire_Timer, info);
ZEND_METHOD(Pushwire_Timer, stats);
ZEND_METHOD(Pushwire_Timer, list);
ZEND_METHOD(Pushwire_Timer, clear);
ZEND_METHOD(Pushwire_Timer, clearAll);

ZEND_FUNCTION(swoole_timer_tick) {
    ZEND_MN(Pushwire_Timer_tick)(INTERNAL_FUNCTION_PARAM_PASSTHRU);
}
ZEND_FUNCTION(swoole_timer_after) {
    ZEND_MN(Pushwire_Timer_after)(INTERNAL_FUNCTION_PARAM_PASSTHRU);
}
ZEND_FUNCTION(swoole_timer_exists) {
    ZEND_MN(Pushwire_Timer_exists)(INTERNAL_FUNCTION_PARAM_PASSTHRU);
}
ZEND_FUNCTION(swoole_timer_info) {
    ZEND_MN(Pushwire_Timer_info)(INTERNAL_FUNCTION_PARAM_PASSTHRU);
}
ZEND_FUNCTION(swoole_timer_stats) {
    ZEND_MN(Pushwire_Timer_stats)(INTERNAL_FUNCTION_PARAM_PASSTHRU);
}
ZEND_FUNCTION(swoole_timer_list) {
    ZEND_MN(Pushwire_Timer_list)(INTERNAL_FUNCTION_PARAM_PASSTHRU);
}
ZEND_FUNCTION(swoole_timer_clear) {
    ZEND_MN(Pushwire_Timer_clear)(INTERNAL_FUNCTION_PARAM_PASSTHRU);
}
ZEND_FUNCTION(swoole_timer_clear_all) {
    ZEND_MN(Pushwire_Timer_clearAll)(INTERNAL_FUNCTION_PARAM_PASSTHRU);
}

ZEND_FUNCTION(swoole_cpu_num) {
    ZEND_PARSE_PARAMETERS_NONE();
    cpu_set_t allowed;
    RETURN_LONG(sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 1);
}

namespace pushwire::php {
namespace {

bool swoole_loaded = false;

struct swoole_name {
    zend_class_entry** ours;
    const char* name;
    const char* old_name;  // of before Swoole 5; null where there was none
};

const swoole_name class_names[] = {
    {&tcp_server_class, "Swoole\\Server", "swoole_server"},
    {&http_server_class, "Swoole\\Http\\Server", "swoole_http_server"},
    {&server_class, "Swoole\\WebSocket\\Server", "swoole_websocket_server"},
    {&frame_class, "Swoole\\WebSocket\\Frame", "swoole_websocket_frame"},
    {&close_frame_class, "Swoole\\WebSocket\\CloseFrame", "swoole_websocket_closeframe"},
    {&request_class, "Swoole\\Http\\Request", "swoole_http_request"},
    {&response_class, "Swoole\\Http\\Response", "swoole_http_response"},
    {&connection_iterator_class, "Swoole\\Connection\\Iterator", "swoole_connection_iterator"},
    {&timer_class, "Swoole\\Timer", "swoole_timer"},
    {&table_class, "Swoole\\Table", "swoole_table"},
    {&atomic_class, "Swoole\\Atomic", "swoole_atomic"},
    {&atomic_long_class, "Swoole\\Atomic\\Long", "swoole_atomic_long"},
    {&exception_class, "Swoole\\Exception", nullptr},
};

void register_alias(const char* name, zend_class_entry* ours) {
    zend_register_class_alias_ex(name, strlen(name), ours, true);
}

bool is_module(const char* name) {
    return zend_hash_str_exists(&module_registry, name, strlen(name));
}

}  // namespace

bool swoole_is_loaded() {
    return swoole_loaded;
}

void register_swoole_names(int module_number) {
    swoole_loaded = is_module("swoole") || is_module("openswoole");
    if (swoole_loaded) return;
    for (const swoole_name& row : class_names) {
        register_alias(row.name, *row.ours);
        if (row.old_name != nullptr) register_alias(row.old_name, *row.ours);
    }
    register_swoole_names_symbols(module_number);
    zend_register_functions(nullptr, ext_functions, nullptr, MODULE_PERSISTENT);
}

}  // namespace pushwire::php
