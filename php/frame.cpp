// Pushwire\Frame and CloseFrame: from objects to bytes and back, over the library's codec of frame headers.
// As in Swoole, opcodes that RFC 6455 reserves (3 to 7) can be packed and unpacked, and close codes are not judged:
// what may go over a connection is the library's to say, when something is pushed.

#include "frame.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <span>

#include <pushwire/protocol/frame.hpp>

extern "C" {
#include <ext/standard/php_random.h>
}

namespace pushwire::php {
namespace {

// Where the stub declares them, which is their place in an object.
enum frame_property { fd_property, data_property, opcode_property, flags_property, finish_property };
enum close_frame_property { code_property = finish_property + 1, reason_property };

constexpr std::size_t close_code_size = 2;
constexpr std::size_t max_reason = protocol::max_control_payload - close_code_size;
constexpr zend_long close_without_code = 1005;  // RFC 7.1.5: what a close frame without a code stands for

// What a property holds: null where it is unset. `place` holds what `__get` of a subclass made, and is released after use.
zval* read_property(zend_object* object, const char* name, zval* place) {
    ZVAL_UNDEF(place);
    zval* value = zend_read_property(object->ce, object, name, strlen(name), true, place);
    ZVAL_DEREF(value);
    return value;
}

bool has_property(zend_object* object, const char* name) {
    zval place;
    const bool has = Z_TYPE_P(read_property(object, name, &place)) > IS_NULL;
    zval_ptr_dtor(&place);
    return has;
}

zend_long read_long(zend_object* object, const char* name, zend_long otherwise) {
    zval place;
    zval* const value = read_property(object, name, &place);
    const zend_long number = Z_TYPE_P(value) == IS_NULL ? otherwise : zval_get_long(value);
    zval_ptr_dtor(&place);
    return number;
}

// Null with an exception. Released by who has it.
zend_string* read_string(zend_object* object, const char* name) {
    zval place;
    zend_string* const text = zval_try_get_string(read_property(object, name, &place));
    zval_ptr_dtor(&place);
    return text;
}

// The payload of a close frame; null after a warning, or with an exception.
zend_string* read_close(zend_object* frame) {
    const zend_long code = read_long(frame, "code", 1000);
    if (EG(exception) != nullptr) return nullptr;
    if (code < 0 || code > 0xffff) {
        php_error_docref(nullptr, E_WARNING, "a close code is between 0 and 65535, not " ZEND_LONG_FMT, code);
        return nullptr;
    }
    zend_string* const reason = read_string(frame, "reason");
    if (reason == nullptr) return nullptr;
    if (ZSTR_LEN(reason) > max_reason) {
        php_error_docref(nullptr, E_WARNING, "the reason of a close frame is at most %zu bytes long, not %zu",
                         max_reason, ZSTR_LEN(reason));
        zend_string_release(reason);
        return nullptr;
    }
    if (code == close_without_code && ZSTR_LEN(reason) == 0) {
        zend_string_release(reason);
        return ZSTR_EMPTY_ALLOC();
    }
    zend_string* const payload = zend_string_alloc(close_code_size + ZSTR_LEN(reason), false);
    ZSTR_VAL(payload)[0] = static_cast<char>(code >> 8);
    ZSTR_VAL(payload)[1] = static_cast<char>(code & 0xff);
    memcpy(ZSTR_VAL(payload) + close_code_size, ZSTR_VAL(reason), ZSTR_LEN(reason) + 1);
    zend_string_release(reason);
    return payload;
}

// `finish`, where it was set, has the last word about FLAG_FIN.
zend_long read_flags(zend_object* frame) {
    const zend_long flags = read_long(frame, "flags", flag_fin);
    zval place;
    zval* const finish = read_property(frame, "finish", &place);
    const bool is_set = Z_TYPE_P(finish) != IS_NULL;
    const bool is_true = zend_is_true(finish);
    zval_ptr_dtor(&place);
    if (!is_set) return flags;
    return is_true ? flags | flag_fin : flags & ~flag_fin;
}

bool check_opcode(zend_long opcode) {
    if (opcode >= 0 && opcode <= opcode_pong) return true;
    php_error_docref(nullptr, E_WARNING, "an opcode is between 0 and 10, not " ZEND_LONG_FMT, opcode);
    return false;
}

// Control frames are short, and whole (RFC 6455 5.5).
bool check_control(frame_parts& parts) {
    if (parts.opcode < opcode_close) return true;
    parts.flags |= flag_fin;
    if (ZSTR_LEN(parts.payload) <= protocol::max_control_payload) return true;
    php_error_docref(nullptr, E_WARNING, "the payload of a control frame is at most %zu bytes long, not %zu",
                     protocol::max_control_payload, ZSTR_LEN(parts.payload));
    return false;
}

std::uint8_t reserved_bits(zend_long flags) {
    return static_cast<std::uint8_t>(((flags & flag_rsv1) != 0 ? 4 : 0) | ((flags & flag_rsv2) != 0 ? 2 : 0) |
                                     ((flags & flag_rsv3) != 0 ? 1 : 0));
}

zend_long flags_of(const protocol::frame_header& header) {
    return (header.fin ? flag_fin : 0) | ((header.reserved & 4) != 0 ? flag_rsv1 | flag_compress : 0) |
           ((header.reserved & 2) != 0 ? flag_rsv2 : 0) | ((header.reserved & 1) != 0 ? flag_rsv3 : 0) |
           (header.masked ? flag_mask : 0);
}

// The frame as it goes over the wire; releases the payload. Null with an exception.
zend_string* encode(const frame_parts& parts) {
    protocol::frame_header header{.fin = (parts.flags & flag_fin) != 0,
                                  .reserved = reserved_bits(parts.flags),
                                  .opcode = static_cast<protocol::opcode>(parts.opcode),
                                  .masked = (parts.flags & flag_mask) != 0};
    if (header.masked && php_random_bytes_throw(header.key.data(), header.key.size()) == FAILURE) {
        zend_string_release(parts.payload);
        return nullptr;
    }
    const std::size_t payload_size = ZSTR_LEN(parts.payload);
    const std::size_t header_size = protocol::frame_header_size(payload_size, header.masked);
    zend_string* const packed = zend_string_safe_alloc(1, payload_size, header_size, false);
    const auto payload = std::as_bytes(std::span{ZSTR_VAL(parts.payload), payload_size});
    protocol::encode_frame(header, payload, reinterpret_cast<std::byte*>(ZSTR_VAL(packed)));
    ZSTR_VAL(packed)[ZSTR_LEN(packed)] = '\0';
    zend_string_release(parts.payload);
    return packed;
}

zend_string* pack(zend_object* frame, zend_string* text, zend_long opcode, zend_long flags) {
    frame_parts parts;
    return read_frame(frame, text, opcode, flags, parts) ? encode(parts) : nullptr;
}

// Parses the header of the frame that `bytes` begins with, sent by either end, with any reserved bits and data opcode.
protocol::frame_header_parse parse_header(std::span<const std::byte> bytes) {
    std::array<std::byte, protocol::max_frame_header> head{};
    const auto size = std::min(bytes.size(), head.size());
    if (size < 2) return {};
    std::copy_n(bytes.begin(), size, head.begin());
    const auto opcode = static_cast<protocol::opcode>(head[0] & std::byte{0xf});
    if (!protocol::is_control(opcode) && opcode > protocol::opcode::binary) {
        head[0] =
            (head[0] & std::byte{0xf0}) | std::byte{static_cast<unsigned char>(protocol::opcode::binary)};
    }
    const bool masked = (head[1] & std::byte{0x80}) != std::byte{0};
    auto parsed = protocol::parse_frame_header(std::span{head}.first(size),
                                               masked ? protocol::role::server : protocol::role::client, 7);
    parsed.header.opcode = opcode;
    return parsed;
}

void set_close(zend_object* frame, zend_string* payload) {
    zval* const code = OBJ_PROP_NUM(frame, code_property);
    if (ZSTR_LEN(payload) < close_code_size) {
        ZVAL_LONG(code, close_without_code);
        return;
    }
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(ZSTR_VAL(payload)[i]); };
    ZVAL_LONG(code, byte(0) << 8 | byte(1));
    ZVAL_STRINGL_FAST(OBJ_PROP_NUM(frame, reason_property), ZSTR_VAL(payload) + close_code_size,
                      ZSTR_LEN(payload) - close_code_size);
}

}  // namespace

