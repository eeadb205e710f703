// The JSON form has always all of its keys, in byte order.

#include "projections/state/case_json.h"

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/projections/rules/memory_log.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(case_json_test)
namespace {

BOOST_AUTO_TEST_CASE(nothing_known_is_every_key_with_nothing_in_it) {
  const MemoryLog log;
  BOOST_TEST(
      boost::json::serialize(log.state_json("case", {}, TimeUs{1767225600LL * 1'000'000})) ==
      R"({"agreements":[],"archive":{"message":null,"on":null,"status":"none"},"attachments":0,)"
      R"("case":"?","closedOn":null,"closure":null,"closureDemands":[],"consents":{},"coverage":{},)"
      R"("decidedLevel":null,"escalatedOn":null,"events":0,"exemptions":0,)"
      R"("flags":{"protection":false,"schoolEnvironment":false,"stalled":false},"goals":{},)"
      R"("guardians":{},"hearings":{},"holder":null,"homeService":null,)"
      R"("ip":{"assessedOn":null,"coordinator":null,"entitled":null,"grantedOn":null,)"
      R"("wanted":null,"wantsCoordinator":null},"lastEventAt":null,"level":null,)"
      R"("logCoverage":"missing","measures":{},"meetings":{},"notes":0,"openedOn":null,)"
      R"("participants":{},"pendingOffer":null,"phase":null,"raisedOn":null,"refusals":[],)"
      R"("reports":{},"restricted":[],"rights":{},"schoolPlanComplete":false,"subject":null,)"
      R"("transfers":{},"transitions":{"occurred":[],"planned":[]}})");
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
