#pragma once
// What the processes of a group share, made before they fork: the sockets at which members listen and, for each, a seat: its
// board, its counters, and the mailbox to which the others write. All else is each process's own.
//
//   parent     places (open as long as it lives)      clear
//   member 0   seat 0: board, counters | mailbox  <-- group_record -- members 1, 2, ..., helpers
//   member 1   seat 1 ...
//   helper     mailbox                            <-- bytes --------- members, helpers
//
// Any process, any thread, but for the making.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <pushwire/server.hpp>

#include "engine/board.hpp"
#include "engine/counters.hpp"
#include "engine/group_record.hpp"
#include "engine/numbering.hpp"
#include "engine/server_state.hpp"
#include "net/shared_mailbox.hpp"
#include "net/shared_memory.hpp"

namespace pushwire::engine {

/// What a member has in memory that all share. Whoever serves there goes on with it.
struct seat {
    struct shared_facts {
        counters counts;
        std::atomic<bool> is_served;
    };

    seat(const numbering& numbers, std::size_t board_capacity, std::size_t mailbox_bytes);

    net::shared_memory memory;
    shared_facts& facts;
    numbering numbers;
    engine::board board;
    net::shared_mailbox mail;

    [[nodiscard]] std::optional<board::entry> look_up(fd which) const {
        return board.find(static_cast<std::size_t>(numbers.ordinal_of(which)), which);
    }
    [[nodiscard]] engine::board share_board() const { return {board.capacity(), board_memory()}; }
    /// The places on the board that have been used.
    [[nodiscard]] std::size_t used_places() const;
    /// Whose connections are there, they are gone. Only while nobody serves there.
    void sweep();

  private:
    [[nodiscard]] std::byte* board_memory() const;
};

struct group_state {
    static constexpr const char* one_worker_each =
        "workers: each server of a group has one: make more servers instead";

    /// Throws setup_error.
    group_state(pushwire::options with, unsigned servers, unsigned mailboxes);

    const pushwire::options options;
    std::vector<listening_place> places;
    connection_bounds connections;                      // of each member
    std::shared_ptr<net::tls_ticket_keys> ticket_keys;  // null where TLS is not spoken
    std::vector<std::unique_ptr<seat>> seats;
    std::vector<std::unique_ptr<net::shared_mailbox>> mailboxes;

    [[nodiscard]] unsigned servers() const { return static_cast<unsigned>(seats.size()); }
    /// Who gives numbers such as this one; fd{} nobody.
    [[nodiscard]] seat* owner_of(fd which) const;
    [[nodiscard]] std::optional<board::entry> look_up(fd which) const;
    [[nodiscard]] std::optional<connection_info> info(fd which) const;
    [[nodiscard]] std::vector<fd> list_connections() const;
    void add_to(statistics& sum) const;
    [[nodiscard]] bool send(unsigned to, std::string_view data);
    /// Wakes everyone: who has died may have owed it.
    void wake_all();

    // --- what a member asks of another about its connection; each says what server.hpp says

    [[nodiscard]] push_result push(fd to, std::string_view data, message_type type);
    [[nodiscard]] push_result ping(fd to, std::string_view payload);
    [[nodiscard]] subscribe_result subscribe(fd who, std::string_view topic);
    /// Of those that follow: false where the mailbox is full.
    [[nodiscard]] bool unsubscribe(fd who, std::string_view topic);
    [[nodiscard]] bool disconnect(fd which, std::uint16_t code, std::string_view reason);
    /// To everyone but `from`.
    [[nodiscard]] bool publish(unsigned from, std::string_view topic, std::string_view data,
                               message_type type);
};

/// Why a message of so many bytes cannot be posted to a connection of which the board says this.
[[nodiscard]] std::optional<push_result> reason_not_to_post(const std::optional<board::entry>& known,
                                                            std::size_t bytes, const limits& limits);
[[nodiscard]] connection_info info_of(const board::entry& known, net::time_point now,
                                      net::wall_time_point wall_time, unsigned worker);

}  // namespace pushwire::engine
