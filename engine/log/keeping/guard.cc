#include "engine/log/keeping/guard.h"

#include "engine/base/check.h"

namespace stafett::log {
namespace {

std::string tail_path(const std::string& directory) {
  return directory + "/tail";
}
std::string checkpoint_path(const std::string& directory) {
  return directory + "/checkpoint";
}

// A file that is too large is not one that we wrote.
Result<Bytes> read_own(storage::Files& files, const std::string& path, std::size_t bytes_max) {
  auto bytes = files.read(path, bytes_max);
  if (!bytes && bytes.error().code() == Errc::too_large)
    return Error{Errc::corrupt, path + ": larger than it can be"};
  return bytes;
}

// Both say something about the same size: then they must say the same. A root of zeros says
// nothing: only receipts have told of that size.
bool disagree(const TreeState& a, const TreeState& b) {
  return a.size == b.size && !a.root.is_zero() && !b.root.is_zero() && a.root != b.root;
}

}  // namespace

Guard::Guard(storage::Files& files, const std::string& directory, const Hash& origin)
    : files_(files),
      tail_path_(tail_path(directory)),
      checkpoint_path_(checkpoint_path(directory)),
      origin_(origin) {}

Result<std::unique_ptr<Guard>> Guard::create(storage::Files& files, const std::string& directory,
                                             const Hash& origin, const TreeState& state) {
  ENGINE_TRY(present, files.exists(tail_path(directory)));
  if (present) return Error{Errc::conflict, directory + ": there is a guard already"};
  ENGINE_TRY_VOID(accept(files, directory, origin, state, std::nullopt));
  return open(files, directory, origin);
}

Result<void> Guard::accept(storage::Files& files, const std::string& directory, const Hash& origin,
                           const TreeState& state,
                           const std::optional<GuardedCheckpoint>& checkpoint) {
  if (checkpoint && checkpoint->note.size() > kNoteBytesMax)
    return Error{Errc::too_large, "checkpoint note"};
  if (checkpoint && (checkpoint->state.size > state.size || disagree(checkpoint->state, state)))
    return Error{Errc::conflict, "the checkpoint is not of the accepted state's past"};
  ENGINE_TRY_VOID(files.make_directory(directory));
  // The tail last: until it is there a new guard does not exist, and an old one still asks for
  // more.
  ENGINE_TRY_VOID(
      files.replace(checkpoint_path(directory),
                    encode_checkpoint(origin, checkpoint.value_or(GuardedCheckpoint{}))));
  return files.replace(tail_path(directory), encode_tail(origin, state));
}

Result<std::unique_ptr<Guard>> Guard::open(storage::Files& files, const std::string& directory,
                                           const Hash& origin) {
  std::unique_ptr<Guard> guard{new Guard{files, directory, origin}};
  ENGINE_TRY(tail_bytes, read_own(files, guard->tail_path_, kTailBytesMax));
  ENGINE_TRY(tail, decode_tail(tail_bytes, origin));
  auto checkpoint_bytes =
      read_own(files, guard->checkpoint_path_, kCheckpointFixedBytes + kNoteBytesMax);
  if (!checkpoint_bytes && checkpoint_bytes.error().code() == Errc::not_found)
    return Error{Errc::corrupt, "guard checkpoint: missing beside a tail"};
  if (!checkpoint_bytes) return checkpoint_bytes.error();
  ENGINE_TRY(checkpoint, decode_checkpoint(*checkpoint_bytes, origin));

  guard->torn_bytes_ = tail.torn_bytes;
  guard->required_ = tail.required;
  guard->possible_ = tail.possible;
  if (!checkpoint.note.empty()) {
    const bool disagrees = disagree(checkpoint.state, tail.required) ||
                           (tail.possible && disagree(checkpoint.state, *tail.possible));
    if (disagrees) return Error{Errc::corrupt, "guard checkpoint: another root than the tail's"};
    guard->checkpoint_ = checkpoint;
  }
  // What was published was acknowledged, even where a power cut took its confirmation.
  if (guard->checkpoint_ && checkpoint.state.size > guard->required_.size)
    guard->required_ = checkpoint.state;
  if (guard->possible_ && guard->possible_->size <= guard->required_.size) guard->possible_.reset();
  return guard;
}

TreeState Guard::required() const {
  const std::lock_guard lock{mutex_};
  return required_;
}

std::optional<TreeState> Guard::possible() const {
  const std::lock_guard lock{mutex_};
  return possible_;
}

std::optional<GuardedCheckpoint> Guard::checkpoint() const {
  const std::lock_guard lock{mutex_};
  return checkpoint_;
}

Result<void> Guard::begin(const TreeState& database) {
  {
    const std::lock_guard lock{mutex_};
    if (database.size < required_.size || disagree(database, required_) ||
        (possible_ && disagree(database, *possible_)))
      return Error{Errc::conflict, "the database is not in a state that the guard remembers"};
  }
  ENGINE_TRY_VOID(compact(database));
  const std::lock_guard lock{mutex_};
  required_ = database;
  possible_.reset();
  return {};
}

Result<void> Guard::fail(const Error& error) {
  tail_.reset();
  return error;
}

// replace() leaves the old tail or the new one, and both require at least `confirmed`.
Result<void> Guard::compact(const TreeState& confirmed) {
  tail_.reset();
  ENGINE_TRY_VOID(files_.replace(tail_path_, encode_tail(origin_, confirmed)));
  ENGINE_TRY(file, files_.open_append(tail_path_));
  tail_ = std::move(file);
  record_count_ = 1;
  return {};
}

Result<void> Guard::append_record(const TreeState& state) {
  ENGINE_TRY_VOID(tail_->append(encode_guard_record(origin_, record_count_, state)));
  ++record_count_;
  return {};
}

Result<void> Guard::pending(TreeSize size, const Hash& root) {
  if (!tail_) return Error{Errc::read_only, "the guard takes no more until the log is reopened"};
  const TreeState confirmed = required();
  if (possible() || size <= confirmed.size)
    return Error{Errc::conflict, "a commit group that does not follow the confirmed one"};
  if (tail_->size() > kTailCompactBytes) ENGINE_TRY_VOID(compact(confirmed));
  const TreeState next{size, root};
  if (auto appended = append_record(next); !appended) return fail(appended.error());
  if (auto synced = tail_->sync(); !synced) return fail(synced.error());
  const std::lock_guard lock{mutex_};
  possible_ = next;
  return {};
}

Result<void> Guard::confirm() {
  if (!tail_) return Error{Errc::read_only, "the guard takes no more until the log is reopened"};
  const std::optional<TreeState> now = possible();
  CHECK(now.has_value());
  if (auto appended = append_record(*now); !appended) return fail(appended.error());
  const std::lock_guard lock{mutex_};
  required_ = *now;
  possible_.reset();
  return {};
}

Result<void> Guard::flush() {
  if (!tail_) return Error{Errc::read_only, "the guard takes no more until the log is reopened"};
  if (auto synced = tail_->sync(); !synced) return fail(synced.error());
  return {};
}

Result<void> Guard::swap_checkpoint(TreeSize old_size, const GuardedCheckpoint& next) {
  if (next.note.empty()) return Error{Errc::invalid_argument, "a checkpoint without its note"};
  if (next.note.size() > kNoteBytesMax) return Error{Errc::too_large, "checkpoint note"};
  const std::lock_guard swapping{swap_mutex_};
  {
    const std::lock_guard lock{mutex_};
    const TreeState old = checkpoint_ ? checkpoint_->state : TreeState{};
    if (old.size != old_size) return Error{Errc::conflict, "another checkpoint was swapped in"};
    if (next.state.size < old.size || (checkpoint_ && disagree(next.state, old)))
      return Error{Errc::conflict, "the checkpoint goes back or forks"};
    if (next.state.size > required_.size || disagree(next.state, required_))
      return Error{Errc::conflict, "the checkpoint is not of what was acknowledged"};
  }
  ENGINE_TRY_VOID(files_.replace(checkpoint_path_, encode_checkpoint(origin_, next)));
  const std::lock_guard lock{mutex_};
  checkpoint_ = next;
  return {};
}

}  // namespace stafett::log
