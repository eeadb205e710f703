#include "projections/views/hot_cases.h"

namespace stafett::bti {

Result<HotCase*> HotCases::get(const SubjectId& case_id) {
  if (const auto found = cases_.find(case_id); found != cases_.end()) {
    order_.splice(order_.begin(), order_, found->second);
    return &*found->second;
  }
  ENGINE_TRY(record, source_.subject(case_id));
  if (!record) return Error{Errc::corrupt, "a case without its index row"};
  order_.emplace_front(case_id);
  order_.front().content = record->content;
  order_.front().access = record->access;
  cases_.emplace(case_id, order_.begin());
  return &order_.front();
}

void HotCases::trim() {
  while (order_.size() > cases_max_) {
    cases_.erase(order_.back().id);
    order_.pop_back();
  }
}

}  // namespace stafett::bti
