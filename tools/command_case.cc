// stafett case, stafett history: a case at any (asOf, knownAt). The read is recorded before.

#include <boost/json.hpp>

#include "projections/gate/directory_source.h"
#include "projections/viewer/viewer_reader.h"
#include "tools/command.h"
#include "tools/open_log.h"
#include "tools/show_event.h"
#include "tools/standing.h"

namespace stafett::tools {
namespace {

struct CaseWords {
  std::string directory, case_label, as_of, known_at, viewer;
  bool json = false;
};

Result<bti::Axes> axes_of(const CaseWords& words) {
  bti::Axes axes;
  if (!words.as_of.empty()) {
    ENGINE_TRY(as_of, bti::parse_as_of(words.as_of));
    axes.as_of = as_of;
  }
  if (!words.known_at.empty()) {
    ENGINE_TRY(known, bti::parse_known_at(words.known_at));
    axes.known = known;
  }
  return axes;
}

// What is shown of one case: the log is open, the read is recorded.
struct Shown {
  bti::BtiLog& opened;
  SubjectId id;
  bti::Axes axes;
  std::optional<ActorId> viewer;
};

// The state and history are those before the operator's own read, unless something else was asked.
template <class Show>
Result<void> with_case(const CaseWords& words, const char* visit, const Show& show) {
  ENGINE_TRY(axes, axes_of(words));
  ENGINE_TRY(opened, open_recording(words.directory));
  const bti::CaseReader reader{*opened.log, *opened.gate};
  ENGINE_TRY(id, reader.case_named(words.case_label));
  std::optional<ActorId> viewer;
  if (!words.viewer.empty()) {
    ENGINE_TRY(person, bti::ViewerReader(*opened.log, *opened.gate).person_named(words.viewer));
    viewer = person;
    ENGINE_TRY(both, bti::viewer_axes(*opened.log, axes));
    axes = both;
  }
  ENGINE_TRY_VOID(bti::size_known(*opened.log, axes.known));  // not past the end
  axes.known.size = std::min(axes.known.size, opened.log->head().size);
  ENGINE_TRY_VOID(bti::record_operator_read(*opened.log, *opened.gate, id, visit));
  return show(Shown{opened, id, axes, viewer});
}

Result<boost::json::object> state_of(const Shown& shown) {
  log::Log& log = *shown.opened.log;
  bti::BtiGate& gate = *shown.opened.gate;
  if (shown.viewer) return bti::ViewerReader(log, gate).state(shown.id, *shown.viewer, shown.axes);
  return bti::CaseReader(log, gate).state(shown.id, shown.axes);
}

Result<boost::json::array> history_of(const Shown& shown) {
  log::Log& log = *shown.opened.log;
  bti::BtiGate& gate = *shown.opened.gate;
  if (shown.viewer)
    return bti::ViewerReader(log, gate).history(shown.id, *shown.viewer, shown.axes);
  return bti::CaseReader(log, gate).history(shown.id, shown.axes);
}

Result<void> show_state(const CaseWords& words) {
  return with_case(words, "case", [&](const Shown& shown) -> Result<void> {
    ENGINE_TRY(state, state_of(shown));
    words.json ? print_line(state) : print_indented(state);
    return {};
  });
}

Result<void> show_history(const CaseWords& words) {
  return with_case(words, "history", [&](const Shown& shown) -> Result<void> {
    ENGINE_TRY(history, history_of(shown));
    const log::Log& log = *shown.opened.log;
    const Standing standing{log.store(), log.keyring()};
    for (boost::json::value& event : history) {
      if (const boost::json::value* at = event.as_object().if_contains("position")) {
        ENGINE_TRY(said, standing.of(Position{at->to_number<std::uint64_t>()}));
        if (said) event.as_object()["standing"] = *said;
      }
      words.json ? print_line(event) : print_text(event_line(event.as_object()));
    }
    return {};
  });
}

void add_command(CLI::App& app, Run& run, const char* name, const char* what,
                 Result<void> (*show)(const CaseWords&)) {
  auto words = std::make_shared<CaseWords>();
  CLI::App* command = app.add_subcommand(name, what);
  command->add_option("DIR", words->directory, "the log")->required();
  command->add_option("CASE", words->case_label, "the case's label or id")->required();
  command->add_option("--as-of", words->as_of,
                      "what had happened by then: a time, or a local date");
  command->add_option("--known-at", words->known_at, "what was known then: a size, or a time");
  command->add_option("--viewer", words->viewer, "as this person may see it");
  command->add_flag("--json", words->json, "JSON");
  command->callback([words, &run, show] {
    run = [words, show] {
      const Result<void> done = show(*words);
      return done ? kDone : fail(done.error());
    };
  });
}

}  // namespace

void add_case(CLI::App& app, Run& run) {
  add_command(app, run, "case", "The state of a case", show_state);
}

void add_history(CLI::App& app, Run& run) {
  add_command(app, run, "history", "The recorded events of a case, in the order of recording",
              show_history);
}

}  // namespace stafett::tools
