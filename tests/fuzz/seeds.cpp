// Makes inputs for the targets from the transcripts, so that fuzzing begins where the tests end.
//
//   fuzz_seeds FOLDER FILE.wire ...        writes FOLDER/TARGET/NAME

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fuzz/support/byte_source.hpp"
#include "fuzz/support/script.hpp"

namespace {

namespace fs = std::filesystem;
using namespace pushwire;
using transcripts::bytes;

constexpr std::size_t most = 4096;  // bytes: a longer input is not worth what it costs the fuzzer

class writer {
  public:
    explicit writer(fs::path folder) : folder_{std::move(folder)} {}

    /// `flags` come before `content`.
    void write(std::string_view target, const std::string& name, std::vector<std::uint8_t> flags,
               std::span<const std::byte> content) const {
        for (const auto byte : content) flags.push_back(std::to_integer<std::uint8_t>(byte));
        if (flags.size() > most) return;
        fs::create_directories(folder_ / target);
        std::ofstream file{folder_ / target / name, std::ios::binary};
        std::ranges::copy(flags, std::ostreambuf_iterator<char>{file});
    }

  private:
    fs::path folder_;
};

/// What comes in before anything else happens.
bytes first_input(const transcripts::transcript& conversation) {
    bytes data;
    for (const auto& step : conversation.steps) {
        if (const auto* const input = std::get_if<transcripts::input>(&step.what))
            data.insert(data.end(), input->data.begin(), input->data.end());
        else if (!std::holds_alternative<transcripts::expected_output>(step.what) &&
                 !std::holds_alternative<transcripts::event_facts>(step.what))
            break;
    }
    return data;
}

std::span<const std::byte> head_of(std::span<const std::byte> input) {
    const auto end = fuzz::as_text(input).find("\r\n\r\n");
    return end == std::string_view::npos ? input : input.first(end + 4);
}

/// The values of a header field, one a line.
std::string values_of(std::string_view head, std::string_view name) {
    std::string values;
    for (auto at = head.find(name); at != std::string_view::npos; at = head.find(name, at)) {
        at += name.size();
        const auto value = head.substr(at, head.find('\r', at) - at);
        values += std::string{value} + '\n';
    }
    return values;
}

void write_opening(const writer& seeds, const transcripts::transcript& conversation,
                   const std::string& name) {
    const auto& setup = conversation.setup;
    const bool server = setup.role == protocol::role::server;
    const auto input = first_input(conversation);
    const limits usual;
    std::uint8_t flags = setup.subprotocols.empty() ? 0 : 1;
    if (setup.limits.max_header < usual.max_header) flags |= 2;
    if (setup.limits.max_header_fields < usual.max_header_fields) flags |= 4;
    if (server && setup.limits.max_body < usual.max_body) flags |= 8;
    if (setup.compression.enabled) {
        const bool keeps_context =
            !setup.compression.server_no_context_takeover || !setup.compression.client_no_context_takeover;
        flags |= server ? (keeps_context ? 64 | 128 : 64) : (keeps_context ? 8 | 16 : 8);
    }
    seeds.write(server ? "opening_server" : "opening_client", name, {3, flags}, input);
    const auto http = server ? std::uint8_t{0} : std::uint8_t{1};
    seeds.write("http", name, {2, static_cast<std::uint8_t>(http | ((flags & 6) != 0 ? 4 : 0))},
                head_of(input));

    const auto body = std::span{input}.subspan(head_of(input).size());
    const auto head = fuzz::as_text(head_of(input));
    if (head.find("chunked") != std::string_view::npos) seeds.write("http", name + ".chunks", {2, 2}, body);
    auto extensions = values_of(head, "Sec-WebSocket-Extensions: ");
    if (!extensions.empty()) {
        extensions.pop_back();
        std::ranges::replace(extensions, '\n', ',');
        // What the ends want: little, and small windows.
        seeds.write("negotiation", name, {0, 7, 7, 0, 7, 7}, std::as_bytes(std::span{extensions}));
        seeds.write("negotiation", name + ".small", {3, 2, 1, 3, 1, 2}, std::as_bytes(std::span{extensions}));
    }
    for (const auto* const field : {"Sec-WebSocket-Extensions: ", "Sec-WebSocket-Protocol: "}) {
        const auto values = values_of(head, field);
        if (!values.empty()) seeds.write("extensions", name, {}, std::as_bytes(std::span{values}));
    }
}

/// The data of compressed messages of one frame, with something before them that they may refer to.
void write_compressed(const writer& seeds, protocol::role role, std::span<const std::byte> input,
                      const std::string& name) {
    for (int count = 0;; ++count) {
        const auto [header, size, why] = protocol::parse_frame_header(input, role, protocol::compressed_bit);
        if (size == 0 || header.payload_length > input.size() - size) return;
        const auto length = static_cast<std::size_t>(header.payload_length);
        bytes payload{input.begin() + static_cast<std::ptrdiff_t>(size),
                      input.begin() + static_cast<std::ptrdiff_t>(size + length)};
        if (header.masked) protocol::apply_mask(payload, header.key);
        if (header.fin && header.reserved == protocol::compressed_bit)
            seeds.write("inflate", name + "." + std::to_string(count), {3, 3, 5, 'H', 'e', 'l', 'l', 'o'},
                        payload);
        input = input.subspan(size + length);
    }
}

void write_frames(const writer& seeds, const transcripts::transcript& conversation, const std::string& name) {
    const auto input = first_input(conversation);
    if (conversation.setup.compression.enabled) write_compressed(seeds, conversation.setup.role, input, name);
    seeds.write("frame_header", name, {}, std::span{input}.first(std::min<std::size_t>(input.size(), 40)));
    for (const auto& step : conversation.steps) {
        const auto* const event = std::get_if<transcripts::event_facts>(&step.what);
        if (event && event->type == protocol::event_type::text && event->data)
            seeds.write("utf8", name, {3},
                        std::span{*event->data}.first(std::min<std::size_t>(event->data->size(), 1000)));
    }
}

/// A client that does no more than it is told, and one whose handlers push and ping, that comes back, on completions.
void write_client(const writer& seeds, const transcripts::transcript& conversation, const std::string& name) {
    constexpr std::uint8_t lively = 1 | 2 | 32;
    for (const bool cut : {false, true}) {
        const auto script = fuzz::write_script(conversation, cut ? 2 | 16 : 0, cut ? 1 : 0);
        seeds.write("client", name + (cut ? ".cut" : ""),
                    {cut ? lively : std::uint8_t{0}, cut ? std::uint8_t{1} : std::uint8_t{0}},
                    std::as_bytes(std::span{script}));
    }
}

/// All that comes in, as its bytes look, and as frames where there is no head before them.
void write_decode(const writer& seeds, const transcripts::transcript& conversation, const std::string& name) {
    const auto input = first_input(conversation);
    const bool server = conversation.setup.role == protocol::role::server;
    std::uint8_t flags = conversation.setup.opening ? 0 : server ? 1 : 2;
    if (conversation.setup.compression.enabled) flags |= 8;
    seeds.write("decode", name, {3, flags}, input);
}

void write_all(const writer& seeds, const transcripts::transcript& conversation, const std::string& name) {
    const bool server = conversation.setup.role == protocol::role::server;
    // Byte by byte, and at random places with all that a way of playing can do.
    constexpr std::uint8_t everything = 2 | 4 | 8 | 16;
    const auto* const target = server ? "session_server" : "session_client";
    seeds.write(target, name, fuzz::write_script(conversation, 1, 0), {});
    seeds.write(target, name + ".cut", fuzz::write_script(conversation, everything, 1), {});
    if (!server) write_client(seeds, conversation, name);
    write_decode(seeds, conversation, name);
    if (conversation.setup.opening)
        write_opening(seeds, conversation, name);
    else
        write_frames(seeds, conversation, name);
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 3) {
        std::fputs("usage: fuzz_seeds FOLDER FILE.wire ...\n", stderr);
        return 2;
    }
    const writer seeds{arguments[1]};
    for (int i = 2; i < count; ++i) {
        const fs::path path{arguments[i]};
        std::ifstream stream{path, std::ios::binary};
        const std::string text{std::istreambuf_iterator<char>{stream}, {}};
        const auto conversation = transcripts::parse(text, path.string());
        if (!conversation) {
            std::fprintf(stderr, "%s\n", conversation.error().text().c_str());
            return 1;
        }
        write_all(seeds, *conversation, path.stem().string());
    }
    return 0;
}
