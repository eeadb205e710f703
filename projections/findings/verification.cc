#include "projections/findings/verification.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>

namespace stafett::bti {
namespace {

constexpr std::array<std::string_view, 5> kFaults = {"entry-hash", "part-digest", "part-missing",
                                                     "signature", "stream-link"};

}  // namespace

Result<std::vector<Position>> faults_in_report(const boost::json::value& report,
                                               std::string_view origin) {
  const auto* object = report.if_object();
  const auto* errors = object ? object->if_contains("errors") : nullptr;
  const auto* reported = object ? object->if_contains("origin") : nullptr;
  if (!errors || !errors->is_array() || !reported || !reported->is_string())
    return Error{Errc::malformed, "no report of verify --json"};
  if (std::string_view{reported->get_string()} != origin)
    return Error{Errc::invalid_argument,
                 "a report of " + std::string{reported->get_string()} + ", which is not this log"};
  std::vector<Position> positions;
  for (const boost::json::value& error : errors->get_array()) {
    const auto* fields = error.if_object();
    const auto* code = fields ? fields->if_contains("code") : nullptr;
    const auto* position = fields ? fields->if_contains("position") : nullptr;
    if (!code || !code->is_string() || !position)
      return Error{Errc::malformed, "an error without code or position"};
    if (position->is_null() ||
        std::ranges::find(kFaults, std::string_view{code->get_string()}) == kFaults.end())
      continue;
    boost::system::error_code wrong;
    positions.push_back(Position{position->to_number<std::uint64_t>(wrong)});
    if (wrong) return Error{Errc::malformed, "a position is no number"};
  }
  std::ranges::sort(positions);
  const auto repeated = std::ranges::unique(positions);
  positions.erase(repeated.begin(), repeated.end());
  return positions;
}

Finding chain_fault(Position position, TimeUs recorded_at, const ProfileHistory& profiles) {
  const Date day = local_date(recorded_at);
  Finding finding;
  finding.rule = kChainFault;
  finding.ref.text = "pos:" + std::to_string(position.value());
  finding.first = day.days();
  finding.profile_version = profiles.in_force(day).version;
  return finding;
}

}  // namespace stafett::bti
