// What a reporting consumer is given, when, and in which order.

#include "server/reported/reported_feed.h"

#include <regex>

#include "engine/base/encoding.h"
#include "tests/server/reported/reported_town.h"

namespace stafett::server::test {
BOOST_AUTO_TEST_SUITE(reported_feed_test)
namespace {

std::string label(int number) {
  return "case-" + std::to_string(number);
}

// 24 cases, eight in each of three weeks.
Town three_weeks() {
  Town town;
  for (int i = 0; i < 24; ++i) town.concern(7 * (i / 8) + i % 5, label(i));
  return town;
}

// Everything in the text that could be an id of the consumer's.
std::set<std::string> ids_in(const std::string& text) {
  static const std::regex kId{"[0-9a-f]{32}"};
  std::set<std::string> ids;
  for (std::sregex_iterator at{text.begin(), text.end(), kId}, end; at != end; ++at)
    ids.insert(at->str());
  return ids;
}

// By which true case each line is, in the order of the lines, once a case and week.
std::vector<std::string> order_of(ServedTown& town, const std::string& consumer) {
  std::map<std::string, std::string> label_of;
  for (int i = 0; i < 24; ++i) label_of[town.name(consumer, label(i))] = label(i);
  std::vector<std::string> order;
  for (const json::object& event : town.all(consumer)) {
    const std::string& found = label_of.at(std::string(event.at("case").as_string()));
    if (order.empty() || order.back() != found) order.push_back(found);
  }
  return order;
}

// Of each case, by its true name, what came in which order: types, and which of the notes it was.
std::map<std::string, std::string> orders_within(ServedTown& town, const std::string& consumer) {
  std::map<std::string, std::string> stands_for;
  for (int i = 0; i < 24; ++i) {
    const bti::ConsumerNames names{town.played.log().index(), town.played.person(consumer),
                                   town.played.case_id(label(i))};
    stands_for[names.of_case()] = label(i);
    for (const char* note : {"n1", "n2"}) stands_for[names.of(bti::IdKind::note, note)] = note;
  }
  std::map<std::string, std::string> orders;
  for (const json::object& event : town.all(consumer)) {
    std::string& order = orders[stands_for.at(std::string(event.at("case").as_string()))];
    order += std::string(event.at("type").as_string()) + " ";
    if (const json::value* note = event.at("data").as_object().if_contains("note"))
      order += stands_for.at(std::string(note->as_string())) + " ";
  }
  return orders;
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_event_that_the_table_gives_comes_once) {
  ServedTown town{three_weeks(), 30};
  const auto events = town.all("rita");
  BOOST_TEST(events.size() == 24u * 4);
  BOOST_TEST(count_of(events, "ConcernRaised") == 24u);
  std::set<std::string> notes;
  for (const json::object& event : events) {
    BOOST_TEST(event.size() == 5u);
    if (event.at("type").as_string() == "NoteAdded")
      notes.insert(std::string(event.at("data").at("note").as_string()));
  }
  BOOST_TEST(notes.size() == 48u);
}

BOOST_AUTO_TEST_CASE(two_consumers_have_no_id_in_common_and_each_its_own_order) {
  ServedTown town{three_weeks(), 30};
  const std::string rita = text_of(town.all("rita")), rolf = text_of(town.all("rolf"));
  std::vector<std::string> common;
  std::ranges::set_intersection(ids_in(rita), ids_in(rolf), std::back_inserter(common));
  BOOST_TEST(ids_in(rita).size() == 24u * 3);
  BOOST_TEST(common.empty());
  const auto by_rita = order_of(town, "rita"), by_rolf = order_of(town, "rolf");
  BOOST_TEST(by_rita.size() == 24u);  // the events of a case come together
  // Eight cases a week, three weeks: by chance, one in (8!)^3 would be as the other's.
  std::size_t same_place = 0;
  for (std::size_t i = 0; i < by_rita.size(); ++i) same_place += by_rita[i] == by_rolf[i] ? 1u : 0u;
  BOOST_TEST(same_place < 12u);
  BOOST_TEST((by_rita != by_rolf));
  for (std::size_t week = 0; week < 3; ++week) {
    const auto first = static_cast<std::ptrdiff_t>(8 * week);
    std::set<std::string> a(by_rita.begin() + first, by_rita.begin() + first + 8);
    std::set<std::string> b(by_rolf.begin() + first, by_rolf.begin() + first + 8);
    BOOST_TEST((a == b));  // a week is given whole before the next
  }
}

BOOST_AUTO_TEST_CASE(events_of_a_case_do_not_come_in_the_order_in_which_they_were_recorded) {
  ServedTown town{three_weeks(), 30};
  for (const char* consumer : {"rita", "rolf"}) {
    std::size_t raised_first = 0;
    std::string last_case;
    for (const json::object& event : town.all(consumer)) {
      const std::string in{event.at("case").as_string()};
      if (in != last_case && event.at("type").as_string() == "ConcernRaised") ++raised_first;
      last_case = in;
    }
    // One in four by chance; the seed of the log's keys is fixed.
    BOOST_TEST(raised_first > 0u);
    BOOST_TEST(raised_first < 18u);
  }
}

BOOST_AUTO_TEST_CASE(the_order_within_a_case_is_each_consumers_own) {
  ServedTown town{three_weeks(), 30};
  const auto by_rita = orders_within(town, "rita"), by_rolf = orders_within(town, "rolf");
  BOOST_TEST(by_rita.size() == 24u);
  std::size_t the_same = 0;
  for (const auto& [case_label, order] : by_rita)
    the_same += by_rolf.at(case_label) == order ? 1u : 0u;
  // Four events in 24 orders: one case by chance.
  BOOST_TEST(the_same < 8u);
}

BOOST_AUTO_TEST_CASE(nothing_of_position_event_person_label_or_day_is_in_any_byte) {
  ServedTown town{three_weeks(), 30};
  const std::string text = text_of(town.all("rita"));
  for (const char* told : {"case-", "child-of", "lise", "odd", "position", "actor", "recordedAt",
                           "leafHash", "key", "version", "occurredAt", "custody", "stream",
                           "alone in the breaks", "four days", "a talk", "2026-01"})
    BOOST_TEST(text.find(told) == std::string::npos, told);
  BOOST_TEST(!std::regex_search(text, std::regex{"[0-9]{4}-[0-9]{2}-[0-9]{2}"}));
  BOOST_TEST(text.find(R"("week":"2026-W03")") != std::string::npos);
  BOOST_TEST(text.find(R"("periodFrom":"2026-W02")") != std::string::npos);
  // Nor any id of the log's own, in the forms in which ids are written.
  for (std::uint64_t at = 0; at < town.played.log().head().size.value(); ++at) {
    const auto entry = town.played.log().store().entry(Position{at});
    BOOST_REQUIRE(entry);
    const auto outline = format::outline_of_own_entry(*entry);
    BOOST_REQUIRE(outline);
    BOOST_TEST(text.find(to_uuid_text(outline->event_id.view())) == std::string::npos);
    BOOST_TEST(text.find(to_hex(outline->event_id.view())) == std::string::npos);
    BOOST_TEST(text.find(to_hex(outline->actor.view())) == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(pages_of_any_size_make_the_same_feed) {
  ServedTown town{three_weeks(), 30};
  const std::string whole = text_of(town.all("rita"));
  for (const std::size_t limit : {1u, 2u, 3u, 7u, 31u, 96u, 97u})
    BOOST_TEST(text_of(town.all("rita", limit)) == whole);
  // Also where stretches end within a week: the order is another one, the events are the same.
  for (const std::uint64_t stretch : {1u, 10u, 50u}) {
    ServedTown cut{three_weeks(), 30, stretch};
    const auto events = cut.all("rita", 5);
    BOOST_TEST(events.size() == 96u);
    BOOST_TEST(ids_in(text_of(events)).size() == 24u * 3);
  }
}

BOOST_AUTO_TEST_CASE(a_week_is_given_when_it_is_over_and_what_was_given_does_not_come_again) {
  ServedTown town{three_weeks(), 13};  // the Sunday of the second week
  const auto first = town.all("rita");
  BOOST_TEST(first.size() == 8u * 4);
  BOOST_TEST(town.all("rita", 1000, town.last_cursor).empty());
  town.stands_at(14);
  const auto second = town.all("rita", 1000, town.last_cursor);
  BOOST_TEST(second.size() == 8u * 4);
  town.stands_at(30);
  const auto third = town.all("rita", 1000, town.last_cursor);
  BOOST_TEST(third.size() == 8u * 4);
  BOOST_TEST(text_of(first) + text_of(second) + text_of(third) == text_of(town.all("rita")));
}

BOOST_AUTO_TEST_CASE(of_a_type_that_is_rare_nothing_is_given_until_there_are_enough) {
  Town rare = three_weeks();
  const std::string shared = R"({"leader": "odd"})";
  for (int i = 0; i < 4; ++i) rare.happens(6, label(i), "ConcernSharedWithLeader", "lise", shared);
  ServedTown town{rare, 13};
  BOOST_TEST(count_of(town.all("rita"), "ConcernSharedWithLeader") == 0u);

  Town enough = rare;
  enough.happens(13, label(5), "ConcernSharedWithLeader", "lise", shared);
  ServedTown grown{enough, 13};
  // Five are recorded, but the week of the fifth is not over.
  BOOST_TEST(count_of(grown.all("rita"), "ConcernSharedWithLeader") == 0u);
  grown.stands_at(14);
  BOOST_TEST(count_of(grown.all("rita"), "ConcernSharedWithLeader") == 5u);
  // Twelve months later they are rare again, and so is everything else.
  grown.stands_at(14 + 372);
  BOOST_TEST(grown.all("rita").empty());
}

BOOST_AUTO_TEST_CASE(a_correction_of_a_rare_type_is_rare) {
  Town rare = three_weeks();
  rare.happens(6, label(0), "ConcernSharedWithLeader", "lise", R"({"leader": "odd"})",
               R"(, "id": "shared")");
  const std::string changes = R"(, "reason": "wrong", "changes": )";
  rare.happens(6, label(0), "EntryCorrected", "lise",
               R"({"target": "shared")" + changes + R"({"leader": "odd"}})");
  for (int i = 0; i < 5; ++i) {
    rare.happens(5, label(i), "NoteAdded", "lise",
                 R"({"note": "x", "kind": "general", "text": "y"})",
                 R"(, "id": "note-)" + label(i) + "\"");
    rare.happens(6, label(i), "EntryCorrected", "lise",
                 R"({"target": "note-)" + label(i) + "\"" + changes + R"({"kind": "progress"}})");
  }
  ServedTown town{rare, 30};
  BOOST_TEST(count_of(town.all("rita"), "EntryCorrected") == 5u);
}

BOOST_AUTO_TEST_CASE(what_is_protected_restricted_private_or_about_barnevern_is_not_given) {
  Town town;
  for (int i = 0; i < 8; ++i) town.concern(0, label(i));
  const auto note = [&](int in, const std::string& name, const std::string& more) {
    town.happens(1, label(in), "NoteAdded", "lise",
                 R"({"note": ")" + name + R"(", "kind": "general", "text": "z")" + more + "}",
                 R"(, "id": ")" + name + "\"");
  };
  town.happens(1, label(0), "ProtectionFlagSet", "lise", R"({"ground": "violence"})");
  town.happens(2, label(0), "ProtectionFlagLifted", "odd", R"({"agreedWith": "leader"})");
  note(1, "hidden-by-child", R"(, "hideFromGuardians": true)");
  note(2, "with-barnevern", R"(, "service": "child-welfare")");
  note(3, "in-barnevern", R"(, "compartment": "barnevern")");
  note(4, "restricted", "");
  note(5, "becomes-barnevern", "");
  town.happens(2, label(4), "EntryRestricted", "dag",
               R"({"target": "restricted", "ground": "unlawful"})");
  town.happens(2, label(5), "EntryCorrected", "lise",
               R"({"target": "becomes-barnevern", "reason": "r",
                   "changes": {"service": "child-welfare"}})");
  ServedTown served{town, 13};
  const auto events = served.all("rita");
  const std::string text = text_of(events);
  BOOST_TEST(text.find("barnevern") == std::string::npos);
  BOOST_TEST(text.find(served.name("rita", label(0))) == std::string::npos);  // flag ever set
  BOOST_TEST(count_of(events, "NoteAdded") == 14u);  // the two of each other case, and no more
  for (int i = 1; i < 8; ++i)
    BOOST_TEST(text.find(served.name("rita", label(i))) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(each_case_is_read_by_an_event_first_once_a_visit_and_only_if_it_is_given) {
  Town shown;
  for (int i = 0; i < 6; ++i) shown.concern(0, label(i));
  shown.happens(1, label(0), "ProtectionFlagSet", "lise", R"({"ground": "violence"})");
  ServedTown town{shown, 13};
  auto grown_by = [&, before = town.played.log().head().size.value()]() mutable {
    const std::uint64_t now = town.played.log().head().size.value();
    return now - std::exchange(before, now);
  };
  BOOST_TEST(town.all("rita", 3).size() == 20u);
  BOOST_TEST(grown_by() == 5u);
  BOOST_TEST(town.all("rita", 7).size() == 20u);
  BOOST_TEST(grown_by() == 0u);
  BOOST_TEST(town.page("rita", {}, 1000, "v2")->events.size() == 20u);
  BOOST_TEST(grown_by() == 5u);
  BOOST_TEST(town.page("rita", {}, 1, "v3")->events.size() == 1u);
  BOOST_TEST(grown_by() == 1u);
}

BOOST_AUTO_TEST_CASE(a_read_that_is_refused_gives_nothing_and_passes_over_nothing) {
  ServedTown town{three_weeks(), 30};
  const auto first = town.page("rita", {}, 5);
  BOOST_REQUIRE(first);
  const auto refused = town.page("rita", first->cursor, 1000, "v2", "no-such-service");
  BOOST_REQUIRE(refused);
  BOOST_REQUIRE(refused->refusal.has_value());
  BOOST_TEST(refused->refusal->code == "unknown-ref");
  BOOST_TEST(refused->events.empty());
  BOOST_TEST(town.page("rita", refused->cursor)->events.size() == 24u * 4 - 5);
}

BOOST_AUTO_TEST_CASE(nobody_but_a_reporting_consumer_gets_it) {
  ServedTown town{three_weeks(), 30};
  for (const char* person : {"lise", "dag", "kari", "founder"})
    BOOST_TEST((code_of(town.page(person)) == Errc::refused), person);
}

BOOST_AUTO_TEST_CASE(a_cursor_is_of_one_consumer_and_cannot_be_made) {
  ServedTown town{three_weeks(), 30};
  std::set<std::string> cursors;
  std::set<std::size_t> lengths;
  std::string cursor;
  for (bool more = true; more;) {
    const auto page = town.page("rita", cursor, 10);
    BOOST_REQUIRE(page);
    cursor = page->cursor;
    more = page->has_more;
    cursors.insert(cursor);
    lengths.insert(cursor.size());
  }
  BOOST_TEST(cursors.size() > 9u);
  BOOST_TEST(lengths.size() == 1u);
  // The same place twice is not the same cursor.
  BOOST_TEST(town.page("rita", cursor)->cursor != cursor);
  BOOST_TEST((code_of(town.page("rolf", cursor)) == Errc::invalid_argument));
  for (std::size_t at = 0; at < cursor.size(); at += 11) {
    std::string changed = cursor;
    changed[at] = changed[at] == 'A' ? 'B' : 'A';
    BOOST_TEST((code_of(town.page("rita", changed)) == Errc::invalid_argument));
  }
  for (const std::string& made :
       {std::string{"x"}, std::string(5000, 'A'), cursor + "A", cursor.substr(4)})
    BOOST_TEST((code_of(town.page("rita", made)) == Errc::invalid_argument));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server::test
