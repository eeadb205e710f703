// What is refused, and with which code.

#include <boost/test/data/test_case.hpp>
#include <ostream>

#include "engine/log/stream_table.h"
#include "tests/engine/log/held_turn.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(refusal_test)
namespace {

using namespace stafett::log::testing;

struct BadGroup {
  const char* name;
  std::function<SubmissionGroup(LiveLog&)> make;
  const char* code;
};
std::ostream& operator<<(std::ostream& out, const BadGroup& bad) {
  return out << bad.name;
}

SubmissionGroup good(LiveLog& log) {
  return log.signed_alone(log.event(log.new_stream()));
}

SubmissionGroup with(LiveLog& log, const std::function<void(format::Intent&)>& change) {
  return forged(good(log), log->origin_hash(), log.admin().key(), change);
}

// Signed as it should be, with other parts than the intent commits to.
SubmissionGroup with_part(LiveLog& log, const std::function<void(Submission&)>& change) {
  SubmissionGroup group = good(log);
  change(group.events.front());
  return group;
}

const format::KeyRevoked revocation{};

const BadGroup bad_groups[] = {
    {"no_intent",
     [](LiveLog&) {
       return SubmissionGroup{{Submission{}}, {}};
     },
     "malformed-intent"},
    {"cut_intent",
     [](LiveLog& log) {
       return with_part(log, [](Submission& s) { s.intent.resize(s.intent.size() - 8); });
     },
     "malformed-intent"},
    {"random_bytes",
     [](LiveLog& log) {
       return with_part(log, [&](Submission& s) { log.random().fill(s.intent); });
     },
     "malformed-intent"},
    {"unknown_key",
     [](LiveLog& log) {
       std::vector<Unsigned> events;
       events.push_back(log.event(log.new_stream()));
       return log.new_author().signer(*log).sign(std::move(events), log.clock().now());
     },
     "key-unknown"},
    {"wrong_origin",
     [](LiveLog& log) {
       return with(log, [](format::Intent& i) { i.origin_hash.data()[0] ^= 1; });
     },
     "wrong-origin"},
    {"other_actor",
     [](LiveLog& log) {
       return with(log, [&](format::Intent& i) { i.actor = log->system().actor(); });
     },
     "key-mismatch"},
    {"other_custody",
     [](LiveLog& log) {
       return with(log, [](format::Intent& i) { i.custody = format::Custody::own; });
     },
     "key-mismatch"},
    {"other_enrolment",
     [](LiveLog& log) { return with(log, [](format::Intent& i) { i.enrolled_at = Position{7}; }); },
     "key-mismatch"},
    {"other_signature",
     [](LiveLog& log) {
       SubmissionGroup group = good(log);
       group.signature = good(log).signature;
       return group;
     },
     "bad-signature"},
    {"changed_after_signing",
     [](LiveLog& log) {
       const SubmissionGroup group = good(log);
       SubmissionGroup changed =
           forged(group, log->origin_hash(), log.admin().key(),
                  [](format::Intent& i) { i.occurred_at = TimeUs{i.occurred_at.value() + 1}; });
       changed.signature = group.signature;
       return changed;
     },
     "bad-signature"},
    {"no_parts",
     [](LiveLog& log) { return with_part(log, [](Submission& s) { s.parts.clear(); }); },
     "parts-mismatch"},
    {"other_plaintext",
     [](LiveLog& log) {
       return with_part(log, [](Submission& s) { s.parts.front().plaintext[0] ^= 1; });
     },
     "parts-mismatch"},
    {"other_salt",
     [](LiveLog& log) {
       return with_part(log, [](Submission& s) { s.parts.front().salt.data()[0] ^= 1; });
     },
     "parts-mismatch"},
    {"other_class",
     [](LiveLog& log) {
       return with_part(
           log, [](Submission& s) { s.parts.front().part_class = format::PartClass::narrative; });
     },
     "parts-mismatch"},
    {"engine_event_in_a_case",
     [](LiveLog& log) {
       Unsigned event = log.event(log.new_stream());
       event.parts.front() = {format::PartClass::public_, {}, format::encode(revocation)};
       return log.signed_alone(std::move(event));
     },
     "malformed-intent"},
    {"case_event_in_the_engine_stream",
     [](LiveLog& log) {
       Unsigned event = log.event(log->streams().engine);
       event.stream_kind = format::StreamKind::engine;
       return log.signed_alone(std::move(event));
     },
     "malformed-intent"},
    {"engine_event_of_random_bytes",
     [](LiveLog& log) {
       Unsigned event = log.event(log->streams().engine);
       event.stream_kind = format::StreamKind::engine;
       event.parts.front() = {format::PartClass::public_, {}, Bytes(64, 7)};
       return log.signed_alone(std::move(event));
     },
     "malformed-part"},
    {"case_event_into_the_engine_stream",
     [](LiveLog& log) { return log.signed_alone(log.event(log->streams().engine)); },
     "stream-mismatch"},
    {"second_genesis",
     [](LiveLog& log) { return log.engine_event(*log->keyring().genesis(), log->system()); },
     "not-authorised"},
    {"clock_step_by_an_administrator",
     [](LiveLog& log) { return log.engine_event(format::ClockStepped{}, log.admin()); },
     "not-authorised"},
    {"enrolment_by_a_stranger",
     [](LiveLog& log) {
       const Author author = log.enrol();
       return log.enrolment(log.new_author(), author.signer(*log));
     },
     "not-authorised"},
    {"enrolment_without_proof_of_possession",
     [](LiveLog& log) {
       const Author author = log.new_author();
       return log.engine_event(
           format::KeyEnrolled{author.actor, author.key.public_key(), author.custody, {}},
           log.admin());
     },
     "key-refused"},
    {"enrolment_with_the_proof_of_another_actor",
     [](LiveLog& log) {
       const Author author = log.new_author();
       const crypto::PublicKey& key = author.key.public_key();
       const auto proof = author.key.sign(
           format::possession_message(log->origin_hash(), log.new_author().actor, key));
       return log.engine_event(format::KeyEnrolled{author.actor, key, author.custody, proof},
                               log.admin());
     },
     "key-refused"},
    {"enrolment_of_a_key_twice",
     [](LiveLog& log) { return log.enrolment(log.enrol(), log.admin()); }, "key-refused"},
    {"revocation_of_no_key", [](LiveLog& log) { return log.engine_event(revocation, log.admin()); },
     "key-refused"},
};

BOOST_DATA_TEST_CASE(a_bad_event_is_refused, boost::unit_test::data::make(bad_groups), bad) {
  LiveLog log;
  const SubmissionGroup group = bad.make(log);
  const TreeSize size = log->head().size;
  for (int i = 0; i < 2; ++i) BOOST_TEST(log.refusal_of(group) == bad.code);
  BOOST_TEST((log->head().size == size));
  BOOST_TEST(log.book().folded.empty());
  log.record(log.new_stream());  // and the log goes on
}

BOOST_AUTO_TEST_CASE(a_group_has_1_to_4096_events) {
  LiveLog log;
  const auto none = log->submit(SubmissionGroup{}, [](Outcomes) {});
  BOOST_REQUIRE(!none);
  BOOST_TEST((none.error().code() == Errc::malformed));
  SubmissionGroup large;
  large.events.resize(format::kSignedGroupMax + 1);
  BOOST_TEST((log->submit_and_wait(large).at(0).error().code() == Errc::malformed));
}

BOOST_AUTO_TEST_CASE(another_actors_key_in_a_group_is_refused_the_others_are_not) {
  LiveLog log;
  const Author author = log.enrol();
  std::vector<Unsigned> events = log.events(log.new_stream(), 2);
  std::vector<Unsigned> others = log.events(log.new_stream(), 1);
  SubmissionGroup group = log.admin().sign(std::move(events), log.clock().now());
  group.events.push_back(
      author.signer(*log).sign(std::move(others), log.clock().now()).events.front());
  group = forged(std::move(group), log->origin_hash(), log.admin().key(), [](format::Intent&) {});
  const Outcomes outcomes = log->submit_and_wait(group);
  BOOST_TEST(std::holds_alternative<Receipt>(*outcomes[0]));
  BOOST_TEST(std::holds_alternative<Receipt>(*outcomes[1]));
  BOOST_TEST(std::get<Refusal>(*outcomes[2]).code == "key-mismatch");
}

BOOST_AUTO_TEST_CASE(a_stream_is_of_one_kind) {
  LiveLog log;
  const StreamId stream = log.new_stream();
  log.record(stream);
  Unsigned other = log.event(stream);
  other.stream_kind = format::StreamKind::access;
  BOOST_TEST(log.refusal_of(log.signed_alone(other)) == "stream-mismatch");
}

BOOST_AUTO_TEST_CASE(a_stream_is_full_at_10_000_events) {
  LiveLog log;
  const StreamId stream = log.new_stream();
  for (std::uint64_t left = kSubjectStreamEventsMax - 1; left > 0;) {
    const std::size_t count = std::min<std::size_t>(left, 3333);
    const Outcomes outcomes =
        log->submit_and_wait(log.admin().sign(log.events(stream, count), log.clock().now()));
    BOOST_TEST(std::holds_alternative<Receipt>(*outcomes.back()));
    left -= count;
  }
  const auto pair = [&](Atomic atomic) {
    return log->submit_and_wait(log.admin().sign(log.events(stream, 2), log.clock().now(), atomic));
  };
  BOOST_TEST(std::get<Refusal>(*pair(Atomic::yes).at(0)).code == "group-refused");
  const Outcomes last = pair(Atomic::no);
  BOOST_TEST(std::get<Receipt>(*last[0]).version.value() == kSubjectStreamEventsMax - 1);
  BOOST_TEST(std::get<Refusal>(*last[1]).code == "stream-full");
  log.record(log.new_stream());
}

BOOST_AUTO_TEST_CASE(a_stream_that_all_share_goes_on_past_10_000_events) {
  LiveLog log;
  const StreamId stream = log.new_stream();
  std::uint64_t recorded = 0;
  while (recorded <= kSubjectStreamEventsMax) {
    std::vector<Unsigned> events = log.events(stream, 4000);
    for (Unsigned& event : events) event.stream_kind = format::StreamKind::directory;
    const Outcomes outcomes =
        log->submit_and_wait(log.admin().sign(std::move(events), log.clock().now()));
    BOOST_REQUIRE(std::holds_alternative<Receipt>(*outcomes.back()));
    recorded += outcomes.size();
    BOOST_TEST(std::get<Receipt>(*outcomes.back()).version.value() == recorded - 1);
  }
}

BOOST_AUTO_TEST_CASE(a_full_queue_answers_at_once_and_loses_nothing) {
  LiveLog log;
  HeldTurn turn{log.book()};
  std::mutex mutex;
  std::size_t recorded = 0, queued = 0;
  const auto submit = [&](std::size_t count) {
    return log->submit(log.admin().sign(log.events(log.new_stream(), count), log.clock().now()),
                       [&](const Outcomes& outcomes) {
                         const std::lock_guard lock{mutex};
                         for (const auto& outcome : outcomes)
                           recorded += outcome && std::holds_alternative<Receipt>(*outcome);
                       });
  };
  require_ok(submit(1));
  turn.wait_until_held();
  Result<void> last;
  while ((last = submit(2048))) queued += 2048;
  BOOST_TEST((last.error().code() == Errc::queue_full));
  BOOST_TEST(queued == Intake::kEventsMax);
  turn.release();
  log->stop();
  BOOST_TEST(recorded == queued + 1);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
