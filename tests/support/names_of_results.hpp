#pragma once
// What calls say, as the names that their enumerators have.

#include <string>

#include <pushwire/server.hpp>

namespace pushwire::testing {

inline std::string name(push_result result) {
    switch (result) {
        case push_result::accepted:
            return "accepted";
        case push_result::queued:
            return "queued";
        case push_result::posted:
            return "posted";
        case push_result::refused_backlog:
            return "refused_backlog";
        case push_result::refused_mailbox:
            return "refused_mailbox";
        case push_result::closing:
            return "closing";
        case push_result::unknown_fd:
            return "unknown_fd";
        case push_result::invalid_text:
            return "invalid_text";
    }
    return "?";
}

inline std::string name(subscribe_result result) {
    switch (result) {
        case subscribe_result::subscribed:
            return "subscribed";
        case subscribe_result::already_subscribed:
            return "already_subscribed";
        case subscribe_result::posted:
            return "posted";
        case subscribe_result::refused:
            return "refused";
        case subscribe_result::closing:
            return "closing";
        case subscribe_result::unknown_fd:
            return "unknown_fd";
    }
    return "?";
}

}  // namespace pushwire::testing
