// The transcripts rfc7692-5-* and rfc7692-7.1-* have the rules one by one; here it is shown that the two ends understand
// each other.

#include "protocol/permessage_deflate.hpp"

#include "unit/protocol/peer.hpp"

namespace pushwire::protocol {
namespace {

std::vector<compression> all_wishes() {
    std::vector<compression> all;
    for (const int server_bits : {8, 10, 15}) {
        for (const int client_bits : {8, 10, 15}) {
            for (const unsigned contexts : {0u, 1u, 2u, 3u}) {
                all.push_back({.enabled = true,
                               .server_no_context_takeover = (contexts & 1) != 0,
                               .client_no_context_takeover = (contexts & 2) != 0,
                               .server_max_window_bits = server_bits,
                               .client_max_window_bits = client_bits});
            }
        }
    }
    return all;
}

std::vector<extension> parsed(const std::string& value) {
    const std::vector<header_field> fields{{"l", value}};
    return listed_extensions(header_fields{fields}, "l").value();
}

TEST(permessage_deflate, is_agreed_on_by_both_ends_whatever_each_of_them_wants) {
    for (const auto& client : all_wishes()) {
        for (const auto& server : all_wishes()) {
            const auto offer = deflate_offer(client);
            const auto accepted = accept_offer(server, parsed(offer));
            ASSERT_TRUE(accepted) << offer;

            deflate_agreement agreed;
            ASSERT_EQ(judge_answer(client, parsed(accepted->response), agreed), error::none)
                << offer << " / " << accepted->response;

            EXPECT_EQ(agreed.server_no_context_takeover, accepted->agreement.server_no_context_takeover);
            EXPECT_EQ(agreed.client_no_context_takeover, accepted->agreement.client_no_context_takeover);
            // An end may send what ends a stream where it was agreed that the other keeps nothing of it.
            EXPECT_EQ(accepted->agreement.may_send_final, accepted->agreement.server_no_context_takeover);
            EXPECT_EQ(agreed.may_send_final, accepted->agreement.client_no_context_takeover);
            EXPECT_EQ(agreed.server_window_bits, accepted->agreement.server_window_bits);
            EXPECT_EQ(agreed.client_window_bits, accepted->agreement.client_window_bits);
            EXPECT_EQ(agreed.server_window_bits,
                      std::min(client.server_max_window_bits, server.server_max_window_bits));
            EXPECT_EQ(agreed.client_window_bits,
                      std::min(client.client_max_window_bits, server.client_max_window_bits));
        }
    }
}

TEST(permessage_deflate, keeps_no_more_context_than_this_end_wants) {
    for (const std::string offer :
         {"permessage-deflate", "permessage-deflate; client_max_window_bits",
          "permessage-deflate; client_max_window_bits=12; server_max_window_bits=14",
          "permessage-deflate; server_no_context_takeover",
          "permessage-deflate; client_no_context_takeover"}) {
        for (const auto& server : all_wishes()) {
            const auto agreed = accept_offer(server, parsed(offer))->agreement;
            EXPECT_LE(agreed.server_window_bits, server.server_max_window_bits) << offer;
            const bool keeps = !agreed.client_no_context_takeover;
            EXPECT_FALSE(keeps && server.client_no_context_takeover) << offer;
            EXPECT_FALSE(keeps && agreed.client_window_bits > server.client_max_window_bits) << offer;
        }
    }
}

}  // namespace
}  // namespace pushwire::protocol
