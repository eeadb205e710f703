#include "projections/views/views.h"

#include <algorithm>

#include "engine/transparency/tree.h"
#include "projections/gate/directory_source.h"

namespace stafett::bti {

Result<std::vector<Generation>> read_generations(const storage::ViewReads& reads) {
  std::vector<Generation> found;
  ENGINE_TRY_VOID(reads.scan(as_bytes(kGenerationPrefix), {},
                             [&](ByteView key, ByteView record) -> Result<storage::Scan> {
                               ENGINE_TRY(one, decode_generation(key, record));
                               found.push_back(std::move(one));
                               return storage::Scan::more;
                             }));
  return found;
}

Result<Generation> ViewRead::serving(std::string_view name) const {
  ENGINE_TRY(all, read_generations(*reads_));
  for (Generation& one : all)
    if (one.name == name && one.role == Role::serving) return std::move(one);
  return Error{Errc::not_found, "no such view: " + std::string{name}};
}

Result<std::optional<Bytes>> ViewRead::opened(const Generation& generation,
                                              const SubjectId& case_id, ByteView sealed) const {
  ENGINE_TRY(record, log_.index().subject(case_id));
  if (!record) return Error{Errc::corrupt, "a row of no case"};
  CaseKeys keys;
  const Result<void> loaded = keys.load(log_.vault(), *record);
  if (!loaded && loaded.error().code() == Errc::not_found) return std::optional<Bytes>{};
  if (!loaded) return loaded.error();
  ENGINE_TRY(row, open_row(keys, {log_.origin_hash(), generation.name, generation.version, case_id},
                           sealed));
  return std::optional{std::move(row)};
}

Result<std::optional<Bytes>> ViewRead::row(const Generation& generation,
                                           const SubjectId& case_id) const {
  ENGINE_TRY(sealed, reads_->get(row_key(generation.number, case_id)));
  if (!sealed) return std::optional<Bytes>{};
  return opened(generation, case_id, *sealed);
}

Result<void> ViewRead::rows(const Generation& generation, const SubjectId& from,
                            const Visit& visit) const {
  return reads_->scan(row_prefix(generation.number), row_key(generation.number, from),
                      [&](ByteView key, ByteView sealed) -> Result<storage::Scan> {
                        const std::optional<SubjectId> case_id = case_of_row_key(key);
                        if (!case_id) return Error{Errc::corrupt, "a row's key"};
                        ENGINE_TRY(row, opened(generation, *case_id, sealed));
                        if (!row) return storage::Scan::more;
                        return visit(*case_id, *row);
                      });
}

Result<std::vector<SubjectId>> ViewRead::cases_after(const Generation& generation,
                                                     const SubjectId& after,
                                                     std::size_t count_max) const {
  std::vector<SubjectId> cases;
  ENGINE_TRY_VOID(reads_->scan(row_prefix(generation.number), row_key(generation.number, after),
                               [&](ByteView key, ByteView) -> Result<storage::Scan> {
                                 const std::optional<SubjectId> case_id = case_of_row_key(key);
                                 if (!case_id) return Error{Errc::corrupt, "a row's key"};
                                 if (*case_id != after) cases.push_back(*case_id);
                                 return cases.size() < count_max ? storage::Scan::more
                                                                 : storage::Scan::stop;
                               }));
  return cases;
}

Result<Directory> ViewsPlace::directory_at(TreeSize size) const {
  if (known_directory && known_directory_at == size) return *known_directory;
  return bti::directory_at(log, source, size);
}

Result<std::unique_ptr<Views>> Views::open(const ViewsPlace& place) {
  std::unique_ptr<Views> views{new Views{place}};
  const std::string& path = place.log.paths().views;
  const Hash& owner = place.log.origin_hash();
  ENGINE_TRY(opened, storage::ViewStore::open_or_remake(path, owner, place.store));
  views->store_ = std::move(opened.store);
  views->thrown_away_ = std::move(opened.thrown_away);
  Result<void> loaded = views->load();
  if (loaded) loaded = views->remove_unused();
  if (!loaded) {
    if (loaded.error().code() == Errc::io) return loaded.error();
    views->thrown_away_ = loaded.error();
    views->generations_.clear();
    views->store_.reset();
    ENGINE_TRY_VOID(storage::ViewStore::destroy(path, place.store));
    ENGINE_TRY(anew, storage::ViewStore::open_or_remake(path, owner, place.store));
    views->store_ = std::move(anew.store);
  }
  return views;
}

// What was being built when the program ended is given up.
Result<void> Views::load() {
  ENGINE_TRY(next, store_->get(as_bytes(kNextGenerationKey)));
  if (next && next->size() != sizeof next_number_) return Error{Errc::corrupt, "the next number"};
  if (next) next_number_ = from_big_endian<std::uint32_t>(*next);
  ENGINE_TRY(generations, read_generations(*store_->reads()));
  generations_ = std::move(generations);
  std::vector<std::uint32_t> unfinished;
  for (const Generation& one : generations_) {
    ENGINE_TRY(ours, is_of_this_history(one));
    if (!ours) return Error{Errc::conflict, "the views are of another history of the log"};
    if (one.role == Role::building) unfinished.push_back(one.number);
  }
  return commit({}, {}, unfinished);
}

// A log that was restored from a backup may hold less than the views, or something else.
Result<bool> Views::is_of_this_history(const Generation& generation) const {
  if (generation.size == TreeSize{0}) return true;
  if (generation.size > place_.log.head().size) return false;
  const auto entry = place_.log.store().entry(Position{generation.size.value() - 1});
  // The log's damage, and no reason to throw views away.
  if (!entry) return Error{Errc::io, "the log: " + entry.error().to_string()};
  return transparency::leaf_hash(*entry) == generation.leaf;
}

std::vector<Generation> Views::generations() const {
  const std::lock_guard lock{mutex_};
  return generations_;
}

std::uint64_t Views::changes() const {
  const std::lock_guard lock{mutex_};
  return changes_;
}

bool Views::has(std::uint32_t number) const {
  return std::ranges::find(generations_, number, &Generation::number) != generations_.end();
}

Result<Generation> Views::begin_building(const CaseProjection& projection) {
  const std::lock_guard lock{mutex_};
  return begin(projection, Role::building);
}

Result<void> Views::begin_if_missing(const CaseProjection& projection) {
  const std::lock_guard lock{mutex_};
  bool first = true;
  for (const Generation& one : generations_) {
    if (one.is_of(projection)) return {};
    if (one.name == projection.name() && one.role == Role::serving) first = false;
  }
  ENGINE_TRY(begun, begin(projection, first ? Role::serving : Role::coming));
  return {};
}

Result<Generation> Views::begin(const CaseProjection& projection, Role role) {
  Generation fresh;
  fresh.number = next_number_;
  fresh.name = projection.name();
  fresh.version = projection.version();
  fresh.role = role;
  std::vector<std::uint32_t> gone;
  for (const Generation& one : generations_) {
    if (one.name == fresh.name && one.role != Role::serving) gone.push_back(one.number);
  }
  storage::ViewBatch batch;
  batch.put(as_bytes(kNextGenerationKey), big_endian(next_number_ + 1));
  batch.put(generation_key(fresh.number), encode(fresh));
  for (const std::uint32_t number : gone) batch.remove(generation_key(number));
  ENGINE_TRY_VOID(store_->write(batch));
  ++next_number_;
  put_now({&fresh, 1}, gone);
  return fresh;
}

Result<void> Views::commit(storage::ViewBatch rows, std::span<const Generation> now,
                           std::span<const std::uint32_t> gone, std::span<const Generation> was) {
  const std::lock_guard lock{mutex_};
  for (const Generation& one : was)
    if (std::ranges::find(generations_, one) == generations_.end())
      return Error{Errc::conflict, "a generation is not as it was"};
  for (const Generation& one : now) {
    if (!has(one.number)) return Error{Errc::conflict, "a generation was given up"};
    rows.put(generation_key(one.number), encode(one));
  }
  for (const std::uint32_t number : gone) rows.remove(generation_key(number));
  if (rows.empty()) return {};
  ENGINE_TRY_VOID(store_->write(rows));
  put_now(now, gone);
  return {};
}

void Views::put_now(std::span<const Generation> now, std::span<const std::uint32_t> gone) {
  for (const std::uint32_t number : gone)
    changes_ +=
        std::erase_if(generations_, [&](const Generation& one) { return one.number == number; });
  for (const Generation& one : now) {
    const auto at = std::ranges::find(generations_, one.number, &Generation::number);
    if (at == generations_.end()) {
      generations_.push_back(one);
      ++changes_;
      continue;
    }
    if (at->role != one.role || at->stopped != one.stopped) ++changes_;
    *at = one;
  }
}

Result<void> Views::add_built_rows(const storage::ViewBatch& rows) {
  return store_->write(rows, storage::ViewWrite::bulk);
}

Result<void> Views::erase(std::span<const SubjectId> cases) {
  for (const Generation& one : generations()) {
    storage::ViewBatch batch;
    for (const SubjectId& case_id : cases) batch.remove(row_key(one.number, case_id));
    ENGINE_TRY_VOID(store_->write(batch));
  }
  Bytes end;
  append(end, as_bytes(kRowPrefix));
  ++end.back();
  return store_->compact_away(as_bytes(kRowPrefix), end);
}

Result<void> Views::remove_unused() {
  std::vector<std::uint32_t> unused;
  {
    const std::lock_guard lock{mutex_};
    const auto reads = store_->reads();
    // One look for each generation that has rows.
    for (std::uint32_t from = 0;;) {
      std::optional<std::uint32_t> found;
      ENGINE_TRY_VOID(reads->scan(as_bytes(kRowPrefix), row_prefix(from),
                                  [&](ByteView key, ByteView) -> Result<storage::Scan> {
                                    found = generation_of_row_key(key);
                                    if (!found) return Error{Errc::corrupt, "a row's key"};
                                    return storage::Scan::stop;
                                  }));
      if (!found) break;
      if (!has(*found)) unused.push_back(*found);
      from = *found + 1;
    }
  }
  for (const std::uint32_t number : unused) {
    storage::ViewBatch batch;
    batch.remove_range(row_prefix(number), row_prefix(number + 1));
    ENGINE_TRY_VOID(store_->write(batch));
  }
  return {};
}

std::unique_ptr<ViewRead> Views::read() const {
  return std::make_unique<ViewRead>(place_.log, store_->reads());
}

Result<Lag> lag_of(const Generation& generation, const storage::Reads& reads, TreeSize head) {
  const auto recorded_at = [&](std::uint64_t position) -> Result<TimeUs> {
    ENGINE_TRY(bytes, reads.entry(Position{position}));
    ENGINE_TRY(entry, format::decode_own_entry(bytes));
    return entry.stamp.recorded_at;
  };
  if (generation.size >= head) return Lag{};
  ENGINE_TRY(waits_since, recorded_at(generation.size.value()));
  ENGINE_TRY(newest, recorded_at(head.value() - 1));
  return Lag{head.value() - generation.size.value(),
             (newest.value() - waits_since.value()) / 1'000'000};
}

}  // namespace stafett::bti
