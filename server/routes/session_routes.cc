#include "server/routes/session_routes.h"

#include <algorithm>

#include "engine/base/check.h"
#include "server/http/problem.h"
#include "server/routes/signed_in.h"

namespace stafett::server {
namespace {

constexpr const char* kSetCookie = "Set-Cookie";

// Where the browser came from has a code in its address: nobody else is told of it, and nothing is
// loaded.
void say_nothing_further(HttpResponse& response) {
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  response.headers.emplace_back("Content-Security-Policy",
                                "default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '\'')
      out += "&#39;";
    else
      out += c;
  }
  return out;
}

// A page and not a redirect: what the issuer's page leads to does not get the session's cookie, and
// what this page leads to does.
HttpResponse go_on_to(const std::string& path) {
  CHECK(is_local_path(path));
  const std::string address = escaped(path);
  HttpResponse response;
  response.type = "text/html; charset=utf-8";
  response.body =
      "<!doctype html><meta charset=\"utf-8\"><title>Stafett</title>"
      "<meta http-equiv=\"refresh\" content=\"0;url=" +
      address + "\"><a href=\"" + address + "\">Stafett</a>\n";
  return response;
}

// Absent, or there once. False: more often.
bool take_once(const HttpRequest& request, std::string_view name,
               std::optional<std::string>& value) {
  value = request.query_value(name);
  return std::ranges::count(request.query, name,
                            [](const auto& one) { return std::string_view{one.first}; }) <= 1;
}

class SessionRoutes final {
 public:
  SessionRoutes(const LogSet& logs, SignInRefused refused)
      : logs_(logs), sessions_(*logs.sessions()), refused_(std::move(refused)) {}

  HttpResponse login(const HttpRequest& request) const;
  HttpResponse callback(const HttpRequest& request) const;
  HttpResponse end(const HttpRequest& request) const;

 private:
  std::optional<HttpResponse> too_many(const HttpRequest& request) const;
  HttpResponse failed(const Error& error, const HttpRequest& request) const;
  Result<BrowserIdentity> identity_of(const CodeFlow::Ended& ended) const;

  const LogSet& logs_;
  BrowserSessions& sessions_;
  const SignInRefused refused_;
};

std::optional<HttpResponse> SessionRoutes::too_many(const HttpRequest& request) const {
  if (!logs_.limits()) return std::nullopt;
  const auto wait = logs_.limits()->ask_from(request.address);
  if (!wait) return std::nullopt;
  return too_many_requests(*wait, request);
}

HttpResponse SessionRoutes::failed(const Error& error, const HttpRequest& request) const {
  if (refused_) refused_(request.id, error);
  if (error.code() == Errc::refused) return problem("sign-in-failed", {}, request.id);
  if (error.code() == Errc::outcome_unknown) return problem("not-ready", {}, request.id);
  return problem_of(error, request.id);
}

HttpResponse SessionRoutes::login(const HttpRequest& request) const {
  if (auto no = too_many(request)) return std::move(*no);
  std::optional<std::string> issuer, path;
  if (!take_once(request, "issuer", issuer) || !take_once(request, "return", path) || !issuer)
    return problem("bad-parameter", "issuer: where to sign in", request.id);
  if (path && !is_local_path(*path))
    return problem("bad-parameter", "return: a path of this server", request.id);
  // Whoever follows somebody else's link does not go on to where that one likes. A link in a mail
  // comes from nowhere (`none`), as an address that was typed does: neither is from here.
  const bool is_own_link = request.headers.find("sec-fetch-site") == "same-origin";
  // The way back from the issuer is from another site: the session's cookie is not sent on it.
  const auto id = sessions_.cookies.session_in(request.headers.find("cookie"));
  const auto before = id ? std::optional{SessionTable::name_of(*id)} : std::nullopt;
  const Result<CodeFlow::Begun> begun =
      sessions_.flow.begin(*issuer, path && is_own_link ? *path : "/", before);
  if (!begun && begun.error().code() == Errc::not_found)
    return problem("bad-parameter", "issuer: browsers do not sign in there", request.id);
  if (!begun) return failed(begun.error(), request);
  HttpResponse response;
  response.status = 303;
  response.type = "text/html; charset=utf-8";
  response.headers.emplace_back("Location", begun->address);
  response.headers.emplace_back(kSetCookie,
                                sessions_.cookies.set_login(begun->sealed, LoginSeal::kLoginTime));
  say_nothing_further(response);
  return response;
}

// Each log is asked whether it knows the person; whoever none knows does not get in.
Result<BrowserIdentity> SessionRoutes::identity_of(const CodeFlow::Ended& ended) const {
  BrowserIdentity who;
  who.issuer = ended.issuer.name;
  who.token = ended.token;
  who.subject = sessions_.subject_of(ended);
  for (const auto& log : logs_.all()) {
    ENGINE_TRY(known, log->sign_in.known_as(ended.who, ended.issuer));
    if (known) who.known.emplace(log->name, std::move(*known));
  }
  if (who.known.empty()) return Error{Errc::refused, who.issuer + ": nobody known here"};
  return who;
}

HttpResponse SessionRoutes::callback(const HttpRequest& request) const {
  if (request.method != Method::get) {  // to ask is to use up the code
    HttpResponse response = problem("method-not-allowed", {}, request.id);
    response.allow = "GET";
    return response;
  }
  if (auto no = too_many(request)) return std::move(*no);
  const std::string_view cookies = request.headers.find("cookie");
  const auto checked = [&]() -> Result<CodeFlow::Checked> {
    CodeFlow::Answer answer;
    answer.at = request.param("issuer");
    if (!take_once(request, "state", answer.state) || !take_once(request, "code", answer.code) ||
        !take_once(request, "iss", answer.issuer) || !take_once(request, "error", answer.error))
      return Error{Errc::refused, "an answer that says something twice"};
    const auto sealed = sessions_.cookies.login_in(cookies);
    if (!sealed) return Error{Errc::refused, "no sign-in that this browser began"};
    return sessions_.flow.check(answer, *sealed);
  }();
  // Each asks something of the issuer, with this server's credentials.
  if (checked)
    if (const auto wait = sessions_.exchanges.take(network_of(request.address)))
      return too_many_requests(*wait, request);
  const Result<CodeFlow::Ended> ended =
      checked ? sessions_.flow.end(*checked) : Result<CodeFlow::Ended>{checked.error()};
  bool is_full = false;
  const auto session = [&]() -> Result<std::string> {
    if (!ended) return ended.error();
    ENGINE_TRY(who, identity_of(*ended));
    // Never the one that the browser had: somebody else may know it.
    if (ended->before) sessions_.table.end_named(*ended->before);
    if (const auto before = sessions_.cookies.session_in(cookies)) sessions_.table.end(*before);
    Result<std::string> begun = sessions_.table.begin(std::move(who));
    is_full = !begun;
    return begun;
  }();
  HttpResponse response = session   ? go_on_to(ended->return_to)
                          : is_full ? problem("limit-reached", {}, request.id)
                                    : failed(session.error(), request);
  // It is good for one answer; as long as its code has not been sent on, the browser may ask again.
  if (session || is_full || session.error().code() != Errc::queue_full)
    response.headers.emplace_back(kSetCookie, sessions_.cookies.end_login());
  if (session) response.headers.emplace_back(kSetCookie, sessions_.cookies.set_session(*session));
  say_nothing_further(response);
  return response;
}

HttpResponse SessionRoutes::end(const HttpRequest& request) const {
  if (auto no = too_many(request)) return std::move(*no);
  if (!is_from_here(request, sessions_.here.origin)) return problem("cross-site", {}, request.id);
  const auto id = sessions_.cookies.session_in(request.headers.find("cookie"));
  const bool was_open = id && sessions_.table.end(*id);
  HttpResponse response;
  response.body = was_open ? "{\"ended\":true}\n" : "{\"ended\":false}\n";
  response.headers.emplace_back(kSetCookie, sessions_.cookies.end_session());
  return response;
}

}  // namespace

void add_session_routes(Router& router, const LogSet& logs, SignInRefused refused) {
  CHECK(logs.sessions());
  const auto routes = std::make_shared<SessionRoutes>(logs, std::move(refused));
  router.add(
      Method::get, "/session/login",
      [routes](const HttpRequest& request) { return routes->login(request); }, Work::waits);
  router.add(
      Method::get, "/session/callback/{issuer}",
      [routes](const HttpRequest& request) { return routes->callback(request); }, Work::waits);
  router.add(
      Method::post, "/session/end",
      [routes](const HttpRequest& request) { return routes->end(request); }, Work::waits);
}

}  // namespace stafett::server
