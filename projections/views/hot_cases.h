#pragma once
// HotCases: the cases that had events lately, folded for each projection that follows the log at
// the same size. One that is not here is gone on with from its row, or folded from its events.
//
// Threads:  one.
// Lifetime: what is referred to outlives it.
// Limits:   kCasesMaxDefault cases; those of the stretch being folded beside them.

#include <list>
#include <unordered_map>

#include "projections/gate/event_source.h"
#include "projections/views/generation.h"

namespace stafett::bti {

struct HotCase {
  explicit HotCase(const SubjectId& case_id) : id(case_id) {}
  const SubjectId id;
  DomainId content, access;
  std::unordered_map<std::uint32_t, std::unique_ptr<ProjectedCase>> by_generation;
};

class HotCases final {
 public:
  static constexpr std::size_t kCasesMaxDefault = 20'000;

  HotCases(const EventSource& source, std::size_t cases_max)
      : source_(source), cases_max_(cases_max) {}

  // The case, newest from now on; its keys' domains known. Errors: corrupt, io.
  Result<HotCase*> get(const SubjectId& case_id);
  // Evicts what is too much. Pointers given by get() are good until then.
  void trim();
  void clear() {
    order_.clear();
    cases_.clear();
  }
  void forget(const SubjectId& case_id) {
    const auto found = cases_.find(case_id);
    if (found == cases_.end()) return;
    order_.erase(found->second);
    cases_.erase(found);
  }
  void forget(std::uint32_t generation) {
    for (HotCase& one : order_) one.by_generation.erase(generation);
  }
  std::size_t size() const { return cases_.size(); }

 private:
  using Order = std::list<HotCase>;
  const EventSource& source_;
  const std::size_t cases_max_;
  Order order_;  // front = newest
  std::unordered_map<SubjectId, Order::iterator, IdHash> cases_;
};

}  // namespace stafett::bti
