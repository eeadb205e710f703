#include "projections/views/build.h"

#include <algorithm>
#include <atomic>

#include "engine/transparency/tree.h"
#include "projections/rebuild/case_scan.h"
#include "projections/views/guarded.h"

namespace stafett::bti {
namespace {

constexpr std::size_t kBatchBytes = 1u << 20;

// What all workers of a build share, of one projection.
struct Build {
  const CaseProjection* projection;
  Generation generation;
  std::map<TreeSize, RowDigest> digests;  // by size; the last is that of the rows
  std::vector<TreeSize> folds;            // each case is folded with the directory of each of these
  std::atomic<bool> failed{false};
  std::mutex mutex;
  std::string why;  // Guarded by mutex: the first failure.

  void fail(const Error& error) {
    const std::lock_guard lock{mutex};
    if (!failed.exchange(true)) why = error.to_string();
  }
};
struct Plan {
  Views& views;
  std::vector<std::unique_ptr<Build>> builds;
  std::map<TreeSize, Directory> directories;  // at every size that rows are made for
  TreeSize end;

  log::PartSet reads(schema::EventType type) const {
    log::PartSet parts;
    for (const auto& build : builds) parts.add(parts_read(*build->projection, type));
    return parts;
  }
};

// Folds its share of the cases for every projection.
class ViewSink final : public CaseSink {
 public:
  ViewSink(Plan& plan, std::size_t slot_count) : plan_(plan), slots_(slot_count) {}

  Result<void> add(std::uint32_t number, const SubjectId& case_id,
                   const TimelineEvent& event) override {
    Slot& slot = slots_[number];
    if (slot.folds.empty()) begin(slot, case_id);
    for (Fold& fold : slot.folds) {
      if (fold.anew || fold.done || fold.build->failed) continue;
      const Result<void> added = guarded([&]() -> Result<void> {
        fold.anew = fold.projected->needs_all(event);
        return fold.anew ? Result<void>{} : fold.projected->add(event, {});
      });
      if (fold.anew) fold.projected.reset();
      if (!added) fold.build->fail(added.error());
    }
    return {};
  }

  Result<void> reached(TreeSize size) override {
    for (Slot& slot : slots_) {
      if (slot.folds.empty()) continue;
      ENGINE_TRY_VOID(make_rows(slot, size));
      if (size == plan_.end) slot = Slot{};
    }
    return size == plan_.end ? write() : Result<void>{};
  }

 private:
  struct Fold {
    Build* build;
    TreeSize directory_at;
    std::unique_ptr<ProjectedCase> projected;
    bool anew = false;  // a late event or a correction: from all events when its row is made
    bool done = false;  // no row is to be made of it any more
  };
  struct Slot {
    SubjectId id;
    std::vector<Fold> folds;
  };

  void begin(Slot& slot, const SubjectId& case_id) {
    slot.id = case_id;
    for (const auto& build : plan_.builds)
      for (const TreeSize at : build->folds) {
        auto begun = guarded([&]() -> Result<std::unique_ptr<ProjectedCase>> {
          return build->projection->begin(case_id, plan_.directories.at(at));
        });
        if (!begun) build->fail(begun.error());  // nobody looks at the fold then
        slot.folds.push_back({build.get(), at, begun ? std::move(*begun) : nullptr});
      }
  }

  // Whoever reads the directory has a fold for each size, the others one for all of them.
  bool is_wanted(const Fold& fold, TreeSize size) const {
    return !fold.done && !fold.build->failed && fold.build->digests.contains(size) &&
           (fold.directory_at == size || fold.build->folds.size() == 1);
  }

  Result<void> make_rows(Slot& slot, TreeSize size) {
    if (std::ranges::none_of(slot.folds, [&](const Fold& one) { return is_wanted(one, size); }))
      return {};
    const EventSource& source = plan_.views.place().source;
    ENGINE_TRY(record, source.subject(slot.id));
    if (!record) return Error{Errc::corrupt, "a case without its index row"};
    CaseKeys keys;
    const Result<void> loaded = keys.load(plan_.views.place().log.vault(), *record);
    // Erased: what is not stored is not counted, at whatever size.
    if (!loaded && loaded.error().code() == Errc::not_found) return {};
    if (!loaded) return loaded.error();
    std::optional<std::vector<EventPtr>> recorded;
    for (Fold& fold : slot.folds) {
      if (!is_wanted(fold, size)) continue;
      if (fold.anew && !recorded) {
        ENGINE_TRY(all, source.of_case_scanned(*record, size, [&](schema::EventType type) {
          return plan_.reads(type);
        }));
        recorded = std::move(all);
      }
      Result<Bytes> row = guarded([&]() -> Result<Bytes> {
        if (!fold.anew) return fold.projected->row();
        ENGINE_TRY(folded, fold.build->projection->fold(slot.id, *recorded,
                                                        plan_.directories.at(fold.directory_at)));
        return folded->row();
      });
      if (fold.directory_at == size) {
        fold.done = true;
        fold.projected.reset();
      }
      if (!row) {
        fold.build->fail(row.error());
        continue;
      }
      const crypto::WipeGuard wipe_row{*row};
      if (row->empty()) continue;
      fold.build->digests.at(size).add(slot.id, *row);
      if (size == plan_.end) ENGINE_TRY_VOID(store(*fold.build, keys, slot.id, *row));
    }
    return {};
  }

