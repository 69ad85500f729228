#pragma once
// An io_uring, and the buffers that the kernel takes from it when bytes come. It knows nothing of what is asked for.
//
// A ring belongs to one thread: the kernel does the work that it put off when that thread enters it, and at no other
// time (IORING_SETUP_DEFER_TASKRUN). So whatever was gathered from the ring is all that has happened: no byte is read from
// a socket, and none taken from a request that is being cancelled, before the thread enters again.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <thread>

#include <liburing.h>

namespace pushwire::net {

class uring {
  public:
    /// What became of a request.
    struct completion {
        std::uint64_t subject;  // as the request said
        int result;             // what the system call of that name returns, or -errno
        std::uint32_t flags;    // IORING_CQE_F_*
    };

    static constexpr unsigned buffer_bytes = 64 * 1024;

    /// Whether the system grants rings, and its kernel can bound a receive that goes on by itself (Linux 6.17): then they are
    /// the better choice. Found out once.
    [[nodiscard]] static bool is_fit();

    /// Throws pushwire::setup_error with a text that says how to mend it: by a newer kernel, or by allowing io_uring.
    uring();
    ~uring();
    uring(const uring&) = delete;
    uring& operator=(const uring&) = delete;

    /// This thread is the ring's, for good. Until it is opened the ring takes no requests.
    void open();
    [[nodiscard]] bool is_open() const { return owner_ != std::thread::id{}; }
    [[nodiscard]] bool is_here() const { return owner_ == std::this_thread::get_id() && !refused_; }

    /// An empty request, to be filled in before the next call. If there is no room for it, those before it are submitted.
    [[nodiscard]] io_uring_sqe& request();
    /// Makes it one to receive from a socket into the ring's buffers: about a buffer's worth of bytes, which may come in
    /// several completions.
    void prepare_receive(io_uring_sqe& made, int descriptor) const;
    /// Hands the requests to the kernel. What it can do at once it does, and completes.
    void submit();
    /// Whether so many requests can be submitted, and complete at once, without any completion being put off.
    [[nodiscard]] bool has_room_for(std::size_t count) const;
    /// As `submit`, and not before all of them are handed over.
    void submit_all();
    /// The same as `submit`, and gathers what has completed; if `wait`, once something has.
    void enter(bool wait);
    /// How many completions there are to `take`.
    [[nodiscard]] unsigned completed() const { return io_uring_cq_ready(&ring_); }
    [[nodiscard]] completion peek();
    /// One of those that wait: the first is 0.
    [[nodiscard]] completion waiting(unsigned place) const;
    completion take();
    /// Whether the kernel has put something off that an `enter` would do.
    [[nodiscard]] bool has_work() const;

    /// What was read, if the completion brought bytes: in a buffer that is the caller's until it is given back.
    [[nodiscard]] std::span<std::byte> bytes_of(const completion& what);
    void give_back(const completion& what);
    /// A read found no buffer (-ENOBUFS): more are offered from now on, if there are more.
    void offer_more();

    /// From now on whatever completes is told by a write to `eventfd`, too. On the ring's thread, or before it is opened.
    void announce_by(int eventfd);

  private:
    struct freed {
        void operator()(void* memory) const { std::free(memory); }
    };
    template <typename T>
    using pages = std::unique_ptr<T, freed>;

    int make();
    [[nodiscard]] bool can_bound_receives();
    static void prepare_bounded_receive(io_uring_sqe& made, int descriptor);
    void offer(unsigned buffer);
    void note(int result);

    io_uring ring_{};
    std::thread::id owner_;
    bool refused_ = false;  // it has turned out that the owner has ended
    bool bounds_receives_ = false;
    pages<io_uring_buf_ring> offered_;  // to the kernel
    pages<std::byte> buffers_;
    unsigned buffers_in_use_ = 0;  // the first ones; the others were never touched
};

}  // namespace pushwire::net
