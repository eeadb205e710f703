#include "engine/log/backup/restorer.h"

#include <fmt/format.h>

#include "engine/log/backup/copied_table.h"
#include "engine/log/backup/copy_faults.h"
#include "engine/log/backup/log_cut.h"
#include "engine/log/log_tree.h"
#include "engine/log/meta_rows.h"
#include "engine/log/witness/cosigned_checkpoints.h"
#include "engine/log/witness/sized_files.h"
#include "engine/storage/frozen_image.h"

namespace stafett::log {
namespace {

Result<void> lay_out(const BackupPlace& place, const BackupManifest& manifest,
                     const std::string& to) {
  ENGINE_TRY_VOID(place.check_files(manifest));
  ENGINE_TRY(backups, storage::Backups::open(place.database(), storage::BackupAccess::read));
  return backups->restore(manifest.generation, to);
}

Result<VerifyReport> verify_restored(const BackupSurroundings& with, const std::string& database,
                                     const TreeState& promised, const VerifyOptions& options) {
  ENGINE_TRY(store, storage::Store::open(database, storage::Mode::read_only));
  ENGINE_TRY(report, verify({*store, with.random, nullptr, nullptr, {}}, options));
  if (!report.ok)
    return Error{Errc::corrupt, "what was restored does not verify: " + faults_of(report)};
  if (report.size != promised.size || report.root != promised.root)
    return Error{Errc::corrupt, "what was restored is not what the manifest says"};
  return std::move(report);
}

// Everything that is there already, so that nothing of it is lost.
Result<void> check_free(storage::Files& files, const std::string& path, const char* what) {
  ENGINE_TRY(there, files.exists(path));
  if (!there) return {};
  return Error{Errc::conflict, path + " is there: " + what};
}

// The guard says at least what was shown. Of one size, with a root where that has one.
bool says(const TreeState& guarded, const TreeState& shown) {
  if (guarded.size != shown.size) return guarded.size > shown.size;
  return !guarded.root.is_zero() || shown.root.is_zero();
}

class Restorer final {
 public:
  Restorer(const BackupSurroundings& with, RestoreRequest& request)
      : with_(with),
        request_(request),
        place_(with.files, request.place),
        beside_(request.to.database + ".restoring") {}

  Result<RestoredLog> restore() {
    const auto free_of_log = [&] {
      return check_free(with_.files, request_.to.database, "nothing is overwritten");
    };
    ENGINE_TRY_VOID(free_of_log());
    ENGINE_TRY(lock, lock_place());
    ENGINE_TRY_VOID(free_of_log());  // another restore may have come first
    ENGINE_TRY_VOID(check_free(with_.files, beside_, "a restore was cut short; remove it"));
    // Before hours are spent on what cannot end.
    if (!request_.table_place.empty()) {
      ENGINE_TRY(is_done,
                 is_table_restored(with_.files, request_.table_place, request_.to.key_table));
    }
    ENGINE_TRY_VOID(choose());
    Result<void> done = make();
    // Once it has its name there is nothing beside it.
    if (!done) (void)storage::remove_tree(beside_);
    if (!done) return done.error();
    return std::move(out_);
  }

 private:
  Result<std::unique_ptr<storage::FileLock>> lock_place() const {
    auto lock = with_.files.lock(beside_ + ".lock");
    if (!lock && lock.error().code() == Errc::locked)
      return Error{Errc::locked, request_.to.database + ": another restore is at work"};
    return lock;
  }

  Result<void> choose() {
    if (!request_.point) {
      ENGINE_TRY(manifest, place_.choose(request_.at));
      out_.manifest = std::move(manifest);
      return {};
    }
    ENGINE_TRY(found, find_signed_head(place_, request_.at, *request_.point));
    out_.manifest = std::move(found.manifest);
    head_ = found.head;
    out_.is_cut = head_.size < out_.manifest.state.size;
    return {};
  }

  Result<void> make() {
    VerifyOptions options;
    options.level = request_.level;
    options.progress = request_.progress;
    ENGINE_TRY(report, out_.is_cut
                           ? restore_cut(options)
                           : restore_generation(with_, place_, out_.manifest, beside_, options));
    out_.report = std::move(report);
    {
      ENGINE_TRY(store, storage::Store::open(beside_, storage::Mode::read_only));
      const auto record = read_public_record(*store);
      ENGINE_TRY_VOID(compare(*store, *record));
      if (!request_.table_place.empty()) ENGINE_TRY_VOID(put_table(*record));
      // The guard before the database: there is no moment in which the loss could go unseen.
      ENGINE_TRY_VOID(tell_guard(*store, *record));
    }
    return storage::move_database(beside_, request_.to.database);
  }

  // What is cut off is compared with the manifest's root, and named as lost by it.
  Result<VerifyReport> restore_cut(const VerifyOptions& options) {
    ENGINE_TRY_VOID(lay_out(place_, out_.manifest, beside_));
    {
      ENGINE_TRY(store, storage::Store::open(beside_, storage::Mode::read_only));
      ENGINE_TRY(root, root_at(*store, store->size()));
      if (store->size() != out_.manifest.state.size || root != out_.manifest.state.root)
        return Error{Errc::corrupt, "the generation is not what its manifest says"};
    }
    const std::string table = request_.table_place.empty()
                                  ? request_.to.key_table
                                  : copied_table_path(request_.table_place);
    ENGINE_TRY_VOID(
        cut_log({with_.files, with_.random, beside_, request_.to.root_key, table}, head_.size));
    return verify_restored(with_, beside_, head_, options);
  }

