#include "net/shared_memory.hpp"

#include <cerrno>
#include <system_error>

#include <sys/mman.h>
#include <unistd.h>

namespace pushwire::net {

shared_memory::shared_memory(std::size_t bytes) : size_{bytes} {
    void* const mapped =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
    data_ = static_cast<std::byte*>(mapped);
}

shared_memory::~shared_memory() {
    ::munmap(data_, size_);
}

void shared_memory::forget(std::size_t from, std::size_t to) noexcept {
    static const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    from = (from + page - 1) / page * page;
    to = to / page * page;
    if (from < to) ::madvise(data_ + from, to - from, MADV_REMOVE);
}

}  // namespace pushwire::net
