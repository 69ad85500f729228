#pragma once
// Takes the bytes of one direction apart: a line for each line of an HTTP head and each frame, what is wrong and where, and
// at the end what is missing. Where heads and frames begin and end is for `judge` and `parse_frame_header` to say; this
// only follows them.
//
//   head --the opening handshake is done--> header -> payload -> header ...
//      \---------------------------------------\---------\----> over: what follows is not looked at

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "judge.hpp"
#include "line.hpp"
#include "seen_frame.hpp"

namespace pushwire::decode {

enum class verdict : std::uint8_t {
    well_formed,
    incomplete,  ///< they end amid a head, a frame or a message
    wrong,
};

class decoder {
  public:
    /// Of each payload and head line, no more than the first `most_shown` bytes are written out, nor kept.
    decoder(conversation of, std::size_t most_shown, std::function<void(line)> write);

    decoder(const decoder&) = delete;
    decoder& operator=(const decoder&) = delete;

    /// More of the bytes, cut anywhere.
    void receive(std::span<const std::byte> bytes);
    /// There are no more: writes what is left to say.
    verdict finish();

    /// What was wrong; `none` if nothing was, or what came was cut off.
    [[nodiscard]] error why() const { return judge_.is_over() ? judge_.outcome().why : error::none; }

  private:
    // A message that its frames do not show: it came in several, or compressed.
    struct seen_message {
        std::uint64_t offset = 0;
        bool under_way = false;
        bool is_compressed = false;
        bool is_shown = false;
        message_type type = message_type::text;
        std::uint64_t size = 0;
        std::vector<std::byte> shown;
    };

    void write_beginning();
    std::size_t take_head(std::byte next);
    std::size_t take_header(std::byte next);
    std::size_t take_payload(std::span<const std::byte> bytes);
    void note_part(const protocol::event& part);
    void end_frame();
    void end_connection();
    void keep_left(std::span<const std::byte> bytes);

    void write_head_line();
    void write_compression();
    void write_message();
    void write_failure();
    void write_left();
    [[nodiscard]] std::string what_is_missing() const;
    [[nodiscard]] std::uint64_t offset_of_fault() const;
    [[nodiscard]] bool is_wrong() const;
    void write(std::string text, std::string comment, tone how = tone::plain);

    conversation of_;
    std::size_t most_shown_;
    std::function<void(line)> write_;
    judge judge_;

    bool in_head_;
    std::uint64_t offset_ = 0;  // of the byte that comes next
    seen_frame frame_;
    seen_message message_;
    std::uint64_t frames_ = 0;
    std::uint64_t messages_ = 0;

    std::vector<std::byte> head_line_;
    std::uint64_t head_line_offset_ = 0;
    std::vector<std::pair<std::uint64_t, std::string>> head_fields_;  // where each begins, and its name

    std::vector<std::byte> left_;  // the first bytes behind the end
    std::uint64_t left_bytes_ = 0;
};

}  // namespace pushwire::decode
