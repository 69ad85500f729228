#include "engine/counters.hpp"

namespace pushwire::engine {

void counters::add_to(statistics& sum) const {
    sum.accepted += accepted.value();
    sum.closed += closed.value();
    sum.opened += opened.value();
    sum.refused += refused.value();
    sum.requests += requests.value();
    sum.messages_received += messages_received.value();
    sum.bytes_received += bytes_received.value();
    sum.messages_sent += messages_sent.value();
    sum.bytes_sent += bytes_sent.value();
    sum.pushes_refused += pushes_refused.value();
    sum.backlog_bytes += backlog_bytes.value();
    sum.unfinished_bytes += unfinished_bytes.value();
    for (std::size_t i = 0; i < errors.size(); ++i) sum.errors[i] += errors[i].value();
}

}  // namespace pushwire::engine
