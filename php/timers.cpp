#include "timers.hpp"

#include <algorithm>
#include <vector>

#include "service.hpp"

namespace pushwire::php {

zend_long timers::start(service& of, callable call, std::chrono::milliseconds interval, bool once,
                        const zval* arguments, unsigned count) {
    const auto id = ++last_id_;
    entry& made = all_[id];
    made.call = call;
    made.interval = interval;
    made.once = once;
    array_init_size(&made.arguments, count);
    for (unsigned i = 0; i < count; ++i) {
        zval copy;
        ZVAL_COPY(&copy, &arguments[i]);
        zend_hash_next_index_insert(Z_ARRVAL(made.arguments), &copy);
    }
    arm(of, id, made);
    return id;
}

void timers::arm(service& of, zend_long id, entry& which) {
    which.due = clock::now() + which.interval;
    if (!of.server) return;
    const auto call = [this, &of, id](pushwire::server&) { fire(of, id); };
    which.of_engine =
        which.once ? of.server->after(which.interval, call) : of.server->every(which.interval, call);
}

bool timers::clear(service& of, zend_long id) {
    const auto found = all_.find(id);
    if (found == all_.end()) return false;
    if (of.server) of.server->cancel(found->second.of_engine);
    auto old = all_.extract(found);
    zval_ptr_dtor(&old.mapped().arguments);
    old.mapped().call.clear();
    return true;
}

void timers::clear_all(service& of) {
    if (has_died()) return all_.clear();  // what PHP holds is PHP's to give back
    while (!all_.empty()) clear(of, all_.begin()->first);
}

std::optional<timers::clock::time_point> timers::next_due() const {
    if (all_.empty()) return std::nullopt;
    return std::ranges::min_element(all_, {}, [](const auto& each) { return each.second.due; })->second.due;
}

void timers::run_due(service& of) {
    const auto now = clock::now();
    std::vector<zend_long> due;
    for (auto& [id, each] : all_) {
        if (each.due > now) continue;
        each.due = now + each.interval;
        due.push_back(id);
    }
    for (const auto id : due) fire(of, id);
}

outcome timers::fire(service& of, zend_long id) {
    const auto found = all_.find(id);
    if (found == all_.end()) return outcome::returned;
    entry& which = found->second;
    ++which.rounds;
    callable call = which.call;
    zval value;
    zval given;
    ZVAL_COPY(&value, &which.call.value);  // it may clear itself
    ZVAL_COPY(&given, &which.arguments);
    const bool once = which.once;
    if (once) clear(of, id);
    return of.call(call, [&] {
        const unsigned more = zend_hash_num_elements(Z_ARRVAL(given));
        auto* const arguments = static_cast<zval*>(safe_emalloc(more + 1, sizeof(zval), 0));
        unsigned count = 0;
        if (!once) ZVAL_LONG(&arguments[count++], id);
        zval* each = nullptr;
        ZEND_HASH_FOREACH_VAL(Z_ARRVAL(given), each) {
            ZVAL_COPY(&arguments[count++], each);
        }
        ZEND_HASH_FOREACH_END();
        invoke(call, arguments, count);
        efree(arguments);
        zval_ptr_dtor(&given);
        zval_ptr_dtor(&value);
    });
}

}  // namespace pushwire::php
