// Random cases: the courses kept up event by event are those from scratch, and what was known then
// is what is known then.

#include <rapidcheck.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "projections/findings/case_tracker.h"
#include "projections/findings/evaluate.h"
#include "tests/projections/state/random_case.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(tracker_prop_test)
namespace {

constexpr TimeUs kAlways{INT64_MAX};

BOOST_AUTO_TEST_CASE(courses_kept_up_are_those_from_scratch_after_every_event) {
  BOOST_TEST(rc::check([] {
    const auto log = random_log(Pace::weeks);
    const auto case_id = id<SubjectId>("case");
    CaseTracker tracker{case_id, log->directory()};
    std::vector<EventPtr> recorded;
    for (const EventPtr& event : log->events("case")) {
      recorded.push_back(event);
      if (tracker.needs_all({event}))
        tracker.build(recorded);
      else
        tracker.add({event});
      const auto kept = tracker.courses();
      const auto scratch = courses_of(case_id, recorded, log->directory(), {}, kAlways);
      const auto [a, b] = std::ranges::mismatch(kept, scratch);
      if (a != kept.end()) RC_LOG() << "kept up: " << rule_name(a->rule) << '\n';
      if (b != scratch.end()) RC_LOG() << "from scratch: " << rule_name(b->rule) << '\n';
      RC_ASSERT(kept == scratch);
    }
  }));
}

BOOST_AUTO_TEST_CASE(courses_that_are_looked_at_now_and_then_are_those_from_scratch) {
  BOOST_TEST(rc::check([] {
    const auto log = random_log(Pace::weeks);
    const auto case_id = id<SubjectId>("case");
    CaseTracker tracker{case_id, log->directory()};
    std::vector<EventPtr> recorded;
    for (const EventPtr& event : log->events("case")) {
      recorded.push_back(event);
      if (tracker.needs_all({event}))
        tracker.build(recorded);
      else
        tracker.add({event});
      if (*rc::gen::inRange(0, 6) != 0) continue;
      RC_ASSERT(tracker.courses() == courses_of(case_id, recorded, log->directory(), {}, kAlways));
    }
  }));
}

BOOST_AUTO_TEST_CASE(what_is_recorded_later_does_not_change_what_was_known) {
  BOOST_TEST(rc::check([] {
    const auto log = random_log(Pace::weeks);
    const std::vector<EventPtr>& all = log->events("case");
    if (all.empty()) return;
    const std::size_t cut = *rc::gen::inRange<std::size_t>(0, all.size());
    const std::vector<EventPtr> first(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(cut));
    const Knowledge known{TreeSize{all[cut]->position.value()}, kAlways};
    const TimeUs as_of{kRandomCaseStart.value() + *rc::gen::inRange(0, 500) * 1440 * kMinuteUs};
    const auto case_id = id<SubjectId>("case");
    RC_ASSERT(evaluate(case_id, all, log->directory(), known, as_of) ==
              evaluate(case_id, first, log->directory(), {}, as_of));
  }));
}

// What has become true stays: an evaluation on a later day, with the same knowledge and no event in
// between, says of every earlier finding when it first was true.
BOOST_AUTO_TEST_CASE(a_day_on_which_nothing_happens_only_adds) {
  BOOST_TEST(rc::check([] {
    const auto log = random_log(Pace::weeks);
    const std::vector<EventPtr>& all = log->events("case");
    if (all.empty()) return;
    const auto case_id = id<SubjectId>("case");
    const auto courses = courses_of(case_id, all, log->directory(), {}, kAlways);
    const Date day{20'500 + *rc::gen::inRange(0, 900)};
    const auto before = findings_on(courses, day);
    const auto after = findings_on(courses, day + 1);
    RC_ASSERT(before.size() <= after.size());
    for (const Finding& finding : before) {
      const auto same = std::ranges::find_if(after, [&](const Finding& one) {
        return one.rule == finding.rule && one.ref == finding.ref;
      });
      RC_ASSERT(same != after.end());
      RC_ASSERT(same->first == finding.first);
    }
  }));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