  Result<void> compare(const storage::Reads& reads, const PublicRecord& record) {
    open_guard(record);
    if (!guard_ && guard_error_.code() == Errc::conflict)
      return Error{Errc::conflict, request_.to.guard + ": " + guard_error_.detail()};
    hear_guard();
    ENGINE_TRY_VOID(hear_manifests());
    ENGINE_TRY_VOID(hear_witnesses(reads, record));
    ENGINE_TRY(lost, find_lost_events(reads, record, request_.evidence));
    out_.lost = lost;
    return {};
  }

  void open_guard(const PublicRecord& record) {
    auto guard = Guard::open(with_.files, request_.to.guard, record.keyring.origin_hash());
    if (guard)
      guard_ = std::move(*guard);
    else
      guard_error_ = guard.error();
  }

  void hear_guard() {
    if (!guard_) return;
    const std::string source = "the guard " + request_.to.guard;
    request_.evidence.states.push_back({source, guard_->required()});
    if (const auto published = guard_->checkpoint())
      request_.evidence.states.push_back({source, published->state});
  }

  // Later generations know what came after this one, and so does this one where it was cut. Earlier
  // ones do not: of a history that was given up before this one was made, the log itself tells.
  Result<void> hear_manifests() {
    ENGINE_TRY(numbers, place_.generations());
    for (const std::uint32_t number : numbers) {
      if (number < out_.manifest.generation) continue;
      if (number == out_.manifest.generation && !out_.is_cut) continue;
      const std::string source = fmt::format("generation {}", number);
      const auto later = place_.manifest(number);
      if (later)
        request_.evidence.states.push_back({source, later->state});
      else
        out_.unreadable.push_back(source + ": " + later.error().detail());
    }
    return {};
  }

  // What was cosigned lies beside the database, and may have outlived it.
  Result<void> hear_witnesses(const storage::Reads& reads, const PublicRecord& record) {
    const std::string directory = witnessed_directory(request_.to.database);
    const auto sizes = sized_files(with_.files, directory);
    if (!sizes) {
      out_.unreadable.push_back(sizes.error().detail());
      return {};
    }
    for (const TreeSize size : *sizes) {
      const std::string path = directory + "/" + sized_name(size);
      const auto note = with_.files.read(path, transparency::kNoteBytesMax);
      const HeldCheckpoint held{path, note ? std::string{as_text(*note)} : std::string{}};
      // Nobody has handed it in for this: rot in it does not keep the log from being restored.
      const auto alone = find_lost_events(reads, record, Evidence{{}, {held}, {}});
      if (!alone && alone.error().code() != Errc::conflict)
        out_.unreadable.push_back(note ? alone.error().detail() : note.error().detail());
      else
        request_.evidence.checkpoints.push_back(held);
    }
    return {};
  }

  Result<void> put_table(const PublicRecord& record) {
    ENGINE_TRY_VOID(with_.files.make_directory(request_.to.keys));
    return restore_table(with_.files, request_.table_place, request_.to.key_table,
                         record.keyring.origin_hash());
  }

  // A guard that is missing or damaged makes the log read-only as it is; one that remembers less
  // than was shown would not say what is lost. What cannot be read may remember more than that: it
  // is left to people.
  Result<void> tell_guard(const storage::Reads& reads, const PublicRecord& record) {
    if (!guard_ && guard_error_.code() != Errc::not_found) {
      out_.read_only = "the guard cannot be used: " + guard_error_.detail();
      return {};
    }
    const TreeState shown =
        out_.lost ? TreeState{TreeSize{out_.lost->end.value()}, out_.lost->root} : TreeState{};
    if (out_.lost && !(guard_ && says(guard_->required(), shown))) {
      const auto published = guard_ ? guard_->checkpoint() : std::nullopt;
      guard_.reset();
      ENGINE_TRY_VOID(Guard::accept(with_.files, request_.to.guard, record.keyring.origin_hash(),
                                    shown, published));
      open_guard(record);
    }
    if (!guard_) {
      out_.read_only = guard_error_.code() == Errc::not_found
                           ? "the guard is missing"
                           : "the guard cannot be used: " + guard_error_.detail();
      return {};
    }
    ENGINE_TRY(difference,
               difference_from_guard(reads, {out_.report.size, out_.report.root}, *guard_));
    out_.read_only = difference;
    return {};
  }

  const BackupSurroundings& with_;
  RestoreRequest& request_;
  const BackupPlace place_;
  const std::string beside_;
  TreeState head_;  // that it ends at, where a point in time was asked for
  std::unique_ptr<Guard> guard_;
  Error guard_error_;
  RestoredLog out_;
};

}  // namespace

Result<VerifyReport> restore_generation(const BackupSurroundings& with, const BackupPlace& place,
                                        const BackupManifest& manifest, const std::string& to,
                                        const VerifyOptions& options) {
  ENGINE_TRY_VOID(lay_out(place, manifest, to));
  return verify_restored(with, to, manifest.state, options);
}

Result<RestoredLog> restore_log(const BackupSurroundings& with, RestoreRequest request) {
  if (request.level < 2 || request.level > 4)
    return Error{Errc::invalid_argument, "what is restored is verified at level 2, 3 or 4"};
  return Restorer{with, request}.restore();
}

}  // namespace stafett::log
