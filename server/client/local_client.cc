#include "server/client/local_client.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>

#include "server/client/verify_event.h"
#include "server/native/append_outcome.h"

namespace stafett::server::client {
namespace {

using Steady = std::chrono::steady_clock;

class LocalStream final : public EventStream {
 public:
  LocalStream(ServedLog& log, const native::OpenSource& open, native::Subscriber subscriber)
      : log_(log),
        open_(open),
        subscriber_(std::move(subscriber)),
        looked_at_(subscriber_.asked.after ? size_after(*subscriber_.asked.after) : TreeSize{0}) {}

  Result<std::optional<StreamItem>> next(std::chrono::milliseconds longest) override {
    if (is_over_) return Error{Errc::io, "the stream has ended"};
    Result<std::optional<StreamItem>> item = look_and_wait(Steady::now() + longest);
    is_over_ = !item || (*item && std::holds_alternative<Ended>(**item));
    return item;
  }

 private:
  using Item = std::optional<StreamItem>;
  struct Ready {
    Position position;
    Bytes entry;
    std::vector<format::OpenPart> openings;
    std::optional<SubjectId> case_id;
  };

  // What was ready and not taken is decided anew when the log has grown, as a look over the native
  // stream would: then one event at a time, so that no look is for nothing.
  Result<Item> look_and_wait(Steady::time_point until) {
    while (true) {
      const TreeSize head = log_.log.size();
      if (!ready_.empty() && ready_head_ < head) {
        source_->go_back_to(looked_at_, {ended_cases_.begin(), ended_cases_.end()});
        ready_.clear();
        ended_cases_.clear();
        end_.reset();
        step_ = 1;
      }
      if (!ready_.empty()) return take_event();
      if (is_caught_up_ &&
          head.value() - std::min(head, looked_at_).value() > LocalClient::kBehindMax) {
        is_caught_up_ = false;
        return Item{FellBehind{head, looked_at_}};
      }
      if (!ended_cases_.empty()) {
        const FeedEnd ended = ended_cases_.front();
        ended_cases_.pop_front();
        return Item{CaseEnded{ended.case_id.value_or(SubjectId{}), ended.rule}};
      }
      if (end_) return Item{Ended{end_->why, end_->rule}};
      if (!has_looked_ || looked_at_ < head) {
        ENGINE_TRY_VOID(look());
        continue;
      }
      if (!is_caught_up_) {
        is_caught_up_ = true;
        has_progress_ = false;
        return Item{CaughtUp{looked_at_, checkpoint()}};
      }
      if (Steady::now() - decided_ >= LocalClient::kDecidedFor) {
        decided_ = Steady::now();
        ENGINE_TRY(end, source_->end_now());
        end_ = std::move(end);
        continue;
      }
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(until - Steady::now());
      if (left.count() <= 0) {
        if (!has_progress_) return Item{};
        has_progress_ = false;
        return Item{Progress{head, looked_at_, checkpoint()}};
      }
      log_.log.heads().wait_past(head, std::min(left, LocalClient::kDecidedFor), {});
    }
  }

  Result<void> look() {
    if (!source_) {
      const auto after =
          looked_at_.value() == 0 ? std::nullopt : std::optional{Position{looked_at_.value() - 1}};
      Result<std::unique_ptr<native::EventSource>> opened = open_(log_, subscriber_, after);
      if (!opened) return ended_by(opened.error());
      source_ = std::move(*opened);
    }
    ready_head_ = log_.log.size();
    decided_ = Steady::now();
    Result<FeedProgress> stepped =
        source_->step(step_, ready_head_, [this](const native::SourceEvent& event) -> Result<void> {
          if (native::is_given_as_recorded(event)) keep(event);
          return {};
        });
    if (!stepped) return ended_by(stepped.error());
    step_ = std::min(2 * step_, LocalClient::kEventsAStep);
    has_looked_ = true;
    std::ranges::move(stepped->ended_cases, std::back_inserter(ended_cases_));
    end_ = std::move(stepped->end);
    ready_looked_at_ = std::max(looked_at_, stepped->looked_at);
    if (!ready_.empty()) return {};
    has_progress_ = has_progress_ || looked_at_ < ready_looked_at_;
    looked_at_ = ready_looked_at_;
    return {};
  }

