// The guard against a plain model: random groups, checkpoints, kills, power cuts and reopenings,
// with a database that keeps or loses the group that was under way.

#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>

#include "tests/engine/log/keeping/guard_states.h"
#include "tests/engine/log/keeping/memory_files.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(guard_prop_test)
namespace {

enum class Step : std::uint8_t { commit, crash_in_group, checkpoint, kill, power_cut };

struct Model {
  std::uint64_t database = 0;      // what its sync made durable
  std::uint64_t acknowledged = 0;  // told to someone
  std::uint64_t certain = 0;       // acknowledged, and its confirmation synced or published
  std::uint64_t published = 0;
};

class Play final {
 public:
  Play() {
    auto guard = Guard::create(*files_, kGuardPath, kOrigin, state_at(0));
    RC_ASSERT(guard.has_value());
    reopen();
  }

  void commit(std::uint64_t grow) {
    const TreeState next = state_at(model_.acknowledged + grow);
    RC_ASSERT(guard_->pending(next.size, next.root).has_value());
    model_.certain = model_.acknowledged;
    model_.database = next.size.value();
    RC_ASSERT(guard_->confirm().has_value());
    model_.acknowledged = model_.database;
  }

  // Killed between the two syncs: one of them, both, or neither came through.
  void crash_in_group(std::uint64_t grow, bool in_guard, bool in_database) {
    const TreeState next = state_at(model_.acknowledged + grow);
    if (in_guard) {
      RC_ASSERT(guard_->pending(next.size, next.root).has_value());
      model_.certain = model_.acknowledged;
    }
    if (in_database) model_.database = next.size.value();
    lose(files_->after_kill(), model_.acknowledged);
  }

  void checkpoint() {
    if (model_.acknowledged == 0) return;
    RC_ASSERT(
        guard_->swap_checkpoint(TreeSize{model_.published}, checkpoint_at(model_.acknowledged))
            .has_value());
    model_.published = model_.acknowledged;
    model_.certain = model_.acknowledged;
  }

  void kill() { lose(files_->after_kill(), model_.acknowledged); }
  void power_cut(Unsynced unsynced) { lose(files_->after_power_cut(unsynced), model_.certain); }

 private:
  void lose(std::unique_ptr<MemoryFiles> left, std::uint64_t at_least) {
    guard_.reset();
    files_ = std::move(left);
    const auto guard = Guard::open(*files_, kGuardPath, kOrigin);
    RC_ASSERT(guard.has_value());
    const std::uint64_t required = (*guard)->required().size.value();
    RC_ASSERT(required >= at_least);
    RC_ASSERT(required <= model_.database);  // never more than the database can have
    RC_ASSERT((*guard)->required() == state_at(required));
    reopen();
  }

  void reopen() {
    auto guard = Guard::open(*files_, kGuardPath, kOrigin);
    RC_ASSERT(guard.has_value());
    guard_ = std::move(*guard);
    RC_ASSERT(guard_->begin(state_at(model_.database)).has_value());
    model_.acknowledged = model_.database;
    model_.certain = model_.database;
  }

  std::unique_ptr<MemoryFiles> files_ = std::make_unique<MemoryFiles>();
  std::unique_ptr<Guard> guard_;
  Model model_;
};

BOOST_AUTO_TEST_CASE(the_guard_never_requires_less_than_promised_nor_more_than_there_is) {
  const bool held = rc::check([] {
    Play play;
    const int count = *rc::gen::inRange(1, 40);
    for (int i = 0; i < count; ++i) {
      const auto grow = *rc::gen::inRange<std::uint64_t>(1, 300);
      switch (static_cast<Step>(*rc::gen::inRange(0, 5))) {
        case Step::commit:
          play.commit(grow);
          break;
        case Step::crash_in_group:
          play.crash_in_group(grow, *rc::gen::arbitrary<bool>(), *rc::gen::arbitrary<bool>());
          break;
        case Step::checkpoint:
          play.checkpoint();
          break;
        case Step::kill:
          play.kill();
          break;
        case Step::power_cut:
          play.power_cut(*rc::gen::element(Unsynced::lost, Unsynced::half, Unsynced::kept));
          break;
      }
    }
  });
  BOOST_TEST(held);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
