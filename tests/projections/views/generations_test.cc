// Generations: a projection that fails, a version that is raised, a store that breaks.

#include <boost/test/data/test_case.hpp>
#include <fstream>
#include <thread>

#include "engine/log/keeping/key_table_format.h"
#include "engine/storage/columns.h"
#include "projections/views/rebuild_views.h"
#include "tests/projections/views/town.h"
#include "tests/support/fault_disk.h"
#include "tests/support/fault_rocksdb.h"
#include "tests/support/swapped_entry.h"

namespace stafett::bti {
namespace {

using namespace stafett::bti::test;
using stafett::testing::Fault;
using stafett::testing::FaultDisk;
using stafett::testing::FaultPlan;

// Counts a case's events. Row: version, number of events, and whether the directory has a gym when
// it reads that.
struct Behaviour {
  std::string name = "count";
  std::uint32_t version = 1;
  std::uint32_t throws_at = 0;  // number of events of a case; 0: never
  bool reads_directory = false;
  bool resumes = false;        // from its row, and so with the directory that the row was made with
  std::string throws_in = "";  // a function of the projection

  void enter(std::string_view function) const {
    if (function == throws_in) throw std::runtime_error{"does not like this one"};
  }
};

class CountingCase final : public ProjectedCase {
 public:
  CountingCase(const Behaviour& behaviour, const Directory& directory)
      : behaviour_(behaviour), directory_(directory) {}
  CountingCase(const Behaviour& behaviour, const Directory& directory, ByteView row)
      : CountingCase(behaviour, directory) {
    events_ = from_big_endian<std::uint32_t>(row.subspan(4));
    if (behaviour_.reads_directory) gym_ = row.back();
  }
  bool needs_all(const Event&) const override { return false; }
  Result<void> add(const EventPtr&, const CaseLoader&) override {
    if (++events_ == behaviour_.throws_at) throw std::runtime_error{"does not like this one"};
    return {};
  }
  Result<Bytes> row() const override {
    Bytes row;
    append(row, big_endian(behaviour_.version));
    append(row, big_endian(events_));
    if (behaviour_.reads_directory)
      row.push_back(gym_.value_or(directory_.has_service("gym") ? 1 : 0));
    return row;
  }

 private:
  const Behaviour& behaviour_;
  const Directory& directory_;
  std::uint32_t events_ = 0;
  std::optional<std::uint8_t> gym_;
};

class Counting final : public CaseProjection {
 public:
  explicit Counting(Behaviour behaviour) : behaviour_(std::move(behaviour)) {}
  std::string_view name() const override { return behaviour_.name; }
  std::uint32_t version() const override { return behaviour_.version; }
  std::unique_ptr<ProjectedCase> begin(const SubjectId&,
                                       const Directory& directory) const override {
    behaviour_.enter("begin");
    return std::make_unique<CountingCase>(behaviour_, directory);
  }
  Result<std::unique_ptr<ProjectedCase>> fold(const SubjectId& case_id,
                                              std::span<const EventPtr> recorded,
                                              const Directory& directory) const override {
    std::unique_ptr<ProjectedCase> folded = begin(case_id, directory);
    for (const EventPtr& event : recorded) ENGINE_TRY_VOID(folded->add(event, {}));
    return folded;
  }
  Result<std::unique_ptr<ProjectedCase>> resume(const SubjectId&, ByteView row,
                                                const Directory& directory) const override {
    behaviour_.enter("resume");
    std::unique_ptr<ProjectedCase> resumed;
    if (behaviour_.resumes) resumed = std::make_unique<CountingCase>(behaviour_, directory, row);
    return resumed;
  }
  bool reads_directory() const override { return behaviour_.reads_directory; }
  Touches touches(const Event& event) const override {
    behaviour_.enter("touches");
    return behaviour_.reads_directory && event.type == schema::EventType::SERVICE_REGISTERED
               ? Touches::all
               : Touches::none;
  }

