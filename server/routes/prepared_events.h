#pragma once
// PreparedEvents: events that wait for the signature of somebody who keeps the key elsewhere.
//
// Threads: any.
// Limits:  kEventsMax events and kBytesMax bytes of them in all, kEventsOfOneMax of one person,
// each
//          for kLasts. What waits is in memory alone: a server that stops forgets it.

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "projections/recorder/recorder.h"

namespace stafett::server {

struct PreparedEvent {
  log::SubmissionGroup group;  // of one event
  std::string case_label;      // empty: of no case
  bti::Compartment compartment = bti::Compartment::open;
  Hash fingerprint;
  std::optional<ActorId> registers;  // a person who gets a key kept here, once recorded
};

class PreparedEvents final {
 public:
  static constexpr std::size_t kEventsMax = 4096;
  static constexpr std::size_t kEventsOfOneMax = 32;
  static constexpr std::size_t kBytesMax = std::size_t{64} << 20;
  static constexpr std::chrono::minutes kLasts{5};

  // False: too many wait. One of the same person and id takes the place of the earlier one.
  bool keep(const ActorId& person, const EventId& id, PreparedEvent event, TimeUs now);
  // Nothing: none of that person, or it has waited too long.
  std::optional<PreparedEvent> find(const ActorId& person, const EventId& id, TimeUs now);
  void forget(const ActorId& person, const EventId& id);
  void forget_where(const std::function<bool(const PreparedEvent&)>& is_gone);

 private:
  using Key = std::pair<ActorId, EventId>;
  struct Waiting {
    PreparedEvent event;
    std::size_t bytes = 0;
    TimeUs until;
  };
  void forget_old(TimeUs now);
  void remove(std::map<Key, Waiting>::iterator at);

  std::mutex mutex_;
  std::map<Key, Waiting> waiting_;  // Guarded by mutex_, as all below.
  std::size_t bytes_ = 0;
};

}  // namespace stafett::server
