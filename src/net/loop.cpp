#include "net/loop.hpp"

#include "net/loop_epoll.hpp"

namespace pushwire::net {

std::unique_ptr<loop> loop::make(backend which) {
    switch (which) {
        case backend::automatic:
        case backend::epoll:
            break;
    }
    return std::make_unique<loop_epoll>();
}

}  // namespace pushwire::net
