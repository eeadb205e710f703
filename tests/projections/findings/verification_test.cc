#include <boost/json/parse.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "projections/findings/verification.h"

namespace stafett::bti::test {
BOOST_AUTO_TEST_SUITE(verification_test)
namespace {

constexpr std::string_view kOrigin = "stafett.example/9901";

BOOST_AUTO_TEST_CASE(faults_at_entries_are_taken_from_a_report_once_each) {
  const auto report = boost::json::parse(R"({"ok":false,"origin":"stafett.example/9901","errors":[
    {"position":9,"place":"part","code":"part-digest","detail":"narrative"},
    {"position":4,"place":"entry","code":"signature","detail":""},
    {"position":9,"place":"part","code":"part-missing","detail":"fact"},
    {"position":null,"place":"tile 0/0","code":"tile","detail":""},
    {"position":2,"place":"index","code":"index","detail":""}]})");
  const auto faults = faults_in_report(report, kOrigin);
  BOOST_REQUIRE(faults);
  BOOST_TEST((*faults == std::vector<Position>{Position{4}, Position{9}}));
}

struct BadReport {
  const char* name;
  const char* text;
  Errc code = Errc::malformed;
};
std::ostream& operator<<(std::ostream& out, const BadReport& bad) {
  return out << bad.name;
}
const BadReport bad_reports[] = {
    {"no object", "[]"},
    {"no errors", R"({"origin":"stafett.example/9901"})"},
    {"no origin", R"({"errors":[]})"},
    {"another log's", R"({"origin":"stafett.example/9902","errors":[]})", Errc::invalid_argument},
    {"an error without code", R"({"origin":"stafett.example/9901","errors":[{"position":1}]})"},
    {"a position that is none",
     R"({"origin":"stafett.example/9901","errors":[{"position":-1,"code":"signature"}]})"},
};
BOOST_DATA_TEST_CASE(what_is_no_report_is_refused, boost::unit_test::data::make(bad_reports), bad) {
  const auto faults = faults_in_report(boost::json::parse(bad.text), kOrigin);
  BOOST_REQUIRE(!faults);
  BOOST_TEST((faults.error().code() == bad.code));
}

BOOST_AUTO_TEST_CASE(a_fault_is_a_breach_from_the_local_day_of_its_recording) {
  // 2026-06-30 23:30 UTC is the first of July in Oslo.
  const Finding fault =
      chain_fault(Position{9}, TimeUs{1782862200LL * 1'000'000}, ProfileHistory{});
  BOOST_TEST(fault.ref.text == "pos:9");
  BOOST_TEST(Date{fault.first}.to_text() == "2026-07-01");
  BOOST_TEST(fault.cleared == kNoDate);
  BOOST_TEST((level_of(fault.rule) == FindingLevel::breach));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti::test
