// stafett config: what a configuration file says, and whether it may.

#include <fmt/format.h>

#include <boost/json.hpp>
#include <sstream>

#include "server/config/server_config.h"
#include "tools/command.h"
#include "tools/served_issuers.h"
#include "tools/served_sessions.h"

namespace stafett::tools {
namespace {

using server::ConfigValue;
using server::Provenance;

struct ConfigWords {
  std::string file;
  std::vector<std::string> overrides;
  bool json = false;
};

std::string provenance_text(const Provenance& provenance) {
  switch (provenance.from) {
    case Provenance::From::file:
      return "line " + std::to_string(provenance.line);
    case Provenance::From::command_line:
      return "command line";
    case Provenance::From::default_value:
      break;
  }
  return "default";
}

const char* provenance_name(const Provenance& provenance) {
  switch (provenance.from) {
    case Provenance::From::file:
      return "file";
    case Provenance::From::command_line:
      return "commandLine";
    case Provenance::From::default_value:
      break;
  }
  return "default";
}

// A value as the file has it, or null.
boost::json::value plain(const std::string& text) {
  if (text.empty()) return nullptr;
  if (text.front() == '"') return boost::json::string(text.substr(1, text.size() - 2));
  if (text.front() == '[') return boost::json::parse(text);
  return std::stoll(text);
}

boost::json::object to_json(const ConfigValue& value) {
  boost::json::object out{{"key", value.name},
                          {"value", plain(value.value)},
                          {"default", plain(value.initial)},
                          {"allowed", value.allowed},
                          {"from", provenance_name(value.provenance)}};
  if (value.provenance.from == Provenance::From::file) out["line"] = value.provenance.line;
  return out;
}

Result<int> check(const ConfigWords& words) {
  ENGINE_TRY(config, server::read_config(words.file, words.overrides));
  ENGINE_TRY(issuers, read_issuers(config.sign_in.issuers));
  ENGINE_TRY_VOID(session_settings(config.sign_in, issuers));
  return int{kDone};
}

Result<int> show(const ConfigWords& words) {
  server::ServerConfig config;
  if (!words.file.empty()) {
    ENGINE_TRY(read, server::read_config(words.file, words.overrides));
    config = std::move(read);
  }
  for (const ConfigValue& value : server::values_of(config)) {
    if (words.json)
      print_line(to_json(value));
    else
      print_text(fmt::format("{:28} {:24} {}\n", value.name,
                             value.value.empty() ? "-" : value.value,
                             provenance_text(value.provenance)));
  }
  return int{kDone};
}

// A file that is not there or cannot be read is as wrong as one that says nonsense.
int failed(const Error& error) {
  std::istringstream lines{error.detail()};
  for (std::string line; std::getline(lines, line);) talk(line);
  return kUsage;
}

CLI::App* add_config_verb(CLI::App& config, Run& run, const std::shared_ptr<ConfigWords>& words,
                          const char* name, const char* what,
                          Result<int> (*verb)(const ConfigWords&)) {
  CLI::App* command = config.add_subcommand(name, what);
  command->callback([words, &run, verb] {
    run = [words, verb] {
      const Result<int> code = verb(*words);
      return code ? *code : failed(code.error());
    };
  });
  return command;
}

}  // namespace

void add_config(CLI::App& app, Run& run) {
  auto words = std::make_shared<ConfigWords>();
  CLI::App* config = app.add_subcommand("config", "The configuration file of a server");
  config->require_subcommand(1);
  CLI::App* checking =
      add_config_verb(*config, run, words, "check", "Says all that is wrong with a file", check);
  checking->add_option("FILE", words->file, "the file")->required();
  CLI::App* showing =
      add_config_verb(*config, run, words, "show",
                      "Each value and where it comes from; without a file the defaults", show);
  CLI::Option* file = showing->add_option("FILE", words->file, "the file");
  showing->add_flag("--json", words->json, "JSON Lines, with defaults and bounds");
  checking->add_option("--set", words->overrides, "KEY=VALUE of a section, as a line of TOML");
  showing->add_option("--set", words->overrides, "KEY=VALUE of a section, as a line of TOML")
      ->needs(file);
}

}  // namespace stafett::tools
