// The bytes of docs/formats/view-rows.md, and what is refused.

#include <boost/test/unit_test.hpp>

#include "engine/base/encoding.h"
#include "projections/views/batons_projection.h"
#include "projections/views/findings_projection.h"
#include "projections/views/row_digest.h"
#include "tests/engine/format/worked_page.h"
#include "tests/support/repeated.h"

namespace stafett::bti {
BOOST_AUTO_TEST_SUITE(format_test)
namespace {

using stafett::testing::repeated;

Bytes worked(const std::string& name) {
  auto blocks = format::worked_blocks("view-rows.md");
  BOOST_REQUIRE_MESSAGE(blocks.contains(name), name);
  return from_hex(format::digits(blocks[name])).value_or(Bytes{});
}

Generation sample() {
  Generation generation;
  generation.number = 3;
  generation.name = "state";
  generation.version = 1;
  generation.role = Role::serving;
  generation.size = TreeSize{258};
  generation.leaf = repeated<Hash>(0xaa);
  generation.recorded_at = TimeUs{1};
  return generation;
}

BOOST_AUTO_TEST_CASE(generations_are_written_as_the_page_has_them) {
  BOOST_TEST((encode(sample()) == worked("generation")));
  const auto read = decode_generation(generation_key(3), worked("generation"));
  BOOST_REQUIRE(read);
  BOOST_TEST((*read == sample()));
  BOOST_TEST((row_key(3, repeated<SubjectId>(0x51)) == worked("row-key")));
}

BOOST_AUTO_TEST_CASE(every_field_of_a_generation_comes_back) {
  Generation generation = sample();
  generation.role = Role::coming;
  generation.sweep = Sweep::running_once_more;
  generation.swept = repeated<SubjectId>(9);
  generation.stopped = "it failed";
  const Bytes record = encode(generation);
  const auto read = decode_generation(generation_key(3), record);
  BOOST_REQUIRE(read);
  BOOST_TEST((*read == generation));
  for (std::size_t cut = 0; cut < record.size(); ++cut)
    BOOST_TEST(!decode_generation(generation_key(3), ByteView{record}.first(cut)));
  Bytes longer = record;
  longer.push_back(0);
  BOOST_TEST(!decode_generation(generation_key(3), longer));
  Bytes newer = record;
  newer[0] = 2;
  BOOST_TEST((decode_generation(generation_key(3), newer).error().code() == Errc::unsupported));
}

BOOST_AUTO_TEST_CASE(rows_of_batons_are_read_as_the_page_has_them) {
  const auto held = read_batons_row(worked("batons-row"));
  BOOST_REQUIRE(held);
  BOOST_REQUIRE(held->size() == 1u);
  BOOST_TEST((held->front() == BatonHeld{repeated<ActorId>(0xa7), "school", 20'000, kNoDate}));
  const Bytes row = worked("batons-row");
  for (std::size_t cut = 0; cut < row.size(); ++cut)
    BOOST_TEST(!read_batons_row(ByteView{row}.first(cut)));
}

BOOST_AUTO_TEST_CASE(courses_come_back_from_a_row) {
  Course bare;
  bare.rule = 7;
  bare.spans = {{10, 20}};
  Course full{.rule = 62,
              .ref = {repeated<EventId>(1), repeated<ActorId>(2), "age18"},
              .spans = {{10, 20}, {30, kNoDate}},
              .due = 29,
              .profile_version = 3,
              .proof = {repeated<EventId>(4), repeated<EventId>(5)}};
  const std::vector<Course> courses{bare, full};
  const Bytes row = write_courses(courses);
  const auto read = read_courses(row);
  BOOST_REQUIRE(read);
  BOOST_TEST((*read == courses));
  for (std::size_t cut = 0; cut < row.size(); ++cut)
    BOOST_TEST(!read_courses(ByteView{row}.first(cut)));
  BOOST_TEST(!write_courses({}).empty());  // a case without findings has a row that says so
}

BOOST_AUTO_TEST_CASE(the_digest_is_that_of_the_page_in_whatever_order_rows_come) {
  RowDigest digest;
  digest.add(repeated<SubjectId>(0x52), Bytes{2});
  digest.add(repeated<SubjectId>(0x51), Bytes{1});
  RowDigest again;
  again.add(repeated<SubjectId>(0x51), Bytes{1});
  again.add(repeated<SubjectId>(0x52), Bytes{2});
  BOOST_TEST(to_hex(again.finish().view()) == to_hex(worked("digest")));
  BOOST_TEST(to_hex(digest.finish().view()) == to_hex(worked("digest")));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti
