#include "server/routes/content_routes.h"

#include <boost/json.hpp>

#include "projections/gate/directory_source.h"
#include "projections/recorder/recorder.h"
#include "server/http/problem.h"
#include "server/routes/of_log.h"

namespace stafett::server {
namespace {

using Answer = std::function<HttpResponse(ServedLog&, const SignedIn&, const HttpRequest&)>;

// Who asks is known, or the request ends here.
Handler signed_in(const LogSet& logs, Answer answer) {
  return of_log(logs, [answer = std::move(answer)](ServedLog& log, const HttpRequest& request) {
    const Result<SignedIn> person = log.sign_in.person_of(request.headers.find("authorization"));
    if (person) return answer(log, *person, request);
    if (person.error().code() == Errc::not_found) return problem("no-token", {}, request.id);
    if (person.error().code() == Errc::refused) return problem("invalid-token", {}, request.id);
    return problem_of(person.error(), request.id);
  });
}

HttpResponse json_lines(const boost::json::array& rows) {
  HttpResponse response;
  response.type = "application/jsonl";
  for (const boost::json::value& row : rows) response.body += boost::json::serialize(row) + "\n";
  return response;
}

// --- recording

HttpResponse refused(const log::Refusal& refusal, const std::string& request) {
  const char* code = "event-refused";
  if (refusal.code == "malformed") code = "malformed-event";
  if (refusal.code == "conflict") code = "conflict";
  if (refusal.code == "not-you") code = "not-you";
  return problem(code, refusal.detail, request, {refusal.code, refusal.pointer});
}

// An event is signed with the key of whoever has signed in: it can be nobody else's. Without an
// actor it is that person's.
boost::json::value own(boost::json::value event, const SignedIn& person, bool& is_own) {
  is_own = true;
  boost::json::object* fields = event.if_object();
  if (!fields) return event;
  boost::json::value& actor = (*fields)["actor"];
  if (actor.is_null()) actor = person.label;
  is_own = !actor.is_string() || std::string_view{actor.as_string()} == person.label;
  return event;
}

const log::Refusal kNotYou{"not-you", "", "the event is another person's", "/actor"};

HttpResponse record_one(ServedLog& log, const SignedIn& person, const HttpRequest& request) {
  boost::system::error_code error;
  boost::json::value json = boost::json::parse(request.body, error);
  if (error) return problem("malformed-event", "not JSON: " + error.message(), request.id);
  bool is_own = false;
  json = own(std::move(json), person, is_own);
  if (!is_own) return refused(kNotYou, request.id);
  std::optional<bti::Answer> answer;
  bti::Recorder recorder{log.log, log.gate};
  recorder.record(json, [&](const bti::Answer& given) { answer = given; });
  recorder.drain();
  if (const auto* refusal = std::get_if<log::Refusal>(&answer->result))
    return refused(*refusal, request.id);
  if (const auto* failure = std::get_if<Error>(&answer->result))
    return problem_of(*failure, request.id);
  HttpResponse response;
  response.status = 201;
  response.body = boost::json::serialize(answer->to_json()) + "\n";
  return response;
}

// A bad line stops nothing; the answers are in the lines' order.
HttpResponse record_many(ServedLog& log, const SignedIn& person, const HttpRequest& request) {
  std::string_view rest = request.body;
  std::vector<boost::json::value> events;
  boost::json::array answers;
  bti::Recorder recorder{log.log, log.gate};
  std::size_t count = 0;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (++count > kEventsAtOnceMax) break;
    boost::system::error_code error;
    bool is_own = false;
    boost::json::value event = own(boost::json::parse(line, error), person, is_own);
    if (error || !is_own) {
      const log::Refusal why =
          error ? log::Refusal{"malformed", "", "not JSON: " + error.message(), ""} : kNotYou;
      // In its place among the others.
      recorder.record(boost::json::value(nullptr), [&answers, why](const bti::Answer&) {
        answers.push_back(bti::to_json(std::nullopt, why));
      });
      continue;
    }
    recorder.record(event, [&](const bti::Answer& answer) { answers.push_back(answer.to_json()); });
  }
  recorder.drain();
  if (count > kEventsAtOnceMax)
    answers.push_back(bti::to_json(
        std::nullopt, {"too-many", "", "this line and those after it were not looked at", ""}));
  return json_lines(answers);
}

HttpResponse record(ServedLog& log, const SignedIn& person, const HttpRequest& request) {
  std::string_view type = request.headers.find("content-type");
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  if (type == "application/json") return record_one(log, person, request);
  if (type == "application/jsonl" || type == "application/x-ndjson")
    return record_many(log, person, request);
  return problem("unsupported-type", "application/json, or application/jsonl for several",
                 request.id);
}

// --- reading

struct Reading {
  SubjectId case_id;
  bti::Axes axes;
};
using Show = std::function<Result<HttpResponse>(const bti::ViewerReader&, const SubjectId&,
                                                const ActorId&, const bti::Axes&)>;

Result<bti::Axes> axes_of(const HttpRequest& request) {
  bti::Axes axes;
  if (const auto as_of = request.query_value("asOf")) {
    ENGINE_TRY(parsed, bti::parse_as_of(*as_of));
    axes.as_of = parsed;
  }
  if (const auto known_at = request.query_value("knownAt")) {
    ENGINE_TRY(parsed, bti::parse_known_at(*known_at));
    axes.known = parsed;
  }
  return axes;
}

Result<HttpResponse> shown(ServedLog& log, const SignedIn& person, const HttpRequest& request,
                           const Show& show) {
  const ReadPurpose purpose{std::string{request.headers.find("stafett-purpose")},
                            std::string{request.headers.find("stafett-visit")},
                            std::string{request.headers.find("stafett-service")}};
  if (purpose.purpose.empty() || purpose.visit.empty())
    return problem("purpose-required", "headers Stafett-Purpose and Stafett-Visit", request.id);
  ENGINE_TRY(asked, axes_of(request));
  const Result<SubjectId> case_id =
      bti::CaseReader{log.log, log.gate}.case_named(request.param("case"));
  // Whether there is such a case is not told to whoever may not read it.
  if (!case_id && case_id.error().code() == Errc::not_found)
    return problem("read-refused", {}, request.id, {"read-no-relation", {}});
  if (!case_id) return case_id.error();
  ENGINE_TRY(refusal, log.reads.admit(*case_id, person, purpose));
  if (refusal && refusal->code == "schema-invalid")
    return problem("bad-parameter", refusal->detail, request.id, {refusal->code, refusal->pointer});
  if (refusal) return problem("read-refused", {}, request.id, {refusal->code, refusal->pointer});
  ENGINE_TRY(axes, bti::viewer_axes(log.log, asked));
  ENGINE_TRY_VOID(bti::size_known(log.log, axes.known));  // not past the end
  return show(bti::ViewerReader{log.log, log.gate}, *case_id, person.person, axes);
}

Answer content(Show show) {
  return
      [show = std::move(show)](ServedLog& log, const SignedIn& person, const HttpRequest& request) {
        Result<HttpResponse> response = shown(log, person, request, show);
        return response ? std::move(*response) : problem_of(response.error(), request.id);
      };
}

Result<HttpResponse> state(const bti::ViewerReader& reader, const SubjectId& case_id,
                           const ActorId& viewer, const bti::Axes& axes) {
  ENGINE_TRY(state, reader.state(case_id, viewer, axes));
  HttpResponse response;
  response.body = boost::json::serialize(state) + "\n";
  return response;
}

Result<HttpResponse> history(const bti::ViewerReader& reader, const SubjectId& case_id,
                             const ActorId& viewer, const bti::Axes& axes) {
  ENGINE_TRY(history, reader.history(case_id, viewer, axes));
  return json_lines(history);
}

}  // namespace

void add_content_routes(Router& router, const LogSet& logs) {
  router.add(Method::post, "/{log}/v1/events", signed_in(logs, record), Work::waits);
  router.add(Method::get, "/{log}/v1/cases/{case}", signed_in(logs, content(state)), Work::waits);
  router.add(Method::get, "/{log}/v1/cases/{case}/history", signed_in(logs, content(history)),
             Work::waits);
}

}  // namespace stafett::server
