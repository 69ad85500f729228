#pragma once
// A client of the simulated server: the session that ships, in the role of a client, on one side of a link, and a will of
// its own. Most chat; some do what no client should.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <pushwire/protocol/codec_pool.hpp>
#include <pushwire/protocol/session.hpp>

#include "sim/ledger.hpp"
#include "sim/link.hpp"
#include "sim/plan.hpp"
#include "sim/record.hpp"

namespace pushwire::sim {

class client {
  public:
    client(schedule& clock, record& notes, ledger& books, const plan& settled, random chance);

    /// The link is there: the opening handshake begins.
    void connect(std::shared_ptr<link> over);
    /// Something may have come, or there may be room: it looks soon.
    void news();
    /// No more of its own doing; it reads on, and answers.
    void calm_down();
    [[nodiscard]] client_facts& facts() { return facts_; }
    [[nodiscard]] bool gone() const { return gone_; }

  private:
    enum class kind : std::uint8_t {
        ordinary,
        slow,      ///< sends its handshake in crumbs
        broken,    ///< sends a handshake that is none
        plain,     ///< asks for a page
        violator,  ///< breaks the protocol when it is open
        deaf,      ///< stops reading for ever
        silent,    ///< stops doing anything
        rude,      ///< leaves without a close frame
        half,      ///< ends its side, and reads on
    };

    // client.cpp
    void look_later(duration within);
    void look();
    void read();
    void take_events();
    void write();
    void leave();
    void end();
    [[nodiscard]] bool is_open() const { return session_->phase() == protocol::phase::open; }

    // client_doings.cpp
    void ask();
    void act_later();
    void act();
    void do_oddity();
    void send_message();
    void send_in_fragments(message_type type, std::string_view data);
    void send_frame(protocol::opcode code, bool fin, std::string_view payload);
    void send_raw(std::string_view bytes) {
        session_->outgoing().append_opaque(std::as_bytes(std::span{bytes}));
    }
    void send_ping();
    void close();
    void violate();

    schedule& clock_;
    record& notes_;
    ledger& ledger_;
    const plan& plan_;
    random chance_;
    client_facts& facts_;
    std::string name_;
    kind kind_ = kind::ordinary;
    std::shared_ptr<link> link_;
    protocol::session_settings settings_;
    protocol::block_pool blocks_;
    protocol::codec_pool codecs_;
    std::unique_ptr<protocol::session> session_;  // null before it connects
    duration most_reaction_{};
    std::size_t most_written_ = 65'536;  // bytes at a time
    time_point reads_again_{};           // until then it does not look at what comes
    std::vector<std::string> answer_;    // of a plain request, as it came
    unsigned acts_left_ = 0;
    unsigned messages_ = 0;
    unsigned pings_ = 0;
    bool look_expected_ = false;
    bool shut_ = false;
    bool calm_ = false;
    bool odd_done_ = false;
    bool gone_ = false;
};

}  // namespace pushwire::sim
