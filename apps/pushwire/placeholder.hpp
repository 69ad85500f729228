#pragma once
// What stands for the value of an option in the table of options, taken apart, so that shells complete what the help text
// says: "auto|epoll|io_uring", "N|auto", "FILE.toml", "[FILE|-]". Words in capitals are kinds of values, others are written
// as they are.

#include <string_view>
#include <vector>

namespace pushwire::cli {

enum class path_kind : unsigned char { none, file, folder };

/// Its views are of the text that was parsed.
struct placeholder {
    std::vector<std::string_view> words;    ///< all that stands between the bars
    std::vector<std::string_view> choices;  ///< those that are written as they are, but for a mere "-"
    path_kind path = path_kind::none;       ///< FILE or DIR is among them
    std::string_view ending;                ///< of the file's name: ".toml"; empty: any
    bool optional = false;                  ///< in brackets: the option may stand alone
};

[[nodiscard]] placeholder parse_placeholder(std::string_view text);

/// It begins with a small letter or a digit, or is a mere "-".
[[nodiscard]] bool is_written_as_it_is(std::string_view word);

}  // namespace pushwire::cli
