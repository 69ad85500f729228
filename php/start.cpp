// From a script to a service: the sockets, the terminal that is left, the files, and the process that this one becomes.

#include "start.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include "master.hpp"
#include "task_worker.hpp"
#include "worker.hpp"

namespace pushwire::php {
namespace {

/// A process that has left its terminal. The one that was there waits until it is told that all is well, so that it ends with a
/// status that says so, and what goes wrong until then is still seen: the pipe is open until then, or until this process ends.
class daemon_process {
  public:
    /// Goes on in a child. Says false if there can be none.
    bool begin() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) return false;
        std::fflush(nullptr);
        const pid_t pid = ::fork();
        if (pid < 0) return false;
        if (pid > 0) {
            ::close(ends[1]);
            char told = 0;
            std::_Exit(::read(ends[0], &told, 1) == 1 ? 0 : 1);
        }
        ::close(ends[0]);
        to_parent_ = ends[1];
        ::setsid();
        return true;
    }
    void let_parent_go(const setup& asked);

  private:
    int to_parent_ = -1;
};

void daemon_process::let_parent_go(const setup& asked) {
    if (to_parent_ < 0) return;
    const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    const int output = asked.log_file.empty() ? nothing : log_descriptor();
    if (nothing >= 0) ::dup2(nothing, STDIN_FILENO);
    for (const int each : {STDOUT_FILENO, STDERR_FILENO}) {
        if (output >= 0) ::dup2(output, each);
    }
    (void)!::write(to_parent_, "", 1);
    ::close(to_parent_);
}

bool write_pid_file(const std::string& path) {
    std::FILE* const file = std::fopen(path.c_str(), "we");
    if (!file) return false;
    std::fprintf(file, "%d\n", ::getpid());
    return std::fclose(file) == 0;
}

// Those that the system chose, where 0 was asked for.
void tell_ports(service& here) {
    const auto bound = here.group->addresses();
    for (std::size_t i = 0; i < here.asked.places.size(); ++i) {
        auto& place = here.asked.places[i];
        const auto colon = bound[i].rfind(':');
        if (place.port == 0 && bound[i].starts_with("ws") && !bound[i].starts_with("ws+unix")) {
            place.port = std::atol(bound[i].c_str() + colon + 1);
        }
    }
    show_places(here);
}

}  // namespace

void show_places(service& here) {
    const auto& places = here.asked.places;
    zval ports;
    array_init(&ports);
    for (const auto& each : places) {
        zval place;
        array_init(&place);
        add_assoc_stringl(&place, "host", each.host.data(), each.host.size());
        add_assoc_long(&place, "port", each.port);
        add_assoc_long(&place, "type", each.sock_type);
        add_next_index_zval(&ports, &place);
    }
    zend_update_property(server_class, here.self, ZEND_STRL("ports"), &ports);
    zval_ptr_dtor(&ports);
    zend_update_property_stringl(server_class, here.self, ZEND_STRL("host"), places.front().host.data(),
                                 places.front().host.size());
    zend_update_property_long(server_class, here.self, ZEND_STRL("port"), places.front().port);
}

bool prepare_service(service& here) {
    try {
        if (!here.asked.log_file.empty() && !open_log(here.asked.log_file)) {
            throw_exception("cannot write to log_file '%s': %s", here.asked.log_file.c_str(),
                            std::strerror(errno));
            return false;
        }
        daemon_process detached;
        if (here.asked.daemonize && !detached.begin()) {
            throw_exception("cannot fork: %s", std::strerror(errno));
            return false;
        }
        const auto options = options_of(here.asked);
        here.group = std::make_unique<server_group>(options, here.asked.worker_num,
                                                    here.asked.task_worker_num + here.asked.worker_num);
        here.make_facts();
        if (!here.asked.pid_file.empty() && !write_pid_file(here.asked.pid_file)) {
            throw_exception("cannot write pid_file '%s': %s", here.asked.pid_file.c_str(),
                            std::strerror(errno));
            return false;
        }
        detached.let_parent_go(here.asked);
    } catch (const std::exception& wrong) {
        throw_exception("%s", wrong.what());
        return false;
    }
    tell_ports(here);
    return true;
}

after_start serve(service& here) {
    const auto fate = [&] {
        master watching{here};
        return watching.run();
    }();
    if (!fate.worker) {
        if (!here.asked.pid_file.empty()) ::unlink(here.asked.pid_file.c_str());
        here.group.reset();
        here.here = role::script;
        if (here.worst == outcome::died) return after_start::bail_out;
        if (here.worst == outcome::exited) return after_start::end_script;
        return fate.served ? after_start::go_on : after_start::could_not_serve;
    }
    if (*fate.worker < here.asked.worker_num) {
        worker serving{here, *fate.worker};
        if (!serving.run()) return after_start::end_process;
    } else {
        run_task_worker(here, *fate.worker);
    }
    return here.worst == outcome::died ? after_start::bail_out : after_start::end_script;
}

}  // namespace pushwire::php
