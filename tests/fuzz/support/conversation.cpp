#include "fuzz/support/conversation.hpp"

#include <algorithm>
#include <cstdio>
#include <span>
#include <variant>

#include "fuzz/support/check.hpp"
#include "fuzz/support/sent_stream.hpp"
#include "transcripts/endpoint.hpp"

namespace pushwire::fuzz {
namespace {

using transcripts::bytes;
using transcripts::endpoint;

/// A step that the contract of the session allows only now and then is left out at other times.
class actor {
  public:
    /// What is sent and taken goes into `taken`.
    actor(endpoint& peer, std::vector<sent_message>& taken) : peer_{&peer}, taken_{&taken} {}

    void operator()(const transcripts::input&) {}  // see played
    void operator()(const transcripts::end_of_input&) { peer_->end_input(); }
    void operator()(const transcripts::passage& passage) { peer_->pass(passage.time); }
    void operator()(const transcripts::expected_output&) {}
    void operator()(const transcripts::event_facts&) {}
    void operator()(transcripts::send_message action) {
        action.result = result_of_sending();
        if (action.result == protocol::send_result::accepted && !action.shared &&
            action.type == message_type::text && !protocol::is_utf8(action.data)) {
            action.result = protocol::send_result::invalid_text;
        }
        if (action.result == protocol::send_result::accepted)
            taken_->push_back({.type = action.type, .data = action.data});
        peer_->perform(action);
    }
    void operator()(transcripts::send_ping action) {
        action.result = result_of_sending();
        peer_->perform(action);
    }
    /// One without any part is an empty frame.
    void operator()(const transcripts::begin_message& action) {
        if (session().phase() == protocol::phase::open && !session().is_message_in_parts())
            taken_->push_back({.type = action.type, .data = {}});
        peer_->perform(action);
    }
    void operator()(const transcripts::accept_request& action) {
        if (waits_for_answer() && session().request_is_handshake()) peer_->perform(action);
    }
    void operator()(const transcripts::respond_to_request& action) {
        if (waits_for_answer() && !session().request_is_handshake()) peer_->perform(action);
    }
    void operator()(const transcripts::refuse_request& action) {
        if (!is_server() || session().phase() != protocol::phase::opening) return;
        if (action.why == error::none || describe(action.why).http_status != 0) peer_->perform(action);
    }
    void operator()(const transcripts::release_request& action) {
        if (session().phase() != protocol::phase::opening) peer_->perform(action);
    }
    void operator()(transcripts::take action) {
        action.size = std::min(action.size, session().outgoing().bytes());
        peer_->perform(action);
    }
    template <class Action>
    void operator()(const Action& action) {
        peer_->perform(action);
    }

  private:
    [[nodiscard]] const protocol::session& session() const { return peer_->tested(); }
    [[nodiscard]] bool is_server() const { return peer_->role() == protocol::role::server; }
    [[nodiscard]] bool waits_for_answer() const { return peer_->request_waits(); }
    [[nodiscard]] protocol::send_result result_of_sending() const {
        return session().phase() == protocol::phase::open ? protocol::send_result::accepted
                                                          : protocol::send_result::not_open;
    }

    endpoint* peer_;
    std::vector<sent_message>* taken_;
};

void play(endpoint& peer, std::span<const transcripts::step> steps, transcripts::cutting cutting,
          std::vector<sent_message>& taken) {
    for (std::size_t i = 0; i < steps.size() && !peer.broken(); ++i) {
        const auto* const first = std::get_if<transcripts::input>(&steps[i].what);
        if (!first) {
            std::visit(actor{peer, taken}, steps[i].what);
            continue;
        }
        auto data = first->data;
        while (cutting != transcripts::cutting::as_written && i + 1 < steps.size()) {
            const auto* const next = std::get_if<transcripts::input>(&steps[i + 1].what);
            if (!next) break;
            data.insert(data.end(), next->data.begin(), next->data.end());
            ++i;
        }
        peer.feed(data);
    }
}

/// Byte by byte is for what is short: a read has its price here.
transcripts::way affordable(transcripts::way way, const script& script) {
    constexpr std::size_t most_bytes = 4096;
    std::size_t size = 0;
    for (const auto& step : script.steps) {
        if (const auto* const input = std::get_if<transcripts::input>(&step.what)) size += input->data.size();
    }
    if (way.cutting == transcripts::cutting::singly && size > most_bytes)
        way.cutting = transcripts::cutting::random;
    return way;
}

/// Whether what was sent in one frame each is what was taken, in the same order; some of that may have been dropped.
bool were_taken(std::span<const sent_message> sent, std::span<const sent_message> taken) {
    auto at = taken.begin();
    for (const auto& message : sent) {
        if (message.fragmented) continue;
        at = std::find(at, taken.end(), message);
        if (at == taken.end()) return false;
        ++at;
    }
    return true;
}

/// Without compression it is always the same, and read from text only once.
transcripts::transcript opening_of(const transcripts::setup& setup) {
    using transcripts::implied_opening;
    if (setup.compression.enabled) return implied_opening(setup);
    const auto plain = [](protocol::role role) {
        transcripts::setup usual;
        usual.role = role;
        return implied_opening(usual);
    };
    static const auto server = plain(protocol::role::server);
    static const auto client = plain(protocol::role::client);
    return setup.role == protocol::role::server ? server : client;
}

transcripts::record play(const script& script, const transcripts::way& way) {
    endpoint peer{script.setup, way};
    std::vector<sent_message> taken;
    if (!script.setup.opening) play(peer, opening_of(script.setup).steps, way.cutting, taken);
    if (script.setup.manual) peer.answer_by_hand();
    play(peer, script.steps, way.cutting, taken);
    peer.perform(transcripts::flow{});
    peer.end_input();

    if (const auto& broken = peer.broken()) check_failed(*broken, __FILE__, __LINE__);
    FUZZ_CHECK(peer.tested().done());
    FUZZ_CHECK(!peer.events.empty() && peer.events.back().type == protocol::event_type::closed);
    peer.perform(transcripts::release_request{});
    FUZZ_CHECK(peer.tested().unfinished_bytes() == 0);

    std::vector<std::string> methods;
    bool opened = false;
    for (const auto& event : peer.events) {
        if (event.method) methods.push_back(*event.method);
        opened = opened || event.type == protocol::event_type::opened;
    }
    const auto& agreed = peer.tested().deflate();
    const auto sent = script.setup.role == protocol::role::server
                          ? check_sent_by_server(peer.output, methods, agreed)
                          : check_sent_by_client(peer.output, opened, agreed);
    FUZZ_CHECK(were_taken(sent, taken));
    return peer.came();
}

}  // namespace

void check_conversation(const script& script) {
    const auto joined = play(script, {.cutting = transcripts::cutting::joined});
    const auto second = play(script, affordable(script.way, script));
    FUZZ_CHECK(joined.events == second.events);
    FUZZ_CHECK(joined.output == second.output);
}

}  // namespace pushwire::fuzz
