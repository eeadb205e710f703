#include "engine/log/witness/cosigned_checkpoints.h"

#include <algorithm>
#include <set>

#include "engine/log/log_tree.h"
#include "engine/log/witness/sized_files.h"

namespace stafett::log {
namespace {

using transparency::Note;
using transparency::NoteSignature;
using transparency::VerifiedSignature;
using transparency::VerifierKey;

constexpr std::string_view kLock = "lock";
constexpr std::uint64_t kSecondsOfDay = 86'400;

// The line of this key; REQUIRES: one verified.
NoteSignature line_of(const Note& note, const VerifierKey& key) {
  return *std::ranges::find_if(note.signatures, [&](const NoteSignature& line) {
    return line.name == key.name && line.id == key.id();
  });
}

bool has_witness(const CosignedCheckpoint& one, std::size_t key_index) {
  return std::ranges::any_of(one.cosignatures, [&](const VerifiedSignature& cosignature) {
    return cosignature.key_index == key_index;
  });
}

}  // namespace

std::uint64_t CosignedCheckpoint::newest_time_s() const {
  std::uint64_t newest = 0;
  for (const VerifiedSignature& one : cosignatures)
    newest = std::max(newest, one.time_s.value_or(0));
  return newest;
}

Result<void> check_is_of(const storage::Reads& reads, const transparency::TreeHead& head) {
  const std::string at = "cosigned at size " + std::to_string(head.size.value());
  if (head.size > reads.size())
    return Error{Errc::conflict, at + ", which is more than the log has"};
  ENGINE_TRY(root, root_at(reads, head.size));
  if (root != head.root)
    return Error{Errc::conflict, at + " with another root than the log's: two histories"};
  return {};
}

std::string witnessed_directory(const std::string& database) {
  return database + ".witnessed";
}

std::string CosignedCheckpoints::path_of(TreeSize size) const {
  return directory_ + "/" + sized_name(size);
}

Result<std::vector<TreeSize>> CosignedCheckpoints::sizes() const {
  return sized_files(files_, directory_);
}

Result<CosignedCheckpoint> CosignedCheckpoints::open(std::string_view note) const {
  ENGINE_TRY(parsed, transparency::parse_note(note));
  ENGINE_TRY(checkpoint, transparency::parse_checkpoint(parsed.text));
  const RecordedPolicy* recorded = policies_.in_force(checkpoint.head.size);
  const std::vector<VerifierKey> none;
  const std::vector<VerifierKey>& keys = recorded ? recorded->policy.keys() : none;
  ENGINE_TRY(opened, open_log_checkpoint(note, log_, keys));
  const bool has_times =
      std::ranges::all_of(opened.cosignatures(), [](const VerifiedSignature& one) {
        return one.time_s.value_or(0) > 0 && *one.time_s <= kCosignedTimeMax;
      });
  if (!has_times) return Error{Errc::bad_signature, "a cosignature of no time"};
  return CosignedCheckpoint{opened.head(), std::string{note}, opened.cosignatures(),
                            recorded && recorded->policy.is_met(opened.cosignatures())};
}

Result<CosignedCheckpoint> CosignedCheckpoints::at(TreeSize size) const {
  ENGINE_TRY(bytes, files_.read(path_of(size), transparency::kNoteBytesMax));
  ENGINE_TRY(opened, open(as_text(bytes)));
  if (opened.head.size != size)
    return Error{Errc::corrupt, path_of(size) + ": the checkpoint of another size"};
  return std::move(opened);
}

Result<CosignedCheckpoint> CosignedCheckpoints::of(const transparency::TreeHead& head) const {
  ENGINE_TRY(found, at(head.size));
  if (found.head != head) return Error{Errc::not_found, "none of this history"};
  return std::move(found);
}

// What cannot be read is left to the verifier.
template <class Visit>
Result<void> CosignedCheckpoints::newest_first(std::size_t most, const Visit& visit) const {
  ENGINE_TRY(all, sizes());
  for (std::size_t i = 0; i < std::min(most, all.size()); ++i) {
    const Result<CosignedCheckpoint> one = at(all[all.size() - 1 - i]);
    if (one && visit(*one)) break;
  }
  return {};
}

Result<std::optional<CosignedCheckpoint>> CosignedCheckpoints::newest_final(
    const storage::Reads& reads, std::optional<Position> covers, TreeSize largest) const {
  std::optional<CosignedCheckpoint> found;
  ENGINE_TRY_VOID(newest_first(kCosignedLookedAt, [&](const CosignedCheckpoint& one) {
    if (covers && one.head.size.value() <= covers->value()) return true;  // smaller from here on
    if (one.is_final && one.head.size <= largest && check_is_of(reads, one.head)) found = one;
    return found.has_value();
  }));
  return found;
}

Result<std::optional<CosignedCheckpoint>> CosignedCheckpoints::newest_of(
    const VerifierKey& key) const {
  std::optional<CosignedCheckpoint> found;
  ENGINE_TRY_VOID(newest_first(kCosignedLookedAt, [&](const CosignedCheckpoint& one) {
    const RecordedPolicy* recorded = policies_.in_force(one.head.size);
    if (!recorded) return true;
    const auto& keys = recorded->policy.keys();
    const auto place = std::ranges::find(keys, key);
    if (place != keys.end() && has_witness(one, static_cast<std::size_t>(place - keys.begin())))
      found = one;
    return found.has_value();
  }));
  return found;
}

// What is there already of this size, and what it lacks.
Result<CosignedCheckpoint> CosignedCheckpoints::merged(const CosignedCheckpoint& added) const {
  const Result<CosignedCheckpoint> before = at(added.head.size);
  if (!before && before.error().code() != Errc::not_found) return before.error();
  if (before && before->head != added.head)
    return Error{Errc::conflict, "another history was cosigned at this size, and is kept"};
  const std::vector<VerifierKey>& keys = policies_.in_force(added.head.size)->policy.keys();
  ENGINE_TRY(from, transparency::parse_note(added.note));
  Note note{from.text, {line_of(from, log_.at(added.head.size))}};
  bool has_news = false;
  for (std::size_t key = 0; key < keys.size(); ++key) {
    if (before && has_witness(*before, key)) {
      ENGINE_TRY(known, transparency::parse_note(before->note));
      note.signatures.push_back(line_of(known, keys[key]));
    } else if (has_witness(added, key)) {
      note.signatures.push_back(line_of(from, keys[key]));
      has_news = true;
    }
  }
  if (!has_news) return Error{Errc::refused, "no new cosignature of a witness of the policy"};
  return open(transparency::format_note(note));
}

Result<CosignedCheckpoint> CosignedCheckpoints::add(const storage::Reads& reads,
                                                    std::string_view note, Clock& clock) {
  ENGINE_TRY(added, open(note));
  const TreeSize size = added.head.size;
  ENGINE_TRY_VOID(check_is_of(reads, added.head));
  const std::int64_t latest_s = clock.now().value() / 1'000'000 + kCosignedAheadSeconds;
  if (added.newest_time_s() > static_cast<std::uint64_t>(std::max<std::int64_t>(latest_s, 0)))
    return Error{Errc::refused, "cosigned at a time that is still to come"};
  if (added.cosignatures.empty())
    return Error{Errc::refused, "no cosignature of a witness of the policy in force"};
  ENGINE_TRY_VOID(files_.make_directory(directory_));
  ENGINE_TRY(lock, files_.lock(directory_ + "/" + std::string{kLock}));
  ENGINE_TRY(whole, merged(added));
  ENGINE_TRY_VOID(files_.replace(path_of(size), as_bytes(whole.note)));
  (void)prune(reads);  // what is left over goes with the next one
  return std::move(whole);
}

Result<void> CosignedCheckpoints::prune(const storage::Reads& reads) {
  std::vector<TreeSize> superseded;
  std::set<std::uint64_t> days;
  std::set<std::string> witnesses;
  std::size_t pending = 0;
  ENGINE_TRY_VOID(newest_first(kCosignedLookedAt, [&](const CosignedCheckpoint& one) {
    // Of a history that was given up: evidence, which takes no other's place.
    if (!check_is_of(reads, one.head)) return false;
    bool is_kept = one.is_final ? days.insert(one.newest_time_s() / kSecondsOfDay).second
                                : days.empty() && pending++ < kCosignedPending;
    const RecordedPolicy* recorded = policies_.in_force(one.head.size);
    for (const VerifiedSignature& cosignature : one.cosignatures) {
      const VerifierKey& key = recorded->policy.keys()[cosignature.key_index];
      is_kept = witnesses.insert(key.to_string()).second || is_kept;
    }
    if (!is_kept) superseded.push_back(one.head.size);
    return false;
  }));
  for (const TreeSize size : superseded) ENGINE_TRY_VOID(files_.remove(path_of(size)));
  return {};
}

}  // namespace stafett::log
