// Servers in processes of their own: what one of them, or their parent, may know of the others' connections, and do with them.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <pushwire/server_group.hpp>

#include <gmock/gmock.h>
#include <poll.h>
#include <signal.h>

#include "net/socket.hpp"
#include "support/child_process.hpp"
#include "support/names_of_results.hpp"
#include "support/running_server.hpp"
#include "support/test_client.hpp"
#include "support/tls_client.hpp"
#include "support/tls_files.hpp"

namespace pushwire {
namespace {

using namespace std::chrono_literals;
using support::child_process;
using testing::name;
using testing::test_client;
using ::testing::UnorderedElementsAre;

std::string next_word(std::string_view& line) {
    const auto end = std::min(line.find(' '), line.size());
    const std::string word{line.substr(0, end)};
    line.remove_prefix(std::min(end + 1, line.size()));
    return word;
}

fd next_fd(std::string_view& line) {
    return fd{std::stoull(next_word(line))};
}

std::string list(std::vector<fd> which) {
    std::ranges::sort(which);
    std::string all;
    for (const auto each : which) all += (all.empty() ? "" : " ") + to_string(each);
    return all;
}

/// Does what a line says, and returns what came of it.
std::string obey(server& self, std::string_view line) {
    const auto what = next_word(line);
    if (what == "push") {
        const auto to = next_fd(line);
        return name(self.push(to, line));
    }
    if (what == "push-bytes") {
        const auto to = next_fd(line);
        return name(self.push(to, std::string(std::stoull(std::string{line}), 'x')));
    }
    if (what == "ping") {
        const auto to = next_fd(line);
        return name(self.ping(to, line));
    }
    if (what == "publish") {
        const auto topic = next_word(line);
        return name(self.publish(topic, line));
    }
    if (what == "subscribe") {
        const auto who = next_fd(line);
        return name(self.subscribe(who, line));
    }
    if (what == "unsubscribe") {
        const auto who = next_fd(line);
        self.unsubscribe(who, line);
        return "done";
    }
    if (what == "disconnect") {
        const auto which = next_fd(line);
        const auto code = std::stoi(next_word(line));
        self.disconnect(which, static_cast<std::uint16_t>(code), line);
        return "done";
    }
    if (what == "exists") return self.exists(next_fd(line)) ? "yes" : "no";
    if (what == "queued") {
        const auto known = self.info(next_fd(line));
        return known ? std::to_string(known->queued_bytes) : "nobody";
    }
    if (what == "info") {
        const auto known = self.info(next_fd(line));
        return known ? known->remote_address + " of " + std::to_string(known->worker) : "nobody";
    }
    if (what == "connections") return list(self.connections());
    if (what == "open") return std::to_string(self.stats().open);
    if (what == "topics") return std::to_string(self.subscriber_count(line));
    if (what == "user") return self.user<int>(next_fd(line)) ? "there" : "not there";
    if (what == "halt") return ::raise(SIGSTOP) == 0 ? "goes on" : "does not halt";
    if (what == "throw") throw std::runtime_error{"as told"};
    if (what == "stop") {
        self.stop(0ms);
        return "stops";
    }
    throw std::runtime_error{"a member is told what it does not know: " + what};
}

/// Members that tell the test what happens to them, and do what it says. The test's mailbox comes after theirs.
class a_group : public ::testing::Test {
  protected:
    static constexpr auto long_enough = 10s;

    std::unique_ptr<server_group> group_;
    std::map<unsigned, child_process> members_;
    std::vector<std::string> told_;  // and not awaited yet

    void make(unsigned servers, options with = {}, unsigned helpers = 0) {
        if (with.listen.empty()) with.listen = {"127.0.0.1:0"};
        with.handle_signals = false;
        group_ =
            std::make_unique<server_group>(testing::on_tested_loop(std::move(with)), servers, 1 + helpers);
    }

