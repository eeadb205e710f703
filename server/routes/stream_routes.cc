#include "server/routes/stream_routes.h"

#include "engine/base/encoding.h"
#include "projections/catalogue/registry.h"
#include "server/http/problem.h"
#include "server/routes/signed_in.h"
#include "server/stream/event_stream.h"

namespace stafett::server {
namespace {

// The header is what a client that was cut off sends by itself: it wins.
Result<std::optional<Position>> resume_point(const ServedLog& log, const HttpRequest& request) {
  std::string text{request.headers.find("last-event-id")};
  if (text.empty()) text = request.query_value("after").value_or("");
  if (text.empty()) return std::optional<Position>{};
  const auto position = parse_decimal(text);
  if (!position || *position >= log.log.size().value())
    return Error{Errc::invalid_argument, "the log has no such position to go on after"};
  return std::optional<Position>{Position{*position}};
}

// What is asked of the stream, beside the case. Errors: invalid_argument.
Result<EventStreamRequest> asked(const ServedLog& log, const HttpRequest& request) {
  EventStreamRequest stream;
  ENGINE_TRY(after, resume_point(log, request));
  stream.feed.after = after;
  const std::string on = request.query_value("follow").value_or("false");
  if (on != "true" && on != "false") return Error{Errc::invalid_argument, "follow: true or false"};
  stream.follow = on == "true";
  for (const auto& [name, value] : request.query) {
    if (name != "type") continue;
    if (!bti::registry().find(value))
      return Error{Errc::invalid_argument, "type: not of the catalogue"};
    stream.feed.types.insert(value);
  }
  if (const auto limit = request.query_value("limit")) {
    stream.limit = parse_decimal(*limit);
    if (!stream.limit || *stream.limit == 0)
      return Error{Errc::invalid_argument, "limit: how many events, one at least"};
  }
  if (request.headers.find("accept").find("text/event-stream") == std::string_view::npos)
    stream.form = StreamForm::json_lines;
  return stream;
}

HttpResponse follow(RequestLimits* limits, ServedLog& log, const SignedIn& person,
                    const HttpRequest& request) {
  auto said = purpose_of(request);
  if (auto* wrong = std::get_if<HttpResponse>(&said)) return std::move(*wrong);
  // The skew that clocks are allowed is for a request, not for what it begins.
  if (log.log.clock().now() >= person.expires_at) return problem("invalid-token", {}, request.id);
  Result<EventStreamRequest> stream = asked(log, request);
  if (!stream) return problem_of(stream.error(), request.id);
  stream->feed.reader = person;
  stream->feed.purpose = std::get<ReadPurpose>(said);
  if (const auto label = request.query_value("case")) {
    const Result<SubjectId> case_id = bti::CaseReader{log.log, log.gate}.case_named(*label);
    if (!case_id && case_id.error().code() == Errc::not_found) return no_such_case(request);
    if (!case_id) return problem_of(case_id.error(), request.id);
    stream->feed.case_id = *case_id;
  }
  if (limits) {
    stream->lease = limits->begin_stream(limited_as(log, person));
    if (!stream->lease) return too_many_streams(*limits, request.id);
  }
  const StreamForm form = stream->form;
  auto source = std::make_shared<EventStream>(log, std::move(*stream));
  const Result<std::optional<log::Refusal>> refusal = source->admit();
  if (!refusal) return problem_of(refusal.error(), request.id);
  if (*refusal) return read_refused(**refusal, request);
  HttpResponse response;
  response.type =
      form == StreamForm::server_sent_events ? "text/event-stream" : "application/jsonl";
  response.source = std::move(source);
  return response;
}

}  // namespace

void add_stream_routes(Router& router, const LogSet& logs) {
  router.add(Method::get, "/{log}/v1/events",
             signed_in(logs,
                       [limits = logs.limits()](ServedLog& log, const SignedIn& person,
                                                const HttpRequest& request) {
                         return follow(limits, log, person, request);
                       }),
             Work::waits);
}

}  // namespace stafett::server
