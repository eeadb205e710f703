#include "server/routes/prepared_events.h"

namespace stafett::server {
namespace {

std::size_t bytes_of(const log::SubmissionGroup& group) {
  std::size_t bytes = 0;
  for (const log::Submission& event : group.events) {
    bytes += event.intent.size();
    for (const format::OpenPart& part : event.parts) bytes += part.plaintext.size();
  }
  return bytes;
}

}  // namespace

void PreparedEvents::remove(std::map<Key, Waiting>::iterator at) {
  bytes_ -= at->second.bytes;
  waiting_.erase(at);
}

void PreparedEvents::forget_old(TimeUs now) {
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    const auto old = at++;
    if (old->second.until <= now) remove(old);
  }
}

bool PreparedEvents::keep(const ActorId& person, const EventId& id, PreparedEvent event,
                          TimeUs now) {
  const std::size_t bytes = bytes_of(event.group);
  const TimeUs until{now.value() + std::chrono::microseconds{kLasts}.count()};
  const std::lock_guard lock{mutex_};
  forget_old(now);
  if (const auto before = waiting_.find({person, id}); before != waiting_.end()) remove(before);
  std::size_t of_one = 0;
  for (auto at = waiting_.lower_bound({person, EventId{}});
       at != waiting_.end() && at->first.first == person; ++at)
    ++of_one;
  if (of_one >= kEventsOfOneMax || waiting_.size() >= kEventsMax || bytes_ + bytes > kBytesMax)
    return false;
  bytes_ += bytes;
  waiting_.emplace(Key{person, id}, Waiting{std::move(event), bytes, until});
  return true;
}

std::optional<PreparedEvent> PreparedEvents::find(const ActorId& person, const EventId& id,
                                                  TimeUs now) {
  const std::lock_guard lock{mutex_};
  const auto found = waiting_.find({person, id});
  if (found == waiting_.end() || found->second.until <= now) return std::nullopt;
  return found->second.event;
}

void PreparedEvents::forget_where(const std::function<bool(const PreparedEvent&)>& is_gone) {
  const std::lock_guard lock{mutex_};
  for (auto at = waiting_.begin(); at != waiting_.end();) {
    const auto one = at++;
    if (is_gone(one->second.event)) remove(one);
  }
}

void PreparedEvents::forget(const ActorId& person, const EventId& id) {
  const std::lock_guard lock{mutex_};
  if (const auto found = waiting_.find({person, id}); found != waiting_.end()) remove(found);
}

}  // namespace stafett::server
