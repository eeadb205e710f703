#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "projections/findings/course_book.h"
#include "projections/findings/rule.h"
#include "projections/labels/labels.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(courses_test)
namespace {

Telling telling(const char* ref, Span span, std::int32_t due = kNoDate) {
  Telling told;
  told.ref.text = ref;
  told.span = span;
  told.due = due;
  return told;
}

std::vector<Course> courses(std::initializer_list<Telling> tellings) {
  CourseBook book{29};
  for (const Telling& told : tellings) book.tell(told);
  return std::move(book).take();
}

BOOST_AUTO_TEST_CASE(a_finding_that_comes_true_again_keeps_its_first_day) {
  const auto told = courses({telling("m1", {30, kNoDate}), telling("m1", {10, 20})});
  BOOST_REQUIRE_EQUAL(told.size(), 1u);
  const auto on = [&](std::int32_t day) { return findings_on(told, Date{day}); };
  BOOST_TEST(on(9).empty());
  BOOST_TEST(on(10).at(0).cleared == kNoDate);
  BOOST_TEST(on(19).at(0).cleared == kNoDate);
  BOOST_TEST(on(20).at(0).cleared == 20);
  BOOST_TEST(on(29).at(0).cleared == 20);
  BOOST_TEST(on(30).at(0).cleared == kNoDate);
  BOOST_TEST(on(30).at(0).first == 10);
}

BOOST_AUTO_TEST_CASE(an_earlier_end_does_not_hide_what_still_runs) {
  const auto told = courses({telling("m1", {10, 40}), telling("m1", {12, 20})});
  BOOST_TEST(findings_on(told, Date{25}).at(0).cleared == kNoDate);
  BOOST_TEST(findings_on(told, Date{40}).at(0).cleared == 40);
}

BOOST_AUTO_TEST_CASE(cleared_on_its_first_day_it_did_happen) {
  const auto told = courses({telling("m1", {10, 10})});
  BOOST_TEST(findings_on(told, Date{10}).at(0).cleared == 10);
}

BOOST_AUTO_TEST_CASE(a_deadline_that_has_not_passed_is_a_course_and_no_finding) {
  const auto told = courses({telling("m1", {11, kNoDate}, 10)});
  BOOST_TEST(told.at(0).due == 10);
  BOOST_TEST(findings_on(told, Date{10}).empty());
  BOOST_TEST(findings_on(told, Date{11}).size() == 1u);
}

BOOST_AUTO_TEST_CASE(references_are_in_order_and_apart) {
  const auto told = courses({telling("m2", {1, kNoDate}), telling("m1", {5, kNoDate})});
  BOOST_REQUIRE_EQUAL(told.size(), 2u);
  BOOST_TEST(told[0].ref.text == "m1");
}

BOOST_AUTO_TEST_CASE(every_rule_has_a_name_in_three_languages_and_a_place) {
  RuleNo expected = 1;
  for (const FindingRule& rule : finding_rules()) {
    if (expected == 58) ++expected;  // from verification
    BOOST_TEST(rule.number == expected);
    for (const Language language : {Language::nb, Language::nn, Language::en})
      BOOST_TEST(!label(LabelGroup::finding, rule_name(rule.number), language).empty());
    ++expected;
  }
  BOOST_TEST(expected == kRulesMax + 1);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
