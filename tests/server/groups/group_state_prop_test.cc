// The state of a group against a slow model: random looking, taking, settling, expiring, parking
// and restarts from whatever was kept last.

#include <rapidcheck.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <list>

#include "server/groups/group_state.h"

namespace stafett::server {
BOOST_AUTO_TEST_SUITE(group_state_prop_test)
namespace {

constexpr std::uint64_t kCases = 3;
const GroupLimits kLimits{6, 3, 3, 50, 10, 40};

SubjectId case_of(std::uint64_t position) {
  std::array<std::uint8_t, 16> bytes{};
  bytes[0] = static_cast<std::uint8_t>(1 + position % kCases);
  return SubjectId{bytes};
}
// What the group's reader may not have: done as soon as it is looked at.
bool is_given(std::uint64_t position) {
  return position % 7 != 3;
}

enum class Where { waiting, outstanding, parked, done };

struct Slow {
  std::uint64_t position;
  Where where = Where::waiting;
  std::uint32_t attempts = 0;
  std::int64_t due = 0;
  TakeNumber number = 0;
};

// All that was ever looked at, in one list that is searched from its beginning.
struct Model {
  std::vector<Slow> all;
  std::uint64_t looked_at = 0;

  std::size_t count(Where where) const {
    return static_cast<std::size_t>(std::ranges::count(all, where, &Slow::where));
  }
  std::size_t open() const { return count(Where::waiting) + count(Where::outstanding); }
  bool may_take(const Slow& one, std::int64_t now) const {
    if (one.where != Where::waiting || one.due > now) return false;
    return std::ranges::none_of(all, [&](const Slow& other) {
      if (case_of(other.position) != case_of(one.position)) return false;
      return other.where == Where::outstanding ||
             (other.where == Where::waiting && other.position < one.position);
    });
  }
  std::uint64_t low() const {
    for (const Slow& one : all)
      if (one.where == Where::waiting || one.where == Where::outstanding) return one.position;
    return looked_at;
  }
  void fail(Slow& one, std::int64_t now, std::int64_t delay) {
    one.attempts += 1;
    if (one.attempts >= kLimits.attempts_max && count(Where::parked) < kLimits.parked_max) {
      one.where = Where::parked;
      return;
    }
    one.where = Where::waiting;
    one.due = now + delay;
  }
};

std::int64_t slow_backoff(std::uint32_t attempts) {
  const std::int64_t all[] = {10, 10, 20, 40, 40};
  return all[std::min<std::size_t>(attempts, 4)];
}

struct Kept {
  std::uint64_t looked_at = 0;
  std::map<Position, OpenEvent> open;
  std::map<Position, ParkedEvent> parked;
  Model model;
};

class Play final {
 public:
  void one() {
    now_ += *rc::gen::inRange(0, 20);
    switch (*rc::gen::inRange(0, 10)) {
      case 0:
      case 1:
        return look();
      case 2:
      case 3:
        return take();
      case 4:
      case 5:
        return acknowledge();
      case 6:
        return retry();
      case 7:
        return park();
      case 8:
        return expire_or_replay();
      default:
        return keep_or_restart();
    }
  }

  void compare() const {
    RC_ASSERT(state_->looked_at().value() == model_.looked_at);
    RC_ASSERT(state_->low_water().value() == model_.low());
    RC_ASSERT(state_->open() == model_.open());
    RC_ASSERT(state_->outstanding() == model_.count(Where::outstanding));
    RC_ASSERT(state_->parked().size() == model_.count(Where::parked));
    std::vector<Position> ready;
    for (const Slow& one : model_.all) {
      RC_ASSERT(state_->is_done(Position{one.position}) == (one.where == Where::done));
      if (model_.may_take(one, now_)) ready.push_back(Position{one.position});
    }
    RC_ASSERT(state_->ready(TimeUs{now_}, 1000) == ready);
    std::set<SubjectId> outstanding;
    for (const Slow& one : model_.all)
      if (one.where == Where::outstanding)
        RC_ASSERT(outstanding.insert(case_of(one.position)).second);
  }

  // Whatever has happened, a member that does its work gets to the end.
  void finish() {
    for (int round = 0; round < 500 && (model_.open() > 0 || round < 20); ++round) {
      now_ += 100;
      state_->expire(TimeUs{now_});
      for (Slow& slow : model_.all)
        if (slow.where == Where::outstanding && slow.due <= now_) model_.fail(slow, now_, 0);
      for (const Position position : state_->ready(TimeUs{now_}, 1)) {
        const TakeNumber number = state_->take(position, "last", TimeUs{now_});
        RC_ASSERT(state_->acknowledge(position, number) == Settled::done);
        find(position)->where = Where::done;
      }
      compare();
    }
    RC_ASSERT(model_.open() == 0u);
    RC_ASSERT(state_->low_water() == state_->looked_at());
  }

 private:
  Slow* find(Position position) {
    const auto at = std::ranges::find(model_.all, position.value(), &Slow::position);
    return at == model_.all.end() ? nullptr : &*at;
  }
  Slow* any(Where where) {
    std::vector<Slow*> found;
    for (Slow& one : model_.all)
      if (one.where == where) found.push_back(&one);
    return found.empty() ? nullptr : *rc::gen::elementOf(found);
  }

