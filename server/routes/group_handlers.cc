#include "server/routes/group_handlers.h"

#include <algorithm>
#include <boost/json.hpp>

#include "server/http/problem.h"
#include "server/routes/signed_in.h"

namespace stafett::server {

HttpResponse limit_reached(const std::string& detail, const std::string& request,
                           std::uint32_t seconds) {
  HttpResponse response = problem("limit-reached", detail, request);
  response.retry_after = seconds;
  return response;
}

HttpResponse group_problem(const Error& error, const std::string& request) {
  switch (error.code()) {
    case Errc::conflict:
      return problem("group-differs", error.detail(), request);
    case Errc::too_large:
      return limit_reached(error.detail(), request, 60);
    case Errc::refused:
      return problem("invalid-token", {}, request);
    default:
      return problem_of(error, request);
  }
}

HttpResponse json_answer(const boost::json::value& body, unsigned status) {
  HttpResponse response;
  response.status = status;
  response.body = boost::json::serialize(body) + "\n";
  return response;
}

Result<boost::json::object> body_of(const HttpRequest& request,
                                    std::initializer_list<std::string_view> members) {
  boost::system::error_code error;
  const boost::json::value parsed = boost::json::parse(request.body, error);
  if (error || !parsed.is_object())
    return Error{Errc::invalid_argument, "the body is to be a JSON object"};
  for (const auto& [key, value] : parsed.as_object())
    if (std::ranges::find(members, std::string_view{key}) == members.end())
      return Error{Errc::invalid_argument, "the body has a member that is not known"};
  return parsed.as_object();
}

Handler of_groups(const LogSet& logs, const GroupsOfLogs& groups, OfGroups answer) {
  return signed_in(logs, [&groups, answer = std::move(answer)](
                             ServedLog& log, const SignedIn& person, const HttpRequest& request) {
    Groups* of_log = groups.find(log);
    if (!of_log) return problem("not-found", {}, request.id);
    return answer(*of_log, person, request);
  });
}

Handler of_group(const LogSet& logs, const GroupsOfLogs& groups, OfGroup answer) {
  return of_groups(logs, groups,
                   [answer = std::move(answer)](Groups& of_log, const SignedIn& person,
                                                const HttpRequest& request) {
                     const auto group = of_log.find(person.person, request.param("name"));
                     if (!group) return problem("not-found", "no such group", request.id);
                     return answer(of_log.log(), group, person, request);
                   });
}

}  // namespace stafett::server
