#include "net/socket.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

#include <pushwire/error.hpp>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace pushwire::net {
namespace {

constexpr int socket_flags = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
constexpr int backlog = 4096;
// A server that was killed holds its sockets a little longer: with an io_uring they go when the kernel has ended its requests,
// which took up to 30 ms after 2,000 clients.
constexpr std::chrono::milliseconds death_patience{500};

// What a socket is bound to, in the system's form.
struct binding {
    sockaddr_storage name{};
    socklen_t size = 0;

    [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&name); }
};

[[noreturn]] void fail(int error, const std::string& text) {
    throw setup_error({error, std::generic_category()}, text);
}

void enable(int descriptor, int level, int option, int value = 1) {
    if (::setsockopt(descriptor, level, option, &value, sizeof value) != 0) {
        fail(errno, "cannot set an option of a listening socket");
    }
}

// --- TCP

binding resolve(const std::string& host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    // RFC 6761 6.3: localhost is the loopback, also where no file and no server says so.
    const std::string name = host == "localhost" ? "127.0.0.1" : host;
    const int result = ::getaddrinfo(name.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (result != 0) {
        fail(result == EAI_SYSTEM ? errno : EADDRNOTAVAIL,
             "host \"" + host + "\" is unknown (" + ::gai_strerror(result) +
                 "): check the name, or give a number, such as 0.0.0.0 for every address");
    }
    const addrinfo* chosen = found;
    for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
        if (each->ai_family == AF_INET) {
            chosen = each;
            break;
        }
    }
    binding to;
    std::memcpy(&to.name, chosen->ai_addr, chosen->ai_addrlen);
    to.size = chosen->ai_addrlen;
    ::freeaddrinfo(found);
    return to;
}

bool has_ipv6() {
    const unique_descriptor tried{::socket(AF_INET6, socket_flags, 0)};
    if (!tried) return false;
    sockaddr_in6 any{};
    any.sin6_family = AF_INET6;
    return ::bind(tried.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any) == 0;
}

bool is_every_address(const binding& to) {
    return to.name.ss_family == AF_INET6 &&
           IN6_IS_ADDR_UNSPECIFIED(&reinterpret_cast<const sockaddr_in6&>(to.name).sin6_addr);
}

void set_port(binding& to, std::uint16_t port) {
    if (to.name.ss_family == AF_INET6) {
        reinterpret_cast<sockaddr_in6&>(to.name).sin6_port = htons(port);
    } else {
        reinterpret_cast<sockaddr_in&>(to.name).sin_port = htons(port);
    }
}

std::uint16_t port_of(int descriptor) {
    binding bound;
    bound.size = sizeof bound.name;
    if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&bound.name), &bound.size) != 0) {
        fail(errno, "cannot tell which port was bound");
    }
    return to_address(bound.name).port;
}

[[noreturn]] void fail_to_bind(int error, const endpoint& where, bool takeover) {
    const std::string place = "port " + std::to_string(where.port) + " on " + where.host;
    switch (error) {
        case EADDRINUSE:
            fail(error,
                 place +
                     (takeover
                          ? " is in use by a server that does not share it: stop it, or choose another port"
                          : " is in use: stop the other server, or choose another port"));
        case EACCES:
            fail(error,
                 place + " needs a privilege: choose a port of 1024 or more, or grant CAP_NET_BIND_SERVICE");
        case EADDRNOTAVAIL:
            fail(error,
                 where.host + " is no address of this machine: choose one that is, or 0.0.0.0 for all");
        default:
            fail(error, "cannot listen at " + place);
    }
}

unique_descriptor bound_socket(const binding& to, const endpoint& where, bool shares_port, bool takeover) {
    unique_descriptor made{::socket(to.name.ss_family, socket_flags, 0)};
    if (!made) fail(errno, "cannot make a socket for " + to_string(where));
    enable(made.get(), SOL_SOCKET,
           SO_REUSEADDR);  // connections of an earlier server in TIME_WAIT are no obstacle
    if (shares_port) enable(made.get(), SOL_SOCKET, SO_REUSEPORT);
    if (is_every_address(to)) enable(made.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0);
    if (::bind(made.get(), to.get(), to.size) != 0) fail_to_bind(errno, where, takeover);
    return made;
}

listening bind_tcp(const endpoint& where, const listen_options& options) {
    const bool every = where.host == "*";
    binding to = resolve(every ? (has_ipv6() ? "::" : "0.0.0.0") : where.host, where.port);

    // SO_REUSEPORT would let us share a port with whoever set it, too, and take half of its connections. A port that
    // the kernel chooses is nobody's.
    const bool shares_port = options.count > 1 || options.takeover;
    if (shares_port && !options.takeover && where.port != 0) bound_socket(to, where, false, false);

    listening result{.where = where, .sockets = {}, .file = {}};
    for (unsigned i = 0; i < std::max(options.count, 1U); ++i) {
        unique_descriptor made = bound_socket(to, result.where, shares_port, options.takeover);
        if (result.where.port == 0) {
            result.where.port = port_of(made.get());
            set_port(to, result.where.port);
        }
        result.sockets.push_back(std::move(made));
    }
    return result;
}

// --- Unix

