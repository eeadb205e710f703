#pragma once
// Views: the store of the views and its generations. Who follows the log or builds anew writes
// through it; readers take a ViewRead.
//
// A generation that no record tells of is nobody's: its rows are removed, at once or at the next
// open.
//
// Source:   docs/formats/view-rows.md
// Threads:  any.
// Lifetime: the log, the source and the projections outlive it.

#include <memory>
#include <mutex>
#include <vector>

#include "engine/storage/view_store.h"
#include "projections/gate/event_source.h"
#include "projections/views/row_seal.h"

namespace stafett::bti {

struct ViewsPlace {
  log::Log& log;
  const EventSource& source;
  std::span<const CaseProjection* const> projections = all_projections();
  storage::ViewStoreOptions store = {};
  // One that is there already spares folding it: that of the gate, just after the log was opened.
  std::shared_ptr<const Directory> known_directory = {};
  TreeSize known_directory_at = {};

  // As of a size of the log. Errors: corrupt, io.
  Result<Directory> directory_at(TreeSize size) const;
};

// One moment of the views: a generation and its rows belong together, whatever is swapped
// meanwhile.
class ViewRead final {
 public:
  ViewRead(log::Log& log, std::unique_ptr<storage::ViewReads> reads)
      : log_(log), reads_(std::move(reads)) {}

  // The one that serves. Errors: not_found (none yet), corrupt, io.
  Result<Generation> serving(std::string_view name) const;
  // Empty: the case has no row, or it is erased. Errors: corrupt, io.
  Result<std::optional<Bytes>> row(const Generation& generation, const SubjectId& case_id) const;
  // By case id, from `from` on. Rows of erased cases are passed over.
  using Visit = std::function<Result<storage::Scan>(const SubjectId&, const Bytes& row)>;
  Result<void> rows(const Generation& generation, const SubjectId& from, const Visit& visit) const;
  // Of the cases that have rows, the next after this one, by id; at most so many.
  Result<std::vector<SubjectId>> cases_after(const Generation& generation, const SubjectId& after,
                                             std::size_t count_max) const;

 private:
  Result<std::optional<Bytes>> opened(const Generation& generation, const SubjectId& case_id,
                                      ByteView sealed) const;
  log::Log& log_;
  std::unique_ptr<storage::ViewReads> reads_;
};

class Views final {
 public:
  // Makes the store when there is none, and when what is there cannot be used or is not of this
  // log's history. Errors: locked, io (also when the log's own entry cannot be read: whose history
  // the views are of is not known then, and nothing is thrown away).
  static Result<std::unique_ptr<Views>> open(const ViewsPlace& place);

  const ViewsPlace& place() const { return place_; }
  // Why there is nothing of what was there before open(); empty: all of it is.
  const std::optional<Error>& thrown_away() const { return thrown_away_; }

  std::vector<Generation> generations() const;
  // Counts changes of which generations there are.
  std::uint64_t changes() const;

  // A generation that is being built, without rows; another one of the same name that does not
  // serve is given up. Errors: io, read_only.
  Result<Generation> begin_building(const CaseProjection& projection);
  // Where there is none of the projection's version, being built or not: one that folds from the
  // first event on; what serves until then goes on serving, at the size it has. Errors: as above.
  Result<void> begin_if_missing(const CaseProjection& projection);
  // One batch: rows, the generations as they are with them, and those that are no more. `was`: what
  // the rows were made from: who writes does so only while these generations are still like that,
  // and so never over what another follower has written.
  // Errors: conflict (one of them was given up meanwhile, or is not as it was; nothing is written),
  // io, read_only.
  Result<void> commit(storage::ViewBatch rows, std::span<const Generation> now,
                      std::span<const std::uint32_t> gone, std::span<const Generation> was = {});
  // Rows of a building generation: lost in a crash, with the generation.
  Result<void> add_built_rows(const storage::ViewBatch& rows);
  // Removes every row of these cases, and their bytes from the disk. For erasure, when the cases'
  // keys are gone: so no row of them is made again. Slow.
  Result<void> erase(std::span<const SubjectId> cases);
  // Removes the rows of generations that are no more.
  Result<void> remove_unused();

  std::unique_ptr<ViewRead> read() const;
  storage::ViewStore& store() { return *store_; }

 private:
  explicit Views(const ViewsPlace& place) : place_(place) {}
  Result<void> load();
  Result<bool> is_of_this_history(const Generation& generation) const;
  // Both under mutex_.
  Result<Generation> begin(const CaseProjection& projection, Role role);
  bool has(std::uint32_t number) const;
  void put_now(std::span<const Generation> now, std::span<const std::uint32_t> gone);

  const ViewsPlace place_;
  std::unique_ptr<storage::ViewStore> store_;
  std::optional<Error> thrown_away_;  // Constant after open().
  mutable std::mutex mutex_;
  std::vector<Generation> generations_;  // Guarded by mutex_, all below too. By number.
  std::uint32_t next_number_ = 1;
  std::uint64_t changes_ = 0;
};

// By number. Errors: corrupt, unsupported, io.
Result<std::vector<Generation>> read_generations(const storage::ViewReads& reads);

// How far behind the log a generation is.
struct Lag {
  std::uint64_t events = 0;
  // Between the recording of the first event that it lacks and of the last: no clock is asked, and
  // a log where nothing happens makes nobody late.
  std::int64_t seconds = 0;
};
Result<Lag> lag_of(const Generation& generation, const storage::Reads& reads, TreeSize head);

}  // namespace stafett::bti
