#include "projections/views/front.h"

#include <algorithm>

#include "engine/base/check.h"
#include "projections/views/guarded.h"

namespace stafett::bti {
namespace {

bool is_of_a_case(const Event& event) {
  return !event.case_id.is_zero();
}

void begin_sweep(Generation& generation) {
  if (generation.sweep == Sweep::none) {
    generation.sweep = Sweep::running;
    generation.swept = SubjectId{};
  } else if (!generation.swept.is_zero()) {  // else no row is made anew yet: all will be right
    generation.sweep = Sweep::running_once_more;
  }
}

void end_sweep(Generation& generation) {
  generation.sweep = generation.sweep == Sweep::running_once_more ? Sweep::running : Sweep::none;
  generation.swept = SubjectId{};
}

}  // namespace

struct Front::Work {
  std::vector<NewRow> rows;
  std::unordered_map<std::uint32_t, std::string> failed;  // generations, and why

  bool is_well(const Lane& lane) const { return !failed.contains(lane.generation.number); }
  void fail(const Lane& lane, const Error& error) {
    failed.emplace(lane.generation.number, error.to_string());
  }
};

void Front::add(Lane lane) {
  CHECK(lane.generation.size == size_);
  lanes_.push_back(std::move(lane));
}

void Front::remove(std::uint32_t generation) {
  std::erase_if(lanes_, [&](const Lane& lane) { return lane.generation.number == generation; });
  hot_.forget(generation);
}

void Front::set_role(std::uint32_t generation, Role role) {
  for (Lane& lane : lanes_)
    if (lane.generation.number == generation) lane.generation.role = role;
}

void Front::join(Front&& other) {
  CHECK(other.size_ == size_);
  for (Lane& lane : other.lanes_) lanes_.push_back(std::move(lane));
  other.lanes_.clear();
}

bool Front::sweeping() const {
  return std::ranges::any_of(lanes_,
                             [](const Lane& lane) { return lane.generation.sweep != Sweep::none; });
}

std::vector<Generation> Front::generations() const {
  std::vector<Generation> all;
  for (const Lane& lane : lanes_) all.push_back(lane.generation);
  return all;
}

EventSource::PartsOf Front::parts_of() const {
  return [this](schema::EventType type) {
    log::PartSet parts;
    for (const Lane& lane : lanes_) parts.add(parts_read(*lane.projection, type));
    return parts;
  };
}

Result<const Directory*> Front::directory() {
  if (!directory_) {
    ENGINE_TRY(directory, views_.place().directory_at(size_));
    directory_ = std::move(directory);
  }
  return &*directory_;
}

Result<void> Front::apply_directory(Work& work, const Event& event) {
  ENGINE_TRY_VOID(directory());
  directory_->apply(event);
  for (Lane& lane : lanes_) {
    if (!work.is_well(lane)) continue;
    const auto touches = guarded(
        [&]() -> Result<CaseProjection::Touches> { return lane.projection->touches(event); });
    if (!touches) {
      work.fail(lane, touches.error());
      continue;
    }
    if (*touches == CaseProjection::Touches::none) continue;
    begin_sweep(lane.generation);
    hot_.forget(lane.generation.number);
  }
  return {};
}

Result<void> Front::advance(TreeSize end, LogEvents& events) {
  ENGINE_TRY(stretch, events.read(size_, end, parts_of()));
  ENGINE_TRY_VOID(directory());  // as of size_, before anything of the stretch changes it
  const std::vector<Generation> was = generations();
  Work work;
  std::unordered_map<SubjectId, std::vector<EventPtr>, IdHash> by_case;
  std::vector<SubjectId> order;
  for (EventPtr& event : stretch.events) {
    if (!is_of_a_case(*event)) {
      ENGINE_TRY_VOID(apply_directory(work, *event));
      continue;
    }
    std::vector<EventPtr>& of_case = by_case[event->case_id];
    if (of_case.empty()) order.push_back(event->case_id);
    of_case.push_back(std::move(event));
  }
  std::vector<HotCase*> touched;
  for (const SubjectId& case_id : order) {
    ENGINE_TRY(hot, hot_.get(case_id));
    ENGINE_TRY_VOID(fold(work, lanes_, *hot, by_case[case_id]));
    touched.push_back(hot);
  }
  for (HotCase* hot : touched) ENGINE_TRY_VOID(add_rows(work, lanes_, *hot));
  hot_.trim();
  size_ = end;
  return commit(work, &stretch, was);
}

// Null: no row to go on from.
Result<std::unique_ptr<ProjectedCase>> Front::resumed(const Lane& lane,
                                                      const SubjectId& case_id) const {
  std::unique_ptr<ProjectedCase> none;
  // While a sweep runs a row may still be that of an older directory.
  if (lane.generation.sweep != Sweep::none) return none;
  // A row that does not open, or that the projection cannot read, is as good as none: the events
  // are there.
  const Result<std::optional<Bytes>> row = views_.read()->row(lane.generation, case_id);
  if (!row && row.error().code() != Errc::corrupt) return row.error();
  if (!row || !*row) return none;
  Result<std::unique_ptr<ProjectedCase>> resumed =
      guarded([&] { return lane.projection->resume(case_id, **row, *directory_); });
  if (!resumed && resumed.error().code() != Errc::refused) return none;
  return resumed;
}

// The case as of size_, before the stretch. Errors: refused: the projection's failure.
Result<ProjectedCase*> Front::projected(const Lane& lane, HotCase& hot) {
  std::unique_ptr<ProjectedCase>& place = hot.by_generation[lane.generation.number];
  if (place) return place.get();
  ENGINE_TRY(from_row, resumed(lane, hot.id));
  if (from_row) {
    place = std::move(from_row);
    return place.get();
  }
  const EventSource& source = views_.place().source;
  ENGINE_TRY(record, source.subject(hot.id));
  if (!record) return Error{Errc::corrupt, "a case without its index row"};
  ENGINE_TRY(recorded, source.of_case_scanned(*record, size_, parts_of()));
  Result<std::unique_ptr<ProjectedCase>> folded =
      guarded([&] { return lane.projection->fold(hot.id, recorded, *directory_); });
  if (!folded) return Error{Errc::refused, folded.error().to_string()};
  place = std::move(*folded);
  return place.get();
}

Result<void> Front::fold(Work& work, std::span<const Lane> lanes, HotCase& hot,
                         std::span<const EventPtr> events) {
  for (const Lane& lane : lanes) {
    if (!work.is_well(lane)) continue;
    Result<ProjectedCase*> projected_case = projected(lane, hot);
    if (!projected_case) {
      if (projected_case.error().code() != Errc::refused) return projected_case.error();
      work.fail(lane, projected_case.error());
      continue;
    }
    for (const EventPtr& event : events) {
      std::optional<Error> unreadable;  // the log's fault, not the projection's
      const CaseLoader load = [&]() -> Result<std::vector<EventPtr>> {
        const EventSource& source = views_.place().source;
        Result<std::optional<log::SubjectRecord>> record = source.subject(hot.id);
        Result<std::vector<EventPtr>> all =
            !record ? Result<std::vector<EventPtr>>{record.error()}
                    : source.of_case_scanned(**record, size_after(event->position), parts_of());
        if (!all) unreadable = all.error();
        return all;
      };
      const Result<void> added = guarded([&] { return (*projected_case)->add({event}, load); });
      if (added) continue;
      if (unreadable) return *unreadable;
      work.fail(lane, added.error());
      break;
    }
  }
  return {};
}

Result<void> Front::add_rows(Work& work, std::span<const Lane> lanes, HotCase& hot) {
  const log::Log& log = views_.place().log;
  CaseKeys keys;
  const Result<void> loaded = keys.load(views_.place().log.vault(), hot.content, hot.access);
  if (!loaded && loaded.error().code() != Errc::not_found) return loaded.error();
  for (const Lane& lane : lanes) {
    if (!work.is_well(lane)) continue;
    const auto projected_case = hot.by_generation.find(lane.generation.number);
    if (projected_case == hot.by_generation.end() || !projected_case->second) continue;
    Bytes row;
    if (loaded) {  // else the case is erased: it has no row any more
      Result<Bytes> made = guarded([&] { return projected_case->second->row(); });
      if (!made) {
        work.fail(lane, made.error());
        continue;
      }
      row = std::move(*made);
    }
    const crypto::WipeGuard wipe_row{row};
    NewRow stored{lane.generation.number, hot.id, {}};
    if (!row.empty())
      stored.sealed =
          seal_row(keys, {log.origin_hash(), lane.generation.name, lane.generation.version, hot.id},
                   row, views_.place().log.random());
    work.rows.push_back(std::move(stored));
  }
  return {};
}

// `stretch`: null: rows only, at the size they have. `was`: the lanes' generations before the work.
Result<void> Front::commit(Work& work, const LogStretch* stretch, std::span<const Generation> was) {
  constexpr std::size_t kGenerationBytes = 256, kKeyBytes = 64;  // about, with what is beside them
  std::size_t bytes = lanes_.size() * kGenerationBytes;
  for (const NewRow& row : work.rows) bytes += row.sealed.size() + kKeyBytes;
  storage::ViewBatch batch{bytes};
  for (const NewRow& row : work.rows) {
    if (work.failed.contains(row.generation)) continue;
    const Bytes key = row_key(row.generation, row.case_id);
    row.sealed.empty() ? batch.remove(key) : batch.put(key, row.sealed);
  }
  std::vector<Generation> now;
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    Generation& generation = lanes_[i].generation;
    if (const auto failed = work.failed.find(generation.number); failed != work.failed.end()) {
      generation = was[i];
      generation.stopped = failed->second.substr(0, Generation::kErrorBytesMax);
    } else if (stretch) {
      generation.size = stretch->end;
      generation.leaf = stretch->leaf;
      generation.recorded_at = stretch->recorded_at;
    }
    now.push_back(generation);
  }
  ENGINE_TRY_VOID(views_.commit(std::move(batch), now, {}, was));
  for (const auto& [number, why] : work.failed) remove(number);
  return {};
}

Result<void> Front::sweep() {
  ENGINE_TRY_VOID(directory());
  const std::vector<Generation> was = generations();
  Work work;
  const std::unique_ptr<ViewRead> read = views_.read();
  for (Lane& lane : lanes_) {
    Generation& generation = lane.generation;
    if (generation.sweep == Sweep::none) continue;
    ENGINE_TRY(cases, read->cases_after(generation, generation.swept, kSweptCases));
    for (const SubjectId& case_id : cases) {
      ENGINE_TRY(hot, hot_.get(case_id));
      ENGINE_TRY_VOID(fold(work, {&lane, 1}, *hot, {}));
      ENGINE_TRY_VOID(add_rows(work, {&lane, 1}, *hot));
    }
    if (cases.size() < kSweptCases)
      end_sweep(generation);
    else
      generation.swept = cases.back();
  }
  hot_.trim();
  return commit(work, nullptr, was);
}

}  // namespace stafett::bti
