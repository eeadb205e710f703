#include "projections/statistics/figures.h"

#include "engine/base/check.h"
#include "projections/catalogue/registry.h"
#include "projections/findings/finding.h"

namespace stafett::bti {
namespace {

constexpr std::array<std::string_view, kMedianCount> kMedianNames{
    "daysConcernToDecision", "daysConsentToLog", "daysMeetingToMeasure"};
constexpr std::array<std::string_view, kShareCount> kShareNames{"evaluatedInTime",
                                                                "evaluatedWithChild"};

// The values of an enum of the catalogue; cell n is wire value n + 1.
std::vector<std::string> values_of(std::string_view event, std::string_view field) {
  const EventInfo* info = registry().find(event);
  CHECK(info != nullptr);
  const FieldInfo* found = info->field(field);
  CHECK(found != nullptr && found->enum_values.size() > 1);
  return {found->enum_values.begin() + 1, found->enum_values.end()};
}

std::vector<std::string> rules() {
  std::vector<std::string> names;
  for (RuleNo rule = 1; rule <= kRulesMax; ++rule) names.push_back(rule_name(rule));
  return names;
}

std::array<TableForm, kTableCount> make_forms() {
  const std::vector<std::string> levels{"1", "2", "3"};
  return {TableForm{"raised", values_of("ServiceRegistered", "kind")},
          TableForm{"decided", values_of("Level0Decided", "outcome")},
          TableForm{"opened", levels},
          TableForm{"closed", values_of("LogClosed", "reason")},
          TableForm{"openAtEnd", levels},
          TableForm{"holders", {"1", "2", "3", "4+"}},
          TableForm{"holderChanges", {"0", "1", "2", "3+"}},
          TableForm{"reads", values_of("EntryRead", "capacity")},
          TableForm{"findings", rules()}};
}

boost::json::value number(const Number& n) {
  return n ? boost::json::value(static_cast<std::int64_t>(*n)) : boost::json::value(nullptr);
}

boost::json::value median_value(const Median& median) {
  if (!median.twice) return nullptr;
  if (*median.twice % 2 == 0) return *median.twice / 2;
  return static_cast<double>(*median.twice) / 2;
}

}  // namespace

const TableForm& form_of(TableId table) {
  static const std::array<TableForm, kTableCount> forms = make_forms();
  return forms[static_cast<std::size_t>(table)];
}
std::string_view name_of(MedianId median) {
  return kMedianNames[static_cast<std::size_t>(median)];
}
std::string_view name_of(ShareId share) {
  return kShareNames[static_cast<std::size_t>(share)];
}

Figures::Figures() {
  for (std::size_t i = 0; i < kTableCount; ++i)
    tables[i].cells.assign(form_of(static_cast<TableId>(i)).keys.size(), 0);
}

boost::json::object to_json(const Figures& figures) {
  boost::json::object out;
  for (std::size_t i = 0; i < kTableCount; ++i) {
    const TableForm& form = form_of(static_cast<TableId>(i));
    boost::json::object cells;
    for (std::size_t cell = 0; cell < form.keys.size(); ++cell)
      cells[form.keys[cell]] = number(figures.tables[i].cells[cell]);
    out[form.name] = {{"total", number(figures.tables[i].total)}, {"cells", std::move(cells)}};
  }
  for (std::size_t i = 0; i < kMedianCount; ++i)
    out[kMedianNames[i]] = {{"n", number(figures.medians[i].n)},
                            {"median", median_value(figures.medians[i])}};
  for (std::size_t i = 0; i < kShareCount; ++i)
    out[kShareNames[i]] = {{"n", number(figures.shares[i].n)},
                           {"of", number(figures.shares[i].of)}};
  return out;
}

}  // namespace stafett::bti
