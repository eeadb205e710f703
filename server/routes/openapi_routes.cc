#include "server/routes/openapi_routes.h"

#include <string_view>

#include "server/http/compress.h"

namespace stafett::server {
namespace {

// In pieces, as compilers take string literals of so many bytes.
constexpr std::string_view kPieces[] = {
#include "openapi.inc"
};

}  // namespace

void add_openapi_routes(Router& router) {
  std::string document;
  for (const std::string_view piece : kPieces) document += piece;
  // It is the same for all, and long: packed once, not by each request.
  std::string packed = gzip(document);
  router.add(
      Method::get, "/openapi.json",
      [document = std::move(document), packed = std::move(packed)](const HttpRequest& request) {
        HttpResponse response;
        const bool is_packed = takes_gzip(request.headers.find("accept-encoding"));
        response.body = is_packed ? packed : document;
        if (is_packed) response.encoding = "gzip";
        response.cache = "no-cache";
        return response;
      });
}

}  // namespace stafett::server
