#include "net/machine.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <string>
#include <string_view>

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

namespace pushwire::net {
namespace {

// "max 100000", or "150000 100000": microseconds of processor time in each period (cgroup v2).
double cgroup_quota() {
    std::ifstream file{"/sys/fs/cgroup/cpu.max"};
    std::string quota;
    double period = 0;
    if (!(file >> quota >> period) || quota == "max" || period <= 0)
        return std::numeric_limits<double>::infinity();
    try {
        return std::stod(quota) / period;
    } catch (const std::exception&) {
        return std::numeric_limits<double>::infinity();
    }
}

// A limit in bytes, or "max"; no limit where there is no such file.
std::size_t limit_in(const std::filesystem::path& file) {
    std::ifstream from{file};
    std::size_t bytes = 0;
    return from >> bytes ? bytes : std::numeric_limits<std::size_t>::max();
}

// The least limit of a control group and those above it.
std::size_t least_limit(const std::filesystem::path& root, std::string_view group, const char* file) {
    std::size_t least = limit_in(root / file);
    auto path = root;
    for (const auto& part : std::filesystem::path{group}.relative_path()) {
        path /= part;
        least = std::min(least, limit_in(path / file));
    }
    return least;
}

// "0::/system.slice/pushwire.service" (cgroup v2), "8:memory:/docker/5c1a" (v1). In a container the group may be named
// as the machine sees it, but is found at the root: what is not there limits nothing.
std::size_t cgroup_memory() {
    std::size_t least = std::numeric_limits<std::size_t>::max();
    std::ifstream groups{"/proc/self/cgroup"};
    for (std::string line; std::getline(groups, line);) {
        const auto first = line.find(':');
        const auto second = line.find(':', first + 1);
        if (first == line.npos || second == line.npos) continue;
        const auto controllers = std::string_view{line}.substr(first + 1, second - first - 1);
        const auto group = std::string_view{line}.substr(second + 1);
        if (controllers.empty()) {
            least = std::min(least, least_limit("/sys/fs/cgroup", group, "memory.max"));
        } else if (controllers == "memory") {
            least = std::min(least, least_limit("/sys/fs/cgroup/memory", group, "memory.limit_in_bytes"));
        }
    }
    return least;
}

}  // namespace

unsigned granted_processors() {
    cpu_set_t mask;
    CPU_ZERO(&mask);
    const double allowed = ::sched_getaffinity(0, sizeof mask, &mask) == 0 ? CPU_COUNT(&mask) : 1;
    return static_cast<unsigned>(std::max(1.0, std::ceil(std::min(allowed, cgroup_quota()))));
}

std::size_t granted_memory() {
    const auto pages = std::max(::sysconf(_SC_PHYS_PAGES), 0L);
    const auto page_bytes = std::max(::sysconf(_SC_PAGESIZE), 0L);
    return std::min(static_cast<std::size_t>(pages) * static_cast<std::size_t>(page_bytes), cgroup_memory());
}

std::size_t raise_descriptor_limit() noexcept {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    if (limit.rlim_cur < limit.rlim_max) {
        rlimit raised = limit;
        raised.rlim_cur = limit.rlim_max;
        if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
    }
    return limit.rlim_cur;
}

}  // namespace pushwire::net
