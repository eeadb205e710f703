// The groups' own database: what was told to be kept is there, whatever happens to the disk.

#include "server/groups/group_store.h"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <fstream>

#include "server/groups/group_rows.h"
#include "tests/engine/log/test_log.h"
#include "tests/support/code_of.h"
#include "tests/support/fault_rocksdb.h"
#include "tests/support/repeated.h"

namespace stafett::server {
BOOST_AUTO_TEST_SUITE(group_store_test)
namespace {

using log::testing::LiveLog;
using stafett::testing::Fault;
using stafett::testing::FaultDisk;
using stafett::testing::FaultPlan;
using stafett::testing::repeated;

constexpr std::uint64_t kSaves = 12;
const GroupId kGroup = repeated<GroupId>(3);

template <class T>
T value_of(Result<T> result) {
  if (!result) BOOST_FAIL(result.error().to_string());
  return std::move(*result);
}

LiveLog& a_log() {
  static LiveLog log;
  return log;
}

GroupRecord a_record() {
  GroupRecord record;
  record.owner = repeated<ActorId>(5);
  record.owner_label = "lise";
  record.name = "g";
  record.definition.purpose = {"followUp", "intake", "school"};
  record.definition.types = {"NoteAdded"};
  record.definition.from = "17";
  record.definition.window = 7;
  return record;
}

// What is to be there after the save of that number: its rows go together.
GroupStore::Change change_of(std::uint64_t number) {
  GroupStore::Change change;
  change.progress.looked_at = TreeSize{number};
  change.progress.leaf = repeated<Hash>(static_cast<std::uint8_t>(number));
  change.progress.unfinished.emplace(Position{number - 1}, OpenEvent{3});
  change.parked.emplace(Position{number}, ParkedEvent{2, "reason", TimeUs{9}});
  if (number > 1) change.unparked.push_back(Position{number - 1});
  return change;
}

std::unique_ptr<GroupStore> opened_on(FaultDisk& disk, Result<void>& result) {
  storage::ViewStoreOptions options;
  options.environment = stafett::testing::fault_environment(disk);
  auto store = GroupStore::open("/disk/groups", a_log()->origin_hash(), a_log()->index(), options);
  result = store ? Result<void>{} : Result<void>{store.error()};
  return store ? std::move(*store) : nullptr;
}

struct Told {
  bool is_made = false;
  std::uint64_t saves = 0;
};

// Until something fails; what was told to be kept by then.
Told work_on(FaultDisk& disk) {
  Told told;
  Result<void> result;
  const auto store = opened_on(disk, result);
  if (!store) return told;
  StoredGroup group{kGroup, a_record(), {}, {}};
  if (!store->create(group)) return told;
  told.is_made = true;
  for (std::uint64_t number = 1; number <= kSaves; ++number) {
    if (!store->save(kGroup, change_of(number))) return told;
    told.saves = number;
  }
  return told;
}

void check(FaultDisk& disk, const Told& told) {
  Result<void> result;
  const auto store = opened_on(disk, result);
  log::testing::require_ok(result);
  const std::vector<StoredGroup> found = value_of(store->load());
  BOOST_TEST((!found.empty() || !told.is_made));
  if (found.empty()) return;
  BOOST_REQUIRE(found.size() == 1u);
  const StoredGroup& group = found.front();
  BOOST_TEST((group.record.definition == a_record().definition));
  const std::uint64_t at = group.progress.looked_at.value();
  // No progress is lost that was told, and none is there that was not asked for.
  BOOST_TEST(at >= told.saves);
  BOOST_TEST(at <= told.saves + 1);
  if (at == 0) return;
  const GroupStore::Change want = change_of(at);
  BOOST_TEST((group.progress.leaf == want.progress.leaf));
  BOOST_TEST(group.progress.unfinished.count(Position{at - 1}) == 1u);
  BOOST_REQUIRE(group.parked.size() == 1u);
  BOOST_TEST(group.parked.begin()->first.value() == at);
}

const Fault kFaults[] = {Fault::power_cut, Fault::io_error, Fault::failed_persisted};

BOOST_DATA_TEST_CASE(what_was_kept_is_there_after_any_fault, boost::unit_test::data::make(kFaults),
                     fault) {
  const std::uint64_t seed = stafett::testing::seed_from_environment(20260301);
  for (std::uint64_t at = 0;; ++at) {
    const FaultPlan plan{fault, at, seed + at};
    BOOST_TEST_CONTEXT(plan) {
      FaultDisk disk(plan);
      const Told told = work_on(disk);
      if (!disk.fired()) {
        BOOST_TEST(told.saves == kSaves);
        BOOST_TEST(at > 30u);
        break;
      }
      disk.power_cycle();
      check(disk, told);
    }
  }
}

BOOST_AUTO_TEST_CASE(nothing_is_made_before_the_first_group_and_nothing_is_left_of_the_last) {
  const stafett::testing::TemporaryDirectory directory;
  const std::string path = directory.path("groups");
  LiveLog& log = a_log();
  const auto store = value_of(GroupStore::open(path, log->origin_hash(), log->index()));
  BOOST_TEST(value_of(store->load()).empty());
  BOOST_TEST(!std::filesystem::exists(path));
  BOOST_TEST((code_of(store->save(kGroup, change_of(1))) == Errc::not_found));
  GroupRecord record = a_record();
  log::testing::require_ok(store->create({kGroup, record, {}, {}}));
  log::testing::require_ok(store->save(kGroup, change_of(1)));
  record.webhook = {"https://receiver.stafett.example/in", repeated<Hash>(9), TimeUs{77}};
  log::testing::require_ok(store->put_record(kGroup, record));
  const std::vector<StoredGroup> found = value_of(store->load());
  BOOST_REQUIRE(found.size() == 1u);
  BOOST_REQUIRE(found.front().record.webhook.has_value());
  BOOST_TEST((found.front().record.webhook->key == record.webhook->key));
  BOOST_TEST(found.front().record.owner_label == "lise");
  log::testing::require_ok(store->remove(kGroup));
  BOOST_TEST(value_of(store->load()).empty());
}

BOOST_AUTO_TEST_CASE(nothing_that_its_owner_has_said_can_be_read_on_the_disk) {
  FaultDisk disk;
  Result<void> result;
  {
    const auto store = opened_on(disk, result);
    log::testing::require_ok(store->create({kGroup, a_record(), {}, {}}));
    log::testing::require_ok(store->save(kGroup, change_of(1)));
  }
  const Bytes all = disk.all_bytes();
  for (const std::string_view word : {"lise", "intake", "school", "NoteAdded", "reason"})
    BOOST_TEST(as_text(all).find(word) == std::string_view::npos, word);
}

BOOST_AUTO_TEST_CASE(a_row_that_is_not_what_was_stored_is_damage) {
  Bytes progress = progress_row(change_of(5).progress);
  BOOST_TEST((value_of(parse_progress_row(progress)).looked_at == TreeSize{5}));
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{20}, progress.size() - 1})
    BOOST_TEST((code_of(parse_progress_row(ByteView{progress}.first(bytes))) == Errc::corrupt));
  progress[0] = 2;
  BOOST_TEST((code_of(parse_progress_row(progress)) == Errc::unsupported));
  GroupProgress ahead = change_of(5).progress;
  ahead.unfinished.emplace(Position{5}, OpenEvent{});
  BOOST_TEST((code_of(parse_progress_row(progress_row(ahead))) == Errc::corrupt));
  Bytes record = record_row(a_record());
  BOOST_TEST((value_of(parse_record_row(record)).definition == a_record().definition));
  record.pop_back();
  BOOST_TEST((code_of(parse_record_row(record)) == Errc::corrupt));
  BOOST_TEST((code_of(parse_parked_row(Bytes{1, 2, 3})) == Errc::corrupt));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server
