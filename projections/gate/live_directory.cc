#include "projections/gate/live_directory.h"

#include <algorithm>

#include "projections/gate/directory_source.h"

namespace stafett::bti {

Result<std::shared_ptr<const Directory>> LiveDirectory::at_least(TreeSize size) {
  const std::lock_guard lock{mutex_};
  if (!directory_ || size > size_) ENGINE_TRY_VOID(fold_until(log_.head().size));
  return directory_;
}

Result<std::shared_ptr<const Directory>> LiveDirectory::at(TreeSize size) {
  const std::lock_guard lock{mutex_};
  if (!directory_ || size > size_) ENGINE_TRY_VOID(fold_until(log_.head().size));
  if (size < changed_at_) return std::shared_ptr<const Directory>{};
  return directory_;
}

Result<void> LiveDirectory::fold_until(TreeSize head) {
  if (!directory_) {
    followed_ = {{{log_.streams().directory}, {log_.streams().audit}}};
    ENGINE_TRY(founders, directory_at(log_, source_, TreeSize{0}));
    directory_ = std::make_shared<const Directory>(std::move(founders));
  }
  ENGINE_TRY(events, newer_events(head));
  if (!events.empty()) {
    // Whoever was given the last one goes on with that.
    auto next = std::make_shared<Directory>(*directory_);
    for (const EventPtr& event : events) next->apply(*event);
    directory_ = std::move(next);
    changed_at_ = size_after(events.back()->position);
  }
  size_ = head;
  return {};
}

// By position over both streams, as proposals and approvals of the two refer to each other.
Result<std::vector<EventPtr>> LiveDirectory::newer_events(TreeSize head) {
  std::vector<EventPtr> events;
  std::array<Followed, 2> then = followed_;
  log::Opening opening;
  opening.own_keys = false;  // who a person is does not matter here
  ENGINE_TRY_VOID(read_on(then[0], head, opening, events));
  ENGINE_TRY_VOID(read_on(then[1], head, {}, events));
  followed_ = then;
  std::ranges::sort(events, {}, [](const EventPtr& event) { return event->position; });
  return events;
}

Result<void> LiveDirectory::read_on(Followed& followed, TreeSize head, log::Opening opening,
                                    std::vector<EventPtr>& to) const {
  ENGINE_TRY(record, log_.index().stream(followed.stream));
  if (!record) return {};
  std::vector<Position> positions;
  ENGINE_TRY_VOID(
      log_.store().scan_stream(followed.stream, Version{followed.next_version},
                               [&](Version version, Position position) -> Result<storage::Scan> {
                                 if (position.value() >= head.value()) return storage::Scan::stop;
                                 positions.push_back(position);
                                 followed.next_version = version.value() + 1;
                                 return storage::Scan::more;
                               }));
  return log_.store().visit_with_parts(
      positions,
      [&](Position position, ByteView entry,
          std::span<const storage::PartView> parts) -> Result<storage::Scan> {
        ENGINE_TRY(one, source_.scanned(position, entry, parts, *record, {}, opening));
        if (one) to.push_back(std::move(one));
        return storage::Scan::more;
      });
}

}  // namespace stafett::bti
