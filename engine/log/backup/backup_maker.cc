#include "engine/log/backup/backup_maker.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <unordered_map>

#include "engine/log/backup/copied_table.h"
#include "engine/log/backup/copy_verifier.h"
#include "engine/log/backup/kept_generations.h"
#include "engine/log/log_tree.h"
#include "engine/log/verify/public_record.h"
#include "engine/storage/frozen_image.h"
#include "engine/transparency/tree.h"

namespace stafett::log {
namespace {

struct Identity {
  std::string origin;
  Hash origin_hash;
  Hash genesis;
};

Result<Identity> identity_of(const storage::Reads& reads) {
  const auto record = read_public_record(reads);
  if (!record->genesis) return Error{Errc::corrupt, "the log has no genesis"};
  ENGINE_TRY(entry, reads.entry(Position{0}));
  return Identity{record->genesis->origin, record->keyring.origin_hash(),
                  transparency::leaf_hash(entry)};
}

// One that was being made and one that was being removed: more are no trace of a kill.
constexpr std::size_t kHalfMadeMax = 2;

bool holds(const std::vector<std::uint32_t>& sorted, std::uint32_t number) {
  return std::ranges::binary_search(sorted, number);
}

// Removes what it is told to when it goes, unless all went well.
class Undo final {
 public:
  explicit Undo(std::function<void()> undo) : undo_(std::move(undo)) {}
  ~Undo() {
    if (undo_) undo_();
  }
  Undo(const Undo&) = delete;
  Undo& operator=(const Undo&) = delete;
  void forget() { undo_ = nullptr; }

 private:
  std::function<void()> undo_;
};

class Maker final {
 public:
  Maker(const BackupSurroundings& with, const BackupRequest& request)
      : with_(with), request_(request), place_(with.files, request.place) {}

  Result<MadeBackup> make() {
    ENGINE_TRY_VOID(look_at_log());
    ENGINE_TRY(lock, place_.prepare());
    ENGINE_TRY(opened, storage::Backups::open(place_.database(), storage::BackupAccess::write));
    backups_ = std::move(opened);
    ENGINE_TRY_VOID(look_at_place());
    ENGINE_TRY_VOID(copy());
    Undo undo{[&] { take_back(); }};
    ENGINE_TRY_VOID(verify_copy());
    ENGINE_TRY_VOID(list_files());
    made_.manifest.made_at = with_.clock.now();
    ENGINE_TRY_VOID(place_.put_manifest(made_.manifest));
    undo.forget();  // from here on it counts
    ENGINE_TRY_VOID(remember_backup_place(with_.files, request_.paths.database, request_.place));
    ENGINE_TRY_VOID(remove_old());
    return std::move(made_);
  }

 private:
  // Only what does not count may go: a manifest that cannot be removed keeps its generation.
  void take_back() {
    const std::uint32_t generation = made_.manifest.generation;
    const auto gone = place_.remove_manifest(generation);
    if (gone || gone.error().code() == Errc::not_found) (void)backups_->remove(generation);
  }

  // What is half made goes; what is damaged stays, for whoever wants to look, and stops us.
  Result<void> look_at_place() {
    ENGINE_TRY(counted, place_.generations());
    counted_ = counted;
    const std::vector<std::uint32_t> whole = backups_->generations();
    const std::vector<std::uint32_t> damaged = backups_->damaged();
    for (const std::uint32_t number : counted_) {
      if (!holds(whole, number))
        return Error{Errc::corrupt,
                     fmt::format("{}: generation {} is damaged; nothing is added beside it",
                                 request_.place, number)};
      ENGINE_TRY(manifest, place_.manifest(number));
      if (manifest.origin != identity_.origin || manifest.genesis != identity_.genesis)
        return Error{Errc::conflict, request_.place + " holds backups of another log"};
      manifests_.push_back(std::move(manifest));
    }
    std::vector<std::uint32_t> half_made;
    for (const auto& numbers : {whole, damaged})
      std::ranges::copy_if(numbers, std::back_inserter(half_made),
                           [&](std::uint32_t number) { return !holds(counted_, number); });
    if (half_made.size() > kHalfMadeMax)
      return Error{Errc::corrupt,
                   fmt::format("{}: {} generations without manifests, which were there once; "
                               "nothing is removed",
                               request_.place, half_made.size())};
    for (const std::uint32_t number : half_made) ENGINE_TRY_VOID(backups_->remove(number));
    return backups_->remove_leftovers();
  }

