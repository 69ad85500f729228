#include <pushwire/protocol/frame.hpp>

#include "unit/protocol/peer.hpp"

namespace pushwire::protocol {
namespace {

frame_header_parse parse(std::string_view hex, role receiver = role::server) {
    return parse_frame_header(from_hex(hex), receiver);
}

/// That `hex` fails with its last byte, and no byte before, and that what follows does not change the finding.
void expect_fails_at_last_byte(std::string_view hex, error why, role receiver = role::server) {
    const auto header = from_hex(hex);
    for (std::size_t n = 0; n < header.size(); ++n) {
        const auto parsed = parse_frame_header(std::span{header}.first(n), receiver);
        EXPECT_EQ(parsed.why, error::none) << hex << " after " << n;
        EXPECT_EQ(parsed.size, 0u) << hex << " after " << n;
    }
    EXPECT_EQ(parse_frame_header(header, receiver).why, why) << hex;
    EXPECT_EQ(parse_frame_header(header + bytes(14), receiver).why, why) << hex;
}

TEST(a_frame_header, is_parsed_in_the_forms_of_the_rfc) {
    // RFC 6455 5.7
    const auto unmasked = parse("8105", role::client);
    EXPECT_EQ(unmasked.size, 2u);
    EXPECT_TRUE(unmasked.header.fin);
    EXPECT_EQ(unmasked.header.opcode, opcode::text);
    EXPECT_FALSE(unmasked.header.masked);
    EXPECT_EQ(unmasked.header.payload_length, 5u);

    const auto masked = parse("018537fa213d7f9f4d5158");
    EXPECT_EQ(masked.size, 6u);
    EXPECT_FALSE(masked.header.fin);
    EXPECT_TRUE(masked.header.masked);
    EXPECT_EQ(to_hex(masked.header.key), "37fa213d");

    const auto two_bytes = parse("827e0100", role::client);
    EXPECT_EQ(two_bytes.size, 4u);
    EXPECT_EQ(two_bytes.header.payload_length, 256u);

    const auto eight_bytes = parse("827f0000000000010000", role::client);
    EXPECT_EQ(eight_bytes.size, 10u);
    EXPECT_EQ(eight_bytes.header.payload_length, 65536u);
}

TEST(a_frame_header, is_encoded_and_parsed_to_the_same) {
    for (const std::uint64_t length :
         {0ull, 1ull, 125ull, 126ull, 127ull, 0xffffull, 0x10000ull, 0x7fff'ffff'ffff'ffffull}) {
        for (const bool masked : {false, true}) {
            for (const auto code : {opcode::continuation, opcode::text, opcode::binary}) {
                frame_header header{
                    .fin = length % 2 == 0, .opcode = code, .masked = masked, .payload_length = length};
                if (masked) header.key = {std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};

                std::array<std::byte, max_frame_header> out{};
                const auto size = encode_frame_header(header, out.data());
                const auto parsed = parse_frame_header(out, masked ? role::server : role::client);

                EXPECT_EQ(size, frame_header_size(length, masked));
                EXPECT_EQ(parsed.size, size);
                EXPECT_EQ(parsed.why, error::none);
                EXPECT_EQ(parsed.header.fin, header.fin);
                EXPECT_EQ(parsed.header.opcode, code);
                EXPECT_EQ(parsed.header.masked, masked);
                EXPECT_EQ(parsed.header.key, header.key);
                EXPECT_EQ(parsed.header.payload_length, length);
            }
        }
    }
}

TEST(a_frame_header, needs_more_bytes_until_its_last) {
    for (const std::string_view hex : {"818037fa213d", "81fe007e37fa213d", "81ff000000000001000037fa213d"}) {
        const auto header = from_hex(hex);
        for (std::size_t n = 0; n < header.size(); ++n) {
            const auto parsed = parse_frame_header(std::span{header}.first(n), role::server);
            EXPECT_EQ(parsed.size, 0u);
            EXPECT_EQ(parsed.why, error::none);
        }
        EXPECT_EQ(parse_frame_header(header, role::server).size, header.size());
    }
}

TEST(a_frame_header, rejects_reserved_bits_with_the_first_byte) {
    for (const std::string_view hex : {"c1", "a1", "91", "f1", "c8"}) {
        expect_fails_at_last_byte(hex, error::reserved_bit);
    }
    EXPECT_EQ(parse("c1").header.reserved, 4);
    EXPECT_EQ(parse("91").header.reserved, 1);
}

TEST(a_frame_header, rejects_reserved_opcodes_with_the_first_byte) {
    for (const std::string_view hex :
         {"83", "84", "85", "86", "87", "8b", "8c", "8d", "8e", "8f", "03", "0b"}) {
        expect_fails_at_last_byte(hex, error::reserved_opcode);
    }
}

TEST(a_frame_header, rejects_fragmented_control_frames_with_the_first_byte) {
    for (const std::string_view hex : {"08", "09", "0a"}) {
        expect_fails_at_last_byte(hex, error::control_frame_fragmented);
    }
}

TEST(a_frame_header, must_be_masked_by_a_client_and_not_by_a_server) {
    expect_fails_at_last_byte("8105", error::mask_missing, role::server);
    expect_fails_at_last_byte("8185", error::mask_forbidden, role::client);
}

TEST(a_frame_header, rejects_control_frames_over_125_bytes_with_the_second_byte) {
    expect_fails_at_last_byte("89fe", error::control_frame_too_long);
    expect_fails_at_last_byte("88ff", error::control_frame_too_long);
    EXPECT_EQ(parse("89fd").why, error::none);
}

TEST(a_frame_header, rejects_a_length_not_in_its_shortest_form) {
    expect_fails_at_last_byte("82fe007d", error::length_not_shortest);
    expect_fails_at_last_byte("82fe0000", error::length_not_shortest);
    EXPECT_EQ(parse("82fe007e").why, error::none);
    // Six zeros say already that two bytes were enough.
    expect_fails_at_last_byte("82ff000000000000", error::length_not_shortest);
    EXPECT_EQ(parse("82ff0000000000010000").why, error::none);
}

TEST(a_frame_header, rejects_a_length_with_its_highest_bit_set) {
    expect_fails_at_last_byte("82ff80", error::length_too_large);
    EXPECT_EQ(parse("82ff7f").why, error::none);
}

}  // namespace
}  // namespace pushwire::protocol
