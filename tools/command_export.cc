// stafett export: cases in the forms that others' tools read. The read is recorded before anything
// leaves.

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>

#include "engine/base/clock.h"
#include "projections/exports/audit_trail.h"
#include "projections/exports/family_document.h"
#include "projections/exports/prov_document.h"
#include "projections/gate/directory_source.h"
#include "projections/viewer/viewer_reader.h"
#include "server/stream/cloud_event.h"
#include "tools/command_export.h"
#include "tools/open_log.h"

namespace stafett::tools {
namespace {

struct ExportWords {
  std::string directory, as_of, known_at, viewer, language = "nb";
  std::vector<std::string> cases;
  bool bundle = false;
};

// What is asked for, of a log that is open.
struct Chosen {
  bti::BtiLog opened;
  std::vector<SubjectId> cases;
  std::optional<ActorId> viewer;
  bti::Axes axes;

  log::Log& log() const { return *opened.log; }
  bti::BtiGate& gate() const { return *opened.gate; }
};

Result<std::vector<SubjectId>> cases_of(const bti::BtiLog& opened,
                                        const std::vector<std::string>& labels) {
  std::vector<SubjectId> cases;
  for (const std::string& label : labels) {
    const Result<SubjectId> id = bti::CaseReader(*opened.log, *opened.gate).case_named(label);
    if (!id) return Error{id.error().code(), id.error().detail() + ": " + label};
    if (std::ranges::find(cases, *id) == cases.end()) cases.push_back(*id);
  }
  return cases;
}

// Up to before the reads of this export.
Result<Chosen> choose(const ExportWords& words) {
  bti::Axes axes;
  if (!words.as_of.empty()) {
    ENGINE_TRY(as_of, bti::parse_as_of(words.as_of));
    axes.as_of = as_of;
  }
  if (!words.known_at.empty()) {
    ENGINE_TRY(known, bti::parse_known_at(words.known_at));
    axes.known = known;
  }
  ENGINE_TRY(opened, open_recording(words.directory));
  ENGINE_TRY(cases, cases_of(opened, words.cases));
  std::optional<ActorId> viewer;
  if (!words.viewer.empty()) {
    ENGINE_TRY(person, bti::ViewerReader(*opened.log, *opened.gate).person_named(words.viewer));
    viewer = person;
    ENGINE_TRY(both, bti::viewer_axes(*opened.log, axes));
    axes = both;
  }
  ENGINE_TRY_VOID(bti::size_known(*opened.log, axes.known));  // not past the end
  axes.known.size = std::min(axes.known.size, opened.log->head().size);
  return Chosen{std::move(opened), std::move(cases), viewer, axes};
}

Result<void> record_reads(const Chosen& chosen, std::string_view visit) {
  return bti::record_operator_reads(chosen.log(), chosen.gate(), chosen.cases, visit);
}

// Nobody listens any more: what follows need not be opened.
Result<void> put(std::string_view text) {
  print_text(text);
  if (std::ferror(stdout) != 0) return Error{Errc::io, "stdout"};
  return {};
}
Result<void> put_line(const boost::json::object& json) {
  return put(boost::json::serialize(json) + "\n");
}

constexpr std::size_t kUuidText = 36;

// As it is in a bundle; what covers several cases has an id that is no UUID.
std::string full_url(const boost::json::object& resource, const std::string& origin) {
  const std::string id{resource.at("id").as_string()};
  return id.size() == kUuidText ? "urn:uuid:" + id : "urn:stafett:event:" + origin + ":" + id;
}

Result<void> export_fhir(const ExportWords& words) {
  ENGINE_TRY(chosen, choose(words));
  ENGINE_TRY_VOID(record_reads(chosen, "export fhir"));
  ENGINE_TRY(trail, bti::AuditTrail::of(chosen.log(), chosen.gate(), chosen.axes));
  if (words.bundle)
    ENGINE_TRY_VOID(put("{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"timestamp\":\"" +
                        to_text(chosen.log().clock().now()) + "\""));
  std::size_t count = 0;
  for (const SubjectId& one : chosen.cases)
    ENGINE_TRY_VOID(trail.for_each(one, [&](const boost::json::object& audit) -> Result<void> {
      if (!words.bundle) return put_line(audit);
      const boost::json::object entry{{"fullUrl", full_url(audit, chosen.log().origin())},
                                      {"resource", audit}};
      return put((count++ == 0 ? ",\"entry\":[" : ",") + boost::json::serialize(entry));
    }));
  if (!words.bundle) return {};
  return put(count == 0 ? "}\n" : "]}\n");  // an empty list is no FHIR
}

Result<void> export_cloudevents(const ExportWords& words) {
  ENGINE_TRY(chosen, choose(words));
  ENGINE_TRY_VOID(record_reads(chosen, "export cloudevents"));
  for (const SubjectId& one : chosen.cases)
    ENGINE_TRY_VOID(bti::for_each_event(
        chosen.log(), chosen.gate(), {one, chosen.viewer, chosen.axes},
        [&](const boost::json::object& event) {
          const Position position{event.at("position").to_number<std::uint64_t>()};
          return put_line(server::cloud_event(event, position, chosen.log().origin()));
        }));
  return {};
}

Result<void> export_prov(const ExportWords& words) {
  ENGINE_TRY(chosen, choose(words));
  ENGINE_TRY_VOID(record_reads(chosen, "export prov"));
  ENGINE_TRY(document,
             bti::prov_document(chosen.log(), chosen.gate(), chosen.cases.front(), chosen.axes));
  return put_line(document);
}

Result<void> export_family(const ExportWords& words) {
  const std::optional<bti::Language> language = bti::language_named(words.language);
  if (!language) return Error{Errc::invalid_argument, "--language takes nb, nn or en"};
  ENGINE_TRY(chosen, choose(words));
  const bti::FamilyQuestion question{chosen.cases.front(), *chosen.viewer, chosen.axes, *language};
  ENGINE_TRY(is_family, bti::is_of_family(chosen.log(), chosen.gate(), question));
  if (!is_family)
    return Error{Errc::refused, "this person does not have the case as one of the family"};
  if (!words.as_of.empty() || !words.known_at.empty()) {
    ENGINE_TRY(is_given, bti::is_given_now(chosen.log(), chosen.gate(), question));
    if (!is_given)
      return Error{Errc::refused, "this person is given less of the case by now than then"};
  }
  ENGINE_TRY_VOID(record_reads(chosen, "export family"));
  return bti::write_family_document(chosen.log(), chosen.gate(), question, put);
}

enum class Cases { one, several };

CLI::App* add_form(CLI::App& exports, Run& run, const char* name, const char* what, Cases cases,
                   const std::shared_ptr<ExportWords>& words,
                   Result<void> (*make)(const ExportWords&)) {
  CLI::App* command = exports.add_subcommand(name, what);
  command->add_option("DIR", words->directory, "the log")->required();
  CLI::Option* label =
      command->add_option("--case", words->cases, "the case, by label or id")->required();
  if (cases == Cases::several)
    label->allow_extra_args(false)->description(
        "a case, by label or id; may be there several times");
  else
    label->expected(1);
  command->add_option("--as-of", words->as_of,
                      "what had happened by then: a time, or a local date");
  command->add_option("--known-at", words->known_at, "what was known then: a size, or a time");
  command->callback([words, &run, make] {
    run = [words, make] {
      const Result<void> done = make(*words);
      return done ? kDone : fail(done.error());
    };
  });
  return command;
}

}  // namespace

void add_export(CLI::App& app, Run& run) {
  CLI::App* exports = app.add_subcommand("export", "Cases in forms that others' tools read");
  exports->require_subcommand(1);
  auto words = std::make_shared<ExportWords>();
  add_form(*exports, run, "fhir",
           "Who read a case, tried to, or broke the glass: FHIR R4 AuditEvent", Cases::several,
           words, export_fhir)
      ->add_flag("--bundle", words->bundle, "one Bundle; without it NDJSON");
  add_form(*exports, run, "cloudevents", "The events of a case as CloudEvents, in JSON Lines",
           Cases::several, words, export_cloudevents)
      ->add_option("--viewer", words->viewer, "as this person may see it");
  add_form(*exports, run, "prov", "Where a case's states come from: W3C PROV-JSON", Cases::one,
           words, export_prov);
  CLI::App* family = add_form(*exports, run, "family",
                              "All that one person of the family may see, in one JSON document",
                              Cases::one, words, export_family);
  family->add_option("--viewer", words->viewer, "the guardian, child or pregnant woman")
      ->required();
  family->add_option("--language", words->language, "of the words in it: nb, nn or en; nb");
  add_export_tables(*exports, run);
}

}  // namespace stafett::tools
