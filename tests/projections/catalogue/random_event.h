#pragma once
// Random valid events of every type, by reflection: data for property tests of everything that
// takes events. With rapidcheck: random_data(event, draws) inside a property, draws from
// *rc::gen::arbitrary.

#include <boost/json/object.hpp>
#include <cstdint>
#include <random>

#include "projections/catalogue/registry.h"

namespace stafett::bti::test {

struct RandomEventOptions {
  double optional_share = 0.5;                         // of optional fields that are set
  std::size_t text_max = 60;                           // code points of a text, most of the time
  unsigned persons = 6;                                // labels person-0 ...
  unsigned local_ids = 4;                              // per kind
  std::int32_t first_day = 20'000, last_day = 21'000;  // dates, days since 1970-01-01
};

// `data` of a valid event. EntryCorrected's `target` is the UUID `target`, and its `changes` are
// random fields of `target_type` (none when that is UNSET).
boost::json::object random_data(const EventInfo& event, std::mt19937_64& random,
                                const RandomEventOptions& options = {},
                                EventType target_type = EventType::UNSET,
                                std::string_view target = "018f0000-0000-7000-8000-000000000001");
// A valid value of one field.
boost::json::value random_value(const FieldInfo& field, std::mt19937_64& random,
                                const RandomEventOptions& options = {});

}  // namespace stafett::bti::test
