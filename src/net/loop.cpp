#include "net/loop.hpp"

#include "net/loop_epoll.hpp"
#include "net/loop_uring.hpp"

namespace pushwire::net {

std::unique_ptr<loop> loop::make(backend which) {
    switch (which) {
        case backend::io_uring:
            return std::make_unique<loop_uring>();
        case backend::automatic:  // no result under bench/results/ shows io_uring to be the better choice yet
        case backend::epoll:
            break;
    }
    return std::make_unique<loop_epoll>();
}

}  // namespace pushwire::net
