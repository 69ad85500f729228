// Pushwire\Response: the answer to a request. It is given when the handler returns, so the script fills it in until then.

#include "response.hpp"

#include <string>

#include "object.hpp"

extern "C" {
#include <ext/date/php_date.h>
#include <ext/standard/url.h>
#include <php_streams.h>
#include <zend_smart_str.h>
}

namespace pushwire::php {
namespace {

struct response_state {
    zend_long status;
    zval headers;  // name => text, or array of texts
    zval cookies;  // texts
    smart_str body;
    bool ended;  // by the script, or by us when the answer was given
};
using held = object<response_state>;

void make(response_state& which) {
    which.status = 200;
    array_init(&which.headers);
    array_init(&which.cookies);
}

void release(response_state& which) {
    zval_ptr_dtor(&which.headers);
    zval_ptr_dtor(&which.cookies);
    smart_str_free(&which.body);
}

// Null, with a warning, when the answer was given already.
response_state* writable(zval* object) {
    response_state* const which = &held::of(object);
    if (!which->ended) return which;
    php_error_docref(nullptr, E_WARNING,
                     "the answer has been given: it is when `end` is called, or when the handler returns");
    return nullptr;
}

void cookie(INTERNAL_FUNCTION_PARAMETERS, bool encode) {
    zend_string* name = nullptr;
    zend_string* value = nullptr;
    zend_long expires = 0;
    zend_string* path = nullptr;
    zend_string* domain = nullptr;
    bool secure = false;
    bool http_only = false;
    zend_string* same_site = nullptr;
    zend_string* priority = nullptr;
    bool partitioned = false;
    ZEND_PARSE_PARAMETERS_START(1, 10)
    Z_PARAM_STR(name)
    Z_PARAM_OPTIONAL
    Z_PARAM_STR(value)
    Z_PARAM_LONG(expires)
    Z_PARAM_STR(path)
    Z_PARAM_STR(domain)
    Z_PARAM_BOOL(secure)
    Z_PARAM_BOOL(http_only)
    Z_PARAM_STR(same_site)
    Z_PARAM_STR(priority)
    Z_PARAM_BOOL(partitioned)
    ZEND_PARSE_PARAMETERS_END();
    response_state* const which = writable(ZEND_THIS);
    if (!which) RETURN_FALSE;
    if (ZSTR_LEN(name) == 0 || strpbrk(ZSTR_VAL(name), "=,; \t\r\n\013\014")) {
        zend_argument_value_error(1, "must be a name without any of \"=,; \\t\\r\\n\"");
        RETURN_THROWS();
    }
    smart_str text{};
    smart_str_append(&text, name);
    smart_str_appendc(&text, '=');
    if (value && encode) {
        zend_string* const encoded = php_raw_url_encode(ZSTR_VAL(value), ZSTR_LEN(value));
        smart_str_append(&text, encoded);
        zend_string_release(encoded);
    } else if (value) {
        smart_str_append(&text, value);
    }
    if (expires != 0) {
        zend_string* const date = php_format_date("D, d-M-Y H:i:s \\G\\M\\T",
                                                  sizeof("D, d-M-Y H:i:s \\G\\M\\T") - 1, expires, false);
        smart_str_appends(&text, "; expires=");
        smart_str_append(&text, date);
        zend_string_release(date);
    }
    const auto attribute = [&](const char* what, zend_string* of_it) {
        if (!of_it || ZSTR_LEN(of_it) == 0) return;
        smart_str_appends(&text, what);
        smart_str_append(&text, of_it);
    };
    smart_str_appends(&text, path && ZSTR_LEN(path) != 0 ? "; path=" : "; path=/");
    if (path && ZSTR_LEN(path) != 0) smart_str_append(&text, path);
    attribute("; domain=", domain);
    if (secure) smart_str_appends(&text, "; secure");
    if (http_only) smart_str_appends(&text, "; httponly");
    attribute("; samesite=", same_site);
    attribute("; priority=", priority);
    if (partitioned) smart_str_appends(&text, "; partitioned");
    smart_str_0(&text);
    zval made;
    ZVAL_STR(&made, smart_str_extract(&text));
    zend_hash_next_index_insert(Z_ARRVAL(which->cookies), &made);
    RETURN_TRUE;
}

std::string text_of(zval* value) {
    return Z_TYPE_P(value) == IS_STRING ? std::string{Z_STRVAL_P(value), Z_STRLEN_P(value)} : std::string{};
}

}  // namespace

void make_response(zval* into) {
    object_init_ex(into, response_class);
}

pushwire::response take_response(zend_object* object) {
    response_state* const from = &held::of(object);
    from->ended = true;
    pushwire::response taken;
    taken.status = static_cast<std::uint16_t>(from->status);
    if (from->body.s) taken.body.assign(ZSTR_VAL(from->body.s), ZSTR_LEN(from->body.s));
    zend_string* name = nullptr;
    zval* value = nullptr;
    ZEND_HASH_FOREACH_STR_KEY_VAL(Z_ARRVAL(from->headers), name, value) {
        const std::string named{ZSTR_VAL(name), ZSTR_LEN(name)};
        if (Z_TYPE_P(value) != IS_ARRAY) {
            taken.headers.emplace_back(named, text_of(value));
            continue;
        }
        zval* each = nullptr;
        ZEND_HASH_FOREACH_VAL(Z_ARRVAL_P(value), each) {
            taken.headers.emplace_back(named, text_of(each));
        }
        ZEND_HASH_FOREACH_END();
    }
    ZEND_HASH_FOREACH_END();
    ZEND_HASH_FOREACH_VAL(Z_ARRVAL(from->cookies), value) {
        taken.headers.emplace_back("Set-Cookie", text_of(value));
    }
    ZEND_HASH_FOREACH_END();
    return taken;
}

void prepare_response() {
    held::prepare(response_class, release, make);
}

}  // namespace pushwire::php

