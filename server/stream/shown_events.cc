#include "server/stream/shown_events.h"

#include <algorithm>

#include "projections/viewer/seen_json.h"
#include "server/logs/log_set.h"

namespace stafett::server {
namespace {

constexpr std::int64_t kKeptUs = 1'000'000;

// Decided by the same: nothing of the case or of the directory has changed, nor much of the time.
bool is_same(const bti::PresentCase& one, const bti::PresentCase& other) {
  return &one == &other ||
         (&one.whole() == &other.whole() && &one.directory() == &other.directory() &&
          other.at().value() - one.at().value() < kKeptUs);
}

}  // namespace

Result<const bti::ViewedCase*> ShownEvents::view(const FeedEvent& event) {
  const auto known = std::ranges::find(kept_, event.case_id, &Kept::case_id);
  if (known != kept_.end()) {
    if (is_same(*known->decided_by, *event.decided_by) &&
        event.opened.entry.occurred_at <= known->axes.as_of &&
        event.position.value() < known->axes.known.size.value()) {
      kept_.splice(kept_.begin(), kept_, known);
      return kept_.front().viewed.get();
    }
    kept_.erase(known);
  }
  bti::Axes axes;
  axes.known.size = log_.log.size();
  // What is dated a little ahead of the clock is given when it is recorded.
  axes.as_of = std::max(event.decided_by->at(), event.opened.entry.occurred_at);
  ENGINE_TRY(viewed, bti::ViewerReader(log_.log, log_.gate)
                         .view(event.case_id, event.decided_by->viewer(), axes,
                               event.decided_by->shared_directory()));
  kept_.push_front({event.case_id, event.decided_by, std::move(viewed), axes});
  if (kept_.size() > kCasesKept) kept_.pop_back();
  return kept_.front().viewed.get();
}

Result<std::optional<boost::json::object>> ShownEvents::json(const FeedEvent& event) {
  ENGINE_TRY(viewed, view(event));
  const std::vector<bti::SeenEvent>& seen = viewed->seen();
  const auto found = std::ranges::lower_bound(
      seen, event.position, {}, [](const bti::SeenEvent& one) { return one.event->position; });
  if (found == seen.end() || found->event->position != event.position)
    return std::optional<boost::json::object>{};
  const auto before =
      static_cast<std::uint64_t>(std::count_if(seen.begin(), found, [&](const bti::SeenEvent& one) {
        return one.event->compartment == found->event->compartment;
      }));
  const bti::BookLabels labels{log_.gate.labels()};
  const bti::SeenNames names{labels, *viewed};
  ENGINE_TRY(checked, log::Opener::checked(event.stored->entry, event.opened));
  ENGINE_TRY(json, bti::recorded_json(checked, log_.gate.source(), names,
                                      bti::not_given(event.sight.classes)));
  bti::limit_event(json, {found->event, event.sight}, before, *viewed);
  return std::optional{std::move(json)};
}

}  // namespace stafett::server
