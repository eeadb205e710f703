#pragma once
// What tests of subscriptions and clients ask for and compare.

#include "tests/server/native/served_town.h"

namespace stafett::server::native::testing {

inline constexpr Credit kPlenty{100'000, 100 << 20};

template <class T>
T got(Result<T> result) {
  if (!result) BOOST_FAIL(result.error().to_string());
  return std::move(*result);
}

// Positions up to the frame of this kind.
template <class Until>
std::vector<std::uint64_t> positions_until(RawClient& client, Until* last = nullptr) {
  std::vector<std::uint64_t> positions;
  while (true) {
    std::optional<ServerFrame> frame = client.next();
    BOOST_REQUIRE_MESSAGE(frame, "the server has closed");
    if (auto* until = std::get_if<Until>(&*frame)) {
      if (last) *last = std::move(*until);
      return positions;
    }
    if (const auto* event = std::get_if<EventFrame>(&*frame))
      positions.push_back(event->position.value());
    else
      BOOST_REQUIRE_MESSAGE(std::holds_alternative<HeartbeatFrame>(*frame), frame->index());
  }
}

inline std::vector<std::uint64_t> range(std::uint64_t first, std::uint64_t end) {
  std::vector<std::uint64_t> all;
  for (; first < end; ++first) all.push_back(first);
  return all;
}

}  // namespace stafett::server::native::testing
