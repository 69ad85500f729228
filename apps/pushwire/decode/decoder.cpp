#include "decoder.hpp"

#include <algorithm>
#include <string_view>

#include <pushwire/request.hpp>

#include <fmt/format.h>

#include "clauses.hpp"
#include "notation.hpp"

namespace pushwire::decode {
namespace {

constexpr std::size_t least_of_head_line = 1024;  // bytes that are shown

std::string count(std::uint64_t of, std::string_view noun) {
    return fmt::format("{} {}{}", of, noun, of == 1 ? "" : "s");
}

std::string place(std::uint64_t offset) {
    return fmt::format("byte {} ({:#x})", offset, offset);
}

// What there is of something of `size` bytes.
std::string shown_of(std::span<const std::byte> shown, std::uint64_t size) {
    return shown.size() < size ? written(whole_characters(shown)) + " ..." : written(shown);
}

std::string text_of(const protocol::deflate_agreement& agreed) {
    std::string text = "permessage-deflate";
    if (agreed.server_no_context_takeover) text += "; server_no_context_takeover";
    if (agreed.client_no_context_takeover) text += "; client_no_context_takeover";
    constexpr unsigned usual = 15;
    const unsigned server = agreed.server_window_bits;
    const unsigned client = agreed.client_window_bits;
    if (server != usual) text += fmt::format("; server_max_window_bits={}", server);
    if (client != usual) text += fmt::format("; client_max_window_bits={}", client);
    return text;
}

// What whoever receives it does about it (RFC 6455 7.1.7, 4.1, 4.2.2).
std::string consequence(const error_row& row) {
    if (row.http_status != 0)
        return fmt::format("whoever receives this answers with status {}", row.http_status);
    if (row.close_code == close_code::abnormal) return "whoever receives this gives the connection up";
    return fmt::format("whoever receives this closes with {} ({}), and reads no further", row.close_code,
                       name_of_close_code(row.close_code));
}

}  // namespace

decoder::decoder(conversation of, std::size_t most_shown, std::function<void(line)> write)
    : of_{std::move(of)},
      most_shown_{most_shown},
      write_{std::move(write)},
      judge_{of_, [this](const protocol::event& part) { note_part(part); }},
      in_head_{of_.opening} {
    write_beginning();
}

void decoder::receive(std::span<const std::byte> bytes) {
    while (!bytes.empty() && !judge_.is_over()) {
        const auto taken = in_head_            ? take_head(bytes.front())
                           : frame_.has_header ? take_payload(bytes)
                                               : take_header(bytes.front());
        offset_ += taken;
        bytes = bytes.subspan(taken);
        if (judge_.is_over()) {
            end_connection();
        } else if (frame_.has_header && frame_.missing() == 0) {
            end_frame();
        }
    }
    keep_left(bytes);
}

std::size_t decoder::take_head(std::byte next) {
    if (head_line_.empty()) head_line_offset_ = offset_;
    head_line_.push_back(next);
    const bool ends_line = next == std::byte{'\n'};
    // Without the key nobody can tell whether this is right, so the judge gets what is.
    if (of_.accept_at && offset_ >= *of_.accept_at && offset_ - *of_.accept_at < known_accept.size())
        next = static_cast<std::byte>(known_accept[offset_ - *of_.accept_at]);
    judge_.receive({&next, 1});
    if (ends_line || judge_.is_open()) write_head_line();
    if (judge_.is_open()) {
        in_head_ = false;
        write_compression();
    }
    return 1;
}

std::size_t decoder::take_header(std::byte next) {
    if (!frame_.begun()) frame_.offset = offset_;
    frame_.wire.push_back(next);
    const bool deflates = judge_.deflate().in_use;
    const auto parsed = protocol::parse_frame_header(frame_.wire, of_.receiver(),
                                                     deflates ? protocol::compressed_bit : std::uint8_t{0});
    const auto& header = frame_.header = parsed.header;
    const bool is_data = !protocol::is_control(header.opcode);
    const bool begins = is_data && header.opcode != protocol::opcode::continuation;
    const bool compressed = deflates && (header.reserved & protocol::compressed_bit) != 0;
    frame_.is_compressed = begins ? compressed : is_data && message_.is_compressed;
    frame_.has_header = parsed.size != 0;
    if (frame_.has_header && begins) {
        message_ = {.offset = frame_.offset,
                    .under_way = true,
                    .is_compressed = compressed,
                    .is_shown = compressed || !header.fin,
                    .type = static_cast<message_type>(header.opcode),
                    .shown = {}};
    }
    judge_.receive({&next, 1});
    return 1;
}

std::size_t decoder::take_payload(std::span<const std::byte> bytes) {
    const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(frame_.missing(), bytes.size()));
    const auto taken = judge_.receive(bytes.first(most));
    frame_.append(bytes.first(taken), most_shown_);
    return taken;
}

void decoder::note_part(const protocol::event& part) {
    if (!message_.is_shown) return;
    const auto room = most_shown_ - message_.shown.size();
    const auto kept = part.data.first(std::min(room, part.data.size()));
    message_.shown.insert(message_.shown.end(), kept.begin(), kept.end());
    message_.size += part.data.size();
}

void decoder::end_frame() {
    write_(line_of(frame_));
    ++frames_;
    if (!protocol::is_control(frame_.header.opcode) && frame_.header.fin) {
        ++messages_;
        if (message_.is_shown) write_message();
        message_ = {};
    }
    frame_ = {};
}

