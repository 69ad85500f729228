#pragma once
// What the files of the extension share: PHP's headers, the classes as MINIT registered them, and who prepares them.
//
// Calls into PHP that allocate, or run PHP code, may leave by longjmp when the memory limit or the time limit is reached:
// no C++ object with a destructor may be alive across them, where it can be helped.

#include <string_view>

extern "C" {
#include <php.h>
#include <zend_exceptions.h>
}

namespace pushwire::php {

extern zend_class_entry* exception_class;
extern zend_class_entry* tcp_server_class;
extern zend_class_entry* http_server_class;
extern zend_class_entry* server_class;
extern zend_class_entry* frame_class;
extern zend_class_entry* close_frame_class;
extern zend_class_entry* request_class;
extern zend_class_entry* response_class;
extern zend_class_entry* connection_iterator_class;
extern zend_class_entry* timer_class;
extern zend_class_entry* table_class;
extern zend_class_entry* atomic_class;
extern zend_class_entry* atomic_long_class;

/// Each gives its class, or classes, what the stub cannot say: how objects are made, freed, cloned. Called once, by MINIT,
/// when every class is registered.
void prepare_server();
void prepare_request();
void prepare_response();
void prepare_connection_iterator();
void prepare_timer();
void prepare_table();
void prepare_atomic();

/// Whether Swoole itself is loaded, so that its names are its own. Known from MINIT on.
[[nodiscard]] bool swoole_is_loaded();
/// Registers Swoole's names for our classes, constants and functions, unless it is loaded. Called once, by MINIT.
void register_swoole_names(int module_number);

/// A copy, in PHP's memory.
[[nodiscard]] inline zend_string* string_of(std::string_view text) {
    return text.empty() ? ZSTR_EMPTY_ALLOC() : zend_string_init_fast(text.data(), text.size());
}

/// Throws a `Pushwire\Exception`, with a text as printf makes it.
void throw_exception(const char* format, ...) ZEND_ATTRIBUTE_FORMAT(printf, 1, 2);

}  // namespace pushwire::php
