#include "engine/base/random.h"

namespace stafett {

EventId make_event_id(TimeUs now, Random& random) {
  EventId id = random_id<EventId>(random);
  const auto milliseconds = static_cast<std::uint64_t>(now.value() / 1000);
  for (std::size_t i = 0; i < 6; ++i)
    id.data()[i] = static_cast<std::uint8_t>(milliseconds >> (8 * (5 - i)));
  id.data()[6] = static_cast<std::uint8_t>(0x70 | (id.data()[6] & 0x0f));
  id.data()[8] = static_cast<std::uint8_t>(0x80 | (id.data()[8] & 0x3f));
  return id;
}

}  // namespace stafett
