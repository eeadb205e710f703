#pragma once
// The error code of a result; unset: it holds a value.

#include "engine/base/result.h"

namespace stafett {

template <class T>
Errc code_of(const Result<T>& result) {
  return result ? Errc::unset : result.error().code();
}

}  // namespace stafett
