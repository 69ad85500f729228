#pragma once
// What main and the subcommands agree on.

#include <span>
#include <stdexcept>
#include <string_view>

namespace pushwire::cli {

/// What the user got wrong: one line that says what, and how to mend it. Ends the program with status 2.
class usage_error : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

struct command {
    std::string_view name;
    std::string_view summary;
    /// Takes what followed the name on the command line; gives the exit status.
    int (*run)(std::span<char* const> arguments);
};

int serve(std::span<char* const> arguments);
int bench(std::span<char* const> arguments);
int decode(std::span<char* const> arguments);
int connect(std::span<char* const> arguments);
int completion(std::span<char* const> arguments);

/// All that there are.
std::span<const command> commands();

}  // namespace pushwire::cli
