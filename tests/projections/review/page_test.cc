// The page: well-formed, in three languages, every picture told in words, nothing from outside.

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <set>

#include "projections/review/charts.h"
#include "projections/review/grounds.h"
#include "tests/projections/review/town.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(page_test)
namespace {

constexpr Language kLanguagesAll[] = {Language::nb, Language::nn, Language::en};

std::string page_of(const Town& town, const Review& review, Language language,
                    std::optional<log::VerifyReport> verified = std::nullopt) {
  const std::size_t whole = std::min<std::size_t>(town.courses.size(), 12);
  return review_html({language,
                      ReviewSource::log,
                      "Testkommune & sønn",
                      "stafett.example/9901",
                      end_of_day(town.period.to),
                      TreeSize{4711},
                      review.suppressed_below > 0 ? "" : "g1",
                      std::nullopt,
                      review,
                      std::span{town.courses}.first(review.suppressed_below > 0 ? 0 : whole),
                      std::nullopt,
                      town.log.directory().profiles(),
                      {std::move(verified), "stafett.example/9901\n4711\n", "key"}});
}

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string_view::npos;
       at = text.find(what, at + what.size()))
    ++found;
  return found;
}

BOOST_AUTO_TEST_CASE(every_page_needs_nothing_from_outside_and_tells_its_pictures_in_words) {
  const auto town = reviewed_town(80, 9, 500);
  for (const Language language : kLanguagesAll)
    for (const Review& review : {review_of(*town), suppressed(review_of(*town), 5)}) {
      const std::string page = page_of(*town, review, language);
      for (const char* word : {"http:", "https:", "<script", "src=", "href=", "url(", "@import"})
        BOOST_TEST(count(page, word) == 0u, word);
      BOOST_TEST(count(page, "<svg ") > 0u);
      BOOST_TEST(count(page, "<svg ") == count(page, "</desc>"));
      BOOST_TEST(count(page, "<svg ") == count(page, "<title id="));
      BOOST_TEST(count(page, "Testkommune &amp; sønn") == 1u);
    }
}

// The simulation's people have labels, and children are subjects of cases.
BOOST_AUTO_TEST_CASE(no_person_is_named) {
  const auto town = reviewed_town(60, 9, 500);
  const std::string page = page_of(*town, review_of(*town, 100), Language::nb);
  std::set<std::string> people;
  for (const std::string& label : town->log.cases())
    for (const EventPtr& event : town->log.events(label))
      people.insert(town->log.person(event->actor));
  BOOST_TEST(people.size() > 20u);
  for (const std::string& person : people)
    if (person.size() > 6)
      BOOST_TEST(count(page, ">" + person + "<") + count(page, " " + person + " ") +
                         count(page, " " + person + "<") ==
                     0u,
                 person);
}

BOOST_AUTO_TEST_CASE(words_are_there_in_three_languages_and_differ) {
  std::size_t same = 0;
  for (const ReviewWord& word : review_words()) {
    for (const std::string_view text : word.languages) {
      BOOST_TEST(!text.empty(), word.key);
      BOOST_TEST(count(text, "{") == count(word.languages[0], "{"), word.key);
    }
    if (word.languages[0] == word.languages[2]) ++same;
  }
  BOOST_TEST(same < review_words().size() / 10);
  for (std::size_t ground = 0; ground < kGroundCount; ++ground) {
    const std::string name{name_of(static_cast<Ground>(ground))};
    BOOST_TEST(ReviewTexts{Language::en}.of_word("ground", name) != name);
  }
}

BOOST_AUTO_TEST_CASE(a_log_that_does_not_hold_is_told_on_page_one) {
  const auto town = reviewed_town(20, 1, 0);
  log::VerifyReport report;
  report.ok = false;
  report.error_count = 3;
  report.errors.push_back({Position{12}, "entry", "signature", "x"});
  const std::string page = page_of(*town, review_of(*town), Language::nb, report);
  BOOST_TEST(count(page.substr(0, page.find("</section>")), "IKKE I ORDEN") == 1u);
  report.ok = true;
  BOOST_TEST(count(page_of(*town, review_of(*town), Language::nb, report), "IKKE I ORDEN") == 0u);
}

std::string verdict_of(const Town& town, const log::VerifyReport& report) {
  const std::string page = page_of(town, review_of(town), Language::en, report);
  const std::size_t at = page.find("class=\"proven");
  return page.substr(at, page.find("</div>", at) - at);
}

