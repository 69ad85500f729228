#include "transcripts/player.hpp"

#include <algorithm>
#include <span>

#include "transcripts/endpoint.hpp"
#include "transcripts/inflating_peer.hpp"
#include "transcripts/matching.hpp"
#include "transcripts/notation.hpp"

namespace pushwire::transcripts {
namespace {

using steps = std::span<const step>;

bool is_input(const step& step) {
    return std::holds_alternative<input>(step.what);
}

bool is_expectation(const step& step) {
    return std::holds_alternative<expected_output>(step.what) ||
           std::holds_alternative<event_facts>(step.what);
}

/// What came and was not expected yet, in the notation; long output is cut.
std::string waiting(const tested_end& peer) {
    constexpr std::size_t longest = 400;  // characters of a line
    std::string result;
    auto add = [&](std::string line) {
        if (line.size() > longest) line = line.substr(0, longest) + " ...";
        result += "\n    came     " + line;
    };
    for (const auto& line : stream_lines(peer.output)) add("> " + line);
    for (const auto& event : peer.events) add(to_text(event));
    return result.empty() ? "\n    came     nothing" : result;
}

class player {
  public:
    player(const transcript& conversation, const way& way, tested_end& peer)
        : conversation_{&conversation}, way_{way}, peer_{peer}, inflating_{conversation.setup} {}

    played play() {
        if (!conversation_->setup.opening) {
            const auto opening = implied_opening(conversation_->setup);
            name_ = opening.name;
            play(opening.steps);
        }
        name_ = conversation_->name;
        if (conversation_->setup.manual) peer_.answer_by_hand();
        play(conversation_->steps);
        return {failure_, peer_.came()};
    }

  private:
    void play(steps rest) {
        while (!rest.empty() && !failure_) {
            const auto size = is_input(rest.front()) ? length_of_turn(rest) : 1;
            const auto turn = rest.first(size);
            if (is_input(turn.front())) {
                expect_nothing_more(turn.front().line);
                feed(turn);
                for (const auto& step : turn) expect(step);
            } else if (is_expectation(turn.front())) {
                expect(turn.front());
            } else {
                expect_nothing_more(turn.front().line);
                perform(turn.front());
            }
            last_line_ = turn.back().line;
            rest = rest.subspan(size);
        }
        expect_nothing_more(last_line_, "at its end");
    }

    /// How many steps from the first `<` on are played as one: those `<` that follow each other, and, unless they are to be
    /// read as they are written, all further ones that only expectations stand between.
    [[nodiscard]] std::size_t length_of_turn(steps rest) const {
        const auto end = std::ranges::find_if(rest, [&](const step& step) {
            return !is_input(step) && (way_.cutting == cutting::as_written || !is_expectation(step));
        });
        return static_cast<std::size_t>(end - rest.begin());
    }

    void feed(steps turn) {
        bytes together;
        for (const auto& step : turn) {
            const auto* part = std::get_if<input>(&step.what);
            if (!part || failure_) continue;
            if (way_.cutting == cutting::as_written)
                peer_.feed(part->data);
            else
                together.insert(together.end(), part->data.begin(), part->data.end());
        }
        if (failure_) return;
        peer_.feed(together);
        check_contract(turn.front().line);
    }

    void perform(const step& step) {
        if (failure_) return;
        if (std::holds_alternative<end_of_input>(step.what))
            peer_.end_input();
        else if (const auto* passed = std::get_if<passage>(&step.what))
            peer_.pass(passed->time);
        else
            peer_.act(step.what);
        check_contract(step.line);
    }

    void expect(const step& step) {
        if (failure_) return;
        if (const auto* expected = std::get_if<expected_output>(&step.what))
            expect_output(*expected, step.line);
        if (const auto* expected = std::get_if<event_facts>(&step.what)) expect_event(*expected, step.line);
    }

    void expect_output(const expected_output& expected, int line) {
        const auto found = match(expected, peer_.output, inflating_);
        if (found.wrong) {
            std::string written;
            for (const auto& text : output_lines(expected)) written += "\n    written  > " + text;
            return fail(line, "the output is not as written: " + *found.wrong + written + waiting(peer_));
        }
        peer_.output.erase(peer_.output.begin(),
                           peer_.output.begin() + static_cast<std::ptrdiff_t>(found.size));
    }

    void expect_event(const event_facts& expected, int line) {
        const bool as_written =
            !peer_.events.empty() && (is_part(expected) ? take_part(expected, peer_.events.front())
                                                        : matches(expected, peer_.events.front()));
        if (!as_written)
            return fail(line,
                        "the event is not as written\n    written  " + to_text(expected) + waiting(peer_));
        if (!is_part(expected) || is_taken(peer_.events.front())) peer_.events.pop_front();
    }

    void expect_nothing_more(int line, const char* where = "before this line") {
        if (!failure_ && (!peer_.output.empty() || !peer_.events.empty()))
            fail(line, "more came than is written " + std::string{where} + waiting(peer_));
    }

    void check_contract(int line) {
        if (const auto& broken = peer_.broken()) fail(line, *broken + waiting(peer_));
    }

    void fail(int line, const std::string& what) {
        if (!failure_) failure_ = name_ + ":" + std::to_string(line) + ": (" + to_text(way_) + ") " + what;
    }

    const transcript* conversation_;
    way way_;
    std::string name_;
    int last_line_ = 0;
    std::optional<std::string> failure_;
    tested_end& peer_;
    inflating_peer inflating_;
};

}  // namespace

std::string to_text(const way& way) {
    std::string result;
    switch (way.cutting) {
        case cutting::as_written:
            result = "as written";
            break;
        case cutting::joined:
            result = "joined";
            break;
        case cutting::singly:
            result = "byte by byte";
            break;
        case cutting::random:
            result = "cut at random places, seed " + std::to_string(way.seed);
            break;
    }
    if (!way.uses_destination) result += ", never into destination()";
    if (way.pauses) result += ", with pauses";
    if (way.expires_early) result += ", timers early";
    if (way.writes_partly) result += ", written in parts";
    return result;
}

std::vector<way> ways_to_play(const setup& setup) {
    std::vector<way> result{{.cutting = cutting::as_written}};
    if (setup.whole) return result;
    result.push_back({.cutting = cutting::joined});
    result.push_back({.cutting = cutting::singly});
    result.push_back({.cutting = cutting::joined, .seed = 1, .pauses = true, .writes_partly = true});
    for (std::uint64_t seed = 2; seed < 10; ++seed) {
        result.push_back({.cutting = cutting::random,
                          .seed = seed,
                          .uses_destination = seed % 2 == 0,
                          .pauses = seed % 4 >= 2,
                          .expires_early = seed >= 6,
                          .writes_partly = seed % 3 == 0});
    }
    return result;
}

played play(const transcript& conversation, const way& way) {
    endpoint session{conversation.setup, way};
    return play(conversation, way, session);
}

played play(const transcript& conversation, const way& way, tested_end& against) {
    return player{conversation, way, against}.play();
}

}  // namespace pushwire::transcripts
