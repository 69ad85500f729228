#pragma once
// Transcripts as files, and a test for each: what the runners have in common.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace pushwire::transcripts {

/// The folder of the transcripts.
extern const std::filesystem::path home;

[[nodiscard]] std::string read(const std::filesystem::path& file);

/// As a failure names the file: from the repository's root where it is inside.
[[nodiscard]] std::string shown(const std::filesystem::path& file);

/// In the order of their names.
[[nodiscard]] std::vector<std::filesystem::path> transcripts_in(const std::filesystem::path& folder);

/// Registers `body` as a test of `suite` that is named after the file.
void add_test(const char* suite, const std::filesystem::path& file,
              std::function<void(const std::filesystem::path&)> body);

}  // namespace pushwire::transcripts
