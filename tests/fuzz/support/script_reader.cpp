#include <algorithm>
#include <limits>
#include <string_view>

#include <pushwire/protocol/session.hpp>

#include "fuzz/support/byte_source.hpp"
#include "fuzz/support/script.hpp"

namespace pushwire::fuzz {
namespace {

using transcripts::bytes;

class reader {
  public:
    reader(protocol::role role, std::span<const std::uint8_t> input) : source_{input} {
        const auto flags = source_.u8();
        auto& setup = script_.setup;
        setup.role = role;
        setup.opening = (flags & 1) != 0;
        setup.manual = (flags & 2) != 0 && role == protocol::role::server;
        setup.in_parts = (flags & 4) != 0;
        setup.request.host = "server.example.com";
        setup.request.target = "/chat";
        setup.request.key = "dGhlIHNhbXBsZSBub25jZQ==";
        setup.offered = usual_offer;
        setup.agreed = usual_agreement;
        read_way();
    }

    script read() {
        while (!source_.empty()) read_record();
        auto& setup = script_.setup;
        if (setup.masks.empty()) setup.masks = {usual_mask};
        return std::move(script_);
    }

  private:
    /// Bits 0 and 1: the cutting; then pauses, early timers, output in parts, and never into destination().
    void read_way() {
        using enum transcripts::cutting;
        constexpr transcripts::cutting cuttings[] = {as_written, singly, random, random};
        const auto flags = source_.u8();
        script_.way = {.cutting = cuttings[flags & 3],
                       .seed = source_.u8(),
                       .uses_destination = (flags & 32) == 0,
                       .pauses = (flags & 4) != 0,
                       .expires_early = (flags & 8) != 0,
                       .writes_partly = (flags & 16) != 0};
    }

    void read_record() {
        const auto which = static_cast<record>(source_.u8() & 31);
        switch (which) {
            case record::input:
                return add(transcripts::input{read_data()});
            case record::frame:
                return add(transcripts::input{read_frame()});
            case record::end_of_input:
                return add(transcripts::end_of_input{});
            case record::passage:
                return add(transcripts::passage{std::chrono::milliseconds{source_.u24()}});
            case record::send:
            case record::publish:
                return read_send(which == record::publish);
            case record::ping: {
                auto data = read_data();
                data.resize(std::min(data.size(), protocol::max_control_payload));
                return add(transcripts::send_ping{std::move(data)});
            }
            case record::begin: {
                const bool binary = (source_.u8() & 1) != 0;
                return add(transcripts::begin_message{binary ? message_type::binary : message_type::text});
            }
            case record::part:
                return add(transcripts::send_part{read_data()});
            case record::end:
                return add(transcripts::end_message{});
            case record::close: {
                const auto code = source_.u16();
                return add(transcripts::begin_close{code, read_text()});
            }
            case record::fail:
                return add(transcripts::fail_with{read_row()});
            case record::accept: {
                auto subprotocol = read_text();
                return add(transcripts::accept_request{{std::move(subprotocol), read_fields()}});
            }
            case record::refuse:
                return add(transcripts::refuse_request{.why = read_row()});
            case record::refuse_with: {
                transcripts::refuse_request refusal{.status = source_.u16()};
                refusal.body = read_text();
                refusal.headers = read_fields();
                return add(std::move(refusal));
            }
            case record::respond: {
                response answer{.status = source_.u16(), .headers = {}, .body = {}};
                answer.body = read_text();
                answer.headers = read_fields();
                return add(transcripts::respond_to_request{std::move(answer)});
            }
            case record::release:
                return add(transcripts::release_request{});
            case record::hold:
                return add(transcripts::hold{});
            case record::flow:
                return add(transcripts::flow{});
            case record::take:
                return add(transcripts::take{source_.u24()});
            case record::drop:
                return add(transcripts::drop{source_.u24()});
            default:
                return read_setting(which);
        }
    }

    void read_setting(record which) {
        auto& setup = script_.setup;
        switch (which) {
            case record::limit:
                return read_limit();
            case record::subprotocol:
                setup.subprotocols.push_back(read_text());
                setup.request.subprotocols = setup.subprotocols;
                return;
            case record::mask: {
                protocol::masking_key key{};
                std::ranges::copy(source_.take(key.size()), key.begin());
                setup.masks.push_back(key);
                return;
            }
            case record::compression:
                return read_compression();
            case record::offered:
                setup.offered = read_extension();
                return;
            case record::agreed:
                setup.agreed = read_extension();
                return;
            case record::host:
                setup.request.host = read_text();
                return;
            case record::target:
                setup.request.target = read_text();
                return;
            case record::header: {
                auto name = read_text();
                setup.request.headers.emplace_back(std::move(name), read_text());
                return;
            }
            default:
                return;
        }
    }

