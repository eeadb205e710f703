// stafett bench: runs the program of bench/ that was built beside this one.

#include <unistd.h>

#include <filesystem>

#include "tools/command.h"

namespace stafett::tools {
namespace {

int run_bench(const std::vector<std::string>& words) {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path bench = self.parent_path().parent_path() / "bench/stafett_bench";
  if (error || ::access(bench.c_str(), X_OK) != 0)
    return fail(Error{Errc::not_found, "the benchmarks are not built: " + bench.string()});
  std::vector<std::string> arguments{bench.string()};
  arguments.insert(arguments.end(), words.begin(), words.end());
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  ::execv(bench.c_str(), argv.data());
  return fail(Error{Errc::io, "cannot run " + bench.string()});
}

}  // namespace

void add_bench(CLI::App& app, Run& run) {
  CLI::App* command =
      app.add_subcommand("bench", "What bench/ measures, beside its limits: [SUITE] [--json]");
  command->prefix_command();
  command->callback(
      [command, &run] { run = [command] { return run_bench(command->remaining()); }; });
}

}  // namespace stafett::tools
