#include "projections/views/follower.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/log/thread_name.h"
#include "projections/views/guarded.h"

namespace stafett::bti {
namespace {

constexpr std::chrono::milliseconds kLongestWait{500};

}  // namespace

// The fronts are those of the generations that are there: after a start, and whenever one was begun
// or given up.
Result<void> Follower::take_up() {
  const std::uint64_t changes = views_.changes();  // before: what changes from here on is seen next
  if (taken_up_ && seen_changes_ == changes) return {};
  for (const CaseProjection* projection : views_.place().projections)
    ENGINE_TRY_VOID(views_.begin_if_missing(*projection));
  seen_changes_ = changes;
  taken_up_ = true;
  match_lanes(views_.generations());
  return {};
}

void Follower::match_lanes(std::span<const Generation> there) {
  const auto followed = [&](const Generation& one) -> const CaseProjection* {
    if (one.role == Role::building || one.stopped) return nullptr;
    for (const CaseProjection* projection : views_.place().projections)
      if (one.is_of(*projection)) return projection;
    return nullptr;
  };
  std::vector<std::uint32_t> known;
  for (const auto& front : fronts_)
    for (std::size_t i = front->lanes().size(); i-- > 0;) {
      const std::uint32_t number = front->lanes()[i].generation.number;
      const auto at = std::ranges::find(there, number, &Generation::number);
      if (at == there.end() || !followed(*at)) {
        front->remove(number);
        continue;
      }
      front->set_role(number, at->role);
      known.push_back(number);
    }
  for (const Generation& one : there) {
    const CaseProjection* projection = followed(one);
    if (!projection || std::ranges::find(known, one.number) != known.end()) continue;
    fronts_.push_back(std::make_unique<Front>(views_, one.size, options_.cases_max));
    fronts_.back()->add({projection, one});
  }
  std::erase_if(fronts_, [](const auto& front) { return front->lanes().empty(); });
}

void Follower::merge() {
  for (std::size_t i = 0; i < fronts_.size(); ++i)
    for (std::size_t j = fronts_.size(); j-- > i + 1;) {
      if (fronts_[j]->size() != fronts_[i]->size()) continue;
      fronts_[i]->join(std::move(*fronts_[j]));
      fronts_.erase(fronts_.begin() + static_cast<std::ptrdiff_t>(j));
    }
}

// One that has come up takes the place of the one that serves: when both are in one front; or, when
// nobody brings the other on, when it is as far. Not when it is at the head: while events keep
// coming it never is.
Result<Follower::Step> Follower::swap_ready() {
  const std::vector<Generation> there = views_.generations();
  for (const Generation& coming : there) {
    if (coming.role != Role::coming || coming.sweep != Sweep::none || coming.stopped) continue;
    // Of another version of the program: who would bring it on?
    if (std::ranges::none_of(views_.place().projections,
                             [&](const CaseProjection* one) { return coming.is_of(*one); }))
      continue;
    const auto serving = std::ranges::find_if(there, [&](const Generation& one) {
      return one.name == coming.name && one.role == Role::serving;
    });
    const bool alone = serving == there.end();
    const bool both_go_on = !alone && !serving->stopped && serving->version == coming.version;
    if (both_go_on ? serving->size != coming.size : !alone && coming.size < serving->size) continue;
    Generation now = coming;
    now.role = Role::serving;
    std::vector<Generation> was{coming};
    std::vector<std::uint32_t> gone;
    if (!alone) {
      was.push_back(*serving);
      gone.push_back(serving->number);
    }
    ENGINE_TRY_VOID(views_.commit({}, {&now, 1}, gone, was));
    ENGINE_TRY_VOID(views_.remove_unused());
    return Step::moved;
  }
  return Step::idle;
}

// In turn, so that one that has far to go does not hold up those that serve.
Front* Follower::next_front(TreeSize head) {
  for (std::size_t i = 0; i < fronts_.size(); ++i) {
    Front& front = *fronts_[(turn_ + i) % fronts_.size()];
    if (front.size() >= head && !front.sweeping()) continue;
    turn_ = (turn_ + i + 1) % fronts_.size();
    return &front;
  }
  return nullptr;
}

// Not past the next front, so that the two meet.
TreeSize Follower::stretch_end(const Front& front, TreeSize head) const {
  std::uint64_t end = std::min(head.value(), front.size().value() + Front::kStretchEvents);
  for (const auto& other : fronts_)
    if (other->size() > front.size()) end = std::min(end, other->size().value());
  return TreeSize{end};
}

Result<Follower::Step> Follower::step_once() {
  ENGINE_TRY_VOID(take_up());
  merge();
  ENGINE_TRY(swapped, swap_ready());
  if (swapped == Step::moved) return Step::moved;
  const TreeSize head = views_.place().log.head().size;
  Front* front = next_front(head);
  if (!front) return Step::idle;
  if (front->size() < head) ENGINE_TRY_VOID(front->advance(stretch_end(*front, head), events_));
  if (front->sweeping()) ENGINE_TRY_VOID(front->sweep());
  return Step::moved;
}

Result<Follower::Step> Follower::step() {
  const std::lock_guard stepping{step_mutex_};
  // Each call of a projection is guarded where one of them can be stopped for it; whatever else is
  // thrown ends the following, and not the program.
  Result<Step> done = guarded([&] { return step_once(); });
  if (done) return done;
  // What is in memory may be ahead of what was written.
  fronts_.clear();
  taken_up_ = false;
  // A generation was given up while its rows were made, or another has come as far: no failure.
  if (done.error().code() == Errc::conflict) return Step::moved;
  return done;
}

void Follower::forget(std::span<const SubjectId> cases) {
  const std::lock_guard stepping{step_mutex_};
  for (const auto& front : fronts_)
    for (const SubjectId& case_id : cases) front->forget(case_id);
}

Result<void> Follower::catch_up() {
  for (;;) {
    ENGINE_TRY(done, step());
    if (done == Step::idle) return {};
  }
}

void Follower::start() {
  CHECK(!thread_.joinable());
  {
    const std::lock_guard lock{mutex_};
    failure_.reset();
  }
  thread_ = std::jthread{[this](const std::stop_token& stop) {
    log::name_thread("views");
    run(stop);
  }};
}

void Follower::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

std::optional<Error> Follower::failure() const {
  const std::lock_guard lock{mutex_};
  return failure_;
}

TreeSize Follower::farthest() const {
  TreeSize size{};
  for (const auto& front : fronts_) size = std::max(size, front->size());
  return size;
}

bool Follower::has_much_to_do() const {
  const std::uint64_t head = views_.place().log.head().size.value();
  return std::ranges::any_of(fronts_, [&](const auto& front) {
    return front->sweeping() || front->size().value() + Front::kStretchEvents <= head;
  });
}

void Follower::run(const std::stop_token& stop) {
  log::HeadWatch& heads = views_.place().log.heads();
  while (!stop.stop_requested()) {
    const Result<Step> done = step();
    if (!done) {
      const std::lock_guard lock{mutex_};
      failure_ = done.error();
      return;
    }
    if (*done == Step::idle)  // no front: nothing to be behind the head with
      heads.wait_past(fronts_.empty() ? views_.place().log.head().size : farthest(), kLongestWait,
                      stop);
    else if (!has_much_to_do())
      heads.wait_past(TreeSize{farthest().value() + Front::kStretchEvents}, options_.gather, stop);
  }
}

}  // namespace stafett::bti
