// `pushwire connect`: a WebSocket client for a terminal, and for scripts.

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "command.hpp"
#include "connect/report.hpp"
#include "connect/settings.hpp"
#include "connect/status.hpp"
#include "connect/trace.hpp"
#include "connect/typing.hpp"

namespace pushwire::connect {
namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// What waits to be sent before no more is read from standard input.
constexpr std::size_t most_queued = std::size_t{1} << 20;
constexpr std::size_t most_of_a_file = std::size_t{256} << 20;

constexpr auto commands =
    "/ping [TEXT]   how long its answer takes\n"
    "/hex DIGITS    a binary message\n"
    "/file PATH     a file as a binary message\n"
    "/text PATH     a file as a text message\n"
    "/close [CODE [REASON]]\n"
    "/quit          as Ctrl-D: close with 1000\n"
    "//TEXT         a text message that begins with /";

// Ctrl-C and SIGTERM, as something to poll. Both are blocked as long as this is there.
class interrupts {
  public:
    interrupts() {
        sigemptyset(&which_);
        sigaddset(&which_, SIGINT);
        sigaddset(&which_, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &which_, &before_);
        descriptor_ = ::signalfd(-1, &which_, SFD_CLOEXEC | SFD_NONBLOCK);
    }
    ~interrupts() {
        ::close(descriptor_);
        pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    interrupts(const interrupts&) = delete;
    interrupts& operator=(const interrupts&) = delete;

    [[nodiscard]] int descriptor() const { return descriptor_; }
    void take() {
        signalfd_siginfo one;
        while (::read(descriptor_, &one, sizeof one) > 0) {
        }
    }

  private:
    sigset_t which_{};
    sigset_t before_{};
    int descriptor_ = -1;
};

class dialogue {
  public:
    explicit dialogue(settings with)
        : with_{std::move(with)},
          types_{::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1 && !with_.json &&
                 with_.input == input::lines} {
        with_.client.reconnect.max_attempts = 0;
        if (types_)
            typing_ = std::make_unique<typing>(history_file(), [this](const char* line) { typed(line); });
        report_ = with_.json ? report_as_json()
                  : types_   ? report_to_terminal(*typing_, has_colours())
                             : report_to_pipe();
    }

    int run() {
        client client{with_.url, with_.client};
        client_ = &client;
        set_up(client);
        interrupts interrupts;
        next_ping_ = clock::now() + with_.ping_every;
        while (client.run_once(milliseconds{0})) {
            std::array<pollfd, 3> sources{{{client.descriptor(), POLLIN, 0},
                                           {interrupts.descriptor(), POLLIN, 0},
                                           {wants_input() ? STDIN_FILENO : -1, POLLIN, 0}}};
            const int ready = ::poll(sources.data(), sources.size(), time_left());
            if (ready < 0 && errno != EINTR) throw std::system_error{errno, std::generic_category(), "poll"};
            if (ready > 0 && sources[1].revents != 0) interrupted(interrupts);
            if (ready > 0 && sources[2].revents != 0) types_ ? typing_->read() : read_input();
            look_at_the_time();
        }
        client_ = nullptr;
        return status_;
    }

  private:
    void set_up(client& client) {
        client.on_open([this](auto& self, const opening& how) {
            status_ = done;
            report_->opened(self.url(), how);
        });
        client.on_message([this](auto& self, const message& which) {
            report_->received(which);
            last_came_ = clock::now();
            if (with_.count != 0 && ++received_ >= with_.count) self.close();
        });
        client.on_pong([this](auto&, std::string_view) {
            if (fence_ == fence::sent) {
                fence_ = fence::passed;
                last_came_ = clock::now();
                return;
            }
            if (ping_sent_) report_->ponged(clock::now() - *std::exchange(ping_sent_, std::nullopt));
        });
        client.on_close([this](auto&, const close_info& how) {
            const bool as_agreed =
                how.why == error::none && (!how.began_by_peer || how.code == close_code::normal);
            const bool has_all = with_.count == 0 || received_ >= with_.count;
            status_ = as_agreed && has_all ? done : ended;
            report_->closed(how);
            fence_ = input_ended_ ? fence::none : fence_;
        });
        client.on_failure([this](auto&, const connect_failure& why) {
            status_ = status_of(why.why);
            report_->failed(why);
        });
        if (!with_.trace) return;
        client.on_request([this](auto&, opening_request&) {
            trace_ = std::make_unique<connect::trace>(*report_, with_.client.compression);
        });
        client.on_bytes([this](auto&, bool sent, std::string_view bytes) { trace_->add(sent, bytes); });
    }

