#include "placeholder.hpp"

#include <algorithm>

namespace pushwire::cli {

bool is_written_as_it_is(std::string_view word) {
    return word == "-" || (!word.empty() && ((word.front() >= 'a' && word.front() <= 'z') ||
                                             (word.front() >= '0' && word.front() <= '9')));
}

placeholder parse_placeholder(std::string_view text) {
    placeholder parsed;
    if (text.starts_with('[') && text.ends_with(']')) {
        parsed.optional = true;
        text = text.substr(1, text.size() - 2);
    }
    while (!text.empty()) {
        const auto bar = std::min(text.find('|'), text.size());
        const auto word = text.substr(0, bar);
        text.remove_prefix(std::min(bar + 1, text.size()));
        parsed.words.push_back(word);
        if (is_written_as_it_is(word)) {
            if (word != "-") parsed.choices.push_back(word);
        } else if (word == "DIR") {
            parsed.path = path_kind::folder;
        } else if (word == "FILE" || word.starts_with("FILE.")) {
            parsed.path = path_kind::file;
            parsed.ending = word.substr(std::string_view{"FILE"}.size());
        }
    }
    return parsed;
}

}  // namespace pushwire::cli
