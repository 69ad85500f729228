// libwebsockets on its default loop, poll(): it was tried with libuv as well, which costs more here, for it changes the
// interest of a socket in the kernel before and after each message. It calls when a socket can be written to; until then
// messages wait, with room before them for their header. UTF-8 is checked, which is not its default.

#include <cstdlib>
#include <cstring>
#include <deque>
#include <iostream>
#include <memory>
#include <new>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <libwebsockets.h>

namespace {

struct message {
    std::string bytes = std::string(LWS_PRE, '\0');
    bool text = false;
};
using shared_message = std::shared_ptr<message>;

struct session {
    shared_message arriving = std::make_shared<message>();
    std::deque<shared_message> waiting;
    bool broadcasts = false;
};

std::set<lws*> everyone;

session& session_of(lws* socket) {
    return *static_cast<session*>(lws_wsi_user(socket));
}

void open(lws* socket) {
    auto& opened = *new (lws_wsi_user(socket)) session;
    char path[16] = "";
    lws_hdr_copy(socket, path, sizeof path, WSI_TOKEN_GET_URI);
    opened.broadcasts = std::string_view{path} == "/broadcast";
    if (opened.broadcasts) everyone.insert(socket);
}

void send(lws* socket, const shared_message& each) {
    session_of(socket).waiting.push_back(each);
    lws_callback_on_writable(socket);
}

void receive(lws* socket, std::string_view piece) {
    auto& from = session_of(socket);
    if (from.arriving->bytes.size() == LWS_PRE) {
        from.arriving->bytes.reserve(LWS_PRE + piece.size() + lws_remaining_packet_payload(socket));
    }
    from.arriving->bytes += piece;
    if (lws_remaining_packet_payload(socket) > 0 || !lws_is_final_fragment(socket)) return;
    const auto whole = std::exchange(from.arriving, std::make_shared<message>());
    whole->text = !lws_frame_is_binary(socket);
    if (!from.broadcasts) return send(socket, whole);
    for (auto* each : everyone) send(each, whole);
}

int write(lws* socket) {
    auto& to = session_of(socket);
    while (!to.waiting.empty() && !lws_partial_buffered(socket)) {
        auto& [bytes, text] = *to.waiting.front();
        auto* const payload = reinterpret_cast<unsigned char*>(bytes.data()) + LWS_PRE;
        if (lws_write(socket, payload, bytes.size() - LWS_PRE, text ? LWS_WRITE_TEXT : LWS_WRITE_BINARY) < 0)
            return -1;
        to.waiting.pop_front();
    }
    if (!to.waiting.empty()) lws_callback_on_writable(socket);
    return 0;
}

int called(lws* socket, lws_callback_reasons why, void*, void* in, size_t size) {
    switch (why) {
        case LWS_CALLBACK_ESTABLISHED:
            open(socket);
            return 0;
        case LWS_CALLBACK_RECEIVE:
            receive(socket, {static_cast<const char*>(in), size});
            return 0;
        case LWS_CALLBACK_SERVER_WRITEABLE:
            return write(socket);
        case LWS_CALLBACK_CLOSED:
            everyone.erase(socket);
            session_of(socket).~session();
            return 0;
        default:
            return 0;
    }
}

}  // namespace

int main(int argc, char** argv) {
    lws_set_log_level(LLL_ERR, nullptr);
    const lws_protocols protocols[] = {
        {"", called, sizeof(session), 64 * 1024, 0, nullptr, 0},
        {nullptr, nullptr, 0, 0, 0, nullptr, 0},
    };
    // Its default hangs up on who has not answered a ping for five minutes.
    lws_retry_bo_t patience{};
    patience.secs_since_valid_ping = 36'000;
    patience.secs_since_valid_hangup = 36'010;

    lws_context_creation_info info{};
    info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_VALIDATE_UTF8;
    info.retry_and_idle_policy = &patience;
    auto* const context = lws_create_context(&info);
    info.iface = "127.0.0.1";
    info.port = argc > 1 ? std::atoi(argv[1]) : 0;
    info.protocols = protocols;
    auto* const host = context ? lws_create_vhost(context, &info) : nullptr;
    if (!host) return 2;
    std::cout << "listening on ws://127.0.0.1:" << lws_get_vhost_listen_port(host) << std::endl;
    while (lws_service(context, 0) >= 0) continue;
}
