// Rows that are made from the entries: each too many, too few or leading elsewhere is named.

#include "engine/storage/checked_row.h"
#include "tests/engine/log/verify/forgery.h"

namespace stafett::log::verify_testing {
BOOST_AUTO_TEST_SUITE(indexes_test)
namespace {

using storage::Column;

struct Change {
  const char* name;
  Column column;
  const char* place;
  const char* code;
  bool with_since;  // found too when only this entry is checked
  std::function<void(Intruder&, const format::Entry&, Position)> make;
};

storage::StreamKey stream_row(const format::Entry& entry) {
  return storage::stream_key(entry.intent.stream_id,
                             static_cast<std::uint32_t>(entry.stamp.version.value()));
}

Bytes tagged(char tag, Position position) {
  Bytes value{static_cast<std::uint8_t>(tag)};
  append(value, storage::position_key(position));
  return value;
}

const Change kChanges[] = {
    {"stream row gone", Column::streams, "index streams", "index", true,
     [](Intruder& i, const format::Entry& e, Position) {
       i.remove(Column::streams, stream_row(e));
     }},
    {"stream row leads elsewhere", Column::streams, "index streams", "index", true,
     [](Intruder& i, const format::Entry& e, Position) {
       i.put(Column::streams, stream_row(e), storage::position_key(Position{0}));
     }},
    {"stream row too many", Column::streams, "index streams", "index", false,
     [](Intruder& i, const format::Entry&, Position p) {
       i.put(Column::streams, storage::stream_key(StreamId{}, 0), storage::position_key(p));
     }},
    {"stream row of a wrong length", Column::streams, "index streams", "index", true,
     [](Intruder& i, const format::Entry& e, Position) {
       i.put(Column::streams, stream_row(e), Bytes(7, 0));
     }},
    {"stream key of a wrong length", Column::streams, "index streams", "index", false,
     [](Intruder& i, const format::Entry&, Position p) {
       i.put(Column::streams, Bytes(17, 1), storage::position_key(p));
     }},
    {"event row gone", Column::events, "index events", "index", true,
     [](Intruder& i, const format::Entry& e, Position) {
       i.remove(Column::events, e.intent.event_id.view());
     }},
    {"event row leads elsewhere", Column::events, "index events", "index", true,
     [](Intruder& i, const format::Entry& e, Position) {
       i.put(Column::events, e.intent.event_id.view(), tagged('P', Position{0}));
     }},
    {"event row past the end", Column::events, "index events", "index", true,
     [](Intruder& i, const format::Entry& e, Position) {
       i.put(Column::events, e.intent.event_id.view(), tagged('P', Position{1u << 30}));
     }},
    {"event row too many", Column::events, "index events", "index", false,
     [](Intruder& i, const format::Entry&, Position p) {
       i.put(Column::events, EventId{}.view(), tagged('P', p));
     }},
    {"event row of no kind", Column::events, "index events", "index", false,
     [](Intruder& i, const format::Entry&, Position p) {
       i.put(Column::events, EventId{}.view(), tagged('X', p));
     }},
    {"tile too many", Column::tiles, "tile 0/0", "tile", false,
     [](Intruder& i, const format::Entry&, Position) {
       i.put(Column::tiles, storage::tile_key(0, 0), Bytes(storage::kTileBytes, 0));
     }},
    {"tile of a level that no log has", Column::tiles, "tile 200/0", "tile", false,
     [](Intruder& i, const format::Entry&, Position) {
       i.put(Column::tiles, storage::tile_key(200, 0), Bytes(storage::kTileBytes, 0));
     }},
    {"receipts gone", Column::meta, "index receipts", "index", true,
     [](Intruder& i, const format::Entry&, Position p) {
       i.remove(Column::meta, storage::group_key(p));
     }},
    {"receipts by another hand", Column::meta, "index receipts", "signature", true,
     [](Intruder& i, const format::Entry&, Position p) {
       const auto key = storage::group_key(p);
       Bytes row = i.get(Column::meta, key);
       row.resize(row.size() - storage::kRowSuffixBytes);
       row[20] ^= 1;
       i.put_sealed(Column::meta, key, row);
     }},
    {"receipts past the end", Column::meta, "index receipts", "index", true,
     [](Intruder& i, const format::Entry&, Position p) {
       const auto key = storage::group_key(p);
       Bytes row = i.get(Column::meta, key);
       row.resize(row.size() - storage::kRowSuffixBytes);
       row[0] = 200;
       i.put_sealed(Column::meta, key, row);
     }},
    {"another profile", Column::meta, "index meta", "index", true,
     [](Intruder& i, const format::Entry&, Position) {
       i.put_sealed(Column::meta, storage::meta_key("profile"), as_bytes("{\"a\":1}"));
     }},
    {"other streams", Column::meta, "index meta", "index", true,
     [](Intruder& i, const format::Entry&, Position) {
       i.put_sealed(Column::meta, storage::meta_key("streams"), Bytes(48, 1));
     }},
    {"no index domain", Column::meta, "index meta", "index", true,
     [](Intruder& i, const format::Entry&, Position) {
       i.remove(Column::meta, storage::meta_key("index"));
     }},
    {"a label's suffix", Column::labels, "index labels", "index", false,
     [](Intruder& i, const format::Entry&, Position) {
       const auto rows = i.rows(Column::labels);
       Bytes row = rows.at(0).second;
       row.back() ^= 1;
       i.put(Column::labels, rows.at(0).first, row);
     }},
};

BOOST_AUTO_TEST_CASE(a_changed_index_is_named) {
  TestLog log;
  const StreamId stream = log.new_stream();
  log.append(stream);
  log.append(stream);
  const Position last = log.append(stream);
  log.close();
  BOOST_TEST(log.verify().ok);
  for (const Change& change : kChanges) {
    BOOST_TEST_CONTEXT(change.name) {
      std::vector<std::pair<Bytes, Bytes>> before;
      {
        Intruder intruder{log};
        before = intruder.rows(change.column);
        const auto entry =
            format::decode_entry(intruder.get(Column::entries, storage::position_key(last)));
        BOOST_REQUIRE(entry);
        change.make(intruder, *entry, last);
      }
      auto report = log.verify();
      BOOST_TEST(has(report, change.code, change.place), described(report));
      VerifyOptions options;
      options.since = TreeSize{last.value()};
      report = log.verify(options);
      if (change.with_since) BOOST_TEST(has(report, change.code, change.place), described(report));
      Intruder intruder{log};
      for (const auto& [key, value] : intruder.rows(change.column))
        intruder.remove(change.column, key);
      for (const auto& [key, value] : before) intruder.put(change.column, key, value);
    }
  }
  const auto report = log.verify();
  BOOST_TEST(report.ok, described(report));
}

BOOST_AUTO_TEST_CASE(errors_are_counted_past_those_that_are_kept) {
  TestLog log;
  const StreamId stream = log.new_stream();
  for (int i = 0; i < 10; ++i) log.append(stream);
  log.close();
  {
    Intruder intruder{log};
    for (const auto& [key, value] : intruder.rows(Column::parts))
      intruder.remove(Column::parts, key);
  }
  VerifyOptions options;
  options.errors_max = 3;
  const auto report = log.verify(options);
  BOOST_TEST(!report.ok);
  BOOST_TEST(report.errors.size() == 3u);
  BOOST_TEST(report.error_count == 20u);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log::verify_testing
