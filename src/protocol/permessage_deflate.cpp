#include "protocol/permessage_deflate.hpp"

#include <algorithm>
#include <utility>

namespace pushwire::protocol {
namespace {

constexpr std::string_view extension_name = "permessage-deflate";
constexpr int least_window_bits = 8;
constexpr int most_window_bits = 15;

// The parameters of one offer or answer. Bits without a value are 0.
struct parameters {
    bool server_no_context_takeover = false;
    bool client_no_context_takeover = false;
    std::optional<int> server_max_window_bits;
    std::optional<int> client_max_window_bits;
};

// RFC 7692 7.1.2.1: "a decimal integer value without leading zeroes between 8 to 15, inclusive". 0 if it is not that.
int window_bits(const std::optional<std::string>& value) {
    if (!value || value->empty() || value->size() > 2 || value->front() == '0') return 0;
    int bits = 0;
    for (const char c : *value) {
        if (c < '0' || c > '9') return 0;
        bits = bits * 10 + (c - '0');
    }
    return bits >= least_window_bits && bits <= most_window_bits ? bits : 0;
}

bool take_flag(bool& flag, const extension_parameter& parameter) {
    return !parameter.value && !std::exchange(flag, true);
}

bool take_bits(std::optional<int>& bits, const extension_parameter& parameter, bool value_needed) {
    if (bits) return false;
    bits = window_bits(parameter.value);
    return *bits != 0 || (!parameter.value && !value_needed);
}

// RFC 7692 7.1: nullopt if a parameter is not one of the four, comes twice, or has a value that it must not have. Only
// in an offer client_max_window_bits may stand without a value (7.1.2.2).
std::optional<parameters> read_parameters(const extension& from, bool is_offer) {
    parameters result;
    for (const auto& parameter : from.parameters) {
        bool fine = false;
        if (parameter.name == "server_no_context_takeover") {
            fine = take_flag(result.server_no_context_takeover, parameter);
        } else if (parameter.name == "client_no_context_takeover") {
            fine = take_flag(result.client_no_context_takeover, parameter);
        } else if (parameter.name == "server_max_window_bits") {
            fine = take_bits(result.server_max_window_bits, parameter, true);
        } else if (parameter.name == "client_max_window_bits") {
            fine = take_bits(result.client_max_window_bits, parameter, !is_offer);
        }
        if (!fine) return std::nullopt;
    }
    return result;
}

accepted_offer accept(const compression& ours, const parameters& offer) {
    const int server_bits =
        std::min(ours.server_max_window_bits, offer.server_max_window_bits.value_or(most_window_bits));
    // 7.1.2.2: only a client that names the parameter can be told a size.
    const bool may_tell = offer.client_max_window_bits.has_value();
    const int client_asks = offer.client_max_window_bits.value_or(0);
    const int client_most = client_asks != 0 ? client_asks : most_window_bits;
    const int client_bits = may_tell ? std::min(ours.client_max_window_bits, client_most) : most_window_bits;
    const bool too_much_to_keep = client_bits > ours.client_max_window_bits;

    const bool server_context_forgone = ours.server_no_context_takeover || offer.server_no_context_takeover;

    accepted_offer result;
    result.agreement = {
        .in_use = true,
        .server_no_context_takeover = server_context_forgone,
        .client_no_context_takeover =
            ours.client_no_context_takeover || offer.client_no_context_takeover || too_much_to_keep,
        .may_send_final = server_context_forgone,
        .server_window_bits = static_cast<std::uint8_t>(server_bits),
        .client_window_bits = static_cast<std::uint8_t>(client_bits),
    };
    auto& said = result.response = extension_name;
    if (result.agreement.server_no_context_takeover) said += "; server_no_context_takeover";
    if (result.agreement.client_no_context_takeover) said += "; client_no_context_takeover";
    // 7.1.2.1: an offer that names the size is accepted by naming it.
    if (offer.server_max_window_bits || server_bits < most_window_bits) {
        said += "; server_max_window_bits=" + std::to_string(server_bits);
    }
    if (may_tell && client_bits < most_window_bits) {
        said += "; client_max_window_bits=" + std::to_string(client_bits);
    }
    return result;
}

}  // namespace

std::optional<accepted_offer> accept_offer(const compression& ours, std::span<const extension> offers) {
    // RFC 7692 5: the offers stand in the order in which the client prefers them.
    for (const auto& offer : offers) {
        if (offer.name != extension_name) continue;
        if (const auto read = read_parameters(offer, true)) return accept(ours, *read);
    }
    return std::nullopt;
}

std::string deflate_offer(const compression& ours) {
    std::string said{extension_name};
    if (ours.server_no_context_takeover) said += "; server_no_context_takeover";
    if (ours.client_no_context_takeover) said += "; client_no_context_takeover";
    if (ours.server_max_window_bits < most_window_bits) {
        said += "; server_max_window_bits=" + std::to_string(ours.server_max_window_bits);
    }
    // 7.1.2.2: named, so that the server may choose a size, too.
    said += "; client_max_window_bits";
    if (ours.client_max_window_bits < most_window_bits) {
        said += "=" + std::to_string(ours.client_max_window_bits);
    }
    return said;
}

error judge_answer(const compression& ours, std::span<const extension> answer, deflate_agreement& agreement) {
    agreement = {};
    if (!std::ranges::all_of(answer, [](const auto& one) { return one.name == extension_name; })) {
        return error::response_extension;
    }
    if (answer.size() > 1) return error::response_extension_twice;
    if (answer.empty()) return error::none;

    const auto read = read_parameters(answer.front(), false);
    if (!read) return error::response_deflate_parameter;
    // 7.1.1.1, 7.1.2.1: what the client asked for and the server accepts, the server says.
    if (ours.server_no_context_takeover && !read->server_no_context_takeover) {
        return error::response_deflate_context;
    }
    const int server_bits = read->server_max_window_bits.value_or(most_window_bits);
    const int client_bits = read->client_max_window_bits.value_or(most_window_bits);
    if (server_bits > ours.server_max_window_bits) return error::response_deflate_window;
    // 7.1.2.2: "a smaller or equal value" to the one offered
    if (read->client_max_window_bits && client_bits > ours.client_max_window_bits) {
        return error::response_deflate_window;
    }
    agreement = {
        .in_use = true,
        .server_no_context_takeover = read->server_no_context_takeover,
        .client_no_context_takeover = ours.client_no_context_takeover || read->client_no_context_takeover,
        // 7.1.1.2: the offer was a hint; a server that does not confirm it may keep its inflater.
        .may_send_final = read->client_no_context_takeover,
        .server_window_bits = static_cast<std::uint8_t>(server_bits),
        .client_window_bits = static_cast<std::uint8_t>(std::min(client_bits, ours.client_max_window_bits)),
    };
    return error::none;
}

}  // namespace pushwire::protocol
