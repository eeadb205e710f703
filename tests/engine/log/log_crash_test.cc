// The whole log on a disk that fails: without power, with errors, with errors that were none.
//
// A workload fills tiles, flushes memtables, makes key domains and checkpoints. At each operation
// of the disk in turn something happens; what the log had said before must still hold afterwards.
// The small round tries a sample of the operations, STAFETT_ROUNDS=full every one.

#include <boost/test/data/test_case.hpp>
#include <sstream>

#include "engine/log/log_tree.h"
#include "tests/engine/log/fault_place.h"
#include "tests/support/fault_points.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(log_crash_test)
namespace {

using namespace stafett::log::testing;
using stafett::testing::Fault;
using stafett::testing::fault_points;
using stafett::testing::FaultPlan;

// What the log said before the fault.
struct Told {
  std::vector<Receipt> receipts;
  std::vector<EventId> refused;
  std::vector<EventId> unknown;    // outcome_unknown: may be there or not
  std::vector<EventId> never;      // any other error: not recorded
  std::map<TreeSize, Hash> roots;  // of checkpoints handed out
  std::optional<SubmissionGroup> last_acknowledged;
};

void note_outcomes(LiveLog& log, const SubmissionGroup& group, const Outcomes& outcomes,
                   Told& told) {
  bool all_receipts = true;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const EventId id = format::decode_intent(group.events[i].intent)->event_id;
    if (!outcomes[i]) {
      all_receipts = false;
      const bool unknown = outcomes[i].error().code() == Errc::outcome_unknown;
      (unknown ? told.unknown : told.never).push_back(id);
      if (unknown) BOOST_TEST(log->read_only_reason().has_value());
    } else if (const auto* receipt = std::get_if<Receipt>(&*outcomes[i])) {
      told.receipts.push_back(*receipt);
    } else {
      all_receipts = false;
      told.refused.push_back(id);
    }
  }
  if (all_receipts) told.last_acknowledged = group;
}

void submit(LiveLog& log, std::size_t count, std::string_view last_fact, Told& told) {
  std::vector<Unsigned> events = log.events(log.new_stream(), count);
  events.back() = log.event(events.front().stream, last_fact);
  log.tick();
  const SubmissionGroup group = log.admin().sign(std::move(events), log.clock().now());
  note_outcomes(log, group, log->submit_and_wait(group), told);
}

void checkpoint(LiveLog& log, Told& told) {
  const transparency::TreeHead head = log->head();
  if (log->checkpoint_now()) told.roots.emplace(head.size, head.root);
}

void run_workload(LiveLog& log, Told& told) {
  if (!log.open()) return log.abandon();
  for (const std::size_t count : std::initializer_list<std::size_t>{1, 40, 3})
    submit(log, count, "fact", told);
  checkpoint(log, told);
  (void)log->enrol_custodial(random_id<ActorId>(log.random()));
  for (const std::size_t count : std::initializer_list<std::size_t>{100, 2})
    submit(log, count, "refuse", told);
  for (const std::size_t count : std::initializer_list<std::size_t>{130, 7, 1, 60})
    submit(log, count, "fact", told);
  checkpoint(log, told);
  submit(log, 1, "fact", told);
  if (const auto reason = log->read_only_reason(); reason && log.is_open()) {
    const Outcomes after = log->submit_and_wait(log.signed_alone(log.event(log.new_stream())));
    BOOST_TEST((after.at(0).error().code() == Errc::read_only));
  }
  log.abandon();  // a clean stop, as far as the disk lets it
}

void check_told(LiveLog& log, const Told& told) {
  check_whole(*log);
  for (const Receipt& receipt : told.receipts) {
    check_receipt(*log, receipt);
    const auto opened = log->opener().open(receipt.position);
    BOOST_REQUIRE(opened);
    BOOST_TEST(opened->erased.empty());  // its key was durable before it
  }
  const auto outcome = [&](const EventId& id) { return log->store().event(id).value(); };
  for (const EventId& id : told.refused) BOOST_TEST(std::holds_alternative<Bytes>(outcome(id)));
  for (const EventId& id : told.never)
    BOOST_TEST(std::holds_alternative<std::monostate>(outcome(id)));
  std::size_t unknown = 0;
  for (const EventId& id : told.unknown) unknown += std::holds_alternative<Position>(outcome(id));
  BOOST_TEST((unknown == 0 || unknown >= told.unknown.size() - 1));  // all of a group, or nothing
  for (const auto& [size, root] : told.roots) {
    const auto now = root_at(log->store(), size);
    BOOST_REQUIRE(now);
    BOOST_TEST((*now == root));
  }
  const auto latest = log->latest_checkpoint();
  if (!told.roots.empty()) BOOST_TEST((latest && latest->size >= told.roots.rbegin()->first));
}

