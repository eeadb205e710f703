#include "bench/report.h"

#include <fmt/format.h>

#include <boost/json.hpp>

namespace stafett::bench {
namespace {

std::string number(double value) {
  if (value >= 1000) return fmt::format("{:.0f}", value);
  if (value >= 10) return fmt::format("{:.1f}", value);
  return fmt::format("{:.3f}", value);
}

std::string promised(const Line& line) {
  if (!line.promise) return "";
  const char* sense = line.promise->sense == Promise::Sense::at_least ? ">=" : "<=";
  return fmt::format("{} {}", sense, number(line.promise->bound));
}

std::string verdict(const Line& line) {
  const std::optional<bool> held = line.held();
  return !held ? "" : *held ? "yes" : "NO";
}

// Processor time is comparable between runs on a machine that others use too.
std::string cpu_note(const CpuCost& cpu) {
  if (cpu.events == 0) return "";
  std::string note = fmt::format("cpu {:.1f} us each", cpu.each_us());
  if (cpu.limit_events > 0)
    note += fmt::format(", limit {:.1f} us: {:.3f}", cpu.limit_each_us(),
                        cpu.limit_each_us() / cpu.each_us());
  return note;
}

std::string row(const Line& line) {
  return fmt::format("{:<8} {:<52} {:>10} {:<9} {:<34} {:>10} {:>7} {:>9} {:<4} {}", line.suite,
                     line.what, number(line.value), line.unit, line.limit_name,
                     line.limit_name.empty() ? "" : number(line.limit),
                     line.ratio ? fmt::format("{:.3f}", *line.ratio) : "", promised(line),
                     verdict(line), line.note);
}

}  // namespace

std::optional<bool> Line::held() const {
  if (!promise) return std::nullopt;
  const double judged = ratio.value_or(value);
  return promise->sense == Promise::Sense::at_least ? judged >= promise->bound
                                                    : judged <= promise->bound;
}

void Report::add(Line line) {
  if (progress != nullptr) fmt::print(progress, "{}\n", row(line));
  lines_.push_back(std::move(line));
}

void Report::add(const std::string& suite, const std::string& what, const Rounds& rounds,
                 const std::string& limit_name, std::optional<Promise> promise) {
  add(Line{suite, what, median(rounds.measured), "events/s", limit_name, median(rounds.limit),
           rounds.ratio(), promise, cpu_note(rounds.cpu)});
}

void Report::condition(const std::string& name, const std::string& value) {
  conditions_.emplace_back(name, value);
}

void Report::print(std::FILE* out) const {
  for (const auto& [name, value] : conditions_) fmt::print(out, "{:<14} {}\n", name, value);
  fmt::print(out, "\n{:<8} {:<52} {:>10} {:<9} {:<34} {:>10} {:>7} {:>9} {}\n", "suite", "what",
             "measured", "", "limit", "", "ratio", "promised", "held");
  for (const Line& line : lines_) fmt::print(out, "{}\n", row(line));
}

boost::json::object Report::to_json() const {
  boost::json::object conditions;
  for (const auto& [name, value] : conditions_) conditions[name] = value;
  boost::json::array lines;
  for (const Line& line : lines_) {
    boost::json::object one{
        {"suite", line.suite}, {"what", line.what}, {"value", line.value}, {"unit", line.unit}};
    if (!line.limit_name.empty()) {
      one["limit"] = {{"name", line.limit_name}, {"value", line.limit}};
    }
    if (line.ratio) one["ratio"] = *line.ratio;
    if (line.promise)
      one["promised"] = {{line.promise->sense == Promise::Sense::at_least ? "atLeast" : "atMost",
                          line.promise->bound}};
    if (const std::optional<bool> held = line.held()) one["held"] = *held;
    if (!line.note.empty()) one["note"] = line.note;
    lines.push_back(std::move(one));
  }
  return {{"conditions", std::move(conditions)}, {"lines", std::move(lines)}};
}

bool Report::all_held() const {
  return std::all_of(lines_.begin(), lines_.end(),
                     [](const Line& line) { return line.held().value_or(true); });
}

}  // namespace stafett::bench
