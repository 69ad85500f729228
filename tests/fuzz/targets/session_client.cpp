// A client's session: any conversation, see support/script.hpp.

#include "fuzz/support/conversation.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pushwire;
    fuzz::check_conversation(fuzz::read_script(protocol::role::client, {data, size}));
    return 0;
}
