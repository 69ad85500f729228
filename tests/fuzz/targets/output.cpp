// The queue of what waits to be sent (protocol::output), against a plain list of frames that says the same: any order of
// appending, leaving, marking, dropping and shrinking.

#include <algorithm>
#include <cstring>
#include <vector>

#include <pushwire/protocol/frame.hpp>
#include <pushwire/protocol/output.hpp>

#include "fuzz/support/byte_source.hpp"
#include "fuzz/support/check.hpp"

namespace pushwire::fuzz {
namespace {

/// What an output is by its contract.
class plain_queue {
  public:
    void append(std::vector<std::byte> frame, bool data, bool opaque = false) {
        items_.push_back({.left = std::move(frame), .data = data, .opaque = opaque});
    }

    [[nodiscard]] std::size_t bytes() const {
        std::size_t sum = 0;
        for (const auto& item : items_) sum += item.left.size();
        return sum;
    }

    /// Whether what waits is these segments, in their order.
    [[nodiscard]] bool is(std::span<const std::span<const std::byte>> segments) const {
        std::span<const std::byte> rest;
        for (const auto& item : items_) {
            std::span<const std::byte> wanted{item.left};
            while (!wanted.empty()) {
                if (rest.empty()) {
                    if (segments.empty() || segments.front().empty()) return false;
                    rest = segments.front();
                    segments = segments.subspan(1);
                }
                const auto size = std::min(wanted.size(), rest.size());
                if (std::memcmp(wanted.data(), rest.data(), size) != 0) return false;
                wanted = wanted.subspan(size);
                rest = rest.subspan(size);
            }
        }
        return rest.empty() && segments.empty();
    }

    void consume(std::size_t n) {
        while (n != 0) {
            auto& first = items_.front();
            const auto taken = std::min(n, first.left.size());
            first.left.erase(first.left.begin(), first.left.begin() + static_cast<std::ptrdiff_t>(taken));
            first.begun = true;
            n -= taken;
            if (first.left.empty()) items_.erase(items_.begin());
        }
    }

    void mark() {
        for (auto& item : items_) item.marked = true;
    }
    [[nodiscard]] bool mark_waits() const { return std::ranges::any_of(items_, &waiting::marked); }

    std::size_t drop(std::size_t wanted, bool control_too) {
        std::size_t dropped = 0;
        for (auto at = items_.begin(); at != items_.end() && dropped < wanted;) {
            const bool stays = at->opaque || at->begun || (!at->data && !control_too);
            if (stays) {
                ++at;
                continue;
            }
            dropped += at->left.size();
            at = items_.erase(at);
        }
        return dropped;
    }

  private:
    struct waiting {
        std::vector<std::byte> left;
        bool data = false;
        bool opaque = false;
        bool begun = false;
        bool marked = false;
    };

    std::vector<waiting> items_;
};

/// A frame whose payload is `size` bytes that tell it from others.
std::vector<std::byte> make_frame(protocol::opcode code, std::size_t size, std::uint8_t value, bool masked) {
    const protocol::frame_header header{.opcode = code, .masked = masked, .payload_length = size};
    std::vector<std::byte> frame(protocol::max_frame_header);
    frame.resize(protocol::encode_frame_header(header, frame.data()));
    frame.insert(frame.end(), size, static_cast<std::byte>(value));
    return frame;
}

class contest {
  public:
    explicit contest(byte_source source) : source_{source}, masked_{(source_.u8() & 1) != 0} {}

    void run() {
        while (!source_.empty()) {
            step();
            compare();
        }
    }

  private:
    enum class operation : std::uint8_t {
        data,
        large,
        control,
        shared,
        opaque,
        consume,
        mark,
        drop_oldest,
        drop_unbegun,
        shrink,
        fragment,
        count
    };

