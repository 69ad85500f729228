// A script in the notation of the transcripts.

#include <string>

#include "fuzz/support/script.hpp"
#include "transcripts/notation.hpp"

namespace pushwire::fuzz {
namespace {

using transcripts::in_quotes;
using transcripts::to_text;

std::string in_time(std::chrono::milliseconds time) {
    return std::to_string(time.count()) + "ms";
}

std::string row(error why) {
    return std::string{describe(why).name};
}

std::string fields(const header_list& list) {
    std::string result;
    for (const auto& [name, value] : list) result += " " + in_quotes(name + ": " + value);
    return result;
}

class line_writer {
  public:
    explicit line_writer(std::string& to) : to_{&to} {}

    void operator()(const transcripts::input& input) const {
        if (input.data.empty()) return line("< \"\"");
        for (const auto& text : transcripts::stream_lines(input.data)) line("< " + text);
    }
    void operator()(const transcripts::end_of_input&) const { line("eof"); }
    void operator()(const transcripts::passage& passage) const { line("@ " + in_time(passage.time)); }
    void operator()(const transcripts::expected_output&) const {}
    void operator()(const transcripts::event_facts&) const {}
    void operator()(const transcripts::send_message& action) const {
        line(std::string{action.shared ? "publish " : "send "} +
             (action.type == message_type::binary ? "binary " : "text ") + to_text(action.data));
    }
    void operator()(const transcripts::send_ping& action) const { line("ping " + to_text(action.data)); }
    void operator()(const transcripts::begin_message& action) const {
        line(action.type == message_type::binary ? "begin binary" : "begin text");
    }
    void operator()(const transcripts::send_part& action) const { line("part " + to_text(action.data)); }
    void operator()(const transcripts::end_message&) const { line("end"); }
    void operator()(const transcripts::begin_close& action) const {
        line("close " + std::to_string(action.code) + " " + in_quotes(action.reason));
    }
    void operator()(const transcripts::fail_with& action) const { line("fail " + row(action.why)); }
    void operator()(const transcripts::accept_request& action) const {
        const auto& with = action.with;
        line("accept" + (with.subprotocol.empty() ? "" : " subprotocol " + with.subprotocol) +
             fields(with.headers));
    }
    void operator()(const transcripts::refuse_request& action) const {
        if (action.why != error::none) return line("refuse " + row(action.why));
        line("refuse " + std::to_string(action.status) + " " + in_quotes(action.body) +
             fields(action.headers));
    }
    void operator()(const transcripts::respond_to_request& action) const {
        const auto& answer = action.answer;
        line("respond " + std::to_string(answer.status) + " " + in_quotes(answer.body) +
             fields(answer.headers));
    }
    void operator()(const transcripts::release_request&) const { line("release"); }
    void operator()(const transcripts::hold&) const { line("hold"); }
    void operator()(const transcripts::flow&) const { line("flow"); }
    void operator()(const transcripts::take& action) const { line("take " + std::to_string(action.size)); }
    void operator()(const transcripts::drop& action) const { line("drop " + std::to_string(action.size)); }

    void settings(const transcripts::setup& setup) const {
        line(setup.role == protocol::role::server ? "role server" : "role client");
        if (setup.opening) line("opening");
        if (setup.manual) line("manual");
        if (setup.in_parts) line("in_parts");
        const limits usual;
        std::size_t which = 0;
        for (const auto member : size_limits) {
            const auto value = setup.limits.*member;
            if (value != usual.*member)
                line("limit " + std::string{size_limit_names[which]} + " " + std::to_string(value));
            ++which;
        }
        which = 0;
        for (const auto member : time_limits) {
            const auto value = setup.limits.*member;
            if (value != usual.*member)
                line("limit " + std::string{time_limit_names[which]} + " " + in_time(value));
            ++which;
        }
        for (const auto& subprotocol : setup.subprotocols) line("subprotocols " + subprotocol);
        if (setup.compression.enabled) compression(setup);
        std::string masks;
        for (const auto& key : setup.masks) masks += " " + to_text(std::span{key});
        line("mask" + masks);
        if (setup.role == protocol::role::server) return;
        line("host " + setup.request.host);
        line("target " + setup.request.target);
        for (const auto& [name, value] : setup.request.headers) line("header " + name + ": " + value);
    }

  private:
    void compression(const transcripts::setup& setup) const {
        const auto& wanted = setup.compression;
        line("compression threshold " + std::to_string(wanted.threshold) + " level " +
             std::to_string(wanted.level) +
             (wanted.server_no_context_takeover ? "" : " server_keeps_context") +
             (wanted.client_no_context_takeover ? "" : " client_keeps_context") + " server_max_window_bits " +
             std::to_string(wanted.server_max_window_bits) + " client_max_window_bits " +
             std::to_string(wanted.client_max_window_bits));
        line("offered " + setup.offered);
        line("agreed " + setup.agreed);
    }

    void line(const std::string& text) const { *to_ += text + '\n'; }

    std::string* to_;
};

}  // namespace

std::string to_text(const script& script) {
    std::string text = "# the second time: " + transcripts::to_text(script.way) + '\n';
    const line_writer writer{text};
    writer.settings(script.setup);
    for (const auto& step : script.steps) std::visit(writer, step.what);
    return text;
}

}  // namespace pushwire::fuzz
