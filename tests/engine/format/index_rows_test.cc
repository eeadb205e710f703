// docs/formats/index-rows.md shows the rows that the sealed index makes.
#include <boost/test/unit_test.hpp>

#include "engine/base/encoding.h"
#include "engine/crypto/seeded_random.h"
#include "engine/crypto/sha256.h"
#include "engine/log/sealed_index.h"
#include "tests/engine/format/worked_page.h"
#include "tests/support/repeated.h"
#include "tests/support/temporary_directory.h"

BOOST_AUTO_TEST_SUITE(index_rows_test)

using namespace stafett;
using namespace stafett::log;

namespace {

using stafett::testing::repeated;

struct Fixture {
  stafett::testing::TemporaryDirectory directory;
  std::unique_ptr<storage::Store> store =
      storage::Store::open(directory.path("db"), storage::Mode::create).value();
  crypto::SeededRandom random{1};
  SealedIndex index{*store, crypto::sha256(as_bytes("stafett.example/9901")),
                    crypto::SecretBytes<32>{[](std::span<std::uint8_t, 32> out) {
                      std::ranges::fill(out, std::uint8_t{5});
                    }},
                    random};

  // Sealed by its owner: tests/projections/gate makes it.
  static Bytes sealed_snapshot() {
    const auto blocks = format::worked_blocks("index-rows.md");
    BOOST_REQUIRE(blocks.contains("snapshot-value"));
    return from_hex(format::digits(blocks.at("snapshot-value"))).value();
  }
  static Bytes sign_in() {
    Bytes opening(32, 0x77);
    append(opening, as_bytes(R"({"iss":"https://idporten.no"})"));
    return opening;
  }
  static ErasureRecord erasure(const SubjectRecord& subject) {
    ErasureRecord record;
    record.order.fill(0xd4);
    record.scope = ErasureRecord::kContent;
    record.subject = repeated<SubjectId>(0x51);
    record.streams = subject;
    return record;
  }
  std::map<std::string, storage::IndexRow> rows() {
    SubjectRecord subject{repeated<DomainId>(0xd1), repeated<DomainId>(0xd2), {}};
    subject.streams[0] = repeated<StreamId>(0xc1);
    const auto names = index.rows(LabelSpace::person, "teacher-7", repeated<ActorId>(0xa1).array());
    return {{"stream", index.row(repeated<StreamId>(0xc1),
                                 {format::StreamKind::case_, 2, repeated<SubjectId>(0x51),
                                  repeated<DomainId>(0xd1)})},
            {"subject", index.row(repeated<SubjectId>(0x51), subject)},
            {"event", index.row(repeated<EventId>(0xe1), repeated<DomainId>(0xd3))},
            {"label", names[0]},
            {"name", names[1]},
            {"snapshot", index.snapshot_row(repeated<SubjectId>(0x51), sealed_snapshot())},
            {"evidence", index.evidence_row(repeated<Hash>(0xf1), sign_in())},
            {"erasure", index.row(erasure(subject))}};
  }
};

BOOST_FIXTURE_TEST_CASE(page_shows_the_keys_and_the_values_under_the_seal, Fixture) {
  const auto blocks = format::worked_blocks("index-rows.md");
  for (const auto& [name, row] : rows()) {
    BOOST_TEST_CONTEXT(name) {
      BOOST_REQUIRE((blocks.contains(name + "-key") && blocks.contains(name + "-value")));
      BOOST_TEST(format::digits(blocks.at(name + "-key")) == to_hex(row.key));
      BOOST_TEST(format::digits(blocks.at(name + "-value")) ==
                 to_hex(index.open(row.key, row.value).value()));
    }
  }
  BOOST_TEST(blocks.size() == 2 * rows().size() + 2);
}

BOOST_FIXTURE_TEST_CASE(page_shows_sealed_bytes, Fixture) {
  const auto blocks = format::worked_blocks("index-rows.md");
  BOOST_REQUIRE(blocks.contains("event-sealed"));
  // The fifth draw of the seeded nonces.
  BOOST_TEST(format::digits(blocks.at("event-sealed")) == to_hex(rows().at("event").value));
}

BOOST_FIXTURE_TEST_CASE(an_erasure_is_found_as_it_was_stored, Fixture) {
  SubjectRecord subject{repeated<DomainId>(0xd1), repeated<DomainId>(0xd2), {}};
  subject.streams[4] = repeated<StreamId>(0xc1);
  ErasureRecord record = erasure(subject);
  record.before = ErasureRecord::kAccesses;
  const storage::IndexRow row = index.row(record);
  BOOST_REQUIRE(store->change_labels({&row, 1}, {}));
  const auto found = index.erasure(record.subject);
  BOOST_REQUIRE((found && *found));
  BOOST_TEST(((*found)->order == record.order && !(*found)->done));
  BOOST_TEST(int{(*found)->all()} == 3);
  BOOST_TEST(((*found)->streams.streams == subject.streams));
  BOOST_TEST(((*found)->streams.content == subject.content));
  record.done = true;
  const storage::IndexRow done = index.row(record);
  BOOST_REQUIRE(store->change_labels({&done, 1}, {}));
  int seen = 0;
  BOOST_REQUIRE(index.for_each_erasure([&](const ErasureRecord& one) -> Result<storage::Scan> {
    BOOST_TEST(one.done);
    ++seen;
    return storage::Scan::more;
  }));
  BOOST_TEST(seen == 1);
  const Bytes gone[] = {index.erasure_key(record.subject)};
  BOOST_REQUIRE(store->change_labels({}, gone));
  BOOST_TEST(!index.erasure(record.subject)->has_value());
}

BOOST_FIXTURE_TEST_CASE(row_opens_only_under_its_own_key, Fixture) {
  const auto made = rows();
  for (const auto& [name, row] : made)
    for (const auto& [other, other_row] : made)
      BOOST_TEST(index.open(other_row.key, row.value).has_value() == (name == other));
}

}  // namespace

BOOST_AUTO_TEST_SUITE_END()
