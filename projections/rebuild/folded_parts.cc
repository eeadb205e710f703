#include "projections/rebuild/folded_parts.h"

namespace stafett::bti {
namespace {

using schema::EventType;

// tests/house/house_rules.py reads both lists.
bool is_narrative_folded(EventType type) {
  switch (type) {
    case EventType::CONSENT_GRANTED:
    case EventType::ENTRY_CORRECTED:
    case EventType::GOAL_SET:
    case EventType::LOG_CLOSED:
    case EventType::MEASURE_CHANGED:
    case EventType::MEASURE_PLANNED:
    case EventType::MEETING_HELD:
    case EventType::PARTICIPANT_ADDED:
    case EventType::SCHOOL_ENVIRONMENT_PLAN_MADE:
      return true;
    default:
      return false;
  }
}

bool is_identity_folded(EventType type) {
  switch (type) {
    case EventType::ACCESS_REVIEWED:
    case EventType::AGREEMENT_RECORDED:
    case EventType::BATON_ACCEPTED:
    case EventType::BATON_OFFERED:
    case EventType::BREAK_GLASS_USED:
    case EventType::CLOSURE_DEMANDED:
    case EventType::CONCERN_RAISED:
    case EventType::CONCERN_SHARED_WITH_LEADER:
    case EventType::CONSENT_EXCEPTION_RECORDED:
    case EventType::CONSENT_GRANTED:
    case EventType::CONSENT_REFUSED:
    case EventType::CONSENT_REQUESTED:
    case EventType::COORDINATOR_NAMED:
    case EventType::ENTRY_CORRECTED:
    case EventType::ENTRY_READ:
    case EventType::GUARDIANS_INFORMED:
    case EventType::GUARDIAN_ACCESS_ENDED:
    case EventType::GUARDIAN_ACCESS_GRANTED:
    case EventType::GUARDIAN_LINKED:
    case EventType::HOLDER_APPOINTED:
    case EventType::HOLDER_LEFT:
    case EventType::LOG_OPENED:
    case EventType::MEASURE_CHANGED:
    case EventType::MEASURE_PLANNED:
    case EventType::MEETING_HELD:
    case EventType::PARTICIPANT_ADDED:
    case EventType::SCHOOL_ENVIRONMENT_PLAN_MADE:
      return true;
    default:
      return false;
  }
}

}  // namespace

log::PartSet folded_parts(EventType type) {
  log::PartSet parts;
  parts.add(format::PartClass::fact);
  if (is_narrative_folded(type)) parts.add(format::PartClass::narrative);
  if (is_identity_folded(type)) parts.add(format::PartClass::identity);
  return parts;
}

}  // namespace stafett::bti
