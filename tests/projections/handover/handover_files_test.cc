// What a hand-over says of itself comes from another municipality: all of it is judged.

#include "projections/handover/handover_files.h"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

namespace stafett::bti {
BOOST_AUTO_TEST_SUITE(handover_files_test)
namespace {

HandoverScope scope() {
  HandoverScope scope;
  scope.origin = "stafett.example/9901";
  scope.case_id = "0197aa00-0000-7000-8000-000000000001";
  scope.subject = "ola";
  scope.transfer = "x1";
  scope.to_municipality = "9902";
  scope.consents = {"t1", "t2"};
  scope.made_at = "2026-01-12T08:00:00Z";
  scope.entries = 3;
  scope.head.size = TreeSize{40};
  return scope;
}

Result<HandoverScope> with(const char* member, const boost::json::value& value) {
  boost::json::object json = boost::json::parse(scope_text(scope())).as_object();
  json[member] = value;
  return parse_handover_scope(boost::json::serialize(json) + "\n");
}

BOOST_AUTO_TEST_CASE(a_scope_is_read_as_it_was_written) {
  const auto read = parse_handover_scope(scope_text(scope()));
  BOOST_REQUIRE(read);
  BOOST_TEST(scope_text(*read) == scope_text(scope()));
}

BOOST_AUTO_TEST_CASE(a_scope_with_what_no_log_writes_is_malformed) {
  BOOST_TEST(with("transfer", "x2").has_value());
  for (const char* member : {"origin", "subject", "transfer", "toMunicipality"}) {
    BOOST_TEST(!with(member, "x1\npakke: 1 byte"), member);
    BOOST_TEST(!with(member, ""), member);
    BOOST_TEST(!with(member, boost::json::string(2'000, 'x')), member);
    BOOST_TEST(!with(member, 1), member);
  }
  BOOST_TEST(!with("subjectKind", "adult"));
  BOOST_TEST(!with("case", "case-1"));
  BOOST_TEST(!with("madeAt", "yesterday"));
  BOOST_TEST(!with("consents", boost::json::array{"t1\n"}));
  BOOST_TEST(!with("size", -1));
  BOOST_TEST(!with("more", "x"));
}

BOOST_AUTO_TEST_CASE(a_line_of_a_document_is_read_as_it_was_written_and_else_malformed) {
  HandedDocument line;
  line.event = EventId{{1, 2, 3}};
  line.bytes = 7;
  const std::string text = boost::json::serialize(to_json(line));
  const auto read = parse_handed_document(text);
  BOOST_REQUIRE(read);
  BOOST_TEST(boost::json::serialize(to_json(*read)) == text);
  for (const char* wrong : {"", "[]", R"({"event":1,"bytes":1,"sha256":"00"})",
                            R"({"event":"x","bytes":1,"sha256":"00"})"})
    BOOST_TEST(!parse_handed_document(wrong), wrong);
}

BOOST_AUTO_TEST_CASE(only_the_id_of_an_event_makes_the_name_of_a_document) {
  BOOST_TEST(is_document_file(document_file(EventId{{1, 2, 3}})));
  for (const char* name : {"document-", "document-1", "documents.jsonl", "document-../manifest",
                           "document-0197AA00-0000-7000-8000-000000000001"})
    BOOST_TEST(!is_document_file(name), name);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::bti
