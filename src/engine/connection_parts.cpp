// A message that a connection sends in parts. A part never meets the backlog's policy: who sends in parts is told to
// wait, and when to go on.

#include "engine/connection.hpp"
#include "engine/worker.hpp"

namespace pushwire::engine {
namespace {

part_result told(protocol::send_result said) {
    switch (said) {
        case protocol::send_result::accepted:
            return part_result::accepted;
        case protocol::send_result::invalid_text:
            return part_result::invalid_text;
        case protocol::send_result::not_open:
            return part_result::closing;
        case protocol::send_result::busy:
            return part_result::busy;
        case protocol::send_result::not_begun:
            return part_result::not_begun;
    }
    return part_result::closing;
}

}  // namespace

part_result connection::begin(message_type type) {
    if (!told_open_) return part_result::closing;
    const bool check = worker_.server().options.check_pushed_text;
    const auto said = session_.begin_message(type, worker_.now(), check);
    settle_later();  // there is a deadline now
    return told(said);
}

// The messages that wait behind this one count in the backlog. They must not keep it from going on, though, for then
// they would wait for ever: with an empty output a part is always taken. And so is the part after one that was accepted,
// whatever of that has left by then: only who went on when told to wait is refused.
part_result connection::part(std::string_view data) {
    if (session_.is_message_in_parts()) {
        const auto frame_bytes = protocol::frame_header_size(data.size(), false) + data.size();
        const auto fits = [&] {
            return session_.outgoing().empty() ||
                   session_.backlog_bytes() + frame_bytes <= worker_.server().options.limits.max_backlog;
        };
        if (!fits()) hand_over();  // what was appended in this turn may only have waited for its end
        if (!fits() && owes_room_) {
            session_.hold_part_time();
            return part_result::refused_backlog;
        }
    }
    const auto said = session_.send_part(std::as_bytes(std::span{data}), worker_.now());
    if (said != protocol::send_result::accepted) return told(said);
    worker_.counts().bytes_sent.add(data.size());
    return leaves();
}

part_result connection::end() {
    const auto said = session_.end_message();
    if (said != protocol::send_result::accepted) return told(said);
    worker_.counts().messages_sent.add();
    return leaves();
}

part_result connection::leaves() {
    settle_later();
    if (!sending_) return part_result::accepted;
    owes_room_ = true;
    return part_result::queued;
}

}  // namespace pushwire::engine