bool read_frame(zend_object* frame, zend_string* text, zend_long opcode, zend_long flags,
                frame_parts& parts) {
    if (frame != nullptr) {
        opcode = read_long(frame, "opcode", 1);
        flags = read_flags(frame);
        if (EG(exception) != nullptr) return false;
    }
    if (!check_opcode(opcode)) return false;
    parts.opcode = static_cast<std::uint8_t>(opcode);
    parts.flags = flags;
    if (frame == nullptr) {
        parts.payload = zend_string_copy(text);
    } else if (opcode == opcode_close && has_property(frame, "code")) {
        parts.payload = read_close(frame);
    } else {
        parts.payload = read_string(frame, "data");
    }
    if (parts.payload == nullptr) return false;
    if (check_control(parts)) return true;
    zend_string_release(parts.payload);
    return false;
}

void make_frame(zval* to, zend_long fd, zend_long opcode, zend_long flags, zend_string* payload) {
    const bool closes = opcode == opcode_close;
    object_init_ex(to, closes ? close_frame_class : frame_class);
    zend_object* const frame = Z_OBJ_P(to);
    // The defaults that are overwritten are numbers and strings that live for ever.
    ZVAL_LONG(OBJ_PROP_NUM(frame, fd_property), fd);
    ZVAL_LONG(OBJ_PROP_NUM(frame, opcode_property), opcode);
    ZVAL_LONG(OBJ_PROP_NUM(frame, flags_property), flags);
    ZVAL_BOOL(OBJ_PROP_NUM(frame, finish_property), (flags & flag_fin) != 0);
    if (closes) {
        set_close(frame, payload);
    } else {
        ZVAL_STR_COPY(OBJ_PROP_NUM(frame, data_property), payload);
    }
}

}  // namespace pushwire::php

