// The page: well-formed, in three languages, every picture told in words, nothing from outside.

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <set>

#include "projections/review/grounds.h"
#include "tests/projections/review/town.h"

namespace stafett::bti::test {
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

BOOST_AUTO_TEST_CASE(a_rate_is_never_rounded_up_to_perfection) {
  const ReviewTexts english{Language::en};
  BOOST_TEST(english.rate({1, 1000}) == "99%");
  BOOST_TEST(english.rate({0, 1000}) == "100%");
  BOOST_TEST(english.rate({std::nullopt, 1000}) == "hidden");
  BOOST_TEST(english.number(std::uint64_t{1234567}) == "1,234,567");
}

}  // namespace
}  // namespace stafett::bti::test
