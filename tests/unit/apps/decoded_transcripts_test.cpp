// The transcripts are conversations that are known: of what comes in, decode has to say what they say, and what it prints
// is a transcript with the same bytes.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "decode/clauses.hpp"
#include "decode/conversation.hpp"
#include "decode/decoder.hpp"
#include "decode/settings.hpp"
#include "transcripts/transcript.hpp"

namespace pushwire::decode {
namespace {

using transcripts::bytes;
using transcripts::transcript;

transcript parsed(const std::string& text, const std::string& name) {
    auto result = transcripts::parse(text, name);
    if (!result) throw std::runtime_error{result.error().text()};
    return *std::move(result);
}

std::vector<transcript> all_transcripts() {
    std::vector<transcript> all;
    for (const auto& entry : std::filesystem::directory_iterator{PUSHWIRE_TRANSCRIPTS}) {
        if (entry.path().extension() != ".wire") continue;
        std::ifstream file{entry.path()};
        const std::string text{std::istreambuf_iterator<char>{file}, {}};
        all.push_back(parsed(text, entry.path().filename().string()));
    }
    return all;
}

bytes input_of(const transcript& of) {
    bytes all;
    for (const auto& step : of.steps) {
        const auto* const input = std::get_if<transcripts::input>(&step.what);
        if (input) all.insert(all.end(), input->data.begin(), input->data.end());
    }
    return all;
}

conversation conversation_of(const transcript& from, const bytes& input) {
    const auto& setup = from.setup;
    const bool to_server = setup.role == protocol::role::server;
    conversation of{.from = to_server ? protocol::role::client : protocol::role::server,
                    .opening = setup.opening,
                    .key = to_server ? "" : setup.request.key};
    if (setup.compression.enabled)
        of.compression = setup.opening ? any_compression() : agreed_compression(setup.agreed).value();
    if (of.opening && !to_server) note_response(input, of);
    return of;
}

struct decoded {
    std::string text;
    error why;
};

decoded decode(const transcript& from) {
    const auto input = input_of(from);
    std::string text;
    decoder tested{conversation_of(from, input), everything,
                   [&](const line& each) { text += to_text(each, false); }};
    tested.receive(input);
    tested.finish();
    return {text, tested.why()};
}

TEST(decoded_transcripts, have_the_bytes_of_those_they_are_decoded_from) {
    const auto all = all_transcripts();
    ASSERT_GT(all.size(), 500u);
    for (const auto& each : all) {
        if (input_of(each).empty()) continue;
        const auto printed = parsed(decode(each).text, each.name);
        EXPECT_EQ(printed.setup.role, each.setup.role) << each.name;
        EXPECT_EQ(input_of(printed), input_of(each)) << each.name;
    }
}

// What depends on limits, or on what the client asked for: the bytes do not show it.
bool is_seen_by_one_end_only(error why) {
    using enum error;
    static const std::set<error> rows{
        message_too_big,         inflated_too_big,         request_header_too_large,
        request_too_many_fields, request_body_too_large,   response_header_too_large,
        response_subprotocol,    response_deflate_context, response_deflate_window};
    return rows.contains(why);
}

// Whether nothing but what comes in decides how it ends.
bool is_up_to_the_peer(const transcript& of) {
    if (of.setup.manual) return false;
    for (const auto& step : of.steps) {
        if (std::holds_alternative<transcripts::begin_close>(step.what) ||
            std::holds_alternative<transcripts::fail_with>(step.what) ||
            std::holds_alternative<transcripts::refuse_request>(step.what))
            return false;
    }
    return true;
}

// nullopt if the transcript does not say it.
std::optional<error> why_of(const transcript& of) {
    for (const auto& step : of.steps) {
        const auto* const event = std::get_if<transcripts::event_facts>(&step.what);
        if (!event || event->type != protocol::event_type::closed) continue;
        if (!event->why && event->code == close_code::abnormal) return std::nullopt;
        const auto why = event->why.value_or(error::none);
        return clause_of(why).section.empty() ? error::none
                                              : why;  // decode sees no clock, and no end of the stream
    }
    return error::none;
}

TEST(decoded_transcripts, are_wrong_for_the_reason_that_they_say) {
    std::size_t compared = 0;
    std::size_t wrong = 0;
    for (const auto& each : all_transcripts()) {
        const auto expected = why_of(each);
        if (!expected || !is_up_to_the_peer(each) || is_seen_by_one_end_only(*expected)) continue;
        EXPECT_EQ(describe(decode(each).why).name, describe(*expected).name) << each.name;
        ++compared;
        wrong += *expected != error::none ? 1 : 0;
    }
    EXPECT_GT(compared, 400u);
    EXPECT_GT(wrong, 200u);
}

}  // namespace
}  // namespace pushwire::decode
