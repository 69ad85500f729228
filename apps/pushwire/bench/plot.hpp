#pragma once
// A line plot as inline SVG. Its colours are CSS variables of the page that it stands in.

#include <string>
#include <utility>
#include <vector>

namespace pushwire::bench {

struct tick {
    double at;
    std::string label;
};

struct point {
    double x;
    double y;
    std::string title;  ///< shown by who points at it; may be empty
};

struct line {
    std::string name;   ///< stands at its end; may be empty
    std::string style;  ///< a class of the page: "first", "second"
    std::vector<point> points;
};

struct plot {
    std::string description;  ///< for who cannot see it
    std::string y_name;       ///< what is up, with its unit
    std::string x_name;
    double x_from = 0;
    double x_to = 1;
    std::vector<tick> x_ticks;
    std::vector<tick> y_ticks;  ///< the first and the last are the ends of the axis
    std::vector<line> lines;
};

[[nodiscard]] std::string as_svg(const plot& of);

/// Round numbers from 0 to at least `most`.
[[nodiscard]] std::vector<double> linear_ticks(double most);
/// 1, 2, 5, 10 … times powers of ten, from at most `least` to at least `most`; few of them where that spans much.
[[nodiscard]] std::vector<double> logarithmic_ticks(double least, double most);

}  // namespace pushwire::bench
