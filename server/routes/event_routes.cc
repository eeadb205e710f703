#include "server/routes/event_routes.h"

#include <boost/json.hpp>

#include "engine/base/encoding.h"
#include "projections/recorder/recorder.h"
#include "server/http/problem.h"
#include "server/routes/event_body.h"
#include "server/routes/signed_in.h"

namespace stafett::server {
namespace {

// A read that somebody records by hand is known by its request, as those are that the server
// records.
std::optional<EventId> note_read(ServedLog& log, boost::json::value& event,
                                 const HttpRequest& request) {
  boost::json::object* fields = event.if_object();
  const boost::json::value* type = fields ? fields->if_contains("type") : nullptr;
  if (!type || !type->is_string() || type->get_string() != "EntryRead") return std::nullopt;
  boost::json::value& id = (*fields)["id"];
  if (id.is_null())
    id = to_uuid_text(make_event_id(log.log.clock().now(), log.log.random()).view());
  const auto uuid = id.is_string() ? parse_uuid(std::string_view{id.get_string()}) : std::nullopt;
  if (!uuid || !log.reads.requests().remember(EventId{*uuid}, request.id)) return std::nullopt;
  return EventId{*uuid};
}

void forget_refused(ServedLog& log, const std::optional<EventId>& noted,
                    const bti::Answer& answer) {
  if (noted && !answer.accepted()) log.reads.requests().forget(*noted);
}

HttpResponse record_one(ServedLog& log, const SignedIn& person, const HttpRequest& request) {
  boost::system::error_code error;
  boost::json::value json = boost::json::parse(request.body, error);
  if (error) return problem("malformed-event", "not JSON: " + error.message(), request.id);
  bool is_own = false;
  json = own(std::move(json), person, is_own);
  if (!is_own) return refused(not_you(), request.id);
  const std::optional<EventId> noted = note_read(log, json, request);
  std::optional<bti::Answer> answer;
  bti::Recorder recorder{log.log, log.gate, person.evidence};
  recorder.record(json, [&](const bti::Answer& given) { answer = given; });
  recorder.drain();
  forget_refused(log, noted, *answer);
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
  boost::json::array answers;
  bti::Recorder recorder{log.log, log.gate, person.evidence};
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
          error ? log::Refusal{"malformed", "", "not JSON: " + error.message(), ""} : not_you();
      // In its place among the others.
      recorder.record(boost::json::value(nullptr), [&answers, why](const bti::Answer&) {
        answers.push_back(bti::to_json(std::nullopt, why));
      });
      continue;
    }
    const std::optional<EventId> noted = note_read(log, event, request);
    recorder.record(event, [&, noted](const bti::Answer& answer) {
      forget_refused(log, noted, answer);
      answers.push_back(answer.to_json());
    });
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

}  // namespace

void add_event_routes(Router& router, const LogSet& logs) {
  router.add(Method::post, "/{log}/v1/events", signed_in(logs, record), Work::waits);
}

}  // namespace stafett::server
