// The server's description of itself is packed once.

#include "server/routes/openapi_routes.h"

#include <boost/test/unit_test.hpp>

#include "server/http/compress.h"

namespace stafett::server {
BOOST_AUTO_TEST_SUITE(openapi_routes_test)

BOOST_AUTO_TEST_CASE(whoever_takes_gzip_is_given_what_was_packed_before) {
  Router router;
  add_openapi_routes(router);
  const Router::Found found = router.find(Method::get, {"openapi.json"});
  BOOST_REQUIRE(found.route != nullptr);
  HttpRequest plain, packing;
  packing.headers.add("Accept-Encoding", "gzip");
  const HttpResponse whole = found.route->handler(plain);
  BOOST_TEST(whole.encoding.empty());
  BOOST_TEST(whole.body.starts_with("{"));
  // The handler's own, not what is made of an answer afterwards.
  HttpResponse packed = found.route->handler(packing);
  BOOST_TEST(packed.encoding == "gzip");
  BOOST_TEST((packed.body == gzip(whole.body)));
  const std::string before = packed.body;
  compress(packing, packed);
  BOOST_TEST((packed.body == before));
  BOOST_TEST(packed.vary == "Accept-Encoding");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::server
