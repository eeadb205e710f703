// stafett stats: how much there is. Beside a writer, without keys.

#include <boost/json.hpp>
#include <map>

#include "tools/command.h"
#include "tools/public_entry.h"
#include "tools/public_log.h"

namespace stafett::tools {
namespace {

using CountByName = std::map<std::string, std::uint64_t, std::less<>>;

Result<boost::json::object> count(const PublicLog& log) {
  CountByName kinds, custodies;
  std::uint64_t streams = 0, bytes = 0;
  Progress progress{"stats"};
  const TreeSize size = log.store->size();
  ENGINE_TRY_VOID(
      log.store->scan_entries(Position{0}, Position{size.value()},
                              [&](Position position, ByteView row) -> Result<storage::Scan> {
                                ENGINE_TRY(entry, format::decode_entry(row));
                                ++kinds[std::string{stream_kind_name(entry.intent.stream_kind)}];
                                ++custodies[std::string{custody_name(entry.intent.custody)}];
                                if (entry.stamp.version == Version{0}) ++streams;
                                bytes += row.size();
                                progress.show(position.value(), size.value());
                                return storage::Scan::more;
                              }));
  boost::json::object columns;
  const auto disk = log.store->disk_bytes();
  for (std::size_t i = 0; i < storage::kColumnCount; ++i)
    columns[storage::column_name(storage::kColumns[i])] = disk[i];
  return boost::json::object{{"origin", log.origin()},
                             {"entries", size.value()},
                             {"entryBytes", bytes},
                             {"streams", streams},
                             {"keys", log.keyring.size()},
                             {"kinds", boost::json::value_from(kinds)},
                             {"custody", boost::json::value_from(custodies)},
                             {"diskBytes", std::move(columns)}};
}

int run_stats(const std::string& directory, bool json) {
  const Result<std::unique_ptr<PublicLog>> opened = open_public(directory);
  if (!opened) return fail(opened.error());
  const Result<boost::json::object> stats = count(**opened);
  if (!stats) return fail(stats.error());
  json ? print_line(*stats) : print_indented(*stats);
  return kDone;
}

}  // namespace

void add_stats(CLI::App& app, Run& run) {
  auto directory = std::make_shared<std::string>();
  auto json = std::make_shared<bool>(false);
  CLI::App* command =
      app.add_subcommand("stats", "Entries by kind and custody, streams, keys, bytes on disk");
  command->add_option("DIR", *directory, "the log")->required();
  command->add_flag("--json", *json, "one JSON document");
  command->callback([directory, json, &run] {
    run = [directory, json] { return run_stats(*directory, *json); };
  });
}

}  // namespace stafett::tools
