#include "tools/export_tables.h"

#include <boost/json.hpp>

#include "projections/statistics/document.h"
#include "projections/statistics/publication.h"
#include "server/reported/reported_export.h"

namespace stafett::tools {
namespace {

using bti::Cell;
using bti::ColumnType;

// The same to all forms that were asked for.
class Tables final {
 public:
  explicit Tables(const std::vector<bti::TableWriter*>& writers) : writers_(writers) {}
  Result<void> begin(const std::string& name, const std::vector<bti::Column>& columns) const {
    for (bti::TableWriter* writer : writers_) ENGINE_TRY_VOID(writer->begin(name, columns));
    return {};
  }
  Result<void> row(const std::vector<Cell>& cells) const {
    for (bti::TableWriter* writer : writers_) ENGINE_TRY_VOID(writer->row(cells));
    return {};
  }

 private:
  const std::vector<bti::TableWriter*>& writers_;
};

Cell text_of(const boost::json::value& value) {
  if (value.is_null()) return {};
  if (value.is_string()) return std::string{value.get_string()};
  return boost::json::serialize(value);
}

Cell number_of(const bti::FigureCell& cell) {
  if (const auto* whole = std::get_if<std::int64_t>(&cell.value))
    return static_cast<double>(*whole);
  if (const auto* real = std::get_if<double>(&cell.value)) return *real;
  return {};
}

Result<void> write_figures(const bti::BtiLog& opened, const Tables& tables) {
  ENGINE_TRY_VOID(tables.begin("figures", {{"from_date", ColumnType::text},
                                           {"to_date", ColumnType::text},
                                           {"figure", ColumnType::text},
                                           {"key", ColumnType::text},
                                           {"value", ColumnType::real}}));
  ENGINE_TRY(all, bti::publications(*opened.log, opened.gate->source(), opened.log->head().size));
  for (const bti::Publication& one : all) {
    if (bti::find_for_consumer(all, one.period) != &one) continue;
    ENGINE_TRY(cells, bti::cells_of(one.figures));
    for (const bti::FigureCell& cell : cells)
      ENGINE_TRY_VOID(tables.row({one.period.from.to_text(), one.period.to.to_text(), cell.figure,
                                  cell.key, number_of(cell)}));
  }
  return {};
}

}  // namespace

Result<void> write_tables(const bti::BtiLog& opened, const std::string& person,
                          const std::vector<bti::TableWriter*>& writers) {
  ENGINE_TRY(id, opened.gate->labels().find(log::LabelSpace::person, person));
  if (!id) return Error{Errc::not_found, "nobody is called " + person};
  const Tables tables{writers};
  ENGINE_TRY_VOID(tables.begin("events", {{"case_name", ColumnType::text},
                                          {"type", ColumnType::text},
                                          {"service_kind", ColumnType::text},
                                          {"week", ColumnType::text},
                                          {"data", ColumnType::text}}));
  ENGINE_TRY_VOID(server::for_each_reported(
      *opened.log, *opened.gate, ActorId{*id}, "export tables",
      [&](const boost::json::object& event) {
        return tables.row({text_of(event.at("case")), text_of(event.at("type")),
                           text_of(event.at("serviceKind")), text_of(event.at("week")),
                           boost::json::serialize(event.at("data"))});
      }));
  ENGINE_TRY_VOID(write_figures(opened, tables));
  for (bti::TableWriter* writer : writers) ENGINE_TRY_VOID(writer->finish());
  return {};
}

}  // namespace stafett::tools
