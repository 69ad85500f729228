// Several workers under load from all sides at once: clients come and go in every way, other threads push, publish,
// subscribe, disconnect and ask, and in the end the server drains and is stopped meanwhile. ThreadSanitizer finds here what
// two threads do to each other; what is checked is the contract of the handlers.

#include <atomic>
#include <mutex>
#include <random>
#include <set>

#include <gtest/gtest.h>

#include "support/running_server.hpp"
#include "support/test_client.hpp"

namespace pushwire {
namespace {

using namespace std::chrono_literals;
using testing::running_server;
using testing::test_client;

constexpr unsigned workers = 3;
constexpr unsigned client_threads = 3;
constexpr unsigned visits = 60;  // of each client thread

/// What the handlers say of each connection, checked against their contract.
class register_of_connections {
  public:
    void opened(fd who) {
        const std::lock_guard lock{mutex_};
        EXPECT_TRUE(all_.insert(who).second) << who << " was given out twice";
        EXPECT_TRUE(open_.insert(who).second);
    }
    void spoke(fd who) {
        const std::lock_guard lock{mutex_};
        EXPECT_TRUE(open_.contains(who)) << who << " is not open";
    }
    void closed(fd who) {
        const std::lock_guard lock{mutex_};
        EXPECT_EQ(open_.erase(who), 1u) << who << " was not open";
    }
    [[nodiscard]] std::size_t ever() const {
        const std::lock_guard lock{mutex_};
        return all_.size();
    }
    [[nodiscard]] std::size_t open() const {
        const std::lock_guard lock{mutex_};
        return open_.size();
    }

  private:
    mutable std::mutex mutex_;
    std::set<fd> all_;
    std::set<fd> open_;
};

struct visitor_facts {
    std::string last;  // what the client said
};

void set_up(server& s, register_of_connections& seen) {
    s.user_data<visitor_facts>();
    s.on_open([&](server& self, const request& r) {
        seen.opened(r.fd);
        self.subscribe(r.fd, "all");
        self.after(1ms, [who = r.fd](server& later) { later.push(who, "welcome"); });
    });
    s.on_message([&](server& self, const message& m) {
        seen.spoke(m.fd);
        m.user<visitor_facts>().last = m.data;
        self.push(m.fd, m.data);
        self.publish("all", m.data);
    });
    s.on_close([&](server& self, fd who) {
        EXPECT_NE(self.user<visitor_facts>(who), nullptr);
        seen.closed(who);
    });
    s.on_refused([](server&, fd, std::size_t) {});
}

/// Comes, speaks, listens a little, and leaves in one of the ways there are. The server may have been faster.
void visit(std::uint16_t port, std::mt19937& random) {
    try {
        test_client client{port, "/"};
        for (unsigned i = 0; i < 4; ++i) client.send_text(std::string(random() % 2000, 'x'));
        for (unsigned i = 0; i < 4; ++i) {
            if (client.read_frame().opcode == protocol::opcode::close) break;
        }
        switch (random() % 3) {
            case 0:
                client.send_close(1000);
                while (client.read_frame().opcode != protocol::opcode::close) {
                }
                break;
            case 1:
                client.reset();
                break;
            default:
                client.close();
        }
    } catch (const std::exception&) {
        return;  // it was shown out meanwhile
    }
}

/// Does what any thread may do, to whoever is there.
void meddle(server& s, std::mt19937& random) {
    for (const fd who : s.connections()) {
        switch (random() % 8) {
            case 0:
                s.subscribe(who, "some");
                break;
            case 1:
                s.unsubscribe(who, "all");
                break;
            case 2:
                if (random() % 4 == 0) s.disconnect(who, 4000, "out");
                break;
            case 3:
                if (const auto facts = s.info(who)) {
                    EXPECT_LT(facts->worker, workers);
                }
                break;
            case 4:
                s.post(who, [who](server& self) { self.push(who, "posted"); });
                break;
            case 5:
                s.cancel(s.after(1ms, [](server&) {}));
                break;
            default:
                s.push(who, std::string(random() % 5000, 'y'));
        }
        (void)s.exists(who);
    }
    s.publish("some", "news");
    (void)s.stats();
    std::this_thread::yield();
}

TEST(workers, keep_the_contract_under_load_from_all_sides) {
    register_of_connections seen;
    options with;
    with.workers = workers;
    with.limits.max_backlog = 100'000;
    with.limits.when_backlog_full = backlog_policy::drop_oldest;
    running_server serving{[&](server& s) { set_up(s, seen); }, with};

    std::atomic<bool> over{false};
    std::vector<std::thread> clients;
    std::vector<std::thread> meddlers;
    for (unsigned i = 0; i < client_threads; ++i) {
        clients.emplace_back([&, i] {
            std::mt19937 random{i};
            for (unsigned n = 0; n < visits; ++n) visit(serving.port(), random);
        });
    }
    for (unsigned i = 0; i < 2; ++i) {
        meddlers.emplace_back([&, i] {
            std::mt19937 random{100 + i};
            while (!over) meddle(*serving, random);
        });
    }
    for (auto& each : clients) each.join();

    // Whoever is there now stays, until the drain, hurried by a stop from elsewhere, shows them out amid all the meddling.
    std::vector<std::unique_ptr<test_client>> last;
    for (unsigned i = 0; i < 20; ++i) last.push_back(std::make_unique<test_client>(serving.port(), "/"));
    serving->drain(1h, close_code::service_restart);
    std::thread elsewhere{[&] { serving->stop(500ms); }};
    elsewhere.join();
    serving.await_end();
    over = true;
    for (auto& each : meddlers) each.join();

    EXPECT_GE(seen.ever(), client_threads * visits);
    EXPECT_EQ(seen.open(), 0u) << "each on_open has its on_close";
    EXPECT_EQ(serving->stats().opened, seen.ever());
    EXPECT_EQ(serving->stats().closed, seen.ever());
    EXPECT_TRUE(serving->connections().empty());
}

}  // namespace
}  // namespace pushwire
