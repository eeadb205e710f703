#include "projections/profile/profile_view.h"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

namespace stafett::bti {
BOOST_AUTO_TEST_SUITE(profile_view_test)
namespace {

using boost::json::parse;

ProfileHistory history_of_three() {
  const auto next = [](const Profile& before, const char* changes) {
    auto profile = with_changes(before, parse(changes).as_object());
    BOOST_REQUIRE(profile);
    return *profile;
  };
  const Profile first = next(Profile{}, R"({"minutesDays":9})");
  ProfileHistory history{first};
  const Profile second = next(first, R"({"minutesDays":10,"archiveDays":"5wd","stalledDays":14})");
  history.approve({2, *Date::parse("2026-03-01"), second});
  history.approve({3, *Date::parse("2026-04-01"), next(second, R"({"minutesDays":9})")});
  return history;
}

BOOST_AUTO_TEST_CASE(each_key_names_the_version_that_gave_it_its_value) {
  const ProfileHistory history = history_of_three();
  const boost::json::object third = keys_with_origin(history, 3);
  BOOST_TEST(third.size() == to_json(Profile{}).size());
  BOOST_TEST(third.at("minutesDays") ==
             parse(R"({"value":9,"default":7,"setBy":3,"since":"2026-04-01"})"));
  BOOST_TEST(third.at("archiveDays") ==
             parse(R"({"value":"5wd","default":30,"setBy":2,"since":"2026-03-01"})"));
  // Said again in version 2, and nothing changed by it.
  BOOST_TEST(third.at("stalledDays") ==
             parse(R"({"value":14,"default":14,"setBy":1,"since":null})"));
  BOOST_TEST(keys_with_origin(history, 1).at("minutesDays") ==
             parse(R"({"value":9,"default":7,"setBy":1,"since":null})"));
}

BOOST_AUTO_TEST_CASE(a_difference_names_the_keys_that_differ) {
  const ProfileHistory history = history_of_three();
  BOOST_TEST(difference(history.versions()[0].profile, history.versions()[2].profile) ==
             parse(R"({"archiveDays":{"from":30,"to":"5wd"}})").as_object());
  BOOST_TEST(difference(Profile{}, Profile{}).empty());
}

BOOST_AUTO_TEST_CASE(changes_of_a_file_are_as_they_stand_there) {
  const auto changes = changes_from_toml("nonsense = 1\nextraClosedDays = [2026-12-24]\nx = 1.5\n");
  BOOST_REQUIRE(changes);
  BOOST_TEST(*changes ==
             parse(R"({"nonsense":1,"extraClosedDays":["2026-12-24"],"x":null})").as_object());
  BOOST_TEST((changes_from_toml("= 1").error().code() == Errc::malformed));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti
