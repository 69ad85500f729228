#include "metrics.hpp"

#include <iterator>
#include <string_view>

#include <fmt/format.h>

namespace pushwire::cli {
namespace {

void begin(std::string& text, std::string_view name, std::string_view type, std::string_view help) {
    fmt::format_to(std::back_inserter(text), "# HELP pushwire_{0} {2}\n# TYPE pushwire_{0} {1}\n", name, type,
                   help);
}

void counter(std::string& text, std::string_view name, std::uint64_t value, std::string_view help) {
    begin(text, name, "counter", help);
    fmt::format_to(std::back_inserter(text), "pushwire_{} {}\n", name, value);
}

void gauge(std::string& text, std::string_view name, std::uint64_t value, std::string_view help) {
    begin(text, name, "gauge", help);
    fmt::format_to(std::back_inserter(text), "pushwire_{} {}\n", name, value);
}

// Every row, also those at 0: a series that appears with its first error hides that error from rate().
void errors(std::string& text, const statistics& counts) {
    begin(text, "errors_total", "counter", "Connections that ended, or were refused, because of an error.");
    for (std::size_t i = 1; i < counts.errors.size(); ++i) {
        const auto& row = describe(static_cast<error>(i));
        fmt::format_to(std::back_inserter(text), "pushwire_errors_total{{error=\"{}\"}} {}\n", row.name,
                       counts.errors[i]);
    }
}

}  // namespace

std::string metrics_text(const statistics& counts) {
    std::string text;
    begin(text, "build_info", "gauge", "Always 1; its label tells the version.");
    fmt::format_to(std::back_inserter(text), "pushwire_build_info{{version=\"{}\"}} 1\n", PUSHWIRE_VERSION);
    gauge(text, "connections", counts.open, "WebSocket connections open now.");
    counter(text, "accepted_total", counts.accepted, "Sockets accepted.");
    counter(text, "opened_total", counts.opened, "Opening handshakes completed.");
    counter(text, "closed_total", counts.closed, "WebSocket connections that are over.");
    counter(text, "refused_total", counts.refused, "Handshakes and requests answered with an error.");
    counter(text, "requests_total", counts.requests, "Plain HTTP requests.");
    counter(text, "messages_received_total", counts.messages_received, "Messages received.");
    counter(text, "received_bytes_total", counts.bytes_received,
            "Payload of the messages received, in bytes.");
    counter(text, "messages_sent_total", counts.messages_sent,
            "Messages taken for sending, once for each receiver.");
    counter(text, "sent_bytes_total", counts.bytes_sent,
            "Payload of the messages taken for sending, in bytes.");
    counter(text, "pushes_refused_total", counts.pushes_refused,
            "Messages refused because a backlog was full.");
    gauge(text, "backlog_bytes", counts.backlog_bytes, "Memory of what waits to be sent, in bytes.");
    gauge(text, "unfinished_bytes", counts.unfinished_bytes,
          "Memory of messages and requests that came in part, in bytes.");
    errors(text, counts);
    return text;
}

}  // namespace pushwire::cli
