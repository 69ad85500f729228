#include "connect/typing.hpp"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <editline/readline.h>

namespace pushwire::connect {
namespace {

constexpr auto prompt = "> ";
constexpr int most_remembered = 1000;  // lines

// libedit knows no object of ours.
std::function<void(const char*)> told;
bool telling = false;  // a line has been entered, and the next one has not begun

void begin_line();

void line_is_there(char* line) {
    if (line != nullptr && *line != '\0') ::add_history(line);
    telling = true;
    told(line);
    telling = false;
    std::free(line);
    begin_line();
}

// For each line anew: with its end libedit has given the terminal back.
void begin_line() {
    ::rl_callback_handler_install(prompt, line_is_there);
}

}  // namespace

typing::typing(std::string history_file, std::function<void(const char*)> entered)
    : history_file_{std::move(history_file)} {
    told = std::move(entered);
    ::using_history();
    ::stifle_history(most_remembered);
    if (!history_file_.empty()) ::read_history(history_file_.c_str());
    begin_line();
}

typing::~typing() {
    ::rl_callback_handler_remove();
    if (!history_file_.empty()) ::write_history(history_file_.c_str());
    std::fputs("\r\033[K", stdout);
    std::fflush(stdout);
    told = nullptr;
}

void typing::read() {
    ::rl_callback_read_char();
}

// In place of the line that is being typed, which then stands below.
void typing::show(std::string_view line) {
    std::fputs("\r\033[K", stdout);
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fputc('\n', stdout);
    std::fflush(stdout);
    if (!telling) ::rl_forced_update_display();
}

}  // namespace pushwire::connect
