#pragma once
// From the wire's values to ours.

#include <capnp/blob.h>

#include <string_view>

#include "engine/base/ids.h"
#include "projections/catalogue/events.capnp.h"

namespace stafett::bti {

inline std::string_view text_of(capnp::Text::Reader text) {
  return {text.begin(), text.size()};
}

// Zero when absent.
template <class Id>
Id id_of(capnp::Data::Reader data) {
  return Id::from({data.begin(), data.size()}).value_or(Id{});
}
inline ActorId actor_of(capnp::Data::Reader data) {
  return id_of<ActorId>(data);
}
inline EventId event_of(capnp::Data::Reader data) {
  return id_of<EventId>(data);
}

inline bool is_yes(schema::Flag flag) {
  return flag == schema::Flag::YES;
}

}  // namespace stafett::bti
