#pragma once
// Plays bytes to an opening handshake in every cutting, and checks that all end in the same way.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "protocol/opening_handshake.hpp"
#include "unit/protocol/cuttings.hpp"

namespace pushwire::tests {

using namespace protocol;

inline opening_handshake::progress receive(opening_handshake& opening, std::string_view bytes) {
    return opening.receive(std::as_bytes(std::span{bytes}));
}

inline opening_handshake::progress receive(opening_handshake& opening, const pieces& cut) {
    const auto all = feed(cut, opening_handshake::state::incomplete, [&](std::string_view bytes) {
        const auto progress = receive(opening, bytes);
        return std::pair{progress.state, progress.consumed};
    });
    const auto again = receive(opening, std::string_view{});
    EXPECT_EQ(again.state, all.verdict);
    return {all.verdict, all.consumed, again.why};
}

/// A server's side of the opening handshake.
struct server {
    session_settings settings;
    std::unique_ptr<opening_handshake> opening = std::make_unique<opening_handshake>(settings);

    server() = default;
    explicit server(session_settings with) : settings{std::move(with)} {}

    // Plays `input`, and checks that no cutting gives another result.
    opening_handshake::progress play(std::string_view input) {
        std::optional<opening_handshake::progress> first;
        for (const auto& cut : cuttings(input)) {
            opening = std::make_unique<opening_handshake>(settings);
            const auto progress = receive(*opening, cut);
            if (!first) first = progress;
            EXPECT_EQ(progress.state, first->state);
            EXPECT_EQ(describe(progress.why).name, describe(first->why).name);
            EXPECT_EQ(progress.consumed, first->consumed) << "in " << cut.size() << " pieces";
        }
        return *first;
    }

    std::string accept(std::string_view input, const acceptance& with = {}) {
        EXPECT_EQ(play(input).state, opening_handshake::state::complete);
        return opening->accept(with);
    }
};

/// The row that refuses `input`, "none" if it is taken, or "incomplete".
inline std::string_view row_for(std::string_view input, const limits& with = {}) {
    session_settings settings;
    settings.limits = with;
    server server{settings};
    const auto progress = server.play(input);
    EXPECT_EQ(progress.state == opening_handshake::state::failed, progress.why != error::none);
    return progress.state == opening_handshake::state::incomplete ? "incomplete"
                                                                  : describe(progress.why).name;
}

}  // namespace pushwire::tests
