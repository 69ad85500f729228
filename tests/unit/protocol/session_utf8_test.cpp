// Texts that trip decoders of UTF-8, sent to a session of either role: whole, and in fragments of a byte.

#include "unit/protocol/peer.hpp"

namespace pushwire::protocol {
namespace {

// Ordinary text; each prefix of it that ends with a character; the first and last character of each length; around the
// surrogates; the replacement character and its neighbours; code points that are no characters, which are valid all the
// same.
constexpr std::string_view valid[] = {
    "",
    "68656c6c6f24776f726c64",
    "68656c6c6fc2a2776f726c64",
    "68656c6c6fe282ac776f726c64",
    "68656c6c6ff0a4ada2776f726c64",
    "48656c6c6f2dc2b540c39fc3b6c3a4c3bcc3a0c3a12d5554462d382121",
    "ceba",
    "cebae1bdb9",
    "cebae1bdb9cf83",
    "cebae1bdb9cf83cebc",
    "cebae1bdb9cf83cebcceb5",
    "00",
    "c280",
    "e0a080",
    "f0908080",
    "7f",
    "dfbf",
    "efbfbf",
    "f48fbfbf",
    "ed9fbf",
    "ee8080",
    "efbfb9",
    "efbfba",
    "efbfbb",
    "efbfbc",
    "efbfbd",
    "efbfbe",
    "f09fbfbe",
    "f09fbfbf",
    "f0afbfbe",
    "f0afbfbf",
    "f0bfbfbe",
    "f0bfbfbf",
    "f18fbfbe",
    "f18fbfbf",
    "f19fbfbe",
    "f19fbfbf",
    "f1afbfbe",
    "f1afbfbf",
    "f1bfbfbe",
    "f1bfbfbf",
    "f28fbfbe",
    "f28fbfbf",
    "f29fbfbe",
    "f29fbfbf",
    "f2afbfbe",
    "f2afbfbf",
    "f2bfbfbe",
    "f2bfbfbf",
    "f38fbfbe",
    "f38fbfbf",
    "f39fbfbe",
    "f39fbfbf",
    "f3afbfbe",
    "f3afbfbf",
    "f3bfbfbe",
    "f3bfbfbf",
    "f48fbfbe",
};

constexpr std::string_view invalid[] = {
    // prefixes that end amid a character
    "ce",
    "cebae1",
    "cebae1bd",
    "cebae1bdb9cf",
    "cebae1bdb9cf83ce",
    "cebae1bdb9cf83cebcce",
    // forms of four, five and six bytes that name no code point
    "f888808080",
    "fc8480808080",
    "f7bfbfbf",
    "fbbfbfbfbf",
    "fdbfbfbfbfbf",
    "f4908080",
    // continuation bytes alone
    "80",
    "bf",
    "80bf",
    "80bf80",
    "80bf80bf",
    "80bf80bf80",
    "80bf80bf80bf",
    ("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b"
     "3"
     "b4b5b6b7b8b9ba"
     "bbbcbdbe"),
    // first bytes alone
    ("c020c120c220c320c420c520c620c720c820c920ca20cb20cc20cd20ce20cf20d020d120d220d320d420d520d620d720d820d92"
     "0"
     "da20db20dc20dd"
     "20de20"),
    "e020e120e220e320e420e520e620e720e820e920ea20eb20ec20ed20ee20",
    "f020f120f220f320f420f520f620",
    "f820f920fa20",
    "fc20",
    // the last continuation byte missing, and all of these in a row
    "c0",
    "e080",
    "f08080",
    "f8808080",
    "fc80808080",
    "df",
    "efbf",
    "f7bfbf",
    "fbbfbfbf",
    "fdbfbfbfbf",
    "c0e080f08080f8808080fc80808080dfefbff7bfbffbbfbfbffdbfbfbfbf",
    // bytes that occur nowhere
    "fe",
    "ff",
    "fefeffff",
    // overlong: a slash, the last code point that a shorter form holds, and NUL
    "c0af",
    "e080af",
    "f08080af",
    "f8808080af",
    "fc80808080af",
    "c1bf",
    "e09fbf",
    "f08fbfbf",
    "f887bfbfbf",
    "fc83bfbfbfbf",
    "c080",
    "e08080",
    "f0808080",
    "f880808080",
    "fc8080808080",
    // halves of surrogate pairs, and whole pairs
    "eda080",
    "edadbf",
    "edae80",
    "edafbf",
    "edb080",
    "edbe80",
    "edbfbf",
    "eda080edb080",
    "eda080edbfbf",
    "edadbfedb080",
    "edadbfedbfbf",
    "edae80edb080",
    "edae80edbfbf",
    "edafbfedb080",
    "edafbfedbfbf",
    // amid text
    "cebae1bdb9cf83cebcceb5eda080656469746564",
    "cebae1bdb9cf83cebcceb5f4908080656469746564",
};

class a_decoder_of_text : public session_test, public testing::WithParamInterface<role> {
  protected:
    void open() { GetParam() == role::server ? make_open_server() : make_open_client(); }

    [[nodiscard]] bool masked() const { return GetParam() == role::server; }

    [[nodiscard]] bytes in_fragments_of_a_byte(const bytes& text) const {
        auto result = frame(opcode::text, "", masked(), false);
        for (const auto& byte : text)
            result = result + frame(opcode::continuation, std::span{&byte, 1}, masked(), false);
        return result + frame(opcode::continuation, "", masked());
    }
};

}  // namespace

TEST_P(a_decoder_of_text, judges_the_stress_test_of_decoders) {
    for (const auto hex : valid) {
        const auto text = from_hex(hex);
        const told_list expected{{event_type::text, to_text(text)}};
        open();
        EXPECT_EQ(receive(frame(opcode::text, text, masked())), expected) << hex;
        EXPECT_EQ(receive(in_fragments_of_a_byte(text)), expected) << hex << " in fragments";
    }
    for (const auto hex : invalid) {
        const auto text = from_hex(hex);
        for (const auto& sent : {frame(opcode::text, text, masked()), in_fragments_of_a_byte(text)}) {
            SCOPED_TRACE(to_hex(sent));
            open();
            EXPECT_EQ(receive(sent), (told_list{{event_type::closed, ""}}));
            expect_failed(error::text_not_utf8);
            EXPECT_EQ(tested->outcome().sent_code, 1007);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(of_either_role, a_decoder_of_text, testing::Values(role::server, role::client),
                         [](const auto& one) { return one.param == role::server ? "server" : "client"; });

}  // namespace pushwire::protocol
