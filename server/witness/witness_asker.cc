#include "server/witness/witness_asker.h"

namespace stafett::server {

WitnessAsker::~WitnessAsker() {
  stop();
}

Result<void> WitnessAsker::read_policies() {
  for (const auto& served : logs_.all()) {
    auto one = std::make_unique<Asked>();
    const log::Log& log = served->log;
    ENGINE_TRY(policies, log::WitnessPolicies::read(log.store(), log.streams().engine));
    if (!policies.newest()) continue;
    one->served = served.get();
    one->policies = std::move(policies);
    one->cosigned = std::make_unique<log::CosignedCheckpoints>(
        served->log.files(), log::witnessed_directory(log.paths().database),
        log.keyring().log_keys(), one->policies);
    all_.push_back(std::move(one));
  }
  return {};
}

Result<void> WitnessAsker::start() {
  ENGINE_TRY_VOID(read_policies());
  if (!all_.empty()) thread_ = std::thread{[this] { run(); }};
  return {};
}

void WitnessAsker::stop() {
  {
    const std::lock_guard lock{mutex_};
    is_stopping_ = true;
  }
  wakes_.notify_all();
  if (!thread_.joinable()) return;
  web_.stop();
  thread_.join();
}

void WitnessAsker::run() {
  std::unique_lock lock{mutex_};
  while (!is_stopping_) {
    lock.unlock();
    look();
    lock.lock();
    wakes_.wait_for(lock, kLookEvery, [&] { return is_stopping_; });
  }
}

void WitnessAsker::look() {
  for (const auto& one : all_) look_at(*one);
}

void WitnessAsker::look_at(Asked& one) {
  const Result<PublicCheckpoint> checkpoint = one.served->tree.checkpoint();
  if (!checkpoint) return;  // none yet, or the log cannot be read: that is told elsewhere
  const log::RecordedPolicy* recorded = one.policies.in_force(checkpoint->head.size);
  if (!recorded) return;
  for (const transparency::PolicyWitness& witness : recorded->policy.witnesses())
    ask(one, witness, *checkpoint);
}

void WitnessAsker::ask(Asked& one, const transparency::PolicyWitness& witness,
                       const PublicCheckpoint& checkpoint) {
  const auto name = std::pair{one.served->name, witness.name};
  const auto failing = failing_.find(name);
  if (failing != failing_.end() && clock_.now().value() < failing->second.ask_after_us) return;
  {
    const std::lock_guard lock{mutex_};
    if (is_stopping_) return;
  }
  const AskedWitness asked = have_cosigned({one.served->log.store(), *one.cosigned, web_, clock_},
                                           witness, checkpoint.head, checkpoint.note);
  if (asked.state != AskedWitness::State::failed) {
    if (failing_.erase(name) > 0) told_(name.first, name.second, {});
    return;
  }
  Failing& now = failing_[name];
  if (failing == failing_.end())
    told_(name.first, name.second, asked.detail);
  else
    now.pause = std::min(2 * now.pause, kAskAgainMax);
  now.ask_after_us = clock_.now().value() + std::chrono::microseconds{now.pause}.count();
}

}  // namespace stafett::server
