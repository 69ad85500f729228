// WebSocket++ on its Asio transport, with one thread, without its locks and without its logs.

#include <cstdlib>
#include <iostream>
#include <set>

#include <websocketpp/concurrency/none.hpp>
#include <websocketpp/config/asio_no_tls.hpp>
#include <websocketpp/logger/stub.hpp>
#include <websocketpp/server.hpp>

namespace {

struct config : websocketpp::config::asio {
    using concurrency_type = websocketpp::concurrency::none;
    using alog_type = websocketpp::log::stub;
    using elog_type = websocketpp::log::stub;
    struct transport_config : websocketpp::config::asio::transport_config {
        using concurrency_type = config::concurrency_type;
        using alog_type = config::alog_type;
        using elog_type = config::elog_type;
        static bool const enable_multithreading = false;
    };
    using transport_type = websocketpp::transport::asio::endpoint<transport_config>;
    static size_t const max_message_size = 64 << 20;
};

using server = websocketpp::server<config>;
using websocketpp::connection_hdl;

}  // namespace

int main(int argc, char** argv) {
    server serving;
    std::set<connection_hdl, std::owner_less<connection_hdl>> everyone;

    serving.init_asio();
    serving.set_reuse_addr(true);
    // Not in socket_init_handler, where the socket is not open yet and the option is lost without a word.
    serving.set_tcp_post_init_handler([&](connection_hdl to) {
        serving.get_con_from_hdl(to)->get_raw_socket().set_option(boost::asio::ip::tcp::no_delay(true));
    });
    serving.set_open_handler([&](connection_hdl to) {
        if (serving.get_con_from_hdl(to)->get_resource() == "/broadcast") everyone.insert(to);
    });
    serving.set_close_handler([&](connection_hdl to) { everyone.erase(to); });
    serving.set_fail_handler([&](connection_hdl to) { everyone.erase(to); });
    serving.set_message_handler([&](connection_hdl from, server::message_ptr message) {
        websocketpp::lib::error_code ignored;  // one that is going
        if (!everyone.count(from)) {
            serving.send(from, message->get_payload(), message->get_opcode(), ignored);
            return;
        }
        for (const auto& each : everyone) {
            serving.send(each, message->get_payload(), message->get_opcode(), ignored);
        }
    });

    const int port = argc > 1 ? std::atoi(argv[1]) : 0;
    serving.listen(boost::asio::ip::tcp::endpoint{boost::asio::ip::address_v4::loopback(),
                                                  static_cast<unsigned short>(port)});
    serving.start_accept();
    websocketpp::lib::asio::error_code error;
    std::cout << "listening on ws://127.0.0.1:" << serving.get_local_endpoint(error).port() << std::endl;
    serving.run();
}
