// One thread, one epoll: open, warm up, measure, and in an open loop wait for the last replies.

#include "run.hpp"

#include <algorithm>
#include <csignal>
#include <ctime>
#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <sys/resource.h>

#include "failure.hpp"
#include "figures.hpp"
#include "interrupt.hpp"
#include "server_process.hpp"
#include "workload.hpp"

namespace pushwire::bench {
namespace {

constexpr nanoseconds patience = patience_seconds * second;
constexpr std::size_t other_descriptors = 32;

// Beyond these, figures are about the generator.
constexpr double busy_share = 0.95;
constexpr nanoseconds late = 1'000'000;

void raise_descriptor_limit(std::size_t connections) {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return;
    const auto needed = connections + other_descriptors;
    if (limit.rlim_max < needed) {
        throw failure{
            fmt::format("{} connections need {} file descriptors, and {} may be open: raise that with ulimit "
                        "-Hn (or LimitNOFILE), or take fewer connections",
                        grouped(connections), grouped(needed), grouped(limit.rlim_max))};
    }
    limit.rlim_cur = std::max(limit.rlim_cur, static_cast<rlim_t>(needed));
    setrlimit(RLIMIT_NOFILE, &limit);
}

std::string utc_now() {
    const auto seconds = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                       parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

/// What the clocks and counters say at one moment.
struct sample {
    std::uint64_t messages = 0;
    std::uint64_t bytes_received = 0;
    nanoseconds own_cpu = 0;
    nanoseconds server_cpu = 0;
    nanoseconds time = 0;
};

class one_run {
  public:
    explicit one_run(const settings& with)
        : settings_{with}, by_{with}, server_{with.pid.value_or(0)}, work_{make_workload()} {}

    result measure();

  private:
    std::unique_ptr<workload> make_workload();
    void open();
    void warm_up();
    void measure_time();
    void wait_for_replies();
    template <class Wanted>
    void turn_until(nanoseconds deadline, const Wanted& go_on);
    void turn(nanoseconds at, nanoseconds until);
    void tick(nanoseconds at);
    sample take_sample();
    void conclude(const sample& begin, const sample& end);

    const settings& settings_;
    connector by_;
    poller ready_;
    meter meter_;
    progress progress_;
    server_process server_;
    std::unique_ptr<workload> work_;
    nanoseconds next_check_ = 0;
    nanoseconds measured_until_ = never;
    bool measuring_ = false;
    result result_;
};

std::unique_ptr<workload> one_run::make_workload() {
    const workbench with{by_, ready_, meter_};
    switch (settings_.mode) {
        case mode::echo:
            return make_echo(with);
        case mode::fanout:
            return make_fanout(with);
        case mode::handshake:
            return make_handshakes(with);
        case mode::idle:
            return make_idle(with);
    }
    return nullptr;
}

result one_run::measure() {
    result_.settings = settings_;
    result_.time = utc_now();
    open();
    work_->begin();
    next_check_ = now() + second;
    warm_up();
    measure_time();
    progress_.clear();
    return std::move(result_);
}

void one_run::open() {
    if (settings_.pid) result_.memory.emplace().before = server_.memory();
    const auto began = now();
    work_->open(progress_);
    result_.opening = now() - began;
    if (result_.memory) result_.memory->when_open = server_.memory();
}

void one_run::warm_up() {
    const auto time = settings_.mode == mode::idle ? 0 : in_nanoseconds(settings_.warmup);
    if (time == 0) return;
    progress_.warming_up();
    turn_until(now() + time, [] { return !is_interrupted(); });
    if (is_interrupted()) throw failure{"interrupted before the measurement began"};
}

void one_run::measure_time() {
    const auto begin = take_sample();
    meter_.begin(begin.time);
    measuring_ = true;
    measured_until_ = begin.time + in_nanoseconds(settings_.duration);
    next_check_ = begin.time + second;
    progress_.begin(in_nanoseconds(settings_.duration));
    turn_until(measured_until_, [] { return !is_interrupted(); });
    const auto end = take_sample();
    if (end.time > next_check_ - second) meter_.tick(end.time);
    work_->end(end.time);
    if (result_.memory) result_.memory->at_end = server_.memory();
    wait_for_replies();
    conclude(begin, end);
}

// What was due in the measured time belongs to it, however late its reply comes.
void one_run::wait_for_replies() {
    measuring_ = false;
    turn_until(now() + patience, [this] { return !work_->is_all_answered(); });
    result_.unanswered = work_->give_up();
    meter_.finish();
}

template <class Wanted>
void one_run::turn_until(nanoseconds deadline, const Wanted& go_on) {
    for (auto at = now(); at < deadline && go_on(); at = now()) {
        if (at >= next_check_) [[unlikely]]
            tick(at);
        turn(at, std::min(deadline, next_check_));
    }
}

void one_run::turn(nanoseconds at, nanoseconds until) {
    const auto wake = std::min(until, work_->next_due());
    for (const auto& event : ready_.wait(wake > at ? wake - at : 0)) work_->ready(event);
    work_->send_due();
}

void one_run::tick(nanoseconds at) {
    next_check_ = at + second;
    work_->check_progress();
    if (!measuring_) return;
    const auto& last = meter_.tick(at);
    const auto left = measured_until_ - std::min(at, measured_until_);
    if (settings_.mode == mode::idle) {
        progress_.waiting(left);
    } else {
        progress_.measuring(left, last, meter_.total(), noun_of(settings_.mode));
    }
}

sample one_run::take_sample() {
    sample taken;
    if (settings_.pid) taken.server_cpu = server_.cpu_time();
    taken.own_cpu = own_cpu_time();
    taken.messages = meter_.completed();
    taken.bytes_received = work_->bytes_received();
    taken.time = now();
    return taken;
}

void one_run::conclude(const sample& begin, const sample& end) {
    result_.measured = end.time - begin.time;
    result_.messages = end.messages - begin.messages;
    result_.bytes_received = end.bytes_received - begin.bytes_received;
    result_.own_cpu = end.own_cpu - begin.own_cpu;
    if (settings_.pid) result_.server_cpu = end.server_cpu - begin.server_cpu;
    result_.latency = meter_.total();
    result_.lateness = meter_.lateness();
    result_.series = meter_.intervals();
    if (settings_.mode == mode::idle) return;

    const auto noun = noun_of(settings_.mode);
    if (result_.messages == 0 && result_.unanswered == 0)
        throw failure{fmt::format("no {} came to an end in the measured time: measure for longer", noun)};
    auto& notes = result_.notes;
    if (is_interrupted())
        notes.push_back(fmt::format("Interrupted after {:.1f} s.", in_seconds(result_.measured)));
    if (result_.unanswered) {
        notes.push_back(
            fmt::format("{} {} were not answered {} s after the end, and count with the time they had "
                        "waited by then: the server could not keep up.",
                        grouped(result_.unanswered), noun, patience_seconds));
    }
    if (result_.own_cpu_share() > busy_share) {
        result_.limited_by_generator = true;
        notes.push_back(
            fmt::format("The generator was the limit: it used {:.0f} % of a processor. The server can do "
                        "more; compare what a message costs it (--pid).",
                        result_.own_cpu_share() * 100));
    }
    if (const auto p99 = result_.lateness.value_at(0.99); p99 > late) {
        result_.limited_by_generator = true;
        notes.push_back(
            fmt::format("The generator was the limit: it could not send in time (one message in a hundred "
                        "went out {} late or later), and that is a part of the latencies.",
                        short_time(p99)));
    }
    if (settings_.pid && !server_.is_precise())
        notes.emplace_back(
            "This kernel keeps no schedstat: the server's processor time is counted in clock ticks.");
}

}  // namespace

result run(const settings& with) {
    raise_descriptor_limit(with.connections);
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to sockets that the server may have closed
    catch_interrupt();
    return one_run{with}.measure();
}

}  // namespace pushwire::bench
