#include "net/machine.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <string>

#include <sched.h>
#include <sys/resource.h>

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

}  // namespace

unsigned granted_processors() {
    cpu_set_t mask;
    CPU_ZERO(&mask);
    const double allowed = ::sched_getaffinity(0, sizeof mask, &mask) == 0 ? CPU_COUNT(&mask) : 1;
    return static_cast<unsigned>(std::max(1.0, std::ceil(std::min(allowed, cgroup_quota()))));
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
