#include "net/tls_ticket_keys.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "support/child_process.hpp"

namespace pushwire::net {
namespace {

using namespace std::chrono_literals;

constexpr tls_ticket_keys::clock::time_point begin{};
constexpr auto lifetime = tls_ticket_keys::lifetime;

TEST(tls_ticket_keys, opens_what_it_sealed) {
    tls_ticket_keys keys;
    const auto sealed_with = *keys.newest(begin);

    const auto found = keys.find(sealed_with.name, begin + 1h);

    ASSERT_TRUE(found);
    EXPECT_TRUE(found->newest);
    EXPECT_EQ(found->with.cipher, sealed_with.cipher);
}

TEST(tls_ticket_keys, opens_for_a_lifetime_after_it_has_ceased_to_seal) {
    tls_ticket_keys keys;
    const auto old = *keys.newest(begin);
    const auto fresh = *keys.newest(begin + lifetime);
    EXPECT_NE(old.name, fresh.name);

    const auto found = keys.find(old.name, begin + 2 * lifetime - 1s);

    ASSERT_TRUE(found);
    EXPECT_FALSE(found->newest);
}

TEST(tls_ticket_keys, forgets_a_key_after_two_lifetimes) {
    tls_ticket_keys keys;
    const auto old = *keys.newest(begin);
    (void)keys.newest(begin + lifetime);

    EXPECT_FALSE(keys.find(old.name, begin + 2 * lifetime));
}

TEST(tls_ticket_keys, forgets_a_key_that_has_lain_idle) {
    tls_ticket_keys keys;
    const auto old = *keys.newest(begin);

    EXPECT_FALSE(keys.find(old.name, begin + 3 * lifetime));
}

TEST(tls_ticket_keys, seal_with_a_new_key_after_a_reload_and_open_with_the_one_before) {
    tls_ticket_keys keys;
    const auto old = *keys.newest(begin);

    keys.rotate(begin + 1min);

    EXPECT_NE(keys.newest(begin + 1min)->name, old.name);
    EXPECT_TRUE(keys.find(old.name, begin + 1min));
}

TEST(tls_ticket_keys, open_in_one_process_what_another_sealed) {
    const auto keys = tls_ticket_keys::shared();
    const auto sealed_with = keys->newest(begin)->name;

    support::child_process other{[&] {
        if (!keys->find(sealed_with, begin)) throw std::runtime_error{"unknown"};
        keys->rotate(begin);
    }};

    EXPECT_EQ(other.await_end(), 0);
    EXPECT_FALSE(keys->find(sealed_with, begin)->newest);
}

TEST(tls_ticket_keys, know_no_name_that_is_not_theirs) {
    tls_ticket_keys keys;
    tls_ticket_keys others;

    EXPECT_FALSE(keys.find(others.newest(begin)->name, begin));
}

}  // namespace
}  // namespace pushwire::net
