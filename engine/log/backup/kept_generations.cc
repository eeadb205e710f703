#include "engine/log/backup/kept_generations.h"

#include "engine/log/log_tree.h"

namespace stafett::log {
namespace {

// It has the old one's events, and was looked at as closely.
Result<bool> replaces(const MadeGeneration& made, const BackupManifest& old) {
  if (old.verified_level > made.manifest.verified_level) return false;
  if (old.state.size > made.reads.size()) return false;
  ENGINE_TRY(root, root_at(made.reads, old.state.size));
  return root == old.state.root;
}

// Every entry was verified in its own copy, when it was made or by the last drill.
bool is_verified_whole(const MadeGeneration& made, const BackupManifest& old) {
  if (old.checked.since == TreeSize{0}) return old.verified_level >= made.manifest.verified_level;
  return made.drill && made.drill->ok && made.drill->generation == old.generation &&
         made.drill->size == old.state.size && made.drill->at >= old.made_at;
}

// What the new one, and those between, say of old entries rests on it. 0: on none but itself.
Result<std::uint32_t> rests_on(const MadeGeneration& made) {
  if (made.manifest.checked.since == TreeSize{0}) return 0u;
  for (std::size_t i = made.before.size(); i-- > 0;) {
    const BackupManifest& old = made.before[i];
    if (!is_verified_whole(made, old)) continue;
    ENGINE_TRY(is_replaced, replaces(made, old));
    if (is_replaced) return old.generation;
  }
  return 0u;
}

}  // namespace

Result<SurplusGenerations> surplus_generations(const MadeGeneration& made, std::uint32_t keep) {
  SurplusGenerations surplus;
  const std::size_t count = made.before.size() + 1;
  if (count <= keep) return surplus;
  ENGINE_TRY(base, rests_on(made));
  for (const BackupManifest& old : made.before.first(count - keep)) {
    ENGINE_TRY(is_replaced, replaces(made, old));
    const bool goes = is_replaced && old.generation != base;
    (goes ? surplus.to_remove : surplus.to_keep).push_back(old.generation);
  }
  return surplus;
}

}  // namespace stafett::log
