#include "server/config/server_config.h"

#include <algorithm>

#include "engine/storage/files.h"
#include "server/config/sections.h"
#include "server/config/toml_section.h"
#include "server/groups/webhook_hosts.h"
#include "server/http/endpoint.h"

namespace stafett::server {
namespace {

template <class Section>
void read(TomlSource& source, const toml::table& table, const std::string& prefix, Section& section,
          void (*fields)(SectionFields&, Section&), std::map<std::string, Provenance>& provenance) {
  TomlSection reader{table, prefix, source, provenance};
  fields(reader, section);
  reader.end();
}

// `[[name]]`, as often as it is there.
template <class Section>
void read_each(TomlSource& source, const toml::node& node, const std::string& name,
               std::size_t count_max, std::vector<Section>& sections,
               void (*fields)(SectionFields&, Section&),
               std::map<std::string, Provenance>& provenance) {
  const toml::array* tables = node.as_array();
  const bool is_tables = tables && !tables->empty() && tables->is_homogeneous<toml::table>();
  if (!is_tables || source.from == Provenance::From::command_line)
    return source.fault(node.source().begin, name, "is written as [[" + name + "]], in the file");
  if (tables->size() > count_max)
    return source.fault(node.source().begin, name, "at most " + std::to_string(count_max));
  for (const toml::node& one : *tables) {
    const std::string full = name + "[" + std::to_string(sections.size()) + "]";
    provenance[full] = {source.from, static_cast<unsigned>(one.source().begin.line)};
    read(source, *one.as_table(), full + ".", sections.emplace_back(), fields, provenance);
  }
}

void read_document(TomlSource& source, std::string_view text, ServerConfig& config) {
  toml::table document;
  try {
    document = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return source.fault(error.source().begin, {}, std::string{error.description()});
  }
  for (const auto& [key, node] : document) {
    const std::string name{key.str()};
    if (name == "http" && node.is_table())
      read(source, *node.as_table(), "http.", config.http, http_fields, config.provenance);
    else if (name == "limits" && node.is_table())
      read(source, *node.as_table(), "limits.", config.limits, limits_fields, config.provenance);
    else if (name == "webhooks" && node.is_table())
      read(source, *node.as_table(), "webhooks.", config.webhooks, webhooks_fields,
           config.provenance);
    else if (name == "sign_in" && node.is_table())
      read(source, *node.as_table(), "sign_in.", config.sign_in, sign_in_fields, config.provenance);
    else if (name == "http" || name == "limits" || name == "webhooks" || name == "sign_in")
      source.fault(key.source().begin, name, "is a section, [" + name + "]");
    else if (name == "listener")
      read_each(source, node, name, kListenersMax, config.listeners, listener_fields,
                config.provenance);
    else if (name == "log")
      read_each(source, node, name, kLogsMax, config.logs, log_fields, config.provenance);
    else
      source.fault(key.source().begin, name, "there is no such key");
  }
}

// What no single value can be wrong about.
class Whole final {
 public:
  Whole(const ServerConfig& config, std::string name) : config_(config), name_(std::move(name)) {}

  std::vector<std::string> faults() {
    if (config_.listeners.empty())
      add("listener", "at least one is needed");
    else if (std::ranges::all_of(config_.listeners, &ListenerSection::is_native))
      add("listener", "at least one of HTTP is needed");
    if (config_.logs.empty()) add("log", "at least one is needed");
    const auto hosts = WebhookHosts::of(config_.webhooks.allowed_hosts);
    if (!hosts) add("webhooks.allowed_hosts", hosts.error().detail());
    for (std::size_t i = 0; i < config_.listeners.size(); ++i)
      look_at(config_.listeners[i], "listener[" + std::to_string(i) + "]");
    for (std::size_t i = 0; i < config_.logs.size(); ++i) {
      const std::string place = "log[" + std::to_string(i) + "]";
      const std::string& directory = config_.logs[i].directory;
      if (directory.empty())
        add(place, "`directory` is missing");
      else if (!directories_.insert(directory).second)
        add(place, directory + " is there twice");
    }
    return std::move(faults_);
  }

