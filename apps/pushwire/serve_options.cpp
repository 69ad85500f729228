#include "serve_options.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "command.hpp"
#include "values.hpp"

namespace pushwire::cli {
namespace {

using enum option_kind;

const command_help& help() {
    static const command_help text{
        .name = "pushwire serve",
        .description = "Serves WebSocket connections until Ctrl-C or SIGTERM.",
        .examples =
            {{"pushwire serve", "on port 9502 of every address; open http://localhost:9502/"},
             {"pushwire serve --host 127.0.0.1 --port 8080", "for this machine only"},
             {"pushwire serve --port 0", "on any free port, which the first line tells"},
             {"pushwire serve --listen '[::]:9502' --listen unix:/run/pushwire.sock", "at several addresses"},
             {"pushwire serve --tls-cert example.org.pem --tls-key example.org.key --port 443",
              "with TLS: wss://, and https:// for the page"},
             {"pushwire serve --tls-cert a.pem --tls-key a.key --tls-cert b.pem --tls-key b.key",
              "the certificate of the name that is asked for"},
             {"pushwire serve --tls-cert a.pem --tls-client-ca ours.pem --tls-client-cert optional "
              "--tls-min-version 1.3",
              "clients may show a certificate, of our own authority"},
             {"pushwire serve --takeover",
              "beside a server that was started so too, which is to be stopped then"},
             {"pushwire serve --subprotocol chat.v2 --subprotocol chat",
              "the first one that a client offers is chosen"},
             {"pushwire serve --io epoll", "where io_uring is not wanted"},
             {"pushwire serve --workers auto", "a thread for each processor"},
             {"pushwire serve --max-message 1M --max-backlog 4M --max-connections 10000",
              "what a client may cost, and how many there may be"},
             {"pushwire serve --idle-timeout 5m --handshake-time 3s --grace 30s",
              "how long to wait for a client"},
             {"pushwire serve --compression on", "for clients that offer permessage-deflate"},
             {"pushwire serve --listen unix:/run/pushwire.sock --trusted-proxies unix "
              "--max-connections-per-address 100",
              "behind a proxy on this machine"},
             {"pushwire serve --allowed-origins 'https://example.org,https://*.example.org'",
              "for pages of these sites only"},
             {"pushwire serve --proxy-protocol --trusted-proxies 10.0.0.0/8 --accept-rate 2000 "
              "--accept-rate-per-address 20",
              "behind HAProxy, with a limit for each address"},
             {"pushwire serve --message-rate 50 --message-burst 200 --message-time 1m --stuck-time 30s",
              "how fast a client may send, and how slowly"},
             {"pushwire serve --max-all-backlogs 512M --max-all-unfinished 256M --drain-time 60s",
              "bounds for all clients together, and an end that spreads over a minute"},
             {"pushwire serve --compression on --compression-threshold 256 --compression-level 6 "
              "--compression-window 12 --max-inflated 4M",
              "compressed harder, in less memory"},
             {"pushwire serve --client-publish", "whoever is on /topic/NAME may publish there"},
             {"pushwire serve --log-level error", "only what goes wrong"},
             {"pushwire serve --config pushwire.toml",
              "from a file: port = 8080, max-message = \"1M\", listen = [\"[::1]:8080\"]"}},
        .notes = {"An option with ... may be given again and again. Sizes take K, M and G; times take ms, s, "
                  "m and h.",
                  "Routes: / answers \"server received message: ...\" and has a web page; /echo sends back; "
                  "/broadcast sends to everyone\nthere; /topic/NAME receives what is published; /healthz and "
                  "/metrics are for whoever watches the server."},
        .signals = {{"SIGTERM",
                     "Drains over --drain-time, then stops. That time is 0 by default: all at once."},
                    {"SIGINT",
                     "Stops: every client is told so, and has --grace to close. SIGTERM again does the "
                     "same. A further signal ends the process at once."},
                    {"SIGHUP",
                     "Reads certificates, keys and authorities anew, and drops nobody. If it comes because "
                     "the terminal has gone, it stops the server."}},
        .files = {{"PEM files",
                   "Those of --tls-cert, --tls-key and --tls-client-ca are read at the start, "
                   "and again at SIGHUP."},
                  {"Unix sockets",
                   "Those of --listen are made at the start, with the permissions that the "
                   "umask leaves, and removed at the end."}},
    };
    return text;
}

struct address {
    std::optional<std::string> host;
    std::optional<std::uint16_t> port;
};

std::string parse_text(std::string_view text, std::string_view missing) {
    if (text.empty()) throw usage_error{std::string{missing}};
    return std::string{text};
}

unsigned parse_workers(std::string_view text) {
    if (text == "auto") return 0;
    try {
        return static_cast<unsigned>(parse_number(text, 1, 1023, "number of workers"));
    } catch (const usage_error& wrong) {
        throw usage_error{fmt::format("{}, or auto", wrong.what())};
    }
}

io_backend parse_io(std::string_view text) {
    if (text == "auto") return io_backend::automatic;
    if (text == "epoll") return io_backend::epoll;
    if (text == "io_uring") return io_backend::io_uring;
    throw usage_error{fmt::format("there is no I/O loop \"{}\": write auto, epoll or io_uring", text)};
}

spdlog::level::level_enum parse_log_level(std::string_view text) {
    static constexpr std::pair<std::string_view, spdlog::level::level_enum> levels[]{
        {"trace", spdlog::level::trace}, {"debug", spdlog::level::debug}, {"info", spdlog::level::info},
        {"warn", spdlog::level::warn},   {"error", spdlog::level::err},   {"off", spdlog::level::off}};
    for (const auto& [name, level] : levels) {
        if (name == text) return level;
    }
    throw usage_error{
        fmt::format("there is no level \"{}\": write trace, debug, info, warn, error or off", text)};
}

// RFC 9110 5.6.2: a token
std::string parse_subprotocol(std::string_view text) {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    const auto fits = [&](char each) {
        return (each >= '0' && each <= '9') || (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') ||
               marks.find(each) != std::string_view::npos;
    };
    if (text.empty() || !std::ranges::all_of(text, fits)) {
        throw usage_error{
            fmt::format("\"{}\" is no sub-protocol: write letters, digits, - and . only", text)};
    }
    return std::string{text};
}

std::chrono::milliseconds parse_positive_duration(std::string_view text) {
    const auto duration = parse_duration(text);
    if (duration.count() == 0) throw usage_error{"the time must be longer than 0"};
    return duration;
}

std::vector<option> address_options(serve_options& into, address& first) {
    return {
        {"host", value, "ADDRESS",
         "The address to listen on; *: every one, IPv6 too (0.0.0.0: every IPv4 one)",
         [&](auto text) { first.host = parse_text(text, "an address is needed, such as 0.0.0.0 or ::1"); }},
        {"port", value, "PORT", "The port to listen on; 0: any free one (9502)",
         [&](auto text) { first.port = static_cast<std::uint16_t>(parse_number(text, 0, 65535, "port")); }},
        {"listen", list, "ADDRESS",
         "HOST:PORT or unix:/PATH, instead of --host and --port or beside them; ws://HOST:PORT: without TLS",
         [&](auto text) { into.server.listen.push_back(parse_text(text, "write HOST:PORT or unix:/PATH")); }},
        {"takeover", flag, "",
         "Share the port with a server that runs already, with this option too or with several workers",
         [&](auto text) { into.server.takeover = parse_switch(text); }},
    };
}

client_certificates parse_client_certificates(std::string_view text) {
    if (text == "required") return client_certificates::required;
    if (text == "optional") return client_certificates::optional;
    throw usage_error{fmt::format("\"{}\" is not known: write required or optional", text)};
}

tls_version parse_tls_version(std::string_view text) {
    if (text == "1.2") return tls_version::tls_1_2;
    if (text == "1.3") return tls_version::tls_1_3;
    throw usage_error{fmt::format("there is no TLS version \"{}\" here: write 1.2 or 1.3", text)};
}

// What is written of TLS, before the pairs are put together.
struct tls_files {
    std::vector<std::string> certificates;
    std::vector<std::string> keys;
};

std::vector<option> tls_options_of(serve_options& into, tls_files& files) {
    auto& tls = into.server.tls;
    return {
        {"tls-cert", list, "FILE",
         "Speak TLS (wss://), with this certificate and its chain, in PEM form; again for other names",
         [&](auto text) { files.certificates.push_back(parse_text(text, "write the path of a file")); }},
        {"tls-key", list, "FILE", "Its key; none if the keys stand in the files of --tls-cert",
         [&](auto text) { files.keys.push_back(parse_text(text, "write the path of a file")); }},
        {"tls-client-ca", value, "FILE", "Take only clients with a certificate from these authorities",
         [&](auto text) { tls.client_ca_file = parse_text(text, "write the path of a file"); }},
        {"tls-client-cert", value, "required|optional",
         "With --tls-client-ca: whether a client may have none (required)",
         [&](auto text) { tls.client_certificates = parse_client_certificates(text); }},
        {"tls-min-version", value, "1.2|1.3", "The oldest version of TLS that is spoken (1.2)",
         [&](auto text) { tls.min_version = parse_tls_version(text); }},
    };
}

void complete_tls(tls_options& tls, const tls_files& files) {
    if (!files.keys.empty() && files.keys.size() != files.certificates.size()) {
        throw usage_error{
            fmt::format("each --tls-cert needs its --tls-key, in the same order: there are {} and {}",
                        files.certificates.size(), files.keys.size())};
    }
    for (std::size_t i = 0; i < files.certificates.size(); ++i)
        tls.certificates.push_back({files.certificates[i], files.keys.empty() ? "" : files.keys[i]});
    if (tls.certificates.empty()) {
        const auto alone = [](bool given, std::string_view option) {
            if (given)
                throw usage_error{fmt::format("--{} needs --tls-cert: without it no TLS is spoken", option)};
        };
        alone(!tls.client_ca_file.empty(), "tls-client-ca");
        alone(tls.client_certificates != client_certificates::off, "tls-client-cert");
        alone(tls.min_version != tls_options{}.min_version, "tls-min-version");
    }
    if (!tls.client_ca_file.empty() && tls.client_certificates == client_certificates::off)
        tls.client_certificates = client_certificates::required;
}

// "a,b": each of them.
void add_listed(std::vector<std::string>& to, std::string_view text, std::string_view missing) {
    for (;;) {
        const auto comma = std::min(text.find(','), text.size());
        to.push_back(parse_text(text.substr(0, comma), missing));
        if (comma == text.size()) return;
        text.remove_prefix(comma + 1);
    }
}

std::vector<option> admission_options(serve_options& into) {
    constexpr std::uint64_t most = 1'000'000'000;
    auto& limits = into.server.limits;
    return {
        {"trusted-proxies", list, "ADDRESSES",
         "Whose X-Forwarded-For is believed: 10.0.0.0/8,2001:db8::7,loopback,unix (nobody's)",
         [&](auto text) {
             add_listed(into.server.trusted_proxies, text, "an address is needed, such as 10.0.0.0/8");
         }},
        {"proxy-protocol", flag, "",
         "Each connection of --trusted-proxies begins with a PROXY header, version 1 or 2",
         [&](auto text) { into.server.proxy_protocol = parse_switch(text); }},
        {"allowed-origins", list, "ORIGINS",
         "The pages that may connect: https://example.org,*.example.org; others are answered with 403 (any)",
         [&](auto text) {
             add_listed(into.server.allowed_origins, text,
                        "an origin is needed, such as https://example.org");
         }},
        {"max-connections-per-address", value, "N", "More are answered with 429; 0: any number (0)",
         [&, most](auto text) {
             limits.max_connections_per_address = parse_number(text, 0, most, "number of connections");
         }},
        {"accept-rate", value, "N", "New connections in a second; more wait. 0: any number (0)",
         [&, most](auto text) { limits.accept_rate = parse_number(text, 0, most, "number of connections"); }},
        {"accept-rate-per-address", value, "N",
         "New connections of one address in a second; more are answered with 429. 0: any number (0)",
         [&, most](auto text) {
             limits.accept_rate_per_address = parse_number(text, 0, most, "number of connections");
         }},
        {"message-rate", value, "N",
         "Messages, pings and pongs of one client in a second; more close it with 1008. 0: any number (0)",
         [&, most](auto text) { limits.message_rate = parse_number(text, 0, most, "number of messages"); }},
        {"message-burst", value, "N", "How many may come at once (as many as in a second)",
         [&, most](auto text) { limits.message_burst = parse_number(text, 1, most, "number of messages"); }},
    };
}

std::vector<option> limit_options(limits& into) {
    return {
        {"max-message", value, "SIZE",
         "The largest message taken from a client; a larger one closes it with 1009 (16M)",
         [&](auto text) { into.max_message = parse_size(text); }},
        {"max-inflated", value, "SIZE",
         "The largest message that a compressed one may inflate to (as --max-message)",
         [&](auto text) { into.max_inflated = parse_size(text); }},
        {"max-backlog", value, "SIZE", "What may wait for one client to read (1M)",
         [&](auto text) { into.max_backlog = parse_size(text); }},
        {"max-all-backlogs", value, "SIZE", "What may wait for all clients to read (an eighth of the memory)",
         [&](auto text) { into.max_all_backlogs = parse_size(text); }},
        {"max-all-unfinished", value, "SIZE",
         "What came of all unfinished messages and requests (an eighth of the memory)",
         [&](auto text) { into.max_all_unfinished = parse_size(text); }},
        {"max-connections", value, "N", "More are answered with 503 (131072, or what file descriptors allow)",
         [&](auto text) {
             into.max_connections = parse_number(text, 1, 100'000'000, "number of connections");
         }},
        {"handshake-time", value, "TIME", "From connecting to the end of the opening handshake (10s)",
         [&](auto text) { into.handshake_time = parse_positive_duration(text); }},
        {"idle-timeout", value, "TIME",
         "A connection ends after this time without any byte, pongs included; 0: never (60s)",
         [&](auto text) { into.idle_timeout = parse_duration(text); }},
        {"message-time", value, "TIME",
         "A message must come, at least 64K of it in this time; 0: never (60s)",
         [&](auto text) { into.message_time = parse_duration(text); }},
        {"stuck-time", value, "TIME",
         "A client must read what waits for it, at least 64K in this time; 0: never (60s)",
         [&](auto text) { into.stuck_time = parse_duration(text); }},
        {"grace", value, "TIME", "For all connections to close when the server stops (8s)",
         [&](auto text) { into.grace = parse_duration(text); }},
        {"drain-time", value, "TIME", "Over which SIGTERM spreads the close frames; 0: all at once (0)",
         [&](auto text) { into.drain_time = parse_duration(text); }},
    };
}

void parse_compression(std::string_view text, compression& into) {
    if (text != "off" && text != "on" && text != "keep") {
        throw usage_error{fmt::format("there is no compression \"{}\": write off, on or keep", text)};
    }
    into.enabled = text != "off";
    into.server_no_context_takeover = into.client_no_context_takeover = text != "keep";
}

std::vector<option> compression_options(compression& into) {
    return {
        {"compression", value, "off|on|keep",
         "Compress messages for clients that offer it; keep: and refer back to earlier ones (off)",
         [&](auto text) { parse_compression(text, into); }},
        {"compression-threshold", value, "SIZE", "Smaller messages are sent as they are (256)",
         [&](auto text) { into.threshold = parse_size(text); }},
        {"compression-level", value, "N", "1 (fast) to 9 (small); 0: what pays (0)",
         [&](auto text) { into.level = static_cast<int>(parse_number(text, 0, 9, "level")); }},
        {"compression-window", value, "BITS",
         "How far back a message may refer, and what keep holds: 8 (256 bytes) to 15 (32 KiB) (15)",
         [&](auto text) {
             into.server_max_window_bits = static_cast<int>(parse_number(text, 8, 15, "number of bits"));
             into.client_max_window_bits = into.server_max_window_bits;
         }},
    };
}

std::vector<option> running_options(serve_options& into) {
    return {
        {"workers", value, "N|auto", "Threads that serve; auto: one for each processor (1)",
         [&](auto text) { into.server.workers = parse_workers(text); }},
        {"io", value, "auto|epoll|io_uring", "How the kernel is asked for input and output (auto)",
         [&](auto text) { into.server.io = parse_io(text); }},
        {"subprotocol", list, "NAME", "A sub-protocol that the server speaks",
         [&](auto text) { into.server.subprotocols.push_back(parse_subprotocol(text)); }},
        {"client-publish", flag, "", "Publish what clients send on /topic/NAME (it is ignored otherwise)",
         [&](auto text) { into.client_publish = parse_switch(text); }},
        {"log-level", value, "trace|debug|info|warn|error|off", "The least that is told (info)",
         [&](auto text) { into.log_level = parse_log_level(text); }},
    };
}

std::string endpoint(const address& first) {
    const auto host = first.host.value_or("0.0.0.0");
    const bool bare_v6 = host.find(':') != std::string::npos && !host.starts_with('[');
    return fmt::format("{}:{}", bare_v6 ? "[" + host + "]" : host, first.port.value_or(9502));
}

}  // namespace

reading read_serve_options(std::span<char* const> arguments, serve_options& into) {
    address first;
    tls_files files;
    auto& limits = into.server.limits;
    std::vector<option> options;
    for (auto& part :
         {address_options(into, first), tls_options_of(into, files), running_options(into),
          compression_options(into.server.compression), admission_options(into), limit_options(limits)}) {
        options.insert(options.end(), part.begin(), part.end());
    }
    if (read_options(help(), options, arguments) == reading::help_printed) return reading::help_printed;

    complete_tls(into.server.tls, files);
    auto& listen = into.server.listen;
    if (first.host || first.port || listen.empty()) listen.insert(listen.begin(), endpoint(first));
    // A client that only listens is kept by its pongs, so the ping must come well before the end.
    if (limits.idle_timeout.count() > 0)
        limits.ping_after = std::min(limits.ping_after, limits.idle_timeout / 2);
    return reading::complete;
}

}  // namespace pushwire::cli
