#pragma once
// SIGINT and SIGTERM as a wake-up of a loop. Only signals whose disposition is the default are taken, and the
// destructor restores it, so that a host's own handlers win.

namespace pushwire::net {

class loop;

/// One per process at a time takes effect; a further one takes no signal, since the disposition is no longer default.
class stop_signals {
  public:
    explicit stop_signals(loop& woken);
    ~stop_signals();
    stop_signals(const stop_signals&) = delete;
    stop_signals& operator=(const stop_signals&) = delete;

    /// The signal that came since the last call, or 0. After a first one, a second of its kind has its default
    /// effect: ctrl-C twice ends the process at once.
    [[nodiscard]] int take() noexcept;

  private:
    bool owner_ = false;
    bool took_interrupt_ = false;
    bool took_terminate_ = false;
};

}  // namespace pushwire::net
