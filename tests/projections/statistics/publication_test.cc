// Figures are published once, of whole months, when they have settled, and never computed again.

#include "projections/statistics/publication.h"

#include <boost/test/data/test_case.hpp>
#include <ostream>

#include "projections/statistics/document.h"
#include "projections/statistics/suppression.h"
#include "tests/projections/gate/municipality.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(publication_test)
namespace {

Date day(const char* text) {
  return *Date::parse(text);
}
const DatePeriod kJanuary{day("2026-01-01"), day("2026-01-31")};

Publication published(const char* from, const char* to) {
  return {{day(from), day(to)}, Position{0}, TimeUs{0}, {}};
}

struct Asked {
  const char* name;
  const char* from;
  const char* to;
  const char* today;
  const char* want;  // how the refusal begins; empty: none
};
std::ostream& operator<<(std::ostream& out, const Asked& asked) {
  return out << asked.name;
}
const Asked kAsked[] = {
    {"a month", "2026-02-01", "2026-02-28", "2026-03-10", ""},
    {"two months", "2026-02-01", "2026-03-31", "2026-04-10", ""},
    {"a leap day short", "2024-02-01", "2024-02-28", "2026-03-10", "not whole months"},
    {"the middle of a month", "2026-02-15", "2026-03-14", "2026-05-01", "not whole months"},
    {"a day short", "2026-02-01", "2026-02-27", "2026-05-01", "not whole months"},
    {"backwards", "2026-03-01", "2026-02-28", "2026-05-01", "not whole months"},
    {"the last day itself", "2026-02-01", "2026-02-28", "2026-02-28", "the period is not over"},
    {"the ninth day after", "2026-02-01", "2026-02-28", "2026-03-09", "late events"},
    {"published already", "2026-01-01", "2026-01-31", "2026-05-01", "published already"},
    {"holds a published month", "2026-01-01", "2026-02-28", "2026-05-01", "shares days"},
    {"lies within a published quarter", "2025-11-01", "2025-11-30", "2026-05-01", "shares days"},
};
BOOST_DATA_TEST_CASE(only_whole_settled_months_apart_from_others_are_published,
                     boost::unit_test::data::make(kAsked), asked) {
  const Publication before[] = {published("2025-10-01", "2025-12-31"),
                                published("2026-01-01", "2026-01-31")};
  const Result<void> may = may_publish({day(asked.from), day(asked.to)}, before, day(asked.today));
  BOOST_TEST(may.has_value() == std::string_view{asked.want}.empty());
  if (!may) BOOST_TEST(may.error().detail().starts_with(asked.want), may.error().detail());
}

struct Publishing : Municipality {
  std::vector<Publication> all() const {
    auto found = publications(*bti.log, bti.gate->source(), bti.log->head().size);
    BOOST_REQUIRE(found);
    return *found;
  }
  boost::json::object computed() const {
    auto now = statistics(*bti.log, bti.gate->source(), kJanuary, {});
    BOOST_REQUIRE(now);
    return to_json(suppressed(now->figures, now->small_cell_min, Rigour::unsolvable));
  }
};

BOOST_FIXTURE_TEST_CASE(what_was_published_stays_whatever_is_recorded_later, Publishing) {
  for (int i = 0; i < 6; ++i) concern("case-" + std::to_string(i));
  clock.set(*parse_time("2026-02-10T08:00:00Z"));
  const boost::json::object figures = computed();
  BOOST_TEST(figures.at("raised").at("total") == 7);  // and the filler
  const std::uint64_t size = bti.log->head().size.value();
  BOOST_REQUIRE(publish(*bti.log, *bti.gate, kJanuary, "admin"));
  concern("late");
  BOOST_TEST(computed().at("raised").at("total") == 8);
  const std::vector<Publication> found = all();
  BOOST_REQUIRE(found.size() == 1u);
  BOOST_TEST((found[0].period == kJanuary));
  BOOST_TEST(found[0].figures == figures);
  BOOST_TEST(found[0].position.value() == size);
  BOOST_TEST((found[0].recorded_at == clock.now()));
  BOOST_TEST((may_publish(kJanuary, found, day("2026-05-01")).error().code() == Errc::conflict));
  const auto earlier =
      publications(*bti.log, bti.gate->source(), TreeSize{found[0].position.value()});
  BOOST_REQUIRE(earlier);
  BOOST_TEST(earlier->empty());
  open();
  BOOST_REQUIRE(all().size() == 1u);
  BOOST_TEST(all()[0].figures == figures);
}

BOOST_FIXTURE_TEST_CASE(a_service_has_the_kind_that_was_known, Publishing) {
  const std::uint64_t before = bti.log->head().size.value();
  recorded("ServiceRegistered", "", 1,
           R"({"service":"school","kind":"ppt","names":{"nb":"S","nn":"S","en":"S"}})");
  const auto raised = [&](std::uint64_t size) {
    const auto found = statistics(*bti.log, bti.gate->source(), kJanuary, {TreeSize{size}});
    BOOST_REQUIRE(found);
    BOOST_TEST(found->size.value() == size);
    return to_json(found->figures).at("raised").at("cells");
  };
  BOOST_TEST(raised(before).at("school") == 1);
  BOOST_TEST(raised(before + 1).at("school") == 0);
  BOOST_TEST(raised(before + 1).at("ppt") == 1);
}

BOOST_FIXTURE_TEST_CASE(of_a_period_published_twice_the_first_counts, Publishing) {
  const auto publish_by_hand = [this](int total) {
    recorded("StatisticsPublished", "", 0,
             R"({"from":"2026-01-01","to":"2026-01-31","figures":{"x":{"n":)" +
                 std::to_string(total) + R"(,"of":9}}})");
  };
  publish_by_hand(5);
  publish_by_hand(6);
  const std::vector<Publication> found = all();
  BOOST_REQUIRE(found.size() == 2u);
  BOOST_TEST(find_publication(found, kJanuary)->figures.at("x").at("n") == 5);
}

BOOST_AUTO_TEST_CASE(a_consumer_gets_whole_months_that_share_no_day) {
  const Publication all[] = {
      published("2026-01-01", "2026-01-30"), published("2026-01-01", "2026-01-31"),
      published("2026-01-01", "2026-02-28"), published("2026-02-01", "2026-02-28"),
      published("2026-02-01", "2026-02-28")};
  const auto given = [&](std::size_t i) { return find_for_consumer(all, all[i].period); };
  BOOST_TEST(!given(0));
  BOOST_TEST(given(1) == &all[1]);
  BOOST_TEST(!given(2));
  BOOST_TEST(given(3) == &all[3]);
  BOOST_TEST(given(4) == &all[3]);
}

BOOST_FIXTURE_TEST_CASE(who_may_not_publish_is_refused_by_the_log, Publishing) {
  clock.set(*parse_time("2026-02-10T08:00:00Z"));
  const Result<void> done = publish(*bti.log, *bti.gate, kJanuary, "lise");
  BOOST_REQUIRE(!done);
  BOOST_TEST((done.error().code() == Errc::refused));
  BOOST_TEST(done.error().detail().starts_with("role-not-held"), done.error().detail());
  BOOST_TEST(all().empty());
}

BOOST_AUTO_TEST_CASE(a_document_is_the_same_in_every_format) {
  StatisticsDocument document{kJanuary, TreeSize{7}, SmallNumbers::suppressed, std::nullopt,
                              boost::json::parse(R"({
      "raised":{"total":null,"cells":{"school":null,"a,\"b\"":0}},
      "days":{"n":2,"median":3.5},"none":{"n":0,"median":null},"part":{"n":null,"of":12}})")
                                  .as_object()};
  const auto csv = to_csv(document);
  BOOST_REQUIRE(csv);
  BOOST_TEST(
      *csv ==
      "table,key,value\r\nraised,total,\r\nraised,school,\r\nraised,\"a,\"\"b\"\"\",0\r\n"
      "days,n,2\r\ndays,median,3.5\r\nnone,n,0\r\nnone,median,\r\npart,n,\r\npart,of,12\r\n");
  const std::string lines = to_json_lines(document);
  BOOST_TEST(std::ranges::count(lines, '\n') == 4);
  BOOST_TEST(lines.find(R"({"from":"2026-01-01","to":"2026-01-31","figure":"none","n":0,)"
                        R"("median":null})") != std::string::npos);
  document.figures["odd"] = 7;
  BOOST_TEST(!to_csv(document).has_value());
  document.figures["odd"] = {{"n", "text"}};
  BOOST_TEST(!to_csv(document).has_value());
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
