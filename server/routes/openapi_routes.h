#pragma once
// The description of every path, for people and programs: openapi.json beside this file, as it is.
//
// Source: OpenAPI 3.2.0

#include "server/http/router.h"

namespace stafett::server {

void add_openapi_routes(Router& router);

}  // namespace stafett::server
