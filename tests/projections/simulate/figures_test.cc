// How the town looks from above: what the parameters say, the events show.

#include <boost/test/unit_test.hpp>
#include <map>

#include "tests/projections/simulate/playing.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(simulate_figures_test)
namespace {

struct Figures {
  std::size_t events = 0, refused = 0, staff_reads = 0;
  std::map<std::string, std::size_t> types;
  std::map<int, std::size_t> opened_at;  // level
};

Figures figures_of(const SimulationOptions& wanted) {
  Figures out;
  auto simulation = Simulation::start(wanted);
  while (const auto event = (*simulation)->next()) {
    ++out.events;
    if (!event->refused_by.empty()) {
      ++out.refused;
      continue;
    }
    const std::string type = text_of(*event, "type");
    ++out.types[type];
    if (type == "LogOpened")
      ++out.opened_at[static_cast<int>(
          event->event.at("data").as_object().at("level").to_number<std::int64_t>())];
  }
  return out;
}

// `got` of `all` lies within the two parts, in percent.
void within(std::size_t got, std::size_t all, std::size_t least, std::size_t most) {
  BOOST_TEST(got * 100 >= all * least);
  BOOST_TEST(got * 100 <= all * most);
}

BOOST_AUTO_TEST_CASE(a_thousand_cases_have_the_figures_of_the_parameters) {
  const Figures got = figures_of(options(1'000));
  for (const auto& [type, count] : got.types) BOOST_TEST_MESSAGE(type << " " << count);
  BOOST_TEST_MESSAGE("events " << got.events << ", refused " << got.refused);
  auto types = got.types;
  BOOST_TEST(got.events > 35'000u);
  BOOST_TEST(got.events < 55'000u);
  BOOST_TEST(types["ConcernRaised"] == 1'000u);
  const std::size_t opened = types["LogOpened"];
  within(opened, 1'000, 52, 65);
  within(got.opened_at.at(1), opened, 54, 66);
  within(got.opened_at.at(2), opened, 25, 35);
  within(got.opened_at.at(3), opened, 6, 14);
  within(types["EntryRead"], got.events, 8, 30);
  within(types["ConsentWithdrawn"], opened, 1, 6);
  within(got.refused, got.events, 0, 1);
  BOOST_TEST(got.refused > 20u);
  BOOST_TEST(types["BatonOffered"] == types["BatonAccepted"] + types["BatonDeclined"]);
  BOOST_TEST(types["ArchiveReceipted"] <= types["LogClosed"]);
  BOOST_TEST(types.size() > 55u);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
