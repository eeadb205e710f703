#include "projections/views/batons_projection.h"

#include <algorithm>

#include "projections/calendar/calendar.h"
#include "projections/rebuild/folded_parts.h"
#include "projections/state/case_build.h"
#include "projections/views/row_bytes.h"

namespace stafett::bti {
namespace {

using schema::EventType;

// The only events that make, take or hand on a holder; nothing else is folded here.
bool moves_the_baton(const Event& event) {
  switch (event.type) {
    case EventType::LOG_OPENED:
    case EventType::HOLDER_APPOINTED:
    case EventType::HOLDER_LEFT:
    case EventType::BATON_OFFERED:
    case EventType::BATON_ACCEPTED:
      return true;
    default:
      return false;
  }
}

class BatonsCase final : public ProjectedCase {
 public:
  explicit BatonsCase(const SubjectId& case_id) : record_(case_id) {}

  bool needs_all(const TimelineEvent& next) const override {
    if (next.event->type == EventType::ENTRY_CORRECTED) return !next.settled;
    return moves_the_baton(*next.event) && record_.needs_rebuild(next);
  }

  Result<void> add(const TimelineEvent& next, const CaseLoader& load) override {
    if (needs_all(next)) {
      ENGINE_TRY(recorded, load());
      if (std::ranges::find(recorded, next.event->id,
                            [](const EventPtr& one) { return one->id; }) == recorded.end())
        recorded.push_back(next.event);
      fold(recorded);
      return {};
    }
    if (!moves_the_baton(*next.event)) return {};
    ENGINE_TRY_VOID(record_.add(next, {}));
    look(record_.state(), *next.event);
    return {};
  }

  // From the first event of the timeline on.
  void fold(std::span<const EventPtr> recorded) {
    held_.clear();
    CaseFold fold{record_.state().id};
    for (const TimelineEvent& one : timeline(recorded, {}, TimeUs{INT64_MAX})) {
      if (!moves_the_baton(*one.event)) continue;
      add_to(fold, one);
      look(fold.state(), *one.event);
    }
    record_ = CaseRecord{fold.take()};
  }

  Result<Bytes> row() const override {
    if (held_.empty()) return Bytes{};
    RowWriter out;
    out.count(held_.size());
    for (const BatonHeld& one : held_) {
      out.id(one.person);
      out.integer(one.from);
      out.integer(one.until);
      out.text(one.service);
    }
    return out.take();
  }

 private:
  // What the event has made of who holds it.
  void look(const CaseState& state, const Event& event) {
    const bool open = !held_.empty() && held_.back().until == kNoDate;
    if (!state.has_holder) {
      if (open) held_.back().until = local_date(event.occurred_at).days();
      return;
    }
    const Holder& now = *state.latest_holder;
    const std::string_view service = state.service_name(now.service);
    if (open && held_.back().person == now.person && held_.back().from == now.since) {
      held_.back().service = service;
      return;
    }
    if (open) held_.back().until = now.since;
    held_.push_back({now.person, std::string{service}, now.since, kNoDate});
  }

  CaseRecord record_;
  std::vector<BatonHeld> held_;
};

class BatonsProjection final : public CaseProjection {
 public:
  std::string_view name() const override { return "batons"; }
  std::uint32_t version() const override { return 1; }
  log::PartSet reads(schema::EventType type) const override { return folded_parts(type); }
  std::unique_ptr<ProjectedCase> begin(const SubjectId& case_id, const Directory&) const override {
    return std::make_unique<BatonsCase>(case_id);
  }
  Result<std::unique_ptr<ProjectedCase>> fold(const SubjectId& case_id,
                                              std::span<const EventPtr> recorded,
                                              const Directory&) const override {
    auto folded = std::make_unique<BatonsCase>(case_id);
    folded->fold(recorded);
    return std::unique_ptr<ProjectedCase>{std::move(folded)};
  }
};

}  // namespace

const CaseProjection& batons_projection() {
  static const BatonsProjection projection;
  return projection;
}

Result<std::vector<BatonHeld>> read_batons_row(ByteView row) {
  constexpr std::size_t kBytesEach = ActorId::kBytes + 3 * sizeof(std::int32_t);
  RowReader in{row};
  std::vector<BatonHeld> held(in.count(kBytesEach));
  for (BatonHeld& one : held) {
    one.person = in.id<ActorId>();
    one.from = in.integer<std::int32_t>();
    one.until = in.integer<std::int32_t>();
    one.service = in.text();
  }
  if (!in.done()) return Error{Errc::corrupt, "a row of batons"};
  return held;
}

}  // namespace stafett::bti
