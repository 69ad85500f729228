// Serves from several processes as if they were one: who writes is heard by all, whichever process has them. One that crashes
// takes its own clients with it and no others, and is replaced.
//
//   group [PORT [PROCESSES]]        9502 and 4 unless others are named; port 0 takes a free one
//
// To see it, connect some clients, and let one of them send "crash".

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>

#include <pushwire/pushwire.hpp>
#include <sys/wait.h>
#include <unistd.h>

// Nothing here is shared with other processes: handlers need no locks, and a crash spoils nobody else's data.
void serve(pushwire::server_group& group, unsigned member) {
    pushwire::server server{group, member};
    server.on_open([member](pushwire::server& server, const pushwire::request& request) {
        server.subscribe(request.fd, "all");
        server.push(request.fd,
                    "process " + std::to_string(member) + " has you as client " + to_string(request.fd));
    });
    server.on_message([](pushwire::server& server, const pushwire::message& message) {
        if (message.data == "crash") std::abort();
        server.publish("all", to_string(message.fd) + ": " + std::string(message.data));  // of all processes
    });
    server.start();
}

// The parent serves nobody: it only sees to it that there is a process for each member, until it is told to stop.
class members {
  public:
    explicit members(pushwire::server_group& group) : group_{group} {
        sigemptyset(&awaited_);
        for (const int each : {SIGCHLD, SIGTERM, SIGINT}) sigaddset(&awaited_, each);
        sigprocmask(SIG_BLOCK, &awaited_, nullptr);
    }

    void keep_alive() {
        for (unsigned member = 0; member < group_.servers(); ++member) start(member);
        for (bool stopping = false; !running_.empty();) {
            int signal = 0;
            sigwait(&awaited_, &signal);
            if (signal != SIGCHLD) {
                stopping = true;
                for (const auto& [process, member] : running_) kill(process, SIGTERM);
            }
            int status = 0;
            while (const auto process = next_that_ended(status)) {
                const unsigned member = running_.at(process);
                running_.erase(process);
                group_.clear(member);  // the others shall not take its clients for connected
                if (WIFSIGNALED(status) && !stopping) start(member);
            }
        }
    }

  private:
    void start(unsigned member) {
        const pid_t process = fork();
        if (process < 0) throw std::runtime_error{"there can be no more processes"};
        if (process != 0) {
            running_.emplace(process, member);
            return;
        }
        sigprocmask(SIG_UNBLOCK, &awaited_, nullptr);
        try {
            serve(group_, member);
            _exit(0);
        } catch (const std::exception& failure) {
            std::cerr << "group: member " << member << ": " << failure.what() << std::endl;
            _exit(2);
        }
    }
    static pid_t next_that_ended(int& status) {
        const pid_t process = waitpid(-1, &status, WNOHANG);
        return process > 0 ? process : 0;
    }

    pushwire::server_group& group_;
    std::map<pid_t, unsigned> running_;
    sigset_t awaited_;
};

int main(int argc, char** argv) try {
    const std::string port = argc > 1 ? argv[1] : "9502";
    const auto processes = static_cast<unsigned>(argc > 2 ? std::atoi(argv[2]) : 4);
    pushwire::options options;
    options.listen = {"0.0.0.0:" + port};
    pushwire::server_group group{options, processes};
    std::cout << "listening on " << group.addresses().front() << std::endl;  // before the fork: once

    members{group}.keep_alive();
} catch (const std::exception& failure) {
    std::cerr << "group: " << failure.what() << '\n';
    return 2;
}
