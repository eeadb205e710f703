#pragma once
// Figures: what a municipality reports of a period: tables, medians and shares. A suppressed number
// is nothing.
//
// Source:  docs/reference/statistics.md
// Threads: values.

#include <array>
#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stafett::bti {

enum class TableId : std::uint8_t {
  raised,
  decided,
  opened,
  closed,
  open_at_end,
  holders,
  holder_changes,
  reads,
  findings
};
enum class MedianId : std::uint8_t { concern_to_decision, consent_to_log, meeting_to_measure };
enum class ShareId : std::uint8_t { evaluated_in_time, evaluated_with_child };
inline constexpr std::size_t kTableCount = 9;
inline constexpr std::size_t kMedianCount = 3;
inline constexpr std::size_t kShareCount = 2;

// A table's name, and its keys by cell: all values of the enum that it counts by.
struct TableForm {
  std::string_view name;
  std::vector<std::string> keys;
};
const TableForm& form_of(TableId table);
std::string_view name_of(MedianId median);
std::string_view name_of(ShareId share);

using Number = std::optional<std::uint64_t>;  // nothing: suppressed

struct Table {
  Number total = 0;
  std::vector<Number> cells;  // by the form's keys
  friend bool operator==(const Table&, const Table&) = default;
};
struct Median {
  Number n = 0;
  std::optional<std::int64_t> twice;  // the median times two; nothing: suppressed, or n is 0
  friend bool operator==(const Median&, const Median&) = default;
};
struct Share {
  Number n = 0;
  Number of = 0;
  friend bool operator==(const Share&, const Share&) = default;
};

struct Figures {
  std::array<Table, kTableCount> tables;
  std::array<Median, kMedianCount> medians;
  std::array<Share, kShareCount> shares;
  Figures();  // all zero, each table with its cells

  Table& of(TableId id) { return tables[static_cast<std::size_t>(id)]; }
  Median& of(MedianId id) { return medians[static_cast<std::size_t>(id)]; }
  Share& of(ShareId id) { return shares[static_cast<std::size_t>(id)]; }
  friend bool operator==(const Figures&, const Figures&) = default;
};

// {NAME: {"total","cells"}, NAME: {"n","median"}, NAME: {"n","of"}}.
boost::json::object to_json(const Figures& figures);

}  // namespace stafett::bti
