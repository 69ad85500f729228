#include "man_page.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <string_view>
#include <vector>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "placeholder.hpp"
#include "shell.hpp"

namespace pushwire::cli {
namespace {

// ---------------------------------------------------------------- roff

// The code point that begins `text`, which is cut to what follows it; `text` is valid UTF-8, being ours.
char32_t take_code_point(std::string_view& text) {
    const auto first = static_cast<unsigned char>(text.front());
    const std::size_t more = first < 0xc0 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    char32_t point = more == 0 ? first : first & (0x3f >> more);
    for (std::size_t i = 1; i <= more; ++i) point = point << 6 | (static_cast<unsigned char>(text[i]) & 0x3f);
    text.remove_prefix(more + 1);
    return point;
}

// Each character as it is: roff would make typography of some, which nobody could paste into a shell.
std::string escaped(std::string_view text) {
    std::string result = text.starts_with('.') ? "\\&" : "";
    while (!text.empty()) {
        switch (const auto point = take_code_point(text)) {
            case '\\':
                result += "\\e";
                break;
            case '-':
                result += "\\-";
                break;
            case '"':
                result += "\\(dq";
                break;
            case '\'':
                result += "\\(aq";
                break;
            case '`':
                result += "\\(ga";
                break;
            case '^':
                result += "\\(ha";
                break;
            case '~':
                result += "\\(ti";
                break;
            default:
                if (point < 0x80) {
                    result += static_cast<char>(point);
                } else {
                    result += fmt::format("\\[u{:04X}]", static_cast<std::uint32_t>(point));
                }
        }
    }
    return result;
}

// Words of running text become lines: a new one for each sentence, as mdoc wants it, and for each name of an option, which
// is marked as one.
class running_text {
  public:
    void add(std::string_view word) {
        if (is_option(word)) return add_option(word);
        const auto written = escaped(word);
        if (!line_.empty() && line_.size() + 1 + written.size() > longest_line) end_line();
        if (!line_.empty()) line_ += ' ';
        line_ += written;
        if (ends_a_sentence(word)) end_line();
    }
    std::string take() {
        end_line();
        return std::move(lines_);
    }

  private:
    static constexpr std::size_t longest_line = 78;

    static bool is_option(std::string_view word) {
        const auto name = word.substr(std::min(word.find_first_not_of('('), word.size()));
        return name.starts_with("--") && name.size() > 2;
    }
    static bool ends_a_sentence(std::string_view word) {
        while (word.ends_with(')') || word.ends_with('"')) word.remove_suffix(1);
        if (word.ends_with("...")) return false;
        return word.ends_with('.') || word.ends_with('?') || word.ends_with('!');
    }
    // "(--name)," is `.Fl ( -name ) ,`: mdoc wants punctuation as words.
    void add_option(std::string_view word) {
        end_line();
        lines_ += ".Fl";
        for (; word.front() == '('; word.remove_prefix(1)) lines_ += " (";
        const auto end = word.find_last_not_of(".,:;)?!") + 1;
        lines_ += " " + escaped(word.substr(1, end - 1));
        for (const char mark : word.substr(end)) lines_ += fmt::format(" {}", mark);
        lines_ += '\n';
    }
    void end_line() {
        if (!line_.empty()) lines_ += line_ + "\n";
        line_.clear();
    }

    std::string line_;
    std::string lines_;
};

std::string text(std::string_view paragraph) {
    running_text running;
    while (!paragraph.empty()) {
        const auto end = std::min(paragraph.find_first_of(" \n"), paragraph.size());
        if (end > 0) running.add(paragraph.substr(0, end));
        paragraph.remove_prefix(std::min(end + 1, paragraph.size()));
    }
    return running.take();
}

// A command on lines that fit a terminal, broken before options.
std::string literal(std::string_view command) {
    constexpr std::size_t longest = 68;
    std::string result;
    while (command.size() > longest) {
        const auto at = command.rfind(" --", longest);
        if (at == command.npos || at == 0) break;
        result += escaped(command.substr(0, at)) + " \\e\n    ";
        command.remove_prefix(at + 1);
    }
    return result + escaped(command) + "\n";
}

// ---------------------------------------------------------------- what a page is made of

std::string date() {
    const auto* const given = std::getenv("SOURCE_DATE_EPOCH");
    const auto now = given ? static_cast<std::time_t>(std::strtoll(given, nullptr, 10)) : std::time(nullptr);
    const auto day = fmt::gmtime(now);
    return fmt::format("{:%B} {}, {:%Y}", day, day.tm_mday, day);
}

std::string page_name(std::string_view command) {
    std::string name{command};
    for (char& each : name) {
        if (each == ' ') each = '-';
    }
    return name;
}

// What whatis(1) says: the description, which is a sentence, in its own form.
std::string one_line(std::string_view description) {
    std::string line{description.substr(0, description.find_last_not_of('.') + 1)};
    line.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(line.front())));
    return line;
}

std::string as_sentence(std::string_view purpose) {
    std::string sentence{purpose};
    sentence.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(sentence.front())));
    return sentence + ":";
}

