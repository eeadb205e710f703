#include "server/routes/event_body.h"

#include <boost/json.hpp>

#include "server/http/problem.h"

namespace stafett::server {

HttpResponse refused(const log::Refusal& refusal, const std::string& request) {
  const char* code = "event-refused";
  if (refusal.code == "malformed") code = "malformed-event";
  if (refusal.code == "conflict") code = "conflict";
  if (refusal.code == "not-you") code = "not-you";
  return problem(code, refusal.detail, request, {refusal.code, refusal.pointer});
}

boost::json::value own(boost::json::value event, const SignedIn& person, bool& is_own) {
  is_own = true;
  boost::json::object* fields = event.if_object();
  if (!fields) return event;
  boost::json::value& actor = (*fields)["actor"];
  if (actor.is_null()) actor = person.label;
  is_own = !actor.is_string() || std::string_view{actor.as_string()} == person.label;
  return event;
}

const log::Refusal& not_you() {
  static const log::Refusal kNotYou{"not-you", "", "the event is another person's", "/actor"};
  return kNotYou;
}

std::variant<bti::JsonEvent, HttpResponse> own_event(std::string_view json, const SignedIn& person,
                                                     const std::string& request) {
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(json, error);
  if (error) return problem("malformed-event", "not JSON: " + error.message(), request);
  bool is_own = false;
  value = own(std::move(value), person, is_own);
  if (!is_own) return refused(not_you(), request);
  boost::system::result<bti::JsonEvent, bti::JsonFault> event = bti::parse_event(value);
  if (!event) return refused(event.error().refusal, request);
  event->evidence = person.evidence;
  return std::move(*event);
}

}  // namespace stafett::server
