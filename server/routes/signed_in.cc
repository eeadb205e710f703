#include "server/routes/signed_in.h"

#include <boost/json.hpp>

#include "server/http/problem.h"
#include "server/routes/of_log.h"

namespace stafett::server {

namespace {

HttpResponse not_signed_in(const ServedLog& log, const Error& error, std::string_view code,
                           const HttpRequest& request) {
  if (error.code() == Errc::not_found) return problem("no-token", {}, request.id);
  if (log.refused) log.refused(request.id, error);
  if (!code.empty()) return problem(code, {}, request.id);
  if (error.code() == Errc::refused) return problem("invalid-token", {}, request.id);
  return problem_of(error, request.id);
}

// Who a request comes from, or by which problem it is turned away.
struct Asking {
  Result<SignedIn> person;
  std::string_view problem = {};
};

// A cookie counts only without a token: programs that have one are not asked where they are.
Asking who_asks(const LogSet& logs, const ServedLog& log, const HttpRequest& request) {
  const std::string_view authorization = request.headers.find("authorization");
  BrowserSessions* sessions = logs.sessions();
  const auto id = sessions && authorization.empty()
                      ? sessions->cookies.session_in(request.headers.find("cookie"))
                      : std::nullopt;
  if (!id) return {log.sign_in.person_of(authorization)};
  if (!is_from_here(request, sessions->here.origin))
    return {Error{Errc::refused, "a session used from elsewhere"}, "cross-site"};
  const auto session = sessions->table.find(*id);
  if (!session) return {Error{Errc::refused, "a session that has ended"}, "session-ended"};
  Asking asking{log.sign_in.person_of(*session->who, log.name)};
  if (asking.person) {
    asking.person->expires_at = session->ends_at;
    asking.person->is_over = session->is_over;
  }
  return asking;
}

}  // namespace

HttpResponse too_many_streams(const RequestLimits& limits, const std::string& request) {
  constexpr std::uint32_t kRetryAfterS = 5;
  HttpResponse response = problem("too-many-requests", limits.streams_allowed(), request);
  response.retry_after = kRetryAfterS;
  return response;
}

// A token is looked at before anything is counted: whoever has a good one is not held back by what
// others send from the same address, such as that of a proxy.
Handler signed_in(const LogSet& logs, SignedInAnswer answer, TokensAboutOne about_one) {
  return of_log(logs, [&logs, answer = std::move(answer), about_one](ServedLog& log,
                                                                     const HttpRequest& request) {
    RequestLimits* limits = logs.limits();
    Asking asking = who_asks(logs, log, request);
    Result<SignedIn>& person = asking.person;
    if (person && person->only_about && about_one == TokensAboutOne::refused)
      person = Error{Errc::refused, "a token about one person, for something else"};
    std::optional<std::uint32_t> wait;
    if (limits)
      wait = person ? limits->ask_as_person(limited_as(log, *person))
                    : limits->ask_from(request.address);
    if (wait) return too_many_requests(*wait, request);
    if (person) return answer(log, *person, request);
    return not_signed_in(log, person.error(), asking.problem, request);
  });
}

std::variant<ReadPurpose, HttpResponse> purpose_of(const HttpRequest& request) {
  ReadPurpose purpose{std::string{request.headers.find("stafett-purpose")},
                      std::string{request.headers.find("stafett-visit")},
                      std::string{request.headers.find("stafett-service")}, request.id};
  if (purpose.purpose.empty() || purpose.visit.empty())
    return problem("purpose-required", "headers Stafett-Purpose and Stafett-Visit", request.id);
  if (!is_well_formed(purpose))
    return problem("bad-parameter", "a purpose that the catalogue knows, a visit of one line",
                   request.id);
  return purpose;
}

HttpResponse no_such_case(const HttpRequest& request) {
  return problem("read-refused", {}, request.id, {"read-no-relation", {}});
}

HttpResponse read_refused(const log::Refusal& refusal, const HttpRequest& request) {
  return problem("read-refused", {}, request.id, {refusal.code, refusal.pointer});
}

HttpResponse json_lines(const boost::json::array& rows) {
  HttpResponse response;
  response.type = "application/jsonl";
  for (const boost::json::value& row : rows) response.body += boost::json::serialize(row) + "\n";
  return response;
}

}  // namespace stafett::server
