#pragma once
// Calls into PHP. A fatal error leaves PHP by longjmp, past every C++ frame between it and the nearest zend_try: so each call
// goes through here, and what it runs owns nothing that needs its destructor.
//
// Invariant: once a call has died nothing runs PHP code in this process any more; `start` repeats the bailout in the end.

#include <string_view>

#include "php_pushwire.hpp"

namespace pushwire::php {

enum class outcome : unsigned char {
    returned,
    threw,   ///< it was reported with its trace
    exited,  ///< the script called exit: the process shall end
    died,    ///< a fatal error, a limit of time or memory: the process must end, without running PHP code
};

/// A callable of the script, held until `clear`.
struct callable {
    zval value{};
    zend_fcall_info_cache cache{};

    [[nodiscard]] bool is_set() const { return Z_TYPE(value) != IS_UNDEF; }
    /// Takes the argument of that place of the method that runs. Says false, with a PHP exception, if it cannot be called.
    [[nodiscard]] bool take(zval* what, unsigned argument);
    void clear();
};

/// Whether a call of this process has died.
[[nodiscard]] bool has_died();

/// Runs `body`, which may allocate PHP's memory and call `invoke`.
template <class Body>
outcome attempt(Body&& body);

/// Within `attempt`: calls `what` and frees the arguments.
void invoke(callable& what, zval* arguments, unsigned count, zval* result = nullptr);

/// Where a handler stands in the script: "chat.php:12"; "a built-in function" if it is none of the script's.
[[nodiscard]] std::string_view place_of(const callable& what, char* room, std::size_t size);

namespace aftermath {
void note_death();
/// Takes the exception that was left, if any.
outcome settle();
}  // namespace aftermath

template <class Body>
outcome attempt(Body&& body) {
    if (has_died()) return outcome::died;
    volatile bool died = false;
    zend_try {
        body();
    }
    zend_catch {
        died = true;
    }
    zend_end_try();
    if (died) {
        aftermath::note_death();
        return outcome::died;
    }
    return EG(exception) ? aftermath::settle() : outcome::returned;
}

}  // namespace pushwire::php
