#include "server/routes/openapi_routes.h"

#include <string_view>

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
  router.add(Method::get, "/openapi.json", [document = std::move(document)](const HttpRequest&) {
    HttpResponse response;
    response.body = document;
    response.cache = "no-cache";
    return response;
  });
}

}  // namespace stafett::server
