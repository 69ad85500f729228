#include "service.hpp"

#include <algorithm>
#include <new>

#include <sys/mman.h>

#include "messages.hpp"

namespace pushwire::php {
namespace {

service* of_this_process = nullptr;

}  // namespace

service* the_service() {
    return of_this_process;
}

service* make_service(zend_object* object) {
    of_this_process = new service{object};
    return of_this_process;
}

void end_service(service* which) {
    if (of_this_process == which) of_this_process = nullptr;
    delete which;
}

service::~service() {
    server.reset();
    group.reset();
    timers.clear_all(*this);
    if (facts) ::munmap(facts, process_count() * sizeof(worker_facts));
}

void service::make_facts() {
    void* const memory = ::mmap(nullptr, process_count() * sizeof(worker_facts), PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc{};
    facts = static_cast<worker_facts*>(memory);  // zero pages: all is 0
}

push_result service::push(fd to, std::string_view data, message_type type) {
    return server ? server->push(to, data, type) : group->push(to, data, type);
}

push_result service::ping(fd to, std::string_view payload) {
    return server ? server->ping(to, payload) : group->ping(to, payload);
}

push_result service::publish(std::string_view topic, std::string_view data, message_type type) {
    return server ? server->publish(topic, data, type) : group->publish(topic, data, type);
}

void service::disconnect(fd which, std::uint16_t code, std::string_view reason) {
    if (server) {
        server->disconnect(which, code, reason);
    } else {
        group->disconnect(which, code, reason);
    }
}

bool service::subscribe(fd who, std::string_view topic) {
    const auto result = server ? server->subscribe(who, topic) : group->subscribe(who, topic);
    return result == subscribe_result::subscribed || result == subscribe_result::already_subscribed ||
           result == subscribe_result::posted;
}

void service::unsubscribe(fd who, std::string_view topic) {
    if (server) {
        server->unsubscribe(who, topic);
    } else {
        group->unsubscribe(who, topic);
    }
}

bool service::exists(fd which) const {
    return server ? server->exists(which) : group->exists(which);
}

std::optional<connection_info> service::info(fd which) const {
    return server ? server->info(which) : group->info(which);
}

std::vector<fd> service::connections() const {
    return server ? server->connections() : group->connections();
}

statistics service::stats() const {
    return server ? server->stats() : group->stats();
}

void service::leave(std::uint16_t code, std::string_view reason) {
    if (is_leaving) return;
    is_leaving = true;
    if (server) server->drain(std::chrono::milliseconds{0}, code, reason);
}

void service::log_slow(const callable& handler, std::chrono::steady_clock::duration took) const {
    if (has_died()) return;
    char room[512];
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
    log(log_level::warning, "the handler at " + std::string{place_of(handler, room, sizeof room)} +
                                " held up its worker for " + std::to_string(milliseconds) +
                                " ms: give slow work to task()");
}

void service::count_done(unsigned task_worker) {
    worker_facts& its = facts[task_worker];
    if (!its.does_one.exchange(false)) return;
    --its.tasks;
    const unsigned waits = its.task_reply_to;
    if (waits == nobody_waits) return;
    zend_string* const text = write_message(message_kind::done, task_worker, its.task, nobody_waits, nullptr);
    group->send(waits == own_handler ? its.task_from.load() : waits, {ZSTR_VAL(text), ZSTR_LEN(text)});
    zend_string_release(text);
}

void service::settle(outcome what) {
    if (what != outcome::exited && what != outcome::died) return;
    worst = std::max(worst, what);
    if (here == role::worker || here == role::task_worker) facts[worker_id].has_exited = true;
    if (what == outcome::died) {
        leave(close_code::internal_error, "the server's program has failed");
    } else {
        leave(close_code::going_away, "the server's program has ended");
    }
}

}  // namespace pushwire::php
