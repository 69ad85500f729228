#include "protocol/token_list.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "protocol/characters.hpp"

namespace pushwire::protocol {
namespace {

constexpr std::string_view blank = " \t";  // OWS, RFC 9110 5.6.3

std::string_view trimmed(std::string_view text) noexcept {
    const auto first = text.find_first_not_of(blank);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

// Reads the list of extensions in one field's value from left to right.
class extension_reader {
  public:
    extension_reader(std::string_view text, const std::optional<extension_filter>& filter)
        : rest_{text}, filter_{filter} {}

    /// Appends the extensions that the value lists and that pass the filter. False if it is malformed.
    bool read(std::vector<extension>& into) {
        for (;;) {
            while (skip(',')) {
            }
            if (rest_.empty()) return true;
            extension one;
            if (!read_extension(one)) return false;
            listed_ = true;
            if (!filter_ || one.name == filter_->name) into.push_back(std::move(one));
            if (!rest_.empty() && !skip(',')) return false;
        }
    }

    /// Whether there was one, kept or not.
    [[nodiscard]] bool listed() const noexcept { return listed_; }

  private:
    void skip_blanks() noexcept {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(blank), rest_.size()));
    }

    bool skip(char c) noexcept {
        skip_blanks();
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        skip_blanks();
        return true;
    }

    /// Empty if there is none.
    std::string_view read_token() noexcept {
        const auto end = std::ranges::find_if_not(rest_, [](char c) { return is(token_character, c); });
        const auto token = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
        rest_.remove_prefix(token.size());
        return token;
    }

    // RFC 6455 9.1: "the value after quoted-string unescaping MUST conform to the 'token' ABNF"
    std::string read_quoted_token() {
        rest_.remove_prefix(1);  // the opening quote
        for (std::string token;; rest_.remove_prefix(1)) {
            if (rest_.starts_with('\\')) {
                rest_.remove_prefix(1);
            } else if (rest_.starts_with('"')) {
                rest_.remove_prefix(1);
                return token;
            }
            if (rest_.empty() || !is(token_character, rest_.front())) return {};
            token += rest_.front();
        }
    }

    bool read_extension(extension& into) {
        into.name = read_token();
        if (into.name.empty()) return false;
        const auto most = most_parameters(into.name);
        while (skip(';')) {
            extension_parameter parameter{read_token(), std::nullopt};
            if (parameter.name.empty()) return false;
            if (skip('=')) {
                parameter.value = rest_.starts_with('"') ? read_quoted_token() : std::string{read_token()};
                if (parameter.value->empty()) return false;
            }
            if (into.parameters.size() < most) into.parameters.push_back(std::move(parameter));
        }
        return true;
    }

    [[nodiscard]] std::size_t most_parameters(std::string_view name) const noexcept {
        if (!filter_) return std::numeric_limits<std::size_t>::max();
        return name == filter_->name ? filter_->most_parameters : 0;
    }

    std::string_view rest_;
    std::optional<extension_filter> filter_;
    bool listed_ = false;
};

}  // namespace

std::optional<std::string_view> next_element(std::string_view& rest) noexcept {
    while (!rest.empty()) {
        const auto end = std::min(rest.find(','), rest.size());
        const auto element = trimmed(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (!element.empty()) return element;
    }
    return std::nullopt;
}

std::size_t count(const header_fields& fields, std::string_view name) noexcept {
    return static_cast<std::size_t>(std::ranges::count_if(
        fields, [&](const header_field& field) { return equal_ignoring_case(field.name, name); }));
}

bool lists(const header_fields& fields, std::string_view name, std::string_view token) noexcept {
    for (const auto& field : fields) {
        if (!equal_ignoring_case(field.name, name)) continue;
        auto rest = field.value;
        while (const auto element = next_element(rest)) {
            if (equal_ignoring_case(*element, token)) return true;
        }
    }
    return false;
}

std::optional<std::vector<std::string_view>> different_tokens(const header_fields& fields,
                                                              std::string_view name) {
    std::vector<std::string_view> tokens;
    for (const auto& field : fields) {
        if (!equal_ignoring_case(field.name, name)) continue;
        auto rest = field.value;
        while (const auto element = next_element(rest)) {
            if (!is_token(*element)) return std::nullopt;
            tokens.push_back(*element);
        }
    }
    // Sorted, since a header of many short tokens must not cost the square of their number.
    auto sorted = tokens;
    std::ranges::sort(sorted);
    if (tokens.empty() || std::ranges::adjacent_find(sorted) != sorted.end()) return std::nullopt;
    return tokens;
}

std::optional<std::vector<extension>> listed_extensions(const header_fields& fields, std::string_view name,
                                                        const std::optional<extension_filter>& filter) {
    std::vector<extension> extensions;
    bool listed = false;
    for (const auto& field : fields) {
        if (!equal_ignoring_case(field.name, name)) continue;
        extension_reader reader{field.value, filter};
        if (!reader.read(extensions)) return std::nullopt;
        listed = listed || reader.listed();
    }
    if (!listed) return std::nullopt;
    return extensions;
}

}  // namespace pushwire::protocol
