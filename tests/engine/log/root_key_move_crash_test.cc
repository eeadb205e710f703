// The root key is moved on a disk that fails at any operation: the log opens as before or as after.

#include <sys/stat.h>

#include <boost/test/data/test_case.hpp>
#include <cstdlib>
#include <fstream>

#include "engine/log/keeping/root_key_source.h"
#include "tests/engine/log/fault_place.h"
#include "tests/support/fault_points.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(root_key_move_crash_test)
namespace {

using namespace stafett::log::testing;
using stafett::testing::Fault;
using stafett::testing::fault_points;
using stafett::testing::FaultPlan;
using Kind = RootKeySource::Kind;

const RootKeySource kFile{};
const RootKeySource kCredential{Kind::credential, "root"};

// The root key of `paths`, given to this program as systemd would.
class Given final {
 public:
  explicit Given(const LogPaths& paths) {
    const auto key = load_root_key(paths.root_key);
    BOOST_REQUIRE(key);
    const std::string path = directory_.path("root");
    std::ofstream{path, std::ios::binary} << as_text(key->view());
    ::chmod(path.c_str(), 0600);
    ::setenv("CREDENTIALS_DIRECTORY", directory_.path("").c_str(), 1);
    id_ = root_key_id(*key);
  }
  ~Given() { ::unsetenv("CREDENTIALS_DIRECTORY"); }
  Given(const Given&) = delete;
  Given& operator=(const Given&) = delete;
  const Hash& id() const { return id_; }

 private:
  stafett::testing::TemporaryDirectory directory_;
  Hash id_;
};

Result<void> move(LiveLog& log, const RootKeySource& to) {
  return move_root_key(log.options().files, log->paths(), to, log.random());
}

Result<RootKeySource> where(LiveLog& log) {
  return root_key_source(log.paths().root_key);
}

// A log whose root key is in `from`.
struct Case {
  FaultPlace place;
  LiveLog log;
  std::unique_ptr<Given> given;
  StreamId stream;

  Case(const RootKeySource& from, std::uint64_t seed) : place(seed), log(place.place(), seed) {
    require_ok(log.create());
    given = std::make_unique<Given>(log.paths());
    require_ok(log.open());
    stream = log.new_stream();
    log.record(stream);
    if (from.kind != Kind::file) require_ok(move(log, from));
  }
};

struct Way {
  RootKeySource from, to;
};
const Way kWays[] = {{kFile, kCredential}, {kCredential, kFile}};

std::uint64_t operations_of(const Way& way) {
  Case one{way.from, 1};
  one.place.disk().set_plan({});
  require_ok(move(one.log, way.to));
  one.log.abandon();
  return one.place.disk().operations();
}

void check_before_or_after(Case& one, const Way& way, bool moved) {
  require_ok(one.log.open());
  BOOST_TEST(!one.log->read_only_reason(), one.log->read_only_reason().value_or(""));
  const auto source = where(one.log);
  BOOST_REQUIRE(source);
  BOOST_TEST((source->kind == way.to.kind || (!moved && source->kind == way.from.kind)));
  const auto key = load_root_key(one.log.paths().root_key);
  BOOST_REQUIRE(key);
  BOOST_TEST((root_key_id(*key) == one.given->id()));
  // Nothing of it lies about, and the same goes through now.
  const auto names = one.log.options().files.list(one.log.paths().keys);
  BOOST_REQUIRE(names);
  for (const std::string& name : *names)
    BOOST_TEST((!name.starts_with("root.key") || name == "root.key"), name);
  one.log.record(one.stream);
  require_ok(move(one.log, way.to));
  BOOST_TEST((where(one.log)->kind == way.to.kind));
}

BOOST_DATA_TEST_CASE(a_move_cut_short_is_before_or_after,
                     boost::unit_test::data::make({Fault::power_cut, Fault::failed_persisted}),
                     fault) {
  const std::uint64_t seed = stafett::testing::seed_from_environment(1);
  for (const Way& way : kWays) {
    const std::uint64_t operations = operations_of(way);
    BOOST_TEST(operations > 5u);
    for (const std::uint64_t at : fault_points(operations, 16, seed)) {
      const FaultPlan plan{fault, at, seed + at};
      BOOST_TEST_CONTEXT(plan << " from " << way.from.to_string() << " to " << way.to.to_string()) {
        Case one{way.from, plan.seed};
        one.place.disk().set_plan(plan);
        const Result<void> moved = move(one.log, way.to);
        one.log.abandon();
        if (fault == Fault::power_cut)
          one.place.power_cycle();
        else
          one.place.disk().set_plan({});
        check_before_or_after(one, way, moved.has_value());
      }
    }
  }
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
