// Lists in header fields, as Sec-WebSocket-Extensions and Sec-WebSocket-Protocol hold them (RFC 6455 9.1, 11.3.4; RFC 9110 5.6.1).
//
//   the input is field values, one a line

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "fuzz/support/byte_source.hpp"
#include "fuzz/support/check.hpp"
#include "protocol/token_list.hpp"

namespace pushwire::fuzz {
namespace {

constexpr std::string_view name = "Sec-WebSocket-Extensions";

std::vector<header_field> fields_of(std::string_view text) {
    std::vector<header_field> fields;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        fields.push_back({name, text.substr(0, end)});
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return fields;
}

/// The elements of all values, the plain way.
std::vector<std::string> elements_of(const std::vector<header_field>& fields) {
    std::vector<std::string> elements;
    for (const auto& field : fields) {
        std::string element;
        for (const char c : std::string{field.value} + ",") {
            if (c != ',') {
                element += c;
                continue;
            }
            const auto begin = element.find_first_not_of(" \t");
            if (begin != std::string::npos)
                elements.push_back(element.substr(begin, element.find_last_not_of(" \t") - begin + 1));
            element.clear();
        }
    }
    return elements;
}

bool is_token(std::string_view text) {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::ranges::all_of(text, [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               marks.contains(c);
    });
}

/// Written again in the plainest way, it is the same list.
void check_listed(std::span<const protocol::extension> extensions) {
    FUZZ_CHECK(!extensions.empty());
    std::string written;
    for (const auto& extension : extensions) {
        FUZZ_CHECK(is_token(extension.name));
        written += (written.empty() ? "" : ",") + std::string{extension.name};
        for (const auto& parameter : extension.parameters) {
            FUZZ_CHECK(is_token(parameter.name) && (!parameter.value || is_token(*parameter.value)));
            written += ";" + std::string{parameter.name} + (parameter.value ? "=" + *parameter.value : "");
        }
    }
    const std::vector<header_field> field{{name, written}};
    const auto again = protocol::listed_extensions(header_fields{field}, name);
    const auto same_parameter = [](const auto& a, const auto& b) {
        return a.name == b.name && a.value == b.value;
    };
    FUZZ_CHECK(again && std::ranges::equal(*again, extensions, [&](const auto& a, const auto& b) {
                   return a.name == b.name && std::ranges::equal(a.parameters, b.parameters, same_parameter);
               }));
}

void check(std::string_view input) {
    const auto list = fields_of(input);
    const header_fields fields{list};
    const auto elements = elements_of(list);

    std::vector<std::string> found;
    for (const auto& field : list) {
        auto rest = field.value;
        while (const auto element = protocol::next_element(rest)) found.emplace_back(*element);
    }
    FUZZ_CHECK(found == elements);
    FUZZ_CHECK(protocol::count(fields, "sec-websocket-extensions") == list.size());

    const auto tokens = protocol::different_tokens(fields, name);
    const bool all_different =
        std::set<std::string>(elements.begin(), elements.end()).size() == elements.size();
    FUZZ_CHECK(tokens.has_value() ==
               (!elements.empty() && all_different && std::ranges::all_of(elements, is_token)));
    if (tokens) FUZZ_CHECK(std::ranges::equal(*tokens, elements));

    // Without quotes, parameters and commas, a list of extensions is a list of tokens.
    const bool plain = input.find_first_of("\";=") == std::string_view::npos;
    const auto extensions = protocol::listed_extensions(fields, name);
    if (plain)
        FUZZ_CHECK(extensions.has_value() == (!elements.empty() && std::ranges::all_of(elements, is_token)));
    if (extensions) check_listed(*extensions);
}

}  // namespace
}  // namespace pushwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    pushwire::fuzz::check(pushwire::fuzz::as_text(std::as_bytes(std::span{data, size})));
    return 0;
}