/// By a close frame, or since something is wrong; the byte before `offset_` did it.
void decoder::end_connection() {
    const auto end = judge_.outcome();
    if (!head_line_.empty()) write_head_line();
    if (frame_.begun()) {
        write_(line_of(frame_));
        if (end.why == error::none) ++frames_;
    }
    auto text = fmt::format("! closed {}", end.code);
    if (end.why != error::none) {
        if (end.sent_code != 0) text += fmt::format(" sent {}", end.sent_code);
        text += fmt::format(" why {}", describe(end.why).name);
    }
    if (!end.reason.empty() && is_readable(as_bytes(end.reason)))
        text += " reason " + in_quotes(as_bytes(end.reason));
    write(text, "");
    if (end.why != error::none) write_failure();
}

void decoder::keep_left(std::span<const std::byte> bytes) {
    const auto room = most_shown_ - left_.size();
    const auto kept = bytes.first(std::min(room, bytes.size()));
    left_.insert(left_.end(), kept.begin(), kept.end());
    left_bytes_ += bytes.size();
}

verdict decoder::finish() {
    if (!judge_.is_over()) {
        if (!head_line_.empty()) write_head_line();
        if (frame_.begun()) write_(line_of(frame_));
    }
    write_left();
    const auto counted = fmt::format("{}, {}, {}: ", count(offset_ + left_bytes_, "byte"),
                                     count(frames_, "frame"), count(messages_, "message"));
    const auto missing = what_is_missing();
    if (is_wrong()) {
        write("", fmt::format("{}wrong at {}", counted, place(offset_of_fault())), tone::wrong);
        return verdict::wrong;
    }
    if (!missing.empty()) {
        write("", fmt::format("{}incomplete: {}", counted, missing), tone::wrong);
        return verdict::incomplete;
    }
    write("", counted + "all well-formed", tone::right);
    return verdict::well_formed;
}

bool decoder::is_wrong() const {
    return why() != error::none || left_bytes_ != 0;
}

std::string decoder::what_is_missing() const {
    if (judge_.is_over() || offset_ == 0) return "";
    if (in_head_) return "the opening handshake does not end";
    if (frame_.has_header)
        return fmt::format("the last frame lacks {} of its {} bytes of payload", frame_.missing(),
                           frame_.header.payload_length);
    if (frame_.begun()) return "the header of the last frame does not end";
    if (message_.under_way)
        return fmt::format("the message that begins at {} does not end", place(message_.offset));
    return "";
}

/// The rules for a handshake are applied at the end of its head; what breaks them is in the last field of that name.
std::uint64_t decoder::offset_of_fault() const {
    if (why() == error::none) return offset_;  // behind the close frame
    const auto name = clause_of(why()).field;
    for (auto field = head_fields_.rbegin(); in_head_ && field != head_fields_.rend(); ++field) {
        if (equal_ignoring_case(field->second, name)) return field->first;
    }
    return offset_ - 1;
}

// --- lines

void decoder::write_beginning() {
    const bool from_client = of_.from == protocol::role::client;
    write(from_client ? "role server" : "role client",
          from_client ? "what follows comes from a client" : "what follows comes from a server");
    if (of_.opening) write("opening", "");
    if (of_.accept_at)
        write("", "Sec-WebSocket-Accept is taken as right: --key tells the key that it answers");
    if (!of_.opening) write_compression();
}

void decoder::write_head_line() {
    const auto bytes = std::span{head_line_};
    const auto text = as_text(bytes);
    head_fields_.emplace_back(head_line_offset_, text.substr(0, std::min(text.find(':'), text.size())));
    const auto most = std::max(most_shown_, least_of_head_line);
    write("< " + shown_of(bytes.first(std::min(bytes.size(), most)), bytes.size()),
          head_line_offset_ == 0 ? "0: the opening handshake" : "");
    head_line_.clear();
}

void decoder::write_compression() {
    const auto& agreed = judge_.deflate();
    if (!agreed.in_use) return;
    const bool is_guess = of_.opening && of_.from == protocol::role::client && !of_.compression_is_known;
    write("",
          text_of(agreed) + (is_guess ? ", as offered: --compression tells what the server answered" : ""));
}

void decoder::write_message() {
    write(fmt::format("! {} {}", message_.type == message_type::text ? "text" : "binary",
                      shown_of(message_.shown, message_.size)),
          count(message_.size, "byte") + (message_.is_compressed ? ", inflated" : ""));
}

void decoder::write_failure() {
    const auto& row = describe(why());
    write("",
          fmt::format("wrong at {}: {}. {}: {}", place(offset_of_fault()), row.name, clause_of(why()).section,
                      row.text),
          tone::wrong);
    write("", "  " + consequence(row));
    const bool may_be_compressed = why() == error::reserved_bit && !judge_.deflate().in_use &&
                                   (frame_.header.reserved & protocol::compressed_bit) != 0;
    if (may_be_compressed)
        write("", "  if permessage-deflate was agreed on, say so: --compression permessage-deflate");
}

void decoder::write_left() {
    if (left_bytes_ == 0) return;
    if (why() == error::none)
        write("",
              fmt::format("wrong at {}: RFC 6455 5.5.1: after a close frame nothing more is sent",
                          place(offset_)),
              tone::wrong);
    write("< " + shown_of(left_, left_bytes_),
          fmt::format("{}: {} behind the end, not looked at", offset_, count(left_bytes_, "byte")));
}

void decoder::write(std::string text, std::string comment, tone how) {
    write_({.text = std::move(text), .comment = std::move(comment), .tone = how});
}

}  // namespace pushwire::decode
