#include "net/tls_stream.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "base/assert.hpp"

namespace pushwire::net {
namespace {

// What a peer can make us say without reading it: the answers to a few key updates and alerts, or our first flight. A
// peer of good will comes nowhere near.
constexpr std::size_t max_waiting = std::size_t{128} << 10;

// A key update (RFC 8446 4.6.3) costs us more than the peer, and is due once in some hundred gigabytes.
constexpr unsigned max_key_updates = 16;

// What a call of `send` encrypts at most, to hand it to the loop in one piece: a message of 16 KiB is two records, since
// its header comes on top.
constexpr std::size_t records_of_a_call = 2;

std::string subject_of(const SSL& connection) {
    const X509* const certificate = SSL_get0_peer_certificate(&connection);
    if (!certificate) return {};
    const tls_handle<BIO> text{BIO_new(BIO_s_mem())};
    // RFC 2253's form, with UTF-8 as it is.
    constexpr unsigned long form = XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB);
    if (!text || X509_NAME_print_ex(text.get(), X509_get_subject_name(certificate), 0, form) < 0) return {};
    char* data = nullptr;
    const long size = BIO_get_mem_data(text.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

// What others left in the thread's queue would be taken for an error of ours. It is nearly always empty, which costs less
// to see than to make sure of.
void clear_errors() {
    if (ERR_peek_error() != 0) ERR_clear_error();
}

bool is_http(unsigned long why) {
    const int reason = ERR_GET_REASON(why);
    return ERR_GET_LIB(why) == ERR_LIB_SSL &&
           (reason == SSL_R_HTTP_REQUEST || reason == SSL_R_HTTPS_PROXY_REQUEST);
}

}  // namespace

tls_stream::tls_stream(loop& on, stream& above, tls_workspace& shared, std::shared_ptr<const tls_end> end)
    : loop_{on}, above_{above}, shared_{shared}, end_{std::move(end)} {}

tls_stream::~tls_stream() = default;

tls_facts tls_stream::facts() const {
    PUSHWIRE_ASSERT(state_ == state::open);
    const char* const name = SSL_get_servername(ssl_.get(), TLSEXT_NAMETYPE_host_name);
    return {.version = SSL_get_version(ssl_.get()),
            .cipher = SSL_get_cipher_name(ssl_.get()),
            .server_name = name ? name : "",
            .client_subject = subject_of(*ssl_),
            .resumed = SSL_session_reused(ssl_.get()) == 1};
}

// ---------------------------------------------------------------- bytes in

void tls_stream::on_received(std::span<std::byte> bytes) {
    if (eof_told_ || state_ == state::plain || state_ == state::failed) return;
    if (before_) {
        bytes = (*before_)(bytes);
        if (closed_ || bytes.empty()) return;
        before_.reset();
    }
    if (ssl_) {
        shared_.input = bytes;
        decrypt();
    } else if (has_first_record(bytes)) {
        begin();
        const auto gathered = std::exchange(first_record_, {});
        shared_.input = gathered.empty() ? std::span<const std::byte>{bytes} : gathered;
        decrypt();
    }
    shared_.input = {};
}

void tls_stream::expect_before(std::function<std::span<std::byte>(std::span<std::byte>)> taken) {
    before_ = std::make_unique<std::function<std::span<std::byte>(std::span<std::byte>)>>(std::move(taken));
}

// Gathers the first record, if it comes in parts. What is no TLS shows it by its first bytes.
bool tls_stream::has_first_record(std::span<const std::byte> bytes) {
    constexpr std::size_t header = 5;
    constexpr auto handshake = std::byte{SSL3_RT_HANDSHAKE};
    const auto is_whole = [](std::span<const std::byte> record) {
        if (record.size() < header) return false;
        const auto length =
            std::to_integer<std::size_t>(record[3]) << 8 | std::to_integer<std::size_t>(record[4]);
        return record[0] != handshake || length > tls_workspace::max_record ||
               record.size() >= header + length;
    };
    if (first_record_.empty() && is_whole(bytes)) return true;
    first_record_.insert(first_record_.end(), bytes.begin(), bytes.end());
    return is_whole(first_record_);
}

void tls_stream::begin() {
    ssl_ = end_->open();
    SSL_set_app_data(ssl_.get(), this);
    BIO* const end = shared_.make_bio().release();
    SSL_set_bio(ssl_.get(), end, end);
}

// Small records are gathered, so that what came together is told together.
void tls_stream::decrypt() {
    std::size_t gathered = 0;
    for (;;) {
        const auto room = std::span{shared_.received}.subspan(gathered);
        const auto own =
            gathered == 0 && state_ == state::open ? above_.destination() : std::span<std::byte>{};
        const auto into = own.empty() ? room : own;

        clear_errors();
        std::size_t count = 0;
        const int read = SSL_read_ex(ssl_.get(), into.data(), into.size(), &count);
        // What is certain to wait for more need not be tried, which would have OpenSSL make a buffer for it.
        const bool all_read = read == 1 && shared_.input.empty() && SSL_has_pending(ssl_.get()) == 0;
        const int outcome = all_read ? SSL_ERROR_WANT_READ : SSL_get_error(ssl_.get(), read);
        if (!shared_.output.empty()) leave();
        if (state_ == state::handshake && SSL_is_init_finished(ssl_.get()) == 1) state_ = state::open;

        if (!own.empty()) {
            above_.on_committed(count);  // of nothing, too: the place is given back
            if (closed_) return;
        }
        if (read == 1) {
            key_updates_ = 0;
            if (own.empty()) gathered += count;
            if (!all_read && (!own.empty() || gathered < shared_.received.size())) continue;
        }
        if (gathered != 0 && !tell(std::exchange(gathered, 0))) return;
        if (read != 1 || all_read) return judge(outcome);
    }
}

// Says whether the stream is still wanted.
bool tls_stream::tell(std::size_t n) {
    above_.on_received(std::span{shared_.received}.first(n));
    return !closed_;
}

void tls_stream::judge(int outcome) {
    if (outcome == SSL_ERROR_ZERO_RETURN) {
        if (state_ == state::handshake) return fail(tls_error::handshake_failed);
        return tell_eof();
    }
    const bool waits_without_end =
        waiting_ && waiting_->leaving.size() + waiting_->later.size() > max_waiting;
    const bool fine = outcome == SSL_ERROR_WANT_READ && key_updates_ <= max_key_updates && !waits_without_end;
    if (!fine) return fail(state_ == state::handshake ? tls_error::handshake_failed : tls_error::broken);
    if (state_ == state::open && !waiting_) tell_sent();
}

void tls_stream::fail(tls_error why) {
    if (why == tls_error::handshake_failed && ssl_) why = reason_of_handshake();
    state_ = why == tls_error::plain_http ? state::plain : state::failed;
    ssl_.reset();
    above_.on_failed(make_error_code(why));
    if (!closed_ && !waiting_) tell_sent();
}

tls_error tls_stream::reason_of_handshake() const {
    const unsigned long why = ERR_peek_error();
    if (!end_->is_client()) return is_http(why) ? tls_error::plain_http : tls_error::handshake_failed;
    const int reason = ERR_GET_LIB(why) == ERR_LIB_SSL ? ERR_GET_REASON(why) : 0;
    if (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST) return tls_error::no_tls;
    switch (SSL_get_verify_result(ssl_.get())) {
        case X509_V_OK:
            return tls_error::handshake_failed;
        case X509_V_ERR_CERT_HAS_EXPIRED:
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return tls_error::certificate_expired;
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return tls_error::certificate_name;
        default:
            return tls_error::certificate_untrusted;
    }
}

void tls_stream::on_received_eof() {
    if (state_ == state::handshake && (ssl_ || !first_record_.empty())) fail(tls_error::handshake_failed);
    if (!closed_) tell_eof();
}

void tls_stream::tell_eof() {
    if (std::exchange(eof_told_, true)) return;
    above_.on_received_eof();
}

void tls_stream::on_progress(const SSL* connection, int where, int) {
    const auto at = SSL_get_state(connection);
    const bool is_key_update = at == TLS_ST_SR_KEY_UPDATE || at == TLS_ST_CR_KEY_UPDATE;
    if ((where & SSL_CB_LOOP) == 0 || !is_key_update) return;
    auto& self = *static_cast<tls_stream*>(SSL_get_app_data(connection));
    if (++self.key_updates_ > max_key_updates) self.shared_.input = {};  // the rest would be work for nothing
}

// ---------------------------------------------------------------- bytes out

send_outcome tls_stream::send(std::span<const std::span<const std::byte>> segments) {
    if (state_ == state::plain) return loop_.send(*this, segments);
    if (state_ == state::handshake || waiting_) {
        above_waits_ = true;
        return {.sent = 0, .pending = true};
    }

    std::size_t sent = 0;
    bool refused = false;
    for (std::size_t records = 0; records < records_of_a_call && !refused; ++records) {
        const auto record = next_record(segments, sent);
        if (record.empty()) break;
        if (state_ == state::failed) {
            sent += record.size();
            continue;
        }
        clear_errors();
        std::size_t count = 0;
        refused = SSL_write_ex(ssl_.get(), record.data(), record.size(), &count) != 1;
        if (!refused) sent += count;
    }
    if (!shared_.output.empty()) leave();
    if (refused) loop_.arm(*this, loop_.now());  // it is told from the loop's turn
    above_waits_ = refused || waiting_ != nullptr;
    return {.sent = sent, .pending = above_waits_};
}

// What stands behind the first `skipped` bytes, as much as a record takes; where it lies, if it lies in one piece.
std::span<const std::byte> tls_stream::next_record(std::span<const std::span<const std::byte>> segments,
                                                   std::size_t skipped) {
    std::size_t gathered = 0;
    while (!segments.empty() && gathered < shared_.record.size()) {
        const auto passed = std::min(skipped, segments.front().size());
        const auto segment = segments.front().subspan(passed);
        skipped -= passed;
        segments = segments.subspan(1);
        const auto taken = segment.first(std::min(segment.size(), shared_.record.size() - gathered));
        const bool alone = gathered == 0 && (taken.size() == shared_.record.size() || segments.empty());
        if (alone) return taken;
        std::ranges::copy(taken, shared_.record.begin() + static_cast<std::ptrdiff_t>(gathered));
        gathered += taken.size();
    }
    return std::span{shared_.record}.first(gathered);
}

void tls_stream::on_expired() {
    if (state_ == state::open) fail(tls_error::broken);
}

// Hands the loop what OpenSSL wrote, and keeps what the loop does not take.
void tls_stream::leave() {
    auto& output = shared_.output;
    if (shut_) return output.clear();  // an alert: too late for it
    if (waiting_) {
        waiting_->later.insert(waiting_->later.end(), output.begin(), output.end());
        output.clear();
        return;
    }
    std::span<const std::byte> rest = output;
    send_outcome outcome;
    while (!rest.empty() && !outcome.pending) {
        outcome = loop_.send(*this, {&rest, 1});
        rest = rest.subspan(outcome.sent);
    }
    if (outcome.pending) {
        waiting_ = std::make_unique<waiting>();
        waiting_->leaving.assign(rest.begin(), rest.end());
    }
    output.clear();
}

void tls_stream::on_writable() {
    if (state_ == state::plain) return above_.on_writable();
    if (!ssl_ && state_ == state::handshake) {  // a client's socket has connected
        begin();
        return decrypt();  // which has OpenSSL begin the handshake
    }
    if (waiting_) leave_more();
    if (waiting_) return;
    shut_if_due();
    tell_sent();
}

void tls_stream::tell_sent() {
    if (std::exchange(above_waits_, false)) above_.on_writable();
}

void tls_stream::leave_more() {
    for (;;) {
        const auto rest = std::span{std::as_const(waiting_->leaving)}.subspan(waiting_->sent);
        if (rest.empty()) {
            if (waiting_->later.empty()) return waiting_.reset();
            waiting_->leaving = std::exchange(waiting_->later, {});
            waiting_->sent = 0;
            continue;
        }
        const auto outcome = loop_.send(*this, {&rest, 1});
        waiting_->sent += outcome.sent;
        if (outcome.pending) return;
    }
}

void tls_stream::shut_write() {
    if (state_ == state::open) {
        clear_errors();
        SSL_shutdown(ssl_.get());
        leave();
    }
    shut_wanted_ = true;
    if (waiting_) {
        above_waits_ = true;
    } else {
        shut_if_due();
    }
}

void tls_stream::shut_if_due() {
    if (!std::exchange(shut_wanted_, false)) return;
    shut_ = true;
    loop_.shut_write(*this);
}

// ---------------------------------------------------------------- the end

void tls_stream::on_failed(std::error_code why) {
    waiting_.reset();
    above_.on_failed(why);
}

void tls_stream::close() {
    closed_ = true;
    loop_.close(*this);
}

void tls_stream::on_closed() {
    above_.on_closed();
}

}  // namespace pushwire::net
