// Records from other processes.

#include "net/shared_mailbox.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/time.h>

#include "support/child_process.hpp"

namespace pushwire::net {
namespace {

using namespace std::chrono_literals;
using support::child_process;
using testing::ElementsAre;

constexpr auto common = shared_mailbox::urgency::common;
constexpr auto urgent = shared_mailbox::urgency::urgent;
constexpr auto long_enough = 10s;

bool put(shared_mailbox& to, std::string_view text, shared_mailbox::urgency how = common) {
    const auto bytes = std::as_bytes(std::span{text});
    return to.put({&bytes, 1}, how);
}

std::string take(shared_mailbox& from) {
    const auto record = from.take();
    return record ? std::string{reinterpret_cast<const char*>(record->data()), record->size()} : "nothing";
}

bool is_readable(int descriptor) {
    pollfd waiting{.fd = descriptor, .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, 0) == 1;
}

TEST(shared_mailbox, gives_out_what_other_processes_put_in_its_order) {
    shared_mailbox box{4096, 0};
    child_process other{[&] {
        for (const auto* each : {"one", "", "three"}) {
            if (!put(box, each)) throw std::runtime_error{"refused"};
        }
    }};

    ASSERT_EQ(other.await_end(), 0);

    EXPECT_EQ(take(box), "one");
    EXPECT_EQ(take(box), "");
    EXPECT_EQ(take(box), "three");
    EXPECT_EQ(take(box), "nothing");
}

TEST(shared_mailbox, joins_the_pieces_of_a_record) {
    shared_mailbox box{4096, 0};
    const std::string_view a{"head "}, b{"and data"};
    const std::array pieces{std::as_bytes(std::span{a}), std::as_bytes(std::span{b})};

    ASSERT_TRUE(box.put(pieces, common));

    EXPECT_EQ(take(box), "head and data");
}

// A record of 8 bytes and its length take 16, so that of the others each lies around the end once.
TEST(shared_mailbox, goes_on_at_the_beginning_of_its_ring) {
    shared_mailbox box{1024, 0};
    std::vector<std::string> expected, found;
    expected.emplace_back("ahead");
    ASSERT_TRUE(put(box, expected.back()));
    for (int i = 0; i < 1000; ++i) {
        expected.emplace_back(static_cast<std::size_t>(i % 300), static_cast<char>('a' + i % 26));
        ASSERT_TRUE(put(box, expected.back()));
        found.push_back(take(box));  // it is never empty
    }
    found.push_back(take(box));

    EXPECT_EQ(found, expected);
}

TEST(shared_mailbox, refuses_what_does_not_fit_and_keeps_room_for_urgent_records) {
    shared_mailbox box{160, 64};
    const std::string half(64, 'x');  // 72 bytes with its length
    EXPECT_FALSE(put(box, std::string(153, 'x'))) << "never fits";
    ASSERT_TRUE(put(box, half));
    ASSERT_TRUE(put(box, half));

    EXPECT_FALSE(put(box, half));
    EXPECT_FALSE(put(box, std::string(9, 'x')));
    EXPECT_TRUE(put(box, half, urgent));
    EXPECT_FALSE(put(box, half, urgent)) << "that room is bounded, too";

    for (int i = 0; i < 3; ++i) EXPECT_EQ(take(box), half);
    EXPECT_EQ(take(box), "nothing");
    EXPECT_TRUE(put(box, half));
}

TEST(shared_mailbox, gives_room_back_when_a_record_is_released) {
    shared_mailbox box{64, 0};
    const std::string all(56, 'x');
    ASSERT_TRUE(put(box, all));

    const auto record = box.take();
    ASSERT_TRUE(record);
    EXPECT_FALSE(put(box, "more"));
    EXPECT_EQ(std::memcmp(record->data(), all.data(), all.size()), 0);

    box.release();
    EXPECT_TRUE(put(box, all));
}

std::size_t shared_resident_bytes() {
    std::ifstream file{"/proc/self/statm"};
    std::size_t size = 0, resident = 0, shared = 0;
    file >> size >> resident >> shared;
    return shared * 4096;
}

TEST(shared_mailbox, leaves_little_memory_behind_however_much_went_through_it) {
    shared_mailbox box{std::size_t{64} << 20, 0};
    const std::string large(std::size_t{1} << 20, 'x');
    ASSERT_TRUE(put(box, large));
    ASSERT_EQ(take(box), large);
    (void)take(box);
    const auto before = shared_resident_bytes();

    for (int i = 0; i < 1000; ++i) {
        ASSERT_TRUE(put(box, std::string_view{large}.substr(0, 4096)));
        (void)take(box);
        (void)take(box);
    }
    EXPECT_LE(shared_resident_bytes(), before + (std::size_t{256} << 10)) << "4 MB, one by one";

    for (int i = 0; i < 32; ++i) ASSERT_TRUE(put(box, large));
    EXPECT_GE(shared_resident_bytes(), before + 31 * large.size());
    for (int i = 0; i < 32; ++i) ASSERT_EQ(take(box), large);
    ASSERT_EQ(take(box), "nothing");
    EXPECT_LE(shared_resident_bytes(), before + (std::size_t{256} << 10)) << "32 MB at once";
    ASSERT_TRUE(put(box, large));
    EXPECT_EQ(take(box), large);
}

// ---------------------------------------------------------------- waking

TEST(shared_mailbox, wakes_its_receiver_once_until_that_has_seen_it) {
    shared_mailbox box{4096, 0};
    waker receiver{box.waking()};
    EXPECT_FALSE(is_readable(receiver.descriptor()));
    ASSERT_TRUE(put(box, "one"));
    EXPECT_TRUE(is_readable(receiver.descriptor()));
    std::uint64_t times = 0;

    ASSERT_TRUE(put(box, "two"));
    ASSERT_EQ(::read(receiver.descriptor(), &times, sizeof times), 8);
    EXPECT_EQ(times, 1u);

    receiver.has_woken();
    ASSERT_TRUE(put(box, "three"));
    EXPECT_TRUE(is_readable(receiver.descriptor()));
}

TEST(shared_mailbox, is_awake_for_who_adopts_it) {
    shared_mailbox box{4096, 0};
    ASSERT_TRUE(put(box, "one"));
    ASSERT_TRUE(put(box, "two"));
    // Its receiver has heard of them, takes one, and dies amid it.
    child_process receiver{[&] {
        std::uint64_t times = 0;
        if (::read(box.waking().descriptor, &times, sizeof times) != 8 || take(box) != "one")
            throw std::runtime_error{"not there"};
    }};
    ASSERT_EQ(receiver.await_end(), 0);
    ASSERT_FALSE(is_readable(box.waking().descriptor));

    box.adopt();

    EXPECT_TRUE(is_readable(box.waking().descriptor));
    EXPECT_EQ(take(box), "two") << "none comes twice";
    EXPECT_EQ(take(box), "nothing");
}

TEST(shared_mailbox, has_the_room_again_of_what_its_receiver_had_in_hand_when_it_died) {
    shared_mailbox box{4096, 0};
    const std::string all(4088, 'x');
    ASSERT_TRUE(put(box, all));
    child_process receiver{[&] {
        if (!box.take()) throw std::runtime_error{"not there"};
    }};
    ASSERT_EQ(receiver.await_end(), 0);
    ASSERT_FALSE(put(box, all));

    box.adopt();

    EXPECT_TRUE(put(box, all));
}

TEST(shared_mailbox, waits_for_a_record_without_a_loop) {
    shared_mailbox box{4096, 0};
    EXPECT_EQ(box.receive(0ms), std::nullopt);
    EXPECT_EQ(box.receive(20ms), std::nullopt);
    shared_mailbox go{4096, 0};
    child_process other{[&] {
        for (int i = 0; i < 100; ++i) {
            if (go.receive(long_enough) != "go" || !put(box, std::to_string(i)))
                throw std::runtime_error{"not told, or refused"};
        }
    }};

    for (int i = 0; i < 100; ++i) {
        ASSERT_TRUE(put(go, "go"));
        ASSERT_EQ(box.receive(long_enough), std::to_string(i));
    }
    EXPECT_EQ(other.await_end(), 0);
}

TEST(shared_mailbox, ends_a_wait_when_a_signal_comes) {
    shared_mailbox box{4096, 0};
    struct sigaction act{}, before{};
    act.sa_handler = [](int) {};
    ::sigaction(SIGALRM, &act, &before);
    const itimerval soon{.it_interval = {0, 10'000}, .it_value = {0, 10'000}};
    ::setitimer(ITIMER_REAL, &soon, nullptr);

    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(box.receive(long_enough), std::nullopt);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, long_enough);

