#pragma once
// Which clause of which RFC each error row stands for, as far as bytes alone can break one.

#include <string_view>

#include <pushwire/error.hpp>

namespace pushwire::decode {

struct clause {
    std::string_view section;  ///< "RFC 6455 5.5"; empty: no bytes make this error
    std::string_view field;    ///< of an HTTP head, whose line shows what is wrong; empty: none in particular
};

[[nodiscard]] clause clause_of(error why);

/// What the registry of RFC 6455 11.7 calls a close code: "normal closure".
[[nodiscard]] std::string_view name_of_close_code(unsigned code);

}  // namespace pushwire::decode
