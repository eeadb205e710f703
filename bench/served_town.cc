#include "bench/served_town.h"

#include <boost/json.hpp>

#include "engine/base/encoding.h"
#include "projections/calendar/calendar.h"
#include "projections/recorder/recorder.h"
#include "server/native/feed_source.h"
#include "server/routes/stream_routes.h"

namespace stafett::bench {
namespace {

constexpr char kAuditor[] = "auditor-0";
constexpr char kOfficer[] = "officer-0";

// The id of the event.
Result<EventId> recorded(Town& town, const char* actor, const char* type, TimeUs at,
                         boost::json::object data) {
  bti::JsonEvent event;
  event.type = type;
  event.actor = actor;
  event.occurred_at = at;
  event.data = std::move(data);
  const bti::Answer answer =
      bti::Recorder{town.log(), town.gate()}.record_and_wait(std::move(event));
  if (!answer.accepted()) return Error{Errc::refused, boost::json::serialize(answer.to_json())};
  return *answer.id;
}

boost::json::object person(const char* label, const char* role) {
  return {{"person", label}, {"roles", boost::json::array{role}}, {"active", true}};
}

}  // namespace

Result<std::unique_ptr<ServedTown>> ServedTown::open(const TownOptions& options) {
  ENGINE_TRY(town, Town::open(options));
  std::unique_ptr<ServedTown> served{new ServedTown{std::move(town)}};
  ENGINE_TRY_VOID(served->appoint());
  ENGINE_TRY_VOID(served->serve());
  return served;
}

ServedTown::~ServedTown() {
  if (native_) native_->stop();
  if (http_) http_->stop();
}

// An auditor within a grant that somebody else has approved.
Result<void> ServedTown::appoint() {
  const TimeUs now = clock_.now();
  const bti::Date today = bti::local_date(now);
  Town& town = *town_;
  ENGINE_TRY_VOID(recorded(town, "admin", "PersonRegistered", now, person(kAuditor, "auditor")));
  ENGINE_TRY_VOID(recorded(town, "admin", "PersonRegistered", now, person(kOfficer, "dpo")));
  ENGINE_TRY(grant, recorded(town, "admin", "AuditAccessGranted", now,
                             {{"grant", "g1"},
                              {"auditor", kAuditor},
                              {"allCases", true},
                              {"from", today.to_text()},
                              {"to", (today + 30).to_text()},
                              {"ground", "measuring"}}));
  ENGINE_TRY_VOID(recorded(town, kOfficer, "AuditAccessApproved", now,
                           {{"target", to_uuid_text(grant.view())}}));
  ENGINE_TRY(id, town.gate().labels().find(log::LabelSpace::person, kAuditor));
  if (!id) return Error{Errc::not_found, "no auditor"};
  ENGINE_TRY(signer, town.log().signer_of(ActorId{*id}));
  auditor_ = signer;
  return {};
}

Result<void> ServedTown::serve() {
  ENGINE_TRY(issuer, server::LocalIssuer::open(storage::posix_files(), town_->log().paths(),
                                               town_->log().origin()));
  issuer_ = std::move(issuer);
  server::LogService service;
  service.sign_in.local = issuer_->trust();
  ENGINE_TRY_VOID(logs_.add(town_->bti(), std::move(service)));
  server::add_stream_routes(router_, logs_);
  http_ = std::make_unique<server::HttpServer>(router_, random_, server::HttpServerOptions{});
  ENGINE_TRY(http_port, http_->listen("127.0.0.1:0"));
  http_port_ = http_port;
  http_->start();
  native_ = std::make_unique<server::native::NativeServer>(
      logs_, server::native::from_feed(), random_, server::native::NativeServerOptions{});
  ENGINE_TRY(native_port, native_->listen("127.0.0.1:0"));
  native_port_ = native_port;
  native_->start();
  return {};
}

Result<std::string> ServedTown::token() const {
  return issuer_->token_for(kAuditor, clock_.now(), random_);
}

}  // namespace stafett::bench
