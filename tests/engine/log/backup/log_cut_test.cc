#include "engine/log/backup/log_cut.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/log/log_tree.h"
#include "engine/log/verify/verifier.h"
#include "tests/engine/log/test_log.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(log_cut_test)
namespace {

using stafett::testing::TemporaryDirectory;
using namespace stafett::log::testing;

// A log that was closed, with heads signed on the way.
struct ClosedLog {
  TemporaryDirectory directory;
  LiveLog log{Place{LogPaths::beside(directory.path("log"))}};
  std::vector<transparency::TreeHead> heads;

  ClosedLog() {
    require_ok(log.create());
    require_ok(log.open());
    for (const int count : {3, 500, 300, 1}) {
      const StreamId stream = log.new_stream();
      for (int i = 0; i < count; ++i) log.record(i % 3 == 0 ? log.new_stream() : stream);
      BOOST_REQUIRE(log->checkpoint_now());
      heads.push_back(log->head());
    }
    // What a case is by its later events.
    const SubjectId subject = random_id<SubjectId>(log.random());
    const storage::IndexRow snapshot = log->index().snapshot_row(subject, Bytes(64, 7));
    require_ok(log->store().change_labels(std::span{&snapshot, 1}, {}));
    log.close();
  }
  Result<void> cut(TreeSize size) {
    const LogPaths& paths = log.paths();
    return cut_log(
        {storage::posix_files(), log.random(), paths.database, paths.root_key, paths.key_table},
        size);
  }
  std::unique_ptr<storage::Store> store() const {
    auto opened = storage::Store::open(log.paths().database, storage::Mode::read_only);
    BOOST_REQUIRE_MESSAGE(opened, opened.error().to_string());
    return std::move(*opened);
  }
};

std::size_t rows_of(const storage::Reads& reads, storage::Column column, ByteView from) {
  std::size_t count = 0;
  BOOST_REQUIRE(reads.scan_rows(column, from, {}, [&](ByteView, ByteView) -> Result<storage::Scan> {
    ++count;
    return storage::Scan::more;
  }));
  return count;
}

BOOST_AUTO_TEST_CASE(a_log_cut_at_a_signed_head_verifies_as_if_nothing_had_come_after_it) {
  for (std::size_t i = 0; i < 4; ++i) {
    ClosedLog closed;
    const transparency::TreeHead head = closed.heads[i];
    require_ok(closed.cut(head.size));
    const auto store = closed.store();
    BOOST_TEST((store->size() == head.size));
    BOOST_TEST((*root_at(*store, head.size) == head.root));
    VerifyOptions options;
    const auto report = verify({*store, closed.log.random(), nullptr, nullptr, {}}, options);
    BOOST_REQUIRE(report);
    for (const VerifyError& error : report->errors)
      BOOST_TEST_MESSAGE(error.place << ": " << error.code << ": " << error.detail);
    BOOST_TEST(report->ok);
    BOOST_TEST((report->root == head.root));
    BOOST_TEST((store->latest_checkpoint()->value().size == head.size));
    const std::uint8_t snapshot = 'N';
    const std::uint8_t after = 'O';
    BOOST_TEST(rows_of(*store, storage::Column::labels, ByteView{&snapshot, 1}) ==
               rows_of(*store, storage::Column::labels, ByteView{&after, 1}));
  }
}

BOOST_AUTO_TEST_CASE(what_was_cut_off_is_in_no_file_of_entries_or_parts) {
  ClosedLog closed;
  Bytes lost;
  {
    const auto store = closed.store();
    const auto entry = store->entry(Position{closed.heads[1].size.value() + 7});
    BOOST_REQUIRE(entry);
    lost = *entry;
  }
  require_ok(closed.cut(closed.heads[1].size));
  for (const auto& file : std::filesystem::directory_iterator(closed.log.paths().database)) {
    if (file.path().extension() != ".sst") continue;
    std::ifstream in{file.path(), std::ios::binary};
    const std::string content{std::istreambuf_iterator<char>{in}, {}};
    BOOST_TEST((content.find(as_text(lost)) == std::string::npos), file.path());
  }
}

BOOST_AUTO_TEST_CASE(a_log_that_was_cut_takes_events_again_once_the_loss_is_accepted) {
  ClosedLog closed;
  const transparency::TreeHead head = closed.heads[0];
  require_ok(closed.cut(head.size));
  const LogPaths& paths = closed.log.paths();
  require_ok(closed.log.open());
  BOOST_TEST(closed.log->read_only_reason().has_value());
  const Hash origin = closed.log->origin_hash();
  closed.log.close();
  require_ok(Guard::accept(storage::posix_files(), paths.guard, origin, {head.size, head.root},
                           std::nullopt));
  require_ok(closed.log.open());
  for (int i = 0; i < 600; ++i) closed.log.record(closed.log.new_stream());
  check_whole(*closed.log);
}

BOOST_AUTO_TEST_CASE(another_logs_keys_cut_nothing) {
  ClosedLog closed;
  LiveLog other{Place{LogPaths::beside(closed.directory.path("other"))}, 2};
  require_ok(other.create());
  const auto cut =
      cut_log({storage::posix_files(), closed.log.random(), closed.log.paths().database,
               other.paths().root_key, closed.log.paths().key_table},
              closed.heads[0].size);
  BOOST_REQUIRE(!cut);
  BOOST_TEST((cut.error().code() == Errc::conflict));
  BOOST_TEST((closed.store()->size() == closed.heads[3].size));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
