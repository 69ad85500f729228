#pragma once
// What echo and fan-out have in common: connections that the ring of messages goes over, in a closed or an open loop.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "connection.hpp"
#include "messages.hpp"
#include "workload.hpp"

namespace pushwire::bench {

class exchange : public workload {
  public:
    void open(progress& shown) override;
    void begin() override;
    void ready(const epoll_event& event) override;
    void check_progress() override;
    [[nodiscard]] std::uint64_t bytes_received() const override;

    [[nodiscard]] nanoseconds next_due() const override { return schedule_.next(next_); }
    void send_due() override;
    void end(nanoseconds at) override { schedule_.end(at); }

  protected:
    /// The first message that each connection sends and receives.
    enum class first_message : unsigned char { same, another_each };

    exchange(const workbench& with, std::size_t connections, first_message first);

    /// A closed loop: sends what is in flight from the beginning.
    virtual void start() = 0;
    /// Messages have come on connection `number`, and are right.
    virtual void take(std::size_t number, std::size_t completed) = 0;
    /// The connection that message `message` goes over, by number.
    [[nodiscard]] virtual std::size_t carrier(std::uint64_t message) const = 0;
    /// Whether something has to come on this connection, and what to say if nothing does.
    [[nodiscard]] virtual bool is_waiting(std::size_t number) const = 0;
    [[nodiscard]] virtual std::string describe_silence(std::size_t number) const = 0;

    [[nodiscard]] bool is_open_loop() const { return schedule_.is_open_loop(); }
    [[nodiscard]] const bench::settings& settings() const { return with_.by.settings(); }

    [[nodiscard]] meter& measured() const { return with_.measured; }
    /// Messages sent so far; in a closed loop, those that have taken a number.
    [[nodiscard]] std::uint64_t sent() const { return next_; }
    std::uint64_t take_number() { return next_++; }
    /// An open loop: when message `message` was due.
    [[nodiscard]] nanoseconds when_due(std::uint64_t message) const { return schedule_.due(message); }
    void send(std::size_t number, std::size_t many) { connections_[number].send(many, with_.ready); }

  private:
    workbench with_;
    std::vector<connection> connections_;
    schedule schedule_;
    std::uint64_t next_ = 0;  // the number of the message that is sent next
    std::size_t count_;
    first_message first_;
    messages messages_;
    known_replies known_;
    std::vector<std::byte> buffer_;
};

}  // namespace pushwire::bench
