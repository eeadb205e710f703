#include "server/http/problem.h"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "engine/base/check.h"

namespace stafett::server {
namespace {

constexpr std::array kKinds = {
    ProblemKind{"bad-request", 400, "The request is not valid HTTP"},
    ProblemKind{"bad-target", 400, "The path or query cannot be read"},
    ProblemKind{"bad-parameter", 400, "A parameter has a form that is not allowed"},
    ProblemKind{"purpose-required", 400, "Content is read for a purpose, within a visit"},
    ProblemKind{"malformed-event", 400, "What was sent is not an event"},
    ProblemKind{"sign-in-failed", 400, "The sign-in came to nothing"},
    ProblemKind{"no-token", 401, "This needs an access token"},
    ProblemKind{"invalid-token", 401, "The access token is not taken"},
    ProblemKind{"session-ended", 401, "The session has ended: sign in again"},
    ProblemKind{"cross-site", 403, "A session is used by pages of this server only"},
    ProblemKind{"read-refused", 403, "The case may not be read by this person"},
    ProblemKind{"past-needs-grant", 403, "The past is shown to auditors within a grant"},
    ProblemKind{"not-given", 403, "This is not given to this person"},
    ProblemKind{"reports-need-role", 403, "The feed is for reporting consumers"},
    ProblemKind{"not-you", 403, "The event is another person's"},
    ProblemKind{"entries-not-public", 403, "Entries are read with a grant, not by anybody"},
    ProblemKind{"not-found", 404, "There is no such thing here"},
    ProblemKind{"not-published", 404, "The figures of this period are not published"},
    ProblemKind{"not-prepared", 404, "No event of that id waits for a signature"},
    ProblemKind{"method-not-allowed", 405, "This path does not take that method"},
    ProblemKind{"conflict", 409, "The event's id or expected version is another's"},
    ProblemKind{"stream-moved", 409, "The case moved on: prepare the event anew"},
    ProblemKind{"group-differs", 409, "The group is another, or of another history"},
    ProblemKind{"erased", 410, "The case was erased by order"},
    ProblemKind{"body-too-large", 413, "The body is larger than this server takes"},
    ProblemKind{"unsupported-type", 415, "The body is of a type that is not taken here"},
    ProblemKind{"event-refused", 422, "A rule refuses the event"},
    ProblemKind{"document-mismatch", 422, "The document is not the one that the event names"},
    ProblemKind{"no-own-key", 422, "This person's key is not one that the person keeps"},
    ProblemKind{"webhook-refused", 422, "This server does not push events there"},
    ProblemKind{"too-many-prepared", 429, "Too many events wait for a signature"},
    ProblemKind{"limit-reached", 429, "There is as much as may be"},
    ProblemKind{"too-many-requests", 429, "More was asked than is allowed at once"},
    ProblemKind{"headers-too-large", 431, "The header is larger than this server takes"},
    ProblemKind{"internal", 500, "The server failed"},
    ProblemKind{"log-damaged", 500, "The log's own data cannot be read"},
    ProblemKind{"not-ready", 503, "The log cannot be used at present"},
    ProblemKind{"overloaded", 503, "The server has more connections than it takes"},
};

std::string_view code_of(Errc code) {
  switch (code) {
    case Errc::not_found:
      return "not-found";
    case Errc::erased:
      return "erased";
    case Errc::invalid_argument:
    case Errc::malformed:
      return "bad-parameter";
    case Errc::corrupt:
    case Errc::io:
      return "log-damaged";
    case Errc::read_only:
    case Errc::queue_full:
      return "not-ready";
    default:
      return "internal";
  }
}

}  // namespace

std::span<const ProblemKind> problem_kinds() {
  return kKinds;
}

HttpResponse problem(std::string_view code, const std::string& detail, const std::string& request,
                     const BrokenRule& broken) {
  const auto kind = std::ranges::find(kKinds, code, &ProblemKind::code);
  CHECK(kind != kKinds.end());
  boost::json::object body{{"type", "https://stafett.example/problems#" + std::string{code}},
                           {"title", std::string{kind->title}},
                           {"status", kind->status},
                           {"code", std::string{code}}};
  if (!detail.empty()) body["detail"] = detail;
  if (!request.empty()) body["instance"] = "urn:uuid:" + request;
  if (!broken.rule.empty()) body["rule"] = broken.rule;
  if (broken.pointer) body["pointer"] = *broken.pointer;
  HttpResponse response;
  response.status = kind->status;
  response.type = "application/problem+json";
  response.body = boost::json::serialize(body) + "\n";
  if (code == "no-token" || code == "session-ended") response.authenticate = "Bearer";
  if (code == "invalid-token") response.authenticate = "Bearer error=\"invalid_token\"";
  if (kind->status == 503 || kind->status == 429) response.retry_after = 5;
  return response;
}

HttpResponse problem_of(const Error& error, const std::string& request) {
  const std::string_view code = code_of(error.code());
  const bool told = code == "not-found" || code == "bad-parameter";
  return problem(code, told ? error.detail() : std::string{}, request);
}

}  // namespace stafett::server
