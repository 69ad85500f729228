#include "settings.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "command.hpp"
#include "conversation.hpp"
#include "options.hpp"
#include "values.hpp"

namespace pushwire::decode {
namespace {

using cli::option;
using cli::usage_error;
using enum cli::option_kind;

const cli::command_help& help() {
    static const cli::command_help text{
        .name = "pushwire decode",
        .description = "Shows the bytes of a WebSocket connection as frames, and what is wrong with them.",
        .examples = {{"pushwire decode capture.bin", "one direction of a connection, as it was on the wire"},
                     {"echo 818537fa213d7f9f4d5158 | pushwire decode", "the same in hex: text \"Hello\""},
                     {"xxd capture.bin | pushwire decode",
                      "so, too; or hexdump -Cv, or what Wireshark saves of a stream"},
                     {"pushwire decode --from server --compression permessage-deflate frames.bin",
                      "frames of a server, compressed as it had agreed"}},
        .notes = {"It prints each line of the opening handshake and each frame in the notation of the\n"
                  "transcripts, what is wrong, at which byte, and which clause says so. docs/decode.md says "
                  "more."},
        .exit_statuses = {{"0", "All is well-formed."},
                          {"1", "Something is wrong or incomplete."},
                          {"2", "A wrong option, or what cannot be read."}},
    };
    return text;
}

protocol::role parse_from(std::string_view text) {
    if (text != "client" && text != "server")
        throw usage_error{fmt::format("there is no end \"{}\": write client or server", text)};
    return text == "client" ? protocol::role::client : protocol::role::server;
}

bool parse_begin(std::string_view text) {
    if (text != "opening" && text != "frames")
        throw usage_error{fmt::format("nothing begins with \"{}\": write opening or frames", text)};
    return text == "opening";
}

pushwire::compression parse_compression(std::string_view text) {
    if (text == "off") return {};
    const auto agreed = agreed_compression(text);
    if (agreed) return *agreed;
    throw usage_error{fmt::format("{}: write what the server answered, such as permessage-deflate, or off",
                                  describe(agreed.error()).text)};
}

std::vector<option> options_for(settings& into, bool& hex, bool& raw) {
    return {
        {"file", operand, "FILE", "The bytes; - for standard input (which is read, too, if nothing is named)",
         [&](auto text) { into.file = text; }},
        {"from", value, "client|server",
         "Who sent them (as they begin: HTTP, or masked frames are a client's)",
         [&](auto text) { into.from = parse_from(text); }},
        {"begin", value, "opening|frames", "With the opening handshake, or behind it (as they look)",
         [&](auto text) { into.opening = parse_begin(text); }},
        {"hex", flag, "", "They are written in hex: digits, or as xxd, hexdump -C or Wireshark dump them",
         [&](auto text) { hex = cli::parse_switch(text); }},
        {"raw", flag, "", "They are not, whatever they look like",
         [&](auto text) { raw = cli::parse_switch(text); }},
        {"compression", value, "ANSWER|off",
         "The server's Sec-WebSocket-Extensions, where the bytes do not have it: permessage-deflate; ... "
         "(for "
         "frames: off; for a request: what it offers)",
         [&](auto text) { into.compression = parse_compression(text); }},
        {"key", value, "KEY",
         "The Sec-WebSocket-Key that a response answers, to judge its Sec-WebSocket-Accept",
         [&](auto text) { into.key = text; }},
        {"all", flag, "", "Write payloads out in full, not only their first 128 bytes",
         [&](auto text) { into.most_shown = cli::parse_switch(text) ? everything : usually_shown; }},
    };
}

}  // namespace

bool read_settings(std::span<char* const> arguments, settings& into) {
    bool hex = false;
    bool raw = false;
    const auto options = options_for(into, hex, raw);
    if (cli::read_options(help(), options, arguments) == cli::reading::help_printed) return false;

    if (hex && raw) throw usage_error{"--hex and --raw: it is one or the other: leave one out"};
    if (hex) into.format = byte_format::hex;
    if (raw) into.format = byte_format::raw;
    if (!into.key.empty() && into.from == protocol::role::client)
        throw usage_error{"--key: it is the server's response that answers a key: leave it out"};
    if (into.file.empty()) {
        if (::isatty(STDIN_FILENO) == 1)
            throw usage_error{"which bytes? Name a file, or - to type them; --help says more"};
        into.file = "-";
    }
    return true;
}

}  // namespace pushwire::decode
