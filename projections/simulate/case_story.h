#pragma once
// CaseStory: one case, chapter by chapter. Its steps depend on the seed, the parameters, the town
// and its number, and on nothing that other cases do.
//
// Threads:  one.
// Lifetime: town and parameters outlive it.

#include <optional>

#include "projections/simulate/case_writer.h"

namespace stafett::bti {

// When the case begins: a day from `from` to `to`, by the weights of the months.
// REQUIRES: from <= to.
TimeUs start_of_case(std::uint64_t seed, std::uint32_t index, const Parameters& parameters,
                     Date from, Date to);

class CaseStory final {
 public:
  CaseStory(const Town& town, const Parameters& parameters, std::uint64_t seed, std::uint32_t index,
            TimeUs start)
      : writer_(town, parameters, seed, index, start) {}

  // The next chapter, in order of recording, after all earlier ones. Empty: the story is over.
  Script next_chapter();
  // The case as the last chapter left it.
  const CaseModel& told() const { return writer_.model; }

 private:
  CaseWriter writer_;
};

}  // namespace stafett::bti
