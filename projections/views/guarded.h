#pragma once
// Whatever a projection throws is its own failure, as an error that it returns (refused): one that
// fails must not take the others with it, nor the program.
//
// Threads: any.

#include <exception>

#include "projections/views/projection.h"

namespace stafett::bti {

template <class Call>
auto guarded(Call&& call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::exception& thrown) {
    return Error{Errc::refused, thrown.what()};
  } catch (...) {
    return Error{Errc::refused, "threw what is no exception"};
  }
}

// What is opened for it; one that throws instead of saying so gets all.
inline log::PartSet parts_read(const CaseProjection& projection, schema::EventType type) {
  const auto parts = guarded([&]() -> Result<log::PartSet> { return projection.reads(type); });
  return parts ? *parts : log::PartSet::all();
}

}  // namespace stafett::bti
