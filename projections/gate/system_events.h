#pragma once
// SystemEvents: what the program itself records of a refused attempt, signed by `system`:
// CommandRejected, and ReadDenied for a read. At most kPerMinute for an actor; the rest is counted.
//
// Threads: the sequencer's.

#include <unordered_map>

#include "projections/gate/case_table.h"
#include "projections/rules/hard_rules.h"

namespace stafett::bti {

class SystemEvents final {
 public:
  static constexpr std::uint32_t kPerMinute = 60;
  explicit SystemEvents(log::Log& log) : log_(log) {}

  struct Refused {
    ActorId actor;
    const Event* event;  // null: not known what it was
    std::string_view rule;
    std::string_view code;
    std::optional<Hash> intent_leaf;
    EventId event_id;
    CasePtr handle;  // null or not recorded: the audit stream
    TimeUs recorded_at;
  };
  std::vector<log::SubmissionGroup> rejected(const Refused& refused);

  std::uint64_t uncounted() const { return suppressed_; }

 private:
  bool within_limit(const ActorId& actor, TimeUs now);

  struct Minute {
    std::int64_t minute = 0;
    std::uint32_t count = 0;
  };
  log::Log& log_;
  std::unordered_map<ActorId, Minute, IdHash> minutes_;
  std::uint64_t suppressed_ = 0;
};

}  // namespace stafett::bti
