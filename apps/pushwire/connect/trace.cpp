#include "connect/trace.hpp"

#include <span>
#include <string>

namespace pushwire::connect {
namespace {

constexpr std::size_t most_shown = 128;  // bytes of a payload

auto writer(report& to, bool sent) {
    return [&to, sent](const decode::line& each) {
        auto text = decode::to_text(each, false);
        text.pop_back();  // its end
        to.trace(sent, text);
    };
}

decode::conversation conversation_of(protocol::role from, const pushwire::compression& asked_for) {
    decode::conversation of;
    of.from = from;
    of.opening = true;
    of.compression = asked_for;
    return of;
}

}  // namespace

trace::trace(report& to, const pushwire::compression& asked_for)
    : to_{to},
      asked_for_{asked_for},
      sent_{conversation_of(protocol::role::client, asked_for), most_shown, writer(to, true)} {}

void trace::add(bool sent, std::string_view bytes) {
    const auto given = std::as_bytes(std::span{bytes});
    if (sent) return sent_.receive(given);
    if (received_) return received_->receive(given);
    answer_.insert(answer_.end(), given.begin(), given.end());
    if (decode::is_unfinished_response(answer_)) return;
    auto of = conversation_of(protocol::role::server, asked_for_);
    decode::note_response(answer_, of);
    received_.emplace(std::move(of), most_shown, writer(to_, false));
    received_->receive(answer_);
    answer_ = {};
}

}  // namespace pushwire::connect
