#include <algorithm>
#include <string_view>
#include <utility>
#include <variant>

#include "fuzz/support/script.hpp"

namespace pushwire::fuzz {
namespace {

using transcripts::bytes;

constexpr std::size_t worth_a_run = 12;  // bytes

class writer {
  public:
    explicit writer(const transcripts::setup& setup) : setup_{&setup} {}

    void write_head(std::uint8_t way, std::uint8_t seed) {
        number((setup_->opening ? 1u : 0u) | (setup_->manual ? 2u : 0u) | (setup_->in_parts ? 4u : 0u), 1);
        number(way, 1);
        number(seed, 1);
    }

    void write_settings() {
        const limits usual;
        std::uint8_t which = 0;
        for (const auto member : size_limits) write_limit(which++, setup_->limits.*member, usual.*member);
        for (const auto member : time_limits) {
            write_limit(which++, static_cast<std::size_t>((setup_->limits.*member).count()),
                        static_cast<std::size_t>((usual.*member).count()));
        }
        for (const auto& subprotocol : setup_->subprotocols) {
            put(record::subprotocol);
            text(subprotocol);
        }
        if (setup_->masks != std::vector{usual_mask}) {
            for (const auto& key : setup_->masks) {
                put(record::mask);
                literal(key);
            }
        }
        if (setup_->compression.enabled) write_compression();
        if (setup_->role == protocol::role::client) write_request(setup_->request);
    }

    void write(const transcripts::step& step) { std::visit(*this, step.what); }

    void operator()(const transcripts::input& input) {
        auto rest = std::span{input.data};
        while (const auto frame = whole_frame(rest)) {
            put(record::frame);
            number(std::to_integer<std::uint8_t>(rest[0]), 1);
            number(0, 1);
            data(frame->payload);
            rest = rest.subspan(frame->size);
        }
        if (rest.empty() && !input.data.empty()) return;
        put(record::input);
        data(rest);
    }
    void operator()(const transcripts::end_of_input&) { put(record::end_of_input); }
    void operator()(const transcripts::passage& passage) {
        put(record::passage);
        number(static_cast<std::uint64_t>(passage.time.count()), 3);
    }
    void operator()(const transcripts::expected_output&) {}
    void operator()(const transcripts::event_facts&) {}
    void operator()(const transcripts::send_message& action) {
        put(action.shared ? record::publish : record::send);
        number(action.type == message_type::binary ? 1 : 0, 1);
        data(action.data);
    }
    void operator()(const transcripts::send_ping& action) {
        put(record::ping);
        data(action.data);
    }
    void operator()(const transcripts::begin_message& action) {
        put(record::begin);
        number(action.type == message_type::binary ? 1 : 0, 1);
    }
    void operator()(const transcripts::send_part& action) {
        put(record::part);
        data(action.data);
    }
    void operator()(const transcripts::end_message&) { put(record::end); }
    void operator()(const transcripts::begin_close& action) {
        put(record::close);
        number(action.code, 2);
        text(action.reason);
    }
    void operator()(const transcripts::fail_with& action) {
        put(record::fail);
        row(action.why);
    }
    void operator()(const transcripts::accept_request& action) {
        put(record::accept);
        text(action.with.subprotocol);
        fields(action.with.headers);
    }
    void operator()(const transcripts::refuse_request& action) {
        if (action.why != error::none) {
            put(record::refuse);
            return row(action.why);
        }
        put(record::refuse_with);
        number(action.status, 2);
        text(action.body);
        fields(action.headers);
    }
    void operator()(const transcripts::respond_to_request& action) {
        put(record::respond);
        number(action.answer.status, 2);
        text(action.answer.body);
        fields(action.answer.headers);
    }
    void operator()(const transcripts::release_request&) { put(record::release); }
    void operator()(const transcripts::hold&) { put(record::hold); }
    void operator()(const transcripts::flow&) { put(record::flow); }
    void operator()(const transcripts::take& action) {
        put(record::take);
        number(action.size, 3);
    }
    void operator()(const transcripts::drop& action) {
        put(record::drop);
        number(action.size, 3);
    }

    std::vector<std::uint8_t> written;

  private:
    struct found_frame {
        std::size_t size;
        bytes payload;  ///< unmasked
    };

