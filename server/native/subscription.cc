#include "server/native/subscription.h"

#include <algorithm>

namespace stafett::server::native {

Subscription::Subscription(ServedLog& log, const NativeLimits& limits, const OpenSource& open,
                           NativeCounts& counts, Subscriber subscriber)
    : log_(log),
      limits_(limits),
      open_(open),
      counts_(counts),
      subscriber_(std::move(subscriber)),
      looked_at_(subscriber_.asked.after ? size_after(*subscriber_.asked.after) : TreeSize{0}),
      told_(std::chrono::steady_clock::now()) {
  ++counts_.subscriptions;
}

Subscription::Look Subscription::wants_look(TreeSize head, Instant now) const {
  if (is_looking_ || is_ending_ || has_something()) return Look::none;
  // Before events, or a long way on which nothing is given would be a silent one.
  if (now >= next_heartbeat()) return Look::heartbeat;
  if (has_ready()) return Look::none;  // without credit
  return credit_.may_send() && (!has_looked_ || looked_at_ < head) ? Look::events : Look::none;
}

Subscription::Instant Subscription::next_heartbeat() const {
  return told_ + (has_progress_ ? limits_.progress_time : limits_.heartbeat_time);
}

// As many as are allowed and will about fill a piece: what cannot be sent is looked for in vain.
std::size_t Subscription::events_wanted() const {
  const std::uint64_t bytes = std::min<std::uint64_t>(limits_.piece_bytes, credit_.bytes());
  const std::uint64_t fill = std::max<std::uint64_t>(1, bytes / event_bytes_);
  return std::min<std::uint64_t>({credit_.events(), fill, EntriesAhead::kLookedAtMax});
}

Subscription::Plan Subscription::begin_look(Look look) {
  Plan plan;
  plan.look = look;
  plan.tells_size = !is_caught_up_;
  plan.looked_at = looked_at_;
  if (look == Look::events) {
    plan.events_max = events_wanted();
    plan.anew = std::exchange(is_anew_, false);
    plan.ended_cases = std::exchange(thrown_away_, {});
    plan.room = std::exchange(spare_, Bytes{});
    plan.room.clear();
  }
  is_looking_ = true;
  return plan;
}

Result<FeedProgress> Subscription::step(const Plan& plan, const EventSource::Give& give) {
  if (source_ && plan.anew) source_->go_back_to(plan.looked_at, plan.ended_cases);
  if (!source_) {
    const auto after = plan.looked_at.value() == 0
                           ? std::nullopt
                           : std::optional{Position{plan.looked_at.value() - 1}};
    ENGINE_TRY(opened, open_(log_, subscriber_, after));
    source_ = std::move(opened);
  }
  return source_->step(plan.events_max, plan.until, give);
}

Subscription::Looked Subscription::look(Plan given) {
  Looked looked;
  looked.frames = std::move(given.room);
  looked.plan = std::move(given);
  const Plan& plan = looked.plan;
  looked.head = plan.until == kNoEnd ? log_.log.size() : plan.until;
  looked.looked_at = plan.looked_at;
  try {
    looked.fault = plan.look == Look::events ? look_at_events(plan, looked) : look_at_end(looked);
    if (plan.look == Look::heartbeat || (plan.tells_size && looked.looked_at >= looked.head))
      if (const auto shown = log_.tree.checkpoint()) looked.checkpoint = shown->note;
  } catch (const std::exception&) {  // of a library: the others go on
    looked.fault = FaultFrame{request(), "internal", {}};
  }
  return looked;
}

std::optional<FaultFrame> Subscription::look_at_events(const Plan& plan, Looked& looked) {
  const Result<FeedProgress> stepped = step(plan, [&](const SourceEvent& event) -> Result<void> {
    if (!is_given_as_recorded(event)) return {};
    ENGINE_TRY_VOID(writer_.write(
        looked.frames, {request(), event.position, event.entry, event.openings, event.case_id},
        subscriber_.asked.classes));
    looked.marks.push_back({event.position, looked.frames.size()});
    return {};
  });
  if (!stepped) {
    const Error& error = stepped.error();
    if (error.code() == Errc::invalid_argument)
      return FaultFrame{request(), "bad-subscription", error.detail()};
    if (error.code() != Errc::not_found) return FaultFrame{request(), errc_name(error.code()), {}};
    looked.end = FeedEnd{"access-ended", "read-no-relation", {}};  // as of a case that there is
    return std::nullopt;
  }
  looked.looked_at = std::max(looked.looked_at, stepped->looked_at);
  looked.ended_cases = stepped->ended_cases;
  looked.end = stepped->end;
  return std::nullopt;
}

std::optional<FaultFrame> Subscription::look_at_end(Looked& looked) {
  if (!source_) return std::nullopt;
  Result<std::optional<FeedEnd>> end = source_->end_now();
  if (!end) return FaultFrame{request(), errc_name(end.error().code()), {}};
  looked.end = std::move(*end);
  return std::nullopt;
}

void Subscription::notice(const ServerFrame& frame) {
  CHECK(write_frame(notices_, frame));
}

void Subscription::end_look(Looked looked, Instant now) {
  is_looking_ = false;
  if (is_ending_) return;
  if (looked.plan.look == Look::heartbeat && !looked.end && !looked.fault) {
    notice(HeartbeatFrame{request(), looked.head, looked_at_, std::move(looked.checkpoint)});
    has_progress_ = false;
    told_ = now;
    return;
  }
  has_looked_ = true;
  ready_ = std::move(looked);
  ready_since_ = now;
  next_mark_ = sent_bytes_ = 0;
  if (!has_ready()) {
    has_progress_ = has_progress_ || looked_at_ < ready_.looked_at;
    after_events();
  } else {
    event_bytes_ = std::max<std::size_t>(64, ready_.frames.size() / ready_.marks.size());
  }
}

// All events of the look have been sent.
void Subscription::after_events() {
  looked_at_ = std::max(looked_at_, ready_.looked_at);
  for (const FeedEnd& one : ready_.ended_cases)
    notice(CaseEndedFrame{request(), one.case_id.value_or(SubjectId{}), one.rule});
  if (ready_.fault) {
    notice(*ready_.fault);
    is_ending_ = true;
  } else if (ready_.end) {
    notice(EndedFrame{request(), ready_.end->why, ready_.end->rule});
    is_ending_ = true;
  } else if (!is_caught_up_ && looked_at_ >= ready_.head) {
    notice(CaughtUpFrame{request(), looked_at_, std::move(ready_.checkpoint)});
    is_caught_up_ = true;
    has_progress_ = false;
    spare_ = Bytes{};  // whoever waits holds little
  }
}

void Subscription::throw_away() {
  std::ranges::move(ready_.ended_cases, std::back_inserter(thrown_away_));
  ready_ = {};
  next_mark_ = sent_bytes_ = 0;
  is_anew_ = true;
}

void Subscription::cancel() {
  throw_away();
  notices_.clear();
  is_ending_ = true;
}

ByteView Subscription::take(Instant now) {
  told_ = now;
  if (!may_send_event()) {
    taken_ = std::move(notices_);
    notices_ = {};
    return taken_;
  }
  const std::size_t begin = sent_bytes_;
  while (may_send_event()) {
    const Looked::Mark& mark = ready_.marks[next_mark_++];
    credit_.spend(mark.end - sent_bytes_);
    sent_bytes_ = mark.end;
    looked_at_ = size_after(mark.position);
    ++counts_.events_sent;
  }
  has_progress_ = false;
  // Owned here, as what is ready may change while the piece is being written.
  if (begin == 0 && sent_bytes_ == ready_.frames.size()) {
    if (!is_caught_up_) spare_ = std::move(taken_);
    taken_ = std::exchange(ready_.frames, Bytes{});
  } else {
    taken_.assign(ready_.frames.begin() + static_cast<std::ptrdiff_t>(begin),
                  ready_.frames.begin() + static_cast<std::ptrdiff_t>(sent_bytes_));
  }
  if (!has_ready()) after_events();
  return taken_;
}

void Subscription::fall_behind(TreeSize head) {
  if (!is_caught_up_ || is_ending_ || head <= looked_at_ ||
      head.value() - looked_at_.value() <= limits_.behind_max)
    return;
  is_caught_up_ = false;
  ++counts_.fell_behind;
  notice(FellBehindFrame{request(), head, looked_at_});
}

}  // namespace stafett::server::native
