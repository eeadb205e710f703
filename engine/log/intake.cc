#include "engine/log/intake.h"

namespace stafett::log {

Result<void> Intake::push(std::unique_ptr<Work> work) {
  {
    const std::lock_guard lock{mutex_};
    if (closed_) return Error{Errc::read_only, "the log is closing"};
    const std::size_t events = work->event_count();
    if (event_count_ + events > kEventsMax && event_count_ > 0)
      return Error{Errc::queue_full, "too many events waiting"};
    event_count_ += events;
    queue_.push_back(std::move(work));
  }
  unchecked_.notify_one();
  return {};
}

Work* Intake::next_unchecked() {
  std::unique_lock lock{mutex_};
  unchecked_.wait(lock, [&] { return next_ < queue_.size() || closed_; });
  if (next_ == queue_.size()) return nullptr;
  return queue_[next_++].get();
}

void Intake::set_checked(Work* work) {
  bool front;
  {
    const std::lock_guard lock{mutex_};
    work->checked = true;
    front = queue_.front().get() == work;
  }
  if (front) front_checked_.notify_one();
}

std::vector<std::unique_ptr<Work>> Intake::take_checked(std::size_t events_max) {
  std::unique_lock lock{mutex_};
  front_checked_.wait(lock, [&] { return queue_.empty() ? closed_ : queue_.front()->checked; });
  std::vector<std::unique_ptr<Work>> taken;
  std::size_t events = 0;
  while (!queue_.empty() && queue_.front()->checked && (events == 0 || events < events_max)) {
    events += queue_.front()->event_count();
    taken.push_back(std::move(queue_.front()));
    queue_.pop_front();
    --next_;
  }
  event_count_ -= events;
  return taken;
}

void Intake::close() {
  {
    const std::lock_guard lock{mutex_};
    closed_ = true;
  }
  unchecked_.notify_all();
  front_checked_.notify_all();
}

}  // namespace stafett::log
