// The figures of a review are what was planted, and no rule finds anything where it did not apply.

#include <boost/test/unit_test.hpp>
#include <map>
#include <set>

#include "tests/projections/review/town.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(review_figures_test)
namespace {

constexpr Chance kOften = 400;

BOOST_AUTO_TEST_CASE(findings_and_cases_of_each_rule_are_those_that_were_planted) {
  const auto town = reviewed_town(200, 7, kOften);
  BOOST_TEST(town->played.surprises.size() == 0u);
  std::map<std::string, std::uint64_t> findings;
  std::map<std::string, std::set<std::string>> cases;
  std::set<std::string> all_cases;
  for (const PlantedFinding& one : town->played.truth) {
    ++findings[one.rule];
    cases[one.rule].insert(one.case_label);
    all_cases.insert(one.case_label);
  }
  BOOST_TEST(findings.size() > 30u);
  const Review review = review_of(*town);
  for (RuleNo rule = 1; rule <= kRulesMax; ++rule) {
    const RuleFigures& figures = review.rules[rule];
    BOOST_TEST_CONTEXT(rule_name(rule)) {
      BOOST_TEST(*figures.findings == findings[rule_name(rule)]);
      BOOST_TEST(*figures.cases.n == cases[rule_name(rule)].size());
      BOOST_TEST(*figures.cases.of >= *figures.cases.n);
      std::uint64_t in_slots = 0;
      for (const Number& number : figures.trend) in_slots += *number;
      BOOST_TEST(in_slots == *figures.findings);
    }
  }
  BOOST_TEST(*review.total == town->played.truth.size());
  BOOST_TEST(*review.found.n == all_cases.size());
  BOOST_TEST(*review.found.of == *review.cases);
}

BOOST_AUTO_TEST_CASE(what_is_found_in_a_case_applied_to_it) {
  for (const std::uint64_t seed : {1u, 2u, 3u}) {
    const auto town = reviewed_town(150, seed, kOften);
    for (const CaseReview& one : town->cases)
      for (const CaseFinding& finding : one.findings)
        BOOST_TEST(one.grounds.test(static_cast<std::size_t>(ground_of(finding.rule))),
                   rule_name(finding.rule) << " in a case that it did not apply to, seed " << seed);
  }
}

BOOST_AUTO_TEST_CASE(a_rule_does_not_apply_to_every_case) {
  const auto town = reviewed_town(150, 5, 0);
  const Review review = review_of(*town);
  BOOST_TEST(*review.total == 0u);
  BOOST_TEST(*review.cases == town->cases.size());
  const auto of = [&](RuleNo rule) { return *review.rules[rule].cases.of; };
  BOOST_TEST(of(1) == town->cases.size());  // each begins with a concern
  BOOST_TEST(of(5) > 0u);
  BOOST_TEST(of(5) < of(1));     // not every log is opened
  BOOST_TEST(of(42) <= of(43));  // closed because the goal was reached, of all closed
  BOOST_TEST(of(38) < of(5));    // level 3
}

BOOST_AUTO_TEST_CASE(the_proof_of_a_finding_names_events_of_the_case_by_position_and_type) {
  const auto town = reviewed_town(100, 3, kOften);
  std::size_t seen = 0;
  for (std::size_t i = 0; i < town->cases.size(); ++i) {
    std::map<EventId, const Event*> events;
    for (const EventPtr& event : town->log.events(town->log.cases()[i]))
      events[event->id] = event.get();
    for (const CaseFinding& finding : town->cases[i].findings)
      for (const ProofEvent& proof : finding.proof) {
        BOOST_REQUIRE(events.contains(proof.id));
        BOOST_TEST((proof.position == events[proof.id]->position));
        BOOST_TEST((proof.type == events[proof.id]->type));
        ++seen;
      }
  }
  BOOST_TEST(seen > 20u);
}

BOOST_AUTO_TEST_CASE(what_began_outside_the_period_is_not_counted) {
  const auto town = reviewed_town(100, 4, kOften);
  std::uint64_t parts = 0;
  for (const auto& [from, to] : {std::pair{town->period.from, town->period.from + 500},
                                 std::pair{town->period.from + 501, town->period.to}}) {
    ReviewTally tally{{from, to}};
    for (const std::string& label : town->log.cases()) {
      const auto case_id = id<SubjectId>(label);
      // Up to the same day both times: a finding's first day does not move.
      const CaseTrack track = track_of(case_id, town->log.events(label), town->log.directory(), {},
                                       end_of_day(town->period.to));
      tally.add(review_case(case_id, track, {from, to}));
    }
    parts += *tally.review(0).total;
  }
  BOOST_TEST(parts == town->played.truth.size());
}

BOOST_AUTO_TEST_CASE(each_day_of_a_period_is_in_one_slot) {
  for (const int days : {1, 31, 200, 700, 2000, 9000}) {
    const Date from = *Date::from_ymd(2019, 11, 17);
    const Slots slots = slots_of({from, from + days});
    BOOST_TEST((slots.all.front().first == from));
    BOOST_TEST((slots.all.back().last == from + days));
    for (std::size_t i = 1; i < slots.all.size(); ++i)
      BOOST_TEST((slots.all[i].first == slots.all[i - 1].last + 1));
    BOOST_TEST(slots.all.size() <= 28u);
  }
}

BOOST_AUTO_TEST_CASE(of_findings_the_open_and_old_ones_are_shown_first) {
  const auto town = reviewed_town(150, 6, kOften);
  const Review few = review_of(*town, 2);
  const Review all = review_of(*town, 1000);
  for (RuleNo rule = 1; rule <= kRulesMax; ++rule) {
    BOOST_TEST(all.shown[rule].size() == *all.rules[rule].findings);
    BOOST_TEST(few.shown[rule].size() == std::min<std::size_t>(2, all.shown[rule].size()));
    for (std::size_t i = 0; i < few.shown[rule].size(); ++i)
      BOOST_TEST((few.shown[rule][i].case_id == all.shown[rule][i].case_id));
  }
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
