// The load generator: holds connections to an echo server, keeps messages in flight on each, checks every
// byte that comes back, and prints what a message cost the server in processor time, as one line of JSON.
//
// One thread, one epoll, closed loop: a message is sent when a reply has come. Everything it sends is encoded
// before the clock starts, so that it is as lean as the servers it measures.

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <expected>
#include <iomanip>
#include <iostream>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "load_connection.hpp"
#include "load_messages.hpp"
#include "load_options.hpp"
#include "process_cpu_time.hpp"

namespace bench {
namespace {

using steady = std::chrono::steady_clock;
using std::chrono::nanoseconds;
using outcome = std::expected<void, std::string>;

constexpr int events_per_turn = 1024;
constexpr std::size_t read_buffer_bytes = 256 * 1024;
constexpr int patience_seconds = 5;

/// What the clocks and counters say at one moment.
struct sample {
    steady::time_point time;
    std::uint64_t messages = 0;
    nanoseconds own_cpu{0};
    nanoseconds server_cpu{0};
};

class load_run {
  public:
    /// Opens all connections. Throws std::runtime_error.
    explicit load_run(const load_options& options);
    ~load_run() { close(epoll_); }
    load_run(const load_run&) = delete;
    load_run& operator=(const load_run&) = delete;

    /// The line of JSON, or what went wrong.
    std::expected<std::string, std::string> measure();

  private:
    outcome start();
    outcome run_until(steady::time_point deadline);
    outcome turn(std::chrono::milliseconds timeout);
    outcome serve(load_connection& connection, std::uint32_t events);
    outcome check_progress(steady::time_point now);
    void watch(int operation, load_connection& connection, bool was_pending);
    std::expected<sample, std::string> take_sample();
    std::string report(const sample& begin, const sample& end) const;

    const load_options& options_;
    load_messages messages_;
    std::vector<load_connection> connections_;
    int epoll_;
    std::vector<std::byte> buffer_;
    process_cpu_time server_cpu_;
    std::uint64_t completed_ = 0;