  // The guard before the copy: a writer may move both on, but never the guard first.
  Result<void> look_at_log() {
    ENGINE_TRY(store, storage::Store::open(request_.paths.database, storage::Mode::read_only));
    ENGINE_TRY(identity, identity_of(*store));
    identity_ = identity;
    made_.manifest.origin = identity.origin;
    made_.manifest.genesis = identity.genesis;
    const auto guard = Guard::open(with_.files, request_.paths.guard, identity.origin_hash);
    if (guard) {
      guard_ = (*guard)->required();
      if (const auto published = (*guard)->checkpoint();
          published && published->state.size > guard_->size)
        guard_ = published->state;
    } else if (guard.error().code() != Errc::not_found) {
      return Error{Errc::conflict, "the guard cannot be used: " + guard.error().detail()};
    }
    made_.manifest.guard = guard_;
    return {};
  }

  Result<void> copy() {
    const std::string image = backup_image(request_.paths.database);
    // Another backup of this log, to another place, would make its image there too; an erasure
    // would leave the old key table in the copy.
    ENGINE_TRY(lock, hold_backups(with_.files, request_.paths.database));
    ENGINE_TRY_VOID(storage::remove_tree(image));
    const Undo drop{[&] { (void)storage::remove_tree(image); }};
    ENGINE_TRY_VOID(storage::freeze(request_.paths.database, image));
    // After the image: so it has the keys of all that is in it.
    if (!request_.table_place.empty()) {
      ENGINE_TRY_VOID(
          remember_table_place(with_.files, request_.paths.database, request_.table_place));
      ENGINE_TRY(table, copy_table(with_.files, request_.paths.key_table, request_.table_place,
                                   identity_.origin_hash));
      made_.manifest.table = table;
    }
    auto generation = backups_->add(image);
    if (!generation) {
      (void)backups_->remove_leftovers();
      return generation.error();
    }
    made_.manifest.generation = *generation;
    return {};
  }

  Result<void> verify_copy() {
    BackupManifest& manifest = made_.manifest;
    ENGINE_TRY_VOID(backups_->check_bytes(manifest.generation));
    ENGINE_TRY(store, backups_->open_store(manifest.generation));
    store_ = std::move(store);
    ENGINE_TRY(verified, log::verify_copy({*store_, with_.random, manifests_, request_.level,
                                           request_.whole, request_.recheck, request_.progress}));
    ENGINE_TRY(identity, identity_of(*store_));
    if (identity.genesis != manifest.genesis)
      return Error{Errc::corrupt, "the copy is of another log"};
    manifest.state = verified.state;
    manifest.checked = verified.checked;
    manifest.verified_level = static_cast<std::uint8_t>(request_.level);
    ENGINE_TRY(checkpoint, store_->latest_checkpoint());
    if (checkpoint) manifest.checkpoint = checkpoint->note;
    return compare_with_guard();
  }

  Result<void> compare_with_guard() const {
    if (!guard_) return {};
    if (store_->size() < guard_->size)
      return Error{Errc::conflict,
                   fmt::format("the log ends before what its guard remembers: positions {} to {} "
                               "are missing; it is not backed up",
                               store_->size().value(), guard_->size.value() - 1)};
    if (guard_->root.is_zero()) return {};  // a size alone
    ENGINE_TRY(root, root_at(*store_, guard_->size));
    if (root != guard_->root)
      return Error{Errc::conflict,
                   fmt::format("the log has another root at size {} than its guard remembers; it "
                               "is not backed up",
                               guard_->size.value())};
    return {};
  }

