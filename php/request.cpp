// Pushwire\Request: what a client came with, as arrays and with the names that PHP's users know. Everything is copied: it
// lives as long as the script keeps it.

#include "request.hpp"

#include <chrono>

#include "object.hpp"

extern "C" {
#include <SAPI.h>
#include <ext/standard/url.h>
#include <php_variables.h>
#include <zend_smart_str.h>
}

namespace pushwire::php {
namespace {

struct request_state {
    zend_string* method;
    zend_string* content;
};
using held = object<request_state>;

void release(request_state& which) {
    if (which.method) zend_string_release(which.method);
    if (which.content) zend_string_release(which.content);
}

// In the order of the stub.
enum property : unsigned {
    fd_property,
    header_property,
    server_property,
    cookie_property,
    get_property,
    files_property,
    post_property
};

zval* property_of(zend_object* object, property which) {
    return OBJ_PROP_NUM(object, which);
}

// Fields of one name are one, joined by commas (RFC 9110 5.3); cookies by semicolons (RFC 6265 has one field, HTTP/2 many).
void add_header(zend_array* to, const header_field& field) {
    zend_string* const name = zend_string_alloc(field.name.size(), false);
    zend_str_tolower_copy(ZSTR_VAL(name), field.name.data(), field.name.size());
    zval value;
    zval* const before = zend_hash_find(to, name);
    if (before) {
        const bool is_cookie = zend_string_equals_literal(name, "cookie");
        ZVAL_STR(&value, zend_string_concat3(Z_STRVAL_P(before), Z_STRLEN_P(before), is_cookie ? "; " : ", ",
                                             2, field.value.data(), field.value.size()));
    } else {
        ZVAL_STR(&value, string_of(field.value));
    }
    zend_hash_update(to, name, &value);
    zend_string_release(name);
}

void parse_query(std::string_view text, zval* into) {
    array_init(into);
    sapi_module.treat_data(PARSE_STRING, estrndup(text.data(), text.size()), into);
}

// RFC 6265 4.2.1; names and values are percent-decoded, as PHP does it for $_COOKIE.
void parse_cookies(std::string_view text, zval* into) {
    array_init(into);
    while (!text.empty()) {
        const auto end = text.find(';');
        auto pair = text.substr(0, end);
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
        while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos || equals == 0) continue;
        const auto value = pair.substr(equals + 1);
        char* const decoded = estrndup(value.data(), value.size());
        const std::size_t length = php_raw_url_decode(decoded, value.size());
        const auto name = pair.substr(0, equals);
        add_assoc_stringl_ex(into, name.data(), name.size(), decoded, length);
        efree(decoded);
    }
}

void add_text(zval* to, const char* name, std::string_view text) {
    add_assoc_str(to, name, string_of(text));
}

void fill_server(zval* into, const pushwire::request& from, unsigned port) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now).count();
    array_init(into);
    if (!from.query.empty()) add_text(into, "query_string", from.query);
    add_text(into, "request_method", from.method);
    add_text(into, "request_uri", from.path);
    add_text(into, "path_info", from.path);
    add_assoc_long(into, "request_time", seconds);
    add_assoc_double(into, "request_time_float", std::chrono::duration<double>(now).count());
    add_text(into, "server_protocol", "HTTP/1.1");
    add_assoc_long(into, "server_port", port);
    add_assoc_long(into, "remote_port", from.remote_port);
    add_text(into, "remote_addr", from.remote_address);
    add_assoc_long(into, "master_time", seconds);
}

bool is_form(std::string_view content_type) {
    constexpr std::string_view form = "application/x-www-form-urlencoded";
    return content_type.size() >= form.size() &&
           equal_ignoring_case(content_type.substr(0, form.size()), form);
}

}  // namespace

void make_request(zval* into, const pushwire::request& from, unsigned port) {
    object_init_ex(into, request_class);
    zend_object* const object = Z_OBJ_P(into);
    held::of(object).method = string_of(from.method);
    held::of(object).content = string_of(from.body);
    ZVAL_LONG(property_of(object, fd_property), static_cast<zend_long>(from.fd.number()));

    zval* const header = property_of(object, header_property);
    array_init_size(header, static_cast<std::uint32_t>(from.headers.size()));
    for (const auto& each : from.headers) add_header(Z_ARRVAL_P(header), each);
    fill_server(property_of(object, server_property), from, port);

    zval* const cookies = zend_hash_str_find(Z_ARRVAL_P(header), ZEND_STRL("cookie"));
    if (cookies)
        parse_cookies({Z_STRVAL_P(cookies), Z_STRLEN_P(cookies)}, property_of(object, cookie_property));
    if (!from.query.empty()) parse_query(from.query, property_of(object, get_property));
    if (!from.body.empty() && is_form(from.headers["content-type"])) {
        parse_query(from.body, property_of(object, post_property));
    }
}

void prepare_request() {
    held::prepare(request_class, release);
}

}  // namespace pushwire::php

using pushwire::php::held;

ZEND_METHOD(Pushwire_Request, getContent) {
    ZEND_PARSE_PARAMETERS_NONE();
    const auto& which = held::of(ZEND_THIS);
    if (!which.content) RETURN_FALSE;
    RETURN_STR_COPY(which.content);
}

ZEND_METHOD(Pushwire_Request, getMethod) {
    ZEND_PARSE_PARAMETERS_NONE();
    const auto& which = held::of(ZEND_THIS);
    if (!which.method) RETURN_FALSE;
    RETURN_STR_COPY(which.method);
}

ZEND_METHOD(Pushwire_Request, isCompleted) {
    ZEND_PARSE_PARAMETERS_NONE();
    RETURN_BOOL(held::of(ZEND_THIS).method != nullptr);
}

// The request written down anew: the same fields, with their names in small letters.
ZEND_METHOD(Pushwire_Request, getData) {
    using namespace pushwire::php;
    ZEND_PARSE_PARAMETERS_NONE();
    zend_object* const object = Z_OBJ_P(ZEND_THIS);
    const auto& which = held::of(object);
    zval* const server = property_of(object, server_property);
    zval* const header = property_of(object, header_property);
    if (!which.method || Z_TYPE_P(server) != IS_ARRAY || Z_TYPE_P(header) != IS_ARRAY) RETURN_FALSE;
    smart_str text{};
    smart_str_append(&text, which.method);
    smart_str_appendc(&text, ' ');
    zval* const path = zend_hash_str_find(Z_ARRVAL_P(server), ZEND_STRL("request_uri"));
    zval* const query = zend_hash_str_find(Z_ARRVAL_P(server), ZEND_STRL("query_string"));
    if (path && Z_TYPE_P(path) == IS_STRING) smart_str_append(&text, Z_STR_P(path));
    if (query && Z_TYPE_P(query) == IS_STRING) {
        smart_str_appendc(&text, '?');
        smart_str_append(&text, Z_STR_P(query));
    }
    smart_str_appends(&text, " HTTP/1.1\r\n");
    zend_string* name = nullptr;
    zval* value = nullptr;
    ZEND_HASH_FOREACH_STR_KEY_VAL(Z_ARRVAL_P(header), name, value) {
        if (!name || Z_TYPE_P(value) != IS_STRING) continue;
        smart_str_append(&text, name);
        smart_str_appends(&text, ": ");
        smart_str_append(&text, Z_STR_P(value));
        smart_str_appends(&text, "\r\n");
    }
    ZEND_HASH_FOREACH_END();
    smart_str_appends(&text, "\r\n");
    smart_str_append(&text, which.content);
    RETURN_STR(smart_str_extract(&text));
}
