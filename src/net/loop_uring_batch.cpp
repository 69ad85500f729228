// What small sends of a batch leave by on io_uring: letters.
//
//   send -> a copy on paper_, one letter for each stream -> all in one submission -> what was not taken: a rest
//
// A send that must not wait completes while it is submitted, so that nothing is under way afterwards: no bytes are held,
// nor is a stream. To copy what is small costs less than to hold on to it and to tell of it later. Only what failed
// completes; in the way of it, the letters of a batch are looked at before anything else is made of the completions.
//
// The rest of a letter was taken, so it has to leave as if the kernel had it: before whatever the stream sends next, and
// before either end of it. Until it has, there is no other letter: a slow stream has at most 4 KiB here. A stream whose peer
// has ended already is closed as soon as all was taken: it posts no letters.

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sys/socket.h>

#include "net/loop_uring.hpp"
#include "net/write_segments.hpp"

namespace pushwire::net {
namespace {

constexpr std::size_t most_of_letter = 4096;  // with 16 KiB the copy costs more than a system call
constexpr std::size_t paper_bytes = std::size_t{256} * 1024;

std::size_t size_of(std::span<const std::span<const std::byte>> segments) {
    std::size_t bytes = 0;
    for (const auto each : segments) bytes += each.size();
    return bytes;
}

}  // namespace

loop_uring::loop_uring(const shared_wake& by)
    : socket_loop{by}, paper_{std::make_unique_for_overwrite<std::byte[]>(paper_bytes)} {}

// ---------------------------------------------------------------- letters

send_outcome loop_uring::send(stream& who, std::span<const std::span<const std::byte>> segments) {
    std::uint32_t& state = state_of(who);
    if ((state & posted) != 0) send_letters();  // nothing overtakes
    const std::size_t bytes = size_of(segments);
    if ((state & behind) != 0 && bytes != 0) {
        state |= pending;
        return {.sent = 0, .pending = true};
    }
    if (!takes_letter(who, segments.size(), bytes)) return socket_loop::send(who, segments);

    if (paper_bytes - paper_used_ < bytes) send_letters();
    letters_.push_back({&who, paper_used_, bytes});
    for (const auto each : segments) {
        std::memcpy(paper_.get() + paper_used_, each.data(), each.size());
        paper_used_ += each.size();
    }
    state |= posted;
    return {.sent = bytes, .pending = false};
}

bool loop_uring::takes_letter(const stream& who, std::size_t segments, std::size_t bytes) const {
    constexpr std::uint32_t of_interest = attached | pending | at_end | shut_done | failing | failed | closed;
    return in_batch_ && (state_of(who) & of_interest) == attached && bytes != 0 && bytes <= most_of_letter &&
           segments <= max_segments && ring_ && ring_->is_here();
}

void loop_uring::end_batch() {
    in_batch_ = false;
    send_letters();
}

void loop_uring::send_letters() {
    if (letters_.size() > 1 && ring_->has_room_for(letters_.size())) {
        send_by_ring();
    } else {
        for (const letter& each : letters_) send_by_call(each);
    }
    for (const letter& each : letters_) state_of(*each.who) &= ~posted;
    letters_.clear();
    paper_used_ = 0;
}

void loop_uring::send_by_ring() {
    const unsigned before = ring_->completed();
    for (std::size_t i = 0; i < letters_.size(); ++i) {
        const letter& each = letters_[i];
        io_uring_sqe& made = ring_->request();
        // To wait for all of it is what makes a short send a failed one; that it must not wait comes first.
        io_uring_prep_send(&made, descriptor_of(*each.who), paper_.get() + each.begin, each.size,
                           MSG_NOSIGNAL | MSG_DONTWAIT | MSG_WAITALL);
        made.flags |= IOSQE_CQE_SKIP_SUCCESS;
        made.user_data = numbered(i + 1);
    }
    ring_->submit_all();
    for (unsigned i = before; i < ring_->completed(); ++i) {
        const auto done = ring_->waiting(i);
        if (const auto number = number_of(done); number != 0) is_short(letters_[number - 1], done.result);
    }
}

void loop_uring::send_by_call(const letter& which) {
    const std::span<const std::byte> bytes{paper_.get() + which.begin, which.size};
    const ssize_t sent = write_segments(descriptor_of(*which.who), {&bytes, 1});
    const int result = sent < 0 ? -errno : static_cast<int>(sent);
    if (result != static_cast<int>(which.size)) is_short(which, result);
}

void loop_uring::is_short(const letter& which, int result) {
    stream& who = *which.who;
    std::uint32_t& state = state_of(who);
    if ((state & (failing | failed)) != 0) return;
    if (result < 0 && result != -EAGAIN && result != -EINTR) return fail_later(who, -result);
    const auto sent = static_cast<std::size_t>(std::max(result, 0));
    const std::byte* const begin = paper_.get() + which.begin;
    rests_.push_back({&who, {begin + sent, begin + which.size}});
    state |= behind;
    watch(who);
}

// ---------------------------------------------------------------- rests

// Says whether all of it has left.
bool loop_uring::send_rest(stream& who) {
    const auto its = std::ranges::find(rests_, &who, &rest::who);
    const std::span<const std::byte> bytes{its->bytes};
    const ssize_t sent = write_segments(descriptor_of(who), {&bytes, 1});
    if (sent < 0 && errno != EAGAIN) {
        fail(who, errno);
        return false;
    }
    its->bytes.erase(its->bytes.begin(), its->bytes.begin() + std::max<ssize_t>(sent, 0));
    if (!its->bytes.empty()) return false;
    rests_.erase(its);
    std::uint32_t& state = state_of(who);
    const bool shuts = (state & shut_waits) != 0;
    state &= ~(behind | end_waits | shut_waits);
    if (shuts) socket_loop::shut_write(who);
    return true;
}

// The end will be read once more.
void loop_uring::tell_end(stream& who) {
    std::uint32_t& state = state_of(who);
    if ((state & posted) != 0) send_letters();
    if ((state & behind) == 0) return socket_loop::tell_end(who);
    state |= end_waits;
    watch(who);
}

void loop_uring::shut_write(stream& who) {
    std::uint32_t& state = state_of(who);
    if ((state & posted) != 0) send_letters();
    if ((state & behind) == 0) return socket_loop::shut_write(who);
    state |= shut_waits;
}

void loop_uring::close(stream& who) {
    std::uint32_t& state = state_of(who);
    if ((state & posted) != 0) send_letters();
    if ((state & behind) != 0) {
        std::erase_if(rests_, [&](const rest& each) { return each.who == &who; });
        state &= ~behind;
    }
    socket_loop::close(who);
}

}  // namespace pushwire::net
