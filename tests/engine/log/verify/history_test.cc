// Keys, signatures and chains: what a re-made tree and even a stolen log key do not hide.

#include "tests/engine/log/verify/forgery.h"

namespace stafett::log::verify_testing {
BOOST_AUTO_TEST_SUITE(history_test)
namespace {

VerifyOptions at_level(unsigned level) {
  VerifyOptions options;
  options.level = level;
  options.threads = 2;
  return options;
}

struct Written {
  TestLog log;
  StreamId stream = log.new_stream();
  Position last{0};
  explicit Written(std::size_t events = 5) {
    for (std::size_t i = 0; i < events; ++i) last = log.append(stream);
  }
  // The last entry forged, everything that the log signs signed anew.
  VerifyReport forged(const std::function<void(format::Entry&)>& change,
                      const crypto::SigningKey* by = nullptr) {
    log.close();
    {
      Intruder intruder{log};
      forge(intruder, last, change, by);
      resign(intruder, log.log_key());
    }
    return log.verify();
  }
};

BOOST_AUTO_TEST_CASE(a_sound_log_passes_every_level_and_is_counted) {
  Written w;
  std::vector<Unsigned> group;
  for (int i = 0; i < 7; ++i) group.push_back(w.log.event(w.log.new_stream()));
  w.log.append_group(std::move(group), w.log.signer());
  const TreeSize size = w.log.log().head().size;
  const Hash root = w.log.log().head().root;
  w.log.close();
  for (unsigned level = 0; level <= 5; ++level) {
    const VerifyReport report = w.log.verify(at_level(level));
    BOOST_TEST_CONTEXT("level " << level << ": " << described(report)) {
      BOOST_TEST(report.ok);
      BOOST_TEST(report.entries == size.value());
      BOOST_TEST((report.size == size));
      if (level >= 2) BOOST_TEST((report.root == root));
      if (level >= 3) BOOST_TEST(report.signatures.custodial == 12u);
      if (level >= 3) BOOST_TEST(report.signatures.system == size.value() - 12);
      if (level >= 4) BOOST_TEST(report.parts == 24u);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_log_verifies_beside_its_writer) {
  Written w;
  const VerifyReport report = w.log.verify();
  BOOST_TEST_CONTEXT(described(report)) {
    BOOST_TEST(report.ok);
  }
}

BOOST_AUTO_TEST_CASE(a_changed_signature_is_named) {
  Written w;
  const auto report = w.forged([](format::Entry& e) { e.signature.signature.data()[5] ^= 1; });
  BOOST_TEST(has(report, "signature", "entry", w.last), described(report));
}

BOOST_AUTO_TEST_CASE(a_changed_intent_is_named_by_its_signature) {
  Written w;
  const auto report = w.forged([](format::Entry& e) {
    e.intent.occurred_at = TimeUs{1};
    e.intent_bytes = format::encode(e.intent);
  });
  BOOST_TEST(has(report, "signature", "entry", w.last), described(report));
}

BOOST_AUTO_TEST_CASE(an_intent_for_another_log_is_named) {
  Written w;
  const auto key = w.log.signer().key();
  const auto report = w.forged([](format::Entry& e) { e.intent.origin_hash.data()[0] ^= 1; }, &key);
  BOOST_TEST(has(report, "signature", "entry", w.last), described(report));
}

BOOST_AUTO_TEST_CASE(a_checkpoint_that_an_actor_verified_must_be_of_this_log) {
  Written w;
  const auto key = w.log.signer().key();
  const auto head = w.log.log().head();
  w.last = w.log.append(w.stream);
  w.log.close();
  struct Case {
    TreeSize size;
    Hash root;
    bool fork;
  };
  for (const Case& c : {Case{head.size, head.root, false}, Case{head.size, Hash{}, true},
                        Case{TreeSize{2}, head.root, true}, Case{TreeSize{99}, head.root, true}}) {
    {
      Intruder intruder{w.log};
      forge(
          intruder, w.last,
          [&](format::Entry& e) {
            e.intent.verified = format::Intent::Verified{c.size, c.root};
          },
          &key);
      resign(intruder, w.log.log_key());
    }
    const auto report = w.log.verify();
    BOOST_TEST(has(report, "checkpoint-fork", "entry", w.last) == c.fork, described(report));
  }
}

BOOST_AUTO_TEST_CASE(a_broken_chain_is_named) {
  {
    Written w;
    const auto report = w.forged([](format::Entry& e) { e.stamp.previous.data()[3] ^= 1; });
    BOOST_TEST(has(report, "stream-link", "entry", w.last), described(report));
  }
  Written w;
  const auto key = w.log.signer().key();
  const auto report =
      w.forged([](format::Entry& e) { e.intent.stream_kind = format::StreamKind::access; }, &key);
  BOOST_TEST(has(report, "stream-link", "entry", w.last), described(report));
}

BOOST_AUTO_TEST_CASE(a_version_left_out_is_named) {
  Written w;
  const auto report =
      w.forged([](format::Entry& e) { e.stamp.version = Version{e.stamp.version.value() + 1}; });
  BOOST_TEST(has(report, "stream-link", "entry", w.last), described(report));
}

BOOST_AUTO_TEST_CASE(time_that_goes_back_is_named) {
  Written w;
  const auto report = w.forged([](format::Entry& e) { e.stamp.recorded_at = TimeUs{1}; });
  BOOST_TEST(has(report, "time-order", "entry", w.last), described(report));
}

BOOST_AUTO_TEST_CASE(an_id_used_twice_is_named) {
  Written w;
  const auto key = w.log.signer().key();
  w.log.close();
  {
    Intruder intruder{w.log};
    const auto first = format::decode_entry(intruder.get(
        storage::Column::entries, storage::position_key(Position{w.last.value() - 1})));
    BOOST_REQUIRE(first);
    EventId before;
    forge(
        intruder, w.last,
        [&](format::Entry& e) {
          before = e.intent.event_id;
          e.intent.event_id = first->intent.event_id;
        },
        &key);
    intruder.remove(storage::Column::events, before.view());
    resign(intruder, w.log.log_key());
  }
  const auto report = w.log.verify();
  BOOST_TEST(has(report, "duplicate-id", "entry", w.last), described(report));
}

BOOST_AUTO_TEST_CASE(a_key_that_was_never_enrolled_is_named) {
  Written w;
  const auto stranger = crypto::SigningKey::generate(w.log.random());
  const auto report = w.forged([&](format::Entry& e) { e.intent.key = stranger.id(); }, &stranger);
  BOOST_TEST(has(report, "key-unknown", "entry", w.last), described(report));
}

BOOST_AUTO_TEST_CASE(another_persons_key_is_named) {
  Written w;
  const auto key = w.log.log().system().key();
  const auto report = w.forged([&](format::Entry& e) { e.intent.key = key.id(); }, &key);
  BOOST_TEST(has(report, "key-unknown", "entry", w.last), described(report));
}

BOOST_AUTO_TEST_CASE(a_revoked_key_counts_before_its_revocation_only) {
  Written w;
  const auto other = w.log.enrol_system();
  const Position before = w.log.append(w.log.event(w.stream), *other);
  w.log.append_engine(
      format::KeyRevoked{other->key().id(), before, format::RevocationReason::compromised},
      w.log.log().system());
  w.last = w.log.append(w.stream);
  Position enrolled{0};
  ActorId actor = other->actor();
  enrolled = Position{before.value() - 1};
  const auto key = other->key();
  w.log.close();
  const auto sound = w.log.verify();
  BOOST_TEST(sound.ok, described(sound));
  BOOST_TEST(sound.suspect == 1u);
  {
    Intruder intruder{w.log};
    forge(
        intruder, w.last,
        [&](format::Entry& e) {
          e.intent.key = key.id();
          e.intent.actor = actor;
          e.intent.custody = format::Custody::system;
          e.intent.enrolled_at = enrolled;
        },
        &key);
    resign(intruder, w.log.log_key());
  }
  const auto report = w.log.verify();
  BOOST_TEST(has(report, "key-revoked", "entry", w.last), described(report));
}

BOOST_AUTO_TEST_CASE(a_suspect_event_that_was_reattested_is_no_longer_counted) {
  Written w;
  const auto other = w.log.enrol_system();
  const Position position = w.log.append(w.log.event(w.stream), *other);
  w.log.append_engine(
      format::KeyRevoked{other->key().id(), position, format::RevocationReason::compromised},
      w.log.log().system());
  const auto bytes = w.log.log().store().entry(position);
  BOOST_REQUIRE(bytes);
  w.log.append_engine(format::EventReattested{position, transparency::leaf_hash(*bytes)},
                      w.log.signer());
  w.log.close();
  const auto report = w.log.verify();
  BOOST_TEST(report.ok, described(report));
  BOOST_TEST(report.suspect == 0u);
}

BOOST_AUTO_TEST_CASE(an_event_left_out_of_a_signed_group_is_refused_or_withheld) {
  Written w;
  std::vector<Unsigned> group;
  for (int i = 0; i < 6; ++i) group.push_back(w.log.event(w.log.new_stream()));
  for (const std::size_t i : {1u, 4u, 5u}) w.log.book().to_refuse.insert(group[i].event);
  const auto recorded = w.log.append_group(std::move(group), w.log.signer());
  BOOST_REQUIRE_EQUAL(recorded.size(), 3u);
  w.log.close();
  auto report = w.log.verify(at_level(5));
  BOOST_TEST(report.ok, described(report));
  BOOST_TEST(report.incomplete_groups == 1u);
  w.log.book().refused.pop_back();
  report = w.log.verify(at_level(5));
  BOOST_TEST(has(report, "withheld", "entry"), described(report));
  BOOST_TEST(report.error_count == 1u);
  BOOST_TEST(w.log.verify(at_level(4)).ok);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log::verify_testing
