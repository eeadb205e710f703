#pragma once
// Recorder: the log's door for JSON events. Encodes, signs with the actor's key kept here, submits,
// and answers in the order in which events came.
//
// Events of one case are placed in the order given: an event waits until the one before it in its
// case has its outcome, as its compartment depends on it. Events of the directory and audit streams
// wait for all before them, and all after wait for them. Many cases are in flight at once.
//
// Threads:  record(), drain(): one thread. Answers are given on that thread, inside these calls.
// Lifetime: log and gate outlive it; drains when destroyed.
// Limits:   kInFlightMax events in flight, kWaitingMax waiting; record() blocks beyond that.

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <variant>

#include "projections/recorder/json_event.h"

namespace stafett::bti {

struct Recorded {
  log::Receipt receipt;
  std::string case_label;  // empty: directory or audit
  Compartment compartment = Compartment::open;
};
struct Answer {
  std::optional<EventId> id;  // none: the input had no readable id and nothing was made of it
  std::variant<Recorded, log::Refusal, Error> result;
  boost::json::object to_json() const;
  bool accepted() const { return std::holds_alternative<Recorded>(result); }
};
using OnAnswer = std::function<void(const Answer&)>;

class Recorder final {
 public:
  static constexpr std::size_t kInFlightMax = 1024;
  static constexpr std::size_t kWaitingMax = 8192;

  // `evidence`: of the sign-in that all events in JSON are signed after (EvidenceBook).
  Recorder(log::Log& log, BtiGate& gate, std::optional<Hash> evidence = {});
  ~Recorder();

  // Answered later, in input order.
  void record(const boost::json::value& event, OnAnswer on_answer);
  void record(JsonEvent event, OnAnswer on_answer);
  void drain();

  Answer record_and_wait(JsonEvent event);

 private:
  struct Item;
  using ItemPtr = std::shared_ptr<Item>;
  void enqueue(ItemPtr item);
  void pump();  // starts what may start
  void wait_for_some();
  void answer_front();  // answers what is done, in order
  void start(ItemPtr item);
  void finish(const ItemPtr& item, Result<log::Outcome> outcome);
  void settle(const ItemPtr& item, Answer answer);
  void enrol_person(Item& item);

  log::Log& log_;
  BtiGate& gate_;
  const std::optional<Hash> evidence_;
  std::deque<ItemPtr> order_;  // input order, not yet answered
  std::map<std::string, std::deque<ItemPtr>, std::less<>> by_case_;  // front = in flight or next
  std::deque<std::string> startable_;  // keys of by_case_ whose front may start
  std::size_t in_flight_ = 0;

  std::mutex mutex_;
  std::condition_variable some_done_;
  std::deque<std::pair<ItemPtr, Result<log::Outcome>>> done_;  // Guarded by mutex_.
};

}  // namespace stafett::bti
