#pragma once
// Lists in header fields: elements with commas between them, which may be spread over several fields of the same name
// (RFC 9110 5.3, 5.6.1). Empty elements are skipped, as a recipient must (5.6.1.2).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pushwire/request.hpp>

namespace pushwire::protocol {

/// The next element of a list, without the white space around it; takes it off `rest`. Nullopt at the end. For lists
/// whose elements hold no quoted strings.
[[nodiscard]] std::optional<std::string_view> next_element(std::string_view& rest) noexcept;

/// How many fields have that name.
[[nodiscard]] std::size_t count(const header_fields& fields, std::string_view name) noexcept;

/// Whether one of the fields of that name lists `token`, in any case.
[[nodiscard]] bool lists(const header_fields& fields, std::string_view name, std::string_view token) noexcept;

/// The tokens that the fields of that name list, in their order: nullopt if there is none, if one is not a token, or if
/// one comes twice (RFC 6455 4.1, 11.3.4, on Sec-WebSocket-Protocol). Views into the fields' values.
[[nodiscard]] std::optional<std::vector<std::string_view>> different_tokens(const header_fields& fields,
                                                                            std::string_view name);

struct extension_parameter {
    std::string_view name;
    std::optional<std::string> value;  ///< without quotes
};

struct extension {
    std::string_view name;
    std::vector<extension_parameter> parameters;
};

/// What of a list of extensions is kept: those of this name, and so many parameters of each.
struct extension_filter {
    std::string_view name;
    std::size_t most_parameters = 0;
};

/// The extensions that the fields of that name list, in their order: nullopt unless they are a list of at least one, as
/// RFC 6455 9.1 writes it:
///   extension = token *( ";" token [ "=" ( token / quoted-string ) ] ),
/// where what a quoted-string stands for is a token too. The names are views into the fields' values. A list takes up many
/// times the memory of its text: with a filter, all of it is read, and only what passes is kept.
[[nodiscard]] std::optional<std::vector<extension>> listed_extensions(
    const header_fields& fields, std::string_view name, const std::optional<extension_filter>& filter = {});

}  // namespace pushwire::protocol
