#include "projections/gate/live_directory.h"

#include <algorithm>

#include "projections/gate/directory_source.h"

namespace stafett::bti {

Result<std::shared_ptr<const Directory>> LiveDirectory::at_least(TreeSize size) {
  const std::lock_guard lock{mutex_};
  if (directory_ && size <= size_) return directory_;
  const TreeSize head = log_.head().size;
  if (!directory_) {
    followed_ = {{{log_.streams().directory}, {log_.streams().audit}}};
    ENGINE_TRY(founders, directory_at(log_, source_, TreeSize{0}));
    directory_ = std::make_shared<const Directory>(std::move(founders));
  }
  ENGINE_TRY(events, newer_events());
  if (!events.empty()) {
    // Whoever was given the last one goes on with that.
    auto next = std::make_shared<Directory>(*directory_);
    for (const EventPtr& event : events) next->apply(*event);
    directory_ = std::move(next);
  }
  size_ = std::max(size_, head);
  return directory_;
}

// By position over both streams, as proposals and approvals of the two refer to each other.
Result<std::vector<EventPtr>> LiveDirectory::newer_events() {
  std::vector<EventPtr> events;
  std::array<Followed, 2> then = followed_;
  log::Opening opening;
  opening.own_keys = false;  // who a person is does not matter here
  ENGINE_TRY_VOID(read_on(then[0], opening, events));
  ENGINE_TRY_VOID(read_on(then[1], {}, events));
  followed_ = then;
  std::ranges::sort(events, {}, [](const EventPtr& event) { return event->position; });
  return events;
}

Result<void> LiveDirectory::read_on(Followed& followed, log::Opening opening,
                                    std::vector<EventPtr>& to) const {
  ENGINE_TRY(record, log_.index().stream(followed.stream));
  if (!record) return {};
  std::vector<Position> positions;
  ENGINE_TRY_VOID(
      log_.store().scan_stream(followed.stream, Version{followed.next_version},
                               [&](Version version, Position position) -> Result<storage::Scan> {
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