    void step() {
        using enum operation;
        switch (static_cast<operation>(source_.u8() % static_cast<unsigned>(count))) {
            case data:
                return append(protocol::opcode::text, source_.u8());
            case large:
                return append(protocol::opcode::binary, source_.u8() * std::size_t{97});
            case control:
                return append(protocol::opcode::ping, source_.u8() % 126);
            case shared:
                return append_shared();
            case opaque: {
                const std::vector<std::byte> bytes(source_.u8() * std::size_t{9},
                                                   static_cast<std::byte>(++frames_));
                tested_.append_opaque(bytes);
                if (!bytes.empty()) plain_.append(bytes, false, true);
                return;
            }
            case consume: {
                const auto n = some();
                tested_.consume(n);
                plain_.consume(n);
                return;
            }
            case mark:
                tested_.mark();
                plain_.mark();
                return;
            case drop_oldest: {
                const std::size_t wanted = source_.u16();
                const auto droppable = tested_.droppable(wanted);
                const auto dropped = tested_.drop_oldest(wanted);
                FUZZ_CHECK(dropped == droppable);
                FUZZ_CHECK(dropped == plain_.drop(wanted, false));
                return;
            }
            case drop_unbegun:
                tested_.drop_unbegun();
                plain_.drop(static_cast<std::size_t>(-1), true);
                return;
            case shrink:
                return tested_.shrink();
            case fragment:
                return append_fragment();
            case count:
                return;
        }
    }

    void append(protocol::opcode code, std::size_t size) {
        const auto frame = make_frame(code, size, ++frames_, masked_);
        std::memcpy(tested_.append_frame(frame.size()), frame.data(), frame.size());
        plain_.append(frame, !protocol::is_control(code));
    }

    /// A frame of a message of several: the first, another, or the last. None is dropped to make room.
    void append_fragment() {
        const auto which = source_.u8() % 3;
        auto frame = make_frame(which == 0 ? protocol::opcode::text : protocol::opcode::continuation,
                                source_.u8(), ++frames_, masked_);
        if (which != 2) frame.front() &= std::byte{0x7f};
        std::memcpy(tested_.append_frame(frame.size()), frame.data(), frame.size());
        plain_.append(frame, false);
    }

    /// A publication, new, or the last one again.
    void append_shared() {
        const auto size = source_.u8();
        if (size % 4 != 0 || !publication_.owner) {
            const auto frame = make_frame(protocol::opcode::text, size * std::size_t{33}, ++frames_, false);
            if (size % 3 == 0) shared_.end_run();
            publication_ = shared_.place(frame.size());
            std::memcpy(publication_.bytes().data(), frame.data(), frame.size());
        }
        tested_.append_shared(publication_);
        const auto bytes = publication_.bytes();
        plain_.append({bytes.begin(), bytes.end()}, true);
    }

    /// From nothing to all that waits.
    std::size_t some() {
        const std::size_t n = source_.u16();
        const auto waits = tested_.bytes();
        return (n & 0x8000) != 0 ? waits : std::min(n, waits);
    }

    void compare() {
        FUZZ_CHECK(tested_.bytes() == plain_.bytes() && tested_.empty() == (plain_.bytes() == 0));
        FUZZ_CHECK(tested_.mark_waits() == plain_.mark_waits());
        segments_.resize(most_segments);
        segments_.resize(tested_.gather(segments_));
        FUZZ_CHECK(plain_.is(segments_));
    }

    static constexpr std::size_t most_segments = 400;  // each step adds one or cuts one in two

    byte_source source_;
    bool masked_;
    std::uint8_t frames_ = 0;
    protocol::block_pool pool_;
    protocol::shared_frames shared_{pool_};
    protocol::shared_frame publication_;
    protocol::output tested_{pool_};
    plain_queue plain_;
    std::vector<std::span<const std::byte>> segments_;
};

}  // namespace
}  // namespace pushwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pushwire::fuzz;
    constexpr std::size_t most = 300;  // what waits is compared after each step
    contest{byte_source{{data, std::min(size, most)}}}.run();
    return 0;
}
