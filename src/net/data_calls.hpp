#pragma once
// The system calls that move a message, past the C library: there they are cancellation points, which where there are threads
// costs an echo four locked instructions. No thread of ours is ever cancelled. A sanitizer has to see the library's, which tell
// it what is read and written.

#include <cstddef>

#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define PUSHWIRE_SANITIZED 1
#elif defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define PUSHWIRE_SANITIZED 1
#endif
#endif

namespace pushwire::net {

// Each as recv(2), send(2) and sendmsg(2).

inline ssize_t call_recv(int descriptor, void* bytes, std::size_t size, int flags) {
#ifdef PUSHWIRE_SANITIZED
    return ::recv(descriptor, bytes, size, flags);
#else
    return ::syscall(SYS_recvfrom, descriptor, bytes, size, flags, nullptr, nullptr);
#endif
}

inline ssize_t call_send(int descriptor, const void* bytes, std::size_t size, int flags) {
#ifdef PUSHWIRE_SANITIZED
    return ::send(descriptor, bytes, size, flags);
#else
    return ::syscall(SYS_sendto, descriptor, bytes, size, flags, nullptr, 0);
#endif
}

inline ssize_t call_sendmsg(int descriptor, const msghdr& message, int flags) {
#ifdef PUSHWIRE_SANITIZED
    return ::sendmsg(descriptor, &message, flags);
#else
    return ::syscall(SYS_sendmsg, descriptor, &message, flags);
#endif
}

}  // namespace pushwire::net

#undef PUSHWIRE_SANITIZED
