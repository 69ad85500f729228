#pragma once
// What `pushwire connect` prints: for people at a terminal, for a pipe, or as JSON for programs.

#include <chrono>
#include <memory>
#include <string_view>

#include <pushwire/client.hpp>

#include "connect/settings.hpp"

namespace pushwire::connect {

class report {
  public:
    virtual ~report() = default;

    virtual void opened(std::string_view url, const opening& how) = 0;
    virtual void received(const message& which) = 0;
    virtual void ponged(std::chrono::nanoseconds round_trip) = 0;
    virtual void closed(const close_info& how) = 0;
    virtual void failed(const connect_failure& why) = 0;
    /// About what was typed, or sent.
    virtual void note(std::string_view text) = 0;
    /// A line of the trace.
    virtual void trace(bool sent, std::string_view text) = 0;
};

/// Lines that appear above what is being typed.
class screen {
  public:
    virtual ~screen() = default;
    virtual void show(std::string_view line) = 0;
};

/// In colours, where the terminal has some.
[[nodiscard]] std::unique_ptr<report> report_to_terminal(screen& on, bool colours);
/// Messages to standard output, a line each; all else to standard error.
[[nodiscard]] std::unique_ptr<report> report_to_pipe();
[[nodiscard]] std::unique_ptr<report> report_as_json();

/// "1001, going away: the server is restarting"
[[nodiscard]] std::string in_words(const close_info& how);

/// `text` as a JSON string, in its quotes. It is valid UTF-8.
[[nodiscard]] std::string json_string(std::string_view text);
[[nodiscard]] std::string base64(std::string_view bytes);
[[nodiscard]] std::string in_hex(std::string_view bytes);
/// nullopt if it is not pairs of hex digits; white space between them is passed over.
[[nodiscard]] std::optional<std::string> from_hex(std::string_view digits);

}  // namespace pushwire::connect
