#include "tools/verify_report.h"

#include <fmt/format.h>

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

}  // namespace

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
                           error.place, error.code, error.detail));
  if (report.error_count > report.errors.size())
    print_text(fmt::format("and {} more\n", report.error_count - report.errors.size()));
}

}  // namespace stafett::tools
