#pragma once
// What an event's data refers to: local ids, events, services. The places of these fields in each
// type are taken from the catalogue once; reading them follows pointers, without reflection, as it
// is asked of every event that is folded or judged.
//
// Threads: any.
// Limits:  only the fact part is read: a test holds that the catalogue has no reference elsewhere.

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <string_view>

#include "projections/state/case_state.h"

namespace stafett::bti {

enum class IdUse : std::uint8_t { creates, refers, sets };

// Views borrow from the event. `field` is the catalogue's; `item` is the place in a list, -1: no
// list.
struct LocalIdUse {
  IdKind kind;
  IdUse use;
  std::string_view id;
  std::string_view field;
  int item = -1;
};
struct EventUse {
  EventId id;
  std::string_view field;
  int item = -1;
};
struct ServiceUse {
  std::string_view name;
  std::string_view field;
  int item = -1;
};

struct References {
  boost::container::small_vector<LocalIdUse, 4> local_ids;
  boost::container::small_vector<EventUse, 2> events;
  boost::container::small_vector<ServiceUse, 4> services;
};

// Of the names that the catalogue gives to kinds: "hearing", ...
IdKind id_kind_named(std::string_view name);

// Each in catalogue order of the fields.
References references_of(const Event& event);
// The services that an EntryCorrected sets in its target, which is of this type.
References changed_references(const Event& correction, schema::EventType target);

}  // namespace stafett::bti
