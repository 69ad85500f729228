// The negotiation of permessage-deflate (RFC 7692 5, 7.1), both ends: what a server answers to any offer fits the offer and
// what it wants, our own client takes it from our own server, and no answer makes a client agree to what it did not offer.
//
//   bytes 0 to 5   what the server wants, and what the client wants: flags, and two sizes of window
//   then           the value of Sec-WebSocket-Extensions

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "fuzz/support/byte_source.hpp"
#include "fuzz/support/check.hpp"
#include "protocol/permessage_deflate.hpp"
#include "protocol/token_list.hpp"

namespace pushwire::fuzz {
namespace {

using namespace protocol;

compression take_wish(byte_source& source) {
    const auto flags = source.u8();
    return {.enabled = true,
            .server_no_context_takeover = (flags & 1) != 0,
            .client_no_context_takeover = (flags & 2) != 0,
            .server_max_window_bits = 8 + source.u8() % 8,
            .client_max_window_bits = 8 + source.u8() % 8};
}

std::vector<extension> read(const std::string& value) {
    const std::vector<header_field> field{{"Sec-WebSocket-Extensions", value}};
    auto list = listed_extensions(header_fields{field}, "Sec-WebSocket-Extensions");
    return list ? std::move(*list) : std::vector<extension>{};
}

const extension_parameter* find(const extension& in, std::string_view name) {
    const auto found = std::ranges::find(in.parameters, name, &extension_parameter::name);
    return found == in.parameters.end() ? nullptr : &*found;
}

/// RFC 7692 7.1.2.1: "a decimal integer value without leading zeroes between 8 to 15 inclusive".
std::optional<int> window_bits(const std::optional<std::string>& value) {
    if (!value || value->empty() || value->size() > 2 || value->front() == '0') return std::nullopt;
    int bits = 0;
    const auto [end, failure] = std::from_chars(value->data(), value->data() + value->size(), bits);
    if (failure != std::errc{} || end != value->data() + value->size() || bits < 8 || bits > 15)
        return std::nullopt;
    return bits;
}

/// Whether RFC 7692 7.1 lets a server accept the offer.
bool is_well_formed(const extension& offer) {
    for (const auto& [name, value] : offer.parameters) {
        if (std::ranges::count(offer.parameters, name, &extension_parameter::name) != 1) return false;
        if (name == "server_no_context_takeover" || name == "client_no_context_takeover") {
            if (value) return false;
        } else if (name == "server_max_window_bits") {
            if (!window_bits(value)) return false;
        } else if (name == "client_max_window_bits") {
            if (value && !window_bits(value)) return false;
        } else {
            return false;
        }
    }
    return true;
}

bool same(const deflate_agreement& a, const deflate_agreement& b) {
    return a.in_use == b.in_use && a.server_no_context_takeover == b.server_no_context_takeover &&
           a.client_no_context_takeover == b.client_no_context_takeover &&
           a.server_window_bits == b.server_window_bits && a.client_window_bits == b.client_window_bits;
}

/// Whether the answer fits that offer (RFC 7692 7.1.1, 7.1.2).
bool fits(const extension& offer, const extension& answer, const deflate_agreement& agreed) {
    if (!is_well_formed(offer)) return false;
    if (find(offer, "server_no_context_takeover") && !agreed.server_no_context_takeover) return false;
    if (const auto* const asked = find(offer, "server_max_window_bits")) {
        if (agreed.server_window_bits > *window_bits(asked->value)) return false;
        if (!find(answer, "server_max_window_bits")) return false;
    }
    return find(offer, "client_max_window_bits") || !find(answer, "client_max_window_bits");
}

void check_server(const compression& ours, const std::string& value) {
    const auto offers = read(value);
    const auto accepted = accept_offer(ours, offers);
    const auto is_deflate = [](const extension& one) { return one.name == "permessage-deflate"; };
    const auto could_be = [&](const extension& one) { return is_deflate(one) && is_well_formed(one); };
    if (!accepted) return;
    FUZZ_CHECK(std::ranges::any_of(offers, could_be));

    const auto& agreed = accepted->agreement;
    FUZZ_CHECK(agreed.in_use);
    const auto answers = read(accepted->response);
    FUZZ_CHECK(answers.size() == 1 && is_deflate(answers.front()) && is_well_formed(answers.front()));
    const auto& answer = answers.front();
    FUZZ_CHECK(std::ranges::any_of(
        offers, [&](const extension& one) { return could_be(one) && fits(one, answer, agreed); }));
    // What the answer says is what is agreed on.
    FUZZ_CHECK((find(answer, "server_no_context_takeover") != nullptr) == agreed.server_no_context_takeover);
    FUZZ_CHECK((find(answer, "client_no_context_takeover") != nullptr) == agreed.client_no_context_takeover);
    const auto* const server_bits = find(answer, "server_max_window_bits");
    const auto* const client_bits = find(answer, "client_max_window_bits");
    FUZZ_CHECK(agreed.server_window_bits == (server_bits ? *window_bits(server_bits->value) : 15));
    if (client_bits)
        FUZZ_CHECK(client_bits->value && agreed.client_window_bits == *window_bits(client_bits->value));
    // And nothing is more than the server wanted.
    FUZZ_CHECK(!ours.server_no_context_takeover || agreed.server_no_context_takeover);
    FUZZ_CHECK(!ours.client_no_context_takeover || agreed.client_no_context_takeover);
    FUZZ_CHECK(agreed.server_window_bits <= ours.server_max_window_bits);
}

/// Our client takes what our server answers, and both understand the same by it.
void check_together(const compression& server, const compression& client) {
    const auto offered = deflate_offer(client);
    const auto accepted = accept_offer(server, read(offered));
    if (!accepted) return;
    deflate_agreement agreed;
    FUZZ_CHECK(judge_answer(client, read(accepted->response), agreed) == error::none);
    FUZZ_CHECK(same(agreed, accepted->agreement));
}

void check_client(const compression& ours, const std::string& value) {
    const auto answer = read(value);
    deflate_agreement agreed;
    const auto why = judge_answer(ours, answer, agreed);
    if (why != error::none) return;
    if (answer.empty()) {  // declined
        FUZZ_CHECK(!agreed.in_use);
        return;
    }
    FUZZ_CHECK(answer.size() == 1 && answer.front().name == "permessage-deflate" &&
               is_well_formed(answer.front()));
    FUZZ_CHECK(agreed.in_use);
    FUZZ_CHECK(!ours.server_no_context_takeover || agreed.server_no_context_takeover);
    FUZZ_CHECK(agreed.server_window_bits <= ours.server_max_window_bits);
    FUZZ_CHECK(agreed.client_window_bits <= ours.client_max_window_bits);
}

}  // namespace
}  // namespace pushwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pushwire::fuzz;
    byte_source source{{data, size}};
    const auto server = take_wish(source);
    const auto client = take_wish(source);
    const std::string value{as_text(source.take_rest())};
    check_together(server, client);
    check_server(server, value);
    check_client(client, value);
    return 0;
}
