// Sealed parts, attachments, erasures, keys.

#include <fstream>

#include "engine/crypto/sha256.h"
#include "engine/transparency/group_path.h"
#include "tests/engine/log/verify/forgery.h"

namespace stafett::log::verify_testing {
BOOST_AUTO_TEST_SUITE(content_test)
namespace {

using format::PartClass;
using storage::Column;

constexpr auto kFact = static_cast<std::uint8_t>(PartClass::fact);

storage::PartKey fact_of(Position position) {
  return storage::part_key(position, kFact);
}

VerifyOptions with_keys() {
  VerifyOptions options;
  options.level = 5;
  return options;
}

BOOST_AUTO_TEST_CASE(a_changed_part_is_named) {
  TestLog log;
  const Position position = log.append(log.new_stream());
  log.close();
  {
    Intruder intruder{log};
    Bytes part = intruder.get(Column::parts, fact_of(position));
    part[30] ^= 1;
    intruder.put(Column::parts, fact_of(position), part);
  }
  auto report = log.verify();
  BOOST_TEST(has(report, "part-digest", "part", position), described(report));
  BOOST_TEST(report.error_count == 1u);
  BOOST_TEST(report.parts == 1u);
  VerifyOptions options;
  options.level = 3;
  BOOST_TEST(log.verify(options).ok);
}

BOOST_AUTO_TEST_CASE(a_part_that_is_gone_without_an_order_is_named) {
  TestLog log;
  const Position position = log.append(log.new_stream());
  log.close();
  Intruder{log}.remove(Column::parts, fact_of(position));
  const auto report = log.verify();
  BOOST_TEST(has(report, "part-missing", "part", position), described(report));
}

BOOST_AUTO_TEST_CASE(a_part_that_no_entry_promises_is_named) {
  TestLog log;
  const Position position = log.append(log.new_stream());
  log.close();
  const storage::PartKey extra[] = {
      storage::part_key(position, static_cast<std::uint8_t>(PartClass::identity)),
      storage::part_key(Position{position.value() + 1}, kFact)};
  for (const auto& key : extra) {
    Intruder{log}.put(Column::parts, key, Bytes(90, 1));
    const auto report = log.verify();
    BOOST_TEST(has(report, "index", "index parts"), described(report));
    BOOST_TEST(report.error_count == 1u);
    Intruder{log}.remove(Column::parts, key);
  }
  for (const Bytes& key : {Bytes{0}, Bytes(10, 0)}) {
    Intruder{log}.put(Column::parts, key, Bytes(90, 1));
    const auto report = log.verify();
    BOOST_TEST(has(report, "index", "index parts"), described(report));
    Intruder{log}.remove(Column::parts, key);
  }
  BOOST_TEST(log.verify().ok);
}

// Orders the erasure of the fact of `position`.
format::ErasureOrdered order_for(Position position) {
  format::ErasureOrdered order;
  order.order.fill(3);
  order.ranges.push_back({position, Position{position.value() + 1}, 1u << kFact});
  return order;
}

BOOST_AUTO_TEST_CASE(a_part_erased_by_order_is_counted_and_no_error) {
  TestLog log;
  const Position position = log.append(log.new_stream());
  const Position other = log.append(log.new_stream());
  const auto second = log.enrol(format::Custody::custodial);
  const auto order = order_for(position);
  log.append_engine(order, log.signer());
  log.append_engine(format::ErasureApproved{order.order}, *second);
  log.close();
  Intruder{log}.remove(Column::parts, fact_of(position));
  auto report = log.verify();
  BOOST_TEST(report.ok, described(report));
  BOOST_TEST(report.erased == 1u);
  BOOST_TEST(report.parts == 3u);
  Intruder{log}.remove(Column::parts, fact_of(other));
  report = log.verify();
  BOOST_TEST(has(report, "part-missing", "part", other), described(report));
}

BOOST_AUTO_TEST_CASE(an_order_that_nobody_else_approved_covers_nothing) {
  for (const bool approved_by_itself : {false, true}) {
    TestLog log;
    const Position position = log.append(log.new_stream());
    const auto order = order_for(position);
    log.append_engine(order, log.signer());
    if (approved_by_itself) log.append_engine(format::ErasureApproved{order.order}, log.signer());
    log.close();
    Intruder{log}.remove(Column::parts, fact_of(position));
    const auto report = log.verify();
    BOOST_TEST(has(report, "erasure-uncovered", "part", position), described(report));
  }
}

// Only who ordered first adds to an order, and only until it is approved: as it is carried out.
BOOST_AUTO_TEST_CASE(what_somebody_else_or_somebody_later_adds_to_an_order_covers_nothing) {
  for (const bool later : {false, true}) {
    TestLog log;
    const Position position = log.append(log.new_stream());
    const Position other = log.append(log.new_stream());
    const auto second = log.enrol(format::Custody::custodial);
    const auto third = log.enrol(format::Custody::own);
    const auto order = order_for(position);
    log.append_engine(order, log.signer());
    if (!later) log.append_engine(order_for(other), *third);
    log.append_engine(format::ErasureApproved{order.order}, *second);
    if (later) {
      log.append_engine(order_for(other), log.signer());
      log.append_engine(format::ErasureApproved{order.order}, *third);
    }
    log.close();
    {
      Intruder intruder{log};
      intruder.remove(Column::parts, fact_of(position));
      intruder.remove(Column::parts, fact_of(other));
    }
    const auto report = log.verify();
    BOOST_TEST(has(report, "erasure-uncovered", "part", other), described(report));
    BOOST_TEST(report.error_count == 1u);
    BOOST_TEST(report.erased == 1u);
  }
}

BOOST_AUTO_TEST_CASE(a_report_names_who_ordered_and_who_approved_what_counts) {
  TestLog log;
  const Position position = log.append(log.new_stream());
  const auto second = log.enrol(format::Custody::own);
  const auto order = order_for(position);
  const Position ordered = log.append_engine(order, log.signer());
  BOOST_TEST(log.verify().erasures.empty());  // not approved
  const Position approved = log.append_engine(format::ErasureApproved{order.order}, *second);
  log.close();
  const auto report = log.verify();
  BOOST_REQUIRE(report.erasures.size() == 1u);
  const ErasureCover::Counting& counting = report.erasures.front();
  BOOST_TEST((counting.order == order.order));
  BOOST_TEST((counting.ordered.by == log.signer().actor()));
  BOOST_TEST((counting.ordered.position == ordered));
  BOOST_TEST((counting.ordered.custody == format::Custody::custodial));
  BOOST_TEST((counting.approved.by == second->actor()));
  BOOST_TEST((counting.approved.position == approved));
  BOOST_TEST((counting.approved.custody == format::Custody::own));
}

BOOST_AUTO_TEST_CASE(an_order_of_what_does_not_come_before_it_is_refused) {
  TestLog log;
  const Position position = log.append(log.new_stream());
  const Position far{std::uint64_t{1} << 63};
  const Position next = Position{log.log().head().size.value()};
  const auto submitted = [&](Position first, Position end) {
    auto order = order_for(position);
    order.ranges.push_back({first, end, 1u << kFact});
    return log.log().submit_and_wait(log.signer().sign_engine(
        order, log.log().streams().engine, make_event_id(log.clock().now(), log.random()),
        log.clock().now()));
  };
  for (const auto& [first, end] :
       {std::pair{far, Position{UINT64_MAX}}, std::pair{next, Position{next.value() + 1}},
        std::pair{position, position}, std::pair{next, position}}) {
    const auto outcomes = submitted(first, end);
    BOOST_REQUIRE(outcomes.front());
    const auto* refusal = std::get_if<Refusal>(&*outcomes.front());
    BOOST_REQUIRE(refusal != nullptr);
    BOOST_TEST(refusal->code == "order-refused");
  }
  BOOST_REQUIRE(submitted(position, next).front());
}

// As a log may have them that was written before such orders were refused.
BOOST_AUTO_TEST_CASE(an_order_covers_nothing_at_or_behind_it) {
  ErasureCover cover;
  const ErasureOrder::Act ordered{ActorId{}, Position{10}, format::Custody::own};
  ErasureOrder::Act approved{ActorId{}, Position{11}, format::Custody::own};
  approved.by.data()[0] = 1;
  format::ErasureOrdered order;
  order.ranges.push_back({Position{9}, Position{UINT64_MAX}, 1u << kFact});
  order.ranges.push_back({Position{1u << 20}, Position{UINT64_MAX}, 1u << kFact});
  cover.ordered(order, ordered);
  cover.approved(format::ErasureApproved{order.order}, approved);
  cover.seal(TreeSize{12});
  const auto is = [&](std::uint64_t position, ErasureCover::Verdict verdict) {
    return cover.of(Position{position}, PartClass::fact) == verdict;
  };
  BOOST_TEST(is(9, ErasureCover::Verdict::covered));
  BOOST_TEST(is(10, ErasureCover::Verdict::none));
  BOOST_TEST(is((1u << 20) + 1, ErasureCover::Verdict::none));
}

BOOST_AUTO_TEST_CASE(an_order_under_no_checkpoint_covers_nothing) {
  TestLog log;
  const Position position = log.append(log.new_stream());
  BOOST_REQUIRE(log.log().checkpoint_now());
  const auto second = log.enrol(format::Custody::custodial);
  const auto order = order_for(position);
  log.append_engine(order, log.signer());
  log.append_engine(format::ErasureApproved{order.order}, *second);
  const TreeSize size = log.log().head().size;
  log.close();
  {
    Intruder intruder{log};
    intruder.remove(Column::checkpoints, storage::checkpoint_key(size));
    intruder.remove(Column::parts, fact_of(position));
  }
  const auto report = log.verify();
  BOOST_TEST(has(report, "erasure-uncovered", "part", position), described(report));
}

struct WithAttachment {
  TestLog log;
  EventId event;
  Position position{0};
  WithAttachment() {
    Unsigned made = log.event(log.new_stream());
    event = made.event;
    std::vector<Hash> chunks;
    for (std::uint32_t i = 0; i < 3; ++i) {
      const Bytes chunk(1000 + i, static_cast<std::uint8_t>(i));
      BOOST_REQUIRE(log.log().store().put_chunk(event, i, chunk, storage::Sync::yes));
      chunks.push_back(transparency::leaf_hash(chunk));
    }
    made.attachments.push_back({PartClass::attachment, 3003, transparency::root_of(chunks)});
    position = log.append(std::move(made), log.signer());
    log.close();
  }
};

BOOST_AUTO_TEST_CASE(an_attachment_is_checked_chunk_by_chunk) {
  WithAttachment w;
  auto report = w.log.verify();
  BOOST_TEST(report.ok, described(report));
  BOOST_TEST(report.parts == 3u);
  Intruder{w.log}.put_sealed(Column::attachments, storage::chunk_key(w.event, 1), Bytes(1001, 9));
  report = w.log.verify();
  BOOST_TEST(has(report, "part-digest", "part", w.position), described(report));
  Intruder{w.log}.put_sealed(Column::attachments, storage::chunk_key(w.event, 1), Bytes(1001, 1));
  BOOST_TEST(w.log.verify().ok);
  Intruder{w.log}.put_sealed(Column::attachments, storage::chunk_key(w.event, 3), Bytes(1, 1));
  report = w.log.verify();
  BOOST_TEST(has(report, "part-digest", "part", w.position), described(report));
  {
    Intruder intruder{w.log};
    for (std::uint32_t i = 0; i < 4; ++i)
      intruder.remove(Column::attachments, storage::chunk_key(w.event, i));
  }
  report = w.log.verify();
  BOOST_TEST(has(report, "part-missing", "part", w.position), described(report));
}

BOOST_AUTO_TEST_CASE(chunks_of_an_event_without_attachment_are_named) {
  TestLog log;
  Unsigned made = log.event(log.new_stream());
  const EventId event = made.event;
  log.append(std::move(made), log.signer());
  log.close();
  Intruder{log}.put_sealed(Column::attachments, storage::chunk_key(event, 0), Bytes(9, 1));
  const auto report = log.verify();
  BOOST_TEST(has(report, "index", "index attachments"), described(report));
}

// The content of a part sealed anew under the right key, but not what the actor committed to.
BOOST_AUTO_TEST_CASE(with_keys_a_part_must_be_what_the_actor_committed_to) {
  TestLog log;
  const StreamId stream = log.new_stream();
  const Position position = log.append(stream);
  const auto record = log.log().index().stream(stream);
  BOOST_REQUIRE((record && *record));
  std::array<std::uint8_t, 32> key;
  BOOST_REQUIRE(log.log().vault().key((*record)->domain, key));
  log.close();
  const auto replace = [&](const std::array<std::uint8_t, 32>& with) {
    Intruder intruder{log};
    forge(intruder, position, [&](format::Entry& e) {
      const format::OpenPart part{PartClass::fact, {}, Bytes(40, 8)};
      const Bytes sealed = format::seal_part(
          with, {e.intent.origin_hash, e.intent.event_id, PartClass::fact}, part, log.random());
      intruder.put(Column::parts, fact_of(position), sealed);
      e.sealed[0] = crypto::sha256(sealed);
    });
    resign(intruder, log.log_key());
  };
  replace(key);
  auto report = log.verify(with_keys());
  BOOST_TEST(has(report, "part-digest", "part", position), described(report));
  key[0] ^= 1;
  replace(key);
  report = log.verify(with_keys());
  BOOST_TEST(has(report, "key-unwrap", "part", position), described(report));
}

BOOST_AUTO_TEST_CASE(with_keys_a_damaged_key_table_is_named) {
  TestLog log;
  log.append(log.new_stream());
  log.close();
  BOOST_TEST(log.verify(with_keys()).ok);
  std::fstream table{log.paths().key_table, std::ios::in | std::ios::out | std::ios::binary};
  table.seekp(200);
  table.put('x');
  table.close();
  const auto report = log.verify(with_keys());
  BOOST_TEST(has(report, "key-unwrap", "table"), described(report));
  BOOST_TEST(log.verify().ok);  // which needs no keys
}

BOOST_AUTO_TEST_CASE(with_keys_every_sealed_index_row_must_open) {
  TestLog log;
  log.append(log.new_stream());
  log.close();
  {
    Intruder intruder{log};
    const auto rows = intruder.rows(Column::labels);
    Bytes value(rows.at(0).second.begin(), rows.at(0).second.end() - 8);
    value[0] ^= 1;
    intruder.put_sealed(Column::labels, rows.at(0).first, value);
  }
  const auto report = log.verify(with_keys());
  BOOST_TEST(has(report, "key-unwrap", "index labels"), described(report));
}

BOOST_AUTO_TEST_CASE(level_5_asks_for_keys_and_levels_end_there) {
  TestLog log;
  VerifyOptions options;
  options.level = 6;
  const LogPaths paths = log.paths();
  const VerifyDirectory directory{paths, log.files(), log.random(), {}, {}};
  const auto refused = verify_directory(directory, options);
  BOOST_REQUIRE(!refused);
  BOOST_TEST((refused.error().code() == Errc::invalid_argument));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log::verify_testing
