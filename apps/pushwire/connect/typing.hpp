#pragma once
// A line that somebody types at a terminal, with editing and history (libedit), while other lines appear above it.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "connect/report.hpp"

namespace pushwire::connect {

/// There is one terminal, so there is one of these at a time.
class typing final : public screen {
  public:
    /// `entered` is told each line; nullptr once, at the end (Ctrl-D). The history is kept in `history_file`, if that
    /// is named.
    typing(std::string history_file, std::function<void(const char*)> entered);
    ~typing() override;
    typing(const typing&) = delete;
    typing& operator=(const typing&) = delete;

    /// Standard input is readable.
    void read();
    void show(std::string_view line) override;

  private:
    std::string history_file_;
};

}  // namespace pushwire::connect