  // A case that does not exist is ended as one without relation.
  Result<void> ended_by(const Error& error) {
    if (error.code() != Errc::not_found) return error;
    end_ = FeedEnd{"access-ended", "read-no-relation", {}};
    has_looked_ = true;
    return {};
  }

  void keep(const native::SourceEvent& event) {
    Ready& kept = ready_.emplace_back();
    kept.position = event.position;
    kept.entry.assign(event.entry.begin(), event.entry.end());
    std::ranges::copy_if(event.openings, std::back_inserter(kept.openings),
                         [this](const format::OpenPart& part) {
                           return subscriber_.asked.classes.has(part.part_class);
                         });
    kept.case_id = event.case_id;
  }

  Result<Item> take_event() {
    Ready event = std::move(ready_.front());
    ready_.pop_front();
    looked_at_ = ready_.empty() ? ready_looked_at_ : size_after(event.position);
    has_progress_ = false;
    ENGINE_TRY(verified, verify_event(log_.log.origin_hash(), event.position,
                                      std::move(event.entry), std::move(event.openings)));
    verified.case_id = event.case_id;
    return Item{StreamItem{std::move(verified)}};
  }

  std::string checkpoint() const {
    const auto shown = log_.tree.checkpoint();
    return shown ? shown->note : std::string{};
  }

  ServedLog& log_;
  const native::OpenSource& open_;
  const native::Subscriber subscriber_;
  std::unique_ptr<native::EventSource> source_;
  std::deque<Ready> ready_;
  std::deque<FeedEnd> ended_cases_;
  TreeSize ready_head_, ready_looked_at_;
  Steady::time_point decided_;  // by the feed, the last time
  TreeSize looked_at_;          // and handed out
  std::size_t step_ = LocalClient::kEventsAStep;
  std::optional<FeedEnd> end_;
  bool has_looked_ = false;
  bool is_caught_up_ = false;
  bool has_progress_ = false;
  bool is_over_ = false;
};

// Outlives whoever waits for it, as the log may answer later.
struct Awaited {
  std::mutex mutex;
  std::condition_variable done;
  std::optional<log::Outcomes> outcomes;  // Guarded by mutex.
};

}  // namespace

Result<std::vector<AppendOutcome>> LocalClient::append(const log::SubmissionGroup& group,
                                                       std::chrono::milliseconds longest) {
  const auto awaited = std::make_shared<Awaited>();
  const Result<void> taken = log_.log.submit(group, [awaited](log::Outcomes outcomes) {
    {
      const std::lock_guard lock{awaited->mutex};
      awaited->outcomes = std::move(outcomes);
    }
    awaited->done.notify_all();
  });
  if (!taken) return native::refused_each(group.events.size(), taken.error());
  std::unique_lock lock{awaited->mutex};
  if (!awaited->done.wait_for(lock, longest, [&] { return awaited->outcomes.has_value(); }))
    return Error{Errc::outcome_unknown, "no answer in time"};
  return native::outcomes_of(*awaited->outcomes);
}

Result<std::unique_ptr<EventStream>> LocalClient::subscribe(const Wish& wish) {
  if (!is_well_formed({wish.purpose, wish.visit, wish.service}))
    return Error{Errc::invalid_argument, "content is read with a purpose and a visit"};
  if (wish.after && wish.after->value() >= log_.log.size().value())
    return Error{Errc::invalid_argument, "the log has no such position to go on after"};
  native::SubscribeFrame asked;
  asked.purpose = wish.purpose;
  asked.visit = wish.visit;
  asked.service = wish.service;
  asked.case_label = wish.case_label;
  asked.types = wish.types;
  asked.classes = wish.classes;
  asked.after = wish.after;
  return std::unique_ptr<EventStream>{
      std::make_unique<LocalStream>(log_, open_, native::Subscriber{person_, std::move(asked)})};
}

}  // namespace stafett::server::client
