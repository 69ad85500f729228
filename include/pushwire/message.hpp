#pragma once
// What a peer sends, and how a connection ended.

#include <chrono>
#include <cstdint>
#include <string_view>

#include <pushwire/close_code.hpp>
#include <pushwire/error.hpp>
#include <pushwire/fd.hpp>

namespace pushwire {

/// The numbers are the opcodes of RFC 6455 5.6.
enum class message_type : std::uint8_t { text = 1, binary = 2 };

/// A whole message, however many frames or reads it came in.
struct message {
    pushwire::fd fd;
    std::string_view data;  ///< valid during the call; text is valid UTF-8
    message_type type = message_type::text;
    std::chrono::steady_clock::time_point received;  ///< when the loop's turn that completed it began
    void* user_object = nullptr;                     ///< see user()

    /// The connection's user data (`server::user_data<T>`). T must be the type named there.
    template <class T>
    [[nodiscard]] T& user() const {
        return *static_cast<T*>(user_object);
    }
};

/// Some of a message, as it came (route::on_message_part): as much as was read at once, whatever the frames were.
struct message_part {
    pushwire::fd fd;
    /// Valid during the call. Of a text: valid UTF-8 so far, and a character may be cut between two parts. Empty only
    /// where `last`, for an empty message or an end that came alone.
    std::string_view data;
    message_type type = message_type::text;
    bool first = false;  ///< the message begins with this part
    bool last = false;   ///< and ends with this one. If the connection ends before, it does not come
    std::chrono::steady_clock::time_point received;  ///< when the loop's turn that read it began
    void* user_object = nullptr;                     ///< see user()

    /// As message::user.
    template <class T>
    [[nodiscard]] T& user() const {
        return *static_cast<T*>(user_object);
    }
};

/// How a connection ended.
struct close_info {
    /// The code of the peer's close frame; 1005 if that had none, 1006 if no close frame came.
    std::uint16_t code = close_code::abnormal;
    std::string_view reason;      ///< the peer's, valid during the call, valid UTF-8
    std::uint16_t sent_code = 0;  ///< the code of our close frame; 0 if we sent none, 1005 if it had none
    bool began_by_peer = false;   ///< the peer began the closing handshake, or left without one
    error why = error::none;      ///< none after an ordinary closing handshake
};

}  // namespace pushwire
