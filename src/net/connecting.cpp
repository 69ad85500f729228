#include "net/connecting.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include <netdb.h>
#include <sys/un.h>

namespace pushwire::net {
namespace {

struct free_addresses {
    void operator()(addrinfo* list) const noexcept { ::freeaddrinfo(list); }
};

}  // namespace

// The system has put the best first (RFC 6724). The other family gets every second place, so that one that leads nowhere
// costs one attempt's time, not that of all its addresses.
std::vector<remote_place> taking_turns(const addrinfo* found) {
    std::vector<remote_place> firsts, others;
    for (const addrinfo* each = found; each; each = each->ai_next) {
        remote_place place;
        std::memcpy(&place.storage, each->ai_addr, each->ai_addrlen);
        place.size = each->ai_addrlen;
        (each->ai_family == found->ai_family ? firsts : others).push_back(place);
    }
    std::vector<remote_place> all;
    for (std::size_t i = 0; i < std::max(firsts.size(), others.size()); ++i) {
        if (i < firsts.size()) all.push_back(firsts[i]);
        if (i < others.size()) all.push_back(others[i]);
    }
    return all;
}

lookup::outcome lookup::ask_system(const std::string& host, std::uint16_t port) {
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_NUMERICSERV;
    addrinfo* list = nullptr;
    const int result = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &list);
    if (result == EAI_SYSTEM) return {{}, std::generic_category().message(errno)};
    if (result != 0) return {{}, ::gai_strerror(result)};
    const std::unique_ptr<addrinfo, free_addresses> owned{list};
    return {taking_turns(list), {}};
}

remote_place unix_place(const std::string& path) {
    remote_place place;
    auto& to = reinterpret_cast<sockaddr_un&>(place.storage);
    if (path.size() >= sizeof to.sun_path)
        throw std::invalid_argument{"the path of a Unix socket has at most 107 bytes"};
    to.sun_family = AF_UNIX;
    std::memcpy(to.sun_path, path.c_str(), path.size() + 1);
    place.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
    return place;
}

struct lookup::shared {
    std::mutex mutex;
    std::function<void(outcome)> told;  // none: nobody wants to know
};

lookup::lookup(std::string host, std::uint16_t port, std::function<void(outcome)> told, resolver ask)
    : shared_{std::make_shared<shared>()} {
    shared_->told = std::move(told);
    std::thread{[kept = shared_, host = std::move(host), port, ask = std::move(ask)] {
        auto found = ask(host, port);
        const std::lock_guard lock{kept->mutex};
        if (kept->told) kept->told(std::move(found));
    }}.detach();
}

lookup::~lookup() {
    const std::lock_guard lock{shared_->mutex};
    shared_->told = nullptr;
}

connecting begin_to_connect(const remote_place& to) {
    unique_descriptor made{::socket(to.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!made) return {{}, {errno, std::system_category()}};
    if (::connect(made.get(), to.get(), to.size) == 0 || errno == EINPROGRESS) return {std::move(made), {}};
    return {{}, {errno, std::system_category()}};
}

}  // namespace pushwire::net
