#pragma once
// Servers in processes of their own that serve together as one: the parent makes the group and forks, and each child runs a
// server that is a member of it.
//
//   pushwire::server_group group{{.listen = {"0.0.0.0:9502"}}, 4};
//   for (unsigned member = 0; member < 4; ++member) {
//       if (fork() != 0) continue;
//       pushwire::server server{group, member};
//       server.on_message(…);
//       server.start();
//       _exit(0);
//   }
//
// Whatever a server can be asked about a connection, and told to do with it, it can of the others' connections, too: push,
// ping, disconnect, subscribe, publish, exists, info, connections, stats. The group is memory that all of them share, and the
// sockets at which they listen: nothing runs in it, so the parent is free to watch its children. It keeps each member's
// socket open, so whoever comes while a member is replaced waits for its successor.
//
// Only the process that has a connection can ask for its user data and topics, pause it, and send it a message in parts. What
// it has to refuse after it was posted is told to its `on_refused`. Each member counts by itself for
// limits::max_connections_per_address and accept_rate_per_address.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pushwire/fd.hpp>
#include <pushwire/server.hpp>

namespace pushwire {

namespace engine {
struct group_state;
}

class server_group {
  public:
    /// Binds all addresses of `with`, once for each of `servers`; from here on clients may connect, and wait. Bounds of the
    /// whole server are shared out equally. `mailboxes` are further places that can be sent to, for processes that are no
    /// servers: they are numbered after the servers. No thread is made, and no event loop. Throws setup_error.
    server_group(options with, unsigned servers, unsigned mailboxes = 0);
    /// In the process that made it, removes the paths of Unix sockets. Servers of it must be gone before.
    ~server_group();
    server_group(const server_group&) = delete;
    server_group& operator=(const server_group&) = delete;

    [[nodiscard]] unsigned servers() const;
    /// Of the first address, as server::port.
    [[nodiscard]] std::uint16_t port() const;
    /// As server::addresses.
    [[nodiscard]] std::vector<std::string> addresses() const;

    // --- any process of the group, any thread

    /// Hands `data` to a member's `on_group_message`, or to who calls `receive` at a mailbox. It never waits: says false
    /// when what is waiting there already leaves no room (limits::max_mailbox), or there is no such place. What one process
    /// sends to one place comes in its order, and once; what a member had not taken when it died comes to its successor.
    bool send(unsigned to, std::string_view data);
    /// The next that was sent to a mailbox; waits for it at most `timeout`, or until a signal comes. One process at a time.
    [[nodiscard]] std::optional<std::string> receive(unsigned mailbox, std::chrono::milliseconds timeout);

    // For a process that is no server: what server.hpp says of the calls of the same names, as from another thread. Those
    // that return nothing are lost where the mailbox of the connection's member is full of their kind.
    push_result push(fd to, std::string_view data, message_type type = message_type::text);
    push_result ping(fd to, std::string_view payload = {});
    push_result publish(std::string_view topic, std::string_view data,
                        message_type type = message_type::text);
    void disconnect(fd which, std::uint16_t code = close_code::normal, std::string_view reason = {});
    subscribe_result subscribe(fd who, std::string_view topic);
    void unsubscribe(fd who, std::string_view topic);
    [[nodiscard]] bool exists(fd which) const;
    [[nodiscard]] std::optional<connection_info> info(fd which) const;
    [[nodiscard]] std::vector<fd> connections() const;
    [[nodiscard]] statistics stats() const;

    // --- the parent

    /// A member's process has ended, however it did: its connections are gone for the others, too. Before it is replaced.
    void clear(unsigned member);

  private:
    friend class server;
    std::unique_ptr<engine::group_state> state_;
};

}  // namespace pushwire
