#include "engine/storage/store.h"

#include <boost/test/unit_test.hpp>

#include "engine/base/encoding.h"
#include "tests/engine/storage/sample_rows.h"
#include "tests/support/temporary_directory.h"

namespace stafett::storage {
BOOST_AUTO_TEST_SUITE(store_test)
namespace {

using namespace stafett::storage::testing;
using stafett::testing::TemporaryDirectory;

struct Fixture {
  TemporaryDirectory directory;
  std::string path = directory.path("db");
  std::unique_ptr<Store> store = got(Store::open(path, Mode::create));

  void reopen(Mode mode = Mode::read_write) {
    store.reset();
    store = got(Store::open(path, mode));
  }
};

BOOST_FIXTURE_TEST_SUITE(store, Fixture)

BOOST_AUTO_TEST_CASE(new_store_is_empty) {
  BOOST_TEST(store->size().value() == 0u);
  fails(store->entry(Position{0}), Errc::not_found);
  fails(store->receipt_group_of(Position{0}), Errc::not_found);
  BOOST_TEST(!got(store->latest_checkpoint()).has_value());
  BOOST_TEST(!got(store->stream_head(sample_stream(0))).has_value());
  BOOST_TEST(std::holds_alternative<std::monostate>(got(store->event(sample_event(0)))));
}

BOOST_AUTO_TEST_CASE(committed_groups_are_there_after_reopening) {
  ok(store->commit(sample_group(0, 1), {}));
  ok(store->commit(sample_group(1, 20), {}));
  check_samples(*store, 21);
  reopen();
  check_samples(*store, 21);
  ok(store->commit(sample_group(21, 5), {}));
  check_samples(*store, 26);
}

BOOST_AUTO_TEST_CASE(flushed_and_unflushed_groups_read_as_one) {
  ok(store->commit(sample_group(0, 10), {}));
  ok(store->flush());
  ok(store->commit(sample_group(10, 10), {}));
  check_samples(*store, 20);
  reopen();
  check_samples(*store, 20);
}

BOOST_AUTO_TEST_CASE(entries_are_read_one_by_one_and_together) {
  ok(store->commit(sample_group(0, 8), {}));
  BOOST_TEST((got(store->entry(Position{7})) == sample_entry(7)));
  fails(store->entry(Position{8}), Errc::not_found);
  const Position wanted[] = {Position{5}, Position{0}, Position{5}};
  const std::vector<Bytes> entries = got(store->entries(wanted));
  BOOST_REQUIRE(entries.size() == 3u);
  BOOST_TEST((entries[0] == sample_entry(5)));
  BOOST_TEST((entries[1] == sample_entry(0)));
  const Position past[] = {Position{0}, Position{8}};
  fails(store->entries(past), Errc::not_found);
}

BOOST_AUTO_TEST_CASE(scan_visits_its_range_and_stops_when_told) {
  ok(store->commit(sample_group(0, 8), {}));
  std::vector<std::uint64_t> seen;
  const auto note = [&](Position p, ByteView) -> Result<Scan> {
    seen.push_back(p.value());
    return p.value() == 6 ? Scan::stop : Scan::more;
  };
  ok(store->scan_entries(Position{2}, Position{5}, note));
  BOOST_TEST((seen == std::vector<std::uint64_t>{2, 3, 4}));
  seen.clear();
  ok(store->scan_entries(Position{5}, Position{100}, note));
  BOOST_TEST((seen == std::vector<std::uint64_t>{5, 6}));
  seen.clear();
  ok(store->scan_entries(Position{8}, Position{100}, note));
  BOOST_TEST(seen.empty());
  fails(store->scan_entries(Position{0}, Position{8},
                            [](Position, ByteView) -> Result<Scan> {
                              return Error{Errc::refused, "by the visitor"};
                            }),
        Errc::refused);
}

BOOST_AUTO_TEST_CASE(streams_have_heads_and_versions) {
  ok(store->commit(sample_group(0, 8), {}));  // stream 0 has positions 0, 3, 6
  const auto head = got(store->stream_head(sample_stream(0)));
  BOOST_REQUIRE(head.has_value());
  BOOST_TEST(head->version.value() == 2u);
  BOOST_TEST(head->position.value() == 6u);
  std::vector<std::uint64_t> positions;
  ok(store->scan_stream(sample_stream(0), Version{1}, [&](Version, Position p) -> Result<Scan> {
    positions.push_back(p.value());
    return Scan::more;
  }));
  BOOST_TEST((positions == std::vector<std::uint64_t>{3, 6}));
  BOOST_TEST(!got(store->stream_position(sample_stream(0), Version{3})).has_value());
  BOOST_TEST(!got(store->stream_position(sample_stream(0), Version{1ull << 32})).has_value());
  BOOST_TEST(!got(store->stream_head(sample_id<StreamId>(0x50, 99))).has_value());
  BOOST_TEST(!got(store->stream_head(sample_id<StreamId>(0x4f, 0))).has_value());
}

BOOST_AUTO_TEST_CASE(refusal_is_kept_without_an_entry) {
  SealedBatch group = sample_group(0, 0);
  group.refusals.push_back({sample_event(77), sample_bytes("refused", 77)});
  ok(store->commit(group, {}));
  BOOST_TEST(store->size().value() == 0u);
  reopen();
  const EventOutcome outcome = got(store->event(sample_event(77)));
  BOOST_REQUIRE(std::holds_alternative<Bytes>(outcome));
  BOOST_TEST((std::get<Bytes>(outcome) == sample_bytes("refused", 77)));
}

BOOST_AUTO_TEST_CASE(tiles_and_labels_come_with_the_group) {
  SealedBatch group = sample_group(0, 2);
  group.labels = {{{1, 2}, {9}}, {{1, 3}, {}}, {{2}, {8}}};
  const TileRow tiles[] = {{0, 0, Bytes(kTileBytes, 1)}, {1, 7, Bytes(kTileBytes, 2)}};
  ok(store->commit(group, tiles));
  BOOST_TEST((got(store->tile(1, 7)) == Bytes(kTileBytes, 2)));
  BOOST_TEST(!got(store->tile(1, 8)).has_value());
  BOOST_TEST((got(store->label(Bytes{1, 2})) == Bytes{9}));
  BOOST_TEST((got(store->label(Bytes{1, 3})) == Bytes{}));
  BOOST_TEST(!got(store->label(Bytes{1})).has_value());
  std::size_t with_prefix = 0;
  ok(store->scan_labels(Bytes{1}, [&](ByteView, ByteView) -> Result<Scan> {
    ++with_prefix;
    return Scan::more;
  }));
  BOOST_TEST(with_prefix == 2u);
  std::string places;
  ok(store->scan_tiles([&](std::uint8_t level, std::uint64_t index, ByteView) -> Result<Scan> {
    places += std::to_string(level) + "/" + std::to_string(index) + " ";
    return Scan::more;
  }));
  BOOST_TEST(places == "0/0 1/7 ");
}

BOOST_AUTO_TEST_CASE(checkpoints_are_found_by_size_and_by_position) {
  ok(store->commit(sample_group(0, 300), {}));
  for (const std::uint64_t size : {1u, 255u, 300u})
    ok(store->put_checkpoint(TreeSize{size}, sample_bytes("note", size)));
  const auto latest = got(store->latest_checkpoint());
  BOOST_REQUIRE(latest.has_value());
  BOOST_TEST(latest->size.value() == 300u);
  BOOST_TEST((latest->note == sample_bytes("note", 300)));
  BOOST_TEST((got(store->checkpoint_at(TreeSize{255})) == sample_bytes("note", 255)));
  BOOST_TEST(!got(store->checkpoint_at(TreeSize{2})).has_value());
  BOOST_TEST(got(store->checkpoint_covering(Position{0}))->size.value() == 1u);
  BOOST_TEST(got(store->checkpoint_covering(Position{1}))->size.value() == 255u);
  BOOST_TEST(got(store->checkpoint_covering(Position{254}))->size.value() == 255u);
  BOOST_TEST(got(store->checkpoint_covering(Position{255}))->size.value() == 300u);
  BOOST_TEST(!got(store->checkpoint_covering(Position{300})).has_value());
  BOOST_TEST(!got(store->checkpoint_within(TreeSize{0})).has_value());
  BOOST_TEST(got(store->checkpoint_within(TreeSize{254}))->size.value() == 1u);
  BOOST_TEST(got(store->checkpoint_within(TreeSize{255}))->size.value() == 255u);
  BOOST_TEST(got(store->checkpoint_within(TreeSize{9000}))->size.value() == 300u);
  std::size_t from_two = 0;
  ok(store->scan_checkpoints(TreeSize{2}, [&](TreeSize, ByteView) -> Result<Scan> {
    ++from_two;
    return Scan::more;
  }));
  BOOST_TEST(from_two == 2u);
}

BOOST_AUTO_TEST_CASE(receipt_group_is_the_one_that_recorded_the_position) {
  ok(store->commit(sample_group(0, 3), {}));
  ok(store->commit(sample_group(3, 300), {}));
  ok(store->put_meta("zone", Bytes{1}));
  for (const auto& [position, first] : {std::pair{0u, 0u}, {2u, 0u}, {3u, 3u}, {302u, 3u}}) {
    const ReceiptGroup group = got(store->receipt_group_of(Position{position}));
    BOOST_TEST(group.first.value() == first);
    BOOST_TEST((group.record == sample_bytes("group", first)));
  }
  fails(store->receipt_group_of(Position{303}), Errc::not_found);
  std::size_t groups = 0;
  ok(store->scan_receipt_groups(Position{0}, [&](Position, ByteView) -> Result<Scan> {
    ++groups;
    return Scan::more;
  }));
  BOOST_TEST(groups == 2u);
}

BOOST_AUTO_TEST_CASE(meta_is_replaced) {
  ok(store->put_meta("a", Bytes{1}));
  ok(store->put_meta("a", Bytes{2}));
  reopen();
  BOOST_TEST((got(store->meta("a")) == Bytes{2}));
  BOOST_TEST(!got(store->meta("b")).has_value());
}

BOOST_AUTO_TEST_CASE(attachments_are_listed_read_and_deleted) {
  for (const std::uint64_t event : {1u, 2u})
    for (std::uint32_t chunk = 0; chunk < 3; ++chunk)
      ok(store->put_chunk(sample_event(event), chunk, sample_bytes("chunk", chunk, 5000),
                          chunk == 2 ? Sync::yes : Sync::no));
  reopen();
  BOOST_TEST((got(store->chunk(sample_event(2), 1)) == sample_bytes("chunk", 1, 5000)));
  BOOST_TEST((got(store->attachment_events()) == std::vector{sample_event(1), sample_event(2)}));
  ok(store->delete_chunks(sample_event(1)));
  BOOST_TEST((got(store->attachment_events()) == std::vector{sample_event(2)}));
  BOOST_TEST(!got(store->chunk(sample_event(1), 0)).has_value());
  BOOST_TEST(got(store->chunk(sample_event(2), 2)).has_value());
}

BOOST_AUTO_TEST_CASE(view_stands_still_while_the_log_grows) {
  ok(store->commit(sample_group(0, 5), {}));
  const auto view = got(store->view());
  ok(store->commit(sample_group(5, 5), {}));
  check_samples(*view, 5);
  fails(view->entry(Position{5}), Errc::not_found);
  check_samples(*store, 10);
}

BOOST_AUTO_TEST_CASE(disk_bytes_are_told_by_column) {
  ok(store->commit(sample_group(0, 100), {}));
  ok(store->flush());
  const auto bytes = store->disk_bytes();
  BOOST_TEST(bytes[static_cast<std::size_t>(Column::entries)] >= 100u * 300u);
  BOOST_TEST(bytes[static_cast<std::size_t>(Column::attachments)] == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::storage
