#include "reload.hpp"

#include <csignal>
#include <exception>
#include <string>

#include <fmt/chrono.h>
#include <pthread.h>
#include <spdlog/spdlog.h>

namespace pushwire::cli {
namespace {

bool is_ignored(int signal) {
    struct sigaction now{};
    return sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

sigset_t hangup() {
    sigset_t only{};
    sigemptyset(&only);
    sigaddset(&only, SIGHUP);
    return only;
}

void reload(server& of) {
    if (of.tls_certificates().empty()) return spdlog::info("SIGHUP: without --tls-cert nothing is read anew");
    try {
        of.reload_tls();
    } catch (const std::exception& wrong) {
        spdlog::error("the certificates stay as they were: {}", wrong.what());
        return;
    }
    std::string all;
    for (const auto& each : of.tls_certificates()) {
        all += fmt::format("{}{} until {:%F}", all.empty() ? "" : ", ", each.certificate_file,
                           fmt::gmtime(std::chrono::system_clock::to_time_t(each.not_after)));
    }
    spdlog::info("certificates read anew: {}", all);
}

}  // namespace

reload_signal::reload_signal(server& of) : outlives_terminal_{is_ignored(SIGHUP)} {
    const auto set = hangup();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    waiting_ = std::thread{[this, &of] { wait(of); }};
}

reload_signal::~reload_signal() {
    over_ = true;
    pthread_kill(waiting_.native_handle(), SIGHUP);
    waiting_.join();
}

void reload_signal::wait(server& of) const {
    const auto set = hangup();
    siginfo_t came{};
    while (!over_) {
        if (sigwaitinfo(&set, &came) < 0 || over_) continue;
        if (came.si_code != SI_KERNEL) {
            reload(of);
        } else if (!outlives_terminal_) {
            of.stop();  // the terminal has gone, and whoever sat there with it
        }
    }
}

}  // namespace pushwire::cli
