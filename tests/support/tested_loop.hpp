#pragma once
// Which event loop tests run on: the one that the environment names in PUSHWIRE_TEST_LOOP ("epoll" or "io_uring").

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

namespace pushwire::support {

/// `Backend` is net::backend or io_backend. On epoll where nothing is named.
template <typename Backend>
Backend tested_loop() {
    const char* const named = std::getenv("PUSHWIRE_TEST_LOOP");
    const std::string_view name = named ? named : "epoll";
    if (name == "epoll") return Backend::epoll;
    if (name == "io_uring") return Backend::io_uring;
    throw std::runtime_error{"PUSHWIRE_TEST_LOOP names no loop: " + std::string{name}};
}

}  // namespace pushwire::support