[[noreturn]] void fail_at_path(int error, const std::string& path) {
    switch (error) {
        case ENOENT:
            fail(error, "the folder of " + path + " does not exist: make it, or choose another path");
        case ENOTDIR:
            fail(error, "a part of " + path + " is no folder: choose another path");
        case EACCES:
        case EPERM:
            fail(error, path + " is not ours to write: choose another path, or change its owner");
        case EROFS:
            fail(error, path + " is on a read-only file system: choose another path");
        default:
            fail(error, "cannot listen at " + path);
    }
}

void refuse_other_files(const std::string& path) {
    struct stat found{};
    if (::lstat(path.c_str(), &found) != 0) {
        if (errno != ENOENT) fail_at_path(errno, path);
    } else if (!S_ISSOCK(found.st_mode)) {
        fail(EADDRINUSE, path + " exists and is not a socket: move it away, or choose another path");
    }
}

// Removes the socket that a server left behind when it died; throws if it is anything else.
void remove_stale(const binding& to, const std::string& path) {
    refuse_other_files(path);
    const unique_descriptor caller{::socket(AF_UNIX, socket_flags, 0)};
    if (!caller) fail(errno, "cannot make a socket for " + path);
    // Non-blocking: a full queue says EAGAIN, and is alive.
    const bool dead =
        ::connect(caller.get(), to.get(), to.size) != 0 && (errno == ECONNREFUSED || errno == ENOENT);
    if (!dead) fail(EADDRINUSE, path + " is in use: stop the other server, or choose another path");
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) fail_at_path(errno, path);
}

constexpr std::size_t max_path = sizeof(sockaddr_un::sun_path) - 1;

// Where a socket waits for its place.
std::string path_beside(std::string path) {
    constexpr std::string_view mark = ".new";
    if (path.size() + mark.size() <= max_path) return path.append(mark);
    path.back() = path.back() == '~' ? '-' : '~';
    return path;
}

listening bind_unix(const endpoint& where, const listen_options& options) {
    if (where.unix_path.size() > max_path) {
        fail(ENAMETOOLONG, "the path of a Unix socket has at most " + std::to_string(max_path) +
                               " bytes, and " + where.unix_path + " has " +
                               std::to_string(where.unix_path.size()) + ": choose a shorter one");
    }
    if (options.takeover) refuse_other_files(where.unix_path);
    const std::string path = options.takeover ? path_beside(where.unix_path) : where.unix_path;
    binding to;
    auto& name = reinterpret_cast<sockaddr_un&>(to.name);
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path, path.c_str(), path.size() + 1);
    to.size = sizeof name;

    unique_descriptor made{::socket(AF_UNIX, socket_flags, 0)};
    if (!made) fail(errno, "cannot make a socket for " + path);
    if (::bind(made.get(), to.get(), to.size) != 0) {
        if (errno != EADDRINUSE) fail_at_path(errno, path);
        remove_stale(to, path);
        if (::bind(made.get(), to.get(), to.size) != 0) fail_at_path(errno, path);
    }
    listening result{.where = where, .sockets = {}, .file = socket_file{path}};
    // At once: a socket that does not listen is a dead server's to whoever starts beside us.
    if (::listen(made.get(), backlog) != 0) fail_at_path(errno, path);
    result.sockets.push_back(std::move(made));
    return result;
}

}  // namespace

unique_descriptor& unique_descriptor::operator=(unique_descriptor&& other) noexcept {
    if (this != &other) {
        if (descriptor_ >= 0) ::close(descriptor_);
        descriptor_ = other.release();
    }
    return *this;
}

unique_descriptor::~unique_descriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

int unique_descriptor::release() {
    return std::exchange(descriptor_, -1);
}

socket_file::socket_file(std::string path) {
    struct stat there{};
    if (::lstat(path.c_str(), &there) != 0) return;
    path_ = std::move(path);
    device_ = there.st_dev;
    inode_ = there.st_ino;
    made_by_ = ::getpid();
}

socket_file& socket_file::operator=(socket_file&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(device_, other.device_);
    std::swap(inode_, other.inode_);
    std::swap(made_by_, other.made_by_);
    return *this;
}

socket_file::~socket_file() {
    struct stat there{};
    if (path_.empty() || made_by_ != ::getpid() || ::lstat(path_.c_str(), &there) != 0) return;
    if (there.st_dev == device_ && there.st_ino == inode_) ::unlink(path_.c_str());
}

void socket_file::move_to(const std::string& path) {
    if (path == path_) return;
    if (::rename(path_.c_str(), path.c_str()) != 0) fail_at_path(errno, path);
    path_ = path;
}

listening bind(const endpoint& where, const listen_options& options) {
    for (const auto give_up = std::chrono::steady_clock::now() + death_patience;;) {
        try {
            return where.unix_path.empty() ? bind_tcp(where, options) : bind_unix(where, options);
        } catch (const setup_error& refused) {
            const bool in_use = refused.code() == std::errc::address_in_use;
            if (!in_use || std::chrono::steady_clock::now() >= give_up) throw;
        }
        std::this_thread::sleep_for(death_patience / 50);
    }
}

void open(listening& which) {
    if (!which.where.unix_path.empty()) {
        which.file.move_to(which.where.unix_path);
        return;
    }
    for (const auto& each : which.sockets) {
        if (each && ::listen(each.get(), backlog) != 0) fail_to_bind(errno, which.where, false);
    }
}

void close(listening& which) noexcept {
    which.sockets.clear();
    const socket_file gone{std::move(which.file)};
}

}  // namespace pushwire::net
