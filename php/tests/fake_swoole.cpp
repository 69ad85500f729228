// A module that calls itself swoole, and has one of its classes, functions and constants: for names_with_swoole.phpt.

#include <php.h>

namespace {

PHP_FUNCTION(swoole_timer_stats) {
    ZEND_PARSE_PARAMETERS_NONE();
    RETURN_STRING("of the other");
}

ZEND_BEGIN_ARG_INFO_EX(no_arguments, 0, 0, 0)
ZEND_END_ARG_INFO()

const zend_function_entry functions[] = {PHP_FE(swoole_timer_stats, no_arguments) PHP_FE_END};

PHP_MINIT_FUNCTION(swoole) {
    zend_class_entry entry;
    INIT_CLASS_ENTRY(entry, "Swoole\\Timer", nullptr);
    zend_register_internal_class(&entry);
    REGISTER_LONG_CONSTANT("SWOOLE_BASE", 77, CONST_PERSISTENT);
    return SUCCESS;
}

zend_module_entry swoole_module_entry = {STANDARD_MODULE_HEADER,
                                         "swoole",
                                         functions,
                                         PHP_MINIT(swoole),
                                         nullptr,
                                         nullptr,
                                         nullptr,
                                         nullptr,
                                         "0",
                                         STANDARD_MODULE_PROPERTIES};

}  // namespace

extern "C" {
ZEND_GET_MODULE(swoole)
}
