// What a connection holds, as the bounds of the whole server see it, and how it gives that up.

#include "engine/connection.hpp"
#include "engine/worker.hpp"

namespace pushwire::engine {

connection::extras& connection::needed_extras() {
    if (!extras_) extras_ = std::make_unique<extras>(*this);
    return *extras_;
}

void connection::release_extras() {
    if (!extras_ || extras_->waits() || !extras_->held.empty() || extras_->proxy_header || extras_->came)
        return;
    if (extras_->next_message <= worker_.loop().now()) extras_.reset();
}

/// After the loop was given the queue, and took `taken` bytes of it.
void connection::note_queue(std::size_t taken) {
    const auto left = session_.backlog_bytes();
    const auto beside = tls_ ? tls_->waiting_bytes() : 0;
    if (broken_ || closing_stream_ || !sending_ || left + beside == 0) {
        if (extras_) worker_.bounds().not_stuck(*extras_);
        return;
    }
    auto& mine = needed_extras();
    const auto now = worker_.now();
    // A ping waits behind what the peer has not read, and so does its pong: that it reads is the sign of life.
    // The closing time, though, is not made longer by reading.
    const bool is_open = session_.phase() == protocol::phase::open;
    if (is_open && mine.stuck.waits() && taken != 0) session_.forgive_silence(now);
    worker_.bounds().stuck(mine, taken, left, now);
    worker_.bounds().queued_beside(mine, beside);
    worker_.watch_stuck();
    if (worker_.is_too_much_queued()) worker_.relieve_backlogs();
}

/// A message was just appended, and there is too much in all queues.
push_result connection::relieve() {
    hand_over();
    worker_.relieve_backlogs();
    if (session_.phase() != protocol::phase::open) return push_result::closing;
    return sending_ ? push_result::queued : push_result::accepted;
}

void connection::give_up_queue(error why) {
    const auto phase = session_.phase();
    if (phase == protocol::phase::open || phase == protocol::phase::closing) return fail(why);
    if (!told_open_)
        worker_.counts().errors[static_cast<std::size_t>(why)].add();  // amid an answer over HTTP
    cut();
}

void connection::note_unfinished() {
    if (session_.done() && extras_) extras_->held = {};
    const auto bytes =
        session_.done() ? 0 : session_.unfinished_bytes() + (extras_ ? extras_->held.capacity() : 0);
    if (bytes == 0 && !extras_) return;
    worker_.bounds().unfinished(needed_extras(), bytes, session_.last_received(), worker_.loop().now());
}

void connection::give_up_unfinished() {
    fail(error::all_unfinished_full);
    settle();
}

}  // namespace pushwire::engine