using pushwire::php::held;
using pushwire::php::writable;

ZEND_METHOD(Pushwire_Response, status) {
    zend_long status = 0;
    zend_string* reason = nullptr;  // HTTP's own is sent
    ZEND_PARSE_PARAMETERS_START(1, 2)
    Z_PARAM_LONG(status)
    Z_PARAM_OPTIONAL
    Z_PARAM_STR(reason)
    ZEND_PARSE_PARAMETERS_END();
    auto* const which = writable(ZEND_THIS);
    if (!which) RETURN_FALSE;
    if (status < 100 || status > 599) {
        zend_argument_value_error(1, "must be from 100 to 599");
        RETURN_THROWS();
    }
    which->status = status;
    RETURN_TRUE;
}

ZEND_METHOD(Pushwire_Response, header) {
    zend_string* name = nullptr;
    zval* value = nullptr;
    bool format = true;
    ZEND_PARSE_PARAMETERS_START(2, 3)
    Z_PARAM_STR(name)
    Z_PARAM_ZVAL(value)
    Z_PARAM_OPTIONAL
    Z_PARAM_BOOL(format)
    ZEND_PARSE_PARAMETERS_END();
    auto* const which = writable(ZEND_THIS);
    if (!which) RETURN_FALSE;
    zval kept;
    if (Z_TYPE_P(value) == IS_ARRAY) {
        ZVAL_ARR(&kept, zend_array_dup(Z_ARRVAL_P(value)));
        zval* each = nullptr;
        ZEND_HASH_FOREACH_VAL(Z_ARRVAL(kept), each) {
            convert_to_string(each);
        }
        ZEND_HASH_FOREACH_END();
    } else {
        ZVAL_STR(&kept, zval_get_string(value));
    }
    if (EG(exception)) {
        zval_ptr_dtor(&kept);
        RETURN_THROWS();
    }
    if (Z_TYPE(kept) == IS_STRING && zend_string_equals_literal_ci(name, "set-cookie")) {
        zend_hash_next_index_insert(Z_ARRVAL(which->cookies), &kept);
    } else {
        zend_hash_update(Z_ARRVAL(which->headers), name, &kept);
    }
    RETURN_TRUE;
}

