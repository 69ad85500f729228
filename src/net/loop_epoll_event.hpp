#pragma once
// What an epoll event is about: the pointer it carries, with its kind in the bits that alignment leaves free.

#include <cstdint>

#include <sys/epoll.h>

namespace pushwire::net {

enum class event_of : std::uint64_t { stream, listener, wake, alarm };

inline constexpr std::uint64_t kind_bits = 3;

inline std::uint64_t tagged(void* subject, event_of what) {
    return reinterpret_cast<std::uintptr_t>(subject) | static_cast<std::uint64_t>(what);
}

inline event_of kind(const epoll_event& event) {
    return static_cast<event_of>(event.data.u64 & kind_bits);
}

inline void* subject(const epoll_event& event) {
    return reinterpret_cast<void*>(static_cast<std::uintptr_t>(event.data.u64 & ~kind_bits));
}

}  // namespace pushwire::net
