#include "engine/group_state.hpp"

#include <algorithm>
#include <new>
#include <string>
#include <utility>

#include <pushwire/protocol/session.hpp>

#include "engine/shared_options.hpp"
#include "net/tls_ticket_keys.hpp"

namespace pushwire::engine {
namespace {

constexpr unsigned most_processes = 1023;  // of each kind

// So that many calls that only say what to do still fit where messages do not any more.
constexpr std::size_t kept_for_control = std::size_t{1} << 20;
// Of a close frame's reason, that is more than is sent: what it is cut to depends on its characters.
constexpr std::size_t most_of_a_reason = 128;

/// What may wait for one receiver: the largest message always fits, with what is said about it.
std::size_t mailbox_bytes(const limits& limits) {
    constexpr std::size_t said_about_it = std::size_t{4} << 10;
    constexpr std::size_t more_than_there_is = std::size_t{1} << 46;
    const auto largest =
        std::min(limits.max_message, more_than_there_is) + limits.max_topic_name + said_about_it;
    return std::max(limits.max_mailbox, 2 * largest);
}

std::size_t board_bytes_before() {
    constexpr std::size_t line = 64;
    return (sizeof(seat::shared_facts) + line - 1) / line * line;
}

}  // namespace

// ---------------------------------------------------------------- seats

seat::seat(const engine::numbering& of, std::size_t board_capacity, std::size_t bytes)
    : memory{board_bytes_before() + board::bytes_for(board_capacity)},
      facts{*::new(memory.data()) shared_facts{}},
      numbers{of},
      board{board_capacity, board_memory()},
      mail{bytes, kept_for_control} {}

std::byte* seat::board_memory() const {
    return memory.data() + board_bytes_before();
}

std::size_t seat::used_places() const {
    return std::min<std::size_t>(board.capacity(), facts.counts.numbers_given.value());
}

void seat::sweep() {
    facts.is_served.store(false, std::memory_order_release);
    for (std::size_t place = 0; place < used_places(); ++place) board.sweep(place);
    auto& counts = facts.counts;
    counts.closed.add(counts.opened.value() - std::min(counts.opened.value(), counts.closed.value()));
    counts.backlog_bytes.set(0);
    counts.unfinished_bytes.set(0);
}

// ---------------------------------------------------------------- the group

group_state::group_state(pushwire::options with, unsigned servers, unsigned mailbox_count)
    : options{std::move(with)} {
    check(options);
    require(options.workers == 1, one_worker_each);
    require(!options.listen.empty(), "there is no address to listen on");
    require(servers >= 1 && servers <= most_processes, "a group has 1 to 1023 servers");
    require(mailbox_count <= most_processes, "a group has at most 1023 mailboxes beside its servers");
    (void)share_memory(options.limits, servers);

    places = bind_all(options, servers, net::bind);
    std::size_t open = servers + mailbox_count;  // the mailboxes' descriptors
    for (const auto& each : places) open += each.listening.sockets.size();
    connections = share_connections(options.limits, 1, servers, open);

    const auto bytes = mailbox_bytes(options.limits);
    try {
        for (unsigned i = 0; i < servers; ++i) {
            seats.push_back(
                std::make_unique<seat>(numbering{i, servers}, board::capacity_for(connections.most), bytes));
        }
        for (unsigned i = 0; i < mailbox_count; ++i) {
            mailboxes.push_back(std::make_unique<net::shared_mailbox>(bytes, 0));
        }
        if (!options.tls.certificates.empty()) ticket_keys = net::tls_ticket_keys::shared();
    } catch (const std::system_error& refused) {
        throw setup_error{
            refused.code(),
            "the system does not grant what a group of " + std::to_string(servers + mailbox_count) +
                " processes shares (" + refused.what() +
                "): ask for fewer, choose a smaller limits.max_mailbox and max_message, or raise "
                "ulimit -n and -v"};
    }
    open_all(places);
}

seat* group_state::owner_of(fd which) const {
    return which ? seats[numbering::worker_of(which, servers())].get() : nullptr;
}

std::optional<board::entry> group_state::look_up(fd which) const {
    const seat* const owner = owner_of(which);
    return owner ? owner->look_up(which) : std::nullopt;
}

std::optional<connection_info> group_state::info(fd which) const {
    const auto known = look_up(which);
    if (!known) return std::nullopt;
    return info_of(*known, net::clock::now(), net::wall_time_point::clock::now(),
                   numbering::worker_of(which, servers()));
}

std::vector<fd> group_state::list_connections() const {
    std::vector<fd> all;
    for (const auto& each : seats) each->board.list_open(each->used_places(), all);
    return all;
}

void group_state::add_to(statistics& sum) const {
    for (const auto& each : seats) each->facts.counts.add_to(sum);
}

bool group_state::send(unsigned to, std::string_view data) {
    if (to < servers()) return group_record{.data = data}.put_into(seats[to]->mail);
    const auto place = to - servers();
    if (place >= mailboxes.size()) return false;
    const auto bytes = std::as_bytes(std::span{data});
    return mailboxes[place]->put({&bytes, 1}, net::shared_mailbox::urgency::common);
}

void group_state::wake_all() {
    for (const auto& each : seats) each->mail.wake();
    for (const auto& each : mailboxes) each->wake();
}

// ---------------------------------------------------------------- calls

push_result group_state::push(fd to, std::string_view data, message_type type) {
    if (const auto refused = reason_not_to_post(look_up(to), data.size(), options.limits)) return *refused;
    if (type == message_type::text && options.check_pushed_text &&
        !protocol::is_utf8(std::as_bytes(std::span{data}))) {
        return push_result::invalid_text;
    }
    const group_record posted{.what = group_record::kind::push, .about = to, .data = data, .type = type};
    return posted.put_into(owner_of(to)->mail) ? push_result::posted : push_result::refused_mailbox;
}

push_result group_state::ping(fd to, std::string_view payload) {
    payload = payload.substr(0, protocol::max_control_payload);
    if (const auto refused = reason_not_to_post(look_up(to), payload.size(), options.limits)) return *refused;
    const group_record posted{.what = group_record::kind::ping, .about = to, .data = payload};
    return posted.put_into(owner_of(to)->mail) ? push_result::posted : push_result::refused_mailbox;
}

subscribe_result group_state::subscribe(fd who, std::string_view topic) {
    if (!look_up(who)) return subscribe_result::unknown_fd;
    if (topic.size() > options.limits.max_topic_name) return subscribe_result::refused;
    const group_record posted{.what = group_record::kind::subscribe, .about = who, .topic = topic};
    return posted.put_into(owner_of(who)->mail) ? subscribe_result::posted : subscribe_result::refused;
}

bool group_state::unsubscribe(fd who, std::string_view topic) {
    if (!look_up(who) || topic.size() > options.limits.max_topic_name) return true;
    const group_record posted{.what = group_record::kind::unsubscribe, .about = who, .topic = topic};
    return posted.put_into(owner_of(who)->mail);
}

bool group_state::disconnect(fd which, std::uint16_t code, std::string_view reason) {
    if (!look_up(which)) return true;
    const group_record posted{.what = group_record::kind::disconnect,
                              .about = which,
                              .data = reason.substr(0, most_of_a_reason),
                              .code = code};
    return posted.put_into(owner_of(which)->mail);
}

bool group_state::publish(unsigned from, std::string_view topic, std::string_view data, message_type type) {
    const group_record posted{
        .what = group_record::kind::publish, .data = data, .topic = topic, .type = type};
    bool all = true;
    for (const auto& each : seats) {
        // Where nobody serves, nobody subscribes.
        if (each->numbers.worker == from || !each->facts.is_served.load(std::memory_order_acquire)) continue;
        if (!posted.put_into(each->mail)) all = false;
    }
    return all;
}

// ---------------------------------------------------------------- what is read from a board

std::optional<push_result> reason_not_to_post(const std::optional<board::entry>& known, std::size_t bytes,
                                              const limits& limits) {
    if (!known) return push_result::unknown_fd;
    if (!known->now.open) return push_result::closing;
    const auto waits = known->now.queued_bytes;
    if (limits.when_backlog_full == backlog_policy::refuse && waits != 0 &&
        waits + bytes > limits.max_backlog) {
        return push_result::refused_backlog;
    }
    return std::nullopt;
}

connection_info info_of(const board::entry& known, net::time_point now, net::wall_time_point wall_time,
                        unsigned worker) {
    const auto silence = now - known.now.last_received;
    return {known.fd,
            net::to_string(known.remote),
            known.remote.port,
            known.connected_at,
            wall_time - std::chrono::duration_cast<std::chrono::system_clock::duration>(silence),
            known.now.queued_bytes,
            worker};
}

}  // namespace pushwire::engine
