// stafett access: who may read a case, and who has. The read is recorded before.

#include <boost/json.hpp>

#include "projections/access/access_list.h"
#include "projections/access/access_matrix.h"
#include "projections/gate/directory_source.h"
#include "tools/command.h"
#include "tools/open_log.h"

namespace stafett::tools {
namespace {

struct AccessWords {
  std::string directory, case_label, as_of, known_at, viewer;
  bool json = false;
};

std::string text_at(const boost::json::object& from, const char* key) {
  const boost::json::value& value = from.at(key);
  return value.is_string() ? std::string{value.get_string()} : std::string{"-"};
}

std::string joined(const boost::json::array& values, const char* key = nullptr) {
  std::string out;
  for (const boost::json::value& one : values) {
    const boost::json::value& text = key ? one.at(key) : one;
    out += (out.empty() ? "" : ", ") + std::string{text.as_string()};
  }
  return out.empty() ? "-" : out;
}

// "open fact+narrative+identity 12 of 14"
std::string given(const boost::json::object& one) {
  std::string classes;
  for (const boost::json::value& name : one.at("classes").as_array())
    classes += (classes.empty() ? "" : "+") + std::string{name.as_string()};
  return text_at(one, "compartment") + " " + classes + " " +
         boost::json::serialize(one.at("events")) + " of " + boost::json::serialize(one.at("of"));
}

void print_readers(const boost::json::object& access) {
  if (const boost::json::object* holder = access.at("holder").if_object())
    print_text("holder  " + text_at(*holder, "person") + "  " + text_at(*holder, "service") +
               "  since " + text_at(*holder, "since") + "\n");
  const boost::json::object& consent = access.at("consent").as_object();
  print_text("the log  " + text_at(consent.at("openLog").as_object(), "status") + "\n");
  for (const auto& [service, status] : consent.at("services").as_object())
    print_text(std::string{service} + "  " + text_at(status.as_object(), "status") + "\n");
  print_text("\n");
  for (const boost::json::value& value : access.at("readers").as_array()) {
    const boost::json::object& reader = value.as_object();
    print_text(text_at(reader, "person") + "  " + text_at(reader, "service") + "  " +
               text_at(reader, "basis") + "  " + joined(reader.at("rows").as_array(), "row") +
               "\n");
    for (const boost::json::value& one : reader.at("gives").as_array())
      print_text("    " + given(one.as_object()) + "\n");
  }
  print_text("\n");
}

void print_list(const boost::json::array& list) {
  for (const boost::json::value& value : list) {
    const boost::json::object& item = value.as_object();
    const boost::json::array* entries = item.at("entries").if_array();
    print_text(text_at(item, "at") + "  " + text_at(item, "type") + "  " + text_at(item, "person") +
               "  " + text_at(item, "service") + "  " + text_at(item, "capacity") + "  " +
               text_at(item, "purpose") + "  " + (entries ? joined(*entries) : std::string{"-"}) +
               "\n");
  }
}

Result<void> show_access(const AccessWords& words) {
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
  log::Log& log = *opened.log;
  bti::BtiGate& gate = *opened.gate;
  ENGINE_TRY(id, bti::CaseReader(log, gate).case_named(words.case_label));
  std::optional<ActorId> viewer;
  if (!words.viewer.empty()) {
    ENGINE_TRY(person, bti::ViewerReader(log, gate).person_named(words.viewer));
    viewer = person;
  }
  ENGINE_TRY(both, bti::viewer_axes(log, axes));
  ENGINE_TRY_VOID(bti::size_known(log, both.known));  // not past the end
  both.known.size = std::min(both.known.size, log.head().size);
  ENGINE_TRY_VOID(bti::record_operator_read(log, gate, id, "access"));
  const bti::BookLabels labels{gate.labels()};
  boost::json::object access;
  if (!viewer) {
    ENGINE_TRY(record, gate.source().subject(id));
    ENGINE_TRY(size, bti::size_known(log, both.known));
    ENGINE_TRY(directory, bti::directory_at(log, gate.source(), size));
    ENGINE_TRY(events, gate.source().of_case(*record, size));
    access = to_json(bti::access_matrix(id, events, directory, both.known, both.as_of), directory,
                     both.as_of, labels);
  }
  ENGINE_TRY(list, bti::access_list(log, gate, id, viewer, both));
  if (!words.json) {
    if (!viewer) print_readers(access);
    print_list(list);
    return {};
  }
  access["case"] = labels.case_id(id);
  access["asOf"] = to_text(both.as_of);
  access["list"] = std::move(list);
  print_line(access);
  return {};
}

}  // namespace

void add_access(CLI::App& app, Run& run) {
  auto words = std::make_shared<AccessWords>();
  CLI::App* command =
      app.add_subcommand("access", "Who may read a case, on whose consent, and who has read it");
  command->add_option("DIR", words->directory, "the log")->required();
  command->add_option("CASE", words->case_label, "the case's label or id")->required();
  command->add_option("--as-of", words->as_of, "at that instant: a time, or a local date");
  command->add_option("--known-at", words->known_at, "what was known then: a size, or a time");
  command->add_option("--viewer", words->viewer, "who has read it, as this person may see it");
  command->add_flag("--json", words->json, "JSON");
  command->callback([words, &run] {
    run = [words] {
      const Result<void> done = show_access(*words);
      return done ? kDone : fail(done.error());
    };
  });
}

}  // namespace stafett::tools
