// What compressing and inflating one message costs: CPU time, by the size of the message and of the window, without
// context and with a full one. Prints a table.

#include <cstdio>
#include <ctime>
#include <random>
#include <span>
#include <string>

#include "protocol/deflater.hpp"
#include "protocol/inflater.hpp"

namespace {

using namespace pushwire::protocol;

double cpu_microseconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

std::span<const std::byte> bytes(const std::string& text) {
    return std::as_bytes(std::span{text});
}

/// JSON as sensors send it.
std::string sample(std::size_t size, unsigned seed) {
    std::mt19937 random{seed};
    std::string text;
    while (text.size() < size) {
        text += "{\"sensor\": " + std::to_string(random() % 100) +
                ", \"temperature\": " + std::to_string(random() % 4000) + ", \"unit\": \"celsius\"}\n";
    }
    text.resize(size);
    return text;
}

template <class Call>
double time_of(Call&& call) {
    call();
    int rounds = 0;
    const auto begin = cpu_microseconds();
    do {
        call();
        ++rounds;
    } while (cpu_microseconds() - begin < 200'000);
    return (cpu_microseconds() - begin) / rounds;
}

void measure(const std::string& message, deflater::request how, const char* name) {
    deflater compressor;
    std::string payload;
    const auto compressing = time_of([&] {
        const auto made = compressor.deflate(bytes(message), how);
        payload.assign(reinterpret_cast<const char*>(made.data()), made.size());
    });
    inflater inflating;
    std::string room(message.size() + 1, '\0');
    const auto inflated = time_of([&] {
        auto from = bytes(payload);
        std::span<std::byte> to{reinterpret_cast<std::byte*>(room.data()), room.size()};
        inflating.begin(how.history);
        inflating.inflate(from, to);
        inflating.finish(to);
    });
    std::printf("| %zu | %s | %d | %zu | %.1f | %.1f |\n", message.size(), name, how.window_bits,
                payload.size(), compressing, inflated);
}

}  // namespace

int main() {
    std::puts("| message, bytes | | window bits | compressed to, bytes | compressing, µs | inflating, µs |");
    std::puts("| --- | --- | --- | --- | --- | --- |");
    for (const std::size_t size : {200, 2000, 16000}) {
        const auto message = sample(size, 1);
        measure(message, {.level = 3, .may_be_final = true}, "without context, libdeflate");
        measure(message, {.level = 3}, "without context, zlib");
        for (const int bits : {9, 12, 15}) {
            const auto before = sample(std::size_t{1} << bits, 2);
            measure(message, {.level = 3, .window_bits = bits, .history = bytes(before)}, "with context");
        }
    }
}
