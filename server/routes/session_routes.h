#pragma once
// Signing in with a browser: to the issuer, back from it, and out again.
//
//   GET  /session/login?issuer=NAME&return=PATH    sends the browser to the issuer
//   GET  /session/callback/{issuer}                where the issuer sends it back
//   POST /session/end                              signs out

#include "server/http/router.h"
#include "server/logs/log_set.h"

namespace stafett::server {

// Told of each sign-in that came to nothing, and why: the request's id and nothing of the person.
using SignInRefused = std::function<void(const std::string& request, const Error& why)>;

// REQUIRES: logs.sessions(). Lifetime: the logs outlive the router.
void add_session_routes(Router& router, const LogSet& logs, SignInRefused refused);

}  // namespace stafett::server
