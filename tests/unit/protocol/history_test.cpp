#include "protocol/history.hpp"

#include "unit/protocol/peer.hpp"

namespace pushwire::protocol {
namespace {

TEST(a_history, is_the_end_of_what_was_said_and_no_more_than_the_window) {
    history tested{8};
    std::string said;
    for (unsigned i = 0; i < 200; ++i) {
        const std::string more(i * 7 % 90, static_cast<char>('a' + i % 26));
        tested.append(to_bytes(more));
        said += more;
        EXPECT_EQ(to_text(tested.bytes()), said.size() <= 256 ? said : said.substr(said.size() - 256));
    }
    const std::string much(1000, 'x');
    tested.append(to_bytes(much));
    EXPECT_EQ(to_text(tested.bytes()), std::string(256, 'x'));
    tested.clear();
    EXPECT_TRUE(tested.bytes().empty());
}

}  // namespace
}  // namespace pushwire::protocol
