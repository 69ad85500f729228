#pragma once
// One line of a transcript as words, quoted strings and bytes. The first thing that is wrong is kept as the line's
// error, and everything read after it is empty, so that callers need to look only once, at the end.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pushwire/error.hpp>
#include <pushwire/protocol/frame.hpp>

namespace pushwire::transcripts {

/// `line` up to a `#` that begins a word outside a string.
[[nodiscard]] std::string_view without_comment(std::string_view line);

class line_reader {
  public:
    /// `line` without its comment; outlives the reader.
    explicit line_reader(std::string_view line);

    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    [[nodiscard]] bool at_string() const { return rest_.starts_with('"'); }
    /// What is left of the line, as it is written.
    [[nodiscard]] std::string_view rest() const { return rest_; }
    [[nodiscard]] std::string take_rest();

    /// Takes the next word if it is `word`.
    bool skip(std::string_view word);
    /// The next word. `what` names it in the error if there is none.
    std::string word(std::string_view what);
    /// The next string, without quotes and escapes.
    std::string string(std::string_view what);
    std::uint64_t number(std::string_view what,
                         std::uint64_t max = std::numeric_limits<std::uint64_t>::max());
    std::uint16_t code(std::string_view what) { return static_cast<std::uint16_t>(number(what, 0xffff)); }
    /// `30s` or `500ms`.
    std::chrono::milliseconds duration();
    /// The name of an error row.
    error row();
    protocol::masking_key key();
    /// Bytes to the end of the line, or to the word `until`: hex, strings, `*N` before one to repeat it,
    /// `masked KEY` for the key and then all that follows masked with it.
    std::vector<std::byte> bytes(std::string_view until = {});

    /// Notes what is wrong with the line, if nothing was before.
    void fail(std::string what);
    [[nodiscard]] const std::optional<std::string>& what_is_wrong() const { return wrong_; }

  private:
    void skip_space();
    std::vector<std::byte> item();

    std::string_view rest_;
    std::optional<std::string> wrong_;
};

/// The row of that name.
[[nodiscard]] std::optional<error> find_row(std::string_view name);

}  // namespace pushwire::transcripts
