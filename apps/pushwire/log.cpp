#include "log.hpp"

#include <cstdio>
#include <memory>
#include <mutex>

#include <fmt/format.h>
#include <spdlog/sinks/base_sink.h>

namespace pushwire::cli {
namespace {

class plain_sink final : public spdlog::sinks::base_sink<std::mutex> {
  private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        const bool wrong = message.level >= spdlog::level::warn;
        line_.clear();
        if (wrong) append(message.level == spdlog::level::warn ? "pushwire: warning: " : "pushwire: error: ");
        append({message.payload.data(), message.payload.size()});
        append("\n");
        // A reader that has gone away is no reason to stop serving: what cannot be written is lost.
        std::FILE* const to = wrong ? stderr : stdout;
        std::fwrite(line_.data(), 1, line_.size(), to);
        std::fflush(to);
    }
    void flush_() override {}
    void append(std::string_view text) { line_.append(text); }

    std::string line_;
};

}  // namespace

void start_log(spdlog::level::level_enum level) {
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("pushwire", std::make_shared<plain_sink>()));
    spdlog::set_level(level);
}

std::string printable(std::string_view text) {
    constexpr std::size_t longest = 200;
    std::string shown;
    for (const char each : text.substr(0, longest)) {
        if (each >= ' ' && each <= '~') {
            shown += each;
        } else {
            shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(each));
        }
    }
    if (text.size() > longest) shown += "...";
    return shown;
}

}  // namespace pushwire::cli
