#include "server/feed/entry_feed.h"

#include <algorithm>

#include "projections/gate/bti_gate.h"
#include "server/logs/log_set.h"

namespace stafett::server {
namespace {

bool has_grant(const bti::Directory& directory, const SignedIn& reader, TimeUs now) {
  const bti::Registration* person = directory.person(reader.person, {now});
  // Of no case in particular: only a grant for all covers it.
  return person && person->active && person->roles.has(bti::schema::Role::AUDITOR) &&
         directory.grant_covers(reader.person, SubjectId{}, bti::local_date(now).days(),
                                bti::Moment::after_all(now));
}

}  // namespace

EntryFeed::EntryFeed(ServedLog& log, SignedIn reader, std::optional<Position> after)
    : log_(log), reader_(std::move(reader)), next_(after ? size_after(*after) : TreeSize{0}) {}

Result<std::optional<FeedEnd>> EntryFeed::end_now() {
  const TimeUs now = log_.log.clock().now();
  if (auto end = session_end(reader_, now)) return end;
  ENGINE_TRY(directory, log_.gate.directory_now());
  if (directory == granted_by_ && granted_at_ <= now && now.value() < granted_at_.value() + kSureUs)
    return std::optional<FeedEnd>{};
  if (!has_grant(*directory, reader_, now))
    return std::optional{FeedEnd{"access-ended", "entries-need-grant", {}}};
  granted_by_ = std::move(directory);
  granted_at_ = now;
  return std::optional<FeedEnd>{};
}

Result<FeedProgress> EntryFeed::step(std::size_t entries_max, TreeSize until, const Visit& visit) {
  const TreeSize end = std::min(log_.log.size(), until);
  FeedProgress progress;
  ENGINE_TRY(ended, end_now());
  progress.end = std::move(ended);
  if (!progress.end && entries_max > 0 && next_ < end) {
    ENGINE_TRY_VOID(is_light(end) ? visit_latest(entries_max, end, visit)
                                  : visit_stored(entries_max, end, visit));
  }
  progress.looked_at = next_;
  return progress;
}

Result<void> EntryFeed::visit_latest(std::size_t entries_max, TreeSize end, const Visit& visit) {
  ENGINE_TRY(latest, log_.tail.between(next_, end));
  if (latest->empty()) return visit_stored(entries_max, end, visit);
  std::size_t bytes = 0;
  for (const StoredEntryPtr& one : *latest) {
    if (entries_max-- == 0 || bytes >= kBytesAStep) break;
    ENGINE_TRY_VOID(visit(one->position, one->entry));
    next_ = size_after(one->position);
    bytes += one->entry.size();
  }
  return {};
}

Result<void> EntryFeed::visit_stored(std::size_t entries_max, TreeSize end, const Visit& visit) {
  const std::uint64_t count = std::min<std::uint64_t>(entries_max, end.value() - next_.value());
  std::size_t bytes = 0;
  return log_.log.store().scan_entries(
      Position{next_.value()}, Position{next_.value() + count},
      [&](Position position, ByteView entry) -> Result<storage::Scan> {
        ENGINE_TRY_VOID(visit(position, entry));
        next_ = size_after(position);
        bytes += entry.size();
        return bytes < kBytesAStep ? storage::Scan::more : storage::Scan::stop;
      });
}

}  // namespace stafett::server
