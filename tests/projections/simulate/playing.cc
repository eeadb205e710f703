#include "tests/projections/simulate/playing.h"

#include "engine/base/check.h"
#include "engine/base/clock.h"

namespace stafett::bti::test {

namespace {

Mode mode_of(const SimulatedEvent& event) {
  const std::string mode = text_of(event, "mode");
  if (mode == "paperBackfill") return Mode::paper_backfill;
  return mode == "imported" ? Mode::imported : Mode::live;
}

Command command_of(const SimulatedEvent& event) {
  Command command;
  command.id = text_of(event, "id");
  command.case_label = text_of(event, "case");
  command.type = text_of(event, "type");
  command.by = text_of(event, "actor");
  command.occurred_at = *parse_time(text_of(event, "occurredAt"));
  command.recorded_at = event.recorded_at;
  command.mode = mode_of(event);
  command.data = event.event.at("data").as_object();
  return command;
}

}  // namespace

Played play(const SimulationOptions& wanted, MemoryLog& log) {
  log.add_person("admin", {"admin"}, "");
  auto simulation = Simulation::start(wanted);
  CHECK(simulation.has_value());
  Played out;
  while (const auto event = (*simulation)->next()) {
    const auto refusal = log.record(command_of(*event));
    const std::string_view got = refusal ? refusal->rule : std::string_view();
    if (!event->refused_by.empty()) ++out.refused;
    if (got == event->refused_by) continue;
    out.surprises.push_back(std::string(got) + " instead of '" + std::string(event->refused_by) +
                            "': " + (refusal ? refusal->detail : "") + " " +
                            boost::json::serialize(event->event));
  }
  out.truth = (*simulation)->truth();
  return out;
}

}  // namespace stafett::bti::test