    // Looked at once a second: the bytes each connection had received, and for how long that has not changed.
    steady::time_point next_progress_check_;
    std::vector<std::uint64_t> bytes_seen_;
    std::vector<int> seconds_without_progress_;
};

load_run::load_run(const load_options& options)
    : options_(options),
      messages_(options),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      buffer_(read_buffer_bytes),
      server_cpu_(options.server_pid.value_or(0)),
      bytes_seen_(options.connections),
      seconds_without_progress_(options.connections) {
    if (epoll_ < 0)
        throw std::runtime_error(std::string("cannot create an epoll instance: ") + std::strerror(errno));
    connections_.reserve(options.connections);
    for (std::size_t i = 0; i < options.connections; ++i) connections_.emplace_back(options, messages_, i);
}

outcome load_run::start() {
    for (auto& connection : connections_) {
        if (auto started = connection.start(options_.depth); !started) return started;
        watch(EPOLL_CTL_ADD, connection, false);
    }
    next_progress_check_ = steady::now() + std::chrono::seconds(1);
    return {};
}

void load_run::watch(int operation, load_connection& connection, bool was_pending) {
    if (operation == EPOLL_CTL_MOD && was_pending == connection.write_pending()) return;
    epoll_event event{};
    event.events = connection.write_pending() ? EPOLLIN | EPOLLOUT : EPOLLIN;
    event.data.ptr = &connection;
    if (epoll_ctl(epoll_, operation, connection.descriptor(), &event) < 0) {
        throw std::runtime_error(std::string("cannot watch a connection: ") + std::strerror(errno));
    }
}

outcome load_run::run_until(steady::time_point deadline) {
    using std::chrono::milliseconds;
    for (auto now = steady::now(); now < deadline; now = steady::now()) {
        if (now >= next_progress_check_) [[unlikely]] {
            if (auto checked = check_progress(now); !checked) return checked;
        }
        const auto wake = std::min(deadline, next_progress_check_);
        if (auto turned = turn(std::chrono::ceil<milliseconds>(wake - now)); !turned) return turned;
    }
    return {};
}

outcome load_run::turn(std::chrono::milliseconds timeout) {
    std::array<epoll_event, events_per_turn> events;
    const int ready = epoll_wait(epoll_, events.data(), events_per_turn, static_cast<int>(timeout.count()));
    if (ready < 0 && errno != EINTR)
        return std::unexpected(std::string("epoll_wait: ") + std::strerror(errno));
    for (const epoll_event& event : std::span(events).first(static_cast<std::size_t>(std::max(ready, 0)))) {
        auto& connection = *static_cast<load_connection*>(event.data.ptr);
        if (auto served = serve(connection, event.events); !served) return served;
    }
    return {};
}

outcome load_run::serve(load_connection& connection, std::uint32_t events) {
    const bool was_pending = connection.write_pending();
    if (events & EPOLLOUT) {
        if (auto written = connection.write(); !written) return written;
    }
    if (events & ~static_cast<std::uint32_t>(EPOLLOUT)) {
        const auto completed = connection.receive(buffer_);
        if (!completed) return std::unexpected(completed.error());
        completed_ += *completed;
    }
    watch(EPOLL_CTL_MOD, connection, was_pending);
    return {};
}

outcome load_run::check_progress(steady::time_point now) {
    next_progress_check_ = now + std::chrono::seconds(1);
    for (std::size_t i = 0; i < connections_.size(); ++i) {
        const std::uint64_t received = connections_[i].bytes_received();
        seconds_without_progress_[i] = received == bytes_seen_[i] ? seconds_without_progress_[i] + 1 : 0;
        bytes_seen_[i] = received;
        if (seconds_without_progress_[i] >= patience_seconds) {
            return std::unexpected("no reply on connection " + std::to_string(i) + " for " +
                                   std::to_string(patience_seconds) + " s");
        }
    }
    return {};
}

std::expected<sample, std::string> load_run::take_sample() {
    sample taken;
    if (options_.server_pid) {
        const auto used = server_cpu_.read();
        if (!used) return std::unexpected(used.error());
        taken.server_cpu = *used;
    }
    timespec own{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own);
    taken.own_cpu = std::chrono::seconds(own.tv_sec) + nanoseconds(own.tv_nsec);
    taken.messages = completed_;
    taken.time = steady::now();
    return taken;
}

std::expected<std::string, std::string> load_run::measure() {
    const auto rounded = [](auto duration) { return std::chrono::duration_cast<steady::duration>(duration); };
    if (auto started = start(); !started) return std::unexpected(started.error());
    if (auto warm = run_until(steady::now() + rounded(options_.warmup)); !warm)
        return std::unexpected(warm.error());
    const auto begin = take_sample();
    if (!begin) return std::unexpected(begin.error());
    if (auto done = run_until(begin->time + rounded(options_.measured)); !done)
        return std::unexpected(done.error());
    const auto end = take_sample();
    if (!end) return std::unexpected(end.error());
    if (end->messages == begin->messages)
        return std::unexpected("no message was answered in the measured time");
    if (options_.server_pid && !server_cpu_.precise()) {
        std::cerr << "load: this kernel has no schedstat; the server's CPU time is counted in clock ticks\n";
    }
    return report(*begin, *end);
}

std::string load_run::report(const sample& begin, const sample& end) const {
    const double seconds = std::chrono::duration<double>(end.time - begin.time).count();
    const auto messages = static_cast<double>(end.messages - begin.messages);
    const double own_seconds = std::chrono::duration<double>(end.own_cpu - begin.own_cpu).count();
    const std::chrono::duration<double, std::micro> server = end.server_cpu - begin.server_cpu;
    std::ostringstream line;
    line << std::fixed << R"({"url":")" << options_.url << R"(","connections":)" << options_.connections
         << R"(,"size":)" << options_.size_bytes << R"(,"depth":)" << options_.depth << R"(,"type":")"
         << (options_.type == message_type::text ? "text" : "binary") << R"(","seconds":)"
         << std::setprecision(3) << seconds << R"(,"messages":)" << end.messages - begin.messages
         << R"(,"messages_per_second":)" << std::setprecision(0) << messages / seconds
         << R"(,"server_cpu_us_per_message":)" << std::setprecision(4);
    if (options_.server_pid) {
        line << server.count() / messages;
    } else {
        line << "null";
    }
    line << R"(,"generator_cpu_share":)" << std::setprecision(3) << own_seconds / seconds
         << R"(,"bytes_sent_per_message":)" << messages_.outgoing_bytes()
         << R"(,"bytes_received_per_message":)" << messages_.reply_bytes() << '}';
    return line.str();
}

/// Many connections should not fail at the soft limit.
void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

int run(const load_options& options) {
    raise_descriptor_limit();
    load_run run{options};
    const auto line = run.measure();
    if (!line) throw std::runtime_error(line.error());
    std::cout << *line << std::endl;
    return 0;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
    if (argc == 2 && std::string_view(argv[1]) == "--help") {
        std::cout << bench::load_usage;
        return 0;
    }
    const auto options = bench::parse_load_options(argc, argv);
    if (!options) {
        std::cerr << "load: " << options.error() << '\n';
        return 2;
    }
    if (options->server_pid && !bench::process_cpu_time(*options->server_pid).read()) {
        std::cerr << "load: --pid: there is no process " << *options->server_pid << '\n';
        return 2;
    }
    try {
        return bench::run(*options);
    } catch (const std::exception& failure) {
        std::cerr << "load: " << failure.what() << '\n';
        return 1;
    }
}