  // A file that earlier generations need too must still be what they had.
  Result<void> list_files() {
    BackupManifest& manifest = made_.manifest;
    ENGINE_TRY(files, place_.hash_files(manifest.generation, *backups_));
    std::unordered_map<std::string, const BackupFile*> known;
    for (const BackupManifest& earlier : manifests_)
      for (const BackupFile& file : earlier.files) known[file.path] = &file;
    for (const BackupFile& file : files) {
      const auto before = known.find(file.path);
      if (before == known.end())
        made_.new_bytes += file.bytes;
      else if (*before->second != file)
        return Error{Errc::corrupt,
                     place_.database() + "/" + file.path + ": not what was backed up"};
    }
    if (files.size() > kBackupFilesMax) return Error{Errc::too_large, "files of the database"};
    manifest.files = std::move(files);
    return {};
  }

  Result<void> remove_old() {
    const auto drill = place_.last_drill();
    ENGINE_TRY(surplus, surplus_generations({*store_, made_.manifest, manifests_,
                                             drill ? *drill : std::optional<DrillOutcome>{}},
                                            request_.keep));
    made_.kept_for_events = std::move(surplus.to_keep);
    for (const std::uint32_t old : surplus.to_remove) {
      ENGINE_TRY_VOID(place_.remove_manifest(old));
      ENGINE_TRY_VOID(backups_->remove(old));
      made_.removed.push_back(old);
    }
    return {};
  }

  const BackupSurroundings& with_;
  const BackupRequest& request_;
  BackupPlace place_;
  std::unique_ptr<storage::Backups> backups_;
  std::vector<std::uint32_t> counted_;
  std::vector<BackupManifest> manifests_;  // of what was there, ascending
  Identity identity_;
  std::optional<TreeState> guard_;
  std::unique_ptr<storage::Store> store_;  // of the new generation
  MadeBackup made_;
};

// Neither is inside the other, whatever links lead there.
bool are_apart(const std::string& one, const std::string& other) {
  std::error_code error;
  const std::string a = std::filesystem::weakly_canonical(one, error).string() + "/";
  if (error) return false;
  const std::string b = std::filesystem::weakly_canonical(other, error).string() + "/";
  return !error && !a.starts_with(b) && !b.starts_with(a);
}

// Else a copy could take the place of the table itself, whose writer would go on beside it.
bool is_apart_from_keys(const std::string& table_place, const LogPaths& paths) {
  std::error_code error;
  const std::filesystem::path table = std::filesystem::weakly_canonical(paths.key_table, error);
  return !error && are_apart(table_place, table.parent_path().string()) &&
         are_apart(table_place, paths.keys) && are_apart(table_place, paths.database) &&
         !std::filesystem::equivalent(copied_table_path(table_place), table, error);
}

}  // namespace

Result<MadeBackup> make_backup(const BackupSurroundings& with, const BackupRequest& request) {
  if (request.keep < 1 || request.keep > kGenerationsKeptMax)
    return Error{Errc::invalid_argument, "how many generations are kept"};
  if (request.recheck < 1)
    return Error{Errc::invalid_argument, "how many old entries are verified again"};
  if (request.level < 2 || request.level > 4)
    return Error{Errc::invalid_argument, "a copy is verified at level 2, 3 or 4"};
  if ((request.place + request.table_place).find('\n') != std::string::npos)
    return Error{Errc::invalid_argument, "a place whose name has a line break"};
  if (!request.table_place.empty() && !are_apart(request.place, request.table_place))
    return Error{Errc::conflict, "the key table's place must be apart from the database's"};
  if (!request.table_place.empty() && !is_apart_from_keys(request.table_place, request.paths))
    return Error{Errc::conflict, "the key table's copy must be apart from the log and its keys"};
  if (!are_apart(request.place, request.paths.database))
    return Error{Errc::conflict, "a backup inside the log is none"};
  return Maker{with, request}.make();
}

}  // namespace stafett::log
