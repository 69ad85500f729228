#include "engine/router.hpp"

#include <algorithm>

namespace pushwire::engine {

void handlers::complete_from(const handlers& others) {
    const auto complete = [](auto& mine, const auto& theirs) {
        if (!mine) mine = theirs;
    };
    complete(on_open, others.on_open);
    if (!on_message && !on_message_part) {  // two ways to take the same: who has one has made a choice
        on_message = others.on_message;
        on_message_part = others.on_message_part;
    }
    complete(on_close, others.on_close);
    complete(on_handshake, others.on_handshake);
    complete(on_request, others.on_request);
    complete(on_drain, others.on_drain);
    complete(on_ping, others.on_ping);
    complete(on_pong, others.on_pong);
}

std::shared_ptr<handlers> router::at(std::string_view pattern) {
    const bool is_prefix = pattern.ends_with("/*");
    const auto path = is_prefix ? pattern.substr(0, pattern.size() - 1) : pattern;
    if (!path.starts_with('/') || path.contains('*')) {
        throw setup_error{std::make_error_code(std::errc::invalid_argument),
                          "the path pattern \"" + std::string{pattern} +
                              "\" is neither a path (\"/chat\") nor a prefix (\"/topic/*\")"};
    }
    const auto found = std::ranges::find_if(
        entries_, [&](const entry& e) { return e.path == path && e.is_prefix == is_prefix; });
    if (found != entries_.end()) return found->served_by;
    entries_.push_back({std::string{path}, is_prefix, std::make_shared<handlers>()});
    return entries_.back().served_by;
}

void router::complete_from(const handlers& for_all) {
    for (entry& each : entries_) each.served_by->complete_from(for_all);
    // Longest first, an exact path before a prefix of the same length: the first match is the best.
    std::ranges::sort(entries_, [](const entry& a, const entry& b) {
        if (a.path.size() != b.path.size()) return a.path.size() > b.path.size();
        return a.is_prefix < b.is_prefix;
    });
}

const handlers* router::find(std::string_view path) const {
    for (const entry& each : entries_) {
        if (each.is_prefix ? path.starts_with(each.path) : path == each.path) return each.served_by.get();
    }
    return nullptr;
}

}  // namespace pushwire::engine
