#include "server/routes/receipt_routes.h"

#include <boost/json.hpp>

#include "engine/base/encoding.h"
#include "engine/log/door.h"
#include "projections/recorder/json_event.h"
#include "server/http/problem.h"
#include "server/routes/signed_in.h"

namespace stafett::server {
namespace {

// Nothing: of the log's own business, which has no receipts for people.
std::optional<bti::Compartment> compartment_of(const log::StreamRecord& stream) {
  switch (stream.kind) {
    case format::StreamKind::case_:
    case format::StreamKind::access:
      return static_cast<bti::Compartment>(stream.lane);
    case format::StreamKind::directory:
      return bti::Compartment::directory;
    case format::StreamKind::audit:
      return bti::Compartment::audit;
    case format::StreamKind::engine:
      break;
  }
  return std::nullopt;
}

HttpResponse receipt(ServedLog& log, const SignedIn& person, const HttpRequest& request) {
  const auto id = parse_uuid(request.param("event"));
  if (!id) return problem("bad-parameter", "an event's id is a UUID in lower case", request.id);
  const auto found = receipt_of_own(log, person.person, EventId{*id}, std::nullopt);
  if (!found) return problem_of(found.error(), request.id);
  if (!*found) return problem("not-found", "no event of yours has that id", request.id);
  HttpResponse response;
  response.body = boost::json::serialize(**found) + "\n";
  return response;
}

}  // namespace

Result<std::optional<boost::json::object>> receipt_of_own(
    ServedLog& log, const ActorId& actor, const EventId& event,
    const std::optional<crypto::Signature>& signature) {
  const std::optional<boost::json::object> none;
  ENGINE_TRY(seen, log.log.store().event(event));
  const auto* position = std::get_if<Position>(&seen);
  if (!position || position->value() >= log.log.size().value()) return none;
  ENGINE_TRY(bytes, log.log.store().entry(*position));
  ENGINE_TRY(entry, format::decode_entry(bytes));
  if (entry.intent.actor != actor) return none;
  if (signature && entry.signature.signature != *signature) return none;
  ENGINE_TRY(stream, log.log.index().stream(entry.intent.stream_id));
  const auto compartment = stream ? compartment_of(*stream) : std::nullopt;
  if (!compartment) return none;
  std::string case_label;
  if (!stream->subject.is_zero())
    case_label = log.gate.labels().label_of(log::LabelSpace::subject, stream->subject.array());
  ENGINE_TRY(receipt, log::receipt_for(log.log.store(), *position));
  return std::optional{bti::to_json(receipt, case_label, *compartment)};
}

void add_receipt_routes(Router& router, const LogSet& logs) {
  router.add(Method::get, "/{log}/v1/receipts/{event}", signed_in(logs, receipt), Work::waits);
}

}  // namespace stafett::server
