// What waits to be sent, and who is to have it.

#include <array>
#include <memory>

#include <pushwire/protocol/publication.hpp>

#include "count/count.hpp"
#include "pubsub/topic_index.hpp"
#include "support/peer.hpp"

namespace pushwire::count {
namespace {

using namespace bench;
using namespace protocol;

void append(output& to, std::size_t payload) {
    const auto text = std::string(payload, 'a');
    encode_frame({.opcode = opcode::text}, as_bytes(text),
                 to.append_frame(frame_header_size(payload, false) + payload));
}

void count_output() {
    block_pool blocks;
    output queue{blocks};
    std::array<std::span<const std::byte>, 64> segments;
    count("output: 64 B in, gathered, out", 1000, [&] {
        keep(*queue.append_frame(66));
        keep(queue.gather(segments));
        queue.consume(66);
    });
    count("output: 100 of 64 B in, out in pieces of 1000 B", 100, [&] {
        for (int i = 0; i < 100; ++i) append(queue, 64);
        while (!queue.empty()) {
            keep(queue.gather(segments));
            queue.consume(std::min<std::size_t>(queue.bytes(), 1000));
        }
    });
    count("output: 100 of 64 B in, half dropped, out", 100, [&] {
        for (int i = 0; i < 100; ++i) append(queue, 64);
        keep(queue.drop_oldest(50 * 66));
        queue.consume(queue.bytes());
    });
    shared_frames frames{blocks};
    const auto shared = encode_message(frames, message_type::text, as_bytes("a publication"));
    count("output: 20 shared in, gathered, out", 100, [&] {
        for (int i = 0; i < 20; ++i) queue.append_shared(shared);
        keep(queue.gather(segments));
        queue.consume(queue.bytes());
    });
}

void count_fan_out() {
    block_pool blocks;
    shared_frames frames{blocks};
    const session_settings settings;
    std::vector<std::unique_ptr<peer>> receivers;
    receivers.reserve(100);
    for (int i = 0; i < 100; ++i) receivers.push_back(std::make_unique<peer>(settings, blocks));
    const auto text = readings(128);
    const auto publish_in_a_turn = [&](int times) {
        for (int i = 0; i < times; ++i) {
            publication published{frames, settings, message_type::text, as_bytes(text)};
            for (const auto& receiver : receivers) {
                auto& to = receiver->session();
                keep(to.send_shared(published.frame_for(to)));
            }
        }
        for (const auto& receiver : receivers) receiver->send_off();
        frames.end_run();
    };
    count("8 publications of 128 B to 100 sessions", 100, [&] { publish_in_a_turn(8); });
    count("publication of 128 B to 100 sessions", 100, [&] { publish_in_a_turn(1); });
}

void count_topics() {
    pubsub::topic_index index;
    std::vector<std::string> names;
    names.reserve(1000);
    for (int i = 0; i < 1000; ++i) names.push_back("prices/" + std::to_string(i) + "/euro");
    for (pubsub::subscriber who = 1; who <= 1000; ++who) {
        for (std::size_t i = 0; i < 4; ++i)
            index.subscribe(who, names[(who * 7 + i * 211) % names.size()], 100);
    }
    std::size_t next = 0;
    count("topics: who listens, of 1000 topics", 1000, [&] {
        next = (next + 389) % names.size();
        keep(index.subscribers(names[next]).size());
    });
    count("topics: subscribe and unsubscribe", 1000, [&] {
        next = (next + 389) % names.size();
        keep(index.subscribe(5000, names[next], 100));
        keep(index.unsubscribe(5000, names[next]));
    });
    count("topics: subscribe to 4, leave all", 1000, [&] {
        for (std::size_t i = 0; i < 4; ++i) {
            next = (next + 389) % names.size();
            keep(index.subscribe(5000, names[next], 100));
        }
        index.unsubscribe_all(5000);
    });
}

}  // namespace

void count_queues() {
    count_output();
    count_fan_out();
    count_topics();
}

}  // namespace pushwire::count
