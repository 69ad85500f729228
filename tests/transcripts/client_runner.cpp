// Registers one test for each transcript with `role client`, played against a pushwire::client over a socket, and says which
// are left out, and why. `client_transcripts FILE.wire ...` plays those files instead.

#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "transcripts/client_end.hpp"
#include "transcripts/file_tests.hpp"
#include "transcripts/player.hpp"
#include "transcripts/transcript.hpp"

namespace pushwire::transcripts {
namespace {

namespace fs = std::filesystem;

std::vector<way> ways_over_a_socket(const setup& setup) {
    std::vector<way> result{{.cutting = cutting::as_written}};
    if (setup.whole) return result;
    result.push_back({.cutting = cutting::joined});
    result.push_back({.cutting = cutting::singly});
    result.push_back({.cutting = cutting::random, .seed = 1});
    return result;
}

std::optional<std::string> failure_of(const transcript& conversation) {
    std::optional<record> first;
    for (const auto& way : ways_over_a_socket(conversation.setup)) {
        client_end tested{conversation.setup, way};
        auto [failure, came] = play(conversation, way, tested);
        if (failure) return failure;
        const auto where = conversation.name + ": (" + to_text(way) + ") ";
        if (const auto wrong = tested.finish()) return where + *wrong;
        if (!first) first = came;
        if (came != *first) return where + "what came differs from what came as written";
    }
    return std::nullopt;
}

void plays_as_written(const fs::path& file) {
    const auto conversation = parse(read(file), shown(file));
    ASSERT_TRUE(conversation) << conversation.error().text();
    if (const auto failure = failure_of(as_clients_tell(*conversation))) ADD_FAILURE() << *failure;
}

struct choice {
    std::vector<fs::path> played{};
    std::vector<std::pair<fs::path, std::string>> left_out{};  // and why
};

/// Of those of a client; what cannot be read fails when it is played.
choice choose(const std::vector<fs::path>& files) {
    choice result;
    for (const auto& file : files) {
        const auto conversation = parse(read(file), shown(file));
        if (conversation && conversation->setup.role != protocol::role::client) continue;
        if (const auto why = conversation ? why_left_out(*conversation) : std::nullopt)
            result.left_out.emplace_back(file, *why);
        else
            result.played.push_back(file);
    }
    return result;
}

void print(const choice& chosen) {
    std::printf("%zu transcripts are played against a client over a socket, %zu are left out%s\n",
                chosen.played.size(), chosen.left_out.size(), chosen.left_out.empty() ? "" : ":");
    for (const auto& [file, why] : chosen.left_out)
        std::printf("    %s: %s\n", shown(file).c_str(), why.c_str());
}

TEST(the_transcripts_of_a_client, are_nearly_all_played) {
    const auto [played, left_out] = choose(transcripts_in(home));
    EXPECT_GT(played.size(), 20 * left_out.size());
}

}  // namespace
}  // namespace pushwire::transcripts

int main(int argc, char** argv) {
    using namespace pushwire::transcripts;
    testing::InitGoogleTest(&argc, argv);
    const auto chosen =
        choose(argc > 1 ? std::vector<std::filesystem::path>{argv + 1, argv + argc} : transcripts_in(home));
    for (const auto& file : chosen.played) add_test("client", file, plays_as_written);
    print(chosen);
    return RUN_ALL_TESTS();
}
