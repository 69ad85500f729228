// Registers one test for each transcript, and one for each transcript under broken/, which must fail as its first line
// says. `transcripts FILE.wire ...` plays those files instead.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "transcripts/notation.hpp"
#include "transcripts/player.hpp"
#include "transcripts/transcript.hpp"

namespace pushwire::transcripts {
namespace {

namespace fs = std::filesystem;

const fs::path home{PUSHWIRE_TRANSCRIPTS};

std::string read(const fs::path& file) {
    std::ifstream stream{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

/// As a failure names the file: from the repository's root where it is inside.
std::string shown(const fs::path& file) {
    const auto relative = fs::proximate(file, home.parent_path().parent_path());
    return relative.native().starts_with("..") ? file.string() : relative.string();
}

/// What is wrong with the transcript, or with what it was played against.
std::optional<std::string> failure_of(const fs::path& file) {
    const auto conversation = parse(read(file), shown(file));
    if (!conversation) return conversation.error().text();

    std::optional<record> first;
    for (const auto& way : ways_to_play(conversation->setup)) {
        auto [failure, came] = play(*conversation, way);
        if (failure) return failure;
        if (!first) first = came;
        if (came != *first)
            return shown(file) + ": (" + to_text(way) + ") what came differs from what came as written";
    }
    return std::nullopt;
}

void plays_as_written(const fs::path& file) {
    if (const auto failure = failure_of(file)) ADD_FAILURE() << *failure;
}

void fails_as_announced(const fs::path& file) {
    constexpr std::string_view announcement = "# must fail: ";
    const auto text = read(file);
    ASSERT_TRUE(text.starts_with(announcement))
        << shown(file) << ":1: the first line says how the transcript fails";
    const auto expected = text.substr(announcement.size(), text.find('\n') - announcement.size());
    const auto failure = failure_of(file).value_or("it passes");
    EXPECT_TRUE(failure.starts_with(shown(file) + ":")) << shown(file) << ": " << failure;
    EXPECT_NE(failure.find(expected), std::string::npos)
        << "expected: " << expected << "\nfailure:  " << failure;
}

class file_test : public testing::Test {
  public:
    explicit file_test(std::function<void()> body) : body_{std::move(body)} {}
    void TestBody() override { body_(); }

  private:
    std::function<void()> body_;
};

void add(const char* suite, const fs::path& file, void (*body)(const fs::path&)) {
    auto name = file.stem().string();
    std::ranges::replace(name, '-', '_');  // which a filter of test names takes for "all but"
    testing::RegisterTest(suite, name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                          [=] { return new file_test{[=] { body(file); }}; });
}

std::vector<fs::path> transcripts_in(const fs::path& folder) {
    std::vector<fs::path> result;
    for (const auto& entry : fs::directory_iterator{folder})
        if (entry.path().extension() == ".wire") result.push_back(entry.path());
    std::ranges::sort(result);
    return result;
}

}  // namespace
}  // namespace pushwire::transcripts

int main(int argc, char** argv) {
    using namespace pushwire::transcripts;
    testing::InitGoogleTest(&argc, argv);
    for (int index = 1; index < argc; ++index) add("transcript", argv[index], plays_as_written);
    if (argc == 1) {
        for (const auto& file : transcripts_in(home)) add("transcript", file, plays_as_written);
        for (const auto& file : transcripts_in(home / "broken"))
            add("broken_transcript", file, fails_as_announced);
    }
    return RUN_ALL_TESTS();
}
