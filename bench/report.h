#pragma once
// Report: what was measured, each line beside its limit and the promise it is held to.
//
// Source:  docs/performance.md
// Threads: one.

#include <boost/json/object.hpp>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "bench/timing.h"

namespace stafett::bench {

// What a line promises, of its ratio when it has a limit, else of its value.
struct Promise {
  enum class Sense { at_least, at_most } sense = Sense::at_least;
  double bound = 0;
};

struct Line {
  std::string suite;
  std::string what;
  double value = 0;
  std::string unit;        // "events/s", "s", "MiB"
  std::string limit_name;  // empty: no limit
  double limit = 0;        // in the same unit
  std::optional<double> ratio;
  std::optional<Promise> promise;
  std::string note;  // why something was not measured, or what it was measured on

  std::optional<bool> held() const;
};

class Report final {
 public:
  void add(Line line);
  // Median value and limit, median ratio.
  void add(const std::string& suite, const std::string& what, const Rounds& rounds,
           const std::string& limit_name, std::optional<Promise> promise = {});
  // A condition of the run: name and value.
  void condition(const std::string& name, const std::string& value);

  void print(std::FILE* out) const;
  boost::json::object to_json() const;
  bool all_held() const;

  // Told of every line as it is added, for those who wait.
  std::FILE* progress = nullptr;

 private:
  std::vector<std::pair<std::string, std::string>> conditions_;
  std::vector<Line> lines_;
};

}  // namespace stafett::bench