  void look() {
    const std::uint64_t position = model_.looked_at;
    if (!is_given(position)) {
      state_->look_to(TreeSize{position + 1});
      model_.all.push_back({position, Where::done});
    } else if (state_->room() == 0) {
      RC_ASSERT(model_.open() >= kLimits.window);
      return;
    } else {
      state_->add(Position{position}, case_of(position));
      model_.all.push_back({position});
    }
    model_.looked_at = position + 1;
  }
  void take() {
    const auto ready = state_->ready(TimeUs{now_}, 2);
    for (const Position position : ready) {
      Slow* slow = find(position);
      slow->number = state_->take(position, "m", TimeUs{now_});
      slow->where = Where::outstanding;
      slow->due = now_ + kLimits.lease_us;
    }
  }
  void acknowledge() {
    Slow* slow = any(Where::outstanding);
    if (!slow) return;
    const Position position{slow->position};
    RC_ASSERT(state_->acknowledge(position, slow->number + 1) == Settled::stale);
    RC_ASSERT(state_->acknowledge(position, slow->number) == Settled::done);
    RC_ASSERT(state_->acknowledge(position, slow->number) == Settled::repeated);
    slow->where = Where::done;
  }
  void retry() {
    Slow* slow = any(Where::outstanding);
    if (!slow) return;
    const Position position{slow->position};
    RC_ASSERT(state_->retry(position, slow->number, TimeUs{now_}, {}, "r") == Settled::done);
    model_.fail(*slow, now_, slow_backoff(slow->attempts + 1));
    RC_ASSERT(state_->retry(position, slow->number, TimeUs{now_}, {}, "r") == Settled::stale);
  }
  void park() {
    Slow* slow = any(Where::outstanding);
    if (!slow) return;
    const bool fits = model_.count(Where::parked) < kLimits.parked_max;
    const Settled got = state_->park(Position{slow->position}, slow->number, TimeUs{now_}, "p");
    RC_ASSERT(got == (fits ? Settled::done : Settled::parked_full));
    if (fits) slow->where = Where::parked;
  }
  void expire_or_replay() {
    if (*rc::gen::arbitrary<bool>()) {
      std::size_t count = 0;
      for (Slow& slow : model_.all) {
        if (slow.where != Where::outstanding || slow.due > now_) continue;
        model_.fail(slow, now_, 0);
        ++count;
      }
      RC_ASSERT(state_->expire(TimeUs{now_}) == count);
      return;
    }
    Slow* slow = any(Where::parked);
    if (!slow) return;
    if (*rc::gen::arbitrary<bool>()) {
      RC_ASSERT(state_->replay(Position{slow->position}));
      *slow = {slow->position};
    } else {
      RC_ASSERT(state_->drop(Position{slow->position}));
      slow->where = Where::done;
    }
  }
  void keep_or_restart() {
    if (*rc::gen::arbitrary<bool>()) {
      kept_ = {model_.looked_at, state_->unfinished(), state_->parked(), model_};
      return;
    }
    // What was handed out is waiting again, and so is all that has happened since.
    state_ = std::make_unique<GroupState>(kLimits, TreeSize{kept_.looked_at});
    for (const auto& [position, open] : kept_.open)
      state_->restore(position, case_of(position.value()), open);
    for (const auto& [position, parked] : kept_.parked)
      state_->restore_parked(position, case_of(position.value()), parked);
    model_ = kept_.model;
    for (Slow& slow : model_.all) {
      if (slow.where == Where::outstanding) slow.where = Where::waiting;
      slow.due = 0;
    }
  }

  std::unique_ptr<GroupState> state_ = std::make_unique<GroupState>(kLimits, TreeSize{0});
  Model model_;
  Kept kept_;
  std::int64_t now_ = 1;
};

BOOST_AUTO_TEST_CASE(it_is_as_the_slow_model_says_through_anything) {
  BOOST_TEST(rc::check([] {
    Play play;
    const int steps = *rc::gen::inRange(1, 120);
    for (int step = 0; step < steps; ++step) {
      play.one();
      play.compare();
    }
    play.finish();
  }));
}

BOOST_AUTO_TEST_CASE(a_delay_doubles_up_to_its_bound) {
  const GroupState state{kLimits, TreeSize{0}};
  std::vector<std::int64_t> delays;
  for (std::uint32_t attempt : {1u, 2u, 3u, 4u, 5u, 4'000'000'000u})
    delays.push_back(state.backoff_us(attempt));
  const std::vector<std::int64_t> want{10, 20, 40, 40, 40, 40};
  BOOST_TEST(delays == want, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(before_the_start_is_a_place_of_its_own) {
  GroupState state{kLimits, TreeSize{0}};
  BOOST_TEST(state.low_water().value() == 0u);
  BOOST_TEST(!state.is_done(Position{0}));
  state.add(Position{0}, case_of(0));
  BOOST_TEST(state.low_water().value() == 0u);
  const TakeNumber number = state.take(Position{0}, "m", TimeUs{1});
  BOOST_TEST((state.acknowledge(Position{0}, number) == Settled::done));
  BOOST_TEST(state.low_water().value() == 1u);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server
