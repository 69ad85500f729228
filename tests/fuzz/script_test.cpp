// That the seeds say what the transcripts say: each transcript, written as an input and read again, has the same steps.

#include "fuzz/support/script.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "transcripts/notation.hpp"

namespace pushwire::fuzz {
namespace {

namespace fs = std::filesystem;
using transcripts::bytes;

/// All that comes in, up to each other step, and the kinds of these.
struct course {
    bytes input;
    std::vector<std::size_t> steps;  ///< where in the input, and which

    friend bool operator==(const course&, const course&) = default;
};

course course_of(const std::vector<transcripts::step>& steps) {
    course result;
    for (const auto& step : steps) {
        if (std::holds_alternative<transcripts::expected_output>(step.what) ||
            std::holds_alternative<transcripts::event_facts>(step.what))
            continue;
        if (const auto* const input = std::get_if<transcripts::input>(&step.what))
            result.input.insert(result.input.end(), input->data.begin(), input->data.end());
        else
            result.steps.push_back(result.input.size() * std::variant_size_v<transcripts::step_kind> +
                                   step.what.index());
    }
    return result;
}

/// What is wanted of compression, and what both ends say of it in the implied opening handshake.
std::string compression_of(const transcripts::setup& setup) {
    const auto& wanted = setup.compression;
    std::string result = wanted.enabled ? "on" : "off";
    for (const auto value : {static_cast<int>(wanted.threshold), wanted.level,
                             static_cast<int>(wanted.server_no_context_takeover),
                             static_cast<int>(wanted.client_no_context_takeover),
                             wanted.server_max_window_bits, wanted.client_max_window_bits})
        result += " " + std::to_string(value);
    return result + " offered " + setup.offered + " agreed " + setup.agreed;
}

TEST(a_script, says_what_its_transcript_says) {
    int compared = 0;
    for (const auto& entry : fs::directory_iterator{PUSHWIRE_TRANSCRIPTS}) {
        if (entry.path().extension() != ".wire") continue;
        std::ifstream stream{entry.path(), std::ios::binary};
        const auto conversation = transcripts::parse(std::string{std::istreambuf_iterator<char>{stream}, {}},
                                                     entry.path().filename());
        ASSERT_TRUE(conversation) << conversation.error().text();
        const auto written = course_of(conversation->steps);
        if (written.input.size() > max_script_bytes / 2) continue;

        const auto script = read_script(conversation->setup.role, write_script(*conversation, 0, 0));

        EXPECT_EQ(course_of(script.steps), written) << entry.path();
        EXPECT_EQ(script.setup.opening, conversation->setup.opening) << entry.path();
        EXPECT_EQ(script.setup.manual, conversation->setup.manual) << entry.path();
        EXPECT_EQ(script.setup.masks, conversation->setup.masks) << entry.path();
        EXPECT_EQ(script.setup.subprotocols, conversation->setup.subprotocols) << entry.path();
        EXPECT_EQ(script.setup.limits.max_message, conversation->setup.limits.max_message) << entry.path();
        EXPECT_EQ(script.setup.limits.idle_timeout, conversation->setup.limits.idle_timeout) << entry.path();
        EXPECT_EQ(script.setup.limits.max_inflated, conversation->setup.limits.max_inflated) << entry.path();
        EXPECT_EQ(script.setup.limits.message_time, conversation->setup.limits.message_time) << entry.path();
        EXPECT_EQ(compression_of(script.setup), compression_of(conversation->setup)) << entry.path();
        ++compared;
    }
    EXPECT_GT(compared, 300);
}

TEST(a_script, says_what_is_wanted_of_compression) {
    transcripts::transcript conversation;
    auto& setup = conversation.setup;
    setup.role = protocol::role::client;
    setup.masks = {usual_mask};
    setup.request.host = "example.com";
    setup.request.target = "/";
    setup.compression = {.enabled = true,
                         .threshold = 1000,
                         .level = 9,
                         .server_no_context_takeover = false,
                         .client_no_context_takeover = true,
                         .server_max_window_bits = 8,
                         .client_max_window_bits = 14};
    setup.offered = "permessage-deflate; client_max_window_bits";
    setup.agreed = "permessage-deflate; server_max_window_bits=8";
    conversation.steps = {{1, transcripts::end_of_input{}}};

    const auto script = read_script(setup.role, write_script(conversation, 0, 0));
    const auto in_text = transcripts::parse(to_text(script), "in text");

    EXPECT_EQ(compression_of(script.setup), compression_of(setup));
    ASSERT_TRUE(in_text) << in_text.error().text();
    EXPECT_EQ(compression_of(in_text->setup), compression_of(setup));
}

TEST(a_script, ends_where_its_input_ends) {
    const auto script = read_script(protocol::role::server, {});

    EXPECT_TRUE(script.steps.empty());
    EXPECT_EQ(script.setup.masks.size(), 1u);
}

TEST(a_script, holds_no_more_than_its_bound) {
    // A run of 16 MiB, twice.
    const std::vector<std::uint8_t> input{0,   0, 0, 0,    0xf1, 0xff, 0xff, 0xff,
                                          'a', 0, 0, 0xf1, 0xff, 0xff, 0xff, 'b'};

    const auto script = read_script(protocol::role::server, input);

    std::size_t held = 0;
    for (const auto& step : script.steps) held += std::get<transcripts::input>(step.what).data.size();
    EXPECT_EQ(held, max_script_bytes);
}

TEST(a_script, holds_less_where_messages_may_be_compressed) {
    // A run of 16 MiB.
    const std::vector<std::uint8_t> input{
        0,    0,    0,  static_cast<std::uint8_t>(record::compression), 0, 0, 0, 0, 7, 7, 0, 0xf1, 0xff,
        0xff, 0xff, 'a'};

    const auto script = read_script(protocol::role::server, input);

    EXPECT_TRUE(script.setup.compression.enabled);
    EXPECT_EQ(std::get<transcripts::input>(script.steps.at(0).what).data.size(), max_compressed_script_bytes);
}

}  // namespace
}  // namespace pushwire::fuzz
