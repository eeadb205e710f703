#pragma once
// WitnessAsker: has what each log shows to anybody cosigned, whenever it shows something new. Never
// more than that: a witness learns no sooner than others that something was recorded.
//
// Source:   c2sp.org/tlog-witness; whom to ask is the policy that the log has recorded.
// Threads:  one of its own; start() and stop() by the owner.
// Lifetime: logs, web and clock outlive it. The destructor stops it; what it waits for ends then,
// as
//           `web` is stopped.
// Limits:   one witness at a time. One that fails is asked again after kAskAgainFirst, then twice
// as
//           long each time, up to kAskAgainMax.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

#include "server/logs/log_set.h"
#include "server/witness/have_cosigned.h"

namespace stafett::server {

inline constexpr std::chrono::seconds kLookEvery{10};
inline constexpr std::chrono::seconds kAskAgainFirst{30};
inline constexpr std::chrono::seconds kAskAgainMax{3600};

class WitnessAsker final {
 public:
  // `told` runs on the asker's thread: of the first failure of a witness, and of the first success
  // after one; the detail is empty then.
  using Told = std::function<void(const std::string& log, const std::string& witness,
                                  const std::string& failure)>;
  WitnessAsker(const LogSet& logs, WebFetch& web, Clock& clock, Told told)
      : logs_(logs), web_(web), clock_(clock), told_(std::move(told)) {}
  ~WitnessAsker();

  // Logs without a policy are left alone. Errors: as WitnessPolicies::read.
  Result<void> start();
  void stop();

  // What the thread does every kLookEvery; for tests, instead of start().
  Result<void> read_policies();
  void look();

 private:
  struct Asked {
    const ServedLog* served;
    log::WitnessPolicies policies;
    std::unique_ptr<log::CosignedCheckpoints> cosigned;
  };
  struct Failing {
    std::int64_t ask_after_us = 0;
    std::chrono::seconds pause = kAskAgainFirst;
  };
  void run();
  void look_at(Asked& one);
  void ask(Asked& one, const transparency::PolicyWitness& witness,
           const PublicCheckpoint& checkpoint);

  const LogSet& logs_;
  WebFetch& web_;
  Clock& clock_;
  const Told told_;
  std::vector<std::unique_ptr<Asked>> all_;                         // The thread's, as below.
  std::map<std::pair<std::string, std::string>, Failing> failing_;  // by log and witness
  std::mutex mutex_;
  std::condition_variable wakes_;
  bool is_stopping_ = false;  // Guarded by mutex_.
  std::thread thread_;
};

}  // namespace stafett::server
