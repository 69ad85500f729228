#pragma once
// The loop on io_uring: what is wanted of a socket is asked for once, and completions say what came of it.
//
// What a small message costs is its share of one io_uring_enter, in which the kernel has read it already, and one send. So:
//   - A stream is read by a request that goes on by itself (multishot) where the kernel can bound it, into buffers that
//     it takes when bytes are there, so that an idle stream has none.
//   - A stream that gets much at a time is read as on epoll, by a call when bytes are there: into one buffer that stays in
//     the caches, where the kernel would fill many before the first of them is looked at.
//   - What a stream's state asks for is compared with what is under way when the loop enters the kernel, not before:
//     a pause that ends in the same turn costs nothing, and all requests of a turn leave with the wait.
//   - Small sends of a batch leave together, in one call (loop_uring_batch.cpp); the others are calls of their own. Either
//     kind nearly always takes everything, and then all is over at once.
//   - Connections are accepted as on epoll, when the kernel says that some wait. A multishot accept does not tell their
//     addresses, and asking for them costs the call that it saves; it would also accept while nobody wants them.
//
// A request holds on to its stream: `on_closed` waits until the last one has completed. A listener can be gone before
// its request is, so that one names a record of the loop's in its place.
//
// The ring is of the thread that turns the loop first. When that is done with it, another may turn it to close what is
// left: it then does without a ring.

#include <memory>
#include <vector>

#include "net/loop_uring_request.hpp"
#include "net/socket.hpp"
#include "net/socket_loop.hpp"
#include "net/uring.hpp"

namespace pushwire::net {

class loop_uring final : public socket_loop {
  public:
    /// Throws pushwire::setup_error, as uring does, and std::system_error.
    explicit loop_uring(const shared_wake& by = {});
    ~loop_uring() override;

    [[nodiscard]] const char* name() const override { return "io_uring"; }
    [[nodiscard]] int descriptor() override;

    send_outcome send(stream& who, std::span<const std::span<const std::byte>> segments) override;
    void begin_batch() override { in_batch_ = true; }
    void end_batch() override;
    void shut_write(stream& who) override;
    void close(stream& who) override;

  private:
    // Of a stream's state:
    enum : std::uint32_t {
        // the requests that are under way,
        receiving = first_of_heir << 0,       // bytes, into the ring's buffers
        awaiting_bytes = first_of_heir << 1,  // to read them by a call
        awaiting_room = first_of_heir << 2,
        awaiting_breach = first_of_heir << 3,
        under_way = receiving | awaiting_bytes | awaiting_room | awaiting_breach,
        // those of them that were told to end,
        receiving_ends = first_of_heir << 4,
        breach_ends = first_of_heir << 5,
        all_end = first_of_heir << 6,
        // and how it is read.
        by_calls = first_of_heir << 7,  // since much comes at a time;
        little = first_of_heir << 8,    // but not with the last of them
        changed = first_of_heir << 9,   // since we entered the kernel: it is in changed_
        // Of what it sends in a batch:
        posted = first_of_heir << 10,      // there is a letter
        behind = first_of_heir << 11,      // the kernel did not take all of one: the rest is in rests_, and
        end_waits = first_of_heir << 12,   // until that has left the peer's end is not told,
        shut_waits = first_of_heir << 13,  // nor our own made
    };
    enum class poll_for : std::uint8_t { once, each_edge };
    // Of a listener: the request goes on to hold the record when the listener is gone.
    struct acceptance {
        listener* who;  // null: removed
        bool wanted = true;
        bool under_way = false;
        bool ends = false;
    };

    // What a stream sends in a batch.
    struct letter {
        stream* who;
        std::size_t begin;  // in paper_
        std::size_t size;
    };
    struct rest {
        stream* who;
        std::vector<std::byte> bytes;
    };

    // what every loop does in its way
    void watch(stream& who) override;
    bool watch(listener& who, bool wanted) override;
    void forget(listener& who) override;
    [[nodiscard]] bool is_let_go(const stream& who) const override;
    void tell_end(stream& who) override;
    bool gather(bool wait) override;
    void deliver() override;
    void leave_to_host() override;

    // requests
    bool has_ring();
    void make_requests();
    void request_poll(void* subject, request_of what, int descriptor, unsigned events, poll_for how);
    void end_request(void* subject, request_of what);
    void deliver(const uring::completion& what);

    // streams (loop_uring_stream.cpp)
    void make_requests(stream& who);
    void end_all_requests(stream& who);
    void received(stream& who, const uring::completion& what);
    void tell_bytes(stream& who, std::span<std::byte> bytes);
    void tell_outcome(stream& who, int outcome);
    void readable(stream& who);
    void read_by_call(stream& who);
    void writable(stream& who);
    void breached(stream& who, const uring::completion& what);

    // batches (loop_uring_batch.cpp)
    [[nodiscard]] bool takes_letter(const stream& who, std::size_t segments, std::size_t bytes) const;
    void send_letters();
    void send_by_ring();
    void send_by_call(const letter& which);
    void is_short(const letter& which, int result);
    bool send_rest(stream& who);

    // listeners (loop_uring_listener.cpp)
    void make_requests(acceptance& which);
    void acceptable(acceptance& which, int outcome);
    acceptance* find(const listener& who);
    void erase(const acceptance& which);

    std::unique_ptr<uring> ring_ = std::make_unique<uring>();  // null: its thread is done with it
    unique_descriptor host_;                                   // what a host waits on, once there is one
    unique_descriptor announcements_;                          // of completions: an eventfd, then
    bool awaiting_wake_ = false;
    bool awaiting_alarm_ = false;

    bool in_batch_ = false;
    std::unique_ptr<std::byte[]> paper_;
    std::size_t paper_used_ = 0;
    std::vector<letter> letters_;
    std::vector<rest> rests_;

    std::vector<stream*> changed_;
    std::vector<std::unique_ptr<acceptance>> acceptances_;
};

}  // namespace pushwire::net
