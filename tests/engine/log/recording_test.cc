// What is accepted: places, receipts, repetitions, expectations, groups.

#include <boost/test/data/test_case.hpp>
#include <future>

#include "engine/transparency/group_path.h"
#include "tests/engine/log/held_turn.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(recording_test)
namespace {

using namespace stafett::log::testing;

Refusal refusal_in(const Outcome& outcome) {
  BOOST_REQUIRE(std::holds_alternative<Refusal>(outcome));
  return std::get<Refusal>(outcome);
}

BOOST_AUTO_TEST_CASE(positions_and_versions_follow_one_another) {
  LiveLog log;
  const StreamId a = log.new_stream(), b = log.new_stream();
  std::uint64_t position = log->head().size.value();
  std::map<StreamId, std::uint64_t> versions;
  for (const StreamId& stream : {a, b, a, a, b}) {
    const Receipt receipt = log.record(stream);
    BOOST_TEST(receipt.position.value() == position++);
    BOOST_TEST(receipt.version.value() == versions[stream]++);
    check_receipt(*log, receipt);
  }
  BOOST_TEST(log->head().size.value() == position);
  BOOST_TEST(log.book().durable == position);
  check_whole(*log);
}

BOOST_AUTO_TEST_CASE(a_repetition_gets_the_first_receipt_also_after_a_reopen) {
  LiveLog log;
  const SubmissionGroup group = log.signed_alone(log.event(log.new_stream()));
  const auto submit = [&] { return log->submit_and_wait(group).at(0); };
  const Receipt first = std::get<Receipt>(*submit());
  const TreeSize size = log->head().size;
  check_same(std::get<Receipt>(*submit()), first);
  log.reopen();
  check_same(std::get<Receipt>(*submit()), first);
  BOOST_TEST((log->head().size == size));
  check_receipt(*log, first);
}

BOOST_AUTO_TEST_CASE(a_repetition_in_flight_gets_the_same_receipt) {
  LiveLog log;
  HeldTurn turn{log.book()};
  const SubmissionGroup group = log.signed_alone(log.event(log.new_stream()));
  std::promise<Outcomes> answers[3];
  for (int i = 0; i < 3; ++i) {
    require_ok(log->submit(group, [&, i](Outcomes o) { answers[i].set_value(std::move(o)); }));
    if (i == 0) turn.wait_until_held();
  }
  turn.release();
  const Outcomes first = answers[0].get_future().get();
  for (int i = 1; i < 3; ++i)
    check_same(std::get<Receipt>(*answers[i].get_future().get().at(0)),
               std::get<Receipt>(*first.at(0)));
  BOOST_TEST(log.book().folded.size() == 1u);
}

BOOST_AUTO_TEST_CASE(the_same_id_with_other_bytes_is_a_conflict) {
  LiveLog log;
  const Unsigned event = log.event(log.new_stream());
  const Receipt receipt = log.record(event);
  Unsigned other = event;
  other.parts.front().plaintext.push_back('!');
  BOOST_TEST(log.refusal_of(log.signed_alone(other)) == "conflict");
  log.reopen();
  BOOST_TEST(log.refusal_of(log.signed_alone(other)) == "conflict");
  BOOST_TEST((log->head().size == size_after(receipt.position)));
}

BOOST_AUTO_TEST_CASE(a_refused_id_gets_the_same_refusal_again) {
  LiveLog log;
  const SubmissionGroup group = log.signed_alone(log.event(log.new_stream(), "refuse this"));
  const TreeSize size = log->head().size;
  const Refusal expected{"not-now", "T1", "the fact says so", "/data"};
  for (int i = 0; i < 2; ++i)
    BOOST_TEST((refusal_in(*log->submit_and_wait(group).at(0)) == expected));
  log.reopen();
  BOOST_TEST((refusal_in(*log->submit_and_wait(group).at(0)) == expected));
  BOOST_TEST((log->head().size == size));
}

BOOST_AUTO_TEST_CASE(a_bad_signature_does_not_use_up_an_id) {
  LiveLog log;
  const SubmissionGroup good = log.signed_alone(log.event(log.new_stream()));
  SubmissionGroup bad = good;
  bad.signature.data()[5] ^= 1;
  BOOST_TEST(log.refusal_of(bad) == "bad-signature");
  BOOST_TEST(log.refusal_of(good) == "accepted");
  BOOST_TEST(log.refusal_of(bad) == "bad-signature");
}

BOOST_AUTO_TEST_CASE(an_expectation_is_held_against_the_streams_head) {
  LiveLog log;
  const StreamId stream = log.new_stream();
  const auto submit = [&](format::Expectation expects, const Hash& head = {}) {
    Unsigned event = log.event(stream);
    event.expects = expects;
    event.expected_head = head;
    const Outcome outcome = log.submit(std::move(event));
    const auto* refusal = std::get_if<Refusal>(&outcome);
    return refusal ? refusal->code : "accepted";
  };
  using format::Expectation;
  BOOST_TEST(submit(Expectation::head, Hash{std::array<std::uint8_t, 32>{1}}) == "conflict");
  BOOST_TEST(submit(Expectation::no_stream) == "accepted");
  BOOST_TEST(submit(Expectation::no_stream) == "conflict");
  const Receipt second = log.record(stream);
  BOOST_TEST(submit(Expectation::head, second.leaf_hash) == "accepted");
  BOOST_TEST(submit(Expectation::head, second.leaf_hash) == "conflict");
  BOOST_TEST(submit(Expectation::any) == "accepted");
  BOOST_TEST(log.book().attempts.size() == 3u);  // the gate was told of every refusal
}

BOOST_DATA_TEST_CASE(a_signed_group_gets_a_receipt_for_each_event,
                     boost::unit_test::data::make({1u, 2u, 3u, 7u, 64u, 255u, 256u}), count) {
  LiveLog log;
  const StreamId stream = log.new_stream();
  const std::uint64_t size = log->head().size.value();
  const Outcomes outcomes =
      log->submit_and_wait(log.admin().sign(log.events(stream, count), log.clock().now()));
  BOOST_REQUIRE(outcomes.size() == count);
  for (std::size_t i = 0; i < count; ++i) {
    BOOST_REQUIRE(outcomes[i]);
    const Receipt& receipt = std::get<Receipt>(*outcomes[i]);
    BOOST_TEST(receipt.position.value() == size + i);
    BOOST_TEST(receipt.version.value() == i);
    BOOST_TEST(receipt.group.count == count);
    check_receipt(*log, receipt);
    const auto entry = format::decode_entry(*log->store().entry(receipt.position));
    BOOST_REQUIRE(entry);
    BOOST_TEST((entry->signature.count == count && entry->signature.index == i));
    const auto root = transparency::root_from_group_path(
        transparency::leaf_hash(entry->intent_bytes), i, count, entry->signature.path);
    BOOST_REQUIRE(root);
    BOOST_TEST(
        crypto::verify(log.admin().key().public_key(),
                       format::signed_message(log->origin_hash(), entry->signature.count, *root),
                       entry->signature.signature));
  }
}

BOOST_AUTO_TEST_CASE(a_group_is_accepted_event_by_event_unless_atomic) {
  LiveLog log;
  std::vector<Unsigned> events = log.events(log.new_stream(), 3);
  events[1] = log.event(events[0].stream, "refuse");
  const Outcomes outcomes =
      log->submit_and_wait(log.admin().sign(std::move(events), log.clock().now()));
  BOOST_TEST(std::holds_alternative<Receipt>(*outcomes[0]));
  BOOST_TEST(refusal_in(*outcomes[1]).code == "not-now");
  BOOST_TEST(std::get<Receipt>(*outcomes[2]).version.value() == 1u);
}

SubmissionGroup atomic_group(LiveLog& log, const StreamId& stream, std::string_view last_fact) {
  std::vector<Unsigned> events = log.events(stream, 4);
  events[3] = log.event(stream, last_fact);
  return log.admin().sign(std::move(events), log.clock().now(), Atomic::yes);
}

BOOST_AUTO_TEST_CASE(one_refusal_refuses_all_of_an_atomic_group) {
  LiveLog log;
  const StreamId stream = log.new_stream();
  const SubmissionGroup group = atomic_group(log, stream, "refuse");
  for (int round = 0; round < 2; ++round) {
    for (const auto& outcome : log->submit_and_wait(group)) {
      const Refusal refusal = refusal_in(*outcome);
      BOOST_TEST(refusal.code == "group-refused");
      BOOST_TEST(refusal.rule == "T1");
    }
    BOOST_TEST(log.book().folded.empty());  // as before the group
  }
  // The stream is as new, index row included.
  Unsigned first = log.event(stream);
  first.expects = format::Expectation::no_stream;
  BOOST_TEST(log.record(first).version.value() == 0u);
  const auto record = log->index().stream(stream);
  BOOST_REQUIRE(record);
  BOOST_TEST(record->has_value());
}

BOOST_AUTO_TEST_CASE(an_atomic_group_handed_in_again_gets_the_same_receipts) {
  LiveLog log;
  const SubmissionGroup group = atomic_group(log, log.new_stream(), "fact");
  std::promise<Outcomes> answers[2];
  for (auto& answer : answers)
    require_ok(log->submit(group, [&](Outcomes o) { answer.set_value(std::move(o)); }));
  const Outcomes first = answers[0].get_future().get();
  const auto same = [&](const Outcomes& again) {
    for (std::size_t i = 0; i < first.size(); ++i)
      check_same(std::get<Receipt>(*again.at(i)), std::get<Receipt>(*first[i]));
  };
  same(answers[1].get_future().get());
  same(log->submit_and_wait(group));
  log.reopen();
  same(log->submit_and_wait(group));
  BOOST_TEST((log->head().size == size_after(std::get<Receipt>(*first[3]).position)));
}

BOOST_AUTO_TEST_CASE(an_atomic_group_with_a_recorded_event_is_refused_and_the_event_stays) {
  LiveLog log;
  const StreamId stream = log.new_stream();
  const Unsigned recorded = log.event(stream);
  const SubmissionGroup alone = log.signed_alone(recorded);
  const Receipt receipt = std::get<Receipt>(*log->submit_and_wait(alone).at(0));
  std::vector<Unsigned> events = log.events(stream, 2);
  events.push_back(recorded);
  const Outcomes outcomes =
      log->submit_and_wait(log.admin().sign(std::move(events), log.clock().now(), Atomic::yes));
  BOOST_TEST(refusal_in(*outcomes[0]).code == "group-refused");
  BOOST_TEST(refusal_in(*outcomes[1]).code == "group-refused");
  log.reopen();
  check_same(std::get<Receipt>(*log->submit_and_wait(alone).at(0)), receipt);
}

BOOST_AUTO_TEST_CASE(an_id_twice_in_one_group_is_recorded_once_at_most) {
  for (const Atomic atomic : {Atomic::no, Atomic::yes}) {
    LiveLog log;
    const TreeSize size = log->head().size;
    std::vector<Unsigned> events = log.events(log.new_stream(), 2);
    events[1].event = events[0].event;
    const Outcomes outcomes =
        log->submit_and_wait(log.admin().sign(std::move(events), log.clock().now(), atomic));
    BOOST_TEST(std::holds_alternative<Refusal>(*outcomes[1]));
    BOOST_TEST(log->head().size.value() == size.value() + (atomic == Atomic::no ? 1 : 0));
    check_whole(*log);
  }
}

BOOST_AUTO_TEST_CASE(an_atomic_group_may_not_mix_kinds_in_a_new_stream) {
  LiveLog log;
  std::vector<Unsigned> events = log.events(log.new_stream(), 2);
  events[1].stream_kind = format::StreamKind::access;
  const Outcomes outcomes =
      log->submit_and_wait(log.admin().sign(std::move(events), log.clock().now(), Atomic::yes));
  BOOST_TEST(refusal_in(*outcomes[0]).code == "group-refused");
}

BOOST_AUTO_TEST_CASE(events_from_many_threads_all_get_their_own_place) {
  LiveLog log;
  constexpr std::size_t kThreads = 4, kEach = 60;
  std::vector<SubmissionGroup> groups;
  for (std::size_t i = 0; i < kThreads * kEach; ++i)
    groups.push_back(log.signed_alone(log.event(log.new_stream())));
  std::vector<std::future<std::vector<Receipt>>> threads;
  for (std::size_t t = 0; t < kThreads; ++t)
    threads.push_back(std::async(std::launch::async, [&, t] {
      std::vector<Receipt> receipts;
      for (std::size_t i = 0; i < kEach; ++i)
        receipts.push_back(std::get<Receipt>(*log->submit_and_wait(groups[t * kEach + i]).at(0)));
      return receipts;
    }));
  std::set<Position> positions;
  for (auto& thread : threads)
    for (const Receipt& receipt : thread.get()) {
      positions.insert(receipt.position);
      check_receipt(*log, receipt);
    }
  BOOST_TEST(positions.size() == kThreads * kEach);
  check_whole(*log);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
