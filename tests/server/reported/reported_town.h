#pragma once
// A town with two reporting consumers, played into a log and served, its clock in the test's hands.

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <set>

#include "projections/viewer/reported.h"
#include "server/reported/reported_feed.h"
#include "tests/projections/viewer/played_log.h"
#include "tests/support/code_of.h"

namespace stafett::server::test {

namespace json = boost::json;

// day0 is a Monday: week n begins on day 7 * n.
inline const char* const kTownHead = R"({"name": "town", "day0": "2026-01-12",
 "services": {"child-welfare": {"kind": "barnevern"}},
 "people": {
  "lise": {"roles": ["employee"], "service": "school"}, "odd": {"roles": ["leader"],
  "service": "school"}, "kari": {"roles": ["guardian"]}, "dag": {"roles": ["dpo"]},
  "rita": {"roles": ["reporter"]}, "rolf": {"roles": ["reporter"]}, CHILDREN},
 "events": [EVENTS]})";

class Town final {
 public:
  // Adds an event of a case; `rest`: the members after "type" and "by".
  Town& happens(int day, const std::string& case_label, const std::string& type,
                const std::string& by, const std::string& data, const std::string& rest = {}) {
    events_.push_back({day, R"({"day": )" + std::to_string(day) + R"(, "case": ")" + case_label +
                                R"(", "type": ")" + type + R"(", "by": ")" + by + R"(", "data": )" +
                                data + rest + "}"});
    return *this;
  }
  // A concern about a child of its own, and three more events within the same week.
  Town& concern(int day, const std::string& case_label) {
    const std::string child = "child-of-" + case_label;
    children_ += (children_.empty() ? "\"" : ", \"") + child + R"(": {"roles": ["child"]})";
    happens(day, case_label, "ConcernRaised", "lise",
            R"({"subject": ")" + child +
                R"(", "subjectKind": "child", "birthDate": "2017-05-04", "source": "employee",
                    "service": "school", "summary": "alone in the breaks"})");
    happens(day, case_label, "ConcernConcretised", "lise",
            R"({"observations": "four days of five", "periodFrom": "2026-01-05", "degree": 4})");
    for (const char* note : {"n1", "n2"})
      happens(day, case_label, "NoteAdded", "lise",
              std::string{R"({"note": ")"} + note + R"(", "kind": "general", "text": "a talk"})");
    return *this;
  }
  std::string scenario() {
    std::stable_sort(events_.begin(), events_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::string events;
    for (const auto& [day, event] : events_) events += (events.empty() ? "" : ",\n") + event;
    std::string text = kTownHead;
    text.replace(text.find("CHILDREN"), 8, children_);
    return text.replace(text.find("EVENTS"), 6, events);
  }

 private:
  std::vector<std::pair<int, std::string>> events_;
  std::string children_;
};

class ServedTown final {
 public:
  // Its clock stands at the end of that day.
  ServedTown(Town town, int day, std::uint64_t stretch_max = RecordedWeeks::kEntriesMax)
      : played{town.scenario()}, served{"9901", played.opened(), {}}, feed{served, stretch_max} {
    stands_at(day);
  }
  void stands_at(int day) { played.clock.set(played.scenario().days.end(day)); }

  Result<ReportPage> page(const std::string& consumer, const std::string& cursor = {},
                          std::size_t limit = ReportedFeed::kEventsAPageMax,
                          const std::string& visit = "v1", const std::string& service = {}) {
    return feed.page({{played.person(consumer), consumer, TimeUs{INT64_MAX}},
                      {"control", visit, service},
                      cursor,
                      limit});
  }
  // Everything there is, in pages.
  std::vector<json::object> all(const std::string& consumer,
                                std::size_t limit = ReportedFeed::kEventsAPageMax,
                                std::string cursor = {}) {
    std::vector<json::object> events;
    for (bool more = true; more;) {
      auto next = page(consumer, cursor, limit);
      BOOST_REQUIRE_MESSAGE(next, (next ? "" : next.error().to_string()));
      BOOST_TEST(next->events.size() <= limit);
      for (json::object& event : next->events) events.push_back(std::move(event));
      cursor = next->cursor;
      more = next->has_more;
    }
    last_cursor = cursor;
    return events;
  }
  // What the consumer calls a case.
  std::string name(const std::string& consumer, const std::string& case_label) {
    return bti::ConsumerNames{played.log().index(), played.person(consumer),
                              played.case_id(case_label)}
        .of_case();
  }

  bti::test::PlayedLog played;
  ServedLog served;
  ReportedFeed feed;
  std::string last_cursor;
};

inline std::string text_of(const std::vector<json::object>& events) {
  std::string text;
  for (const json::object& event : events) text += json::serialize(event) + "\n";
  return text;
}
inline std::size_t count_of(const std::vector<json::object>& events, std::string_view type) {
  return static_cast<std::size_t>(
      std::count_if(events.begin(), events.end(),
                    [&](const json::object& one) { return one.at("type").as_string() == type; }));
}

}  // namespace stafett::server::test
