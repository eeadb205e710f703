#include "projections/recorder/recorder.h"

#include <future>

#include "engine/base/encoding.h"
#include "projections/recorder/draft.h"

namespace stafett::bti {

struct Recorder::Item {
  JsonEvent event;
  EventId id;
  bool id_was_given = false;
  OnAnswer on_answer;
  std::string queue;  // by_case_ key; empty: a barrier
  bool started = false;
  int tries = 0;
  Compartment compartment = Compartment::open;
  Hash fingerprint;
  std::optional<format::PartCommitment> document;  // what its attachment was stored as
  ComingDocuments::Hold document_hold;
  std::optional<Answer> answer;
};

namespace {

// Signed again when the case moved on between signing and its turn. With one recorder it never
// happens, as a case's events wait for each other; several may race.
constexpr int kTriesMax = 8;

}  // namespace

boost::json::object Answer::to_json() const {
  if (const auto* recorded = std::get_if<Recorded>(&result))
    return bti::to_json(recorded->receipt, recorded->case_label, recorded->compartment);
  if (const auto* refusal = std::get_if<log::Refusal>(&result)) return bti::to_json(id, *refusal);
  const Error& error = std::get<Error>(result);
  return bti::to_json(id, log::Refusal{errc_name(error.code()), "", error.detail(), {}});
}

Recorder::Recorder(log::Log& log, BtiGate& gate, std::optional<Hash> evidence)
    : log_(log), gate_(gate), evidence_(evidence) {}

Recorder::~Recorder() {
  drain();
}

void Recorder::record(const boost::json::value& json, OnAnswer on_answer) {
  boost::system::result<JsonEvent, JsonFault> event = parse_event(json);
  if (event) {
    event->evidence = evidence_;
    return record(std::move(*event), std::move(on_answer));
  }
  auto item = std::make_shared<Item>();
  item->on_answer = std::move(on_answer);
  item->started = true;
  item->answer = Answer{event.error().id, event.error().refusal};
  order_.push_back(item);
  answer_front();
}

void Recorder::record(JsonEvent event, OnAnswer on_answer) {
  auto item = std::make_shared<Item>();
  item->id_was_given = event.id.has_value();
  item->id = event.id.value_or(make_event_id(log_.clock().now(), log_.random()));
  const EventInfo* info = registry().find(std::string_view{event.type});
  const bool in_case =
      !info || info->stream == StreamKind::case_ || info->stream == StreamKind::access;
  item->queue = in_case ? "case:" + event.case_label.value_or("") : "";
  item->event = std::move(event);
  item->on_answer = std::move(on_answer);
  enqueue(std::move(item));
}

Answer Recorder::record_and_wait(JsonEvent event) {
  Answer answer;
  record(std::move(event), [&](const Answer& a) { answer = a; });
  drain();
  return answer;
}

void Recorder::enqueue(ItemPtr item) {
  while (order_.size() >= kWaitingMax) wait_for_some();
  if (item->queue.empty()) {
    // The directory decides who may do what: nothing overtakes a change of it, in either direction.
    drain();
    order_.push_back(item);
    start(item);
    drain();
    return;
  }
  order_.push_back(item);
  std::deque<ItemPtr>& waiting = by_case_[item->queue];
  if (waiting.empty()) startable_.push_back(item->queue);
  waiting.push_back(std::move(item));
  while (in_flight_ >= kInFlightMax) wait_for_some();
  pump();
}

// Starts the front of the queues given, as far as the bound allows.
void Recorder::pump() {
  while (in_flight_ < kInFlightMax && !startable_.empty()) {
    const std::string queue = std::move(startable_.front());
    startable_.pop_front();
    const auto waiting = by_case_.find(queue);
    if (waiting != by_case_.end() && !waiting->second.front()->started)
      start(waiting->second.front());
  }
  answer_front();
}

void Recorder::drain() {
  while (!order_.empty()) wait_for_some();
}

void Recorder::wait_for_some() {
  pump();
  std::deque<std::pair<ItemPtr, Result<log::Outcome>>> done;
  {
    std::unique_lock lock{mutex_};
    if (in_flight_ == 0) return;
    some_done_.wait(lock, [&] { return !done_.empty(); });
    done.swap(done_);
  }
  for (auto& [item, outcome] : done) {
    --in_flight_;
    finish(item, std::move(outcome));
  }
  pump();
}

void Recorder::answer_front() {
  while (!order_.empty() && order_.front()->answer) {
    const ItemPtr item = std::move(order_.front());
    order_.pop_front();
    if (item->on_answer) item->on_answer(*item->answer);
  }
}

void Recorder::settle(const ItemPtr& item, Answer answer) {
  item->document_hold.reset();
  item->answer = std::move(answer);
  if (item->queue.empty()) return;
  const auto waiting = by_case_.find(item->queue);
  waiting->second.pop_front();
  if (waiting->second.empty())
    by_case_.erase(waiting);
  else
    startable_.push_back(item->queue);
}

void Recorder::start(ItemPtr item) {
  item->started = true;
  const auto fail = [&](const Error& error) { settle(item, Answer{item->id, error}); };
  item->fingerprint = fingerprint_of(item->event);
  if (item->id_was_given) {
    Result<std::optional<Answer>> earlier =
        earlier_answer(log_, gate_, item->id, item->fingerprint);
    if (!earlier) return fail(earlier.error());
    if (*earlier) {
      const bool was_accepted = (*earlier)->accepted();
      settle(item, std::move(**earlier));
      // A key that could not be made then is made now.
      if (was_accepted && item->event.type == "PersonRegistered") enrol_person(*item);
      return;
    }
  }
  if (item->event.attachment && !item->document_hold)
    item->document_hold = gate_.documents().hold(item->id);
  Result<Draft> draft = make_draft(log_, gate_, item->event, item->id, item->document);
  if (!draft) return fail(draft.error());
  item->compartment = draft->compartment;
  const auto done = [this, item](log::Outcomes outcomes) {
    const std::lock_guard lock{mutex_};
    done_.emplace_back(item, std::move(outcomes.front()));
    some_done_.notify_one();
  };
  ++in_flight_;
  const Result<void> queued = draft->attempt
                                  ? log_.submit_attempt(std::move(*draft->attempt), done)
                                  : log_.submit(std::move(draft->group), done, {item->fingerprint});
  if (!queued) {
    --in_flight_;
    fail(queued.error());
  }
}

void Recorder::finish(const ItemPtr& item, Result<log::Outcome> outcome) {
  if (!outcome) return settle(item, Answer{item->id, outcome.error()});
  if (auto* refusal = std::get_if<log::Refusal>(&*outcome)) {
    const bool moved = refusal->code == "stream-moved" || refusal->code == "not-decided";
    if (moved && ++item->tries < kTriesMax) return start(item);
    // Another content under this id may be in the log by now: then that is told apart here.
    if (refusal->code == "conflict" && item->id_was_given && item->tries++ == 0) return start(item);
    return settle(item, Answer{item->id, std::move(*refusal)});
  }
  Recorded recorded{std::get<log::Receipt>(std::move(*outcome)),
                    item->queue.empty() ? "" : item->event.case_label.value_or(""),
                    item->compartment};
  settle(item, Answer{item->id, std::move(recorded)});
  if (item->event.type == "PersonRegistered") enrol_person(*item);
}

// Registering a person here makes and enrols a key that is kept for the person.
void Recorder::enrol_person(Item& item) {
  const boost::json::value* person = item.event.data.if_contains("person");
  Result<NamedId> id =
      gate_.labels().id_of(log::LabelSpace::person, std::string{person->as_string()});
  Result<void> enrolled = id ? log_.enrol_custodial(ActorId{id->id}) : Result<void>{id.error()};
  if (!enrolled) item.answer = Answer{item.id, enrolled.error()};
}

}  // namespace stafett::bti
