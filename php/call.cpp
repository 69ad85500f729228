#include "call.hpp"

#include <cstdio>

namespace pushwire::php {
namespace {

bool died = false;

// Some versions of PHP leave after a fatal error as they do after `exit`, and not by longjmp.
bool has_failed() {
    constexpr int fatal = E_ERROR | E_CORE_ERROR | E_COMPILE_ERROR | E_USER_ERROR | E_RECOVERABLE_ERROR;
    return EG(exit_status) == 255 && PG(last_error_message) && (PG(last_error_type) & fatal) != 0;
}

}  // namespace

bool has_died() {
    return died;
}

bool callable::take(zval* what, unsigned argument) {
    zend_fcall_info_cache found = empty_fcall_info_cache;
    char* why = nullptr;
    if (!zend_is_callable_ex(what, nullptr, 0, nullptr, &found, &why)) {
        zend_argument_type_error(argument, "must be a valid callback, %s", why ? why : "it cannot be called");
        if (why) efree(why);
        return false;
    }
    clear();
    ZVAL_COPY(&value, what);
    cache = found;
    return true;
}

void callable::clear() {
    if (!is_set()) return;
    zval old;
    ZVAL_COPY_VALUE(&old, &value);
    ZVAL_UNDEF(&value);
    cache = empty_fcall_info_cache;
    zval_ptr_dtor(&old);
}

void invoke(callable& what, zval* arguments, unsigned count, zval* result) {
    zval ignored;
    ZVAL_UNDEF(&ignored);
    zend_fcall_info call = empty_fcall_info;
    call.size = sizeof call;
    ZVAL_COPY_VALUE(&call.function_name, &what.value);
    call.object = what.cache.object;
    call.retval = result ? result : &ignored;
    call.params = arguments;
    call.param_count = count;
    zend_fcall_info_cache cache = what.cache;  // the call may replace the handler
    zval held;
    ZVAL_COPY(&held, &what.value);
    zend_call_function(&call, &cache);
    zval_ptr_dtor(&held);
    for (unsigned i = 0; i < count; ++i) zval_ptr_dtor(&arguments[i]);
    if (!result) zval_ptr_dtor(&ignored);
}

std::string_view place_of(const callable& what, char* room, std::size_t size) {
    const zend_function* const function = what.cache.function_handler;
    if (!function || function->type != ZEND_USER_FUNCTION) return "a built-in function";
    const int length = std::snprintf(room, size, "%s:%u", ZSTR_VAL(function->op_array.filename),
                                     function->op_array.line_start);
    return {room, std::min<std::size_t>(static_cast<std::size_t>(std::max(length, 0)), size - 1)};
}

namespace aftermath {

void note_death() {
    died = true;
}

outcome settle() {
    if (zend_is_unwind_exit(EG(exception)) || zend_is_graceful_exit(EG(exception))) {
        const bool failed = has_failed();
        zend_clear_exception();
        if (!failed) return outcome::exited;
        died = true;
        return outcome::died;
    }
    volatile bool ended = false;
    zend_try {
        if (Z_TYPE(EG(user_exception_handler)) != IS_UNDEF) {
            zend_user_exception_handler();
        } else {
            zend_exception_error(EG(exception), E_WARNING);
        }
        // What reported it may have thrown itself; and what reports that, again.
        if (EG(exception) && !zend_is_unwind_exit(EG(exception))) {
            zend_exception_error(EG(exception), E_WARNING);
        }
        if (EG(exception) && !zend_is_unwind_exit(EG(exception))) zend_clear_exception();
    }
    zend_catch {
        ended = true;
    }
    zend_end_try();
    if (ended) {
        note_death();
        return outcome::died;
    }
    return EG(exception) ? settle() : outcome::threw;
}

}  // namespace aftermath
}  // namespace pushwire::php
