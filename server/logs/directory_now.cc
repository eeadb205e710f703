#include "server/logs/directory_now.h"

#include <utility>

#include "projections/gate/directory_source.h"

namespace stafett::server {

Result<DirectoryNow::Heads> DirectoryNow::heads() const {
  Heads heads;
  const StreamId streams[] = {log_.streams().directory, log_.streams().audit};
  for (std::size_t i = 0; i < heads.size(); ++i) {
    ENGINE_TRY(head, log_.store().stream_head(streams[i]));
    if (head) heads[i] = head->position;
  }
  return heads;
}

Result<DirectoryNow::Known> DirectoryNow::get() {
  const std::lock_guard lock{mutex_};
  // Before the size: what is folded then holds at least what these say.
  ENGINE_TRY(now, heads());
  if (known_.directory && now == folded_) return known_;
  const TreeSize size = log_.head().size;
  ENGINE_TRY(folded, bti::directory_at(log_, gate_.source(), size));
  known_ = {std::make_shared<const bti::Directory>(std::move(folded)), size};
  folded_ = now;
  // An event that is stored and not acknowledged yet was not folded: it is next time.
  for (const std::optional<Position>& head : now)
    if (head && head->value() >= size.value()) return std::exchange(known_, {});
  return known_;
}

}  // namespace stafett::server
