#pragma once
// Text within HTML and SVG.

#include <string>
#include <string_view>

namespace pushwire::bench {

[[nodiscard]] inline std::string escaped(std::string_view text) {
    std::string result;
    for (const char each : text) {
        switch (each) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            default:
                result += each;
        }
    }
    return result;
}

}  // namespace pushwire::bench
