// `pushwire bench`: loads a server, and says what came of it.

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "command.hpp"
#include "failure.hpp"
#include "result.hpp"
#include "run.hpp"
#include "settings.hpp"

namespace pushwire::bench {
namespace {

using file_pointer = std::unique_ptr<std::FILE, decltype(&std::fclose)>;

// A file that is open before the run, so that a run is not lost for a name that is wrong.
file_pointer open_file(std::string_view option, const std::string& path) {
    file_pointer file{nullptr, &std::fclose};
    if (path.empty() || path == "-") return file;
    file.reset(std::fopen(path.c_str(), "w"));
    if (!file)
        throw cli::usage_error{fmt::format("{}: cannot write {}: {}", option, path, std::strerror(errno))};
    return file;
}

void write(std::FILE* to, const std::string& text, std::string_view path) {
    if (std::fwrite(text.data(), 1, text.size(), to) == text.size() && std::fflush(to) == 0) return;
    throw failure{fmt::format("cannot write {}: {}", path, std::strerror(errno))};
}

}  // namespace
}  // namespace pushwire::bench

namespace pushwire::cli {

int bench(std::span<char* const> arguments) {
    using namespace pushwire::bench;
    settings with;
    if (!read_settings(arguments, with)) return 0;
    const auto json = open_file("--json", with.json);
    const auto html = open_file("--html", with.html);

    const auto result = run(with);
    // Whoever reads the JSON from standard output gets nothing else there.
    if (with.json == "-") {
        write(stdout, as_json(result), "the results");
        for (const auto& each : result.notes) fmt::print(stderr, "pushwire bench: {}\n", each);
    } else {
        write(stdout, as_table(result), "the results");
    }
    if (json) write(json.get(), as_json(result), with.json);
    if (html) write(html.get(), as_page(result), with.html);
    return 0;
}

}  // namespace pushwire::cli