    /// From a process that has no other thread.
    void start(unsigned member, const std::function<void(server&)>& set_up = {}) {
        members_.insert_or_assign(member, child_process{[&, member] { serve(member, set_up); }});
        await("ready " + std::to_string(member));
    }
    void start_all() {
        for (unsigned i = 0; i < group_->servers(); ++i) start(i);
    }
    /// It does nothing until it goes on. That it does by itself, so that it stops amid nothing that others wait for.
    void halt(unsigned member) {
        ASSERT_TRUE(group_->send(member, "halt"));
        members_.at(member).await_stop();
    }
    void go_on(unsigned member) {
        members_.at(member).go_on();
        await("answer " + std::to_string(member) + " goes on");
    }
    void kill(unsigned member) { members_.at(member).kill(); }

    /// What a member answers to a line.
    std::string ask(unsigned member, const std::string& line) {
        if (!group_->send(member, line)) return "not sent";
        return await_after("answer " + std::to_string(member) + " ");
    }
    /// Until it answers what is expected: what others did before is on its way.
    void ask_until(unsigned member, const std::string& line, const std::string& expected) {
        const auto give_up = std::chrono::steady_clock::now() + long_enough;
        std::string answer;
        while ((answer = ask(member, line)) != expected) {
            ASSERT_LT(std::chrono::steady_clock::now(), give_up) << line << " still says " << answer;
        }
    }

    void await(const std::string& line) { (void)await_after(line); }
    /// The rest of the first line that begins so.
    std::string await_after(const std::string& beginning) {
        for (std::size_t looked_at = 0;;) {
            for (; looked_at < told_.size(); ++looked_at) {
                if (!told_[looked_at].starts_with(beginning)) continue;
                auto rest = told_[looked_at].substr(beginning.size());
                told_.erase(told_.begin() + static_cast<std::ptrdiff_t>(looked_at));
                return rest;
            }
            auto next = group_->receive(group_->servers(), long_enough);
            if (!next) {
                std::string all;
                for (const auto& each : told_) all += "\n  " + each;
                throw std::runtime_error{"\"" + beginning + "\" did not come, but" + all};
            }
            told_.push_back(std::move(*next));
        }
    }

    struct client {
        fd number;
        unsigned member;
        std::unique_ptr<test_client> end;
    };
    client connect(const std::string& path = "/") {
        auto end = std::make_unique<test_client>(group_->port(), path);
        const auto told = await_after("open ");
        std::istringstream words{told};
        unsigned member = 0;
        std::uint64_t number = 0;
        words >> member >> number;
        return {fd{number}, member, std::move(end)};
    }
    /// The kernel spreads them by chance: so many come until this member has one.
    client connect_to(unsigned member) {
        for (int i = 0; i < 200; ++i) {
            auto made = connect();
            if (made.member == member) return made;
            passed_over_.push_back(std::move(made));
        }
        throw std::runtime_error{"no connection comes to the member"};
    }
    std::vector<client> passed_over_;

    void await_end_of_all() {
        for (auto& [member, process] : members_) (void)ask(member, "stop");
        for (auto& [member, process] : members_) EXPECT_EQ(process.await_end(), 0) << "member " << member;
        members_.clear();
    }

