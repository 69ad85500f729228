// Runs inputs through a target without a fuzzer, so that ordinary builds test what fuzzing has found.
//
//   fuzz_replay TARGET FILE|FOLDER ...
//   fuzz_replay --show session_server|session_client FILE     prints it as a transcript

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <vector>

#include "fuzz/support/script.hpp"

// The targets' functions have a name each in this program: see CMakeLists.txt.
#define TARGET(name) extern "C" int replay_##name(const std::uint8_t* data, std::size_t size);
#include "fuzz_targets.inc"
#undef TARGET

namespace {

namespace fs = std::filesystem;

struct target {
    std::string_view name;
    int (*run)(const std::uint8_t* data, std::size_t size);
};

constexpr target targets[] = {
#define TARGET(name) {#name, replay_##name},
#include "fuzz_targets.inc"
#undef TARGET
};

std::vector<fs::path> files_of(const fs::path& place) {
    if (!fs::is_directory(place)) return {place};
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator{place}) {
        if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
}

std::vector<std::uint8_t> read(const fs::path& file) {
    std::ifstream stream{file, std::ios::binary};
    if (!stream) {
        std::fprintf(stderr, "fuzz_replay: %s cannot be read\n", file.c_str());
        std::exit(2);
    }
    // In a buffer of its exact size, so that a sanitizer sees a step past the end.
    return {std::istreambuf_iterator<char>{stream}, {}};
}

int show(std::string_view target, const fs::path& file) {
    using pushwire::protocol::role;
    const auto as = target == "session_client" ? role::client : role::server;
    std::fputs(pushwire::fuzz::to_text(pushwire::fuzz::read_script(as, read(file))).c_str(), stdout);
    return 0;
}

}  // namespace

int main(int count, char** arguments) {
    if (count == 4 && std::string_view{arguments[1]} == "--show") return show(arguments[2], arguments[3]);
    const auto* const target =
        std::ranges::find(targets, std::string_view{count > 1 ? arguments[1] : ""}, &target::name);
    if (target == std::end(targets) || count < 3) {
        std::fputs("usage: fuzz_replay TARGET FILE|FOLDER ...\n", stderr);
        return 2;
    }
    std::size_t played = 0;
    for (int i = 2; i < count; ++i) {
        for (const auto& file : files_of(arguments[i])) {
            // A target that finds something stops the process; this line says with which input.
            std::fprintf(stderr, "%s\n", file.c_str());
            const auto input = read(file);
            target->run(input.data(), input.size());
            ++played;
        }
    }
    std::printf("%.*s: %zu inputs\n", static_cast<int>(target->name.size()), target->name.data(), played);
    return played == 0 ? 1 : 0;
}
