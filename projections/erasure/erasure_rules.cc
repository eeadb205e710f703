#include "projections/erasure/erasure_rules.h"

#include <algorithm>

namespace stafett::bti {
namespace {

constexpr std::string_view kNames[] = {"", "retention", "request", "court"};

Date years_after(Date date, int years) {
  return add_months(date, 12 * years);
}

std::optional<std::string> kept_until(Date date, Date today, const char* why) {
  if (date <= today) return std::nullopt;
  return std::string{why} + " until " + date.to_text();
}

}  // namespace

std::optional<std::string> why_not_erased(const CaseState& state, format::ErasureBasis basis,
                                          Date today, const Profile& profile) {
  switch (basis) {
    case format::ErasureBasis::retention:
      if (state.archive != ArchiveStatus::receipted)
        return "the log is not archived, or its receipt has not come";
      return kept_until(years_after(Date{state.archive_on}, profile.retention_years), today,
                        "retentionYears keep the case");
    case format::ErasureBasis::request: {
      const bool granted = std::ranges::any_of(state.rights, [](const RightsRequest& request) {
        return request.kind == schema::RightsRequestedKind::ERASURE &&
               request.outcome == schema::RightsAnsweredOutcome::GRANTED;
      });
      if (granted) return std::nullopt;
      return "no request for erasure was granted in the case";
    }
    case format::ErasureBasis::court:
      return std::nullopt;
    case format::ErasureBasis::none:
      break;
  }
  return "an erasure has a basis";
}

std::optional<std::string> why_accesses_stay(Date newest, Date today, const Profile& profile) {
  return kept_until(years_after(newest, profile.read_retention_years), today,
                    "readRetentionYears keep the accesses");
}

std::optional<format::ErasureBasis> basis_named(std::string_view name) {
  for (std::size_t i = 1; i < std::size(kNames); ++i)
    if (kNames[i] == name) return static_cast<format::ErasureBasis>(i);
  return std::nullopt;
}

std::string_view basis_name(format::ErasureBasis basis) {
  return kNames[static_cast<std::size_t>(basis)];
}

}  // namespace stafett::bti
