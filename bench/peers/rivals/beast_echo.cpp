// Boost.Beast, as its own asynchronous servers are: one io_context, one thread, callbacks. What is sent waits in a queue,
// since Beast writes one message at a time.

#include <cstdlib>
#include <deque>
#include <iostream>
#include <memory>
#include <set>
#include <string>

#include <boost/asio.hpp>
#include <boost/beast.hpp>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using boost::system::error_code;

using io_executor = asio::io_context::executor_type;
using tcp_socket = asio::basic_stream_socket<asio::ip::tcp, io_executor>;
using tcp_acceptor = asio::basic_socket_acceptor<asio::ip::tcp, io_executor>;

class session;
std::set<session*> everyone;

class session : public std::enable_shared_from_this<session> {
  public:
    explicit session(tcp_socket socket) : stream_{std::move(socket)} {}
    ~session() { everyone.erase(this); }

    void start() {
        http::async_read(stream_.next_layer(), buffer_, request_,
                         [self = shared_from_this()](error_code error, std::size_t) {
                             if (!error) self->accept();
                         });
    }

    void send(std::shared_ptr<const beast::flat_buffer> message, bool text) {
        waiting_.push_back({std::move(message), text});
        if (waiting_.size() == 1) write();
    }

  private:
    struct outgoing {
        std::shared_ptr<const beast::flat_buffer> message;
        bool text;
    };

    void accept() {
        stream_.read_message_max(64 << 20);
        stream_.auto_fragment(false);
        stream_.async_accept(request_, [self = shared_from_this()](error_code error) {
            if (error) return;
            if (self->request_.target() == "/broadcast") everyone.insert(self.get());
            self->buffer_.clear();
            self->read();
        });
    }

    void read() {
        stream_.async_read(buffer_, [self = shared_from_this()](error_code error, std::size_t) {
            if (!error) self->received();
        });
    }

    void received() {
        if (everyone.contains(this)) {
            const auto message = std::make_shared<const beast::flat_buffer>(std::move(buffer_));
            for (auto* each : everyone) each->send(message, stream_.got_text());
            buffer_ = {};
            return read();
        }
        // The message is written from where it was read to; what comes next waits in the kernel until then.
        stream_.text(stream_.got_text());
        stream_.async_write(buffer_.data(), [self = shared_from_this()](error_code error, std::size_t) {
            if (error) return;
            self->buffer_.consume(self->buffer_.size());
            self->read();
        });
    }

    void write() {
        stream_.text(waiting_.front().text);
        stream_.async_write(waiting_.front().message->data(),
                            [self = shared_from_this()](error_code error, std::size_t) {
                                if (error) return;
                                self->waiting_.pop_front();
                                if (!self->waiting_.empty()) self->write();
                            });
    }

    websocket::stream<tcp_socket> stream_;
    beast::flat_buffer buffer_;
    http::request<http::empty_body> request_;
    std::deque<outgoing> waiting_;
};

void accept_all(tcp_acceptor& acceptor) {
    acceptor.async_accept([&acceptor](error_code error, tcp_socket socket) {
        if (!error) {
            socket.set_option(asio::ip::tcp::no_delay{true}, error);
            std::make_shared<session>(std::move(socket))->start();
        }
        accept_all(acceptor);
    });
}

}  // namespace

int main(int argc, char** argv) {
    asio::io_context context{1};
    const auto port = static_cast<unsigned short>(argc > 1 ? std::atoi(argv[1]) : 0);
    tcp_acceptor acceptor{context, {asio::ip::address_v4::loopback(), port}};
    std::cout << "listening on ws://127.0.0.1:" << acceptor.local_endpoint().port() << std::endl;
    accept_all(acceptor);
    context.run();
}
