#include "tools/verify_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "tools/public_entry.h"
#include "tools/terminal.h"

namespace stafett::tools {
namespace {

std::string time_text(std::uint64_t time_s) {
  return to_text(TimeUs{static_cast<std::int64_t>(time_s) * 1'000'000});
}

boost::json::object witnessed_json(const log::VerifyReport::Witnessed& witnessed) {
  boost::json::object json{{"checkpoints", witnessed.checkpoints}, {"final", nullptr}};
  if (witnessed.newest_final)
    json["final"] = {{"size", witnessed.newest_final->size.value()},
                     {"time", time_text(witnessed.newest_final->time_s)}};
  return json;
}

boost::json::object act_json(const log::ErasureOrder::Act& act) {
  return {{"by", to_uuid_text(act.by.view())},
          {"custody", custody_name(act.custody)},
          {"position", act.position.value()}};
}

boost::json::array erasures_json(const std::vector<log::ErasureCover::Counting>& erasures) {
  boost::json::array all;
  for (const log::ErasureCover::Counting& one : erasures)
    all.push_back({{"order", to_uuid_text(one.order)},
                   {"ordered", act_json(one.ordered)},
                   {"approved", act_json(one.approved)}});
  return all;
}

// Reads what report_json() writes; remembers that something was not of its form.
class ReportReader final {
 public:
  explicit ReportReader(const boost::json::object& object) : object_(object) {}

  std::uint64_t number(std::string_view key) {
    const auto* value = object_.if_contains(key);
    boost::system::error_code error;
    const auto number = value ? value->to_number<std::uint64_t>(error) : 0;
    if (!value || error) good_ = false;
    return error ? 0 : number;
  }
  std::string text(std::string_view key) {
    const auto* value = object_.if_contains(key);
    const auto* text = value ? value->if_string() : nullptr;
    if (!text) good_ = false;
    return text ? std::string{*text} : std::string{};
  }
  bool yes(std::string_view key) {
    const auto* value = object_.if_contains(key);
    const bool* yes = value ? value->if_bool() : nullptr;
    if (!yes) good_ = false;
    return yes && *yes;
  }
  // Null: not there, or no object.
  const boost::json::object* inside(std::string_view key) const {
    const auto* value = object_.if_contains(key);
    return value ? value->if_object() : nullptr;
  }
  const boost::json::array* list(std::string_view key) const {
    const auto* value = object_.if_contains(key);
    return value ? value->if_array() : nullptr;
  }
  bool is_null(std::string_view key) const {
    const auto* value = object_.if_contains(key);
    return !value || value->is_null();
  }
  bool good() const { return good_; }

