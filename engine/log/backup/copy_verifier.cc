#include "engine/log/backup/copy_verifier.h"

#include <algorithm>

#include "engine/log/backup/copy_faults.h"
#include "engine/log/backup/recheck.h"
#include "engine/log/log_tree.h"

namespace stafett::log {
namespace {

// The newest generation that this copy goes on from; null: every entry is to be verified. That a
// tile cannot be read is for the verification to say.
const BackupManifest* verified_before(const NewCopy& copy) {
  if (copy.whole) return nullptr;
  for (auto old = copy.before.rbegin(); old != copy.before.rend(); ++old) {
    if (old->verified_level < copy.level || old->state.size > copy.reads.size()) continue;
    const auto root = root_at(copy.reads, old->state.size);
    if (!root || *root != old->state.root) continue;
    return old->state.size.value() > copy.recheck ? &*old : nullptr;
  }
  return nullptr;
}

// Goes on where the last backup ended, so that every entry has its turn.
Result<CheckedEntries> next_run(const NewCopy& copy, const BackupManifest& before) {
  const std::uint64_t size = before.state.size.value();
  const bool has_ended = before.checked.end.value() >= before.checked.since.value();
  const std::uint64_t first = has_ended ? 0 : before.checked.end.value();
  std::uint64_t end = first + std::min(copy.recheck, size - first);
  if (end < size) {
    ENGINE_TRY(group_end, end_of_group(copy.reads, Position{end - 1}));
    end = std::min(group_end.value(), size);
  }
  return CheckedEntries{before.state.size, Position{first}, Position{end}};
}

}  // namespace

Result<VerifiedCopy> verify_copy(const NewCopy& copy) {
  const BackupManifest* before = verified_before(copy);
  VerifyOptions options;
  options.level = copy.level;
  options.progress = copy.progress;
  if (before != nullptr) options.since = before->state.size;
  ENGINE_TRY(report, verify({copy.reads, copy.random, nullptr, nullptr, {}}, options));
  if (!report.ok) return Error{Errc::corrupt, "the copy does not verify: " + faults_of(report)};
  VerifiedCopy verified{{report.size, report.root}, {}};
  if (before == nullptr) return verified;
  ENGINE_TRY(run, next_run(copy, *before));
  verified.checked = run;
  ENGINE_TRY_VOID(recheck_entries({copy.reads, copy.random, copy.level, {report.size, report.root}},
                                  run.first, run.end));
  return verified;
}

}  // namespace stafett::log
