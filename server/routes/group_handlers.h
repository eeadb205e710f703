#pragma once
// What the handlers of consumer groups have in common.

#include <boost/json/object.hpp>
#include <functional>
#include <initializer_list>

#include "server/groups/groups.h"
#include "server/http/router.h"

namespace stafett::server {

HttpResponse limit_reached(const std::string& detail, const std::string& request,
                           std::uint32_t seconds);
HttpResponse group_problem(const Error& error, const std::string& request);
HttpResponse json_answer(const boost::json::value& body, unsigned status = 200);

// The body as an object with these members and no others. Errors: invalid_argument.
Result<boost::json::object> body_of(const HttpRequest& request,
                                    std::initializer_list<std::string_view> members);

using OfGroup = std::function<HttpResponse(ServedLog&, const std::shared_ptr<Group>&,
                                           const SignedIn&, const HttpRequest&)>;
using OfGroups = std::function<HttpResponse(Groups&, const SignedIn&, const HttpRequest&)>;

Handler of_groups(const LogSet& logs, const GroupsOfLogs& groups, OfGroups answer);
// Of the group that the path names. Whoever does not own it is told that there is none.
Handler of_group(const LogSet& logs, const GroupsOfLogs& groups, OfGroup answer);

}  // namespace stafett::server