// The log opens for writing, all that was said holds, and it goes on: also after another cut.
void check_recovered(FaultPlace& place, LiveLog& log, Told told) {
  for (int life = 0; life < 2; ++life) {
    require_ok(log.open());
    BOOST_TEST(!log->read_only_reason(), log->read_only_reason().value_or(""));
    check_told(log, told);
    if (told.last_acknowledged) {
      const TreeSize size = log->head().size;
      const Outcomes again = log->submit_and_wait(*told.last_acknowledged);
      for (const auto& outcome : again) check_receipt(*log, std::get<Receipt>(*outcome));
      BOOST_TEST((log->head().size == size));
    }
    for (int i = 0; i < 3; ++i) submit(log, 2, "fact", told);
    checkpoint(log, told);
    BOOST_TEST(told.roots.contains(log->head().size));
    submit(log, 1, "fact", told);
    place.disk().set_plan({Fault::power_cut, 0, 7});
    log.abandon();
    place.power_cycle();
  }
}

std::uint64_t operations_of_a_whole_run() {
  FaultPlace place{1};
  LiveLog log{place.place()};
  require_ok(log.create());
  place.disk().set_plan({});
  Told told;
  run_workload(log, told);
  BOOST_TEST(told.receipts.size() > 256u);
  BOOST_TEST(told.refused.size() == 2u);
  BOOST_TEST((told.unknown.empty() && told.never.empty()));
  return place.disk().operations();
}

// How often the fault was met, and met by an answer.
struct Met {
  std::size_t fired = 0, unknown = 0, never = 0;
};

void fail_at(const FaultPlan& plan, Met& met) {
  FaultPlace place{plan.seed};
  LiveLog log{place.place(), plan.seed};
  require_ok(log.create());
  place.disk().set_plan(plan);
  Told told;
  run_workload(log, told);
  met.fired += place.disk().fired();
  met.unknown += !told.unknown.empty();
  met.never += !told.never.empty();
  if (plan.fault == Fault::power_cut)
    place.power_cycle();
  else
    place.disk().set_plan({});
  BOOST_TEST_CONTEXT(plan) {
    check_recovered(place, log, std::move(told));
  }
}

struct Trial {
  Fault fault;
  std::uint64_t points;
};
std::ostream& operator<<(std::ostream& out, const Trial& trial) {
  return out << trial.fault;
}
const Trial trials[] = {{Fault::power_cut, 40},
                        {Fault::io_error, 16},
                        {Fault::no_space, 12},
                        {Fault::failed_persisted, 16}};

BOOST_DATA_TEST_CASE(what_was_said_holds_after_a_fault_at_any_operation,
                     boost::unit_test::data::make(trials), trial) {
  const std::uint64_t seed = stafett::testing::seed_from_environment(1);
  BOOST_TEST_MESSAGE("seed " << seed);
  const std::uint64_t operations = operations_of_a_whole_run();
  BOOST_TEST(operations > 100u);
  const std::vector<std::uint64_t> at = fault_points(operations, trial.points, seed);
  Met met;
  for (const std::uint64_t point : at) fail_at({trial.fault, point, seed}, met);
  BOOST_TEST_MESSAGE(operations << " operations, " << at.size() << " faults, met " << met.fired
                                << ", unknown " << met.unknown << ", never " << met.never);
  // How much is done in the background depends on the machine's load: so not all are met.
  BOOST_TEST(met.fired > at.size() / 2);
  BOOST_TEST(met.unknown > 0u);
}

// A creation that was cut short is a log, or can be cleared away and made again.
void cut_creation(const FaultPlan& plan) {
  FaultPlace place{plan.seed};
  LiveLog log{place.place(), plan.seed};
  place.disk().set_plan(plan);
  const Result<void> created = log.create();
  if (plan.fault == Fault::power_cut)
    place.power_cycle();
  else
    place.disk().set_plan({});
  const bool usable = log.open().has_value() && !log->read_only_reason();
  log.abandon();
  BOOST_TEST((usable || !created));
  if (!usable) {
    if (const Result<void> again = log.create(); !again) {
      BOOST_REQUIRE_MESSAGE(again.error().code() == Errc::conflict, again.error().to_string());
      const std::string detail = again.error().detail();
      BOOST_REQUIRE(detail.find("remove: ") != std::string::npos);
      std::istringstream paths{detail.substr(detail.find("remove: ") + 8)};
      for (std::string path; paths >> path;) place.remove(path);
      place.power_cycle();
      require_ok(log.create());
    }
  }
  require_ok(log.open());
  log.record(log.new_stream());
  check_whole(*log);
}

BOOST_DATA_TEST_CASE(a_creation_cut_short_is_a_log_or_says_what_to_remove,
                     boost::unit_test::data::make({Fault::power_cut, Fault::io_error,
                                                   Fault::failed_persisted}),
                     fault) {
  const std::uint64_t seed = stafett::testing::seed_from_environment(1);
  FaultPlace place{1};
  require_ok(LiveLog{place.place()}.create());
  const std::uint64_t operations = place.disk().operations();
  BOOST_TEST(operations > 40u);
  for (const std::uint64_t at : fault_points(operations, 25, seed)) {
    const FaultPlan plan{fault, at, seed};
    BOOST_TEST_CONTEXT(plan) {
      cut_creation(plan);
    }
  }
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
