// Registers one test for each transcript, and one for each transcript under broken/, which must fail as its first line
// says. `transcripts FILE.wire ...` plays those files instead.

#include <filesystem>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "transcripts/file_tests.hpp"
#include "transcripts/player.hpp"
#include "transcripts/transcript.hpp"

namespace pushwire::transcripts {
namespace {

namespace fs = std::filesystem;

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

}  // namespace
}  // namespace pushwire::transcripts

int main(int argc, char** argv) {
    using namespace pushwire::transcripts;
    testing::InitGoogleTest(&argc, argv);
    for (int index = 1; index < argc; ++index) add_test("transcript", argv[index], plays_as_written);
    if (argc == 1) {
        for (const auto& file : transcripts_in(home)) add_test("transcript", file, plays_as_written);
        for (const auto& file : transcripts_in(home / "broken"))
            add_test("broken_transcript", file, fails_as_announced);
    }
    return RUN_ALL_TESTS();
}
