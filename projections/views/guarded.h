#pragma once
// Whatever a projection throws is its own failure, as an error that it returns (refused): one that
// fails must not take the others with it, nor the program.
//
// Threads: any.

#include <exception>

#include "engine/base/result.h"

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

}  // namespace stafett::bti
