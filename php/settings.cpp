// The names that `set` takes: a table of what each does, or why it does nothing here.

#include <algorithm>
#include <array>
#include <cmath>

#include "setup.hpp"

namespace pushwire::php {
namespace {

constexpr setting_result wrong_number{taken::wrong, "must be a number, and not negative"};
constexpr setting_result wrong_text{taken::wrong, "must be a text"};

setting_result number(zval* value, double& into, double most = 4e18) {
    const bool is_number =
        Z_TYPE_P(value) == IS_LONG || Z_TYPE_P(value) == IS_DOUBLE ||
        (Z_TYPE_P(value) == IS_STRING &&
         is_numeric_string(Z_STRVAL_P(value), Z_STRLEN_P(value), nullptr, nullptr, false) != 0);
    if (!is_number) return wrong_number;
    const double read = zval_get_double(value);
    if (std::isnan(read) || read < 0 || read > most) return wrong_number;
    into = read;
    return {};
}

template <class Count>
setting_result count(zval* value, Count& into, double most = 1e15) {
    double read = 0;
    const auto result = number(value, read, most);
    if (result.what == taken::yes) into = static_cast<Count>(read);
    return result;
}

setting_result seconds(zval* value, std::chrono::milliseconds& into) {
    double read = 0;
    const auto result = number(value, read, 1e9);
    if (result.what == taken::yes) into = std::chrono::milliseconds{std::llround(read * 1000)};
    return result;
}

setting_result text(zval* value, std::string& into) {
    if (Z_TYPE_P(value) != IS_STRING) return wrong_text;
    into.assign(Z_STRVAL_P(value), Z_STRLEN_P(value));
    return {};
}

setting_result texts(zval* value, std::vector<std::string>& into) {
    into.clear();
    if (Z_TYPE_P(value) == IS_STRING) {
        into.emplace_back(Z_STRVAL_P(value), Z_STRLEN_P(value));
        return {};
    }
    if (Z_TYPE_P(value) != IS_ARRAY) return {taken::wrong, "must be a text, or an array of texts"};
    zval* each = nullptr;
    ZEND_HASH_FOREACH_VAL(Z_ARRVAL_P(value), each) {
        if (Z_TYPE_P(each) != IS_STRING) return {taken::wrong, "must be a text, or an array of texts"};
        into.emplace_back(Z_STRVAL_P(each), Z_STRLEN_P(each));
    }
    ZEND_HASH_FOREACH_END();
    return {};
}

setting_result flag(zval* value, bool& into) {
    into = zend_is_true(value);
    return {};
}

tls_certificate& first_certificate(setup& into) {
    if (into.options.tls.certificates.empty()) into.options.tls.certificates.emplace_back();
    return into.options.tls.certificates.front();
}

setting_result certificates_by_name(setup& into, zval* value) {
    if (Z_TYPE_P(value) != IS_ARRAY)
        return {taken::wrong, "must be an array: host => ['ssl_cert_file' => …]"};
    (void)first_certificate(into);  // the one for all other names stays the first
    zval* each = nullptr;
    ZEND_HASH_FOREACH_VAL(Z_ARRVAL_P(value), each) {
        zval* const file = Z_TYPE_P(each) == IS_ARRAY
                               ? zend_hash_str_find(Z_ARRVAL_P(each), ZEND_STRL("ssl_cert_file"))
                               : nullptr;
        if (!file || Z_TYPE_P(file) != IS_STRING) return {taken::wrong, "each needs an 'ssl_cert_file'"};
        zval* const key = zend_hash_str_find(Z_ARRVAL_P(each), ZEND_STRL("ssl_key_file"));
        tls_certificate made{{Z_STRVAL_P(file), Z_STRLEN_P(file)}, {}};
        if (key && Z_TYPE_P(key) == IS_STRING) made.key_file.assign(Z_STRVAL_P(key), Z_STRLEN_P(key));
        into.options.tls.certificates.push_back(std::move(made));
    }
    ZEND_HASH_FOREACH_END();
    return {};
}

setting_result backlog_policy_of(setup& into, zval* value) {
    std::string name;
    if (const auto result = text(value, name); result.what != taken::yes) return result;
    auto& policy = into.options.limits.when_backlog_full;
    if (name == "refuse") {
        policy = backlog_policy::refuse;
    } else if (name == "drop_oldest") {
        policy = backlog_policy::drop_oldest;
    } else if (name == "close") {
        policy = backlog_policy::close;
    } else {
        return {taken::wrong, "must be 'refuse', 'drop_oldest' or 'close'"};
    }
    return {};
}

setting_result io_of(setup& into, zval* value) {
    std::string name;
    if (const auto result = text(value, name); result.what != taken::yes) return result;
    if (name == "auto") {
        into.options.io = io_backend::automatic;
    } else if (name == "epoll") {
        into.options.io = io_backend::epoll;
    } else if (name == "io_uring") {
        into.options.io = io_backend::io_uring;
    } else {
        return {taken::wrong, "must be 'auto', 'epoll' or 'io_uring'"};
    }
    return {};
}

setting_result log_level_of(setup&, zval* value) {
    unsigned level = 0;
    const auto result = count(value, level, 6);
    if (result.what == taken::yes) set_log_level(static_cast<log_level>(level));
    return result;
}

using take = setting_result (*)(setup&, zval*);

struct row {
    std::string_view name;
    take how;         // null: it means nothing here
    const char* why;  // then
};

// What is always so: true is the truth, and false is no choice.
constexpr take always_on = [](setup&, zval* value) -> setting_result {
    if (zend_is_true(value)) return {};
    return {taken::ignored, "it is always on"};
};

constexpr const char* no_reactors =
    "there are no reactor threads: each worker process reads its own connections";
constexpr const char* no_coroutines =
    "there are no coroutines: a handler blocks its worker; slow work goes to `task`";
constexpr const char* no_files = "files and pages are a web server's work";
constexpr const char* not_tuned = "the system's default is used";

constexpr std::array rows{
    // --- WebSocket
    row{"websocket_subprotocol", [](setup& s, zval* v) { return texts(v, s.options.subprotocols); }, nullptr},
    row{"websocket_compression", [](setup& s, zval* v) { return flag(v, s.options.compression.enabled); },
        nullptr},
    row{"open_websocket_close_frame", [](setup& s, zval* v) { return flag(v, s.tell_close_frames); },
        nullptr},
    row{"open_websocket_ping_frame", [](setup& s, zval* v) { return flag(v, s.tell_ping_frames); }, nullptr},
    row{"open_websocket_pong_frame", [](setup& s, zval* v) { return flag(v, s.tell_pong_frames); }, nullptr},
    row{"open_websocket_protocol", always_on, nullptr},
    row{"open_http_protocol", always_on, nullptr},
    row{"websocket_mask", nullptr, "a server must not mask (RFC 6455 5.1)"},
    row{"open_http2_protocol", nullptr, "only HTTP/1.1 is spoken"},

    // --- liveness
    row{"heartbeat_check_interval",
        [](setup& s, zval* v) { return number(v, s.heartbeat_check_interval, 1e9); }, nullptr},
    row{"heartbeat_idle_time", [](setup& s, zval* v) { return number(v, s.heartbeat_idle_time, 1e9); },
        nullptr},
    row{"max_idle_time", [](setup& s, zval* v) { return number(v, s.heartbeat_idle_time, 1e9); }, nullptr},
    row{"open_tcp_keepalive", nullptr, "clients are pinged: see heartbeat_idle_time"},
    row{"tcp_keepidle", nullptr, "clients are pinged: see heartbeat_idle_time"},
    row{"tcp_keepinterval", nullptr, "clients are pinged: see heartbeat_idle_time"},
    row{"tcp_keepcount", nullptr, "clients are pinged: see heartbeat_idle_time"},
    row{"tcp_user_timeout", nullptr, "clients are pinged: see heartbeat_idle_time"},

    // --- limits
    row{"max_connection", [](setup& s, zval* v) { return count(v, s.options.limits.max_connections); },
        nullptr},
    row{"max_conn", [](setup& s, zval* v) { return count(v, s.options.limits.max_connections); }, nullptr},
    row{"package_max_length", [](setup& s, zval* v) { return count(v, s.options.limits.max_message); },
        nullptr},
    row{"socket_buffer_size", [](setup& s, zval* v) { return count(v, s.options.limits.max_backlog); },
        nullptr},
    row{"buffer_output_size", [](setup& s, zval* v) { return count(v, s.options.limits.max_backlog); },
        nullptr},
    row{"output_buffer_size", [](setup& s, zval* v) { return count(v, s.options.limits.max_backlog); },
        nullptr},
    row{"backlog_policy", backlog_policy_of, nullptr},
    row{"max_all_backlogs", [](setup& s, zval* v) { return count(v, s.options.limits.max_all_backlogs); },
        nullptr},
    row{"max_connections_per_address",
        [](setup& s, zval* v) { return count(v, s.options.limits.max_connections_per_address); }, nullptr},
    row{"message_rate", [](setup& s, zval* v) { return count(v, s.options.limits.message_rate); }, nullptr},
    row{"buffer_high_watermark", nullptr, "`push` says false when a client's queue is full"},
    row{"buffer_low_watermark", nullptr, "`push` says false when a client's queue is full"},
    row{"kernel_socket_recv_buffer_size", nullptr, not_tuned},
    row{"kernel_socket_send_buffer_size", nullptr, not_tuned},
    row{"socket_recv_buffer_size", nullptr, not_tuned},
    row{"socket_send_buffer_size", nullptr, not_tuned},
    row{"max_queued_bytes", nullptr, "every queue is bounded: see socket_buffer_size"},
    row{"max_concurrency", nullptr, no_coroutines},
    row{"worker_max_concurrency", nullptr, no_coroutines},
    row{"backlog", nullptr, "it is the system's net.core.somaxconn"},

    // --- processes
    row{"worker_num", [](setup& s, zval* v) { return count(v, s.worker_num, 1000); }, nullptr},
    row{"task_worker_num", [](setup& s, zval* v) { return count(v, s.task_worker_num, 1000); }, nullptr},
    row{"max_request", [](setup& s, zval* v) { return count(v, s.max_request); }, nullptr},
    row{"task_max_request", [](setup& s, zval* v) { return count(v, s.task_max_request); }, nullptr},
    row{"max_wait_time", [](setup& s, zval* v) { return seconds(v, s.max_wait_time); }, nullptr},
    row{"slow_handler_time", [](setup& s, zval* v) { return seconds(v, s.slow_handler_time); }, nullptr},
    row{"io", io_of, nullptr},
    row{"reactor_num", nullptr, no_reactors},
    row{"single_thread", nullptr, no_reactors},
    row{"dispatch_mode", nullptr, "a connection belongs to one worker from its first byte to its last"},
    row{"dispatch_func", nullptr, "a connection belongs to one worker from its first byte to its last"},
    row{"task_ipc_mode", nullptr, "tasks travel through shared memory"},
    row{"task_tmpdir", nullptr, "tasks travel through shared memory"},
    row{"message_queue_key", nullptr, "tasks travel through shared memory"},
    row{"task_use_object", nullptr, "the task handler takes ($server, $task_id, $worker_id, $data)"},
    row{"task_enable_coroutine", nullptr, no_coroutines},
    row{"enable_coroutine", nullptr, no_coroutines},
    row{"max_coroutine", nullptr, no_coroutines},
    row{"send_yield", nullptr, no_coroutines},
    row{"send_timeout", nullptr, "`push` never waits"},
    row{"max_request_grace", nullptr, "workers are replaced at max_request"},
    row{"reload_async", nullptr, "a worker that is replaced finishes its handler, and tells its clients"},
    row{"enable_reuse_port", nullptr, "it is set where there are several workers"},
    row{"enable_delay_receive", nullptr, "it is not needed"},
    row{"enable_unsafe_event", nullptr, "events come in order: open, messages, close"},
    row{"discard_timeout_request", nullptr, "after `disconnect` no message of that client follows"},
    row{"open_cpu_affinity", nullptr, "use taskset, or the service manager's CPUAffinity"},
    row{"cpu_affinity_ignore", nullptr, "use taskset, or the service manager's CPUAffinity"},
    row{"open_eof_check", nullptr, "there is no plain TCP here"},
    row{"open_length_check", nullptr, "there is no plain TCP here"},

    // --- TCP
    row{"open_tcp_nodelay", always_on, nullptr},
    row{"tcp_defer_accept", nullptr, not_tuned},
    row{"tcp_fastopen", nullptr, not_tuned},

    // --- TLS
    row{"ssl_cert_file", [](setup& s, zval* v) { return text(v, first_certificate(s).certificate_file); },
        nullptr},
    row{"ssl_key_file", [](setup& s, zval* v) { return text(v, first_certificate(s).key_file); }, nullptr},
    row{"ssl_client_cert_file", [](setup& s, zval* v) { return text(v, s.options.tls.client_ca_file); },
        nullptr},
    row{"ssl_cafile", [](setup& s, zval* v) { return text(v, s.options.tls.client_ca_file); }, nullptr},
    row{"ssl_verify_peer",
        [](setup& s, zval* v) -> setting_result {
            s.options.tls.client_certificates =
                zend_is_true(v) ? client_certificates::required : client_certificates::off;
            return {};
        },
        nullptr},
    row{"ssl_sni_certs", certificates_by_name, nullptr},
    row{"ssl_protocols", nullptr, "TLS 1.2 and 1.3 are spoken"},
    row{"ssl_allow_self_signed", nullptr, "name the certificate in ssl_cafile"},
    row{"ssl_capath", nullptr, "name one file in ssl_cafile"},
    row{"ssl_verify_depth", nullptr, not_tuned},
    row{"ssl_prefer_server_ciphers", nullptr, not_tuned},
    row{"ssl_ciphers", nullptr, "they are the system's, of OpenSSL's configuration"},
    row{"ssl_ecdh_curve", nullptr, "they are the system's, of OpenSSL's configuration"},
    row{"ssl_dhparam", nullptr, "TLS 1.3 and elliptic curves need none"},
    row{"ssl_compress", nullptr, "TLS' compression is unsafe"},

    // --- who may connect
    row{"allowed_origins", [](setup& s, zval* v) { return texts(v, s.options.allowed_origins); }, nullptr},
    row{"trusted_proxies", [](setup& s, zval* v) { return texts(v, s.options.trusted_proxies); }, nullptr},
    row{"proxy_protocol", [](setup& s, zval* v) { return flag(v, s.options.proxy_protocol); }, nullptr},

    // --- HTTP
    row{"http_parse_cookie", always_on, nullptr},
    row{"http_parse_post", always_on, nullptr},
    row{"http_parse_files", nullptr, "uploads are a web server's work"},
    row{"upload_tmp_dir", nullptr, "uploads are a web server's work"},
    row{"upload_max_filesize", nullptr, "uploads are a web server's work"},
    row{"http_compression", nullptr, "answers to plain requests are sent as they are"},
    row{"http_compression_level", nullptr, "answers to plain requests are sent as they are"},
    row{"http_gzip_level", nullptr, "answers to plain requests are sent as they are"},
    row{"compression_min_length", nullptr, "answers to plain requests are sent as they are"},
    row{"http_compression_types", nullptr, "answers to plain requests are sent as they are"},
    row{"enable_static_handler", nullptr, no_files},
    row{"document_root", nullptr, no_files},
    row{"static_handler_locations", nullptr, no_files},
    row{"http_autoindex", nullptr, no_files},
    row{"http_index_files", nullptr, no_files},
    row{"url_rewrite_rules", nullptr, no_files},

    // --- the service
    row{"daemonize", [](setup& s, zval* v) { return flag(v, s.daemonize); }, nullptr},
    row{"pid_file", [](setup& s, zval* v) { return text(v, s.pid_file); }, nullptr},
    row{"log_file", [](setup& s, zval* v) { return text(v, s.log_file); }, nullptr},
    row{"log_level", log_level_of, nullptr},
    row{"user", [](setup& s, zval* v) { return text(v, s.user); }, nullptr},
    row{"group", [](setup& s, zval* v) { return text(v, s.group); }, nullptr},
    row{"chroot", nullptr, "use the service manager's RootDirectory"},
    row{"log_date_format", nullptr, "the log's lines have one form"},
    row{"log_date_with_microseconds", nullptr, "the log's lines have one form"},
    row{"log_rotation", nullptr, "use logrotate with copytruncate"},
    row{"stats_file", nullptr, "use `stats`"},
    row{"bootstrap", nullptr, "there are no threads"},
    row{"init_arguments", nullptr, "there are no threads"},
    row{"display_errors", nullptr, "use PHP's own display_errors"},
};

std::string address_of(const listening_at& place) {
    constexpr zend_long ssl = 512;
    constexpr zend_long unix_stream = 5;
    const std::string scheme = place.sock_type & ssl ? "wss://" : "ws://";
    if ((place.sock_type & ~ssl) == unix_stream) return "unix:" + place.host;
    const bool is_v6 = place.host.find(':') != std::string::npos && !place.host.starts_with('[');
    return scheme + (is_v6 ? "[" + place.host + "]" : place.host) + ":" + std::to_string(place.port);
}

}  // namespace

setting_result take_setting(setup& into, std::string_view name, zval* value) {
    ZVAL_DEREF(value);
    const auto found = std::ranges::find(rows, name, &row::name);
    if (found == rows.end()) return {taken::unknown, nullptr};
    if (!found->how) return {taken::ignored, found->why};
    return found->how(into, value);
}

pushwire::options options_of(const setup& asked) {
    auto all = asked.options;
    for (const auto& each : asked.places) all.listen.push_back(address_of(each));
    all.workers = 1;  // each a process
    all.handle_signals = true;
    auto& limits = all.limits;
    const double idle =
        asked.heartbeat_idle_time > 0 ? asked.heartbeat_idle_time : asked.heartbeat_check_interval * 2;
    if (idle > 0) {
        limits.idle_timeout = std::chrono::milliseconds{std::max(2LL, std::llround(idle * 1000))};
        limits.ping_after = limits.idle_timeout / 2;
    }
    if (asked.max_wait_time.count() > 0) limits.grace = asked.max_wait_time;
    return all;
}

}  // namespace pushwire::php
