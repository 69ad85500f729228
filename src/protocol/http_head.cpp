#include "protocol/http_head.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include <boost/beast/http/basic_parser.hpp>

#include "protocol/characters.hpp"

namespace pushwire::protocol {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using beast_view = boost::beast::string_view;

std::string_view to_std(beast_view text) {
    return {text.data(), text.size()};
}

// Hands what Beast's parser finds to an http_head. The body is not its business.
template <bool is_request>
class head_parser final : public http::basic_parser<is_request> {
  public:
    explicit head_parser(http_head& head) : head_{&head} {
        this->eager(true);
        this->skip(true);  // complete at the end of the head
        // The scanner bounds the head; a value is never folded, so no copy of it is made.
        this->header_limit(std::numeric_limits<std::uint32_t>::max());
    }

  private:
    void on_request_impl(http::verb, beast_view method, beast_view target, int version,
                         error_code&) override {
        head_->method = to_std(method);
        head_->target = to_std(target);
        head_->minor_version = version % 10;
    }
    void on_response_impl(int status, beast_view, int version, error_code&) override {
        head_->status = static_cast<std::uint16_t>(status);
        head_->minor_version = version % 10;
    }
    void on_field_impl(http::field, beast_view name, beast_view value, error_code&) override {
        head_->fields.push_back({to_std(name), to_std(value)});
    }
    void on_header_impl(error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(beast_view, error_code&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, beast_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, beast_view, error_code&) override { return 0; }
    void on_finish_impl(error_code&) override {}

    http_head* head_;
};

template <bool is_request>
bool parse(std::span<const char> bytes, http_head& head) {
    head_parser<is_request> parser{head};
    error_code failure;
    const auto consumed = parser.put(boost::asio::const_buffer{bytes.data(), bytes.size()}, failure);
    if (failure || !parser.is_done() || consumed != bytes.size()) return false;
    head.body_bytes = parser.content_length().value_or(0);

    const bool has_length = parser.content_length().has_value();
    for (const auto& field : head.fields) {
        if (!equal_ignoring_case(field.name, "transfer-encoding")) continue;
        // RFC 9112 6.1, 6.3: not in HTTP/1.0, not beside a Content-Length, and where the body's end cannot be told
        // for certain, a server must answer 400. No other coding than chunked is known here.
        if (head.chunked || has_length || head.minor_version == 0) return false;
        if (!equal_ignoring_case(field.value, "chunked")) return false;
        head.chunked = true;
    }
    return true;
}

// RFC 9110 2.5: "SHOULD process the message as if it was in the highest minor version within that major version to
// which the recipient is conformant". Beast refuses HTTP/1.2.
void lower_minor_version(head_kind kind, std::span<char> bytes) {
    constexpr std::string_view prefix = "HTTP/1.";
    const std::string_view text{bytes.data(), bytes.size()};
    const auto at = kind == head_kind::response ? prefix.size() : text.find('\r') - 1;
    if (bytes[at] > '1') bytes[at] = '1';
}

/// Takes a text off that ends with `end`, and `end` itself. Nullopt if there is none.
std::optional<std::string_view> take_until(std::string_view& rest, char end) {
    const auto at = rest.find(end);
    if (at == rest.npos) return std::nullopt;
    const auto taken = rest.substr(0, at);
    rest.remove_prefix(at + 1);
    return taken;
}

std::string_view without_blanks(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// token *( OWS "," OWS token ): what Connection holds if there is nothing odd about it.
bool is_list_of_tokens(std::string_view value) {
    for (;;) {
        const auto end = std::min(value.find(','), value.size());
        if (!is_token(without_blanks(value.substr(0, end)))) return false;
        if (end == value.size()) return true;
        value.remove_prefix(end + 1);
    }
}

/// Whether the field needs a parser that knows what it means: it says how long the body is, or is no list as it should be.
bool needs_parser(const header_field& field) {
    switch (field.name.size()) {
        case std::string_view{"connection"}.size():
            return equal_ignoring_case(field.name, "connection") && !is_list_of_tokens(field.value);
        case std::string_view{"content-length"}.size():
            return equal_ignoring_case(field.name, "content-length");
        case std::string_view{"proxy-connection"}.size():
            return equal_ignoring_case(field.name, "proxy-connection");
        case std::string_view{"transfer-encoding"}.size():
            return equal_ignoring_case(field.name, "transfer-encoding");
        default:
            return false;
    }
}

/// Takes a request of HTTP/1.1 apart at the places that the scanner has found to be there: most are opening handshakes,
/// and say nothing that needs a parser. False, whatever it has got by then, if one does.
bool split(std::string_view rest, http_head& head) {
    const auto method = take_until(rest, ' ');
    const auto target = method ? take_until(rest, ' ') : std::nullopt;
    const auto version = target ? take_until(rest, '\r') : std::nullopt;
    if (!version || *version != "HTTP/1.1") return false;
    while (rest != "\n\r\n") {
        if (!rest.starts_with('\n')) return false;
        rest.remove_prefix(1);
        const auto name = take_until(rest, ':');
        const auto value = name ? take_until(rest, '\r') : std::nullopt;
        if (!value) return false;
        const header_field field{*name, without_blanks(*value)};
        if (needs_parser(field)) return false;
        head.fields.push_back(field);
    }
    head.method = *method;
    head.target = *target;
    return true;
}

void empty(http_head& head) {
    head = {};
    head.fields.reserve(16);  // a browser sends a dozen
}

}  // namespace

bool parse_head(head_kind kind, std::span<char> bytes, http_head& head) {
    empty(head);
    if (kind == head_kind::request && split({bytes.data(), bytes.size()}, head)) return true;
    return parse_head_by_beast(kind, bytes, head);
}

bool parse_head_by_beast(head_kind kind, std::span<char> bytes, http_head& head) {
    empty(head);
    lower_minor_version(kind, bytes);
    return kind == head_kind::request ? parse<true>(bytes, head) : parse<false>(bytes, head);
}

}  // namespace pushwire::protocol
