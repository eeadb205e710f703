#pragma once
// Invented sentences, in bokmål and nynorsk. They tell of nobody.
//
// Threads: any.

#include <cstdint>
#include <string>

#include "projections/simulate/draws.h"

namespace stafett::bti {

enum class Topic : std::uint8_t {
  concern,
  observation,
  child_view,
  family_view,
  reason,
  goal,
  measure,
  evaluation,
  minutes,
  note,
  bright_spot,
  family_note,
  task,
  closing,
};
enum class Form : std::uint8_t { nb, nn };

// One line of at most 200 characters.
std::string sentence(Topic topic, Form form, Draws& draws);

}  // namespace stafett::bti