  private:
    void tell(const std::string& line) {
        if (!group_->send(group_->servers(), line)) ::_exit(2);
    }
    void serve(unsigned member, const std::function<void(server&)>& set_up) {
        server self{*group_, member};
        const auto me = std::to_string(member);
        self.on_open([&, me](server&, const request& r) { tell("open " + me + " " + to_string(r.fd)); });
        self.on_message(
            [&, me](server&, const message& m) { tell("message " + me + " " + std::string{m.data}); });
        self.on_close(
            [&, me](server&, fd which, const close_info&) { tell("close " + me + " " + to_string(which)); });
        self.on_error([&, me](server&, const error_report& report) {
            tell("error " + me + " " + std::string{report.where} + ": " + report.what);
        });
        self.on_refused([&, me](server&, fd which, std::size_t bytes) {
            tell("refused " + me + " " + to_string(which) + " " + std::to_string(bytes));
        });
        self.on_group_message([&, me](server& s, std::string_view line) {
            if (!line.starts_with("ignore")) tell("answer " + me + " " + obey(s, line));
        });
        if (set_up) set_up(self);
        self.listen();
        tell("ready " + me);
        self.start();
    }
};

TEST_F(a_group, gives_numbers_that_tell_the_member) {
    make(3);
    start_all();

    for (unsigned member : {0u, 1u, 2u}) {
        const auto found = connect_to(member);
        EXPECT_EQ((found.number.number() - 1) % 3, member);
    }
    await_end_of_all();
}

TEST_F(a_group, pushes_to_the_connections_of_another_member) {
    make(2);
    start_all();
    const auto a = connect_to(0);
    const auto b = connect_to(1);
    const auto to_b = to_string(b.number);

    EXPECT_EQ(ask(1, "push " + to_b + " from its own"), "accepted");
    EXPECT_EQ(b.end->read_text(), "from its own");
    EXPECT_EQ(ask(0, "push " + to_b + " from the other"), "posted");
    EXPECT_EQ(b.end->read_text(), "from the other");
    EXPECT_EQ(ask(1, "push " + to_string(a.number) + " and back"), "posted");
    EXPECT_EQ(a.end->read_text(), "and back");
    EXPECT_EQ(ask(0, "push " + to_b + " \xff"), "invalid_text");
    EXPECT_EQ(ask(0, "push 1000000 nobody's"), "unknown_fd");
    EXPECT_EQ(ask(0, "push 1000001 nobody's"), "unknown_fd");

    EXPECT_EQ(ask(0, "push-bytes " + to_b + " 3000000"), "posted") << "as large as messages may be, and more";
    EXPECT_EQ(b.end->read_text().size(), 3'000'000u);
    await_end_of_all();
}

TEST_F(a_group, disconnects_the_connections_of_another_member) {
    make(2);
    start_all();
    const auto b = connect_to(1);
    const std::string reason(200, 'r');

    EXPECT_EQ(ask(0, "push " + to_string(b.number) + " before"), "posted");
    EXPECT_EQ(ask(0, "disconnect " + to_string(b.number) + " 4001 " + reason), "done");

    EXPECT_EQ(b.end->read_text(), "before") << "calls about one connection keep their order";
    const auto close = b.end->read_close();
    EXPECT_EQ(close.close_code(), 4001);
    EXPECT_EQ(close.close_reason(), reason.substr(0, 123));
    EXPECT_EQ(ask(0, "disconnect 1000000 4001 nobody"), "done");
    await_end_of_all();
}

TEST_F(a_group, knows_of_the_connections_of_all_members) {
    make(2);
    start_all();
    const auto a = connect_to(0);
    auto b = connect_to(1);
    std::vector<fd> all{a.number, b.number};
    for (const auto& each : passed_over_) all.push_back(each.number);

    for (const unsigned asked : {0u, 1u}) {
        EXPECT_EQ(ask(asked, "exists " + to_string(a.number)), "yes");
        EXPECT_EQ(ask(asked, "exists " + to_string(b.number)), "yes");
        EXPECT_EQ(ask(asked, "exists 1000000"), "no");
        EXPECT_EQ(ask(asked, "exists 1000001"), "no");
        EXPECT_EQ(ask(asked, "info " + to_string(a.number)), "127.0.0.1 of 0");
        EXPECT_EQ(ask(asked, "info " + to_string(b.number)), "127.0.0.1 of 1");
        EXPECT_EQ(ask(asked, "info 1000000"), "nobody");
        EXPECT_EQ(ask(asked, "connections"), list(all));
        EXPECT_EQ(ask(asked, "open"), std::to_string(all.size()));
    }
    EXPECT_EQ(ask(0, "user " + to_string(b.number)), "not there");
    EXPECT_EQ(list(group_->connections()), list(all));
    EXPECT_EQ(group_->stats().open, all.size());
    const auto known = group_->info(b.number);
    ASSERT_TRUE(known);
    EXPECT_EQ(known->worker, 1u);
    EXPECT_LT(std::chrono::system_clock::now() - known->last_received, 20s);
    EXPECT_EQ(group_->info(fd{1'000'000}), std::nullopt);
    EXPECT_EQ(group_->info(fd{}), std::nullopt);

    b.end->send_close(1000);
    await("close 1 " + to_string(b.number));
    EXPECT_EQ(ask(0, "exists " + to_string(b.number)), "no");
    EXPECT_EQ(group_->stats().open, all.size() - 1);
    await_end_of_all();
    EXPECT_EQ(list(group_->connections()), "");
}

TEST_F(a_group, resumes_the_tls_session_that_another_member_began) {
    support::tls_files files;
    options with;
    with.tls = files.options();
    make(2, with);
    start_all();
    const support::tls_client first{group_->port(), "/"};
    const auto begun_by = await_after("open ").front();

    for (auto member = begun_by; member == begun_by;) {  // the kernel spreads them by chance
        const support::tls_client next{group_->port(), "/", &first};
        member = await_after("open ").front();
        EXPECT_TRUE(next.is_resumed()) << "by member " << member;
    }
    await_end_of_all();
}

TEST_F(a_group, publishes_to_the_subscribers_of_all_members) {
    make(2);
    start_all();
    const auto a = connect_to(0);
    const auto b = connect_to(1);

    EXPECT_EQ(ask(0, "subscribe " + to_string(a.number) + " news"), "subscribed");
    EXPECT_EQ(ask(0, "subscribe " + to_string(b.number) + " news"), "posted");
    EXPECT_EQ(ask(0, "subscribe " + to_string(b.number) + " " + std::string(1025, 'n')), "refused");
    EXPECT_EQ(ask(0, "subscribe 1000000 news"), "unknown_fd");
    EXPECT_EQ(ask(0, "publish news first"), "accepted");
    EXPECT_EQ(a.end->read_text(), "first");
    EXPECT_EQ(b.end->read_text(), "first");
    EXPECT_EQ(ask(0, "publish news \xff"), "invalid_text");
    EXPECT_EQ(ask(0, "topics news"), "1") << "its own";

    EXPECT_EQ(ask(0, "unsubscribe " + to_string(b.number) + " news"), "done");
    EXPECT_EQ(ask(0, "publish news second"), "accepted");
    EXPECT_EQ(ask(0, "push " + to_string(b.number) + " last"), "posted");
    EXPECT_EQ(a.end->read_text(), "second");
    EXPECT_EQ(b.end->read_text(), "last");
    await_end_of_all();
}

TEST_F(a_group, does_for_a_process_that_is_no_server_what_members_do_for_each_other) {
    make(2);
    start_all();
    const auto a = connect_to(0);
    const auto b = connect_to(1);
    const fd nobody{1'000'000};

    EXPECT_TRUE(group_->exists(a.number));
    EXPECT_FALSE(group_->exists(nobody));
    EXPECT_EQ(group_->push(a.number, "pushed"), push_result::posted);
    EXPECT_EQ(a.end->read_text(), "pushed");
    EXPECT_EQ(group_->push(a.number, "\xff"), push_result::invalid_text);
    EXPECT_EQ(group_->push(nobody, "pushed"), push_result::unknown_fd);
    EXPECT_EQ(group_->ping(b.number, "payload"), push_result::posted);
    EXPECT_EQ(b.end->read_frame().payload, "payload");

    for (const auto* each : {&a, &b}) {
        EXPECT_EQ(group_->subscribe(each->number, "news"), subscribe_result::posted);
    }
    EXPECT_EQ(group_->subscribe(nobody, "news"), subscribe_result::unknown_fd);
    EXPECT_EQ(group_->publish("news", "to both"), push_result::posted);
    group_->unsubscribe(b.number, "news");
    EXPECT_EQ(group_->publish("news", "to one"), push_result::posted);
    EXPECT_EQ(group_->publish("news", "\xff"), push_result::invalid_text);
    for (const auto* each : {&a, &b}) EXPECT_EQ(each->end->read_text(), "to both");
    EXPECT_EQ(a.end->read_text(), "to one");
    group_->disconnect(b.number, 4001, "told from outside");
    EXPECT_EQ(b.end->read_close().close_code(), 4001);
    await_end_of_all();
}

TEST_F(a_group, sends_to_members_and_mailboxes) {
    make(2, {}, 1);
    start_all();
    child_process helper{[&] {
        for (;;) {
            const auto got = group_->receive(3, long_enough);
            if (!got || *got == "end") return;
            if (!group_->send(2, "helped " + *got)) throw std::runtime_error{"refused"};
        }
    }};

    EXPECT_TRUE(group_->send(3, "a thing"));
    await("helped a thing");
    EXPECT_TRUE(group_->send(3, ""));
    await("helped ");
    EXPECT_FALSE(group_->send(4, "nobody's"));
    EXPECT_EQ(group_->receive(1, 0ms), std::nullopt) << "that is a server's";
    EXPECT_EQ(group_->receive(4, 0ms), std::nullopt);
    EXPECT_EQ(group_->receive(2, 0ms), std::nullopt);
    EXPECT_TRUE(group_->send(3, "end"));
    EXPECT_EQ(helper.await_end(), 0);

    EXPECT_TRUE(group_->send(1, "throw"));
    await("error 1 on_group_message: as told");
    EXPECT_EQ(ask(1, "open"), "0");
    await_end_of_all();
}

TEST_F(a_group, pings_the_connections_of_another_member) {
    make(2);
    start_all();
    const auto b = connect_to(1);

    EXPECT_EQ(ask(0, "ping " + to_string(b.number) + " still there?"), "posted");
    const auto ping = b.end->read_frame();
    EXPECT_EQ(ping.opcode, protocol::opcode::ping);
    EXPECT_EQ(ping.payload, "still there?");
    EXPECT_EQ(ask(0, "ping 1000000 nobody"), "unknown_fd");
    await_end_of_all();
}

// ---------------------------------------------------------------- bounds

TEST_F(a_group, refuses_at_once_what_would_not_fit_the_backlog_of_another_member_s_connection) {
    make(2);
    start_all();
    const auto b = connect_to(1);
    const auto to_b = to_string(b.number);
    EXPECT_EQ(ask(1, "push-bytes " + to_b + " 16000000"), "accepted");
    // Until the turn is over in which that was told.
    const auto give_up = std::chrono::steady_clock::now() + long_enough;
    while (group_->info(b.number)->queued_bytes == 0) ASSERT_LT(std::chrono::steady_clock::now(), give_up);

    EXPECT_EQ(ask(0, "push-bytes " + to_b + " 1048576"), "refused_backlog");
    await_end_of_all();
}

TEST_F(a_group, tells_who_has_the_connection_of_what_is_refused_after_all) {
    make(2);
    start_all();
    const auto b = connect_to(1);
    ask_until(0, "queued " + to_string(b.number), "0");  // the answer to its handshake has left
    halt(1);
    EXPECT_EQ(ask(0, "push-bytes " + to_string(b.number) + " 16000000"), "posted");
    EXPECT_EQ(ask(0, "push-bytes " + to_string(b.number) + " 7000000"), "posted");
    go_on(1);

    EXPECT_EQ(await_after("refused "), "1 " + to_string(b.number) + " 7000000");
    await_end_of_all();
}

TEST_F(a_group, refuses_what_does_not_fit_a_mailbox_but_control_calls_fit) {
    options with;
    with.limits.max_message = 8 << 10;
    with.limits.max_mailbox = 64 << 10;
    make(2, with);
    start_all();
    const auto a = connect_to(0);
    const auto b = connect_to(1);
    const auto to_b = to_string(b.number);
    EXPECT_EQ(ask(0, "subscribe " + to_b + " news"), "posted");
    EXPECT_EQ(ask(0, "subscribe " + to_string(a.number) + " news"), "subscribed");
    ask_until(1, "topics news", "1");
    halt(1);

    int posted = 0;
    for (; posted < 10 && ask(0, "push-bytes " + to_b + " 8192") == "posted"; ++posted) {
    }
    EXPECT_EQ(posted, 7) << "64 KiB, with what is said about each";
    EXPECT_EQ(ask(0, "push-bytes " + to_b + " 8192"), "refused_mailbox");
    EXPECT_EQ(ask(0, "publish news " + std::string(8000, 'n')), "refused_mailbox");
    EXPECT_EQ(a.end->read_text().size(), 8000u) << "its own have got it";
    EXPECT_FALSE(group_->send(1, std::string(8192, 'x')));

    EXPECT_EQ(ask(0, "unsubscribe " + to_b + " news"), "done");
    EXPECT_EQ(ask(0, "disconnect " + to_b + " 4001 control"), "done");
    // The room for those is bounded, too.
    const std::string topic(1000, 't');
    std::string said;
    for (int i = 0; i < 2000 && (said = ask(0, "subscribe " + to_b + " " + topic)) == "posted"; ++i) {
    }
    EXPECT_EQ(said, "refused");
    EXPECT_EQ(ask(0, "unsubscribe " + to_b + " " + topic), "done");
    EXPECT_THAT(await_after("error 0 unsubscribe: "), ::testing::StartsWith("the mailbox of the member"));

    go_on(1);
    for (int i = 0; i < posted; ++i) EXPECT_EQ(b.end->read_text().size(), 8192u);
    EXPECT_EQ(b.end->read_close().close_code(), 4001);
    await_end_of_all();
}

TEST_F(a_group, shares_out_the_connections_that_are_allowed) {
    options with;
    with.limits.max_connections = 4;
    make(2, with);
    start_all();

    std::vector<std::unique_ptr<test_client>> all;
    int refused = 0;
    for (int i = 0; i < 64; ++i) {
        all.push_back(std::make_unique<test_client>(group_->port()));
        try {
            all.back()->open("/");
        } catch (const std::runtime_error& failed) {
            EXPECT_THAT(failed.what(), ::testing::HasSubstr("503"));
            ++refused;
        }
    }
    EXPECT_EQ(refused, 60);
    EXPECT_EQ(group_->stats().open, 4u);
    await_end_of_all();
}

// ---------------------------------------------------------------- who dies, and who comes after

TEST_F(a_group, goes_on_with_a_successor_of_a_member_that_was_killed) {
    make(2);
    start_all();
    const auto a = connect_to(0);
    const auto b = connect_to(1);
    const auto to_b = to_string(b.number);
    std::size_t alive = 1;
    for (const auto& each : passed_over_) alive += each.member == 0 ? 1 : 0;

    kill(1);
    group_->clear(1);
    EXPECT_EQ(ask(0, "exists " + to_b), "no");
    EXPECT_EQ(ask(0, "info " + to_b), "nobody");
    EXPECT_EQ(ask(0, "push " + to_b + " too late"), "unknown_fd");
    EXPECT_EQ(ask(0, "open"), std::to_string(alive));
    EXPECT_EQ(group_->connections().size(), alive);
    EXPECT_EQ(group_->stats().open, alive);
    EXPECT_EQ(ask(0, "publish news meanwhile"), "accepted");

    // Who comes to it meanwhile waits: some of these do, as the kernel gives each member its share.
    std::vector<std::unique_ptr<test_client>> waiting;
    for (int i = 0; i < 32; ++i) {
        waiting.push_back(std::make_unique<test_client>(group_->port()));
        waiting.back()->send_raw(
            "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    }
    (void)ask(0, "open");
    start(1);
    for (const auto& each : waiting) EXPECT_THAT(each->read_head(), ::testing::StartsWith("HTTP/1.1 101 "));

    std::size_t of_successor = 0;
    std::vector<fd> numbers;
    for (int i = 0; i < 32; ++i) {
        std::istringstream words{await_after("open ")};
        unsigned member = 0;
        std::uint64_t number = 0;
        words >> member >> number;
        if (member != 1) continue;
        ++of_successor;
        EXPECT_EQ((number - 1) % 2, 1u);
        EXPECT_GT(number, b.number.number()) << "never used twice";
    }
    EXPECT_GE(of_successor, 1u);
    EXPECT_EQ(group_->stats().open, alive + 32);
    EXPECT_EQ(group_->connections().size(), alive + 32);

    const auto c = connect_to(1);
    EXPECT_EQ(ask(0, "push " + to_string(c.number) + " welcome"), "posted");
    EXPECT_EQ(c.end->read_text(), "welcome");
    EXPECT_EQ(ask(1, "push " + to_string(a.number) + " hello"), "posted");
    EXPECT_EQ(a.end->read_text(), "hello");
    await_end_of_all();
}

TEST_F(a_group, keeps_who_comes_to_its_only_server_while_that_is_replaced) {
    make(1);
    start(0);
    const auto first = connect();
    EXPECT_EQ(first.number, fd{1});
    kill(0);
    test_client second{group_->port()};
    second.send_raw(
        "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");

    start(0);  // also without `clear`, nothing of the former is left

    EXPECT_THAT(second.read_head(), ::testing::StartsWith("HTTP/1.1 101 "));
    await("open 0 2");
    EXPECT_EQ(ask(0, "exists 1"), "no");
    EXPECT_EQ(ask(0, "open"), "1");
    await_end_of_all();

    test_client third{group_->port()};
    start(0);
    third.open("/");
    await("open 0 3");
    await_end_of_all();
}

TEST_F(a_group, gives_a_successor_what_was_sent_to_who_died_before_taking_it) {
    make(2);
    start_all();
    const auto b = connect_to(1);
    halt(1);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(group_->send(1, "exists " + to_string(b.number)));
    EXPECT_EQ(ask(0, "push " + to_string(b.number) + " to who is gone then"), "posted");
    kill(1);
    group_->clear(1);

    start(1);

    for (int i = 0; i < 3; ++i) await("answer 1 no");
    await("refused 1 " + to_string(b.number) + " 19");
    EXPECT_EQ(ask(1, "open"), ask(0, "open"));
    await_end_of_all();
}

TEST_F(a_group, gives_a_successor_a_whole_mailbox) {
    options with;
    with.limits.max_message = 8 << 10;
    with.limits.max_mailbox = 64 << 10;
    make(2, with);
    start_all();
    const std::string more_than_half(40 << 10, ' ');
    ASSERT_TRUE(group_->send(1, "halt " + more_than_half));
    members_.at(1).await_stop();  // with that in hand
    kill(1);
    group_->clear(1);

    start(1);

    EXPECT_EQ(ask(1, "open " + more_than_half), "0");
    await_end_of_all();
}

// Again and again, while another floods them, and at any moment.
TEST_F(a_group, outlives_the_death_of_its_members) {
    options with;
    with.limits.max_message = 8 << 10;
    with.limits.max_mailbox = 64 << 10;
    make(3, with, 1);
    start_all();
    child_process writer{[&] {
        while (!group_->receive(4, 0ms)) {
            for (const unsigned member : {1u, 2u}) (void)group_->send(member, "ignore this");
        }
    }};
    for (unsigned round = 0; round < 20; ++round) {
        const unsigned member = 1 + round % 2;
        ask_until(member, "open", "0");
        kill(member);
        group_->clear(member);
        EXPECT_EQ(ask(0, "open"), "0");
        start(member);
    }
    ask_until(2, "open", "0");
    EXPECT_TRUE(group_->send(4, "end"));
    EXPECT_EQ(writer.await_end(), 0);
    for (const unsigned member : {1u, 2u}) kill(member);
}

// ---------------------------------------------------------------- where it listens

class a_unix_path {
  public:
    a_unix_path() : folder_{make_folder()} {}
    ~a_unix_path() { std::filesystem::remove_all(folder_); }
    [[nodiscard]] std::string get() const { return folder_ + "/socket"; }
    [[nodiscard]] bool exists() const { return std::filesystem::exists(get()); }

  private:
    static std::string make_folder() {
        std::string name = std::filesystem::temp_directory_path() / "pushwire.XXXXXX";
        if (!::mkdtemp(name.data())) throw std::runtime_error{"no folder"};
        return name;
    }
    std::string folder_;
};

TEST_F(a_group, removes_the_path_of_a_unix_socket_when_its_parent_does) {
    const a_unix_path path;
    options with;
    with.listen = {"unix:" + path.get(), "127.0.0.1:0"};
    make(2, with);
    EXPECT_EQ(group_->port(), 0);
    EXPECT_EQ(group_->addresses().front(), "ws+unix:" + path.get());
    start(0, [](server& self) { self.listen(); });
    start(1);
    EXPECT_EQ(ask(0, "stop"), "stops");
    EXPECT_EQ(members_.at(0).await_end(), 0);
    members_.erase(0);
    child_process other{[&] { group_.reset(); }};
    EXPECT_EQ(other.await_end(), 0);
    EXPECT_TRUE(path.exists());

    await_end_of_all();
    group_.reset();
    EXPECT_FALSE(path.exists());
}

std::string refusal_of(options with, unsigned servers) {
    try {
        with.listen = {"127.0.0.1:0"};
        const server_group made{std::move(with), servers};
    } catch (const setup_error& why) {
        return why.what();
    }
    return "none";
}

TEST(server_group, says_what_makes_no_sense) {
    EXPECT_EQ(refusal_of({}, 2), "none");
    for (const unsigned workers : {0u, 2u}) {
        options of_several;
        of_several.workers = workers;
        EXPECT_THAT(refusal_of(of_several, 2), ::testing::HasSubstr("make more servers instead"));
    }
    EXPECT_THAT(refusal_of({}, 0), ::testing::HasSubstr("1 to 1023 servers"));
    options tight;
    tight.limits.max_all_backlogs = tight.limits.max_message + 4096;
    EXPECT_EQ(refusal_of(tight, 1), "none");
    EXPECT_THAT(refusal_of(tight, 2), ::testing::HasSubstr("max_all_backlogs"));

    options anywhere;
    anywhere.listen = {"127.0.0.1:0"};
    server_group group{anywhere, 2};
    EXPECT_THROW((server{group, 2}), setup_error);
    EXPECT_THROW(group.clear(2), setup_error);
    server member{group, 0};
    member.workers(2);
    EXPECT_THROW(member.listen(), setup_error);
    server other{"127.0.0.1", group.port()};
    EXPECT_THROW(other.listen(), setup_error) << "the port is taken";
}

// ---------------------------------------------------------------- inside the loop of another

bool is_readable(int descriptor) {
    pollfd waiting{.fd = descriptor, .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, 0) == 1;
}

TEST(server_group, tells_a_member_inside_another_loop_what_comes_and_not_all_at_once) {
    options anywhere;
    anywhere.listen = {"127.0.0.1:0"};
    server_group group{testing::on_tested_loop(anywhere), 2};
    server member{group, 1};
    std::size_t told = 0;
    member.on_group_message([&](server&, std::string_view) { ++told; });
    const int descriptor = member.descriptor();
    EXPECT_EQ(member.port(), group.port());
    EXPECT_EQ(member.addresses(), group.addresses());
    EXPECT_EQ(member.worker_count(), 1u);
    while (is_readable(descriptor)) ASSERT_TRUE(member.run_once(0ms));

    constexpr std::size_t all = 10'000;
    for (std::size_t i = 0; i < all; ++i) ASSERT_TRUE(group.send(1, "one of them"));
    EXPECT_TRUE(is_readable(descriptor));
    ASSERT_TRUE(member.run_once(0ms));
    EXPECT_GE(told, 1u);
    EXPECT_LT(told, all / 2) << "others have their turn";
    while (is_readable(descriptor)) ASSERT_TRUE(member.run_once(0ms));
    EXPECT_EQ(told, all);
}

}  // namespace
}  // namespace pushwire
