#include "projections/findings/finding.h"

#include <algorithm>
#include <boost/json/array.hpp>

#include "engine/base/check.h"
#include "projections/findings/rule.h"

namespace stafett::bti {
namespace {

constexpr RuleNo kVerificationRule = 58;

const FindingRule* find_rule(RuleNo number) {
  for (const FindingRule& rule : finding_rules())
    if (rule.number == number) return &rule;
  return nullptr;
}

boost::json::value date_or_null(std::int32_t day) {
  if (day == kNoDate) return nullptr;
  return boost::json::value(Date{day}.to_text());
}

}  // namespace

std::string rule_name(RuleNo rule) {
  std::string name{"F00"};
  name[1] = static_cast<char>('0' + rule / 10);
  name[2] = static_cast<char>('0' + rule % 10);
  return name;
}

std::string_view level_letter(FindingLevel level) {
  static constexpr std::string_view kLetters[] = {"B", "A", "R", "I"};
  return kLetters[static_cast<std::size_t>(level)];
}

FindingLevel level_of(RuleNo rule) {
  if (rule == kVerificationRule) return FindingLevel::breach;
  const FindingRule* found = find_rule(rule);
  CHECK(found);
  return found->level;
}

bool is_deadline(RuleNo rule) {
  const FindingRule* found = find_rule(rule);
  return found && found->kind == Kind::deadline;
}

std::string FindingRef::print(const LabelResolver& labels) const {
  std::string printed;
  const auto add = [&](const std::string& part) {
    if (!printed.empty()) printed += ':';
    printed += part;
  };
  if (event) add(labels.event(*event));
  if (person) add(labels.person(*person));
  if (!text.empty()) add(text);
  return printed;
}

std::vector<Finding> findings_on(std::span<const Course> courses, Date day) {
  std::vector<Finding> found;
  for (const Course& course : courses) {
    if (course.spans.front().first > day.days()) continue;
    Finding finding{
        course.rule, course.ref, course.spans.front().first, kNoDate, course.profile_version,
        course.proof};
    bool holds = false;
    for (const Span& span : course.spans) {
      if (span.first > day.days()) break;
      if (span.cleared == kNoDate || span.cleared > day.days())
        holds = true;
      else
        finding.cleared = std::max(finding.cleared, span.cleared);
    }
    if (holds) finding.cleared = kNoDate;
    found.push_back(std::move(finding));
  }
  return found;
}

boost::json::object to_json(const Finding& finding, const SubjectId& case_id,
                            const LabelResolver& labels) {
  boost::json::array proof;
  for (const EventId& event : finding.proof) proof.emplace_back(labels.event(event));
  return {
      {"case", labels.case_id(case_id)},           {"rule", rule_name(finding.rule)},
      {"ref", finding.ref.print(labels)},          {"level", level_letter(level_of(finding.rule))},
      {"first", date_or_null(finding.first)},      {"cleared", date_or_null(finding.cleared)},
      {"profileVersion", finding.profile_version}, {"proof", std::move(proof)}};
}

std::vector<boost::json::object> to_json_sorted(std::span<const Finding> findings,
                                                const SubjectId& case_id,
                                                const LabelResolver& labels) {
  std::vector<boost::json::object> rows;
  for (const Finding& finding : findings) rows.push_back(to_json(finding, case_id, labels));
  const auto key = [](const boost::json::object& row) {
    return std::pair<std::string_view, std::string_view>{row.at("rule").as_string(),
                                                         row.at("ref").as_string()};
  };
  std::ranges::sort(rows, {}, key);
  return rows;
}

}  // namespace stafett::bti
