// The matrix as JSON.

#include <algorithm>
#include <boost/json/array.hpp>

#include "engine/base/clock.h"
#include "projections/access/access_matrix.h"
#include "projections/catalogue/enum_name.h"
#include "projections/recorder/json_event.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

constexpr std::string_view kBasisNames[] = {"ok", "uncovered", "expired", "withdrawn", "none"};
constexpr unsigned kRolesMax = 16;

json::value text(std::string_view text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::array classes_of(ClassSet classes) {
  json::array out;
  if (classes.has_fact()) out.emplace_back("fact");
  if (classes.has_narrative()) out.emplace_back("narrative");
  if (classes.has_identity()) out.emplace_back("identity");
  return out;
}

json::object to_json(const ScopeStatus& scope, const LabelResolver& labels) {
  json::array consenters;
  for (const ConsenterStatus& one : scope.consenters)
    consenters.push_back({{"person", labels.person(one.person)},
                          {"status", status_name(one.status)},
                          {"consent", text(one.consent)}});
  return {{"status", status_name(scope.status)}, {"consenters", std::move(consenters)}};
}

json::object to_json(const RowAccess& row) {
  json::array consents;
  for (const std::string& one : row.consents) consents.emplace_back(one);
  return {{"row", row.as_operator ? "operator" : row_name(row.row)},
          {"until", row.until ? json::value(to_text(*row.until)) : json::value(nullptr)},
          {"consents", std::move(consents)}};
}

json::object to_json(const ReaderAccess& reader, const AccessMatrix& matrix,
                     const Registration* registered, const LabelResolver& labels) {
  json::array rows, gives, roles;
  for (const RowAccess& row : reader.rows) {
    // Called, and named or covered, is one row of the table.
    if (row.row == ViewerRow::named_coordinator && !row.as_operator) continue;
    rows.push_back(to_json(row));
  }
  for (const CompartmentAccess& one : reader.gives)
    gives.push_back({{"compartment", compartment_name(one.compartment)},
                     {"classes", classes_of(one.classes)},
                     {"events", one.events},
                     {"of", matrix.events[static_cast<std::size_t>(one.compartment)]}});
  for (unsigned i = 1; registered && i < kRolesMax; ++i)
    if (const auto role = static_cast<schema::Role>(i); registered->roles.has(role))
      roles.emplace_back(enum_name(role));
  return {{"person", labels.person(reader.person)},
          {"roles", std::move(roles)},
          {"service", registered ? text(registered->service) : json::value(nullptr)},
          {"basis", kBasisNames[static_cast<std::size_t>(reader.basis)]},
          {"rows", std::move(rows)},
          {"gives", std::move(gives)}};
}

}  // namespace

json::object to_json(const AccessMatrix& matrix, const Directory& directory, TimeUs at,
                     const LabelResolver& labels) {
  json::object out;
  out["holder"] = nullptr;
  if (matrix.holder)
    out["holder"] = {{"person", labels.person(matrix.holder->person)},
                     {"service", text(matrix.holder_service)},
                     {"since", matrix.holder->since == kNoDate
                                   ? json::value(nullptr)
                                   : json::value(Date{matrix.holder->since}.to_text())}};
  json::object services;
  for (const ScopeStatus& one : matrix.services) services[one.service] = to_json(one, labels);
  out["consent"] = {{"openLog", to_json(matrix.open_log, labels)},
                    {"services", std::move(services)}};
  std::vector<json::object> readers;
  for (const ReaderAccess& one : matrix.readers)
    readers.push_back(to_json(one, matrix, directory.person(one.person, {at}), labels));
  std::sort(readers.begin(), readers.end(), [](const json::object& a, const json::object& b) {
    return a.at("person").as_string() < b.at("person").as_string();
  });
  json::array sorted;
  for (json::object& one : readers) sorted.push_back(std::move(one));
  out["readers"] = std::move(sorted);
  return out;
}

}  // namespace stafett::bti
