#include "reply_reader.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "deflate.hpp"
#include "failure.hpp"

namespace pushwire::bench {
namespace {

constexpr std::size_t max_control_payload = 125;
constexpr std::size_t max_overhead =
    64 * 1024;  // by which a compressed payload may be longer than what it says

bool is_control(std::byte first) {
    return first == std::byte{0x88} || first == std::byte{0x89} || first == std::byte{0x8a};
}

}  // namespace

reply_reader::reply_reader(const messages& of, known_replies& known, std::size_t first)
    : of_{&of}, known_{&known}, position_{first % of.count() * of.reply_bytes()} {}

// ---------------------------------------------------------------- bytes that are known

std::size_t reply_reader::compare(std::span<const std::byte> received) {
    const auto ring = of_->replies();
    const auto all = received.size();
    while (!received.empty()) {
        const auto size = std::min(received.size(), ring.size() - position_);
        if (std::memcmp(received.data(), ring.data() + position_, size) != 0) [[unlikely]] {
            partial_ += all - received.size();
            return meet_difference(received);
        }
        received = received.subspan(size);
        position_ += size;
        if (position_ == ring.size()) position_ = 0;
    }
    partial_ += all;
    const auto completed = partial_ / of_->reply_bytes();
    partial_ -= completed * of_->reply_bytes();
    return completed;
}

std::size_t reply_reader::meet_difference(std::span<const std::byte> received) {
    const auto ring = of_->replies();
    const auto expected = ring.subspan(position_, std::min(received.size(), ring.size() - position_));
    const auto different = std::ranges::mismatch(received, expected);
    const auto same = static_cast<std::size_t>(different.in1 - received.begin());
    advance(same);
    partial_ += same;
    const auto completed = std::exchange(partial_, partial_ % of_->reply_bytes()) / of_->reply_bytes();
    const auto header = of_->reply_header_bytes();
    if (partial_ == 0 && header != 0 && is_control(*different.in1)) {
        unusual_ = std::make_unique<frame_collector>();
        return completed + receive_frames(received.subspan(same));
    }

    const auto came = *different.in1;
    const auto wanted = *different.in2;
    if (partial_ >= header) {
        throw failure{fmt::format("wrong reply: byte {} of the payload is 0x{:02x}, expected 0x{:02x}",
                                  partial_ - header, came, wanted)};
    }
    const bool is_first = partial_ == 0;
    throw failure{
        fmt::format("wrong reply: byte {} of its frame's header is {}, expected {}; a reply must be one "
                    "unfragmented, unmasked frame of the same type and length",
                    partial_, is_first ? describe_first(came) : fmt::format("0x{:02x}", came),
                    is_first ? describe_first(wanted) : fmt::format("0x{:02x}", wanted))};
}

void reply_reader::advance(std::size_t bytes) {
    position_ = (position_ + bytes) % of_->replies().size();
}

// ---------------------------------------------------------------- frames that have to be read

std::size_t reply_reader::receive_frames(std::span<const std::byte> received) {
    std::size_t completed = 0;
    if (!unusual_) unusual_ = std::make_unique<frame_collector>();
    while (!received.empty()) {
        if (unusual_->is_empty() && is_known(received)) {
            ++completed;
            continue;
        }
        const auto most = of_->compressed() ? of_->reply_bytes() + max_overhead : max_control_payload;
        received = received.subspan(unusual_->take(received, most));
        if (!unusual_->is_whole()) return completed;
        completed += finish_frame();
        if (!unusual_) return completed + (received.empty() ? 0 : receive(received));
    }
    return completed;
}

// Whether it begins with the very bytes that were right before; then they are cut from it.
bool reply_reader::is_known(std::span<const std::byte>& received) {
    const auto& frame = known_->frames[index()];
    if (frame.empty() || received.size() < frame.size()) return false;
    if (std::memcmp(received.data(), frame.data(), frame.size()) != 0) return false;
    received = received.subspan(frame.size());
    advance(of_->reply_bytes());
    return true;
}

// How many replies that completes.
std::size_t reply_reader::finish_frame() {
    if (!is_control(unusual_->first())) {
        check_compressed(*unusual_);
        unusual_->clear();
        advance(of_->reply_bytes());
        return 1;
    }
    if (unusual_->opcode() == opcode::close)
        throw failure{"the server ended the connection: " + describe_close(*unusual_)};
    if (unusual_->opcode() == opcode::ping) ping_ = std::move(unusual_);
    if (of_->compressed()) {
        unusual_ = std::make_unique<frame_collector>();
    } else {
        unusual_.reset();
    }
    return 0;
}

void reply_reader::check_compressed(const frame_collector& frame) {
    auto& known = known_->frames[index()];
    if (std::ranges::equal(frame.bytes(), known)) return;
    const auto wanted = std::byte{0x80} | static_cast<std::byte>(of_->type());
    if ((frame.first() & ~compressed_bit) != wanted) {
        throw failure{
            fmt::format("wrong reply: its frame begins with {}, expected {} or its compressed form; a reply "
                        "must be one unfragmented frame of the same type",
                        describe_first(frame.first()), describe_first(wanted))};
    }
    const auto expected = of_->payload(index());
    if ((frame.first() & compressed_bit) != std::byte{}) {
        if (const auto wrong = difference_inflated(frame.payload(), expected, known_->scratch))
            throw failure{"wrong reply: " + *wrong};
    } else if (!std::ranges::equal(frame.payload(), expected)) {
        throw failure{"wrong reply: it came uncompressed, and differs from what was sent"};
    }
    known.assign(frame.bytes().begin(), frame.bytes().end());
}

}  // namespace pushwire::bench
