// Servers in processes of their own: what one of them, or their parent, may know of the others' connections, and do with them.

#include <algorithm>
#include <chrono>
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

#include "net/socket.hpp"
#include "support/child_process.hpp"
#include "support/running_server.hpp"
#include "support/test_client.hpp"

namespace pushwire {
namespace {

using namespace std::chrono_literals;
using support::child_process;
using testing::test_client;
using ::testing::UnorderedElementsAre;

std::string text_of(push_result which) {
    switch (which) {
        case push_result::accepted:
            return "accepted";
        case push_result::queued:
            return "queued";
        case push_result::posted:
            return "posted";
        case push_result::refused_backlog:
            return "refused_backlog";
        case push_result::refused_mailbox:
            return "refused_mailbox";
        case push_result::closing:
            return "closing";
        case push_result::unknown_fd:
            return "unknown_fd";
        case push_result::invalid_text:
            return "invalid_text";
    }
    return "?";
}

std::string text_of(subscribe_result which) {
    switch (which) {
        case subscribe_result::subscribed:
            return "subscribed";
        case subscribe_result::already_subscribed:
            return "already_subscribed";
        case subscribe_result::posted:
            return "posted";
        case subscribe_result::refused:
            return "refused";
        case subscribe_result::closing:
            return "closing";
        case subscribe_result::unknown_fd:
            return "unknown_fd";
    }
    return "?";
}

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
        return text_of(self.push(to, line));
    }
    if (what == "push-bytes") {
        const auto to = next_fd(line);
        return text_of(self.push(to, std::string(std::stoull(std::string{line}), 'x')));
    }
    if (what == "ping") {
        const auto to = next_fd(line);
        return text_of(self.ping(to, line));
    }
    if (what == "publish") {
        const auto topic = next_word(line);
        return text_of(self.publish(topic, line));
    }
    if (what == "subscribe") {
        const auto who = next_fd(line);
        return text_of(self.subscribe(who, line));
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
        self.on_group_message(
            [&, me](server& s, std::string_view line) { tell("answer " + me + " " + obey(s, line)); });
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

}  // namespace
}  // namespace pushwire
