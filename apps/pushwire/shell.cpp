#include "shell.hpp"

#include <array>

namespace pushwire::cli {

const shell* find_shell(std::string_view name) {
    for (const auto* each : {&bash, &zsh, &fish}) {
        if (each->name == name) return each;
    }
    return nullptr;
}

std::string_view last_word(std::string_view name) {
    return name.substr(name.rfind(' ') + 1);
}

std::string with_backslashes(std::string_view text, std::string_view these) {
    std::string result;
    for (const char each : text) {
        if (these.find(each) != std::string_view::npos) result += '\\';
        result += each;
    }
    return result;
}

}  // namespace pushwire::cli
