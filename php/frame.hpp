#pragma once
// Frames between PHP and the wire: what a Pushwire\Frame, or a string with opcode and flags, stands for, and the objects
// that are made of what came. Server::push, Server::pack and Frame::pack read their arguments by the same function, so they
// refuse the same things with the same words.

#include <cstdint>

#include "php_pushwire.hpp"

namespace pushwire::php {

/// Pushwire\FLAG_*.
inline constexpr zend_long flag_fin = 1;
inline constexpr zend_long flag_compress = 2;
inline constexpr zend_long flag_rsv1 = 4;
inline constexpr zend_long flag_rsv2 = 8;
inline constexpr zend_long flag_rsv3 = 16;
inline constexpr zend_long flag_mask = 32;

/// Pushwire\OPCODE_*.
inline constexpr zend_long opcode_close = 8;
inline constexpr zend_long opcode_pong = 10;

/// A frame before it is encoded. Who has it releases `payload`, with zend_string_release.
struct frame_parts {
    zend_string* payload = nullptr;  ///< of a close frame: the code in two bytes, and the reason
    std::uint8_t opcode = 0;         ///< at most 10
    zend_long flags = 0;  ///< with `flag_fin` set if it is the last frame of a message, or a control frame
};

/// Reads what `pack` and `push` take: `frame` if it is not null, else `text` with `opcode` and `flags`. False after a
/// warning, or with an exception; there is nothing to release then. Runs PHP code where a property is an object.
[[nodiscard]] bool read_frame(zend_object* frame, zend_string* text, zend_long opcode, zend_long flags,
                              frame_parts& parts);

/// Makes a Frame, or a CloseFrame where `opcode` is close, in `to`. A reference to `payload` is taken where it is kept.
void make_frame(zval* to, zend_long fd, zend_long opcode, zend_long flags, zend_string* payload);

}  // namespace pushwire::php