    // --- what is typed or read

    [[nodiscard]] bool wants_input() const {
        return !input_ended_ && client_->queued_bytes() < most_queued && (types_ || client_->is_open());
    }

    void typed(const char* line) {
        if (line == nullptr) return leave();
        const std::string_view text{line};
        if (text.empty()) return;
        if (text.starts_with("//")) return send(text.substr(1), message_type::text);
        if (text.starts_with('/')) return command(text.substr(1));
        send(text, message_type::text);
    }

    void command(std::string_view text) {
        const auto space = std::min(text.find(' '), text.size());
        const auto name = text.substr(0, space);
        auto rest = text.substr(space);
        while (rest.starts_with(' ')) rest.remove_prefix(1);
        if (name == "ping") return ping(rest);
        if (name == "quit") return leave();
        if (name == "close") return close(rest);
        if (name == "hex") return send_hex(rest);
        if (name == "file") return send_file(rest, message_type::binary);
        if (name == "text") return send_file(rest, message_type::text);
        if (name == "help") return report_->note(commands);
        report_->note(
            fmt::format("there is no command /{}: /help lists them, and // begins a text with a /", name));
    }

    void close(std::string_view arguments) {
        std::uint16_t code = close_code::normal;
        const auto space = std::min(arguments.find(' '), arguments.size());
        if (!arguments.empty()) {
            const auto number = std::strtoul(std::string{arguments.substr(0, space)}.c_str(), nullptr, 10);
            code = number <= 4999 ? static_cast<std::uint16_t>(number) : std::uint16_t{0};
            if (!close_code::may_be_sent(code))
                return report_->note("a close code is 1000 to 1003, 1007 to 1014, or 3000 to 4999");
        }
        input_ended_ = true;
        client_->close(code, space < arguments.size() ? arguments.substr(space + 1) : std::string_view{});
    }

    void send(std::string_view data, message_type type) {
        switch (client_->push(data, type)) {
            case push_result::invalid_text:
                return report_->note("not sent: it is not valid UTF-8");
            case push_result::refused_backlog:
            case push_result::refused_mailbox:
                return report_->note("not sent: too much waits to be sent");
            case push_result::closing:
                return report_->note("not sent: the connection is closing");
            default:
                break;
        }
    }

    void send_hex(std::string_view digits) {
        const auto bytes = from_hex(digits);
        if (!bytes) return report_->note("not sent: hex digits come in pairs, as in 00 ff 7f");
        send(*bytes, message_type::binary);
    }

