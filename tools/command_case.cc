// stafett case, stafett history: a case at any (asOf, knownAt). The read is recorded before.

#include <boost/json.hpp>

#include "projections/recorder/case_reader.h"
#include "tools/command.h"
#include "tools/open_log.h"
#include "tools/show_event.h"

namespace stafett::tools {
namespace {

struct CaseWords {
  std::string directory, case_label, as_of, known_at;
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

// The state and history are those before the operator's own read, unless something else was asked.
template <class Show>
Result<void> with_case(const CaseWords& words, const char* visit, const Show& show) {
  ENGINE_TRY(axes, axes_of(words));
  ENGINE_TRY(opened, open_recording(words.directory));
  const bti::CaseReader reader{*opened.log, *opened.gate};
  ENGINE_TRY(id, reader.case_named(words.case_label));
  axes.known.size = std::min(axes.known.size, opened.log->head().size);
  ENGINE_TRY_VOID(bti::record_operator_read(*opened.log, *opened.gate, id, visit));
  return show(reader, id, axes);
}

Result<void> show_state(const CaseWords& words) {
  return with_case(words, "case",
                   [&](const bti::CaseReader& reader, const SubjectId& id,
                       const bti::Axes& axes) -> Result<void> {
                     ENGINE_TRY(state, reader.state(id, axes));
                     words.json ? print_line(state) : print_indented(state);
                     return {};
                   });
}

Result<void> show_history(const CaseWords& words) {
  return with_case(words, "history",
                   [&](const bti::CaseReader& reader, const SubjectId& id,
                       const bti::Axes& axes) -> Result<void> {
                     ENGINE_TRY(history, reader.history(id, axes));
                     for (const boost::json::value& event : history)
                       words.json ? print_line(event) : print_text(event_line(event.as_object()));
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
