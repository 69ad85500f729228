// `pushwire serve`: a server that runs as it is.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include <pushwire/server.hpp>

#include <fmt/format.h>

#include "command.hpp"
#include "log.hpp"
#include "reload.hpp"
#include "routes.hpp"
#include "serve_options.hpp"

namespace pushwire::cli {
namespace {

// The signals that stop the server wait from the first line until the server is there to take them: whoever starts it,
// reads that line and stops it at once sees a clean end.
class held_signals {
  public:
    held_signals() {
        sigemptyset(&these_);
        sigaddset(&these_, SIGINT);
        sigaddset(&these_, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &these_, nullptr);
    }
    void let_through() const { pthread_sigmask(SIG_UNBLOCK, &these_, nullptr); }

  private:
    sigset_t these_{};
};

// What went wrong, each kind once in a while: a server that is short of file descriptors would say so at every
// connection.
class trouble_log {
  public:
    void tell(const error_report& report) {
        if (!is_due(std::string{report.where})) return;
        if (report.fd) {
            spdlog::error("client {}, {}: {}", report.fd.number(), report.where, report.what);
        } else {
            spdlog::warn("{}: {}", report.where, report.what);
        }
    }

  private:
    bool is_due(const std::string& kind) {
        constexpr std::chrono::seconds silence{10};
        const auto now = std::chrono::steady_clock::now();
        const std::lock_guard lock{mutex_};  // every worker may have trouble
        const auto [last, first] = told_.try_emplace(kind, now);
        if (!first && now - last->second < silence) return false;
        last->second = now;
        return true;
    }

    std::mutex mutex_;
    std::map<std::string, std::chrono::steady_clock::time_point> told_;
};

// Where a browser on this machine finds the page, of "wss://0.0.0.0:9502"; empty for a Unix socket.
std::string page_address(std::string_view url) {
    const auto slashes = url.find("://");
    if (slashes == url.npos) return {};
    const auto bound = url.substr(slashes + 3);
    const auto colon = bound.rfind(':');
    const auto host = bound.substr(0, colon);
    const bool every_address = host == "0.0.0.0" || host == "[::]" || host == "*";  // which no browser opens
    return fmt::format("{}://{}{}/", url.starts_with("wss:") ? "https" : "http",
                       every_address ? "localhost" : host, bound.substr(colon));
}

// The first line is a promise to scripts; the others are for people.
void announce(const server& server) {
    const auto addresses = server.addresses();
    for (const auto& each : addresses) fmt::print("listening on {}\n", each);
    std::fflush(stdout);

    for (const auto& each : addresses) {
        const auto page = page_address(each);
        if (page.empty()) continue;
        spdlog::info("open {} in a browser", page);
        break;
    }
    const auto workers = server.worker_count();
    spdlog::info("{} worker{}, on {}; Ctrl-C stops", workers, workers == 1 ? "" : "s", server.loop_name());
}

// What answers may hold beside the backlogs: a quarter of their bound, and in any case the largest one.
std::size_t max_held(const limits& with) {
    constexpr std::size_t unless_told = std::size_t{64} << 20;
    constexpr std::size_t greeting = 64;
    const auto message = std::max(with.max_message, with.max_inflated);
    return std::max(message + std::min(greeting, ~message),
                    with.max_all_backlogs ? with.max_all_backlogs / 4 : unless_told);
}

}  // namespace

int serve(std::span<char* const> arguments) {
    serve_options with;
    if (read_serve_options(arguments, with) == reading::help_printed) return 0;
    start_log(with.log_level);
    std::signal(SIGPIPE, SIG_IGN);  // whoever read our lines may leave

    trouble_log troubles;
    server server{with.server};
    server.on_error([&troubles](auto&, const error_report& report) { troubles.tell(report); });
    add_routes(server, with.client_publish, max_held(with.server.limits));

    server.listen();
    const held_signals signals;
    const reload_signal reloads{server};
    announce(server);
    server.post([&signals](auto&) { signals.let_through(); });
    server.start();
    return 0;
}

}  // namespace pushwire::cli
