#pragma once
// What happened, as text, and the first thing that must not have. Lines look like this:
//
//      0.012345 c3     sends text of 120 bytes in 3 frames
//      0.012400 w0     fd 2 message: text of 120 bytes
//   who: cN a client, wN a worker (its handlers), tN a thread of the application's, net the network, sim the simulation

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "sim/schedule.hpp"

namespace pushwire::sim {

class record {
  public:
    using writer = std::function<void(std::string_view line)>;

    /// Without a writer nothing is written down.
    record(const schedule& clock, writer out) : clock_{clock}, out_{std::move(out)} {}

    template <class... Parts>
    void note(std::string_view who, const Parts&... parts) {
        if (!out_) return;
        begin_line(who);
        (add(parts), ...);
        line_ += '\n';
        out_(line_);
    }

    /// An oracle is broken. The first one counts: what follows may be its consequence.
    template <class... Parts>
    void fail(std::string_view oracle, const Parts&... parts) {
        if (failed()) return;
        oracle_ = oracle;
        std::swap(line_, finding_);
        line_.clear();
        (add(parts), ...);
        std::swap(line_, finding_);
        note("sim", "BROKEN: ", oracle_, ": ", finding_);
    }
    template <class... Parts>
    bool expect(bool holds, std::string_view oracle, const Parts&... parts) {
        if (!holds) fail(oracle, parts...);
        return holds;
    }

    [[nodiscard]] bool failed() const { return !oracle_.empty(); }
    [[nodiscard]] const std::string& oracle() const { return oracle_; }
    [[nodiscard]] const std::string& finding() const { return finding_; }
    [[nodiscard]] bool writes() const { return out_ != nullptr; }

  private:
    void begin_line(std::string_view who) {
        const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(clock_.elapsed()).count();
        auto fraction = std::to_string(1'000'000 + micros % 1'000'000);
        fraction[0] = '.';
        const auto seconds = std::to_string(micros / 1'000'000);
        line_.assign(seconds.size() < 4 ? 4 - seconds.size() : 0, ' ');
        line_ += seconds;
        line_ += fraction;
        line_ += ' ';
        line_ += who;
        line_.append(who.size() < 6 ? 7 - who.size() : 1, ' ');
    }
    void add(std::string_view text) { line_ += text; }
    void add(const std::string& text) { line_ += text; }
    void add(const char* text) { line_ += text; }
    void add(std::chrono::milliseconds time) { line_ += std::to_string(time.count()) + " ms"; }
    template <class Number>
    void add(const Number& number)
        requires std::is_arithmetic_v<Number>
    {
        line_ += std::to_string(number);
    }

    const schedule& clock_;
    writer out_;
    std::string line_;
    std::string oracle_;
    std::string finding_;
};

}  // namespace pushwire::sim
