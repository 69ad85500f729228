#include "byte_source.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "command.hpp"
#include "notation.hpp"

namespace pushwire::decode {
namespace {

constexpr std::size_t block_size = std::size_t{64} << 10;  // bytes

[[noreturn]] void refuse(const std::string& name) {
    throw cli::usage_error{fmt::format("cannot read {}: {}", name, std::strerror(errno))};
}

}  // namespace

byte_source::byte_source(const std::string& path, byte_format format)
    : name_{path == "-" ? "standard input" : path},
      file_{path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)},
      format_{format},
      block_(block_size) {
    if (file_ < 0) refuse(name_);
    if (format_ == byte_format::hex) dump_.emplace();
}

byte_source::~byte_source() {
    if (file_ != STDIN_FILENO) ::close(file_);
}

std::span<const std::byte> byte_source::next() {
    for (;;) {
        const auto bytes = read();
        if (format_ == byte_format::as_it_looks) {
            format_ = hex_dump::is_one(as_text(bytes)) ? byte_format::hex : byte_format::raw;
            if (format_ == byte_format::hex) dump_.emplace();
        }
        if (!dump_) return bytes;

        dumped_.clear();
        if (bytes.empty())
            dump_->finish(dumped_);
        else
            dump_->receive(as_text(bytes), dumped_);
        if (bytes.empty() || !dumped_.empty()) return dumped_;
    }
}

// Not by fread, which waits until the block is full: what a pipe brings is shown when it comes.
std::span<const std::byte> byte_source::read() {
    for (;;) {
        const auto n = ::read(file_, block_.data(), block_.size());
        if (n >= 0) return std::span{block_}.first(static_cast<std::size_t>(n));
        if (errno != EINTR) refuse(name_);
    }
}

}  // namespace pushwire::decode
