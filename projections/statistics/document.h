#pragma once
// StatisticsDocument: the figures of a period as they are handed on: as JSON, JSON Lines or CSV.
//
// Source:  docs/reference/statistics.md
// Threads: values.

#include <variant>

#include "engine/base/result.h"
#include "projections/statistics/publication.h"

namespace stafett::bti {

enum class SmallNumbers : std::uint8_t { shown, suppressed };

struct StatisticsDocument {
  DatePeriod period;
  TreeSize size;  // what was known: entries [0, size)
  SmallNumbers small = SmallNumbers::suppressed;
  std::optional<TimeUs> published;  // when; none: computed now
  boost::json::object figures;

  static StatisticsDocument of(const Publication& publication);
};

// One number of the figures: ("raised", "school", 12); of a table's total the key is "total".
struct FigureCell {
  std::string figure;
  std::string key;
  // Nothing: suppressed, or the median of none.
  std::variant<std::monostate, std::int64_t, double> value;
};
// In the order of the figures. Errors: corrupt (an event that another program recorded).
Result<std::vector<FigureCell>> cells_of(const boost::json::object& figures);

// {"from","to","size","suppressed","published","figures"}.
boost::json::object to_json(const StatisticsDocument& document);
// A line per figure: {"from","to","figure", and what the figure has}.
std::string to_json_lines(const StatisticsDocument& document);
// RFC 4180: table,key,value; a line per number, and an empty value where there is none.
Result<std::string> to_csv(const StatisticsDocument& document);

}  // namespace stafett::bti
