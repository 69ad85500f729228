#include "process_cpu_time.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <system_error>
#include <vector>

#include <unistd.h>

namespace bench {
namespace {

using std::chrono::nanoseconds;

std::string directory_of(pid_t pid) {
    return "/proc/" + std::to_string(pid);
}

std::vector<std::string> threads_of(pid_t pid) {
    std::vector<std::string> threads;
    std::error_code error;
    std::filesystem::directory_iterator entry{directory_of(pid) + "/task", error};
    for (; !error && entry != std::filesystem::directory_iterator{}; entry.increment(error)) {
        threads.push_back(entry->path().string());
    }
    return threads;
}

void append_family(std::vector<pid_t>& family, pid_t pid) {
    family.push_back(pid);
    for (const std::string& thread : threads_of(pid)) {
        std::ifstream children{thread + "/children"};
        for (pid_t child = 0; children >> child;) append_family(family, child);
    }
}

/// The first number of schedstat: nanoseconds on a processor.
nanoseconds read_schedstat(pid_t pid) {
    std::int64_t sum = 0;
    for (const std::string& thread : threads_of(pid)) {
        std::int64_t on_processor = 0;
        if (std::ifstream{thread + "/schedstat"} >> on_processor) sum += on_processor;
    }
    return nanoseconds{sum};
}

/// utime and stime, the fields 14 and 15 of stat (proc(5)), which count the threads of the process together.
nanoseconds read_stat(pid_t pid) {
    std::ifstream file{directory_of(pid) + "/stat"};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    // The second field is the name, in brackets, and may hold spaces and brackets itself.
    const std::size_t end_of_name = text.rfind(')');
    if (end_of_name == std::string::npos) return nanoseconds{0};
    std::istringstream fields{text.substr(end_of_name + 1)};
    std::string skipped;
    for (int field = 3; field < 14; ++field) fields >> skipped;
    std::int64_t user = 0;
    std::int64_t system = 0;
    fields >> user >> system;
    return nanoseconds{(user + system) * (1'000'000'000 / sysconf(_SC_CLK_TCK))};
}

nanoseconds sum_over(const std::vector<pid_t>& family, nanoseconds (*read_one)(pid_t)) {
    nanoseconds sum{0};
    for (const pid_t pid : family) sum += read_one(pid);
    return sum;
}

}  // namespace

std::expected<nanoseconds, std::string> process_cpu_time::read() {
    if (!std::filesystem::exists(directory_of(pid_))) {
        return std::unexpected("there is no process " + std::to_string(pid_));
    }
    std::vector<pid_t> family;
    append_family(family, pid_);
    if (source_ != source::stat) {
        const nanoseconds used = sum_over(family, read_schedstat);
        // A kernel that does not keep the count still shows the file, with zeros.
        if (source_ == source::schedstat || used > nanoseconds{0}) {
            source_ = source::schedstat;
            return used;
        }
        source_ = source::stat;
    }
    return sum_over(family, read_stat);
}

}  // namespace bench
