// TLS over a loop whose every step the test decides, spoken with OpenSSL.

#include "unit/net/with_tls.hpp"

namespace pushwire::net {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class tls_stream_12 : public with_tls {
  protected:
    tls_stream_12() : with_tls{TLS1_2_VERSION} {}
};
using tls_stream_13 = with_tls;

constexpr std::size_t record_bytes = tls_workspace::max_record;

// A record is sent by its header: type, version, length.
std::vector<std::size_t> record_lengths(std::string_view wire) {
    std::vector<std::size_t> lengths;
    while (wire.size() >= 5) {
        const auto high = static_cast<unsigned char>(wire[3]);
        const auto low = static_cast<unsigned char>(wire[4]);
        lengths.push_back(static_cast<std::size_t>(high << 8 | low));
        wire.remove_prefix(5 + lengths.back());
    }
    return lengths;
}

std::string pattern(std::size_t count) {
    std::string bytes(count, '\0');
    for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<char>(i * 31 + i / 251);
    return bytes;
}

// ---------------------------------------------------------------- bytes in

TEST_F(tls_stream_13, shakes_hands_byte_by_byte) {
    shake_hands(1);

    peer_sends("hello");
    EXPECT_EQ(above_.received, "hello");
}

TEST_F(tls_stream_12, shakes_hands_byte_by_byte) {
    shake_hands(1);

    peer_sends("hello");
    EXPECT_EQ(above_.received, "hello");
}

TEST_F(tls_stream_13, decrypts_each_cutting_of_what_comes) {
    shake_hands();
    const std::string text = pattern(3000);

    for (const std::size_t at_once : {1, 2, 5, 7, 1000}) {
        peer_.write(text);
        arrive(peer_.to_send(), at_once);
    }

    EXPECT_EQ(above_.received, text + text + text + text + text);
}

TEST_F(tls_stream_13, tells_together_what_came_together) {
    shake_hands();
    peer_.write("one");
    peer_.write("two");
    peer_.write("three");

    arrive(peer_.to_send());

    EXPECT_THAT(above_.reads, ElementsAre(11));
    EXPECT_EQ(above_.received, "onetwothree");
}

TEST_F(tls_stream_13, tells_what_comes_with_the_end_of_the_handshake) {
    ASSERT_FALSE(peer_.handshake());
    arrive(peer_.to_send());
    deliver();
    ASSERT_TRUE(peer_.handshake());
    peer_.write("early");

    arrive(peer_.to_send());

    EXPECT_EQ(above_.received, "early");
}

TEST_F(tls_stream_13, decrypts_more_than_its_room_in_one_read) {
    shake_hands();
    const std::string text = pattern(300'000);
    peer_.write(text);

    arrive(peer_.to_send());

    EXPECT_EQ(above_.received, text);
}

TEST_F(tls_stream_13, decrypts_into_the_destination_above) {
    shake_hands();
    std::string room(1000, '\0');
    above_.own = std::as_writable_bytes(std::span{room});

    peer_sends(pattern(2500));

    EXPECT_THAT(above_.reads, ElementsAre(1000, 1000, 500));
    EXPECT_EQ(above_.received, pattern(2500));
    EXPECT_EQ(above_.order, "ccc");
}

TEST_F(tls_stream_13, tells_nothing_more_once_it_is_closed) {
    shake_hands();
    std::string room(10, '\0');
    above_.own = std::as_writable_bytes(std::span{room});
    above_.after_received = [&] { stream_->close(); };

    peer_sends("more than has room at once");
    loop_.finish_close();

    EXPECT_EQ(above_.received, "more than ");
    EXPECT_EQ(above_.order, "cx");
}

TEST_F(tls_stream_13, may_be_destroyed_in_the_last_call) {
    above_.after_closed = [&] { stream_.reset(); };
    stream_->close();

    loop_.finish_close();

    EXPECT_EQ(above_.closed, 1);
}

TEST_F(tls_stream_13, tells_what_was_agreed_on) {
    shake_hands();

    const auto facts = stream_->facts();

    EXPECT_EQ(facts.version, "TLSv1.3");
    EXPECT_THAT(std::string{facts.cipher}, StartsWith("TLS_"));
    EXPECT_EQ(facts.server_name, "localhost");
    EXPECT_EQ(facts.client_subject, "");
    EXPECT_FALSE(facts.resumed);
}

// ---------------------------------------------------------------- bytes out

TEST_F(tls_stream_13, encrypts_what_is_sent) {
    shake_hands();

    const auto outcome = send({"hello"});

    EXPECT_EQ(outcome.sent, 5u);
    EXPECT_FALSE(outcome.pending);
    EXPECT_THAT(loop_.sent, testing::Not(HasSubstr("hello")));
    EXPECT_EQ(peer_reads(), "hello");
}

TEST_F(tls_stream_13, gathers_small_segments_into_a_record) {
    shake_hands();

    const auto outcome = send({"one", "", "two", "three"});

    EXPECT_EQ(outcome.sent, 11u);
    EXPECT_EQ(record_lengths(loop_.sent).size(), 1u);
    EXPECT_EQ(peer_reads(), "onetwothree");
}

TEST_F(tls_stream_13, sends_two_records_at_a_time) {
    shake_hands();
    const std::string text = pattern(3 * record_bytes + 7);

    std::string_view rest = text;
    std::vector<std::size_t> sent;
    while (!rest.empty()) {
        const auto outcome = send({rest, "."});
        sent.push_back(outcome.sent);
        rest.remove_prefix(std::min(outcome.sent, rest.size()));
    }

    EXPECT_THAT(sent, ElementsAre(2 * record_bytes, record_bytes + 8));
    EXPECT_EQ(peer_reads(), text + ".");
}

TEST_F(tls_stream_13, sends_nothing_of_nothing) {
    shake_hands();
    deliver();

    const auto outcome = send({"", ""});

    EXPECT_EQ(outcome.sent, 0u);
    EXPECT_FALSE(outcome.pending);
    EXPECT_EQ(loop_.sent, "");
}

TEST_F(tls_stream_13, gets_everything_to_a_slow_peer_in_order) {
    shake_hands();
    loop_.takes = 100;
    const std::string text = pattern(5 * record_bytes);
    std::string_view rest = text;
    bool pending = false;
    above_.after_sent = [&] {
        pending = false;
        while (!pending && !rest.empty()) {
            const auto outcome = send({rest});
            rest.remove_prefix(outcome.sent);
            pending = outcome.pending;
        }
    };

    above_.after_sent();
    while (pending) {
        const auto outcome = send({"not now"});
        ASSERT_EQ(outcome.sent, 0u);
        ASSERT_TRUE(outcome.pending);
        loop_.make_room(777);
    }

    EXPECT_TRUE(rest.empty());
    EXPECT_TRUE(peer_reads() == text);
}

TEST_F(tls_stream_13, encrypts_no_more_than_two_records_that_the_peer_does_not_read) {
    shake_hands();
    loop_.takes = 0;
    const std::string text = pattern(10 * record_bytes);

    const auto first = send({text});
    const auto second = send({text});

    EXPECT_EQ(first.sent, 2 * record_bytes);
    EXPECT_TRUE(first.pending);
    EXPECT_EQ(second.sent, 0u);
}

TEST_F(tls_stream_13, takes_what_is_sent_once_the_handshake_is_done) {
    const auto early = send({"hello"});
    EXPECT_EQ(early.sent, 0u);
    EXPECT_TRUE(early.pending);
    above_.after_sent = [&] { send({"hello"}); };

    shake_hands();

    EXPECT_EQ(above_.times_writable, 1u);
    EXPECT_EQ(peer_reads(), "hello");
}

TEST_F(tls_stream_13, pauses_and_resumes_the_loop) {
    stream_->pause();
    EXPECT_TRUE(loop_.paused);
    stream_->resume();
    EXPECT_FALSE(loop_.paused);
}

// ---------------------------------------------------------------- ends

TEST_F(tls_stream_13, tells_the_peer_that_nothing_more_comes_before_it_shuts) {
    shake_hands();
    send({"last"});

    stream_->shut_write();

    EXPECT_TRUE(loop_.write_shut);
    EXPECT_EQ(peer_reads(), "last");
    EXPECT_EQ(peer_.error, SSL_ERROR_ZERO_RETURN);
}

TEST_F(tls_stream_13, shuts_after_what_waits) {
    shake_hands();
    deliver();
    loop_.takes = 3;
    send({"last"});

    stream_->shut_write();

    EXPECT_FALSE(loop_.write_shut);
    loop_.make_room(scripted_loop::all);
    EXPECT_TRUE(loop_.write_shut);
    EXPECT_EQ(peer_reads(), "last");
    EXPECT_EQ(peer_.error, SSL_ERROR_ZERO_RETURN);
}

TEST_F(tls_stream_13, reads_on_after_it_has_shut) {
    shake_hands();
    stream_->shut_write();

    peer_sends("still talking");

    EXPECT_EQ(above_.received, "still talking");
}

TEST_F(tls_stream_13, tells_the_end_that_the_peer_tells_and_sends_on) {
    shake_hands();
    peer_.write("last");
    SSL_shutdown(peer_.get());

    arrive(peer_.to_send());
    stream_->on_received_eof();

    EXPECT_EQ(above_.order, "re");
    send({"answer"});
    EXPECT_EQ(peer_reads(), "answer");
}

TEST_F(tls_stream_13, tells_an_end_that_comes_without_notice) {
    shake_hands();

    stream_->on_received_eof();

    EXPECT_EQ(above_.order, "e");
}

TEST_F(tls_stream_13, tells_that_the_loop_failed) {
    shake_hands();

    stream_->on_failed(std::make_error_code(std::errc::connection_reset));

    EXPECT_THAT(above_.failures, ElementsAre(std::make_error_code(std::errc::connection_reset)));
}

// ---------------------------------------------------------------- failures

TEST_F(tls_stream_13, refuses_garbage_with_an_alert) {
    arrive(std::string("\x16\x03\x01\x00\x05hello", 10));

    EXPECT_THAT(above_.failures, ElementsAre(make_error_code(tls_error::handshake_failed)));
    EXPECT_THAT(loop_.sent, StartsWith("\x15"));  // an alert
    EXPECT_FALSE(stream_->is_in_handshake());
}

TEST_F(tls_stream_13, hears_nothing_after_it_has_failed) {
    arrive("garbage");
    arrive("GET / HTTP/1.1\r\n");

    EXPECT_EQ(above_.order, "f");
    EXPECT_EQ(send({"nobody hears it"}).sent, 15u);
    stream_->on_received_eof();
    EXPECT_EQ(above_.order, "fe");
}

TEST_F(tls_stream_13, knows_plain_http_and_lets_the_answer_leave_as_it_is) {
    arrive("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 1);

    EXPECT_THAT(above_.failures, ElementsAre(make_error_code(tls_error::plain_http)));
    const auto outcome = send({"HTTP/1.1 400 Bad Request\r\n", "\r\n"});
    EXPECT_EQ(outcome.sent, 28u);
    EXPECT_EQ(loop_.sent, "HTTP/1.1 400 Bad Request\r\n\r\n");
    stream_->shut_write();
    EXPECT_TRUE(loop_.write_shut);
}

TEST_F(tls_stream_13, fails_when_the_peer_leaves_amid_its_first_record) {
    arrive("\x16\x03\x01");

    stream_->on_received_eof();

    EXPECT_THAT(above_.failures, ElementsAre(make_error_code(tls_error::handshake_failed)));
}

TEST_F(tls_stream_13, refuses_a_first_record_that_is_too_long_before_it_has_come) {
    arrive(std::string("\x16\x03\x01\xff\xff", 5));

    EXPECT_THAT(above_.failures, ElementsAre(make_error_code(tls_error::handshake_failed)));
}

TEST_F(tls_stream_13, fails_when_the_peer_leaves_amid_the_handshake) {
    ASSERT_FALSE(peer_.handshake());
    arrive(peer_.to_send());

    stream_->on_received_eof();

    EXPECT_THAT(above_.failures, ElementsAre(make_error_code(tls_error::handshake_failed)));
    EXPECT_EQ(above_.order, "fe");
}

TEST_F(tls_stream_13, takes_a_peer_that_leaves_without_a_word_in_peace) {
    stream_->on_received_eof();

    EXPECT_EQ(above_.order, "e");
}

TEST_F(tls_stream_13, breaks_on_a_record_that_was_changed) {
    shake_hands();
    deliver();
    peer_.write("hello");
    std::string record = peer_.to_send();
    record.back() ^= 1;

    arrive(record);

    EXPECT_THAT(above_.failures, ElementsAre(make_error_code(tls_error::broken)));
    EXPECT_EQ(above_.received, "");
    peer_reads();
    EXPECT_EQ(peer_.reason, SSL_R_SSLV3_ALERT_BAD_RECORD_MAC);
}

TEST_F(tls_stream_13, tells_what_was_right_before_what_was_changed) {
    shake_hands();
    peer_.write("right");
    std::string records = peer_.to_send();
    peer_.write("wrong");
    records += peer_.to_send();
    records.back() ^= 1;

    arrive(records);

    EXPECT_EQ(above_.order, "rf");
    EXPECT_EQ(above_.received, "right");
}

TEST_F(tls_stream_13, says_nothing_more_after_it_has_shut_whatever_comes) {
    peer_.show_secret();
    shake_hands();
    arrive(peer_.seal(SSL3_RT_HANDSHAKE, {"\x18\0\0\1", 4}));  // the beginning of a key update
    stream_->shut_write();  // amid which OpenSSL takes no end: it would go on talking
    ASSERT_TRUE(loop_.write_shut);

    arrive("\x17\x03\x03" + std::string{"\0\x20", 2} + std::string(32, '?'));

    ASSERT_EQ(above_.failures.size(), 1u);  // the loop asserts that nothing is sent
}

TEST_F(tls_stream_13, follows_key_updates_with_data_between_them) {
    shake_hands();
    for (int i = 0; i < 100; ++i) {
        ASSERT_EQ(SSL_key_update(peer_.get(), SSL_KEY_UPDATE_REQUESTED), 1);
        peer_sends("x");
        peer_reads();
    }
    send({"still here"});

    EXPECT_EQ(above_.received, std::string(100, 'x'));
    EXPECT_EQ(peer_reads(), "still here");
}

TEST_F(tls_stream_13, does_not_follow_key_updates_without_end) {
    shake_hands();
    for (int i = 0; i < 1000; ++i) {
        ASSERT_EQ(SSL_key_update(peer_.get(), SSL_KEY_UPDATE_REQUESTED), 1);
        ASSERT_EQ(SSL_do_handshake(peer_.get()), 1);
    }
    loop_.sent.clear();

    arrive(peer_.to_send());

    EXPECT_THAT(above_.failures, ElementsAre(make_error_code(tls_error::broken)));
    EXPECT_LT(record_lengths(loop_.sent).size(), 20u);
}

// Each is answered, and the answers wait for a peer that does not read them.
TEST_F(tls_stream_13, gives_up_a_peer_that_makes_it_talk_and_does_not_read) {
    shake_hands();
    loop_.takes = 0;

    std::size_t said = 0;
    for (; said < 20'000 && above_.failures.empty(); ++said) {
        SSL_key_update(peer_.get(), SSL_KEY_UPDATE_REQUESTED);
        peer_sends("x");
    }

    EXPECT_THAT(above_.failures, ElementsAre(make_error_code(tls_error::broken)));
    EXPECT_GT(said, 1000u);
}

}  // namespace
}  // namespace pushwire::net
