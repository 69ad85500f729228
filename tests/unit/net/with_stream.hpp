#pragma once
// A loop with one stream of one end of a pair of sockets; the test holds the other.

#include <numeric>
#include <random>
#include <string>

#include "unit/net/recorder.hpp"
#include "unit/net/sockets.hpp"

namespace pushwire::net {

inline std::string random_bytes(std::size_t count) {
    std::mt19937 random{7};
    std::string bytes(count, '\0');
    for (char& each : bytes) each = static_cast<char>(random());
    return bytes;
}

class with_stream : public with_loop {
  protected:
    ~with_stream() override {
        stream_.do_nothing_more();  // what a test wants done may need what it has on its stack
        if (stream_.closed == 0 && attached_) close(stream_);
    }

    void attach(socket_pair pair) {
        ours_ = pair.ours.get();
        peer_ = std::move(pair.peer);
        loop_->attach(stream_, pair.ours.release());
        attached_ = true;
    }
    /// With so little room in between that a large send is short.
    void attach_small(socket_pair pair) {
        set_option(pair.ours, SO_SNDBUF, 16 * 1024);
        attach(std::move(pair));
    }

    std::size_t sent_later() const {
        return std::accumulate(stream_.sent.begin(), stream_.sent.end(), std::size_t{0});
    }

    recording_stream stream_;
    unique_descriptor peer_;
    int ours_ = -1;
    bool attached_ = false;
};

}  // namespace pushwire::net
