#include <array>

#include <pushwire/error.hpp>

namespace pushwire {
namespace {

constexpr std::array rows{
    error_row{"none", error_family::none, 1000, 0, ""},
#define PUSHWIRE_ERROR(name, family, code, status, text) \
    error_row{#name, error_family::family, code, status, text},
#include <pushwire/error_rows.def>
#undef PUSHWIRE_ERROR
};

#define PUSHWIRE_ERROR(name, family, code, status, text) \
    static_assert(sizeof(text) - 1 <= 123, "the text of " #name " does not fit a close frame");
#include <pushwire/error_rows.def>
#undef PUSHWIRE_ERROR

}  // namespace

const error_row& describe(error why) noexcept {
    return rows[static_cast<std::size_t>(why)];
}

}  // namespace pushwire