// The page is of size 4711.
BOOST_AUTO_TEST_CASE(what_was_not_checked_as_a_whole_is_not_called_in_order) {
  const auto town = reviewed_town(20, 1, 0);
  log::VerifyReport report;
  report.ok = true;
  report.level = 4;
  report.size = TreeSize{4711};
  report.entries = 4711;
  BOOST_TEST(count(verdict_of(*town, report), "In order") == 1u);
  const auto is_partly = [&](const log::VerifyReport& one) {
    const std::string told = verdict_of(*town, one);
    return count(told, "NOT VERIFIED AS A WHOLE") == 1 && count(told, "In order") == 0 &&
           count(told, "proven unknown") == 1;
  };
  log::VerifyReport shallow = report, old = report, since = report;
  shallow.level = 3;
  old.size = TreeSize{4000};
  since.entries = 12;
  for (const log::VerifyReport& one : {shallow, old, since}) BOOST_TEST(is_partly(one));
}

BOOST_AUTO_TEST_CASE(cases_that_could_not_be_judged_are_told_on_page_one) {
  const auto town = reviewed_town(20, 1, 0);
  Review review = review_of(*town);
  review.damaged.emplace(id<SubjectId>("gone"), "x");
  const auto page_one = [&](const Review& shown) {
    const std::string page = page_of(*town, shown, Language::en);
    return page.substr(0, page.find("</section>"));
  };
  BOOST_TEST(count(page_one(review), "were not judged: 1.") == 1u);
  const std::string hidden = page_one(suppressed(review, 5));
  BOOST_TEST(count(hidden, "of some cases is damaged") == 1u);
  BOOST_TEST(count(hidden, "judged: 1") == 0u);
}

BOOST_AUTO_TEST_CASE(the_trend_says_in_words_what_its_columns_are_made_of) {
  const auto town = reviewed_town(120, 9, 500);
  const Review review = review_of(*town);
  const std::string picture = trend_chart(review, ReviewTexts{Language::en});
  const std::string told = picture.substr(picture.find("<desc"), picture.find("</desc>"));
  for (std::size_t slot = 0; slot < review.trend.size(); ++slot) {
    if (*review.trend[slot] == 0) continue;
    std::string column = slot_name(review.slots, slot) + ": " + std::to_string(*review.trend[slot]);
    const char* names[] = {" (breach ", ", deviation ", ", remark "};
    for (std::size_t level = 0; level < kFindingLevels; ++level)
      column += names[level] + std::to_string(*review.level_trend[level][slot]);
    BOOST_TEST(count(told, column + ")") == 1u, column);
  }
}

BOOST_AUTO_TEST_CASE(that_hidden_rules_found_something_is_said_where_the_worst_are) {
  const auto town = reviewed_town(120, 2, 300);
  const Review open = review_of(*town);
  const char* told = "Rules with findings in few cases are hidden";
  BOOST_TEST(count(page_of(*town, suppressed(open, 5), Language::en), told) == 1u);
  BOOST_TEST(count(page_of(*town, open, Language::en), told) == 0u);
}

BOOST_AUTO_TEST_CASE(of_many_events_that_prove_a_finding_the_others_are_counted) {
  const auto town = reviewed_town(60, 9, 500);
  Review review = review_of(*town);
  for (auto& shown : review.shown) shown.clear();
  ShownFinding one;
  one.finding.rule = 20;
  one.finding.first = town->period.from.days();
  one.finding.proof.assign(1234, ProofEvent{{}, Position{77}, {}, EventType::ENTRY_READ});
  review.rules[20].findings = 1;
  review.shown[20] = {one};
  const std::string page = page_of(*town, review, Language::en);
  BOOST_TEST(count(page, "class=\"position\">77<") == 20u);
  BOOST_TEST(count(page, "and 1,214 more") == 1u);
}

BOOST_AUTO_TEST_CASE(a_rate_is_never_rounded_up_to_perfection) {
  const ReviewTexts english{Language::en};
  BOOST_TEST(english.rate({1, 1000}) == "99%");
  BOOST_TEST(english.rate({0, 1000}) == "100%");
  BOOST_TEST(english.rate({std::nullopt, 1000}) == "hidden");
  BOOST_TEST(english.number(std::uint64_t{1234567}) == "1,234,567");
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