 private:
  const Behaviour behaviour_;
};

const Generation& named(const std::vector<Generation>& all, std::string_view name, Role role) {
  const auto found = std::ranges::find_if(
      all, [&](const Generation& one) { return one.name == name && one.role == role; });
  BOOST_REQUIRE((found != all.end()));
  return *found;
}

void register_gym(Municipality& m) {
  m.recorded("ServiceRegistered", "", 0,
             R"({"service":"gym","kind":"school","names":{"nb":"S","nn":"S","en":"S"}})");
}

BOOST_AUTO_TEST_CASE(a_projection_that_throws_is_stopped_and_named_and_the_others_go_on) {
  Municipality m;
  const Counting good{{.name = "good"}}, bad{{.name = "bad", .throws_at = 3}};
  const CaseProjection* const both[] = {&bad, &good};
  m.concern("a");
  const auto views = views_of(m, both);
  {
    Follower follower{*views};
    ok(follower.catch_up());
    m.notes("a", 2);
    m.notes("b", 1);
    ok(follower.catch_up());
  }
  const auto check = [&](const Views& of) {
    const std::vector<Generation> all = of.generations();
    const Generation& stopped = named(all, "bad", Role::serving);
    BOOST_REQUIRE(stopped.stopped);
    BOOST_TEST(stopped.stopped->find("does not like this one") != std::string::npos);
    BOOST_TEST(stopped.size.value() < m.bti.log->head().size.value());
    BOOST_TEST(got(lag_of(stopped, m.bti.log->store(), m.bti.log->head().size)).events > 0u);
    // Its rows are still those of its size.
    for (const auto& [id, row] : serving_rows(of, "bad"))
      BOOST_TEST(from_big_endian<std::uint32_t>(ByteView{row}.subspan(4)) < 3u);
    BOOST_TEST((serving_rows(of, "good") == rows_from_scratch(m, good)));
  };
  check(*views);
  // Stopped is stopped: another start does not try again.
  Follower again{*views};
  m.note("a", "n9", 9);
  ok(again.catch_up());
  check(*views);
}

BOOST_AUTO_TEST_CASE(a_projection_that_throws_in_a_rebuild_is_named_and_the_others_are_built) {
  Municipality m;
  m.concern("a");
  m.notes("a", 5);
  const Counting good{{.name = "good"}}, bad{{.name = "bad", .throws_at = 3}};
  const CaseProjection* const both[] = {&bad, &good};
  const auto views = views_of(m, both);
  const auto rebuilt = got(rebuild_views(*views, {}));
  BOOST_REQUIRE(rebuilt.size() == 2u);
  BOOST_TEST(rebuilt[0].built.generation.stopped.value_or("").find("does not like") !=
             std::string::npos);
  BOOST_TEST(!rebuilt[0].is_well());
  BOOST_TEST(rebuilt[1].is_well());
  Follower follower{*views};
  ok(follower.catch_up());
  BOOST_TEST((serving_rows(*views, "good") == rows_from_scratch(m, good)));
}

constexpr const char* kFunctions[] = {"begin", "resume", "touches"};

BOOST_DATA_TEST_CASE(wherever_a_projection_throws_it_alone_is_stopped,
                     boost::unit_test::data::make(kFunctions), function) {
  Municipality m;
  m.concern("a");
  const Counting good{{.name = "good"}}, bad{{.name = "bad", .throws_in = function}};
  const CaseProjection* const both[] = {&bad, &good};
  const auto views = views_of(m, both);
  BOOST_TEST(got(rebuild_views(*views, {}))[1].is_well());
  ok(Follower{*views}.catch_up());
  register_gym(m);
  m.note("a", "n1", 1);
  Follower follower{*views};
  follower.start();
  while (named(views->generations(), "good", Role::serving).size < m.bti.log->head().size) {
    BOOST_REQUIRE(!follower.failure());
    std::this_thread::yield();
  }
  follower.stop();
  BOOST_TEST(!follower.failure());
  const std::vector<Generation> all = views->generations();
  const auto stopped = std::ranges::find(all, "bad", &Generation::name);
  BOOST_REQUIRE((stopped != all.end() && stopped->stopped));
  BOOST_TEST(stopped->stopped->find("does not like this one") != std::string::npos);
  BOOST_TEST((serving_rows(*views, "good") == rows_from_scratch(m, good)));
}

BOOST_AUTO_TEST_CASE(a_rebuild_takes_the_place_of_one_that_stopped) {
  Municipality m;
  m.concern("a");
  m.notes("a", 5);
  const Counting bad{{.throws_at = 3}}, mended{{}};
  {
    const CaseProjection* const first[] = {&bad};
    const auto views = views_of(m, first);
    Follower follower{*views};
    ok(follower.catch_up());
    BOOST_TEST(views->generations()[0].stopped.has_value());
  }
  const CaseProjection* const second[] = {&mended};
  const auto views = views_of(m, second);
  BOOST_TEST(got(rebuild_views(*views, "count"))[0].is_well());
  Follower follower{*views};
  ok(follower.catch_up());
  require_clean(m, *views);
}

BOOST_AUTO_TEST_CASE(the_old_version_is_read_until_the_new_one_has_caught_up) {
  Municipality m;
  const Counting first{{.version = 1}}, second{{.version = 2}};
  for (int i = 0; i < 5; ++i) m.concern("case-" + std::to_string(i));
  {
    const CaseProjection* const old[] = {&first};
    const auto views = views_of(m, old);
    Follower follower{*views};
    ok(follower.catch_up());
  }
  const Rows old_rows = rows_from_scratch(m, first);
  const CaseProjection* const raised[] = {&second};
  const auto views = views_of(m, raised);
  // A reader never sees anything but all rows of one version.
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> looks{0};
  std::atomic<bool> mixed{false};
  std::jthread reader{[&] {
    while (!stop) {
      const auto read = views->read();
      const auto serving = read->serving("count");
      if (!serving) {
        mixed = true;
        break;
      }
      std::size_t rows = 0;
      const auto done = read->rows(*serving, SubjectId{}, [&](const SubjectId&, const Bytes& row) {
        if (from_big_endian<std::uint32_t>(row) != serving->version) mixed = true;
        ++rows;
        return Result<storage::Scan>{storage::Scan::more};
      });
      if (!done || rows < old_rows.size()) mixed = true;
      ++looks;
    }
  }};
  const auto rebuilt = got(rebuild_views(*views, {}));
  BOOST_TEST((serving_rows(*views, "count") == old_rows));
  m.note("case-1", "n1", 1);
  Follower follower{*views};
  ok(follower.catch_up());
  while (looks < 3) std::this_thread::yield();
  stop = true;
  reader.join();
  BOOST_TEST(!mixed);
  BOOST_TEST(got(views->read()->serving("count")).version == 2u);
  require_clean(m, *views);
  BOOST_TEST(views->generations().size() == 1u);
  // Nothing of the old one is left.
  std::size_t rows = 0;
  ok(views->store().reads()->scan(as_bytes(kRowPrefix), {}, [&](ByteView, ByteView) {
    ++rows;
    return Result<storage::Scan>{storage::Scan::more};
  }));
  BOOST_TEST(rows == old_rows.size());
}

BOOST_AUTO_TEST_CASE(a_raised_version_without_a_rebuild_is_folded_beside_the_old_one) {
  Municipality m;
  const Counting first{{.version = 1}}, second{{.version = 2}};
  m.concern("a");
  {
    const CaseProjection* const old[] = {&first};
    const auto views = views_of(m, old);
    Follower follower{*views};
    ok(follower.catch_up());
  }
  const CaseProjection* const raised[] = {&second};
  const auto views = views_of(m, raised);
  Follower follower{*views};
  BOOST_TEST((got(follower.step()) == Follower::Step::moved));
  BOOST_TEST(got(views->read()->serving("count")).version == 1u);
  ok(follower.catch_up());
  require_clean(m, *views);
}

BOOST_AUTO_TEST_CASE(a_new_version_takes_over_while_events_keep_coming) {
  Municipality m;
  const Counting first{{.version = 1}}, second{{.version = 2}};
  m.concern("a");
  {
    const CaseProjection* const old[] = {&first};
    const auto views = views_of(m, old);
    ok(Follower{*views}.catch_up());
  }
  const CaseProjection* const raised[] = {&second};
  const auto views = views_of(m, raised);
  Follower follower{*views};
  for (int i = 1; i <= 4; ++i) {
    m.note("a", "n" + std::to_string(i), i);
    (void)got(follower.step());
  }
  BOOST_TEST(got(views->read()->serving("count")).version == 2u);
  ok(follower.catch_up());
  require_clean(m, *views);
}

BOOST_AUTO_TEST_CASE(what_no_projection_here_goes_on_with_takes_nobodys_place) {
  Municipality m;
  const Counting first{{.version = 1}}, second{{.version = 2}};
  m.concern("a");
  const CaseProjection* const old[] = {&first};
  {
    const auto views = views_of(m, old);
    ok(Follower{*views}.catch_up());
    const BuildRequest request{&second, {}};
    (void)got(build_views(*views, {&request, 1}));
  }
  const auto views = views_of(m, old);
  Follower follower{*views};
  ok(follower.catch_up());
  BOOST_TEST(got(views->read()->serving("count")).version == 1u);
  require_clean(m, *views);
}

BOOST_AUTO_TEST_CASE(a_build_that_fails_is_given_up_and_what_it_replaced_begun_again) {
  Municipality m;
  const Counting first{{.version = 1}}, second{{.version = 2}};
  m.concern("a");
  {
    const CaseProjection* const old[] = {&first};
    const auto views = views_of(m, old);
    ok(Follower{*views}.catch_up());
  }
  const CaseProjection* const raised[] = {&second};
  const auto views = views_of(m, raised);
  Follower follower{*views};
  (void)got(follower.step());
  BOOST_TEST((named(views->generations(), "count", Role::coming).version == 2u));
  // The second of the two gives up the first.
  const BuildRequest twice[] = {{&second, {}}, {&second, {}}};
  const auto built = build_views(*views, twice);
  BOOST_REQUIRE(!built);
  BOOST_TEST((built.error().code() == Errc::conflict));
  BOOST_TEST(views->generations().size() == 1u);  // the one that serves
  ok(follower.catch_up());
  BOOST_TEST(got(views->read()->serving("count")).version == 2u);
  require_clean(m, *views);
}

BOOST_AUTO_TEST_CASE(rows_that_are_made_anew_are_not_gone_on_with_from_the_old_ones) {
  Municipality m;
  const Counting counting{{.reads_directory = true, .resumes = true}};
  const CaseProjection* const only[] = {&counting};
  const auto views = views_of(m, only);
  m.concern("a");
  m.concern("b");
  ok(Follower{*views}.catch_up());
  register_gym(m);
  m.note("a", "n1", 1);
  ok(Follower{*views}.catch_up());
  require_clean(m, *views);
  m.note("b", "n2", 2);  // from its row
  ok(Follower{*views}.catch_up());
  require_clean(m, *views);
}

BOOST_AUTO_TEST_CASE(a_change_of_the_directory_makes_the_rows_anew) {
  Municipality m;
  const Counting counting{{.reads_directory = true}};
  const CaseProjection* const only[] = {&counting};
  const auto views = views_of(m, only);
  const int cases = static_cast<int>(Front::kSweptCases) + 9;
  for (int i = 0; i < cases; ++i) m.concern("case-" + std::to_string(i));
  Follower follower{*views};
  ok(follower.catch_up());
  require_clean(m, *views);
  register_gym(m);
  m.recorded("ServiceRegistered", "", 0,
             R"({"service":"pool","kind":"school","names":{"nb":"S","nn":"S","en":"S"}})");
  m.note("case-3", "n1", 1);
  // One step: as far as the log, and still making rows anew, once for both changes. What is left is
  // gone on with.
  BOOST_TEST((got(follower.step()) == Follower::Step::moved));
  BOOST_TEST((views->generations()[0].sweep == Sweep::running));
  Follower another{*views};
  ok(another.catch_up());
  require_clean(m, *views);
  const BuildRequest request{&counting, {views->generations()[0].size}};
  const auto built = got(build_views(*views, {&request, 1}));
  BOOST_TEST((rows_of(*views->read(), built[0].generation) == serving_rows(*views, "count")));
}

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
  register_gym(m);
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

BOOST_AUTO_TEST_CASE(views_whose_rows_cannot_be_gone_through_are_thrown_away) {
  Municipality m;
  m.concern("a");
  const Counting counting{{}};
  const CaseProjection* const only[] = {&counting};
  {
    const auto views = views_of(m, only);
    ok(Follower{*views}.catch_up());
    Bytes key = row_prefix(0);
    key.push_back(7);
    storage::ViewBatch batch;
    batch.put(key, key);
    ok(views->store().write(batch));
  }
  const auto views = views_of(m, only);
  BOOST_TEST(views->thrown_away().has_value());
  ok(Follower{*views}.catch_up());
  require_clean(m, *views);
}

BOOST_AUTO_TEST_CASE(a_damaged_log_destroys_no_views) {
  Municipality m;
  m.concern("a");
  const Counting counting{{}};
  const CaseProjection* const only[] = {&counting};
  TreeSize size;
  {
    const auto views = views_of(m, only);
    ok(Follower{*views}.catch_up());
    size = views->generations()[0].size;
  }
  m.notes("a", 300);  // who opens the log again has no need of what is in whole tiles
  m.turn_over();
  m.close();
  const Position last{size.value() - 1};
  const std::string entry = stafett::testing::swap_entry(m.paths.database, last, {});
  m.open();
  {
    const auto views = Views::open(place_of(m, only));
    BOOST_REQUIRE(!views);
    BOOST_TEST((views.error().code() == Errc::io));
  }
  m.close();
  stafett::testing::swap_entry(m.paths.database, last, entry);
  m.open();
  BOOST_TEST(!views_of(m, only)->thrown_away());
}

BOOST_AUTO_TEST_CASE(views_of_another_history_are_thrown_away) {
  Municipality m;
  m.concern("a");
  const Counting counting{{}};
  const CaseProjection* const only[] = {&counting};
  {
    const auto views = views_of(m, only);
    Follower follower{*views};
    ok(follower.catch_up());
    Generation ahead = views->generations()[0];
    ahead.size = TreeSize{ahead.size.value() + 5};
    ok(views->commit({}, {&ahead, 1}, {}));
  }
  const auto views = views_of(m, only);
  BOOST_TEST(views->thrown_away().has_value());
  Follower follower{*views};
  ok(follower.catch_up());
  require_clean(m, *views);
}

BOOST_AUTO_TEST_CASE(a_row_that_was_changed_is_named_by_a_rebuild_and_not_gone_on_from) {
  Municipality m;
  m.concern("a");
  m.concern("b");
  const CaseProjection* const only[] = {all_projections()[0]};
  const auto views = views_of(m, only);
  {
    Follower follower{*views};
    ok(follower.catch_up());
  }
  const Generation serving = got(views->read()->serving("state"));
  for (const char* label : {"a", "b"}) {
    const Bytes key = row_key(serving.number, m.id_of(label));
    Bytes sealed = *got(views->store().get(key));
    sealed[sealed.size() / 2] ^= 1;
    storage::ViewBatch batch;
    batch.put(key, sealed);
    ok(views->store().write(batch));
  }
  m.note("a", "n1", 1);
  Follower follower{*views};
  ok(follower.catch_up());
  BOOST_TEST((*got(views->read()->row(serving, m.id_of("a"))) ==
              rows_from_scratch(m, *only[0]).at(m.id_of("a"))));
  const auto rebuilt = got(rebuild_views(*views, {}));
  BOOST_TEST((rebuilt[0].live == RebuiltView::Live::differs));
  BOOST_TEST(!rebuilt[0].is_well());
  ok(follower.catch_up());
  require_clean(m, *views);
}

// Faults under the views' store: what is found again is gone on with, and comes out right.
constexpr Fault kFaults[] = {Fault::power_cut, Fault::io_error, Fault::no_space,
                             Fault::failed_persisted};

BOOST_DATA_TEST_CASE(views_come_out_right_whatever_the_disk_does,
                     boost::unit_test::data::make(kFaults), fault) {
  const std::uint64_t seed = stafett::testing::seed_from_environment(20260103);
  Municipality m;
  m.close();
  m.paths.views = "/disk/views";
  m.open();
  Doings{m, seed}.some(60);
  const Counting counting{{.reads_directory = true}};
  const CaseProjection* const both[] = {all_projections()[0], &counting};
  const auto options_on = [](FaultDisk& disk) {
    storage::ViewStoreOptions options;
    options.environment = stafett::testing::fault_environment(disk);
    options.memtable_bytes = 8u << 10;
    return options;
  };
  const std::uint64_t step = full_rounds() ? 1 : 13;
  for (std::uint64_t at = 0;; at += step) {
    const FaultPlan plan{fault, at, seed + at};
    BOOST_TEST_CONTEXT(plan) {
      FaultDisk disk(plan);
      ViewsPlace place{*m.bti.log, m.bti.gate->source(), both, options_on(disk)};
      if (const auto views = Views::open(place)) {
        Follower follower{**views, {.cases_max = 2}};
        bool goes = true;
        for (int i = 0; i < 3 && goes; ++i) goes = static_cast<bool>(follower.step());
        goes = goes && rebuild_views(**views, "state", 1);
        goes = goes && follower.catch_up();
        if (!disk.fired()) BOOST_REQUIRE(goes);
      }
      const bool fired = disk.fired();
      disk.power_cycle();
      Result<std::unique_ptr<Views>> again = Views::open(place);
      if (!again) {  // before its first sync a database is not even damaged
        ok(storage::ViewStore::destroy(m.paths.views, place.store));
        again = Views::open(place);
      }
      const auto views = got(std::move(again));
      Follower follower{*views};
      ok(follower.catch_up());
      require_clean(m, *views);
      if (!fired) break;
    }
  }
}

}  // namespace
}  // namespace stafett::bti
