#include "tools/finding_lines.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "tools/terminal.h"

namespace stafett::tools {
namespace {

std::string line_of(const boost::json::object& finding, bti::Language language) {
  const auto text = [&](const char* key) {
    const boost::json::value& value = finding.at(key);
    return value.is_null() ? std::string{"-"} : shown(std::string_view{value.as_string()});
  };
  const std::string rule = text("rule");
  return fmt::format("{}  {} {}  {}  {:<10}  {}  {}\n", text("case"), rule, text("level"),
                     text("first"), text("cleared"),
                     bti::label(bti::LabelGroup::finding, rule, language), text("ref"));
}

}  // namespace

void print_findings(const std::map<SubjectId, std::vector<bti::Finding>>& findings,
                    const bti::LabelResolver& names, bti::Language language, bool json) {
  std::map<std::string, std::vector<boost::json::object>> by_label;
  for (const auto& [id, found] : findings)
    by_label[names.case_id(id)] = bti::to_json_sorted(found, id, names);
  for (const auto& [label, rows] : by_label)
    for (const boost::json::object& row : rows)
      json ? print_line(row) : print_text(line_of(row, language));
}

}  // namespace stafett::tools
