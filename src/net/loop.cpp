#include "net/loop.hpp"

#include <pushwire/error.hpp>

#include "net/loop_epoll.hpp"
#include "net/loop_uring.hpp"

namespace pushwire::net {
namespace {

std::unique_ptr<loop> make_what_suits(const shared_wake& by) {
    if (uring::is_fit()) {
        try {
            return std::make_unique<loop_uring>(by);
        } catch (const setup_error&) {  // the memory that may be locked has run out, say
        }
    }
    return std::make_unique<loop_epoll>(by);
}

}  // namespace

std::unique_ptr<loop> loop::make(backend which, const shared_wake& by) {
    switch (which) {
        case backend::io_uring:
            return std::make_unique<loop_uring>(by);
        case backend::epoll:
            return std::make_unique<loop_epoll>(by);
        case backend::automatic:
            break;
    }
    return make_what_suits(by);
}

}  // namespace pushwire::net
