#include "net/loop.hpp"

#include <pushwire/error.hpp>

#include "net/loop_epoll.hpp"
#include "net/loop_uring.hpp"

namespace pushwire::net {
namespace {

std::unique_ptr<loop> make_what_suits() {
    if (uring::is_fit()) {
        try {
            return std::make_unique<loop_uring>();
        } catch (const setup_error&) {  // the memory that may be locked has run out, say
        }
    }
    return std::make_unique<loop_epoll>();
}

}  // namespace

std::unique_ptr<loop> loop::make(backend which) {
    switch (which) {
        case backend::io_uring:
            return std::make_unique<loop_uring>();
        case backend::epoll:
            return std::make_unique<loop_epoll>();
        case backend::automatic:
            break;
    }
    return make_what_suits();
}

}  // namespace pushwire::net
