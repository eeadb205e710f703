#include "engine/base/ids.h"

#include <random>

namespace stafett {
namespace {

std::uint64_t drawn() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

}  // namespace

const std::array<std::uint64_t, 2> IdHash::kKey{drawn(), drawn()};

}  // namespace stafett
