// stafett worklist: what one person is to see to. The reads of the cases on it are recorded before.

#include <fmt/format.h>

#include <boost/json.hpp>

#include "projections/viewer/viewer_reader.h"
#include "projections/worklists/work_of_person.h"
#include "tools/command.h"
#include "tools/open_log.h"

namespace stafett::tools {
namespace {

struct WorkWords {
  std::string directory, person, as_of, known_at;
  std::string language = "nb";
  bool json = false;
};

std::string padded(std::string_view text, std::size_t width) {
  std::string out{text};
  // By characters: bytes that go on with one are not counted.
  std::size_t shown = 0;
  for (const char byte : text) shown += (static_cast<unsigned char>(byte) & 0xC0) != 0x80 ? 1 : 0;
  out.append(shown < width ? width - shown : 0, ' ');
  return out;
}

void print_item(const bti::WorkItem& item, bti::Language language) {
  constexpr std::size_t kDue = 10, kCase = 12, kName = 44, kRef = 12;
  const std::string due =
      item.due == bti::kNoDate ? std::string{"-"} : bti::Date{item.due}.to_text();
  print_text(padded(due, kDue) + (item.overdue ? " ! " : "   ") + padded(item.case_label, kCase) +
             "  " + padded(bti::work_name(item.rule, language), kName) + "  " +
             padded(item.ref, kRef) + "  " + std::string{bti::work_role_name(item.role, language)} +
             "\n");
}

Result<int> show_work(const WorkWords& words, bti::Language language) {
  ENGINE_TRY(opened, open_recording(words.directory));
  log::Log& log = *opened.log;
  bti::BtiGate& gate = *opened.gate;
  bti::Axes axes;
  axes.as_of = log.clock().now();
  if (!words.as_of.empty()) {
    ENGINE_TRY(as_of, bti::parse_as_of(words.as_of));
    axes.as_of = as_of;
  }
  if (!words.known_at.empty()) {
    ENGINE_TRY(known, bti::parse_known_at(words.known_at));
    axes.known = known;
  }
  ENGINE_TRY(person, bti::ViewerReader(log, gate).person_named(words.person));
  ENGINE_TRY(work, bti::work_of_person(log, gate, person, axes));
  ENGINE_TRY_VOID(bti::record_operator_reads(log, gate, work.cases, "worklist"));
  for (const bti::WorkItem& item : work.items)
    words.json ? print_line(to_json(item)) : print_item(item, language);
  if (work.damaged == 0) return int{kDone};
  // Which ones they are is not for everybody who has a work list.
  talk(fmt::format("damaged: {} cases, whose work is not shown; verify the log", work.damaged));
  return int{kFailed};
}

}  // namespace

void add_worklist(CLI::App& app, Run& run) {
  auto words = std::make_shared<WorkWords>();
  CLI::App* command = app.add_subcommand("worklist", "What a person is to see to, in all cases");
  command->add_option("DIR", words->directory, "the log")->required();
  command->add_option("PERSON", words->person, "the person's label")->required();
  command->add_option("--as-of", words->as_of,
                      "what had happened by then: a time, or a local date");
  command->add_option("--known-at", words->known_at, "what was known then: a size, or a time");
  command->add_option("--lang", words->language, "names in nb, nn or en");
  command->add_flag("--json", words->json, "JSON Lines");
  command->callback([words, &run] {
    run = [words] {
      const auto language = bti::language_named(words->language);
      if (!language) return fail_usage("--lang: nb, nn or en");
      const Result<int> code = show_work(*words, *language);
      return code ? *code : fail(code.error());
    };
  });
}

}  // namespace stafett::tools
