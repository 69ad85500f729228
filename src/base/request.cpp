#include <algorithm>

#include <pushwire/request.hpp>

namespace pushwire {
namespace {

constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

constexpr std::string_view trim(std::string_view text) {
    constexpr std::string_view blank = " \t";
    const auto first = text.find_first_not_of(blank);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] != b[i] && lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}

std::optional<std::string_view> header_fields::find(std::string_view name) const noexcept {
    for (const auto& field : fields_) {
        if (equal_ignoring_case(field.name, name)) return field.value;
    }
    return std::nullopt;
}

std::string_view header_fields::operator[](std::string_view name) const noexcept {
    return find(name).value_or(std::string_view{});
}

std::optional<std::string_view> request::cookie(std::string_view name) const noexcept {
    for (const auto& field : headers) {
        if (!equal_ignoring_case(field.name, "cookie")) continue;
        for (std::string_view rest = field.value; !rest.empty();) {
            const auto end = std::min(rest.find(';'), rest.size());
            const auto pair = trim(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
            const auto equals = pair.find('=');
            if (equals != pair.npos && pair.substr(0, equals) == name) return pair.substr(equals + 1);
        }
    }
    return std::nullopt;
}

}  // namespace pushwire
