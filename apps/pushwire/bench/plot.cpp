#include "plot.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "markup.hpp"

namespace pushwire::bench {
namespace {

// Units of the SVG: about pixels on a phone.
constexpr double width = 400;
constexpr double height = 230;
constexpr double left = 52;
constexpr double right = 30;
constexpr double top = 24;
constexpr double bottom = 34;

class canvas {
  public:
    explicit canvas(const plot& of) : of_{of}, y_from_{of.y_ticks.front().at}, y_to_{of.y_ticks.back().at} {}

    [[nodiscard]] double x(double value) const {
        return left + (value - of_.x_from) / (of_.x_to - of_.x_from) * (width - left - right);
    }
    [[nodiscard]] double y(double value) const {
        return height - bottom - (value - y_from_) / (y_to_ - y_from_) * (height - top - bottom);
    }

  private:
    const plot& of_;
    double y_from_;
    double y_to_;
};

std::string axes(const plot& of, const canvas& on) {
    std::string svg;
    for (const auto& [at, label] : of.y_ticks) {
        svg += fmt::format(R"(<line class="grid" x1="{0}" x2="{1}" y1="{2:.1f}" y2="{2:.1f}"/>)", left,
                           width - right, on.y(at));
        svg += fmt::format(R"(<text x="{}" y="{:.1f}" text-anchor="end">{}</text>)", left - 6, on.y(at) + 4,
                           label);
    }
    for (const auto& [at, label] : of.x_ticks) {
        svg += fmt::format(R"(<text x="{:.1f}" y="{}" text-anchor="middle">{}</text>)", on.x(at),
                           height - bottom + 14, label);
    }
    svg += fmt::format(R"(<text x="2" y="10">{}</text>)", escaped(of.y_name));
    svg += fmt::format(R"(<text x="{}" y="{}" text-anchor="end">{}</text>)", width - right, height - 4,
                       escaped(of.x_name));
    return svg;
}

std::string drawn(const line& each, const canvas& on) {
    if (each.points.empty()) return {};
    std::string path;
    std::string marks;
    for (const auto& [x, y, title] : each.points) {
        path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", on.x(x), on.y(y));
        if (title.empty()) continue;
        marks += fmt::format(R"(<circle cx="{:.1f}" cy="{:.1f}" r="2.5"><title>{}</title></circle>)", on.x(x),
                             on.y(y), escaped(title));
    }
    const auto& last = each.points.back();
    const auto name = each.name.empty() ? std::string{}
                                        : fmt::format(R"(<text class="name" x="{:.1f}" y="{:.1f}">{}</text>)",
                                                      on.x(last.x) + 5, on.y(last.y) + 4, escaped(each.name));
    return fmt::format(R"(<g class="{}"><path d="{}"/>{}{}</g>)", each.style, path, marks, name);
}

}  // namespace

std::string as_svg(const plot& of) {
    const canvas on{of};
    auto svg = fmt::format(R"(<svg viewBox="0 0 {} {}" role="img" aria-label="{}">)", width, height,
                           escaped(of.description));
    svg += axes(of, on);
    for (const auto& each : of.lines) svg += drawn(each, on);
    return svg + "</svg>\n";
}

std::vector<double> linear_ticks(double most) {
    constexpr double wanted = 4;
    const auto rough = std::max(most, 1e-9) / wanted;
    const auto power = std::pow(10, std::floor(std::log10(rough)));
    const auto step = power * (rough / power <= 1 ? 1 : rough / power <= 2 ? 2 : rough / power <= 5 ? 5 : 10);
    std::vector<double> ticks;
    for (int i = 0; ticks.empty() || ticks.back() < most; ++i) ticks.push_back(i * step);
    return ticks;
}

std::vector<double> logarithmic_ticks(double least, double most) {
    constexpr double wide = 2.2;  // decades beyond which only powers of ten are marked
    const bool powers_only = std::log10(most / least) > wide;
    std::vector<double> ticks;
    for (auto power = std::pow(10, std::floor(std::log10(least))); ticks.empty() || ticks.back() < most;
         power *= 10) {
        for (const double factor : {1.0, 2.0, 5.0}) {
            if (powers_only && factor > 1) continue;
            const auto value = power * factor;
            if (!ticks.empty() && ticks.back() >= most) break;
            if (!ticks.empty() && value <= least) ticks.pop_back();  // the one before is not needed
            ticks.push_back(value);
        }
    }
    if (ticks.size() == 1) ticks.push_back(ticks.front() * 10);
    return ticks;
}

}  // namespace pushwire::bench
