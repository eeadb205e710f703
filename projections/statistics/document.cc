#include "projections/statistics/document.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "engine/base/clock.h"

namespace stafett::bti {
namespace {

using boost::json::value;

// Empty: neither a number nor null.
std::optional<FigureCell> cell_of(std::string_view figure, std::string_view key,
                                  const value& number) {
  FigureCell cell{std::string{figure}, std::string{key}, {}};
  if (const std::int64_t* whole = number.if_int64())
    cell.value = *whole;
  else if (const double* part = number.if_double())
    cell.value = *part;
  else if (!number.is_null())
    return std::nullopt;
  return cell;
}

// The numbers of one figure; those of a table's cells under their keys.
bool add_cells(std::string_view figure, const boost::json::object& members,
               std::vector<FigureCell>& out) {
  for (const auto& [key, member] : members) {
    if (const boost::json::object* cells = member.if_object()) {
      if (key != "cells" || !add_cells(figure, *cells, out)) return false;
      continue;
    }
    std::optional<FigureCell> cell = cell_of(figure, key, member);
    if (!cell) return false;
    out.push_back(std::move(*cell));
  }
  return true;
}

std::string csv_field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string{text};
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

std::string csv_value(const FigureCell& cell) {
  if (const auto* whole = std::get_if<std::int64_t>(&cell.value)) return std::to_string(*whole);
  if (const auto* part = std::get_if<double>(&cell.value)) return fmt::format("{}", *part);
  return "";
}

}  // namespace

StatisticsDocument StatisticsDocument::of(const Publication& publication) {
  return {publication.period, TreeSize{publication.position.value()}, SmallNumbers::suppressed,
          publication.recorded_at, publication.figures};
}

Result<std::vector<FigureCell>> cells_of(const boost::json::object& figures) {
  std::vector<FigureCell> cells;
  for (const auto& [name, figure] : figures)
    if (!figure.is_object() || !add_cells(name, figure.get_object(), cells))
      return Error{Errc::corrupt, "these figures are of no form that is known"};
  return cells;
}

boost::json::object to_json(const StatisticsDocument& document) {
  return {{"from", document.period.from.to_text()},
          {"to", document.period.to.to_text()},
          {"size", document.size.value()},
          {"suppressed", document.small == SmallNumbers::suppressed},
          {"published", document.published ? value(to_text(*document.published)) : value(nullptr)},
          {"figures", document.figures}};
}

std::string to_json_lines(const StatisticsDocument& document) {
  std::string out;
  for (const auto& [name, figure] : document.figures) {
    boost::json::object line{{"from", document.period.from.to_text()},
                             {"to", document.period.to.to_text()},
                             {"figure", name}};
    if (const boost::json::object* members = figure.if_object())
      for (const auto& [key, member] : *members) line[key] = member;
    out += boost::json::serialize(line) + "\n";
  }
  return out;
}

Result<std::string> to_csv(const StatisticsDocument& document) {
  ENGINE_TRY(cells, cells_of(document.figures));
  std::string out = "table,key,value\r\n";
  for (const FigureCell& cell : cells)
    out += csv_field(cell.figure) + "," + csv_field(cell.key) + "," + csv_value(cell) + "\r\n";
  return out;
}

}  // namespace stafett::bti
