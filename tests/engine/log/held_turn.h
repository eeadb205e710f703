#pragma once
// HeldTurn: holds the sequencer at the next event that it gives a turn, so that what is submitted
// meanwhile waits in the queue.
//
// Threads: one.

#include <future>
#include <memory>

#include "tests/engine/log/test_log.h"

namespace stafett::log::testing {

class HeldTurn final {
 public:
  explicit HeldTurn(GateBook& book) {
    book.before_decide = [state = state_] {
      if (!state->first) return;
      state->first = false;
      state->entered.set_value();
      state->leave.get_future().wait();
    };
  }
  ~HeldTurn() { release(); }
  HeldTurn(const HeldTurn&) = delete;
  HeldTurn& operator=(const HeldTurn&) = delete;

  void wait_until_held() { state_->entered.get_future().wait(); }
  void release() {
    if (held_) state_->leave.set_value();
    held_ = false;
  }

 private:
  struct State {
    std::promise<void> entered, leave;
    bool first = true;  // Sequencer only.
  };
  const std::shared_ptr<State> state_ = std::make_shared<State>();
  bool held_ = true;
};

}  // namespace stafett::log::testing
