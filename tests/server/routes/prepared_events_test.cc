// What waits for a signature: whose it is, how long, and how much of it.

#include "server/routes/prepared_events.h"

#include <boost/test/unit_test.hpp>

namespace stafett::server {
BOOST_AUTO_TEST_SUITE(prepared_events_test)
namespace {

constexpr TimeUs kNow{1'000'000};

template <class Id>
Id numbered(std::uint8_t number) {
  Id id;
  id.data()[15] = number;
  return id;
}
const ActorId kLise = numbered<ActorId>(1), kOdd = numbered<ActorId>(2);

PreparedEvent of_size(std::size_t bytes, std::string label = "case-1") {
  PreparedEvent event;
  event.case_label = std::move(label);
  log::Submission submission;
  submission.parts.push_back({format::PartClass::fact, {}, Bytes(bytes)});
  event.group.events.push_back(std::move(submission));
  return event;
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_waits_is_its_persons_alone_until_its_time_is_over) {
  PreparedEvents events;
  const EventId id = numbered<EventId>(7);
  BOOST_TEST(events.keep(kLise, id, of_size(10), kNow));
  const TimeUs last{kNow.value() + std::chrono::microseconds{PreparedEvents::kLasts}.count() - 1};
  BOOST_TEST(events.find(kLise, id, last).has_value());
  BOOST_TEST(!events.find(kOdd, id, kNow).has_value());
  BOOST_TEST(!events.find(kLise, id, TimeUs{last.value() + 1}).has_value());
  events.forget(kLise, id);
  BOOST_TEST(!events.find(kLise, id, kNow).has_value());
}

BOOST_AUTO_TEST_CASE(what_waits_of_a_case_that_is_gone_is_forgotten_and_makes_room) {
  PreparedEvents events;
  const auto id = [](std::size_t number) {
    return numbered<EventId>(static_cast<std::uint8_t>(number));
  };
  for (std::size_t i = 0; i < PreparedEvents::kEventsOfOneMax; ++i)
    BOOST_TEST(events.keep(kLise, id(i), of_size(10, i % 2 == 0 ? "gone" : "stays"), kNow));
  events.forget_where([](const PreparedEvent& event) { return event.case_label == "gone"; });
  BOOST_TEST(!events.find(kLise, id(0), kNow).has_value());
  BOOST_TEST(events.find(kLise, id(1), kNow).has_value());
  BOOST_TEST(events.keep(kLise, id(100), of_size(10), kNow));
}

BOOST_AUTO_TEST_CASE(another_of_the_same_id_takes_its_place_and_is_counted_once) {
  PreparedEvents events;
  for (int i = 0; i < 100; ++i)
    BOOST_TEST(events.keep(kLise, numbered<EventId>(7), of_size(1 << 20, std::to_string(i)), kNow));
  BOOST_TEST(events.find(kLise, numbered<EventId>(7), kNow)->case_label == "99");
}

BOOST_AUTO_TEST_CASE(one_person_fills_no_more_than_a_share_and_time_makes_room) {
  PreparedEvents events;
  for (std::uint8_t i = 0; i < PreparedEvents::kEventsOfOneMax; ++i)
    BOOST_TEST(events.keep(kLise, numbered<EventId>(i), of_size(10), kNow));
  BOOST_TEST(!events.keep(kLise, numbered<EventId>(200), of_size(10), kNow));
  BOOST_TEST(events.keep(kOdd, numbered<EventId>(200), of_size(10), kNow));
  const TimeUs later{kNow.value() + std::chrono::microseconds{PreparedEvents::kLasts}.count()};
  BOOST_TEST(events.keep(kLise, numbered<EventId>(200), of_size(10), later));
}

BOOST_AUTO_TEST_CASE(all_of_them_together_have_so_many_bytes) {
  PreparedEvents events;
  std::uint8_t kept = 0;
  while (kept < 200 && events.keep(numbered<ActorId>(kept), numbered<EventId>(1),
                                   of_size(std::size_t{4} << 20), kNow))
    ++kept;
  BOOST_TEST(kept == 16);
  events.forget(numbered<ActorId>(0), numbered<EventId>(1));
  BOOST_TEST(events.keep(kOdd, numbered<EventId>(9), of_size(std::size_t{4} << 20), kNow));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server
