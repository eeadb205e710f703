// stafett archive: closed logs to the archive. The log is told before anything leaves.

#include <fmt/format.h>

#include <boost/json.hpp>
#include <set>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "projections/archive/archive_record.h"
#include "projections/catalogue/atoms.h"
#include "projections/recorder/case_reader.h"
#include "tools/command.h"
#include "tools/fiks_spool.h"
#include "tools/folder_beside.h"
#include "tools/noark_extract.h"
#include "tools/open_log.h"

namespace stafett::tools {
namespace {

// What lies in memory at once.
constexpr std::size_t kExtractCasesMax = 1000;

struct ArchiveWords {
  std::string directory, out, by, creator, schemas;
  std::string shielding = "Offentleglova § 13";
  std::string language = "nb";
  std::vector<std::string> cases;
  bool html = false;
  bool json = false;
};

Result<PrintoutWish> printout_of(const ArchiveWords& words, TimeUs now) {
  const auto language = bti::language_named(words.language);
  if (!language || *language == bti::Language::en)
    return Error{Errc::invalid_argument, "--lang: nb or nn"};
  return PrintoutWish{*language, words.html ? PrintoutForm::html : PrintoutForm::pdf, to_text(now)};
}

// Others' words go into files that must hold what they hold for good.
Result<void> check_words(const ArchiveWords& words) {
  if (const bti::Problem problem = bti::line_problem(words.shielding))
    return Error{Errc::invalid_argument, fmt::format("--shielding {}", problem)};
  const bti::Problem problem = words.creator.empty() ? nullptr : bti::line_problem(words.creator);
  if (problem) return Error{Errc::invalid_argument, fmt::format("--creator {}", problem)};
  return {};
}

// Each case once, by label or id.
Result<std::vector<SubjectId>> cases_of(bti::BtiLog& opened, const ArchiveWords& words) {
  const bti::CaseReader reader{*opened.log, *opened.gate};
  std::vector<SubjectId> cases;
  std::set<SubjectId> seen;
  for (const std::string& label : words.cases) {
    const Result<SubjectId> id = reader.case_named(label);
    if (!id) return Error{id.error().code(), id.error().detail() + ": " + label};
    if (seen.insert(*id).second) cases.push_back(*id);
  }
  if (cases.size() > kExtractCasesMax)
    return Error{Errc::too_large, fmt::format("at most {} cases at once", kExtractCasesMax)};
  return cases;
}

// What the log is told of each case once all is written.
struct Told {
  std::string case_label, message, external_key;
};

Told told_of(const bti::ClosedLog& log, TimeUs now) {
  return {log.label, bti::message_id("manual", now), log.external_key()};
}

Result<void> tell_log(bti::BtiLog& opened, const std::vector<Told>& all, const std::string& by,
                      const Hash& digest) {
  for (const Told& one : all)
    ENGINE_TRY_VOID(bti::record_archive_sent(
        opened, {one.case_label, by, one.message, "manual", one.external_key, digest}));
  return {};
}

void print_told(const ArchiveWords& words, const std::vector<Told>& all, const Hash& digest) {
  for (const Told& one : all) {
    const boost::json::object line{{"case", one.case_label},
                                   {"message", one.message},
                                   {"externalKey", one.external_key},
                                   {"digest", to_hex(digest.view())}};
    words.json ? print_line(line)
               : print_text(fmt::format("{}  {}  {}\n", one.case_label, one.message,
                                        to_hex(digest.view())));
  }
}

Result<void> make_extract(const ArchiveWords& words) {
  ENGINE_TRY_VOID(check_words(words));
  TemporaryFolders folders;
  ENGINE_TRY(opened, open_recording(words.directory));
  const TimeUs now = opened.log->clock().now();
  ENGINE_TRY(printout, printout_of(words, now));
  ENGINE_TRY(cases, cases_of(opened, words));
  ENGINE_TRY(folder, FolderBeside::make(words.out, OutForm::folder, folders));
  std::vector<bti::ClosedLog> logs;
  std::vector<Told> told;
  for (const SubjectId& one : cases) {
    ENGINE_TRY(log, bti::take_closed_log(opened, one, words.by));
    told.push_back(told_of(log, now));
    logs.push_back(std::move(log));
  }
  const std::string archivist = logs.front().name_of(words.by);
  const std::string creator = words.creator.empty() ? opened.log->origin() : words.creator;
  const ExtractWish wish{creator, archivist, words.shielding, words.schemas, printout};
  ENGINE_TRY(written, write_noark(opened, std::move(logs), wish, folder.path()));
  ENGINE_TRY_VOID(tell_log(opened, told, words.by, written.digest));
  ENGINE_TRY_VOID(folder.take_place(folder.path()));
  print_told(words, told, written.digest);
  talk(fmt::format("{}: {} cases, {} documents{}", words.out, told.size(), written.documents,
                   words.schemas.empty() ? "; not validated, as there is no --schemas" : ""));
  return {};
}

Result<void> make_printout(const ArchiveWords& words) {
  TemporaryFolders folders;
  ENGINE_TRY(opened, open_recording(words.directory));
  const TimeUs now = opened.log->clock().now();
  ENGINE_TRY(printout, printout_of(words, now));
  ENGINE_TRY(cases, cases_of(opened, words));
  ENGINE_TRY(folder, FolderBeside::make(words.out, OutForm::file, folders));
  ENGINE_TRY(log, bti::take_closed_log(opened, cases.front(), words.by));
  ENGINE_TRY(file, write_printout(folder.path(), "utskrift", log, printout));
  const std::vector<Told> told{told_of(log, now)};
  ENGINE_TRY_VOID(tell_log(opened, told, words.by, file.sha256));
  ENGINE_TRY_VOID(folder.take_place(folder.path() + "/" + file.name));
  print_told(words, told, file.sha256);
  return {};
}

// Each case by itself: what was sent stays sent when another is refused.
Result<void> send_messages(const ArchiveWords& words) {
  ENGINE_TRY_VOID(check_words(words));
  ENGINE_TRY(opened, open_recording(words.directory));
  ENGINE_TRY(cases, cases_of(opened, words));
  for (const SubjectId& one : cases) {
    const TimeUs now = opened.log->clock().now();
    ENGINE_TRY(printout, printout_of(words, now));
    const FiksWish wish{words.by, words.shielding, printout, now};
    ENGINE_TRY(sent, send_to_fiks(opened, one, wish, words.out));
    const boost::json::object line{{"case", sent.case_label},
                                   {"message", sent.message},
                                   {"folder", sent.folder},
                                   {"wasRecorded", sent.was_recorded}};
    words.json
        ? print_line(line)
        : print_text(fmt::format("{}  {}  {}\n", sent.case_label, sent.message, sent.folder));
  }
  return {};
}

Result<void> record_answers(const ArchiveWords& words) {
  ENGINE_TRY(opened, open_recording(words.directory));
  ENGINE_TRY(answers, take_answers(opened, words.by, words.out));
  std::size_t refused = 0;
  for (const FiksAnswer& one : answers) {
    const std::string name = shown(one.name);  // somebody else's, as is the message in it
    const boost::json::object line{{"name", name},
                                   {"case", one.case_label},
                                   {"message", shown(one.message)},
                                   {"result", one.result},
                                   {"text", one.text}};
    words.json ? print_line(line)
               : print_text(fmt::format("{}  {}  {}\n", one.result, name, one.text));
    if (one.result == "refused") ++refused;
  }
  if (refused != 0)
    return Error{Errc::refused, fmt::format("answers that the log does not take: {}", refused)};
  return {};
}

using ArchiveVerb = Result<void> (*)(const ArchiveWords&);

CLI::App* add_archive_verb(CLI::App& archive, Run& run, const std::shared_ptr<ArchiveWords>& words,
                           const char* name, const char* what, ArchiveVerb verb) {
  CLI::App* command = archive.add_subcommand(name, what);
  command->add_option("DIR", words->directory, "the log")->required();
  command->add_option("--by", words->by, "the archivist")->required();
  command->add_flag("--json", words->json, "JSON Lines");
  command->callback([words, &run, verb] {
    run = [words, verb] {
      const Result<void> done = verb(*words);
      return done ? kDone : fail(done.error());
    };
  });
  return command;
}

void add_out(CLI::App& command, ArchiveWords& words) {
  command.add_option("OUT", words.out, "what is made: nothing may be there")->required();
}
void add_spool(CLI::App& command, ArchiveWords& words) {
  command.add_option("SPOOL", words.out, "a folder that somebody carries to Fiks Arkiv and back")
      ->required();
}
void add_printout(CLI::App& command, ArchiveWords& words) {
  command.add_option("--lang", words.language, "of the printout: nb or nn")->capture_default_str();
  command.add_flag("--html", words.html, "the printout as HTML, without weasyprint");
}
void add_cases(CLI::App& command, ArchiveWords& words) {
  command.add_option("--case", words.cases, "a case, by label or id; may be repeated")
      ->required()
      ->allow_extra_args(false);
}
void add_shielding(CLI::App& command, ArchiveWords& words) {
  command.add_option("--shielding", words.shielding, "the law by which it is shielded")
      ->capture_default_str();
}

}  // namespace

void add_archive(CLI::App& app, Run& run_later) {
  auto words = std::make_shared<ArchiveWords>();
  CLI::App* archive = app.add_subcommand("archive", "Closed logs to the archive");
  archive->require_subcommand(1);
  CLI::App* noark =
      add_archive_verb(*archive, run_later, words, "noark",
                       "A Noark 5 extract of closed logs; it is recorded", make_extract);
  add_out(*noark, *words);
  add_cases(*noark, *words);
  add_printout(*noark, *words);
  add_shielding(*noark, *words);
  noark->add_option("--creator", words->creator, "the archive's creator; else the log's origin");
  noark->add_option("--schemas", words->schemas,
                    "a folder with the official schemas: validates, and puts them in");
  CLI::App* printout = add_archive_verb(
      *archive, run_later, words, "printout",
      "A closed log as PDF/A for the pupil's folder; it is recorded", make_printout);
  add_out(*printout, *words);
  add_printout(*printout, *words);
  printout->add_option("--case", words->cases, "the case, by label or id")->required()->expected(1);
  CLI::App* fiks =
      add_archive_verb(*archive, run_later, words, "fiks",
                       "Closed logs as messages to Fiks Arkiv; it is recorded", send_messages);
  add_spool(*fiks, *words);
  add_cases(*fiks, *words);
  add_printout(*fiks, *words);
  add_shielding(*fiks, *words);
  add_spool(*add_archive_verb(*archive, run_later, words, "answers",
                              "Records what Fiks Arkiv has answered", record_answers),
            *words);
}

}  // namespace stafett::tools
