#include "net/uring.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <exception>
#include <string>
#include <system_error>

#include <pushwire/error.hpp>

#include "base/assert.hpp"

namespace pushwire::net {
namespace {

// Requests that are submitted together, and completions that wait to be taken. One enter brings more of the latter where
// a listener or a broadcast stirs many streams; beyond that the kernel keeps them, but ends what would go on by itself.
constexpr unsigned requests = 1024;
constexpr unsigned completions = 4096;

// The kernel takes them in turn, so that as few as suffice stay in the caches: more are offered only when so many streams
// brought bytes in one turn that there was none left. One that has had only small messages costs a page of memory.
constexpr unsigned buffers_at_first = 16;
constexpr unsigned most_buffers = 128;

constexpr std::uint16_t buffer_group = 0;
constexpr std::size_t page = 4096;

std::string explain(int error) {
    switch (error) {
        case ENOSYS:
            return "this kernel was built without io_uring: choose epoll";
        case EINVAL:  // of the flags that it is set up with
            return "io_uring needs Linux 6.1 or newer: choose epoll";
        case EPERM:
        case EACCES:
            return "io_uring is not allowed here: set the sysctl kernel.io_uring_disabled to 0 and, in a "
                   "container, take a seccomp profile that lets io_uring_setup, io_uring_enter and "
                   "io_uring_register pass; or choose epoll";
        case ENOMEM:
            return "there is no memory for an io_uring: raise ulimit -l and ulimit -v, or choose epoll";
        default:
            return "the kernel grants no io_uring (" + std::generic_category().message(error) +
                   "): choose epoll";
    }
}

[[noreturn]] void fail(int error) {
    throw setup_error{{error, std::generic_category()}, explain(error)};
}

void* allocate_pages(std::size_t bytes) {
    void* const memory = std::aligned_alloc(page, (bytes + page - 1) / page * page);
    if (!memory) fail(ENOMEM);
    return memory;
}

}  // namespace

// A thread that has made a ring is interrupted when the ring goes, even if it had nothing more to do with it: its recv
// with a timeout would fail with EINTR. So a thread makes it that is gone by then.
uring::uring()
    : offered_{static_cast<io_uring_buf_ring*>(allocate_pages(most_buffers * sizeof(io_uring_buf)))},
      buffers_{static_cast<std::byte*>(allocate_pages(std::size_t{most_buffers} * buffer_bytes))} {
    int error = 0;
    try {
        std::thread{[&] { error = make(); }}.join();
    } catch (const std::system_error& refused) {
        throw setup_error{refused.code(),
                          "the system grants no thread to make an io_uring: raise ulimit -u and memory"};
    }
    if (error != 0) fail(error);
}

int uring::make() {
    io_uring_params wanted{};
    wanted.flags = IORING_SETUP_R_DISABLED | IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
                   IORING_SETUP_TASKRUN_FLAG | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_CQSIZE;
    wanted.cq_entries = completions;
    if (const int result = io_uring_queue_init_params(requests, &ring_, &wanted); result < 0) return -result;

    io_uring_buf_reg group{};
    group.ring_addr = reinterpret_cast<std::uintptr_t>(offered_.get());
    group.ring_entries = most_buffers;
    group.bgid = buffer_group;
    io_uring_buf_ring_init(offered_.get());
    if (const int result = io_uring_register_buf_ring(&ring_, &group, 0); result < 0) {
        io_uring_queue_exit(&ring_);
        return -result;
    }
    while (buffers_in_use_ < buffers_at_first) offer(buffers_in_use_++);
    return 0;
}

// In a thread that ends, since the one that opens a ring is interrupted, too, when that goes.
bool uring::is_fit() {
    static const bool found = [] {
        bool fit = false;
        try {
            std::thread{[&] {
                try {
                    uring tried;
                    tried.open();
                    fit = tried.bounds_receives_;
                } catch (const std::exception&) {
                }
            }}.join();
        } catch (const std::system_error&) {
        }
        return fit;
    }();
    return found;
}

uring::~uring() {
    io_uring_queue_exit(&ring_);
}

// liburing 2.3 declares io_uring_enable_rings, but does not export it.
void uring::open() {
    PUSHWIRE_ASSERT(!is_open());
    owner_ = std::this_thread::get_id();
    const int result =
        io_uring_register(static_cast<unsigned>(ring_.ring_fd), IORING_REGISTER_ENABLE_RINGS, nullptr, 0);
    PUSHWIRE_ASSERT(result == 0);
    bounds_receives_ = can_bound_receives();
}

// A kernel that cannot says so before it looks at what it should receive from, which is no socket.
bool uring::can_bound_receives() {
    prepare_bounded_receive(request(), ring_.ring_fd);
    do {
        enter(true);
    } while (completed() == 0 && !refused_);
    return completed() != 0 && take().result != -EINVAL;
}

io_uring_sqe& uring::request() {
    PUSHWIRE_ASSERT(is_here());
    io_uring_sqe* free = io_uring_get_sqe(&ring_);
    while (!free) {
        submit();
        PUSHWIRE_ASSERT(is_here());
        free = io_uring_get_sqe(&ring_);
    }
    return *free;
}

// A multishot receive goes on until nothing is left: a fast peer would hold up the others, and be read far beyond what a
// pause is to bound. From Linux 6.17 on it can be told to end after so many bytes; where it cannot, it is no multishot.
void uring::prepare_receive(io_uring_sqe& made, int descriptor) const {
    if (bounds_receives_) {
        prepare_bounded_receive(made, descriptor);
    } else {
        io_uring_prep_recv(&made, descriptor, nullptr, buffer_bytes, 0);
        made.flags |= IOSQE_BUFFER_SELECT;
        made.buf_group = buffer_group;
    }
}

void uring::prepare_bounded_receive(io_uring_sqe& made, int descriptor) {
    io_uring_prep_recv_multishot(&made, descriptor, nullptr, 0, 0);
    made.flags |= IOSQE_BUFFER_SELECT;
    made.buf_group = buffer_group;
    made.file_index = buffer_bytes;  // `optlen`, for which liburing 2.3 has no name
}

void uring::submit() {
    if (io_uring_sq_ready(&ring_) != 0) note(io_uring_submit(&ring_));
}

void uring::submit_all() {
    while (io_uring_sq_ready(&ring_) != 0) {
        submit();
        PUSHWIRE_ASSERT(is_here());
    }
}

// Requests of other kinds complete at once, too, but not half as many.
bool uring::has_room_for(std::size_t count) const {
    const bool put_off = (IO_URING_READ_ONCE(*ring_.sq.kflags) & IORING_SQ_CQ_OVERFLOW) != 0;
    return !put_off && completed() + count <= completions / 2;
}

void uring::enter(bool wait) {
    PUSHWIRE_ASSERT(is_here());
    if (wait) {
        note(io_uring_submit_and_wait(&ring_, 1));  // a signal ends it, too
    } else if (io_uring_sq_ready(&ring_) != 0 || has_work()) {
        note(io_uring_submit_and_get_events(&ring_));
    }
}

// For want of memory it may fail; then the requests are submitted by the next call. The number of a thread that has ended
// may be another one's by now: the kernel knows. And a ring may be granted, but not to enter it.
void uring::note(int result) {
    if (result == -EEXIST || result == -EPERM) refused_ = true;
}

bool uring::has_work() const {
    const unsigned flags = IO_URING_READ_ONCE(*ring_.sq.kflags);
    return (flags & (IORING_SQ_TASKRUN | IORING_SQ_CQ_OVERFLOW)) != 0;
}

uring::completion uring::peek() {
    PUSHWIRE_ASSERT(completed() != 0);
    return waiting(0);
}

uring::completion uring::waiting(unsigned place) const {
    const io_uring_cqe& it = ring_.cq.cqes[(*ring_.cq.khead + place) & ring_.cq.ring_mask];
    return {it.user_data, it.res, it.flags};
}

uring::completion uring::take() {
    const completion first = peek();
    io_uring_cq_advance(&ring_, 1);
    return first;
}

std::span<std::byte> uring::bytes_of(const completion& what) {
    if ((what.flags & IORING_CQE_F_BUFFER) == 0 || what.result <= 0) return {};
    const std::size_t buffer = what.flags >> IORING_CQE_BUFFER_SHIFT;
    return {buffers_.get() + buffer * buffer_bytes, static_cast<std::size_t>(what.result)};
}

void uring::give_back(const completion& what) {
    if ((what.flags & IORING_CQE_F_BUFFER) == 0) return;
    offer(what.flags >> IORING_CQE_BUFFER_SHIFT);
}

void uring::offer_more() {
    const unsigned more = std::min(buffers_in_use_ * 2, most_buffers);
    while (buffers_in_use_ < more) offer(buffers_in_use_++);
}

void uring::offer(unsigned buffer) {
    io_uring_buf_ring_add(offered_.get(), buffers_.get() + std::size_t{buffer} * buffer_bytes, buffer_bytes,
                          static_cast<unsigned short>(buffer), io_uring_buf_ring_mask(most_buffers), 0);
    io_uring_buf_ring_advance(offered_.get(), 1);
}

void uring::announce_by(int eventfd) {
    const int result = io_uring_register_eventfd(&ring_, eventfd);
    PUSHWIRE_ASSERT(result == 0);
}

}  // namespace pushwire::net
