#pragma once
// Front: generations that have come equally far, and what it takes to bring them on: the directory
// at that size, and the cases that had events lately.
//
// A projection that fails is stopped and named; the others of the front go on. Rows of a case and
// the new size of their generation are written in one batch.
//
// Threads:  one.
// Lifetime: the Views outlive it.
// Limits:   a stretch of kStretchEvents at a time; kSweptCases rows made anew with each.

#include "projections/views/hot_cases.h"
#include "projections/views/log_events.h"
#include "projections/views/views.h"

namespace stafett::bti {

struct Lane {
  const CaseProjection* projection;
  Generation generation;
};

class Front final {
 public:
  static constexpr std::size_t kStretchEvents = 2048;
  static constexpr std::size_t kSweptCases = 64;

  Front(Views& views, TreeSize size, std::size_t cases_max)
      : views_(views), size_(size), hot_(views.place().source, cases_max) {}

  TreeSize size() const { return size_; }
  const std::vector<Lane>& lanes() const { return lanes_; }
  void add(Lane lane);  // REQUIRES: it is of this size
  void remove(std::uint32_t generation);
  void forget(const SubjectId& case_id) { hot_.forget(case_id); }  // what is folded of it
  void set_role(std::uint32_t generation, Role role);
  // Takes the other's lanes. REQUIRES: both are of one size.
  void join(Front&& other);
  bool sweeping() const;

  // Entries [size(), end): folded, rows and sizes written. Errors: those of the log and the store,
  // conflict (the generations are not as they were taken up); nothing was written then and the
  // front is to be thrown away.
  Result<void> advance(TreeSize end, LogEvents& events);
  // Makes the next rows of a running sweep anew.
  Result<void> sweep();

 private:
  // A row as it is to be stored; empty: removed.
  struct NewRow {
    std::uint32_t generation;
    SubjectId case_id;
    Bytes sealed;
  };
  struct Work;

  std::vector<Generation> generations() const;
  EventSource::PartsOf parts_of() const;  // what any of them reads
  Result<const Directory*> directory();
  Result<void> apply_directory(Work& work, const Event& event);
  Result<void> fold(Work& work, std::span<const Lane> lanes, HotCase& hot,
                    std::span<const EventPtr> events);
  Result<std::unique_ptr<ProjectedCase>> resumed(const Lane& lane, const SubjectId& case_id) const;
  Result<ProjectedCase*> projected(const Lane& lane, HotCase& hot);
  Result<void> add_rows(Work& work, std::span<const Lane> lanes, HotCase& hot);
  Result<void> commit(Work& work, const LogStretch* stretch, std::span<const Generation> was);

  Views& views_;
  TreeSize size_;
  std::vector<Lane> lanes_;
  std::optional<Directory> directory_;  // at size_
  HotCases hot_;
};

}  // namespace stafett::bti
