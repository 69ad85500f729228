#include "connect/report.hpp"

#include <cstdio>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "decode/clauses.hpp"

namespace pushwire::connect {
namespace {

constexpr std::size_t most_hex_shown = 256;  // bytes of a message on a terminal

// What a terminal would obey instead of showing it is shown as what it is. Behind a line's end the text goes on indented.
std::string for_a_terminal(std::string_view text) {
    std::string shown;
    for (const char each : text) {
        const auto code = static_cast<unsigned char>(each);
        if (each == '\n') {
            shown += "\n  ";
        } else if ((code < 0x20 && each != '\t') || code == 0x7f) {
            shown += fmt::format("\\x{:02x}", code);
        } else {
            shown += each;
        }
    }
    // The second control characters of Unicode, U+0080 to U+009F, are obeyed by some, too.
    for (auto at = shown.find('\xc2'); at != std::string::npos; at = shown.find('\xc2', at + 1)) {
        const auto second = at + 1 < shown.size() ? static_cast<unsigned char>(shown[at + 1]) : 0U;
        if (second >= 0x80 && second < 0xa0) shown.replace(at, 2, fmt::format("\\u{:04x}", second));
    }
    return shown;
}

std::string milliseconds(std::chrono::nanoseconds time) {
    return fmt::format("{:.2f} ms", std::chrono::duration<double, std::milli>{time}.count());
}

std::string of_failure(const connect_failure& why) {
    auto text = why.text;
    if (why.next) text += fmt::format("; attempt {} follows in {} ms", why.attempt + 1, why.next->count());
    return text;
}

std::string of_opening(const opening& how) {
    std::string text;
    if (!how.subprotocol.empty()) text += fmt::format(", sub-protocol {}", how.subprotocol);
    if (how.compressed) text += ", compressed";
    return text;
}

void print(std::FILE* to, std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), to);
    std::fputc('\n', to);
    std::fflush(to);
}

class terminal_report final : public report {
  public:
    terminal_report(screen& on, bool colours) : on_{on}, colours_{colours} {}

    void opened(std::string_view url, const opening& how) override {
        show(dim, fmt::format("connected to {}{}", url, of_opening(how)));
    }
    void received(const message& which) override {
        if (which.type == message_type::text) return show(bright, "< " + for_a_terminal(which.data));
        const auto some = which.data.substr(0, most_hex_shown);
        show(bright,
             fmt::format("< binary, {} byte{}: {}{}", which.data.size(), which.data.size() == 1 ? "" : "s",
                         in_hex(some), some.size() < which.data.size() ? " …" : ""));
    }
    void ponged(std::chrono::nanoseconds round_trip) override {
        show(dim, "pong after " + milliseconds(round_trip));
    }
    void closed(const close_info& how) override {
        show(how.why == error::none ? dim : red, "closed: " + for_a_terminal(in_words(how)));
    }
    void failed(const connect_failure& why) override { show(red, for_a_terminal(of_failure(why))); }
    void note(std::string_view text) override { show(dim, text); }
    void trace(bool sent, std::string_view text) override {
        show(dim, fmt::format("{} {}", sent ? ">>" : "<<", text));
    }

  private:
    static constexpr auto bright = "\033[32m";
    static constexpr auto dim = "\033[2m";
    static constexpr auto red = "\033[31m";

    void show(const char* colour, std::string_view text) {
        on_.show(colours_ ? fmt::format("{}{}\033[0m", colour, text) : std::string{text});
    }

    screen& on_;
    bool colours_;
};

class pipe_report final : public report {
  public:
    void opened(std::string_view, const opening&) override {}
    void received(const message& which) override {
        print(stdout, which.type == message_type::text ? std::string{which.data} : in_hex(which.data));
    }
    void ponged(std::chrono::nanoseconds round_trip) override {
        say("pong after " + milliseconds(round_trip));
    }
    void closed(const close_info& how) override {
        if (how.why != error::none || how.code != close_code::normal) say("closed: " + in_words(how));
    }
    void failed(const connect_failure& why) override { say(of_failure(why)); }
    void note(std::string_view text) override { say(text); }
    void trace(bool sent, std::string_view text) override {
        print(stderr, fmt::format("{} {}", sent ? ">>" : "<<", text));
    }

  private:
    static void say(std::string_view text) { print(stderr, fmt::format("pushwire connect: {}", text)); }
};

