#include "engine/log/sequencer.h"

#include <algorithm>
#include <unordered_set>

#include "engine/log/engine_rules.h"
#include "engine/log/thread_name.h"

namespace stafett::log {
namespace {

// Less than this is ordinary adjustment of a clock, not a step worth an event.
constexpr std::int64_t kClockStepUs = 1'000'000;

Refusal engine_refusal(const char* code, const char* detail) {
  return Refusal{code, "", detail, {}};
}

// Without the log's key, or the program's, nothing more could be recorded.
std::optional<Refusal> judge_own_keys(const Keyring& keyring, const LogSigner& log_signer,
                                      const format::EngineEvent& event) {
  if (const auto* rotated = std::get_if<format::LogKeyRotated>(&event))
    if (!log_signer.holds(rotated->public_key))
      return engine_refusal("key-refused", "the log does not have this key");
  if (const auto* revoked = std::get_if<format::KeyRevoked>(&event)) {
    const std::optional<EnrolledKey> key = keyring.find(revoked->key);
    const bool is_programs =
        key && std::ranges::any_of(keyring.genesis()->administrators, [&](const auto& founder) {
          return founder.actor == key->actor && founder.custody == format::Custody::system;
        });
    if (is_programs && keyring.current_key(key->actor) == revoked->key)
      return engine_refusal("key-refused", "the program signs with this key: rotate it first");
  }
  return std::nullopt;
}

}  // namespace

Sequencer::Sequencer(const SequencerPlace& place, transparency::TileBuilder tree,
                     TimeUs last_recorded_at)
    : place_(place),
      tree_(std::move(tree)),
      last_recorded_at_(last_recorded_at),
      durable_(tree_.head()),
      durable_size_(durable_.size.value()),
      guard_thread_([this] { guard_loop(); }) {}

Sequencer::~Sequencer() {
  {
    const std::lock_guard lock{guard_mutex_};
    guard_stops_ = true;
  }
  guard_wakes_.notify_all();
  guard_thread_.join();
}

void Sequencer::run() {
  for (;;) {
    std::vector<std::unique_ptr<Work>> works = place_.intake.take_checked(kGroupEventsMax);
    if (works.empty()) return;
    commit(std::move(works));
  }
}

void Sequencer::commit(std::vector<std::unique_ptr<Work>> works) {
  std::vector<Answers> answers;
  GroupBuilder group{tree_};
  std::optional<Error> failure = failed();
  if (!failure) {
    for (const std::unique_ptr<Work>& work : works) answers.push_back(place_work(*work, group));
    record_clock_step(group);
    if (const Result<void> durable = make_durable(group); !durable) {
      failure = durable.error();
      const std::lock_guard lock{head_mutex_};
      failure_ = Error{Errc::read_only, failure->to_string()};
    }
  } else {
    for (const std::unique_ptr<Work>& work : works)
      answers.push_back({work.get(), std::vector<Answer>(work->event_count())});
  }
  answer(answers, group, failure);
}

Sequencer::Answers Sequencer::place_work(Work& work, GroupBuilder& group) {
  if (work.atomic) return place_atomic(work, group);
  Answers answers{&work, {}};
  if (work.attempt) {
    answers.events.push_back(place_attempt(*work.attempt, work.recent_epoch, group));
    return answers;
  }
  for (CheckedEvent& event : work.events)
    answers.events.push_back(place_event(event, work.recent_epoch, group));
  return answers;
}

// What is known without its turn: no outcome can be had, or it had one before.
std::optional<Sequencer::Answer> Sequencer::known_answer(const CheckedEvent& event,
                                                         std::uint64_t epoch,
                                                         const GroupBuilder& group) const {
  if (event.error) return Answer{{}, Result<Outcome>{*event.error}};
  if (event.repeated) return Answer{{}, Result<Outcome>{*event.repeated}};
  if (event.refusal) return std::nullopt;
  return repeated(event.intent.event_id, event.fingerprint, epoch, group);
}

Sequencer::Answer Sequencer::place_event(CheckedEvent& event, std::uint64_t epoch,
                                         GroupBuilder& group) {
  if (std::optional<Answer> known = known_answer(event, epoch, group)) return std::move(*known);
  Ruling ruling = rule(event, group.next(), {});
  if (!ruling.decision.refusal) return record(event, std::move(ruling), group);
  if (ruling.by == Ruling::By::engine)
    ruling.decision.follow_ups =
        record_of_attempt(event, *ruling.decision.refusal, ruling.recorded_at);
  return refuse(event, std::move(ruling.decision), group);
}

// Decides all events before any is placed; so there is nothing to take back but the gate's state.
// A group that is handed in again as a whole gets its outcomes again.
Sequencer::Answers Sequencer::place_atomic(Work& work, GroupBuilder& group) {
  Answers answers{&work, {}};
  for (const CheckedEvent& event : work.events)
    if (event.error) {
      answers.events.assign(work.events.size(), Answer{{}, Result<Outcome>{*event.error}});
      return answers;
    }
  std::vector<std::optional<Answer>> known;
  for (const CheckedEvent& event : work.events)
    known.push_back(known_answer(event, work.recent_epoch, group));
  if (std::ranges::all_of(known, [](const auto& answer) { return answer.has_value(); })) {
    for (std::optional<Answer>& answer : known) answers.events.push_back(std::move(*answer));
    return answers;
  }
  std::vector<Ruling> rulings;
  const std::optional<Refusal> refusal = rule_all(work, known, group, rulings);
  for (std::size_t i = 0; i < work.events.size(); ++i) {
    CheckedEvent& event = work.events[i];
    if (!refusal) {
      answers.events.push_back(record(event, std::move(rulings[i]), group));
    } else if (known[i]) {  // its outcome stands, whatever became of this group
      answers.events.push_back(std::move(*known[i]));
    } else {
      Decision decision;
      decision.refusal = Refusal{"group-refused",
                                 refusal->rule,
                                 "one event of the group was refused: " + refusal->code,
                                 {}};
      decision.follow_ups = record_of_attempt(event, *decision.refusal, stamp_time());
      answers.events.push_back(refuse(event, std::move(decision), group));
    }
  }
  return answers;
}

// The first refusal of a group that is accepted as a whole; empty: a ruling for each event.
std::optional<Refusal> Sequencer::rule_all(Work& work,
                                           const std::vector<std::optional<Answer>>& known,
                                           const GroupBuilder& group,
                                           std::vector<Ruling>& rulings) {
  std::unordered_map<const StreamSlot*, Planned> planned;
  std::unordered_set<EventId, IdHash> ids;
  std::optional<Refusal> refusal;
  place_.gate.begin_atomic();
  for (std::size_t i = 0; i < work.events.size() && !refusal; ++i) {
    CheckedEvent& event = work.events[i];
    const bool twice = !ids.insert(event.intent.event_id).second;
    if (!event.refusal && (known[i] || twice || event.engine_event))
      event.refusal = engine_refusal("group-refused", "not a new event");
    Planned& in_stream = planned[event.slot.get()];
    rulings.push_back(rule(event, Position{group.next().value() + i}, in_stream));
    if (in_stream.events++ == 0) in_stream.kind = event.intent.stream_kind;
    refusal = rulings.back().decision.refusal;
  }
  place_.gate.end_atomic(refusal ? Gate::Keep::no : Gate::Keep::yes);
  return refusal;
}

Sequencer::Ruling Sequencer::rule(CheckedEvent& event, Position position, const Planned& planned) {
  Ruling ruling{{}, stamp_time()};
  std::optional<Refusal> refusal = std::move(event.refusal);
  event.refusal.reset();
  if (!refusal) refusal = judge_place(event, position, planned);
  if (!refusal && event.engine_event)
    refusal = judge_engine_event(place_.keyring, event.intent, *event.engine_event, position);
  if (!refusal && event.engine_event)
    refusal = judge_own_keys(place_.keyring, place_.log_signer, *event.engine_event);
  if (!refusal && event.engine_event)
    refusal = place_.gate.judge_engine_event(event.intent, *event.engine_event,
                                             {position, ruling.recorded_at});
  if (!refusal && event.preparation) {
    ruling.decision = place_.gate.decide(*event.preparation, {position, ruling.recorded_at});
    ruling.by = Ruling::By::gate;
    return ruling;
  }
  ruling.decision.refusal = std::move(refusal);
  return ruling;
}

// Only what names an enrolled key says who tried; the rest is answered and forgotten.
std::vector<SubmissionGroup> Sequencer::record_of_attempt(const CheckedEvent& event,
                                                          const Refusal& refusal,
                                                          TimeUs recorded_at) {
  if (!place_.keyring.find(event.intent.key)) return {};
  return place_.gate.refused(
      {event.intent, event.intent_leaf, event.preparation.get(), refusal, recorded_at});
}

std::optional<Refusal> Sequencer::judge_place(const CheckedEvent& event, Position position,
                                              const Planned& planned) const {
  const std::optional<EnrolledKey> key = place_.keyring.find(event.intent.key);
  if (!key || !key->valid_at(position))
    return engine_refusal("key-revoked", "the key is not valid at this position");
  const StreamSlot& slot = *event.slot;
  const std::uint64_t versions = slot.next_version + planned.events;
  if (versions >= stream_events_max(event.intent.stream_kind))
    return engine_refusal("stream-full", "stream");
  const format::StreamKind kind = slot.next_version > 0 ? slot.kind : planned.kind;
  if (versions > 0 && kind != event.intent.stream_kind)
    return engine_refusal("stream-mismatch", "the stream is of another kind");
  const bool as_expected =
      event.intent.expects == format::Expectation::any ||
      (event.intent.expects == format::Expectation::no_stream && versions == 0) ||
      (event.intent.expects == format::Expectation::head && planned.events == 0 &&
       slot.next_version > 0 && slot.head == event.intent.expected_head);
  if (!as_expected) return engine_refusal("conflict", "the stream's head is not the expected one");
  return std::nullopt;
}

Sequencer::Answer Sequencer::record(CheckedEvent& event, Ruling ruling, GroupBuilder& group) {
  const Position position = group.place(event, ruling.decision.profile_version, ruling.recorded_at);
  group.add_rows(std::move(ruling.decision.rows));
  place_.recent.add(event.intent.event_id, {event.fingerprint, position, {}});
  if (event.engine_event) CHECK(place_.keyring.apply(*event.engine_event, position));
  place_follow_ups(std::move(ruling.decision.follow_ups), group);
  return {position, {}};
}

Sequencer::Answer Sequencer::refuse(CheckedEvent& event, Decision decision, GroupBuilder& group) {
  // Kept by event id only when the gate or the sequencer refused it: what the door refuses was not
  // proven to come from its actor, and must not use up an id.
  if (event.slot && decision.keep_refusal == Decision::Keep::yes) {
    group.add_refusal(
        refusal_row(place_.index, event.intent.event_id, *decision.refusal, event.fingerprint));
    place_.recent.add(event.intent.event_id, {event.fingerprint, {}, *decision.refusal});
  }
  place_follow_ups(std::move(decision.follow_ups), group);
  return {{}, Result<Outcome>{Outcome{std::move(*decision.refusal)}}};
}

Sequencer::Answer Sequencer::place_attempt(Attempt& attempt, std::uint64_t epoch,
                                           GroupBuilder& group) {
  if (std::optional<Answer> before = repeated(attempt.event, attempt.fingerprint, epoch, group))
    return std::move(*before);
  Decision decision = place_.gate.decide(*attempt.preparation, {group.next(), stamp_time()});
  CHECK(decision.refusal);
  if (decision.keep_refusal == Decision::Keep::yes) {
    group.add_refusal(
        refusal_row(place_.index, attempt.event, *decision.refusal, attempt.fingerprint));
    place_.recent.add(attempt.event, {attempt.fingerprint, {}, *decision.refusal});
  }
  place_follow_ups(std::move(decision.follow_ups), group);
  return {{}, Result<Outcome>{Outcome{std::move(*decision.refusal)}}};
}

std::optional<Sequencer::Answer> Sequencer::repeated(const EventId& event, const Hash& fingerprint,
                                                     std::uint64_t epoch,
                                                     const GroupBuilder& group) const {
  if (const RecentEvents::Seen* seen = place_.recent.find(event)) {
    if (seen->fingerprint != fingerprint) return Answer{{}, Result<Outcome>{conflict_refusal()}};
    if (seen->refusal) return Answer{{}, Result<Outcome>{*seen->refusal}};
    if (*seen->position >= group.first()) return Answer{*seen->position, {}};
    Result<Receipt> receipt = receipt_for(place_.store, *seen->position);
    if (!receipt) return Answer{{}, Result<Outcome>{receipt.error()}};
    return Answer{{}, Result<Outcome>{std::move(*receipt)}};
  }
  if (place_.recent.covers(epoch)) return std::nullopt;
  // The door's look is older than what is remembered: look again.
  Result<std::optional<Outcome>> earlier =
      earlier_outcome(place_.store, place_.index, event, fingerprint);
  if (!earlier) return Answer{{}, Result<Outcome>{earlier.error()}};
  if (!*earlier) return std::nullopt;
  return Answer{{}, Result<Outcome>{std::move(**earlier)}};
}

// Signed by `system` on this thread, then checked and placed like any other event.
void Sequencer::place_follow_ups(std::vector<SubmissionGroup> follow_ups, GroupBuilder& group) {
  for (SubmissionGroup& follow_up : follow_ups) {
    Work work;
    work.group = std::move(follow_up);
    place_.door.check(work);
    for (CheckedEvent& event : work.events) {
      CHECK(!event.refusal);
      if (event.error) continue;  // unreadable store: the group is about to fail
      Ruling ruling = rule(event, group.next(), {});
      if (ruling.decision.refusal) continue;  // a full stream: nothing more can be recorded in it
      record(event, std::move(ruling), group);
    }
  }
}

TimeUs Sequencer::stamp_time() {
  const TimeUs now = place_.clock.now();
  if (now >= last_recorded_at_) {
    clock_is_behind_ = false;
  } else if (now.value() + kClockStepUs < last_recorded_at_.value() && !clock_is_behind_) {
    clock_is_behind_ = true;  // one event for one step, however long it lasts
    clock_step_ = format::ClockStepped{last_recorded_at_, now};
  }
  last_recorded_at_ = std::max({last_recorded_at_, now, TimeUs{1}});
  return last_recorded_at_;
}

void Sequencer::record_clock_step(GroupBuilder& group) {
  if (!clock_step_) return;
  std::vector<SubmissionGroup> events;
  events.push_back(place_.system_event(*clock_step_, last_recorded_at_));
  place_follow_ups(std::move(events), group);
  clock_step_.reset();
}

Result<void> Sequencer::make_durable(GroupBuilder& group) {
  if (group.nothing_to_store()) return {};
  const transparency::TreeHead head = tree_.head();
  const bool grows = !group.empty();
  group.seal(place_.log_signer, place_.keyring.origin_hash());
  if (grows) {
    const std::lock_guard lock{guard_mutex_};
    guard_job_ = head;
    guard_result_.reset();
    guard_wakes_.notify_all();
  }
  Result<void> stored = place_.store.commit(group.take_batch(), group.tiles());
  if (grows) {
    std::unique_lock lock{guard_mutex_};
    guard_wakes_.wait(lock, [&] { return guard_result_.has_value(); });
    if (stored && !*guard_result_)
      stored = Error{Errc::outcome_unknown, guard_result_->error().to_string()};
  }
  if (!stored) return stored;
  if (grows) {
    if (const Result<void> confirmed = place_.guard.confirm(); !confirmed)
      return Error{Errc::outcome_unknown, confirmed.error().to_string()};
  }
  place_.recent.all_durable();
  {
    const std::lock_guard lock{head_mutex_};
    durable_ = head;
  }
  durable_size_.store(head.size.value(), std::memory_order_release);
  place_.gate.durable(head.size);
  place_.heads.moved(head.size);
  return {};
}

void Sequencer::guard_loop() {
  name_thread("guard");
  std::unique_lock lock{guard_mutex_};
  for (;;) {
    guard_wakes_.wait(lock, [&] { return guard_stops_ || guard_job_; });
    if (!guard_job_) return;
    const transparency::TreeHead head = *guard_job_;
    guard_job_.reset();
    lock.unlock();
    Result<void> result = place_.guard.pending(head.size, head.root);
    lock.lock();
    guard_result_ = std::move(result);
    guard_wakes_.notify_all();
  }
}

void Sequencer::answer(std::vector<Answers>& answers, const GroupBuilder& group,
                       const std::optional<Error>& failure) {
  for (Answers& work_answers : answers) {
    Outcomes outcomes;
    outcomes.reserve(work_answers.events.size());
    for (Answer& event : work_answers.events) {
      if (failure)
        outcomes.push_back(*failure);
      else if (event.position)
        outcomes.push_back(Outcome{group.receipt(*event.position)});
      else
        outcomes.push_back(std::move(*event.outcome));
    }
    if (work_answers.work->done) work_answers.work->done(std::move(outcomes));
  }
}

transparency::TreeHead Sequencer::durable() const {
  const std::lock_guard lock{head_mutex_};
  return durable_;
}

std::optional<Error> Sequencer::failed() const {
  const std::lock_guard lock{head_mutex_};
  return failure_;
}

}  // namespace stafett::log
