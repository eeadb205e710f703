#include "projections/finding_texts/finding_texts.h"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <vector>

#include "projections/finding_texts/explain.h"
#include "projections/findings/finding.h"

namespace stafett::bti {

std::ostream& operator<<(std::ostream& out, const FindingEntry& entry) {
  return out << 'F' << static_cast<int>(entry.rule);
}

BOOST_AUTO_TEST_SUITE(finding_texts_test)
namespace {

namespace data = boost::unit_test::data;

const std::vector<FindingEntry> kEntries(finding_entries().begin(), finding_entries().end());
constexpr Language kAll[] = {Language::nb, Language::nn, Language::en};
const char* const kTags[] = {"nb", "nn", "en"};

std::vector<std::string> words_of(std::string_view text) {
  std::istringstream in{std::string(text)};
  return {std::istream_iterator<std::string>(in), {}};
}

// All matches of the pattern's first group, in order.
std::vector<std::string> found(std::string_view text, const char* pattern) {
  const std::string all(text);
  const std::regex regex(pattern);
  std::vector<std::string> out;
  for (std::sregex_iterator at(all.begin(), all.end(), regex), end; at != end; ++at)
    out.push_back((*at)[1]);
  return out;
}
std::vector<std::string> placeholders(std::string_view text) {
  return found(text, R"(\{(\w+)\})");
}

std::string all_of(const FindingEntry::Text& text) {
  return std::string(text.meaning) + ' ' + std::string(text.basis) + ' ' +
         std::string(text.computed);
}

std::string file_text(const std::string& name) {
  std::ifstream file(STAFETT_SOURCE_DIR "/" + name);
  BOOST_TEST_REQUIRE(file.good(), name);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Lines may be broken anywhere.
std::string on_one_line(std::string_view text) {
  std::string out;
  for (const std::string& word : words_of(text)) out += word + ' ';
  return out;
}

BOOST_DATA_TEST_CASE(every_text_is_there_and_names_what_exists, data::make(kEntries), entry) {
  const boost::json::object profile = to_json(Profile{});
  for (const FindingEntry::Text& text : entry.languages) {
    for (const std::string_view part : {text.meaning, text.basis, text.computed}) {
      BOOST_TEST(part.size() > 20u);
      BOOST_TEST(part.ends_with('.'));
    }
    for (const std::string& name : placeholders(all_of(text)))
      BOOST_TEST((profile.contains(name) || !label(LabelGroup::event, name, Language::nb).empty()),
                 name);
    BOOST_TEST(found(all_of(text), R"(([{}]))").size() == 2 * placeholders(all_of(text)).size());
  }
  for (const Language language : kAll) {
    BOOST_TEST(!label(LabelGroup::finding, rule_name(entry.rule), language).empty());
    BOOST_TEST(!finding_word(std::string_view(&entry.level, 1), language).empty());
    for (const std::string& source : words_of(entry.sources))
      BOOST_TEST(!finding_word(source, language).empty(), source);
  }
}

BOOST_DATA_TEST_CASE(the_three_languages_name_the_same_things, data::make(kEntries), entry) {
  const auto things = [&](const FindingEntry::Text& text) {
    const std::string all = all_of(text);
    std::multiset<std::string> out;
    for (const char* pattern : {R"((\{\w+\}))", R"((`[^`]+`))", R"((\bF\d\d\b))"})
      for (std::string& one : found(all, pattern)) out.insert(std::move(one));
    return out;
  };
  const auto nb = things(entry.languages[0]);
  for (const FindingEntry::Text& text : entry.languages) {
    const auto other = things(text);
    BOOST_TEST(other == nb, boost::test_tools::per_element());
  }
}

BOOST_DATA_TEST_CASE(levels_are_those_of_the_findings, data::make(kEntries), entry) {
  BOOST_TEST(level_letter(level_of(entry.rule)) == std::string_view(&entry.level, 1));
}

// F10's last day is the consent's own.
BOOST_DATA_TEST_CASE(deadlines_are_told_as_such, data::make(kEntries), entry) {
  const std::string_view text = entry.languages[static_cast<std::size_t>(Language::en)].computed;
  const bool told = text.find("Deadline: ") != std::string_view::npos ||
                    text.find("the deadline is") != std::string_view::npos;
  BOOST_TEST(told == (is_deadline(entry.rule) && entry.rule != 10));
}

// A period or a limit that decides is told as its value, so that it cannot differ from the profile.
BOOST_DATA_TEST_CASE(keys_of_a_rule_are_the_ones_told, data::make(kEntries), entry) {
  const boost::json::object profile = to_json(Profile{});
  const auto keys = words_of(entry.profile_keys);
  for (const FindingEntry::Text& text : entry.languages) {
    const auto told = placeholders(all_of(text));
    for (const std::string& name : told)
      if (profile.contains(name))
        BOOST_TEST((std::find(keys.begin(), keys.end(), name) != keys.end()), name);
    for (const std::string& key : keys) {
      BOOST_TEST(profile.contains(key), key);
      if (key.ends_with("Days") || key.ends_with("Limit") || key == "childHeardFromAge")
        BOOST_TEST((std::find(told.begin(), told.end(), key) != told.end()), key);
    }
    BOOST_TEST(found(all_of(text), R"((\b\d+ (?:dag|day|måned|month|virkedag|working)))").empty());
  }
}

BOOST_AUTO_TEST_CASE(rules_read_the_keys_that_the_page_of_the_profile_gives_them) {
  std::istringstream page(file_text("docs/reference/profile.md"));
  int rows = 0;
  for (std::string line; std::getline(page, line);) {
    const auto key = found(line, R"(^\| `(\w+)` \|)");
    if (key.empty()) continue;
    for (const std::string& rule : found(line, R"(\b(F\d\d)\b)")) {
      ++rows;
      const auto keys = words_of(finding_entries()[rule_named(rule).value() - 1u].profile_keys);
      BOOST_TEST((std::find(keys.begin(), keys.end(), key[0]) != keys.end()), rule + key[0]);
    }
  }
  BOOST_TEST(rows >= 30);
}

struct Shown {
  const char *key, *changes, *nb, *en;
};
std::ostream& operator<<(std::ostream& out, const Shown& shown) {
  return out << shown.changes;
}
const Shown kShown[] = {
    {"level0DecisionDays", "14", "14 dager", "14 days"},
    {"level0DecisionDays", "1", "1 dag", "1 day"},
    {"level0DecisionDays", "\"10wd\"", "10 virkedager", "10 working days"},
    {"level0DecisionDays", "\"1wd\"", "1 virkedag", "1 working day"},
    {"consentSoonDays", "0", "0 dager", "0 days"},
    {"consentMaxMonths", "6", "6 måneder", "6 months"},
    {"ageOwnConsent", "16", "16", "16"},
    {"childHeardRequired", "\"close\"", "`close`", "`close`"},
    {"consentAllGuardians", "false", "`false`", "`false`"},
};

BOOST_DATA_TEST_CASE(a_value_is_told_with_its_unit, data::make(kShown), shown) {
  const std::string json = std::string("{\"") + shown.key + "\": " + shown.changes + "}";
  const Profile profile = with_changes(Profile{}, boost::json::parse(json).as_object()).value();
  BOOST_TEST(profile_value_text(shown.key, Language::nb, profile) == shown.nb);
  BOOST_TEST(profile_value_text(shown.key, Language::en, profile) == shown.en);
}

BOOST_DATA_TEST_CASE(pages_say_what_the_program_says, data::make(kTags), tag) {
  const Language language = language_named(tag).value();
  const std::string page =
      on_one_line(file_text(std::string("docs/reference/findings.") + tag + ".md"));
  for (const FindingEntry& entry : finding_entries()) {
    const FindingText text = finding_text(entry.rule, language);
    for (const std::string& part : {text.meaning, text.basis, text.computed})
      BOOST_TEST(page.find(on_one_line(part)) != std::string::npos, part);
    for (const std::string& key : words_of(entry.profile_keys)) {
      const std::string value = '`' + key + "` = " + profile_value_text(key, language, Profile{});
      BOOST_TEST(page.find(value) != std::string::npos, value);
    }
  }
}

// Words that only the other written language has, `*`: words that begin so. Not complete: a guard
// against slips.
constexpr std::string_view kNotBokmal =
    "ikkje frå utan nokon noko nokre kven kva kvifor korleis kvar teneste* føreset* høyrt uro uroa "
    "stafetthaldar* vere gjeld blei hending* saka dei medan sidan sjølv fleire eit ein éin ei éi "
    "seinare tidlegare leiar* tilsett* eige eiga gong skule skulen skulemiljø* oppretta avslutta "
    "trekt dekt";
constexpr std::string_view kNotNynorsk =
    "ikke fra uten noen noe hvem hva hvorfor hvordan hver hvert tjeneste* foresat* hørt bekymring* "
    "stafettholder* være gjelder ble lukkes hendelse* saken de dem mens siden selv flere et en én "
    "senere tidligere leder* ansatt* eget egen skole* barnets loggens deres vises føres gis "
    "avsluttes opprettes skrives opprettet avsluttet trukket dekket antall";

std::string slips(std::string_view text, std::string_view foreign) {
  std::string out;
  for (std::string word : words_of(text)) {
    word.erase(0, word.find_first_not_of("(`"));
    word.erase(word.find_last_not_of(".,:;)`") + 1);
    for (std::string one : words_of(foreign)) {
      const bool prefix = one.back() == '*';
      if (prefix) one.pop_back();
      if (word == one || (prefix && word.starts_with(one))) out += word + ' ';
    }
  }
  return out;
}

BOOST_DATA_TEST_CASE(bokmal_and_nynorsk_are_kept_apart, data::make(kEntries), entry) {
  BOOST_TEST(slips(all_of(entry.languages[0]), kNotBokmal) == "");
  BOOST_TEST(slips(all_of(entry.languages[1]), kNotNynorsk) == "");
}

BOOST_AUTO_TEST_CASE(a_rule_is_explained_with_the_values_of_the_profile) {
  const auto changes = boost::json::parse(R"({"evaluateGraceDays": "5wd"})").as_object();
  const Profile profile = with_changes(Profile{}, changes).value();
  const std::string text = explain(29, Language::nb, profile);
  BOOST_TEST(text.starts_with("F29 Tiltak ikke evaluert i tide (avvik)\n\nEt tiltak er ikke "));
  BOOST_TEST(text.find("Frist: 5 virkedager etter evalueringsdatoen.") != std::string::npos);
  BOOST_TEST(text.find("\nBygger på: praksis i norske kommuner; Stafetts eget valg.\n") !=
             std::string::npos);
  BOOST_TEST(text.ends_with("\nProfil: `evaluateGraceDays` = 5 virkedager (standard 7 dager).\n"));
  BOOST_TEST(explain(2, Language::en, profile).find("Profile:") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(rules_are_named_by_letter_and_two_digits) {
  BOOST_TEST(rule_named("F01").value() == 1);
  BOOST_TEST(rule_named("f62").value() == 62);
  for (const char* wrong : {"", "F", "F1", "F00", "F63", "F001", "H01", "29", "F2x", " F29"})
    BOOST_TEST(!rule_named(wrong), wrong);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti
