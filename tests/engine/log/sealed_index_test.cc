// Which streams there are, as the sealed index tells it.

#include "engine/log/sealed_index.h"

#include <boost/test/unit_test.hpp>
#include <map>

#include "engine/crypto/seeded_random.h"
#include "tests/support/repeated.h"
#include "tests/support/temporary_directory.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(sealed_index_test)
namespace {

using stafett::testing::repeated;

struct StoredRows {
  stafett::testing::TemporaryDirectory directory;
  std::unique_ptr<storage::Store> store =
      storage::Store::open(directory.path("db"), storage::Mode::create).value();
  crypto::SeededRandom random{1};
  SealedIndex index{*store, repeated<Hash>(0x0a),
                    crypto::SecretBytes<32>{[](std::span<std::uint8_t, 32> out) {
                      std::ranges::fill(out, std::uint8_t{5});
                    }},
                    random};
  std::map<StreamId, StreamRecord> streams{
      {repeated<StreamId>(0xc1),
       {format::StreamKind::case_, 2, repeated<SubjectId>(0x51), repeated<DomainId>(0xd1)}},
      {repeated<StreamId>(0x00), {format::StreamKind::audit, 0, {}, {}}},
      {repeated<StreamId>(0xff),
       {format::StreamKind::access, 7, repeated<SubjectId>(0x52), repeated<DomainId>(0xd4)}}};

  StoredRows() {
    storage::SealedBatch batch;
    for (const auto& [stream, record] : streams) batch.labels.push_back(index.row(stream, record));
    // Rows of all other kinds.
    batch.labels.push_back(index.row(repeated<SubjectId>(0x51), SubjectRecord{}));
    batch.labels.push_back(index.row(repeated<EventId>(0xe1), repeated<DomainId>(0xd3)));
    for (const storage::IndexRow& row : index.rows(LabelSpace::person, "teacher-7", LabelId{}))
      batch.labels.push_back(row);
    BOOST_REQUIRE(store->commit(batch, {}));
  }
  void put(Bytes key, Bytes value) {
    storage::SealedBatch batch;
    batch.labels.push_back({std::move(key), std::move(value)});
    BOOST_REQUIRE(store->commit(batch, {}));
  }
  Errc error_of_visit() const {
    const Result<void> visited =
        index.for_each_stream([](const StreamId&, const StreamRecord&) -> Result<storage::Scan> {
          return storage::Scan::more;
        });
    BOOST_REQUIRE(!visited);
    return visited.error().code();
  }
};

BOOST_FIXTURE_TEST_CASE(every_stream_is_visited_once_and_nothing_else, StoredRows) {
  std::size_t visits = 0;
  const auto visited = index.for_each_stream(
      [&](const StreamId& stream, const StreamRecord& record) -> Result<storage::Scan> {
        ++visits;
        BOOST_REQUIRE(streams.contains(stream));
        const StreamRecord& want = streams.at(stream);
        BOOST_TEST((record.kind == want.kind && record.lane == want.lane));
        BOOST_TEST((record.subject == want.subject && record.domain == want.domain));
        return storage::Scan::more;
      });
  BOOST_TEST(visited.has_value());
  BOOST_TEST(visits == streams.size());
}

BOOST_FIXTURE_TEST_CASE(a_visit_ends_where_the_visitor_says, StoredRows) {
  std::size_t visits = 0;
  const auto visit = [&](Result<storage::Scan> answer) {
    return index.for_each_stream([&, answer](const StreamId&, const StreamRecord&) {
      ++visits;
      return answer;
    });
  };
  BOOST_TEST(visit(storage::Scan::stop).has_value());
  BOOST_TEST(visits == 1u);
  const Result<void> failed = visit(Error{Errc::refused, "enough"});
  BOOST_REQUIRE(!failed);
  BOOST_TEST((failed.error().code() == Errc::refused));
  BOOST_TEST(visits == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_row_of_a_stream_under_another_key_ends_the_visit, StoredRows) {
  storage::IndexRow row = index.row(repeated<StreamId>(0x77), {});
  row.key.back() ^= 1;
  put(row.key, row.value);
  BOOST_TEST((error_of_visit() == Errc::corrupt));
}

BOOST_FIXTURE_TEST_CASE(a_row_of_a_stream_of_another_length_ends_the_visit, StoredRows) {
  const Bytes key = index.row(repeated<StreamId>(0x77), {}).key;
  put(key, index.seal(key, Bytes(33)));
  BOOST_TEST((error_of_visit() == Errc::corrupt));
}

BOOST_FIXTURE_TEST_CASE(a_key_of_a_stream_of_another_length_ends_the_visit, StoredRows) {
  const Bytes key{'S', 1, 2, 3};
  put(key, index.seal(key, Bytes(34)));
  BOOST_TEST((error_of_visit() == Errc::corrupt));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
