#include "connect/settings.hpp"

#include <vector>

#include <fmt/format.h>

#include "command.hpp"
#include "options.hpp"
#include "values.hpp"

namespace pushwire::connect {
namespace {

using cli::option;
using cli::usage_error;
using enum cli::option_kind;

const cli::command_help& help() {
    static const cli::command_help text{
        .name = "pushwire connect",
        .description = "Talks to a WebSocket server from the terminal, or from a script.",
        .examples =
            {{"pushwire connect ws://localhost:9502/", "type a line, see what comes; /help lists more"},
             {"printf 'a\\nb\\n' | pushwire connect ws://localhost:9502/echo",
              "each line a message; prints the answers"},
             {"pushwire connect ws://localhost:9502/topic/news --count 1", "the next message, then leave"},
             {"pushwire connect wss://localhost:9502/ --ca cert.pem", "a certificate of your own"},
             {"pushwire connect ws://localhost:9502/ --header 'Authorization: Bearer TOKEN' --subprotocol "
              "chat",
              "what the server asks for before it talks"},
             {"pushwire connect ws://localhost:9502/ --reconnect", "come back when the connection is lost"},
             {"pushwire connect ws+unix:/run/pushwire.sock:/echo", "a Unix socket, and a path"},
             {"pushwire connect ws://localhost:9502/ --trace", "every frame, both ways"},
             {"pushwire connect ws://localhost:9502/ --json | jq -r .data", "for programs"}},
        .exit_statuses = {{"0", "Closed in an ordinary way."},
                          {"1", "The connection ended otherwise."},
                          {"2", "A wrong option."},
                          {"3", "The host is unknown."},
                          {"4", "Nobody takes a connection there."},
                          {"5", "It took too long."},
                          {"6", "The certificate has expired."},
                          {"7", "It is for another host."},
                          {"8", "Nobody trusted vouches for it."},
                          {"9", "TLS failed otherwise."},
                          {"10", "The server answered with an HTTP status other than 101."},
                          {"11", "Its answer was no opening handshake."}},
    };
    return text;
}

// "Name: value"
std::pair<std::string, std::string> parse_header(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0)
        throw usage_error{fmt::format("\"{}\" is no header field: write 'Name: value'", text)};
    auto value = text.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    return {std::string{text.substr(0, colon)}, std::string{value}};
}

std::vector<option> of_the_opening(settings& into) {
    auto& client = into.client;
    return {
        {"url", operand, "", "ws://HOST[:PORT][/PATH], wss://… or ws+unix:/PATH/OF/SOCKET[:/PATH]",
         [&](auto text) { into.url = text; }},
        {"header", list, "'NAME: VALUE'", "A header field to add to the opening handshake",
         [&](auto text) { client.headers.push_back(parse_header(text)); }},
        {"subprotocol", list, "NAME", "A sub-protocol to offer",
         [&](auto text) { client.subprotocols.emplace_back(text); }},
        {"compression", flag, "", "Offer permessage-deflate",
         [&](auto text) { client.compression.enabled = cli::parse_switch(text); }},
        {"timeout", value, "TIME", "For the connection, and again for the opening handshake (10s)",
         [&](auto text) { client.connect_time = client.limits.handshake_time = cli::parse_duration(text); }},
        {"reconnect", flag, "", "Come back when the connection is lost, or does not come about",
         [&](auto text) { client.reconnect.enabled = cli::parse_switch(text); }},
    };
}

std::vector<option> of_tls(tls_client_options& into) {
    return {
        {"ca", value, "FILE", "Whose certificates are believed (the system's)",
         [&](auto text) { into.ca_file = text; }},
        {"insecure", flag, "", "Believe any certificate",
         [&](auto text) { into.verify = !cli::parse_switch(text); }},
        {"cert", value, "FILE", "A certificate to show",
         [&](auto text) { into.certificate.certificate_file = text; }},
        {"key", value, "FILE", "Its key, if it is not in the same file",
         [&](auto text) { into.certificate.key_file = text; }},
        {"server-name", value, "NAME", "Whom the certificate must be for (the URL's host)",
         [&](auto text) { into.server_name = text; }},
    };
}

std::vector<option> of_messages(settings& into) {
    return {
        {"hex", flag, "", "Each line is a binary message, in hex digits",
         [&](auto text) {
             if (cli::parse_switch(text)) into.input = input::hex;
         }},
        {"binary", flag, "", "All of standard input is one binary message",
         [&](auto text) {
             if (cli::parse_switch(text)) into.input = input::binary;
         }},
        {"count", value, "N", "Leave after so many messages",
         [&](auto text) { into.count = cli::parse_number(text, 1, 1'000'000'000, "number of messages"); }},
        {"wait", value, "TIME",
         "For further answers, once standard input has ended and a ping was answered (100ms)",
         [&](auto text) { into.wait = cli::parse_duration(text); }},
        {"ping", value, "TIME", "Send a ping so often, and say how long its answer took",
         [&](auto text) { into.ping_every = cli::parse_duration(text); }},
        {"json", flag, "", "Print a JSON object for each thing that happens, a line each",
         [&](auto text) { into.json = cli::parse_switch(text); }},
        {"trace", flag, "", "Print every frame, in the notation of `pushwire decode`, to standard error",
         [&](auto text) { into.trace = cli::parse_switch(text); }},
    };
}

}  // namespace

bool read_settings(std::span<char* const> arguments, settings& into) {
    auto options = of_the_opening(into);
    for (auto&& more : {of_tls(into.client.tls), of_messages(into)})
        options.insert(options.end(), more.begin(), more.end());
    if (cli::read_options(help(), options, arguments) == cli::reading::help_printed) return false;
    if (into.url.empty()) throw usage_error{"which server? Write ws://HOST:PORT/PATH or wss://HOST/PATH"};
    if (into.client.tls.certificate.certificate_file.empty() && !into.client.tls.certificate.key_file.empty())
        throw usage_error{"--key belongs to a certificate: name that by --cert"};
    return true;
}

}  // namespace pushwire::connect
