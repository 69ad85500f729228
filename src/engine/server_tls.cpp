// Where a server listens, and with which certificates.

#include <ctime>
#include <stdexcept>
#include <utility>

#include "engine/group_state.hpp"
#include "engine/server_state.hpp"
#include "net/tls_ticket_keys.hpp"

namespace pushwire::engine {
namespace {

[[noreturn]] void refuse(const std::string& text) {
    throw setup_error{std::make_error_code(std::errc::invalid_argument), text};
}

std::string date_of(std::chrono::system_clock::time_point when) {
    const auto time = std::chrono::system_clock::to_time_t(when);
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    char text[sizeof "2026-01-31"];
    return {text, std::strftime(text, sizeof text, "%F", &parts)};
}

// "wss://host:port" without its scheme, and whether TLS is spoken there.
std::pair<std::string_view, bool> without_scheme(std::string_view written, bool has_certificates) {
    constexpr std::string_view plain = "ws://";
    constexpr std::string_view secure = "wss://";
    if (written.starts_with(plain)) return {written.substr(plain.size()), false};
    if (!written.starts_with(secure)) return {written, has_certificates && !written.starts_with("unix:")};
    if (!has_certificates) refuse(std::string{written} + " needs a certificate: give one, or write ws://");
    return {written.substr(secure.size()), true};
}

}  // namespace

std::string url_of(const listening_place& which) {
    const auto& where = which.listening.where;
    const char* const scheme = which.tls ? "wss://" : where.unix_path.empty() ? "ws://" : "ws+";
    return scheme + to_string(where);
}

std::vector<listening_place> bind_all(const options& with, unsigned count, const bind_function& bind) {
    std::vector<listening_place> bound;
    for (const auto& written : with.listen) {
        const auto [where, tls] = without_scheme(written, !with.tls.certificates.empty());
        try {
            bound.push_back(
                {bind(net::parse_endpoint(where), {.count = count, .takeover = with.takeover}), tls});
        } catch (const std::invalid_argument& wrong) {
            refuse(wrong.what());
        }
    }
    return bound;
}

// Unix paths come after the ports, as they are taken for good.
void open_all(std::vector<listening_place>& bound) {
    for (const bool unix_paths : {false, true}) {
        for (auto& each : bound) {
            if (each.listening.where.unix_path.empty() != unix_paths) net::open(each.listening);
        }
    }
}

std::shared_ptr<const net::tls_context> server_state::tls() const {
    const std::lock_guard lock{tls_mutex_};
    return tls_;
}

void server_state::load_tls() {
    if (options.tls.certificates.empty()) return;
    use_tls(std::make_shared<net::tls_context>(options.tls, group ? group->ticket_keys : nullptr));
}

void server_state::reload_tls() {
    const auto before = tls();
    if (!before) refuse("there are no certificates to read anew: TLS is not spoken, or not yet");
    const auto& keys = before->ticket_keys();
    use_tls(std::make_shared<net::tls_context>(options.tls, keys));
    // The keys of a group are everybody's, and the others have not read anything anew.
    if (!group) keys->rotate(net::tls_ticket_keys::clock::now());
}

void server_state::use_tls(std::shared_ptr<const net::tls_context> loaded) {
    for (const auto& each : loaded->certificates()) {
        if (each.not_after >= std::chrono::system_clock::now()) continue;
        report({fd{}, "tls",
                "the certificate in " + each.certificate_file + " has expired on " + date_of(each.not_after) +
                    ": clients will refuse it",
                nullptr});
    }
    const std::lock_guard lock{tls_mutex_};
    tls_ = std::move(loaded);
}

}  // namespace pushwire::engine
