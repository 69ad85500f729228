#pragma once
// A worker process: the engine's server, whose handlers call the script's.

#include <cstdint>

#include <pushwire/server.hpp>

#include "messages.hpp"
#include "service.hpp"

namespace pushwire::php {

/// What a process that could not begin to serve ends with; the master then gives up. It is sysexits' EX_CONFIG.
inline constexpr int cannot_start = 78;

class worker {
  public:
    worker(service& of, unsigned id);
    ~worker();
    worker(const worker&) = delete;
    worker& operator=(const worker&) = delete;

    /// Serves until it is told to end. Says false if it could not begin; the log says why.
    bool run();

  private:
    void set_handlers();
    void opened(const request& came);
    void received(const message& what);
    void received_control(fd from, std::string_view payload, zend_long opcode);
    void closed(fd which, const close_info& how);
    void asked(handshake& which);
    void keep_for_open(const zval& request);
    void requested(const request& came, response& answer);
    void told(std::string_view data);

    /// Calls a handler with the server and what `arguments` adds. What it throws closes `about` with 1011.
    template <class Arguments>
    outcome call(event which, fd about, Arguments&& arguments);
    void count_request();

    service& service_;
    const unsigned id_;
    unsigned port_ = 0;
    std::uint64_t requests_ = 0;
    /// What `beforeHandshakeResponse` was told just now: `open`, which follows at once, gets the same object.
    zval opening_{};
};

/// What both kinds of process do: their numbers as properties of `$server`, their signals, their name.
void become(service& of, role what, unsigned id);
/// `workerStart` or `workerStop`.
void tell_worker(service& of, event which);
void deliver_pipe_message(service& of, const message_read& read);

}  // namespace pushwire::php
