// stafett_bench [SUITE...] [--json] [--dir DIR] [--events N] [--growth N] [--rounds N]
//               [--no-postgres] [--existing DIR]
// Measures what docs/performance.md promises beside its limits, in the same run. Exit: 0 measured,
// 1 failed, 2 usage. A promise that does not hold is a line, not a failure: --strict makes it one.

#include <fmt/format.h>
#include <stdlib.h>

#include <boost/json.hpp>
#include <cstring>
#include <filesystem>

#include "bench/conditions.h"
#include "bench/suites.h"
#include "engine/base/encoding.h"
#include "engine/crypto/secret.h"

namespace stafett::bench {
namespace {

struct Arguments {
  std::vector<std::string> suites;
  SuiteOptions options;
  bool json = false;
  bool strict = false;
  std::string child;
};

int usage() {
  fmt::print(stderr,
             "usage: stafett_bench [SUITE...] [--json] [--strict] [--dir DIR] [--events N]\n"
             "                     [--growth N] [--rounds N] [--no-postgres] [--only TEXT]\n"
             "                     [--existing DIR]\n");
  for (const Suite& suite : suites()) fmt::print(stderr, "  {:<8} {}\n", suite.name, suite.what);
  return 2;
}

bool is_suite(const std::string& name) {
  return std::ranges::any_of(suites(), [&](const Suite& suite) { return suite.name == name; });
}

// Empty: wrong.
std::optional<Arguments> parse(int argc, char** argv) {
  Arguments arguments;
  SuiteOptions& options = arguments.options;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const auto value = [&]() -> std::string { return i + 1 < argc ? argv[++i] : ""; };
    const auto number = [&] { return parse_decimal(value()).value_or(0); };
    if (word == "--json") {
      arguments.json = true;
    } else if (word == "--strict") {
      arguments.strict = true;
    } else if (word == "--no-postgres") {
      options.postgres = false;
    } else if (word == "--dir") {
      options.directory = value();
      if (options.directory.empty()) return std::nullopt;
    } else if (word == "--existing") {
      options.existing = value();
      if (options.existing.empty()) return std::nullopt;
    } else if (word == "--only") {
      options.only = value();
    } else if (word == "--child") {
      arguments.child = value();
    } else if (word == "--events") {
      options.events = number();
    } else if (word == "--growth") {
      options.growth = number();
    } else if (word == "--rounds") {
      options.rounds = static_cast<unsigned>(number());
    } else if (is_suite(word)) {
      arguments.suites.push_back(word);
    } else {
      return std::nullopt;
    }
  }
  if (options.events == 0 || options.growth == 0 || options.rounds == 0) return std::nullopt;
  return arguments;
}

int measure(const Arguments& arguments) {
  Report report;
  report.progress = stderr;
  add_conditions(report, arguments.options.directory);
  bool failed = false;
  for (const Suite& suite : suites()) {
    if (!arguments.suites.empty() &&
        std::ranges::find(arguments.suites, suite.name) == arguments.suites.end())
      continue;
    const Result<void> done = suite.run(arguments.options, report);
    if (done) continue;
    fmt::print(stderr, "{}: {}\n", suite.name, done.error().to_string());
    failed = true;
  }
  if (arguments.json)
    fmt::print("{}\n", boost::json::serialize(report.to_json()));
  else
    report.print(stdout);
  return failed || (arguments.strict && !report.all_held()) ? 1 : 0;
}

// A directory of its own unless one is given; that one is kept.
int main(int argc, char** argv) {
  crypto::init();
  std::optional<Arguments> arguments = parse(argc, argv);
  if (!arguments) return usage();
  SuiteOptions& options = arguments->options;
  if (!arguments->child.empty())
    return run_child(arguments->child, options.directory, options.events);
  options.program = std::filesystem::read_symlink("/proc/self/exe").string();
  if (!options.directory.empty()) {
    std::filesystem::create_directories(options.directory);
    return measure(*arguments);
  }
  std::string name = (std::filesystem::temp_directory_path() / "stafett-bench-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) return 1;
  std::filesystem::permissions(name, std::filesystem::perms{0711});  // PostgreSQL is another user
  options.directory = name;
  const int code = measure(*arguments);
  std::filesystem::remove_all(name);
  return code;
}

}  // namespace
}  // namespace stafett::bench

int main(int argc, char** argv) {
  return stafett::bench::main(argc, argv);
}
