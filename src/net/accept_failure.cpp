#include "net/accept_failure.hpp"

#include <cerrno>

namespace pushwire::net {

accept_failure classify_accept(int error) {
    switch (error) {
        case EAGAIN:
            return accept_failure::none_left;
        case EINTR:
        case ECONNABORTED:
        case EPROTO:
        case EPERM:
        case ENETDOWN:
        case ENOPROTOOPT:
        case EHOSTDOWN:
        case ENONET:
        case EHOSTUNREACH:
        case EOPNOTSUPP:
        case ENETUNREACH:
        case ETIMEDOUT:
            return accept_failure::this_one_only;
        default:
            return accept_failure::resources;  // EMFILE, ENFILE, ENOBUFS, ENOMEM
    }
}

}  // namespace pushwire::net
