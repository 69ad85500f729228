#include "http.hpp"

#include "metrics.hpp"
#include "page.hpp"

namespace pushwire::cli {
namespace {

constexpr auto plain_text = "text/plain; charset=utf-8";

// The page loads nothing from elsewhere and has no code or style in its markup; it opens WebSockets to wherever its
// reader says.
constexpr auto content_security_policy =
    "default-src 'self'; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none'; frame-ancestors "
    "'none'";

void fill(response& response, std::uint16_t status, std::string_view type, std::string_view body) {
    response.status = status;
    response.headers.emplace_back("Content-Type", type);
    response.headers.emplace_back("X-Content-Type-Options", "nosniff");
    response.headers.emplace_back("Cache-Control", "no-cache");  // a new version is seen at once
    response.body = body;
}

}  // namespace

std::string_view list_of_routes() {
    return "There is nothing at this path. WebSocket: /, /echo, /broadcast, /topic/NAME. HTTP: /, /healthz, "
           "/metrics.\n";
}

void answer_request(server& server, const request& request, response& response) {
    if (request.method != "GET" && request.method != "HEAD") {
        fill(response, 405, plain_text, "Only GET and HEAD are answered here.\n");
        response.headers.emplace_back("Allow", "GET, HEAD");
    } else if (request.path == "/healthz") {
        fill(response, 200, plain_text, "ok\n");  // a server that is stopping answers 503 by itself
    } else if (request.path == "/metrics") {
        fill(response, 200, "text/plain; version=0.0.4; charset=utf-8", metrics_text(server.stats()));
    } else if (const auto* const file = find_page_file(request.path)) {
        fill(response, 200, content_type(*file), file->bytes);
        response.headers.emplace_back("Content-Security-Policy", content_security_policy);
    } else {
        fill(response, 404, plain_text, list_of_routes());
    }
}

}  // namespace pushwire::cli