ZEND_METHOD(Pushwire_Frame, __toString) {
    ZEND_PARSE_PARAMETERS_NONE();
    zend_string* const packed = pushwire::php::pack(Z_OBJ_P(ZEND_THIS), nullptr, 0, 0);
    if (packed != nullptr) RETURN_STR(packed);
    RETURN_EMPTY_STRING();
}

ZEND_METHOD(Pushwire_Frame, pack) {
    zend_object* frame = nullptr;
    zend_string* text = nullptr;
    zend_long opcode = 1;
    zend_long flags = pushwire::php::flag_fin;
    ZEND_PARSE_PARAMETERS_START(1, 3)
    Z_PARAM_OBJ_OF_CLASS_OR_STR(frame, pushwire::php::frame_class, text)
    Z_PARAM_OPTIONAL
    Z_PARAM_LONG(opcode)
    Z_PARAM_LONG(flags)
    ZEND_PARSE_PARAMETERS_END();
    zend_string* const packed = pushwire::php::pack(frame, text, opcode, flags);
    if (packed != nullptr) RETURN_STR(packed);
    RETURN_EMPTY_STRING();
}

ZEND_METHOD(Pushwire_Frame, unpack) {
    using namespace pushwire;
    zend_string* data = nullptr;
    ZEND_PARSE_PARAMETERS_START(1, 1)
    Z_PARAM_STR(data)
    ZEND_PARSE_PARAMETERS_END();
    const auto bytes = std::as_bytes(std::span{ZSTR_VAL(data), ZSTR_LEN(data)});
    const auto parsed = php::parse_header(bytes);
    const auto& header = parsed.header;
    if (parsed.why != error::none || parsed.size == 0 || header.payload_length > bytes.size() - parsed.size) {
        RETURN_FALSE;
    }
    zend_string* const payload = zend_string_init(ZSTR_VAL(data) + parsed.size, header.payload_length, false);
    if (header.masked) {
        protocol::apply_mask(std::as_writable_bytes(std::span{ZSTR_VAL(payload), ZSTR_LEN(payload)}),
                             header.key);
    }
    php::make_frame(return_value, 0, static_cast<zend_long>(header.opcode), php::flags_of(header), payload);
    zend_string_release(payload);
}
