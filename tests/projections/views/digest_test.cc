// Digests: of the rows that are stored, at any size, compared with what was recorded.

#include <fstream>

#include "engine/log/keeping/key_table_format.h"
#include "projections/views/rebuild_views.h"
#include "tests/projections/views/counting.h"

namespace stafett::bti {
BOOST_AUTO_TEST_SUITE(digest_test)
namespace {

using namespace stafett::bti::test;

BOOST_AUTO_TEST_CASE(a_digest_at_a_size_is_that_of_the_rows_there) {
  Municipality m;
  const Counting plain{{.name = "plain"}}, reading{{.name = "reading", .reads_directory = true}};
  const CaseProjection* const both[] = {&plain, &reading};
  const auto views = views_of(m, both);
  for (int i = 0; i < 6; ++i) m.concern("case-" + std::to_string(i));
  Follower follower{*views};
  ok(follower.catch_up());
  std::vector<Generation> then;
  std::vector<Hash> digests;
  for (const CaseProjection* one : both) {
    then.push_back(got(views->read()->serving(one->name())));
    digests.push_back(got(stored_digest(*views->read(), then.back())));
  }
  register_service(m, "gym");
  m.notes("case-2", 3);
  m.concern("case-9");
  const BuildRequest requests[] = {{&plain, {then[0].size}}, {&reading, {then[1].size}}};
  const auto built = got(build_views(*views, requests));
  for (std::size_t i = 0; i < 2; ++i) {
    BOOST_REQUIRE(built[i].digests.size() == 1u);
    BOOST_TEST((built[i].digests[0].digest == digests[i]));
    BOOST_TEST((built[i].digest != digests[i]));
  }
}

BOOST_AUTO_TEST_CASE(a_rebuild_is_compared_with_the_digest_recorded_before) {
  Municipality m;
  const Counting honest{{}};
  m.concern("a");
  m.notes("a", 4);
  const CaseProjection* const only[] = {&honest};
  {
    const auto views = views_of(m, only);
    const auto first = got(rebuild_views(*views, {}));
    BOOST_TEST((first[0].compared == RebuiltView::Compared::nothing_recorded));
    BOOST_TEST(first[0].digest_recorded);
    Follower follower{*views};
    ok(follower.catch_up());
    m.note("a", "n7", 7);
    ok(follower.catch_up());
    const auto second = got(rebuild_views(*views, {}));
    BOOST_TEST((second[0].compared == RebuiltView::Compared::equal));
    BOOST_TEST((second[0].live == RebuiltView::Live::equal));
    BOOST_TEST(second[0].is_well());
    ok(follower.catch_up());
  }
  // Another row under the same version: named each time, and not recorded over.
  class Lying final : public CaseProjection {
   public:
    std::string_view name() const override { return "count"; }
    std::uint32_t version() const override { return 1; }
    std::unique_ptr<ProjectedCase> begin(const SubjectId& id,
                                         const Directory& directory) const override {
      return other_.begin(id, directory);
    }
    Result<std::unique_ptr<ProjectedCase>> fold(const SubjectId& id,
                                                std::span<const EventPtr> recorded,
                                                const Directory& directory) const override {
      return other_.fold(id, recorded, directory);
    }
    const Counting other_{{.version = 7}};
  };
  const Lying lying;
  const CaseProjection* const liar[] = {&lying};
  const auto views = views_of(m, liar);
  for (int i = 0; i < 2; ++i) {
    const auto rebuilt = got(rebuild_views(*views, {}));
    BOOST_TEST((rebuilt[0].compared == RebuiltView::Compared::differs));
    BOOST_TEST(!rebuilt[0].digest_recorded);
    BOOST_TEST(!rebuilt[0].is_well());
  }
}

// Takes a domain's key from the table, as an erasure does.
void erase_key(const std::string& path, const DomainId& domain) {
  std::ifstream in{path, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  const ByteView table = as_bytes(text);
  Bytes left;
  append(left, table.first(log::kKeyTableHeaderBytes));
  for (std::size_t at = log::kKeyTableHeaderBytes; at < table.size(); at += log::kKeyRecordBytes) {
    std::optional<log::KeyRecord> record =
        log::decode_key_record(table.subspan(at, log::kKeyRecordBytes));
    BOOST_REQUIRE(record);
    if (record->id == domain) continue;
    record->place = 0;
    record->count = 1;
    log::append_key_record(left, *record);
  }
  BOOST_REQUIRE(left.size() + log::kKeyRecordBytes == table.size());
  std::ofstream{path, std::ios::binary} << as_text(left);
}

BOOST_AUTO_TEST_CASE(the_digest_of_a_build_is_that_of_the_rows_it_stored) {
  Municipality m;
  const Counting counting{{}};
  const CaseProjection* const only[] = {&counting};
  m.concern("a");
  m.concern("b");
  const TreeSize before = m.bti.log->head().size;
  m.note("a", "n1", 1);
  const SubjectId erased = m.id_of("a");
  const DomainId domain = got(m.bti.gate->source().subject(erased))->access;
  m.close();
  erase_key(m.paths.key_table, domain);
  m.open();
  const auto views = views_of(m, only);
  const BuildRequest request{&counting, {before}};
  const Built built = got(build_views(*views, {&request, 1}))[0];
  const auto read = views->read();
  const Rows rows = rows_of(*read, built.generation);
  BOOST_TEST(!rows.contains(erased));
  BOOST_TEST(built.cases == rows.size());
  BOOST_TEST((built.digest == got(stored_digest(*read, built.generation))));
  BOOST_TEST((built.digests[0].digest == built.digest));  // nothing came for the other cases
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti
