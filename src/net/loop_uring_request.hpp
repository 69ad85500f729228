#pragma once
// What a request is about: the pointer it carries, with its kind in the bits that alignment leaves free.

#include <cstdint>

#include "net/uring.hpp"

namespace pushwire::net {

enum class request_of : std::uint64_t {
    nobody,       // to end another one, or a letter (by its number): told only if it failed
    receive,      // of a stream: bytes, again and again
    bytes,        // of a stream: that there are some
    room,         // of a stream: that it can send
    breach,       // of a stream: that its connection broke, or ended both ways; again and again
    connections,  // of an acceptance: that some wait
    wake,         // again and again
    alarm,        // again and again
};

inline constexpr std::uint64_t kind_bits_of_request = 7;

inline std::uint64_t tagged(void* subject, request_of what) {
    return reinterpret_cast<std::uintptr_t>(subject) | static_cast<std::uint64_t>(what);
}

inline std::uint64_t numbered(std::uint64_t letter) {
    return letter * (kind_bits_of_request + 1) | static_cast<std::uint64_t>(request_of::nobody);
}

/// Of the letter that was sent; 0 if it was something else.
inline std::uint64_t number_of(const uring::completion& what) {
    const bool is_letter =
        (what.subject & kind_bits_of_request) == static_cast<std::uint64_t>(request_of::nobody);
    return is_letter ? what.subject / (kind_bits_of_request + 1) : 0;
}

inline request_of kind(const uring::completion& what) {
    return static_cast<request_of>(what.subject & kind_bits_of_request);
}

inline void* subject(const uring::completion& what) {
    return reinterpret_cast<void*>(static_cast<std::uintptr_t>(what.subject & ~kind_bits_of_request));
}

/// Whether the request is still under way.
inline bool goes_on(const uring::completion& what) {
    return (what.flags & IORING_CQE_F_MORE) != 0;
}

}  // namespace pushwire::net