 private:
  const boost::json::object& object_;
  bool good_ = true;
};

Result<log::VerifyReport::Witnessed> read_witnessed(const boost::json::object& object) {
  ReportReader reader{object};
  log::VerifyReport::Witnessed out;
  out.checkpoints = reader.number("checkpoints");
  if (const auto* last = reader.inside("final")) {
    ReportReader inside{*last};
    const TreeSize size{inside.number("size")};
    const std::optional<TimeUs> time = parse_time(inside.text("time"));
    if (!inside.good() || !time || time->value() < 0)
      return Error{Errc::malformed, "no report of verify --json"};
    out.newest_final = {size, static_cast<std::uint64_t>(time->value() / 1'000'000)};
  }
  if (!reader.good()) return Error{Errc::malformed, "no report of verify --json"};
  return out;
}

}  // namespace

Result<log::VerifyReport> read_report(const boost::json::value& json) {
  const Error malformed{Errc::malformed, "no report of verify --json"};
  if (!json.is_object()) return malformed;
  ReportReader reader{json.get_object()};
  log::VerifyReport out;
  out.ok = reader.yes("ok");
  out.origin = reader.text("origin");
  out.size = TreeSize{reader.number("size")};
  out.level = static_cast<unsigned>(std::min<std::uint64_t>(reader.number("level"), 5));
  if (!reader.is_null("root")) {
    const std::optional<Bytes> bytes = from_base64(reader.text("root"));
    const std::optional<Hash> root = bytes ? Hash::from(*bytes) : std::nullopt;
    if (!root) return malformed;
    out.root = *root;
  }
  out.entries = reader.number("entries");
  out.parts = reader.number("parts");
  out.erased = reader.number("erased");
  out.suspect = reader.number("suspect");
  out.reattested = reader.number("reattested");
  out.error_count = reader.number("errorCount");
  const auto* signatures = reader.inside("signatures");
  const auto* witnessed = reader.inside("witnessed");
  const auto* errors = reader.list("errors");
  if (!reader.good() || !signatures || !witnessed || !errors) return malformed;
  ReportReader counts{*signatures};
  out.signatures = {counts.number("own"), counts.number("custodial"), counts.number("system")};
  ENGINE_TRY(by_witnesses, read_witnessed(*witnessed));
  out.witnessed = by_witnesses;
  for (const boost::json::value& one : *errors) {
    if (!one.is_object()) return malformed;
    ReportReader error{one.get_object()};
    log::VerifyError read{{}, error.text("place"), error.text("code"), error.text("detail")};
    if (!error.is_null("position")) read.position = Position{error.number("position")};
    if (!error.good()) return malformed;
    out.errors.push_back(std::move(read));
  }
  if (!counts.good()) return malformed;
  return out;
}

boost::json::object report_json(const log::VerifyReport& report) {
  boost::json::array errors;
  for (const log::VerifyError& error : report.errors)
    errors.push_back({{"position", error.position ? boost::json::value(error.position->value())
                                                  : boost::json::value(nullptr)},
                      {"place", error.place},
                      {"code", error.code},
                      {"detail", error.detail}});
  return {{"ok", report.ok},
          {"origin", report.origin},
          {"size", report.size.value()},
          {"root", report.level >= 2 ? boost::json::value(to_base64(report.root.view()))
                                     : boost::json::value(nullptr)},  // not computed
          {"level", report.level},
          {"entries", report.entries},
          {"signatures",
           {{"own", report.signatures.own},
            {"custodial", report.signatures.custodial},
            {"system", report.signatures.system}}},
          {"parts", report.parts},
          {"erased", report.erased},
          {"erasures", erasures_json(report.erasures)},
          {"suspect", report.suspect},
          {"reattested", report.reattested},
          {"incompleteGroups", report.incomplete_groups},
          {"witnessed", witnessed_json(report.witnessed)},
          {"errorCount", report.error_count},
          {"errors", std::move(errors)}};
}

void print_verification(const log::VerifyReport& report) {
  print_text(
      fmt::format("{}: level {}, size {}{}\n{} entries; signatures: {} own, {} "
                  "custodial, {} system; {} parts, {} erased, {} suspect{}\n",
                  report.ok ? "ok" : "NOT OK", report.level, report.size.value(),
                  report.level >= 2 ? ", root " + to_base64(report.root.view()) : std::string{},
                  report.entries, report.signatures.own, report.signatures.custodial,
                  report.signatures.system, report.parts, report.erased, report.suspect,
                  report.reattested == 0 ? std::string{}
                                         : fmt::format(", {} attested again", report.reattested)));
  if (report.witnessed.newest_final)
    print_text(fmt::format("final up to size {}: enough witnesses cosigned it at {}\n",
                           report.witnessed.newest_final->size.value(),
                           time_text(report.witnessed.newest_final->time_s)));
  for (const log::VerifyError& error : report.errors)
    print_text(fmt::format("{}  {}: {}: {}\n",
                           error.position ? std::to_string(error.position->value()) : "-",
                           shown(error.place), error.code, shown(error.detail)));
  if (report.error_count > report.errors.size())
    print_text(fmt::format("and {} more\n", report.error_count - report.errors.size()));
}

}  // namespace stafett::tools
