#include "server/routes/own_key_routes.h"

#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "projections/recorder/draft.h"
#include "server/http/problem.h"
#include "server/routes/event_body.h"
#include "server/routes/prepared_events.h"
#include "server/routes/receipt_routes.h"

namespace stafett::server {
namespace {

HttpResponse json(unsigned status, const boost::json::object& body) {
  HttpResponse response;
  response.status = status;
  response.body = boost::json::serialize(body) + "\n";
  return response;
}

std::string_view class_name(format::PartClass part_class) {
  if (part_class == format::PartClass::fact) return "fact";
  return part_class == format::PartClass::narrative ? "narrative" : "identity";
}

// With the openings of its parts: nobody is to sign what cannot be looked at.
boost::json::object to_sign(const EventId& id, const bti::DraftToSign& draft) {
  const log::Submission& event = draft.group.events.front();
  boost::json::array parts;
  for (const format::OpenPart& part : event.parts)
    parts.push_back({{"class", class_name(part.part_class)},
                     {"salt", to_base64(part.salt.view())},
                     {"content", to_base64(part.plaintext)}});
  return {{"id", to_uuid_text(id.view())},
          {"intent", to_base64(event.intent)},
          {"message", to_base64(draft.message)},
          {"parts", std::move(parts)}};
}

bool is_json(const HttpRequest& request) {
  const std::string_view type = request.headers.find("content-type");
  return type.substr(0, type.find(';')) == "application/json";
}

// Whom a PersonRegistered registers. Errors: corrupt, io.
Result<std::optional<ActorId>> registered_by(ServedLog& log, const bti::JsonEvent& event) {
  const boost::json::value* person = event.data.if_contains("person");
  if (event.type != "PersonRegistered" || !person || !person->is_string())
    return std::optional<ActorId>{};
  ENGINE_TRY(named,
             log.gate.labels().id_of(log::LabelSpace::person, std::string{person->as_string()}));
  return std::optional{ActorId{named.id}};
}

// What is not judged before it is committed would tell of the case all the same, by what there is
// to sign: only whoever may read the case gets it.
Result<bool> tells_nothing_new(ServedLog& log, const SignedIn& person,
                               const bti::JsonEvent& event) {
  if (event.type != "EntryRead" && event.type != "EntryCorrected") return true;
  const bti::CaseReader cases{log.log, log.gate};
  const Result<SubjectId> case_id = cases.case_named(event.case_label.value_or(""));
  if (!case_id && case_id.error().code() != Errc::not_found) return case_id.error();
  if (!case_id) return false;
  ENGINE_TRY(present, log.reads.present(*case_id, person));
  return RecordedReads::has_basis(*present, {});
}

Result<HttpResponse> prepare(ServedLog& log, PreparedEvents& prepared, const SignedIn& person,
                             const HttpRequest& request) {
  if (!is_json(request))
    return problem("unsupported-type", "application/json, one event", request.id);
  auto body = own_event(request.body, person, request.id);
  if (auto* wrong = std::get_if<HttpResponse>(&body)) return std::move(*wrong);
  const bti::JsonEvent& event = std::get<bti::JsonEvent>(body);
  ENGINE_TRY(may, tells_nothing_new(log, person, event));
  if (!may)
    return refused({"no-such-case", "H05", "no case of that name is open to the actor", "/case"},
                   request.id);
  const TimeUs now = log.log.clock().now();
  const EventId id = event.id.value_or(make_event_id(now, log.log.random()));
  auto made = bti::make_draft_to_sign(log.log, log.gate, event, id);
  if (!made && made.error().code() == Errc::not_found) return problem("no-own-key", {}, request.id);
  if (!made) return made.error();
  if (const auto* refusal = std::get_if<log::Refusal>(&*made)) return refused(*refusal, request.id);
  auto& draft = std::get<bti::DraftToSign>(*made);
  ENGINE_TRY(registers, registered_by(log, event));
  boost::json::object answer = to_sign(id, draft);
  answer["expiresAt"] =
      to_text(TimeUs{now.value() + std::chrono::microseconds{PreparedEvents::kLasts}.count()});
  if (!prepared.keep(person.person, id,
                     {std::move(draft.group), event.case_label.value_or(""), draft.compartment,
                      bti::fingerprint_of(event), registers},
                     now))
    return problem("too-many-prepared", {}, request.id);
  return json(200, answer);
}

struct Signed {
  EventId id;
  crypto::Signature signature;
};
std::optional<Signed> signed_event(const std::string& text) {
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(text, error);
  const boost::json::object* object = error ? nullptr : value.if_object();
  if (!object || object->size() != 2) return std::nullopt;
  const boost::json::value* id = object->if_contains("id");
  const boost::json::value* signature = object->if_contains("signature");
  if (!id || !id->is_string() || !signature || !signature->is_string()) return std::nullopt;
  const auto uuid = parse_uuid(id->get_string());
  const auto bytes = from_base64(signature->get_string());
  const auto of_64 = bytes ? crypto::Signature::from(*bytes) : std::nullopt;
  if (!uuid || !of_64) return std::nullopt;
  return Signed{EventId{*uuid}, *of_64};
}

// What waited has been recorded: the answer is what it was then.
Result<HttpResponse> committed_before(ServedLog& log, const SignedIn& person, const Signed& what,
                                      const HttpRequest& request) {
  ENGINE_TRY(receipt, receipt_of_own(log, person.person, what.id, what.signature));
  if (!receipt) return problem("not-prepared", {}, request.id);
  return json(201, *receipt);
}

Result<HttpResponse> commit(ServedLog& log, PreparedEvents& prepared, const SignedIn& person,
                            const HttpRequest& request) {
  if (!is_json(request)) return problem("unsupported-type", "application/json", request.id);
  const auto what = signed_event(request.body);
  if (!what)
    return problem("malformed-event", "id, and signature of 64 bytes in base64", request.id);
  auto event = prepared.find(person.person, what->id, log.log.clock().now());
  if (!event) return committed_before(log, person, *what, request);
  event->group.signature = what->signature;
  const log::Outcomes outcomes =
      log.log.submit_and_wait(std::move(event->group), {event->fingerprint});
  const Result<log::Outcome>& outcome = outcomes.front();
  if (!outcome) return outcome.error();
  if (const auto* refusal = std::get_if<log::Refusal>(&*outcome)) {
    // Signed wrongly it may be signed again; anything else is prepared anew, if at all.
    if (refusal->code != "bad-signature") prepared.forget(person.person, what->id);
    if (refusal->code == "stream-moved" || refusal->code == "not-decided")
      return problem("stream-moved", {}, request.id);
    return refused(*refusal, request.id);
  }
  const auto& receipt = std::get<log::Receipt>(*outcome);
  // Forgotten last: whoever sends it again after a failure gets the key enrolled.
  if (event->registers) ENGINE_TRY_VOID(log.log.enrol_custodial(*event->registers));
  prepared.forget(person.person, what->id);
  return json(201, bti::to_json(receipt, event->case_label, event->compartment));
}

class Waiting final {
 public:
  PreparedEvents& of(const ServedLog& log) {
    const std::lock_guard lock{mutex_};
    return events_[log.name];
  }

