#include "projections/worklists/work_of_person.h"

#include <algorithm>
#include <mutex>

#include "projections/findings/evaluate.h"
#include "projections/gate/directory_source.h"
#include "projections/rebuild/each_case.h"

namespace stafett::bti {

Result<PersonsWork> work_of_person(log::Log& log, BtiGate& gate, const ActorId& person,
                                   const Axes& axes) {
  ENGINE_TRY(size, size_known(log, axes.known));
  ENGINE_TRY(folded, directory_at(log, gate.source(), size));
  const auto directory = std::make_shared<const Directory>(std::move(folded));
  const ViewerQuestion question{person, axes.as_of, {size, axes.known.recorded_at}};
  const BookLabels labels{gate.labels()};
  const RebuildPlace place{log.store(), log.index(), gate.source()};
  std::mutex mutex;
  PersonsWork work;  // Guarded by mutex.
  const auto visit = [&](const SubjectId& case_id, std::vector<EventPtr> events) -> Result<void> {
    const ViewedCase viewed(case_id, events, directory, question);
    if (work_roles(viewed).empty()) return {};
    const std::vector<Course> courses =
        courses_of(case_id, events, *directory, question.known, question.at);
    std::vector<WorkItem> items = work_items(viewed, courses, labels);
    if (items.empty()) return {};
    const std::lock_guard lock{mutex};
    work.cases.push_back(case_id);
    std::move(items.begin(), items.end(), std::back_inserter(work.items));
    return {};
  };
  const auto damaged = [&](const SubjectId&, const Error&) -> Result<void> {
    const std::lock_guard lock{mutex};
    ++work.damaged;
    return {};
  };
  ENGINE_TRY_VOID(for_each_case(place, size, 0, visit, damaged));
  std::sort(work.items.begin(), work.items.end(), before);
  return work;
}

}  // namespace stafett::bti