 private:
  void look_at(const ListenerSection& listener, const std::string& place) {
    if (listener.address.empty()) return add(place, "`address` is missing");
    const Result<Endpoint> endpoint = parse_endpoint(listener.address);
    if (!endpoint) return add(place + ".address", endpoint.error().detail());
    if (listener.protocol != "http" && listener.protocol != "native")
      return add(place + ".protocol", "is \"http\" or \"native\"");
    if (listener.certificate.empty() != listener.key.empty())
      return add(place, "`certificate` and `key` belong together");
    if (!listener.is_encrypted() && !endpoint->address.is_loopback())
      return add(place, "what is not on loopback needs `certificate` and `key`");
    const bool is_first = addresses_.insert(listener.address).second;
    if (!is_first && endpoint->port != 0) add(place, listener.address + " is there twice");
  }
  void add(const std::string& place, const std::string& what) {
    const Provenance provenance = config_.provenance_of(place);
    const std::string line =
        provenance.from == Provenance::From::file ? ":" + std::to_string(provenance.line) : "";
    faults_.push_back(name_ + line + ": " + place + ": " + what);
  }

  const ServerConfig& config_;
  const std::string name_;
  std::set<std::string> addresses_, directories_;
  std::vector<std::string> faults_;
};

Result<ServerConfig> parse_in(const ConfigText& given, const std::filesystem::path& folder) {
  ServerConfig config;
  TomlSource file{given.name, Provenance::From::file, folder};
  read_document(file, given.text, config);
  std::vector<std::string> faults = std::move(file.faults);
  for (const std::string& line : given.overrides) {
    TomlSource words{"--set", Provenance::From::command_line, {}};
    read_document(words, line, config);
    std::ranges::move(words.faults, std::back_inserter(faults));
  }
  if (faults.empty()) faults = Whole{config, given.name}.faults();
  if (faults.empty()) return config;
  std::string all;
  for (const std::string& fault : faults) all += (all.empty() ? "" : "\n") + fault;
  return Error{Errc::invalid_argument, all};
}

}  // namespace

Provenance ServerConfig::provenance_of(const std::string& name) const {
  const auto found = provenance.find(name);
  return found == provenance.end() ? Provenance{} : found->second;
}

bool ServerConfig::is_on_loopback() const {
  return std::ranges::all_of(listeners, [](const ListenerSection& listener) {
    const Result<Endpoint> endpoint = parse_endpoint(listener.address);
    return endpoint && endpoint->address.is_loopback();
  });
}

Result<ServerConfig> parse_config(const ConfigText& given) {
  return parse_in(given, {});
}

Result<ServerConfig> read_config(const std::string& path, std::vector<std::string> overrides) {
  ENGINE_TRY(bytes, storage::posix_files().read(path, kConfigBytesMax));
  return parse_in({as_text(bytes), path, std::move(overrides)},
                  std::filesystem::path{path}.parent_path());
}

Result<ServerConfig> config_of_words(const std::vector<std::string>& directories,
                                     const std::string& listen, const std::string& native) {
  ServerConfig config;
  const Provenance words{Provenance::From::command_line, 0};
  config.listeners.emplace_back().address = listen;
  config.provenance["listener[0].address"] = words;
  if (!native.empty()) {
    ListenerSection& listener = config.listeners.emplace_back();
    listener.address = native;
    listener.protocol = "native";
    config.provenance["listener[1].address"] = config.provenance["listener[1].protocol"] = words;
  }
  for (const std::string& directory : directories) {
    const std::string place = "log[" + std::to_string(config.logs.size()) + "].";
    LogSection& log = config.logs.emplace_back();
    log.directory = directory;
    log.public_grid = std::chrono::seconds{0};
    config.provenance[place + "directory"] = config.provenance[place + "public_grid"] = words;
  }
  const std::vector<std::string> faults = Whole{config, "serve"}.faults();
  if (!faults.empty()) return Error{Errc::invalid_argument, faults.front()};
  return config;
}

}  // namespace stafett::server
