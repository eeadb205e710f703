#include "projections/simulate/case_script.h"

#include "engine/base/clock.h"
#include "engine/base/encoding.h"

namespace stafett::bti {

boost::json::object input_json(Step&& step) {
  boost::json::object event;
  event.reserve(7);
  event["id"] = to_uuid_text(step.id.view());
  if (!step.case_label.empty()) event["case"] = step.case_label;
  event["type"] = step.type;
  event["occurredAt"] = to_text(step.occurred_at);
  event["actor"] = step.actor;
  if (!step.mode.empty()) event["mode"] = step.mode;
  event["data"] = std::move(step.data);
  return event;
}

}  // namespace stafett::bti