    /// The frame at the start of `input` if it is whole, masked as the role demands with the usual key, and in its shortest form.
    [[nodiscard]] std::optional<found_frame> whole_frame(std::span<const std::byte> input) const {
        const auto parsed = protocol::parse_frame_header(input, setup_->role, protocol::compressed_bit);
        if (parsed.size == 0 || parsed.header.payload_length > input.size() - parsed.size)
            return std::nullopt;
        if (parsed.header.masked && parsed.header.key != usual_mask) return std::nullopt;
        const auto payload =
            input.subspan(parsed.size, static_cast<std::size_t>(parsed.header.payload_length));
        found_frame found{parsed.size + payload.size(), {payload.begin(), payload.end()}};
        if (parsed.header.masked) protocol::apply_mask(found.payload, usual_mask);
        return found;
    }

    void write_limit(std::uint8_t which, std::size_t value, std::size_t usual) {
        if (value == usual) return;
        put(record::limit);
        number(which, 1);
        number(value, 4);
    }

    void write_compression() {
        const auto& wanted = setup_->compression;
        put(record::compression);
        number((wanted.server_no_context_takeover ? 0u : 1u) | (wanted.client_no_context_takeover ? 0u : 2u),
               1);
        number(wanted.threshold, 2);
        number(static_cast<std::uint64_t>(wanted.level), 1);
        number(static_cast<std::uint64_t>(wanted.server_max_window_bits - 8), 1);
        number(static_cast<std::uint64_t>(wanted.client_max_window_bits - 8), 1);
        if (setup_->offered != usual_offer) {
            put(record::offered);
            text(setup_->offered);
        }
        if (setup_->agreed != usual_agreement) {
            put(record::agreed);
            text(setup_->agreed);
        }
    }

    void write_request(const protocol::client_request& request) {
        if (request.host != "server.example.com") {
            put(record::host);
            text(request.host);
        }
        if (request.target != "/chat") {
            put(record::target);
            text(request.target);
        }
        for (const auto& [name, value] : request.headers) {
            put(record::header);
            text(name);
            text(value);
        }
    }

    void put(record which) { number(static_cast<std::uint8_t>(which), 1); }

    void number(std::uint64_t value, std::size_t size) {
        for (auto left = size; left-- > 0;) written.push_back(static_cast<std::uint8_t>(value >> (8 * left)));
    }

    void row(error why) { number(static_cast<std::uint64_t>(why) - 1, 1); }

    void text(std::string_view what) { data(std::as_bytes(std::span{what})); }

    void fields(const header_list& list) {
        number(list.size(), 1);
        for (const auto& [name, value] : list) {
            text(name);
            text(value);
        }
    }

    /// As literals, but for runs of one byte.
    void data(std::span<const std::byte> what) {
        std::size_t begin = 0;
        for (std::size_t at = 0; at < what.size();) {
            auto end = at + 1;
            while (end < what.size() && what[end] == what[at]) ++end;
            if (end - at >= worth_a_run) {
                if (at != begin) literal(data_form::more, what.subspan(begin, at - begin));
                number(data_form::run, 1);
                number(end - at, 3);
                literal(what.subspan(at, 1));
                begin = end;
            }
            at = end;
        }
        const auto last = what.subspan(begin);
        if (last.size() >= data_form::long_literal) return literal(data_form::long_literal, last);
        number(last.size(), 1);
        literal(last);
    }

    void literal(std::uint8_t form, std::span<const std::byte> what) {
        constexpr std::size_t most = 0xffff;
        while (what.size() > most) {
            literal(data_form::more, what.first(most));
            what = what.subspan(most);
        }
        number(form, 1);
        number(what.size(), 2);
        literal(what);
    }

    void literal(std::span<const std::byte> what) {
        for (const auto byte : what) written.push_back(std::to_integer<std::uint8_t>(byte));
    }

    const transcripts::setup* setup_;
};

}  // namespace

std::vector<std::uint8_t> write_script(const transcripts::transcript& conversation, std::uint8_t way,
                                       std::uint8_t seed) {
    writer writer{conversation.setup};
    writer.write_head(way, seed);
    writer.write_settings();
    for (const auto& step : conversation.steps) writer.write(step);
    return std::move(writer.written);
}

}  // namespace pushwire::fuzz
