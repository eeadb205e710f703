// Whoever runs the machine with another program need not ask the gate: the verifier does, of every
// erasure, whether both who ordered and who approved it were administrators then.

#include "tests/projections/erasure/erased_town.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(roles_test)
namespace {

// Takes whatever engine event the engine itself takes.
class NoGate final : public log::Gate {
 public:
  Result<log::Prepared> prepare(const log::Candidate&) override {
    return Error{Errc::io, "engine events only"};
  }
  log::Decision decide(log::Preparation&, const log::Placement&) override { return {}; }
  std::vector<log::SubmissionGroup> refused(const log::RefusedEvent&) override { return {}; }
  void begin_atomic() override {}
  void end_atomic(Keep) override {}
  void durable(TreeSize) override {}
};

struct OtherProgram : ErasedTown {
  const ErasurePerson lise = person("lise"), admin = person("admin"), second = person("second");
  std::unique_ptr<log::Log> log;

  void begin() {
    close();
    log = got(log::Log::open(paths, options()));
    log->start(std::make_unique<NoGate>());
  }
  Position recorded_by(const ErasurePerson& by, const format::EngineEvent& event) {
    const TimeUs now = clock.now();
    const auto outcomes = log->submit_and_wait(
        by.signer->sign_engine(event, log->streams().engine, make_event_id(now, random), now));
    BOOST_REQUIRE(outcomes.front());
    const auto* receipt = std::get_if<log::Receipt>(&*outcomes.front());
    BOOST_REQUIRE(receipt);
    return receipt->position;
  }
  void end() {
    BOOST_REQUIRE(log->checkpoint_now());
    log.reset();
  }
};

format::ErasureOrdered order_of(Position position) {
  format::ErasureOrdered order;
  order.order.fill(9);
  order.basis = format::ErasureBasis::court;
  order.ranges.push_back({position, Position{position.value() + 1}, log::kSealedClasses});
  return order;
}

// How many errors say so at that place.
std::size_t uncovered(const log::VerifyReport& report, const char* place, Position position) {
  return static_cast<std::size_t>(
      std::ranges::count_if(report.errors, [&](const log::VerifyError& error) {
        return error.code == "erasure-uncovered" && error.place == place &&
               error.position == position;
      }));
}

BOOST_AUTO_TEST_CASE(an_order_by_somebody_who_is_no_administrator_covers_nothing) {
  OtherProgram p;
  const Position gone = p.events("a").front()->position;
  p.begin();
  const format::ErasureOrdered order = order_of(gone);
  const Position ordered = p.recorded_by(p.lise, order);
  p.recorded_by(p.second, format::ErasureApproved{order.order});
  BOOST_REQUIRE(p.log->store().erase_parts(std::vector{gone}));
  p.end();
  BOOST_TEST(p.verified(4).ok);  // roles are sealed
  BOOST_TEST(p.verified(4).erasures.size() == 1u);
  const log::VerifyReport report = p.verified(5);
  BOOST_TEST(uncovered(report, "entry", ordered) == 1u);
  BOOST_TEST(uncovered(report, "part", gone) >= 2u);
  BOOST_TEST(report.error_count == 1u + uncovered(report, "part", gone));
  BOOST_TEST(report.erased == 0u);
  BOOST_TEST(report.erasures.empty());
}

BOOST_AUTO_TEST_CASE(an_approval_by_somebody_who_is_no_administrator_approves_nothing) {
  OtherProgram p;
  const Position gone = p.events("a").front()->position;
  p.begin();
  const format::ErasureOrdered order = order_of(gone);
  p.recorded_by(p.admin, order);
  const Position approved = p.recorded_by(p.lise, format::ErasureApproved{order.order});
  BOOST_REQUIRE(p.log->store().erase_parts(std::vector{gone}));
  p.end();
  log::VerifyReport report = p.verified(5);
  BOOST_TEST(uncovered(report, "entry", approved) == 1u);
  BOOST_TEST(uncovered(report, "part", gone) >= 2u);
  BOOST_TEST(report.erased == 0u);
  // Whoever becomes an administrator later was none then.
  p.open();
  p.recorded("PersonRegistered", "", 0,
             R"({"person":"lise","roles":["admin"],"service":"school","active":true})");
  BOOST_TEST(uncovered(p.verified(5), "entry", approved) == 1u);
  // An administrator's approval counts beside it.
  p.begin();
  p.recorded_by(p.second, format::ErasureApproved{order.order});
  p.end();
  report = p.verified(5);
  BOOST_TEST(uncovered(report, "entry", approved) == 1u);
  BOOST_TEST(report.error_count == 1u);
  BOOST_TEST(report.erased >= 2u);
}

BOOST_AUTO_TEST_CASE(an_erasure_stands_when_its_administrators_have_left) {
  ErasedTown town;
  BOOST_REQUIRE(town.carry_out(town.approved({"a"})));
  town.recorded("PersonRegistered", "", 0,
                R"({"person":"second","roles":["admin"],"active":false})");
  const log::VerifyReport report = town.verified(5);
  BOOST_TEST(report.ok);
  BOOST_TEST(report.erasures.size() == 1u);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
