// A worker as a member of a group: what the other processes write to it.

#include "engine/group_state.hpp"
#include "engine/worker.hpp"

namespace pushwire::engine {
namespace {

// In a turn, so that a flood from the others does not hold up who is connected here.
constexpr std::size_t most_records = 4096;
constexpr std::size_t most_bytes = std::size_t{4} << 20;

}  // namespace

/// Goes on where somebody may have been before.
void worker::take_seat() {
    seat_->sweep();
    next_number_ = counters_.numbers_given.value();
    seat_->facts.is_served.store(true, std::memory_order_release);
    seat_->mail.adopt();
}

void worker::take_group_mail() {
    auto& mail = seat_->mail;
    if (ends_ || mail.is_empty()) return;
    std::size_t records = 0;
    std::size_t bytes = 0;
    while (records < most_records && bytes < most_bytes) {
        const auto taken = mail.take();
        if (!taken) return;
        heed(group_record::read(*taken));
        ++records;
        bytes += taken->size();
    }
    mail.release();
    if (!mail.is_empty()) loop_->wake();
}

void worker::heed(const group_record& what) {
    switch (what.what) {
        case group_record::kind::push: {
            // Who sent it has checked the text.
            if (what.type == message_type::text) text_in_hand = what.data;
            const auto result = push(what.about, what.data, what.type);
            text_in_hand = {};
            const bool taken = result == push_result::accepted || result == push_result::queued;
            if (taken || !server_.on_refused) return;
            return call(what.about, "on_refused",
                        [&] { server_.on_refused(server_.self, what.about, what.data.size()); });
        }
        case group_record::kind::ping:
            (void)ping(what.about, what.data);
            return;
        case group_record::kind::disconnect:
            return disconnect(what.about, what.code, what.data);
        case group_record::kind::subscribe:
            (void)subscribe(what.about, what.topic);
            return;
        case group_record::kind::unsubscribe:
            return unsubscribe(what.about, what.topic);
        case group_record::kind::publish:
            return publish(what.topic, what.data, what.type);
        case group_record::kind::message:
            if (!server_.on_group_message) return;
            guarded(server_, fd{}, "on_group_message",
                    [&] { server_.on_group_message(server_.self, what.data); });
            return;
    }
}

}  // namespace pushwire::engine
