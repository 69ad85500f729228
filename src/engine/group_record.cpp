#include "engine/group_record.hpp"

#include <array>
#include <cstring>

#include "base/assert.hpp"

namespace pushwire::engine {
namespace {

struct head {
    std::uint64_t number;
    std::uint64_t topic_size;
    group_record::kind what;
    message_type type;
    std::uint16_t code;
};

bool is_control(group_record::kind which) {
    switch (which) {
        case group_record::kind::disconnect:
        case group_record::kind::subscribe:
        case group_record::kind::unsubscribe:
            return true;
        case group_record::kind::push:
        case group_record::kind::ping:
        case group_record::kind::publish:
        case group_record::kind::message:
            return false;
    }
    return false;
}

}  // namespace

bool group_record::put_into(net::shared_mailbox& to) const {
    const head written{about.number(), topic.size(), what, type, code};
    const std::array pieces{std::as_bytes(std::span{&written, 1}), std::as_bytes(std::span{topic}),
                            std::as_bytes(std::span{data})};
    using urgency = net::shared_mailbox::urgency;
    return to.put(pieces, is_control(what) ? urgency::urgent : urgency::common);
}

group_record group_record::read(std::span<const std::byte> bytes) {
    head found;
    PUSHWIRE_ASSERT(bytes.size() >= sizeof found);
    std::memcpy(&found, bytes.data(), sizeof found);
    const auto rest = bytes.subspan(sizeof found);
    PUSHWIRE_ASSERT(rest.size() >= found.topic_size);
    const std::string_view text{reinterpret_cast<const char*>(rest.data()), rest.size()};
    return {.what = found.what,
            .about = pushwire::fd{found.number},
            .data = text.substr(found.topic_size),
            .topic = text.substr(0, found.topic_size),
            .type = found.type,
            .code = found.code};
}

}  // namespace pushwire::engine