class json_report final : public report {
  public:
    void opened(std::string_view url, const opening& how) override {
        print(stdout,
              fmt::format(R"({{"event":"open","url":{},"subprotocol":{},"compressed":{},"attempt":{}}})",
                          json_string(url), json_string(how.subprotocol), how.compressed, how.attempt));
    }
    void received(const message& which) override {
        const bool text = which.type == message_type::text;
        print(stdout, fmt::format(R"({{"event":"message","type":"{}","{}":{}}})", text ? "text" : "binary",
                                  text ? "data" : "base64",
                                  json_string(text ? std::string{which.data} : base64(which.data))));
    }
    void ponged(std::chrono::nanoseconds round_trip) override {
        print(stdout, fmt::format(R"({{"event":"pong","round_trip_us":{:.1f}}})",
                                  std::chrono::duration<double, std::micro>{round_trip}.count()));
    }
    void closed(const close_info& how) override {
        print(stdout, fmt::format(R"({{"event":"close","code":{},"reason":{},"meaning":{},"error":{}}})",
                                  how.code, json_string(how.reason),
                                  json_string(decode::name_of_close_code(how.code)), of_error(how.why)));
    }
    void failed(const connect_failure& why) override {
        print(stdout,
              fmt::format(
                  R"({{"event":"failure","error":{},"text":{},"http_status":{},"attempt":{},"next_ms":{}}})",
                  of_error(why.why), json_string(why.text), why.http_status, why.attempt,
                  why.next ? std::to_string(why.next->count()) : "null"));
    }
    void note(std::string_view text) override { print(stderr, fmt::format("pushwire connect: {}", text)); }
    void trace(bool sent, std::string_view text) override {
        print(stderr, fmt::format("{} {}", sent ? ">>" : "<<", text));
    }

  private:
    static std::string of_error(error why) {
        return why == error::none ? "null" : json_string(describe(why).name);
    }
};

}  // namespace

std::unique_ptr<report> report_to_terminal(screen& on, bool colours) {
    return std::make_unique<terminal_report>(on, colours);
}

std::unique_ptr<report> report_to_pipe() {
    return std::make_unique<pipe_report>();
}

std::unique_ptr<report> report_as_json() {
    return std::make_unique<json_report>();
}

std::string in_words(const close_info& how) {
    if (how.code == close_code::abnormal) return fmt::format("1006, {}", describe(how.why).text);
    if (how.code == close_code::no_status) return "1005, a close frame without a code";
    auto text = fmt::format("{}, {}", how.code, decode::name_of_close_code(how.code));
    if (!how.reason.empty()) text += fmt::format(": {}", how.reason);
    if (how.why != error::none) text += fmt::format(" ({})", describe(how.why).text);
    return text;
}

std::string json_string(std::string_view text) {
    std::string quoted = "\"";
    for (const char each : text) {
        if (each == '"' || each == '\\') {
            quoted += '\\';
            quoted += each;
        } else if (static_cast<unsigned char>(each) < 0x20) {
            quoted += fmt::format("\\u{:04x}", static_cast<unsigned>(each));
        } else {
            quoted += each;
        }
    }
    return quoted + '"';
}

std::string base64(std::string_view bytes) {
    std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // with the zero that OpenSSL writes
    const int size =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

std::string in_hex(std::string_view bytes) {
    std::string text;
    for (const char each : bytes) {
        if (!text.empty()) text += ' ';
        text += fmt::format("{:02x}", static_cast<unsigned char>(each));
    }
    return text;
}

std::optional<std::string> from_hex(std::string_view digits) {
    const auto value_of = [](char each) {
        if (each >= '0' && each <= '9') return each - '0';
        if (each >= 'a' && each <= 'f') return each - 'a' + 10;
        if (each >= 'A' && each <= 'F') return each - 'A' + 10;
        return -1;
    };
    std::string bytes;
    int first = -1;  // of a pair
    for (const char each : digits) {
        if (each == ' ' || each == '\t') continue;
        const int value = value_of(each);
        if (value < 0) return std::nullopt;
        if (first < 0) {
            first = value;
        } else {
            bytes += static_cast<char>(first * 16 + value);
            first = -1;
        }
    }
    if (first >= 0) return std::nullopt;
    return bytes;
}

}  // namespace pushwire::connect