    const itimerval never{};
    ::setitimer(ITIMER_REAL, &never, nullptr);
    ::sigaction(SIGALRM, &before, nullptr);
}

// ---------------------------------------------------------------- who dies

// To read from here stops, or kills, the process: so it is amid a put, and has the lock.
class unreadable_bytes {
  public:
    explicit unreadable_bytes(int then)
        : page_{::mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)} {
        fate = then;
        struct sigaction act{};
        act.sa_handler = [](int) { ::kill(::getpid(), fate); };
        ::sigaction(SIGSEGV, &act, nullptr);
    }

    [[nodiscard]] std::span<const std::byte> get() const {
        return {static_cast<const std::byte*>(page_), size};
    }

  private:
    static constexpr std::size_t size = 4096;
    static inline int fate = 0;
    void* page_;
};

void put_until_then(shared_mailbox& to, int signal) {
    const unreadable_bytes last{signal};
    const std::string_view text{"half of a record"};
    const std::array pieces{std::as_bytes(std::span{text}), last.get()};
    (void)to.put(pieces, common);
}

TEST(shared_mailbox, does_not_notice_who_is_killed_amid_a_put) {
    shared_mailbox box{std::size_t{1} << 20, 0};
    ASSERT_TRUE(put(box, "before"));
    child_process other{[&] { put_until_then(box, SIGKILL); }};
    ASSERT_EQ(other.await_end(), -SIGKILL);

    ASSERT_TRUE(put(box, "after"));

    EXPECT_EQ(take(box), "before");
    EXPECT_EQ(take(box), "after");
    EXPECT_EQ(take(box), "nothing");
}

