// stafett handover: a log given to another municipality, and taken over by one.

#include <fmt/format.h>

#include <boost/json.hpp>
#include <filesystem>

#include "engine/base/encoding.h"
#include "projections/handover/check.h"
#include "projections/handover/give.h"
#include "projections/handover/take.h"
#include "projections/recorder/case_reader.h"
#include "tools/age_file.h"
#include "tools/archive_files.h"
#include "tools/bundle_archive.h"
#include "tools/command.h"
#include "tools/folder_beside.h"
#include "tools/open_log.h"
#include "tools/terminal.h"

namespace stafett::tools {
namespace {

constexpr FileNames kPackage{bti::handover_file::kAll, bti::is_document_file};

struct HandoverWords {
  std::string directory, out, case_label, by, to, transfer, recipient;  // give
  std::string package, key, subject, service;                           // check, take
  bool json = false;
};

Result<int> give(const HandoverWords& words) {
  TemporaryFolders folders;
  ENGINE_TRY_VOID(check_recipient(words.recipient));
  ENGINE_TRY(opened, open_recording(words.directory));
  ENGINE_TRY(id, bti::CaseReader(*opened.log, *opened.gate).case_named(words.case_label));
  ENGINE_TRY(folder, FolderBeside::make(words.out, OutForm::file, folders));
  const bti::HandoverWish wish{id, words.by, words.transfer, words.to};
  ENGINE_TRY(clear, make_clear_folder(folders));
  ENGINE_TRY(package, bti::write_handover(opened, wish, clear));
  const bti::HandoverScope& scope = package.scope;
  const std::string sealed = folder.file();
  const auto write = [&](int descriptor) { return pack_bundle(clear, descriptor, kPackage); };
  ENGINE_TRY_VOID(encrypt_file(write, sealed, words.recipient));
  ENGINE_TRY(file, seen_file(folder.path(), "packed"));
  ENGINE_TRY_VOID(bti::record_offer(opened, wish, scope, file.sha256));
  ENGINE_TRY_VOID(folder.take_place(sealed));
  const boost::json::object told{{"out", words.out},
                                 {"transfer", scope.transfer},
                                 {"toMunicipality", scope.to_municipality},
                                 {"entries", scope.entries},
                                 {"documents", package.documents},
                                 {"documentsLeftOut", package.documents_left_out},
                                 {"size", scope.head.size.value()},
                                 {"root", to_hex(scope.head.root.view())},
                                 {"digest", to_hex(file.sha256.view())}};
  words.json ? print_line(told) : print_indented(told);
  return int{kDone};
}

// What is no package at all is one that does not hold.
Result<bti::HandoverReport> report_on(const HandoverWords& words) {
  ENGINE_TRY(key, transparency::VerifierKey::parse(words.key));
  TemporaryFolders folders;
  ENGINE_TRY(place, folders.make(temporary_bundles()));
  const Result<void> unpacked = unpack_bundle(words.package, place, kPackage);
  if (!unpacked && unpacked.error().code() == Errc::io) return unpacked.error();
  if (unpacked) {
    const auto report = bti::check_handover(storage::posix_files(), place, key);
    if (report || report.error().code() != Errc::not_found) return report;
  }
  bti::HandoverReport none;
  none.fault_count = 1;
  none.faults.push_back({"package", unpacked ? "a file is missing" : unpacked.error().detail()});
  return none;
}

void tell_faults(const bti::HandoverReport& report) {
  for (const bti::HandoverFault& fault : report.faults) talk(fault.place + ": " + fault.why);
  if (report.fault_count > report.faults.size())
    talk(fmt::format("{} faults in all", report.fault_count));
}

// By whose keys: whoever keeps a key could have signed. Null: a package of version 1 does not tell.
boost::json::value signatures_of(const bti::HandoverReport& report) {
  if (report.version < 2) return nullptr;
  const bti::SignatureCounts& counts = report.signatures;
  return {{"own", counts.own},
          {"custodial", counts.custodial},
          {"system", counts.system},
          {"suspect", counts.suspect}};
}

Result<int> check(const HandoverWords& words) {
  ENGINE_TRY(report, report_on(words));
  boost::json::array faults;
  for (const bti::HandoverFault& fault : report.faults)
    faults.push_back({{"place", fault.place}, {"why", fault.why}});
  boost::json::object told{{"ok", report.holds()}, {"faults", std::move(faults)}};
  told["version"] = report.version == 0 ? boost::json::value(nullptr) : report.version;
  told["documents"] = report.documents;
  told["signatures"] = signatures_of(report);
  if (report.scope) told["handover"] = boost::json::parse(bti::scope_text(*report.scope));
  words.json ? print_line(told) : print_indented(told);
  return int{report.holds() ? kDone : kVerificationFailed};
}

// The consents name one municipality. A log's name need not be that of its municipality.
void tell_if_for_another(const std::string& municipality, const std::string& origin) {
  if (!origin.ends_with("/" + municipality))
    talk("the families' consents are for municipality " + shown(municipality) +
         "; is that the one of " + origin + "?");
}

Result<int> take(const HandoverWords& words) {
  // Before it is checked: what is taken over is that file, and no other one.
  const std::filesystem::path package = std::filesystem::absolute(words.package);
  ENGINE_TRY(file, seen_file(package.parent_path().string(), package.filename().string()));
  ENGINE_TRY(report, report_on(words));
  tell_faults(report);
  if (!report.holds() || !report.scope) return int{kVerificationFailed};
  ENGINE_TRY(opened, open_recording(words.directory));
  tell_if_for_another(report.scope->to_municipality, opened.log->origin());
  const bti::TakeWish wish{words.case_label, words.subject, words.by,  words.service,
                           words.package,    file.sha256,   file.bytes};
  ENGINE_TRY(taken, bti::take_handover(opened, *report.scope, wish));
  const boost::json::object told{{"case", taken.case_label}, {"receipt", taken.receipt}};
  words.json ? print_line(told) : print_indented(told);
  return int{kDone};
}

using HandoverVerb = Result<int> (*)(const HandoverWords&);

CLI::App* add_handover_verb(CLI::App& handover, Run& run,
                            const std::shared_ptr<HandoverWords>& words, const char* name,
                            const char* what, HandoverVerb verb) {
  CLI::App* command = add_verb(handover, run, words, name, what, verb);
  command->add_flag("--json", words->json, "one JSON document");
  return command;
}

void add_package(CLI::App& command, const std::shared_ptr<HandoverWords>& words) {
  command.add_option("PACKAGE", words->package, "what was handed over, decrypted")->required();
  command.add_option("--key", words->key, "the verifier key of the log that it comes from")
      ->required();
}

}  // namespace

void add_handover(CLI::App& app, Run& run_later) {
  auto words = std::make_shared<HandoverWords>();
  CLI::App* handover = app.add_subcommand("handover", "A log to or from another municipality");
  handover->require_subcommand(1);
  CLI::App* giving =
      add_handover_verb(*handover, run_later, words, "give",
                        "A sealed package of an agreed transfer; it is recorded", give);
  giving->add_option("DIR", words->directory, "the log")->required();
  giving->add_option("OUT", words->out, "a new file, encrypted")->required();
  giving->add_option("--case", words->case_label, "the case, by label or id")->required();
  giving->add_option("--to", words->to, "the other municipality's number")->required();
  giving->add_option("--transfer", words->transfer, "an id for it, new in the case")->required();
  giving->add_option("--by", words->by, "the holder or the coordinator")->required();
  giving->add_option("--encrypt-to", words->recipient, "the receiver's recipient of age: age1...")
      ->required();
  add_package(
      *add_handover_verb(*handover, run_later, words, "check", "Is a package what it says?", check),
      words);
  CLI::App* taking =
      add_handover_verb(*handover, run_later, words, "take",
                        "Checks a package and continues it as a case of its own", take);
  taking->add_option("DIR", words->directory, "the log that takes it over")->required();
  add_package(*taking, words);
  taking->add_option("--case", words->case_label, "a new case's label")->required();
  taking->add_option("--subject", words->subject, "whose log it is, by label here")->required();
  taking->add_option("--service", words->service, "the service that takes it over")->required();
  taking->add_option("--by", words->by, "an employee of that service")->required();
}

}  // namespace stafett::tools
