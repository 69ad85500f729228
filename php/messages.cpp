#include "messages.hpp"

#include <cstring>

extern "C" {
#include <ext/standard/php_var.h>
#include <zend_smart_str.h>
}

namespace pushwire::php {
namespace {

struct head {
    char kind;
    char is_text;
    std::uint32_t from;
    std::uint32_t task;
    std::uint32_t reply_to;
};

}  // namespace

zend_string* write_message(message_kind kind, std::uint32_t from, std::uint32_t task, std::uint32_t reply_to,
                           zval* value) {
    smart_str text{};
    head first{};
    first.kind = static_cast<char>(kind);
    first.is_text = static_cast<char>(value && Z_TYPE_P(value) == IS_STRING);
    first.from = from;
    first.task = task;
    first.reply_to = reply_to;
    smart_str_appendl(&text, reinterpret_cast<const char*>(&first), sizeof first);
    if (first.is_text) {
        smart_str_append(&text, Z_STR_P(value));
    } else if (value) {
        php_serialize_data_t seen;
        PHP_VAR_SERIALIZE_INIT(seen);
        php_var_serialize(&text, value, &seen);
        PHP_VAR_SERIALIZE_DESTROY(seen);
    }
    return smart_str_extract(&text);
}

std::optional<message_read> read_message(std::string_view data) {
    head first{};
    if (data.size() < sizeof first) return std::nullopt;
    std::memcpy(&first, data.data(), sizeof first);
    message_read read;
    read.kind = static_cast<message_kind>(first.kind);
    read.from = first.from;
    read.task = first.task;
    read.reply_to = first.reply_to;
    read.is_text = first.is_text != 0;
    read.value = data.substr(sizeof first);
    return read;
}

void value_of(const message_read& from, zval* into) {
    ZVAL_NULL(into);
    if (from.is_text) {
        ZVAL_STR(into, string_of(from.value));
    } else if (!from.value.empty()) {
        const auto* at = reinterpret_cast<const unsigned char*>(from.value.data());
        php_unserialize_data_t seen;
        PHP_VAR_UNSERIALIZE_INIT(seen);
        php_var_unserialize(into, &at, at + from.value.size(), &seen);
        PHP_VAR_UNSERIALIZE_DESTROY(seen);
    }
}

}  // namespace pushwire::php