TEST(shared_mailbox, wakes_its_receiver_though_who_should_have_was_killed) {
    shared_mailbox box{std::size_t{1} << 20, 0};
    // One that has said that it wakes the receiver, and has not: killed amid a put, it has the lock, too.
    child_process other{[&] {
        box.waking().woken->store(true);
        put_until_then(box, SIGKILL);
    }};
    ASSERT_EQ(other.await_end(), -SIGKILL);
    ASSERT_FALSE(is_readable(box.waking().descriptor));

    ASSERT_TRUE(put(box, "after"));

    EXPECT_TRUE(is_readable(box.waking().descriptor));
}

TEST(shared_mailbox, wakes_its_receiver_in_any_case_when_asked_to) {
    shared_mailbox box{4096, 0};
    child_process other{[&] { box.waking().woken->store(true); }};  // and no more, as if killed then
    ASSERT_EQ(other.await_end(), 0);
    ASSERT_TRUE(put(box, "unheard"));
    ASSERT_FALSE(is_readable(box.waking().descriptor));

    box.wake();

    EXPECT_TRUE(is_readable(box.waking().descriptor));
}

TEST(shared_mailbox, waits_only_so_long_for_who_was_stopped_amid_a_put) {
    shared_mailbox box{std::size_t{1} << 20, 0};
    child_process other{[&] { put_until_then(box, SIGSTOP); }};
    other.await_stop();

    EXPECT_FALSE(put(box, "meanwhile"));
    EXPECT_EQ(take(box), "nothing");

    other.kill();
    EXPECT_TRUE(put(box, "afterwards"));
    EXPECT_EQ(take(box), "afterwards");
}

TEST(shared_mailbox, has_only_whole_records_of_those_who_are_killed_at_any_moment) {
    shared_mailbox box{std::size_t{1} << 16, 0};
    const auto letter = [](std::size_t i) { return static_cast<char>('a' + i % 26); };
    std::size_t taken = 0;
    for (int round = 0; round < 30; ++round) {
        child_process other{[&] {
            for (std::size_t i = 0;; ++i) (void)put(box, std::string(i % 5000, letter(i % 5000)));
        }};
        for (std::size_t some = 0; some < 200;) {
            const auto record = take(box);
            if (record == "nothing") continue;
            ASSERT_EQ(record, std::string(record.size(), letter(record.size())));
            ++some;
            ++taken;
        }
        other.kill();
    }
    while (take(box) != "nothing") {
    }
    EXPECT_TRUE(put(box, "still works"));
    EXPECT_EQ(take(box), "still works");
    EXPECT_EQ(taken, 30u * 200u);
}

TEST(shared_mailbox, keeps_the_order_of_each_of_many_threads) {
    constexpr std::size_t threads = 4;
    constexpr int records = 5000;
    shared_mailbox box{1 << 14, 0};
    std::array<std::thread, threads> senders;
    for (std::size_t who = 0; who < threads; ++who) {
        senders[who] = std::thread{[&, who] {
            for (int i = 0; i < records; ++i) {
                while (!put(box, std::to_string(who) + " " + std::to_string(i))) std::this_thread::yield();
            }
        }};
    }
    std::array<int, threads> next{};
    for (std::size_t got = 0; got < threads * records; ++got) {
        const auto record = box.receive(long_enough);
        ASSERT_TRUE(record);
        const auto who = static_cast<std::size_t>(record->front() - '0');
        ASSERT_EQ(record->substr(2), std::to_string(next[who]++));
    }
    for (auto& each : senders) each.join();
}

}  // namespace
}  // namespace pushwire::net