    /// Bits: 0, the server keeps context; 1, the client does. Then the threshold, the level, and the two sizes of window.
    /// Behind more data than a script with compression may have, it is passed over.
    void read_compression() {
        const auto flags = source_.u8();
        const compression wanted{.enabled = true,
                                 .threshold = source_.u16(),
                                 .level = source_.u8() % 10,
                                 .server_no_context_takeover = (flags & 1) == 0,
                                 .client_no_context_takeover = (flags & 2) == 0,
                                 .server_max_window_bits = 8 + source_.u8() % 8,
                                 .client_max_window_bits = 8 + source_.u8() % 8};
        const auto used = max_script_bytes - room_;
        if (used > max_compressed_script_bytes) return;
        if (!script_.setup.compression.enabled) room_ = max_compressed_script_bytes - used;
        script_.setup.compression = wanted;
    }

    /// In the characters of which a transcript makes its implied opening handshake.
    std::string read_extension() {
        auto text = read_text();
        std::erase_if(text, [](char c) {
            const bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            return !is_plain && !std::string_view{"_-=;, "}.contains(c);
        });
        return text;
    }

    /// Within what a server takes as limits.
    void read_limit() {
        auto& limits = script_.setup.limits;
        const auto which = source_.u8() % (std::size(size_limits) + std::size(time_limits));
        const auto value = source_.u32();
        if (which >= std::size(size_limits)) {
            limits.*time_limits[which - std::size(size_limits)] = std::chrono::milliseconds{value};
            return;
        }
        const auto member = size_limits[which];
        const std::size_t least = member == &limits::max_header          ? 256
                                  : member == &limits::max_header_fields ? 8
                                  : member == &limits::max_inflated      ? 0
                                                                         : 1;
        limits.*member = std::max<std::size_t>(value, least);
    }

    /// The first byte as it is; then bits: 0, masked against the role's rule; 1 and 2, a length that is not in its shortest form.
    bytes read_frame() {
        const auto first = source_.u8();
        const auto form = source_.u8();
        auto payload = read_data();
        const bool masked = (script_.setup.role == protocol::role::server) != ((form & 1) != 0);

        bytes frame{static_cast<std::byte>(first)};
        const auto mask_bit = masked ? 0x80u : 0u;
        const std::size_t extended = (form & 4) != 0 || payload.size() > 0xffff ? 8
                                     : (form & 2) != 0 || payload.size() > 125  ? 2
                                                                                : 0;
        frame.push_back(
            static_cast<std::byte>(mask_bit | (extended == 8   ? 127u
                                               : extended == 2 ? 126u
                                                               : static_cast<unsigned>(payload.size()))));
        for (auto left = extended; left-- > 0;)
            frame.push_back(static_cast<std::byte>(std::uint64_t{payload.size()} >> (8 * left)));
        if (masked) {
            frame.insert(frame.end(), usual_mask.begin(), usual_mask.end());
            for (std::size_t i = 0; i < payload.size(); ++i) payload[i] ^= usual_mask[i % 4];
        }
        frame.insert(frame.end(), payload.begin(), payload.end());
        return frame;
    }

    void read_send(bool shared) {
        const bool binary = (source_.u8() & 1) != 0;
        transcripts::send_message action{.type = binary ? message_type::binary : message_type::text,
                                         .data = read_data(),
                                         .shared = shared};
        if (shared && script_.setup.role == protocol::role::client) return;
        // Whoever publishes a text has checked it.
        if (shared && !protocol::is_utf8(action.data)) action.type = message_type::binary;
        add(std::move(action));
    }

    bytes read_data() {
        bytes data;
        for (bool more = true; more;) {
            const auto form = source_.u8();
            if (form == data_form::run) {
                const auto size = std::min<std::size_t>(source_.u24(), room_);
                const auto value = static_cast<std::byte>(source_.u8());
                data.insert(data.end(), size, value);
                room_ -= size;
                more = !source_.empty();
                continue;
            }
            more = form == data_form::more && !source_.empty();
            const std::size_t size = form < data_form::long_literal ? form : source_.u16();
            const auto literal = source_.take(std::min(size, room_));
            data.insert(data.end(), literal.begin(), literal.end());
            room_ -= literal.size();
        }
        return data;
    }

    std::string read_text() {
        const auto data = read_data();
        return std::string{as_text(data)};
    }

    header_list read_fields() {
        header_list fields;
        for (auto count = source_.u8() % 8; count > 0; --count) {
            auto name = read_text();
            fields.emplace_back(std::move(name), read_text());
        }
        return fields;
    }

    error read_row() { return static_cast<error>(1 + source_.u8() % (error_count - 1)); }

    void add(transcripts::step_kind what) {
        script_.steps.push_back({static_cast<int>(script_.steps.size()) + 1, std::move(what)});
    }

    byte_source source_;
    script script_;
    std::size_t room_ = max_script_bytes;
};

}  // namespace

script read_script(protocol::role role, std::span<const std::uint8_t> input) {
    return reader{role, input}.read();
}

}  // namespace pushwire::fuzz
