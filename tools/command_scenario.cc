// stafett scenario: plays scenario files through a log of their own, and judges or prints.

#include <unistd.h>

#include <boost/json.hpp>
#include <filesystem>

#include "projections/scenario/scenario_report.h"
#include "tools/command.h"
#include "tools/open_log.h"

namespace stafett::tools {
namespace {

namespace fs = std::filesystem;

struct ScenarioWords {
  std::vector<std::string> files;
  std::string directory;
  bool print = false;
  bool json = false;
};

// Gone with the play. In memory where the system has a place for that: a log that is thrown away
// need not wait for a disk, and its keys never touch one.
class PassingPlace final {
 public:
  static Result<std::unique_ptr<PassingPlace>> make() {
    std::error_code error;
    const fs::path memory = "/dev/shm";
    fs::path place = ::access(memory.c_str(), W_OK) == 0 ? memory : fs::temp_directory_path(error);
    if (error) return Error{Errc::io, "no place for temporary files"};
    std::string pattern = (place / "stafett-scenario-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) return Error{Errc::io, "cannot make " + pattern};
    return std::unique_ptr<PassingPlace>{new PassingPlace{pattern}};
  }
  ~PassingPlace() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  explicit PassingPlace(std::string path) : path_(std::move(path)) {}
  const std::string path_;
};

void print_report(const boost::json::object& report, const ScenarioWords& words) {
  if (words.json) return print_line(report);
  print_text(std::string{report.at("ok").as_bool() ? "ok    " : "FAIL  "} +
             std::string{report.at("scenario").as_string()} + ": " +
             boost::json::serialize(report.at("checks")) + " checks, " +
             boost::json::serialize(report.at("skipped")) + " skipped\n");
  for (const boost::json::value& failure : report.at("failures").as_array())
    print_text("      " + std::string{failure.at("expect").as_string()} + "\n        want " +
               boost::json::serialize(failure.at("want")) + "\n        got  " +
               boost::json::serialize(failure.at("got")) + "\n");
}

// True: everything expected was met.
Result<bool> play_file(const std::string& file, const std::string& log_directory,
                       const ScenarioWords& words) {
  ENGINE_TRY(text, storage::posix_files().read(file, bti::kScenarioBytesMax));
  ENGINE_TRY(scenario, bti::parse_scenario(as_text(text)));
  ENGINE_TRY(play, bti::ScenarioPlay::play(scenario, log::LogPaths::beside(log_directory),
                                           storage::posix_files(), system_random()));
  if (words.print) {
    ENGINE_TRY(printed, bti::print_scenario(scenario, *play));
    words.json ? print_line(printed) : print_indented(printed);
    return true;
  }
  ENGINE_TRY(report, bti::judge_scenario(scenario, *play));
  print_report(report, words);
  return report.at("ok").as_bool();
}

Result<bool> play_in_place(const std::string& file, const ScenarioWords& words) {
  if (words.directory.empty()) {
    ENGINE_TRY(place, PassingPlace::make());
    return play_file(file, place->path() + "/log", words);
  }
  if (words.files.size() == 1) return play_file(file, words.directory, words);
  std::error_code error;
  fs::create_directories(words.directory, error);
  if (error) return Error{Errc::io, words.directory + ": " + error.message()};
  return play_file(file, (fs::path{words.directory} / fs::path{file}.stem()).string(), words);
}

// A file that cannot be played does not keep the others from being played.
int play_all(const ScenarioWords& words) {
  int code = kDone;
  for (const std::string& file : words.files) {
    const Result<bool> met = play_in_place(file, words);
    if (met && *met) continue;
    if (!met) {
      talk(file + ":");
      fail(met.error());
    }
    code = kFailed;
  }
  return code;
}

}  // namespace

void add_scenario(CLI::App& app, Run& run) {
  auto words = std::make_shared<ScenarioWords>();
  CLI::App* command = app.add_subcommand("scenario", "Plays scenario files and judges the outcome");
  command->add_option("FILE", words->files, "scenario files")->required();
  command->add_option("--dir", words->directory, "keeps the log: there, or one per file below it");
  command->add_flag("--print", words->print, "prints states and refusals instead of judging");
  command->add_flag("--json", words->json, "one JSON document per file");
  command->callback([words, &run] { run = [words] { return play_all(*words); }; });
}

}  // namespace stafett::tools
