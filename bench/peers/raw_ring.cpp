#include "raw_ring.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdlib>
#include <string_view>

#include <sys/socket.h>

#include "raw_listener.hpp"

namespace bench {
namespace {

constexpr unsigned ring_entries = 4096;  // as many sends go out in one submission
constexpr unsigned most_connections = 16'384;
constexpr int buffer_group = 0;

constexpr std::size_t least_buffer_bytes = 4 * 1024;
constexpr std::size_t most_buffer_bytes = 64 * 1024;
// Few enough that they stay in the cache where they are large.
constexpr std::size_t all_buffers_bytes = std::size_t{1} << 20;
constexpr unsigned most_buffers = 1024;
// So that the beginnings of buffers do not all fall into the same lines of the cache.
constexpr std::size_t stagger = 64;

constexpr std::size_t rounded_up(std::size_t size, std::size_t to) {
    return (size + to - 1) / to * to;
}

void check(int result, std::string_view what) {
    if (result >= 0) return;
    errno = -result;
    give_up(what, 2);
}

std::uint64_t pack(raw_ring::what what, int connection, std::uint16_t buffer) {
    return static_cast<std::uint64_t>(what) << 48 | static_cast<std::uint64_t>(buffer) << 32 |
           static_cast<std::uint32_t>(connection);
}

}  // namespace

raw_ring::raw_ring(int listener, std::size_t message_bytes)
    : listener_{listener},
      buffer_bytes_{std::clamp(rounded_up(message_bytes, stagger), least_buffer_bytes, most_buffer_bytes)},
      buffer_stride_{buffer_bytes_ + stagger},
      buffer_count_{
          std::min(most_buffers, static_cast<unsigned>(std::bit_floor(all_buffers_bytes / buffer_bytes_)))} {
    io_uring_params with{};
    with.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE;
    with.cq_entries = 4 * ring_entries;
    check(io_uring_queue_init_params(ring_entries, &ring_, &with), "create a ring");
    check(io_uring_register_ring_fd(&ring_), "register the ring");
    check(io_uring_register_files_sparse(&ring_, most_connections), "make a table of files");

    void* memory = nullptr;
    check(-posix_memalign(&memory, 4096, buffer_count_ * sizeof(io_uring_buf)), "allocate a ring of buffers");
    free_buffers_ = static_cast<io_uring_buf_ring*>(memory);
    io_uring_buf_reg group{};
    group.ring_addr = reinterpret_cast<std::uintptr_t>(free_buffers_);
    group.ring_entries = buffer_count_;
    group.bgid = buffer_group;
    check(io_uring_register_buf_ring(&ring_, &group, 0), "register buffers");
    io_uring_buf_ring_init(free_buffers_);
    check(-posix_memalign(&memory, 4096, buffer_count_ * buffer_stride_), "allocate buffers");
    buffers_ = static_cast<std::byte*>(memory);
    for (unsigned number = 0; number < buffer_count_; ++number) give_back(static_cast<std::uint16_t>(number));
    accept();
}

void raw_ring::accept() {
    auto* const asked = entry();
    io_uring_prep_multishot_accept_direct(asked, listener_, nullptr, nullptr, 0);
    asked->user_data = pack(what::accepted, 0, 0);
}

void raw_ring::receive(int connection) {
    auto* const asked = entry();
    io_uring_prep_recv_multishot(asked, connection, nullptr, 0, 0);
    asked->flags |= IOSQE_FIXED_FILE | IOSQE_BUFFER_SELECT;
    asked->buf_group = buffer_group;
    asked->user_data = pack(what::received, connection, 0);
}

void raw_ring::send(int connection, std::uint16_t number, std::size_t size) {
    auto* const asked = entry();
    io_uring_prep_send(asked, connection, buffer(number), size, MSG_NOSIGNAL | MSG_WAITALL);
    asked->flags |= IOSQE_FIXED_FILE;
    asked->user_data = pack(what::sent, connection, number);
}

void raw_ring::close(int connection) {
    auto* const asked = entry();
    io_uring_prep_close_direct(asked, static_cast<unsigned>(connection));
    asked->user_data = pack(what::closed, connection, 0);
}

void raw_ring::give_back(std::uint16_t number) {
    io_uring_buf_ring_add(free_buffers_, buffer(number), static_cast<unsigned>(buffer_bytes_), number,
                          io_uring_buf_ring_mask(buffer_count_), 0);
    io_uring_buf_ring_advance(free_buffers_, 1);
}

io_uring_sqe* raw_ring::entry() {
    auto* free = io_uring_get_sqe(&ring_);
    if (!free) [[unlikely]] {
        io_uring_submit(&ring_);
        free = io_uring_get_sqe(&ring_);
    }
    return free;
}

std::span<const raw_ring::event> raw_ring::turn() {
    const int submitted = io_uring_submit_and_wait(&ring_, 1);
    if (submitted < 0 && submitted != -EINTR) check(submitted, "wait for the ring");
    events_.clear();
    unsigned head = 0;
    unsigned seen = 0;
    io_uring_cqe* done = nullptr;
    io_uring_for_each_cqe(&ring_, head, done) {
        ++seen;
        const auto asked = done->user_data;
        event happened{.what = static_cast<what>(asked >> 48),
                       .connection = static_cast<int>(static_cast<std::uint32_t>(asked)),
                       .buffer = static_cast<std::uint16_t>(asked >> 32),
                       .result = done->res,
                       .more = (done->flags & IORING_CQE_F_MORE) != 0};
        if (happened.what == what::received)
            happened.buffer = static_cast<std::uint16_t>(done->flags >> IORING_CQE_BUFFER_SHIFT);
        if (happened.what == what::accepted) {
            if (!happened.more) accept();
            if (done->res < 0) continue;
            happened.connection = done->res;
        }
        events_.push_back(happened);
    }
    io_uring_cq_advance(&ring_, seen);
    return events_;
}

}  // namespace bench
