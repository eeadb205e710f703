#pragma once
// Events as requests carry them, and what is answered to one that is refused.
//
// Threads: any.

#include <boost/json/value.hpp>

#include "projections/recorder/json_event.h"
#include "server/routes/signed_in.h"

namespace stafett::server {

HttpResponse refused(const log::Refusal& refusal, const std::string& request);

// An event is signed with the key of whoever has signed in: it can be nobody else's. Without an
// actor it is that person's.
boost::json::value own(boost::json::value event, const SignedIn& person, bool& is_own);
const log::Refusal& not_you();

// One event in JSON of the person who has signed in, after that sign-in; else the answer that says
// what is wrong.
std::variant<bti::JsonEvent, HttpResponse> own_event(std::string_view json, const SignedIn& person,
                                                     const std::string& request);

}  // namespace stafett::server
