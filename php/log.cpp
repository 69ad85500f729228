#include "log.hpp"

#include <array>
#include <ctime>

#include <fcntl.h>
#include <unistd.h>

namespace pushwire::php {
namespace {

int descriptor = STDERR_FILENO;
log_level least_level = log_level::info;
std::string process = "master";

constexpr std::array<const char*, 7> level_names{"DEBUG", "TRACE", "INFO", "NOTICE", "WARNING", "ERROR", ""};

}  // namespace

bool open_log(const std::string& path) {
    const int opened = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (opened < 0) return false;
    if (descriptor != STDERR_FILENO) ::close(descriptor);
    descriptor = opened;
    return true;
}

void set_log_level(log_level least) {
    least_level = least;
}

void name_process(std::string name) {
    process = std::move(name);
}

int log_descriptor() {
    return descriptor;
}

void log(log_level level, std::string_view text) {
    if (level < least_level) return;
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    ::localtime_r(&now, &local);
    std::array<char, 32> when{};
    std::strftime(when.data(), when.size(), "%Y-%m-%d %H:%M:%S", &local);
    std::string line = "[";
    line.append(when.data()).append(" ").append(process).append(", ").append(std::to_string(::getpid()));
    line.append("] ").append(level_names[static_cast<std::size_t>(level)]).append(": ");
    line.append(text).append("\n");
    [[maybe_unused]] const auto written = ::write(descriptor, line.data(), line.size());
}

}  // namespace pushwire::php
