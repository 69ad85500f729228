#pragma once
// SIGINT and SIGTERM as a wake-up of a loop. Only signals whose disposition is the default are taken, and the
// destructor restores it, so that a host's own handlers win.

namespace pushwire::net {

class loop;

/// One per process at a time takes effect; a further one takes no signal, since the disposition is no longer default.
class stop_signals {
  public:
    enum class wish : int { none, drain, stop };

    /// `drains`: the first SIGTERM asks for a drain, and only the second for a stop.
    stop_signals(loop& woken, bool drains);
    ~stop_signals();
    stop_signals(const stop_signals&) = delete;
    stop_signals& operator=(const stop_signals&) = delete;

    /// What was asked for since the last call. A signal that has asked for a stop has its default effect when it comes
    /// again: ctrl-C twice ends the process at once.
    [[nodiscard]] wish take() noexcept;

  private:
    bool owner_ = false;
    bool took_interrupt_ = false;
    bool took_terminate_ = false;
};

}  // namespace pushwire::net
