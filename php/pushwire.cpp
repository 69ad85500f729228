// The module: what PHP calls when it loads the extension, and what `php --ri pushwire` prints. The classes are in the files
// named after them; pushwire.stub.php declares them.

#include <cstdarg>

#include "php_pushwire.hpp"

extern "C" {
#include <ext/standard/info.h>
#include <zend_interfaces.h>
}

// Generated from the stub; it wants the headers above.
#include "pushwire_arginfo.h"

namespace pushwire::php {

zend_class_entry* exception_class;
zend_class_entry* tcp_server_class;
zend_class_entry* http_server_class;
zend_class_entry* server_class;
zend_class_entry* frame_class;
zend_class_entry* close_frame_class;
zend_class_entry* request_class;
zend_class_entry* response_class;
zend_class_entry* connection_iterator_class;
zend_class_entry* timer_class;
zend_class_entry* table_class;
zend_class_entry* atomic_class;
zend_class_entry* atomic_long_class;

void throw_exception(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    zend_string* const text = zend_vstrpprintf(0, format, arguments);
    va_end(arguments);
    zend_throw_exception(exception_class, ZSTR_VAL(text), 0);
    zend_string_release(text);
}

namespace {

void register_classes() {
    exception_class = register_class_Pushwire_Exception(zend_ce_exception);
    tcp_server_class = register_class_Pushwire_TcpServer();
    http_server_class = register_class_Pushwire_HttpServer(tcp_server_class);
    server_class = register_class_Pushwire_Server(http_server_class);
    frame_class = register_class_Pushwire_Frame(zend_ce_stringable);
    close_frame_class = register_class_Pushwire_CloseFrame(frame_class);
    request_class = register_class_Pushwire_Request();
    response_class = register_class_Pushwire_Response();
    connection_iterator_class =
        register_class_Pushwire_ConnectionIterator(zend_ce_iterator, zend_ce_countable, zend_ce_arrayaccess);
    timer_class = register_class_Pushwire_Timer();
    table_class = register_class_Pushwire_Table(zend_ce_iterator, zend_ce_countable, zend_ce_arrayaccess);
    atomic_class = register_class_Pushwire_Atomic();
    atomic_long_class = register_class_Pushwire_Atomic_Long();
}

void prepare_classes() {
    prepare_server();
    prepare_request();
    prepare_response();
    prepare_connection_iterator();
    prepare_timer();
    prepare_table();
    prepare_atomic();
}

}  // namespace
}  // namespace pushwire::php

static PHP_MINIT_FUNCTION(pushwire) {
    using namespace pushwire::php;
    register_pushwire_symbols(module_number);
    register_classes();
    prepare_classes();
    register_swoole_names(module_number);
    return SUCCESS;
}

static PHP_MINFO_FUNCTION(pushwire) {
    php_info_print_table_start();
    php_info_print_table_row(2, "Pushwire, a WebSocket server", "enabled");
    php_info_print_table_row(2, "Version", PUSHWIRE_VERSION);
    php_info_print_table_row(2, "Event loops", "io_uring where the kernel grants it, epoll");
    php_info_print_table_row(
        2, "Names of Swoole",
        pushwire::php::swoole_is_loaded() ? "left to Swoole, which is loaded" : "registered");
    php_info_print_table_end();
}

// Swoole comes first where both are loaded, so that we see it in time.
static const zend_module_dep dependencies[] = {ZEND_MOD_OPTIONAL("swoole") ZEND_MOD_OPTIONAL("openswoole")
                                                   ZEND_MOD_END};

static zend_module_entry pushwire_module_entry = {STANDARD_MODULE_HEADER_EX,
                                                  nullptr,
                                                  dependencies,
                                                  "pushwire",
                                                  nullptr,
                                                  PHP_MINIT(pushwire),
                                                  nullptr,
                                                  nullptr,
                                                  nullptr,
                                                  PHP_MINFO(pushwire),
                                                  PUSHWIRE_VERSION,
                                                  STANDARD_MODULE_PROPERTIES};

extern "C" {
ZEND_GET_MODULE(pushwire)
}
