#include "engine/log/log.h"

#include <algorithm>
#include <future>

#include "engine/base/encoding.h"
#include "engine/log/log_tree.h"
#include "engine/log/thread_name.h"

namespace stafett::log {

std::string actor_key_path(const LogPaths& paths, const KeyId& key) {
  return paths.actors + "/" + to_hex(key.view()) + ".key";
}

Log::~Log() {
  stop();
}

void Log::start(std::unique_ptr<Gate> gate) {
  CHECK(!gate_);
  gate_ = std::move(gate);
  if (read_only_) return;
  stream_table_ = std::make_unique<StreamTable>(*store_);
  door_ = std::make_unique<Door>(DoorPlace{*store_, keyring_, recent_, *index_, *stream_table_,
                                           *vault_, *gate_, options_.random});
  const auto system_event = [this](const format::EngineEvent& event, TimeUs now) {
    return system_->sign_engine(event, streams_.engine, make_event_id(now, options_.random), now);
  };
  sequencer_ = std::make_unique<Sequencer>(
      SequencerPlace{*store_, *guard_, keyring_, recent_, *index_, intake_, *door_, *gate_, heads_,
                     options_.clock, log_signer_, system_event},
      std::move(*tree_), last_recorded_at_);
  for (std::size_t i = 0; i < options_.door_threads; ++i)
    threads_.emplace_back([this] {
      name_thread("door");
      while (Work* work = intake_.next_unchecked()) {
        door_->check(*work);
        intake_.set_checked(work);
      }
    });
  threads_.emplace_back([this] {
    name_thread("sequencer");
    sequencer_->run();
  });
  if (options_.checkpoint_interval.count() > 0)
    threads_.emplace_back([this] {
      name_thread("checkpoint");
      checkpoint_loop();
    });
}

void Log::stop() {
  intake_.close();
  {
    const std::lock_guard lock{stop_mutex_};
    stopping_ = true;
  }
  stop_wakes_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  if (!threads_.empty() && !sequencer_->failed()) {
    // Best effort: the next open derives all of it again.
    (void)checkpointer_->checkpoint(sequencer_->durable());
    (void)guard_->flush();
    (void)store_->flush();
  }
  threads_.clear();
}

void Log::checkpoint_loop() {
  std::unique_lock lock{stop_mutex_};
  while (!stop_wakes_.wait_for(lock, options_.checkpoint_interval, [&] { return stopping_; })) {
    lock.unlock();
    (void)checkpoint_now();  // a failure shows as the checkpoint's age, and at the next append
    lock.lock();
  }
}

Result<void> Log::submit(SubmissionGroup group, Done done, std::vector<Hash> fingerprints) {
  if (read_only_) return Error{Errc::read_only, *read_only_};
  if (group.events.empty() || group.events.size() > format::kSignedGroupMax)
    return Error{Errc::malformed, "a group has 1 to 4096 events"};
  auto work = std::make_unique<Work>();
  work->group = std::move(group);
  work->done = std::move(done);
  work->fingerprints = std::move(fingerprints);
  return intake_.push(std::move(work));
}

Result<void> Log::submit_attempt(Attempt attempt, Done done) {
  if (read_only_) return Error{Errc::read_only, *read_only_};
  auto work = std::make_unique<Work>();
  work->attempt = std::move(attempt);
  work->done = std::move(done);
  return intake_.push(std::move(work));
}

// Nothing to place: its turn is all that is asked for.
Result<void> Log::wait_for_submitted() {
  if (read_only_) return Error{Errc::read_only, *read_only_};
  std::promise<void> turn;
  std::future<void> came = turn.get_future();
  auto work = std::make_unique<Work>();
  work->done = [&](const Outcomes&) { turn.set_value(); };
  ENGINE_TRY_VOID(intake_.push(std::move(work)));
  came.wait();
  if (const auto reason = read_only_reason()) return Error{Errc::read_only, *reason};
  return {};
}

Outcomes Log::submit_and_wait(SubmissionGroup group, std::vector<Hash> fingerprints) {
  std::promise<Outcomes> promise;
  std::future<Outcomes> outcomes = promise.get_future();
  const std::size_t count = group.events.size();
  const Result<void> queued = submit(
      std::move(group), [&](Outcomes o) { promise.set_value(std::move(o)); },
      std::move(fingerprints));
  if (!queued) return Outcomes(count, Result<Outcome>{queued.error()});
  return outcomes.get();
}

transparency::TreeHead Log::head() const {
  return sequencer_ ? sequencer_->durable() : tree_->head();
}

TreeSize Log::size() const {
  return sequencer_ ? sequencer_->durable_size() : tree_->head().size;
}

std::optional<std::string> Log::read_only_reason() const {
  if (read_only_) return read_only_;
  if (sequencer_)
    if (const std::optional<Error> failure = sequencer_->failed()) return failure->detail();
  return std::nullopt;
}

Result<std::string> Log::checkpoint_now() {
  if (const auto reason = read_only_reason()) return Error{Errc::read_only, *reason};
  return checkpointer_->checkpoint(head());
}

std::optional<storage::StoredCheckpoint> Log::latest_checkpoint() const {
  return checkpointer_ ? checkpointer_->latest() : std::nullopt;
}

Result<std::shared_ptr<const Signer>> Log::signer_of(const ActorId& actor) const {
  const std::optional<KeyId> key = keyring_.current_key(actor);
  if (!key) return Error{Errc::not_found, "the actor has no key"};
  const std::lock_guard lock{signers_mutex_};
  if (const auto found = signers_.find(*key); found != signers_.end()) return found->second;
  ENGINE_TRY(signer, load_signer(*key));
  signers_.emplace(*key, signer);
  signers_in_order_.push_back(*key);
  if (signers_in_order_.size() > kSignersKept) {
    signers_.erase(signers_in_order_.front());
    signers_in_order_.pop_front();
  }
  return signer;
}

Result<std::shared_ptr<const Signer>> Log::load_signer(const KeyId& key) const {
  const std::optional<EnrolledKey> record = keyring_.find(key);
  if (!record) return Error{Errc::not_found, "the key is not enrolled"};
  ENGINE_TRY(secret, load_signing_key(actor_key_path(paths_, key)));
  if (secret.id() != key) return Error{Errc::corrupt, "a key file holds another key"};
  return std::make_shared<const Signer>(origin_hash(), record->actor, record->custody,
                                        record->enrolled_at, secret);
}

Result<void> Log::enrol_custodial(const ActorId& actor) {
  if (keyring_.current_key(actor)) return {};
  const crypto::SigningKey key = crypto::SigningKey::generate(options_.random);
  ENGINE_TRY_VOID(save_signing_key(options_.files, actor_key_path(paths_, key.id()), key));
  const format::KeyEnrolled enrolled{
      actor, key.public_key(), format::Custody::custodial,
      key.sign(format::possession_message(origin_hash(), actor, key.public_key()))};
  const TimeUs now = options_.clock.now();
  Outcomes outcomes = submit_and_wait(
      system_->sign_engine(enrolled, streams_.engine, make_event_id(now, options_.random), now));
  if (!outcomes.front()) return outcomes.front().error();
  if (const auto* refusal = std::get_if<Refusal>(&*outcomes.front()))
    return Error{Errc::refused, refusal->code + ": " + refusal->detail};
  return {};
}

}  // namespace stafett::log
