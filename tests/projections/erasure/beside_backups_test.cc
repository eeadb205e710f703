// Backups while an erasure runs: neither undoes the other.

#include "engine/log/backup/backup_maker.h"
#include "engine/log/backup/copied_table.h"
#include "tests/projections/erasure/erased_town.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(beside_backups_test)
namespace {

log::BackupRequest backup_of(const ErasedTown& town, const std::string& table_place) {
  log::BackupRequest request;
  request.paths = town.paths;
  request.place = town.directory.path("out");
  request.table_place = town.directory.path(table_place);
  request.level = 2;
  return request;
}

Result<log::MadeBackup> back_up(ErasedTown& town, const std::string& table_place) {
  return log::make_backup({town.clock, town.random, storage::posix_files()},
                          backup_of(town, table_place));
}

Bytes table_at(const std::string& path) {
  return got(storage::posix_files().read(path, std::size_t{1} << 20));
}

BOOST_AUTO_TEST_CASE(no_backup_is_made_in_any_step_and_the_next_copies_the_new_table) {
  ErasedTown town;
  got(back_up(town, "tables"));
  ErasureCarrier carrier = town.carrier();
  std::size_t steps = 0;
  carrier.done_with = [&](const char* step) -> Result<void> {
    ++steps;
    const auto made = back_up(town, "tables");
    BOOST_TEST(!made.has_value(), step);
    if (!made) BOOST_TEST((made.error().code() == Errc::locked));
    BOOST_TEST((back_up(town, "others").error().code() == Errc::locked));
    return {};
  };
  const auto report = got(carry_out_erasure(carrier, town.approved({"a"})));
  BOOST_TEST(steps == 6u);
  BOOST_TEST(report.completed.places == 2u);
  const std::string copy = log::copied_table_path(town.directory.path("tables"));
  BOOST_TEST((table_at(copy) == table_at(town.paths.key_table)));
  got(back_up(town, "tables"));
  BOOST_TEST((table_at(copy) == table_at(town.paths.key_table)));
  BOOST_TEST(town.verified().ok);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