ZEND_METHOD(Pushwire_Response, cookie) {
    pushwire::php::cookie(INTERNAL_FUNCTION_PARAM_PASSTHRU, true);
}

ZEND_METHOD(Pushwire_Response, rawcookie) {
    pushwire::php::cookie(INTERNAL_FUNCTION_PARAM_PASSTHRU, false);
}

ZEND_METHOD(Pushwire_Response, write) {
    zend_string* content = nullptr;
    ZEND_PARSE_PARAMETERS_START(1, 1)
    Z_PARAM_STR(content)
    ZEND_PARSE_PARAMETERS_END();
    auto* const which = writable(ZEND_THIS);
    if (!which) RETURN_FALSE;
    smart_str_append(&which->body, content);
    RETURN_TRUE;
}

ZEND_METHOD(Pushwire_Response, end) {
    zend_string* content = nullptr;
    ZEND_PARSE_PARAMETERS_START(0, 1)
    Z_PARAM_OPTIONAL
    Z_PARAM_STR_OR_NULL(content)
    ZEND_PARSE_PARAMETERS_END();
    auto* const which = writable(ZEND_THIS);
    if (!which) RETURN_FALSE;
    if (content) smart_str_append(&which->body, content);
    which->ended = true;
    RETURN_TRUE;
}

ZEND_METHOD(Pushwire_Response, redirect) {
    zend_string* location = nullptr;
    zend_long status = 302;
    ZEND_PARSE_PARAMETERS_START(1, 2)
    Z_PARAM_STR(location)
    Z_PARAM_OPTIONAL
    Z_PARAM_LONG(status)
    ZEND_PARSE_PARAMETERS_END();
    auto* const which = writable(ZEND_THIS);
    if (!which) RETURN_FALSE;
    if (status < 300 || status > 399) {
        zend_argument_value_error(2, "must be from 300 to 399");
        RETURN_THROWS();
    }
    which->status = status;
    zval kept;
    ZVAL_STR_COPY(&kept, location);
    zend_hash_str_update(Z_ARRVAL(which->headers), ZEND_STRL("Location"), &kept);
    which->ended = true;
    RETURN_TRUE;
}

ZEND_METHOD(Pushwire_Response, sendfile) {
    zend_string* name = nullptr;
    zend_long offset = 0;
    zend_long length = 0;
    ZEND_PARSE_PARAMETERS_START(1, 3)
    Z_PARAM_PATH_STR(name)
    Z_PARAM_OPTIONAL
    Z_PARAM_LONG(offset)
    Z_PARAM_LONG(length)
    ZEND_PARSE_PARAMETERS_END();
    auto* const which = writable(ZEND_THIS);
    if (!which) RETURN_FALSE;
    php_stream* const file = php_stream_open_wrapper(ZSTR_VAL(name), "rb", REPORT_ERRORS, nullptr);
    if (!file) RETURN_FALSE;
    if (offset > 0) php_stream_seek(file, offset, SEEK_SET);
    zend_string* const content =
        php_stream_copy_to_mem(file, length > 0 ? static_cast<std::size_t>(length) : PHP_STREAM_COPY_ALL, 0);
    php_stream_close(file);
    smart_str_append(&which->body, content);
    zend_string_release(content);
    which->ended = true;
    RETURN_TRUE;
}

ZEND_METHOD(Pushwire_Response, isWritable) {
    ZEND_PARSE_PARAMETERS_NONE();
    RETURN_BOOL(!held::of(ZEND_THIS).ended);
}