 private:
  std::mutex mutex_;
  std::map<std::string, PreparedEvents> events_;  // Guarded by mutex_.
};

using Step = Result<HttpResponse> (*)(ServedLog&, PreparedEvents&, const SignedIn&,
                                      const HttpRequest&);

Handler step(const LogSet& logs, std::shared_ptr<Waiting> waiting, Step take) {
  return signed_in(logs, [waiting = std::move(waiting), take](
                             ServedLog& log, const SignedIn& person, const HttpRequest& request) {
    Result<HttpResponse> response = take(log, waiting->of(log), person, request);
    return response ? std::move(*response) : problem_of(response.error(), request.id);
  });
}

// The id behind a name stays in the log when the case is erased.
bool is_of(ServedLog& log, const PreparedEvent& event, std::span<const SubjectId> cases) {
  const auto id = log.gate.labels().find(log::LabelSpace::subject, event.case_label);
  return id && *id && std::ranges::find(cases, SubjectId{**id}) != cases.end();
}

}  // namespace

void add_own_key_routes(Router& router, const LogSet& logs) {
  const auto waiting = std::make_shared<Waiting>();
  for (const auto& one : logs.all()) {
    one->erased.add([waiting, log = one.get()](std::span<const SubjectId> cases) {
      waiting->of(*log).forget_where(
          [&](const PreparedEvent& event) { return is_of(*log, event, cases); });
    });
  }
  router.add(Method::post, "/{log}/v1/events/prepare", step(logs, waiting, prepare), Work::waits);
  router.add(Method::post, "/{log}/v1/events/commit", step(logs, waiting, commit), Work::waits);
}

}  // namespace stafett::server