std::string heading(const command_help& help) {
    const auto name = page_name(help.name);
    std::string title = name;
    for (char& each : title) each = static_cast<char>(std::toupper(static_cast<unsigned char>(each)));
    return fmt::format(".Dd {}\n.Dt {} 1\n.Os Pushwire {}\n.Sh NAME\n.Nm {}\n.Nd {}\n", date(), title,
                       PUSHWIRE_VERSION, name, escaped(one_line(help.description)));
}

std::string description(const command_help& help) {
    auto section = ".Sh DESCRIPTION\n" + text(help.description);
    for (const auto& each : help.notes) section += ".Pp\n" + text(each);
    return section;
}

// "Ar N | Cm auto"
std::string value_of(const option& row) {
    std::string value;
    const auto parsed = parse_placeholder(row.placeholder);
    for (const auto& word : parsed.words) {
        value += fmt::format("{} {} {}", value.empty() ? "" : " |", is_written_as_it_is(word) ? "Cm" : "Ar",
                             escaped(word));
    }
    return (parsed.optional ? " Op" : "") + value;
}

std::string row(const option& each) {
    if (each.kind == option_kind::operand) return fmt::format(".It Ar {}\n{}", each.name, text(each.help));
    return fmt::format(".It Fl \\-{}{}{}\n{}", escaped(each.name), value_of(each),
                       each.kind == option_kind::list ? " ..." : "", text(each.help));
}

constexpr std::string_view list = ".Bl -tag -width Ds\n";
constexpr std::string_view list_end = ".El\n";

std::string rows(std::string_view macro, std::span<const term> terms) {
    std::string result{list};
    for (const auto& each : terms)
        result += fmt::format(".It {}{}\n{}", macro, escaped(each.name), text(each.meaning));
    return result.append(list_end);
}

const std::vector<term>& usual_exit_statuses() {
    static const std::vector<term> all{
        {"0", "All went well."},
        {"1", "It began, and then failed."},
        {"2",
         "It could not begin: a wrong option, a port in use, a file that cannot be read. A line on "
         "standard error says what is wrong, and how to mend it."},
    };
    return all;
}

std::string exit_statuses(const command_help& help) {
    return ".Sh EXIT STATUS\n" +
           rows("", help.exit_statuses.empty() ? usual_exit_statuses() : help.exit_statuses);
}

std::string examples(const command_help& help) {
    std::string section = ".Sh EXAMPLES\n";
    bool first = true;
    for (const auto& [command, purpose] : help.examples) {
        if (!purpose.empty()) section += (first ? "" : ".Pp\n") + text(as_sentence(purpose));
        section += ".Bd -literal -offset indent\n" + literal(command) + ".Ed\n";
        first = false;
    }
    return section;
}

// In the order of the alphabet, as is the custom.
std::string see_also(std::span<const command> commands) {
    std::vector<std::string> pages;
    for (const auto& each : commands) pages.push_back(fmt::format(".Xr pushwire-{} 1", each.name));
    std::ranges::sort(pages);
    return fmt::format("{}\n", fmt::join(pages, " ,\n"));
}

// What --config names.
std::string file_of_options(const option& config) {
    return fmt::format(
        ".It Ar {}\n{}", escaped(config.placeholder),
        text("Options in TOML, a line for each: its name without the dashes before it, = and its value. What "
             "may be given again and again is an array, and what has no value is true or false."));
}

}  // namespace

std::string man_page(const command_help& help, std::span<const option> options) {
    auto page = heading(help) + fmt::format(".Sh SYNOPSIS\n.Nm {}\n.Op Ar option ...\n", help.name);
    std::string about_options{list};
    std::string about_files;
    about_options += ".It Fl h , Fl \\-help\nPrint a help text.\n";
    for (const auto& each : options) {
        if (each.kind == option_kind::operand) page += fmt::format(".Op Ar {}\n", each.name);
        about_options += row(each);
        if (each.name == "config") about_files = file_of_options(each);
    }
    page += description(help);
    page += ".Sh OPTIONS\n" + about_options.append(list_end);
    if (!help.signals.empty()) page += ".Sh SIGNALS\n" + rows("Dv ", help.signals);
    for (const auto& each : help.files)
        about_files += fmt::format(".It {}\n{}", escaped(each.name), text(each.meaning));
    if (!about_files.empty()) page += fmt::format(".Sh FILES\n{}{}{}", list, about_files, list_end);
    return page + exit_statuses(help) + examples(help) + ".Sh SEE ALSO\n.Xr pushwire 1\n";
}

std::string man_page(const command_help& program, std::span<const command> commands) {
    auto page = heading(program);
    page += ".Sh SYNOPSIS\n.Nm\n.Ar command\n.Op Ar option ...\n.Nm\n.Fl h | \\-help | \\-version\n";
    page += description(program);
    page += ".Sh COMMANDS\nEach has a page of its own.\n" + std::string{list};
    for (const auto& each : commands) page += fmt::format(".It Cm {}\n{}", each.name, text(each.summary));
    page += list_end;
    page += fmt::format(
        ".Sh OPTIONS\n{}.It Fl h , Fl \\-help\nPrint a help text; after a command, its own.\n"
        ".It Fl \\-version\nPrint the version.\n{}",
        list, list_end);
    return page + exit_statuses(program) + examples(program) + ".Sh SEE ALSO\n" + see_also(commands);
}

}  // namespace pushwire::cli