    void send_file(std::string_view path, message_type type) {
        const std::unique_ptr<std::FILE, decltype(&std::fclose)> file{
            std::fopen(std::string{path}.c_str(), "rb"), &std::fclose};
        std::string data;
        std::array<char, 65536> some;
        const auto goes_on = [&] { return std::feof(file.get()) == 0 && std::ferror(file.get()) == 0; };
        while (file && goes_on() && data.size() <= most_of_a_file) {
            data.append(some.data(), std::fread(some.data(), 1, some.size(), file.get()));
        }
        if (!file || std::ferror(file.get()) != 0)  // a folder can be opened, but not read
            return report_->note(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
        if (data.size() > most_of_a_file)  // a device may have no end
            return report_->note(fmt::format("not sent: {} has more than 256 MiB", path));
        send(data, type);
    }

    void read_input() {
        std::array<char, 65536> some;
        const auto size = ::read(STDIN_FILENO, some.data(), some.size());
        if (size < 0 && (errno == EINTR || errno == EAGAIN)) return;
        if (size > 0) unread_.append(some.data(), static_cast<std::size_t>(size));
        if (with_.input != input::binary) send_lines(size <= 0);
        if (size > 0) return;
        if (with_.input == input::binary) send(unread_, message_type::binary);
        end_input();
    }

    void send_lines(bool at_end) {
        std::size_t begin = 0;
        for (auto end = unread_.find('\n'); end != std::string::npos; end = unread_.find('\n', begin)) {
            send_line(std::string_view{unread_}.substr(begin, end - begin));
            begin = end + 1;
        }
        unread_.erase(0, begin);
        if (at_end && !unread_.empty()) send_line(std::exchange(unread_, {}));
    }

    void send_line(std::string_view line) {
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (with_.input == input::hex) return send_hex(line);
        send(line, message_type::text);
    }

    // --- the end

    /// A server answers in order: when the answer to a ping is there, so are those to all that was sent before, where it
    /// answered at once. Others get `wait`.
    void end_input() {
        input_ended_ = true;
        if (with_.count != 0) return;  // which says when it is enough
        fence_ = fence::sent;
        client_->ping("the last one");
    }

    void leave() {
        input_ended_ = true;
        client_->close();
    }

    void interrupted(interrupts& by) {
        by.take();
        if (std::exchange(was_interrupted_, true)) std::exit(128 + SIGINT);
        leave();
    }

    void ping(std::string_view data) {
        ping_sent_ = clock::now();
        client_->ping(data);
    }

    void look_at_the_time() {
        const auto now = clock::now();
        if (fence_ == fence::passed && now >= last_came_ + with_.wait) {
            fence_ = fence::none;
            client_->close();
        }
        if (with_.ping_every.count() != 0 && now >= next_ping_) {
            next_ping_ = now + with_.ping_every;
            if (client_->is_open()) ping({});
        }
    }

    /// In milliseconds; -1: for ever.
    [[nodiscard]] int time_left() const {
        auto next = clock::time_point::max();
        if (fence_ == fence::passed) next = last_came_ + with_.wait;
        if (with_.ping_every.count() != 0) next = std::min(next, next_ping_);
        if (next == clock::time_point::max()) return -1;
        const auto left = std::chrono::ceil<milliseconds>(next - clock::now()).count();
        return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1 << 30));
    }

    static std::string history_file() {
        const char* const state = std::getenv("XDG_STATE_HOME");
        const char* const home = std::getenv("HOME");
        if (state != nullptr && *state != '\0') return std::string{state} + "/pushwire_history";
        return home != nullptr ? std::string{home} + "/.pushwire_history" : std::string{};
    }

    static bool has_colours() {
        const char* const kind = std::getenv("TERM");
        return std::getenv("NO_COLOR") == nullptr && kind != nullptr && std::string_view{kind} != "dumb";
    }

    enum class fence : std::uint8_t { none, sent, passed };

    settings with_;
    const bool types_;
    std::unique_ptr<typing> typing_;
    std::unique_ptr<report> report_;
    std::unique_ptr<connect::trace> trace_;
    client* client_ = nullptr;
    std::string unread_;  // of standard input: the beginning of a line, or of all of it
    std::size_t received_ = 0;
    std::optional<clock::time_point> ping_sent_;
    clock::time_point next_ping_{};
    clock::time_point last_came_{};
    fence fence_ = fence::none;
    bool input_ended_ = false;
    bool was_interrupted_ = false;
    int status_ = ended;
};

}  // namespace
}  // namespace pushwire::connect

namespace pushwire::cli {

int connect(std::span<char* const> arguments) {
    pushwire::connect::settings with;
    if (!pushwire::connect::read_settings(arguments, with)) return 0;
    return pushwire::connect::dialogue{std::move(with)}.run();
}

}  // namespace pushwire::cli
