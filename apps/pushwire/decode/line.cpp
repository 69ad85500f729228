#include "line.hpp"

#include <algorithm>

namespace pushwire::decode {
namespace {

constexpr std::size_t comments_start = 40;  // column

// ECMA-48: bold red, green, faint
const char* colour_of(tone how) {
    switch (how) {
        case tone::wrong:
            return "\x1b[1;31m";
        case tone::right:
            return "\x1b[32m";
        case tone::plain:
            break;
    }
    return "\x1b[2m";
}

}  // namespace

std::string to_text(const line& of, bool coloured) {
    auto text = of.text;
    if (!of.comment.empty()) {
        if (!text.empty()) text.resize(std::max(text.size() + 2, comments_start), ' ');
        if (coloured) text += colour_of(of.tone);
        text += "# " + of.comment;
        if (coloured) text += "\x1b[0m";
    }
    return text + '\n';
}

}  // namespace pushwire::decode
