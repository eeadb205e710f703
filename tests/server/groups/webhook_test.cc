// What is signed and how, and where events may be pushed to.

#include <boost/json.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include "engine/base/encoding.h"
#include "engine/crypto/sha256.h"
#include "server/groups/webhook_hosts.h"
#include "server/groups/webhook_message.h"
#include "tests/support/code_of.h"
#include "tests/support/repeated.h"

namespace stafett::server {
BOOST_AUTO_TEST_SUITE(webhook_test)
namespace {

using stafett::testing::repeated;

const Hash kKey = repeated<Hash>(7);

struct Address {
  const char* text;
  bool ordinary;  // may a host elsewhere resolve to it
  bool local;     // may localhost
};
std::ostream& operator<<(std::ostream& out, const Address& one) {
  return out << one.text;
}
const Address kAddresses[] = {
    {"192.0.2.7", true, false},        {"10.1.2.3", true, false},
    {"2001:db8::7", true, false},      {"127.0.0.1", false, true},
    {"127.1.2.3", false, true},        {"::1", false, true},
    {"::ffff:127.0.0.1", false, true}, {"169.254.169.254", false, false},
    {"fe80::1", false, false},         {"::ffff:169.254.1.1", false, false},
    {"0.0.0.0", false, false},         {"::", false, false},
    {"224.0.0.1", false, false},       {"ff02::1", false, false},
};

BOOST_DATA_TEST_CASE(a_name_leads_only_where_it_may, boost::unit_test::data::make(kAddresses),
                     one) {
  const auto address = boost::asio::ip::make_address(one.text);
  const Result<WebUrl> elsewhere = parse_webhook_url("https://receiver.stafett.example/in");
  const Result<WebUrl> here = parse_webhook_url("http://localhost:8090/in");
  BOOST_REQUIRE((elsewhere && here));
  BOOST_TEST(may_connect(*elsewhere, address) == one.ordinary);
  BOOST_TEST(may_connect(*here, address) == one.local);
}

BOOST_AUTO_TEST_CASE(an_address_is_taken_apart_or_refused) {
  const Result<WebUrl> url = parse_webhook_url("https://Receiver.stafett.example:8443/a?b=c");
  BOOST_REQUIRE(url.has_value());
  BOOST_TEST((url->host == "receiver.stafett.example" && url->port == "8443"));
  BOOST_TEST((url->target == "/a?b=c" && url->encrypted));
  BOOST_TEST(parse_webhook_url("http://[::1]:1").value().host == "::1");
  for (const std::string& text :
       {std::string{}, std::string{"receiver.stafett.example"}, std::string{"ftp://a.example/"},
        std::string{"http://receiver.stafett.example/"}, std::string{"https:///in"},
        std::string{"https://a.example:0/"}, std::string{"https://a.example:70000/"},
        std::string{"https://u@a.example/"}, std::string{"https://a.example/#f"},
        std::string{"https://127.0.0.1.a.example/"},
        "https://a.example/" + std::string(kWebhookUrlMax, 'x')})
    BOOST_TEST((code_of(parse_webhook_url(text)) == Errc::invalid_argument), text);
}

BOOST_AUTO_TEST_CASE(a_host_is_named_with_its_port_or_443) {
  const Result<WebhookHosts> hosts = WebhookHosts::of({"a.example", "b.example:8443"});
  BOOST_REQUIRE(hosts.has_value());
  for (const char* text :
       {"https://a.example/x", "https://A.example:443", "https://b.example:8443"})
    BOOST_TEST(hosts->allowed(text).has_value(), text);
  for (const char* text : {"https://a.example:444/", "https://b.example/", "https://c.example/",
                           "https://aa.example/", "https://a.example.c.example/"})
    BOOST_TEST((code_of(hosts->allowed(text)) == Errc::refused), text);
  for (const char* name : {"", "a b", "a.example/x", "u@a.example", "a.example:x", "a.example?x"})
    BOOST_TEST((code_of(WebhookHosts::of({name})) == Errc::invalid_argument), name);
}

BOOST_AUTO_TEST_CASE(what_is_signed_is_the_id_the_time_and_the_body) {
  const boost::json::object event{{"id", "x"}};
  const WebhookMessage one =
      webhook_message(kKey, Position{7}, event, TimeUs{1'767'225'600'500'000});
  BOOST_TEST(one.timestamp == "1767225600");
  BOOST_TEST(one.body == R"({"id":"x"})");
  const std::string text = one.id + ".1767225600." + one.body;
  BOOST_TEST(one.signature ==
             "v1," + to_base64(crypto::hmac_sha256(kKey.view(), {as_bytes(text)}).view()));
  const WebhookMessage later =
      webhook_message(kKey, Position{7}, event, TimeUs{1'767'225'601'000'000});
  BOOST_TEST(later.id == one.id);
  BOOST_TEST(later.signature != one.signature);
  BOOST_TEST(webhook_message(kKey, Position{8}, event, TimeUs{0}).id != one.id);
  BOOST_TEST(webhook_message(repeated<Hash>(8), Position{7}, event, TimeUs{0}).id != one.id);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server
