#pragma once
// TomlSection: a table of a TOML document, read into a section by its fields. Internal to the
// folder.
//
// Lifetime: table, faults and provenance outlive it.

#include <toml++/toml.h>

#include <filesystem>
#include <set>

#include "server/config/section_fields.h"
#include "server/config/server_config.h"

namespace stafett::server {

// Where a document comes from, and what was found wrong with it.
struct TomlSource {
  std::string name;
  Provenance::From from = Provenance::From::file;
  std::filesystem::path folder;       // paths begin here
  std::vector<std::string> faults{};  // "NAME:LINE:COLUMN: KEY: what"

  void fault(const toml::source_position& at, const std::string& key, const std::string& what);
};

class TomlSection final : public SectionFields {
 public:
  TomlSection(const toml::table& table, std::string prefix, TomlSource& source,
              std::map<std::string, Provenance>& provenance)
      : table_(table), prefix_(std::move(prefix)), source_(source), provenance_(provenance) {}

  void text(std::string_view key, std::string& value, std::string_view what) override;
  void texts(std::string_view key, std::vector<std::string>& values, std::size_t count_max,
             std::string_view what) override;
  void path(std::string_view key, std::string& value) override;
  // After all fields: every other key is a fault.
  void end();

 private:
  void number(std::string_view key, std::int64_t& value, Bounds bounds) override;
  void bytes(std::string_view key, std::int64_t& value, Bounds bounds) override;
  void duration(std::string_view key, std::chrono::milliseconds& value, Bounds bounds,
                std::int64_t unit) override;
  const toml::node* take(std::string_view key);
  const std::string* take_text(std::string_view key, const std::string& what);
  void fault(std::string_view key, const std::string& what);

  const toml::table& table_;
  const std::string prefix_;
  TomlSource& source_;
  std::map<std::string, Provenance>& provenance_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace stafett::server