  Result<void> store(const Build& build, const CaseKeys& keys, const SubjectId& case_id,
                     ByteView row) {
    log::Log& log = plan_.views.place().log;
    const Generation& generation = build.generation;
    batch_.put(row_key(generation.number, case_id),
               seal_row(keys, {log.origin_hash(), generation.name, generation.version, case_id},
                        row, log.random()));
    return batch_.bytes() < kBatchBytes ? Result<void>{} : write();
  }

  Result<void> write() {
    const Result<void> done = plan_.views.add_built_rows(batch_);
    batch_.clear();
    return done;
  }

  Plan& plan_;
  std::vector<Slot> slots_;
  storage::ViewBatch batch_;
};

Result<void> begin(Plan& plan, std::span<const BuildRequest> requests) {
  const ViewsPlace& place = plan.views.place();
  for (const BuildRequest& request : requests) {
    // First: whatever fails from here on, give_up() knows of it.
    Build* const build = plan.builds.emplace_back(std::make_unique<Build>()).get();
    build->projection = request.projection;
    ENGINE_TRY(generation, plan.views.begin_building(*request.projection));
    build->generation = generation;
    build->digests.try_emplace(plan.end);
    for (const TreeSize size : request.digests_at)
      if (size < plan.end) build->digests.try_emplace(size);
    for (const auto& [size, digest] : build->digests) {
      if (plan.directories.contains(size)) continue;
      ENGINE_TRY(directory, place.directory_at(size));
      plan.directories.emplace(size, std::move(directory));
    }
    build->folds.push_back(plan.end);
    if (build->projection->reads_directory())
      for (const auto& [size, digest] : build->digests)
        if (size != plan.end) build->folds.push_back(size);
  }
  return {};
}

// All rows are on the disk before any generation says so.
Result<std::vector<Built>> finish(Plan& plan, const storage::Reads& reads) {
  ENGINE_TRY(bytes, reads.entry(Position{plan.end.value() - 1}));
  ENGINE_TRY(last, format::decode_own_entry(bytes));
  ENGINE_TRY_VOID(plan.views.store().flush());
  std::vector<Built> built;
  for (const auto& build : plan.builds) {
    Built one{build->generation, 0, {}, {}};
    one.generation.role = Role::coming;
    if (build->failed) {
      one.generation.stopped = build->why.substr(0, Generation::kErrorBytesMax);
    } else {
      one.generation.size = plan.end;
      one.generation.leaf = transparency::leaf_hash(bytes);
      one.generation.recorded_at = last.stamp.recorded_at;
      one.cases = build->digests.at(plan.end).cases();
      one.digest = build->digests.at(plan.end).finish();
      for (auto& [size, digest] : build->digests)
        if (size != plan.end) one.digests.push_back({size, digest.finish()});
    }
    ENGINE_TRY_VOID(plan.views.commit({}, {&one.generation, 1}, {}));
    built.push_back(std::move(one));
  }
  return built;
}

Result<std::vector<Built>> build_all(Plan& plan, std::span<const BuildRequest> requests,
                                     const ScanPace& pace) {
  const ViewsPlace& place = plan.views.place();
  ENGINE_TRY_VOID(begin(plan, requests));
  ENGINE_TRY(reads, place.log.store().view());
  CaseScan scan;
  scan.end = plan.end;
  for (const auto& [size, directory] : plan.directories)
    if (size < plan.end) scan.stops.push_back(size);
  scan.pace = pace;
  scan.cases_max = kBuildCases;
  scan.parts_of = [&](schema::EventType type) { return plan.reads(type); };
  ENGINE_TRY_VOID(scan_cases(
      {*reads, place.log.index(), place.source}, scan,
      [&](std::size_t slot_count) { return std::make_unique<ViewSink>(plan, slot_count); }));
  return finish(plan, *reads);
}

// What a build that failed was building is nobody's. Where the store itself fails, the next open of
// the views does this.
void give_up(Plan& plan) {
  std::vector<std::uint32_t> unfinished;
  for (const Generation& one : plan.views.generations())
    if (one.role == Role::building && std::ranges::any_of(plan.builds, [&](const auto& build) {
          return build->generation.number == one.number;
        }))
      unfinished.push_back(one.number);
  if (plan.views.commit({}, {}, unfinished)) (void)plan.views.remove_unused();
}

}  // namespace

Result<std::vector<Built>> build_views(Views& views, std::span<const BuildRequest> requests,
                                       const ScanPace& pace) {
  Plan plan{views, {}, {}, views.place().log.head().size};
  Result<std::vector<Built>> built = build_all(plan, requests, pace);
  if (!built) give_up(plan);
  return built;
}

}  // namespace stafett::bti
