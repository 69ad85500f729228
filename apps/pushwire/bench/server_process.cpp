#include "server_process.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "failure.hpp"

namespace pushwire::bench {
namespace {

std::string directory_of(pid_t pid) {
    return fmt::format("/proc/{}", pid);
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
    for (const auto& thread : threads_of(pid)) {
        std::ifstream children{thread + "/children"};
        for (pid_t child = 0; children >> child;) append_family(family, child);
    }
}

std::vector<pid_t> family_of(pid_t pid) {
    if (!std::filesystem::exists(directory_of(pid)))
        throw failure{fmt::format("the server (process {}) is not there any more", pid)};
    std::vector<pid_t> family;
    append_family(family, pid);
    return family;
}

/// The first number of schedstat: nanoseconds on a processor.
std::uint64_t read_schedstat(pid_t pid) {
    std::uint64_t sum = 0;
    for (const auto& thread : threads_of(pid)) {
        std::uint64_t on_processor = 0;
        if (std::ifstream{thread + "/schedstat"} >> on_processor) sum += on_processor;
    }
    return sum;
}

/// utime and stime, the fields 14 and 15 of stat (proc(5)), which count the threads of the process together.
std::uint64_t read_stat(pid_t pid) {
    std::ifstream file{directory_of(pid) + "/stat"};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    // The second field is the name, in brackets, and may hold spaces and brackets itself.
    const auto end_of_name = text.rfind(')');
    if (end_of_name == text.npos) return 0;
    std::istringstream fields{text.substr(end_of_name + 1)};
    std::string skipped;
    for (int field = 3; field < 14; ++field) fields >> skipped;
    std::uint64_t user = 0;
    std::uint64_t system = 0;
    fields >> user >> system;
    return (user + system) * (second / static_cast<std::uint64_t>(sysconf(_SC_CLK_TCK)));
}

/// Rss of smaps_rollup, which is exact, where the pages of statm may lag behind.
std::uint64_t read_resident(pid_t pid) {
    std::ifstream file{directory_of(pid) + "/smaps_rollup"};
    std::string word;
    while (file >> word) {
        std::uint64_t kibibytes = 0;
        if (word == "Rss:" && file >> kibibytes) return kibibytes * 1024;
    }
    std::ifstream pages{directory_of(pid) + "/statm"};  // another user's process hides the first
    std::uint64_t all = 0;
    std::uint64_t resident = 0;
    pages >> all >> resident;
    return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::uint64_t sum_over(const std::vector<pid_t>& family, std::uint64_t (*read_one)(pid_t)) {
    std::uint64_t sum = 0;
    for (const auto pid : family) sum += read_one(pid);
    return sum;
}

}  // namespace

nanoseconds server_process::cpu_time() {
    const auto family = family_of(pid_);
    if (source_ != source::stat) {
        const auto used = sum_over(family, read_schedstat);
        // A kernel that does not keep the count still shows the file, with zeros.
        if (source_ == source::schedstat || used > 0) {
            source_ = source::schedstat;
            return used;
        }
        source_ = source::stat;
    }
    return sum_over(family, read_stat);
}

std::uint64_t server_process::memory() const {
    return sum_over(family_of(pid_), read_resident);
}

}  // namespace pushwire::bench
