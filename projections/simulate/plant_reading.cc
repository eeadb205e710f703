// F17-F20, F54, F61: reading. The log itself lets nobody in without ground: these reads took place
// in another system, and are imported.

#include <algorithm>
#include <boost/json/array.hpp>

#include "engine/base/clock.h"
#include "projections/simulate/planters.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

constexpr std::int32_t kVolumeLimit = 20;  // readVolumeLimit
constexpr std::int32_t kConsentDays = 300;
constexpr std::int32_t kGlassMinutes = 8 * 60;

json::object read_of(Planting& p, std::string_view reader, std::string_view service,
                     std::string_view capacity) {
  return {{"reader", reader},
          {"service", service},
          {"capacity", capacity},
          {"purpose", "followUp"},
          {"visit", p.fresh("besok")}};
}

std::string import_read(Planting& p, TimeUs at, json::object data) {
  return p.add(at, "EntryRead", "admin", std::move(data), kImported);
}

}  // namespace

namespace {

// A service takes part while it is consented to, and reads on when that is over: use of a consent
// that has expired, too.
bool read_on(Planting& p, const Service& service) {
  const std::int32_t days = p.draws.between(7, 20);
  const auto at = p.quiet_with(days + 1);
  if (!at) return false;
  const auto read = p.quiet(local_date(*at) + days + 1, p.open_until());
  if (!read) return false;
  const std::string& reader = service.employees[1];
  p.lend(*at, service, days);
  p.add(later(*at, 60), "ParticipantAdded", p.holder_at(*at).person,
        {{"participant", p.fresh("p")},
         {"service", service.id},
         {"person", reader},
         {"task", p.text(Topic::task)}});
  p.truth(9, service.id);
  p.truth(17, import_read(p, *read, read_of(p, reader, service.id, "participant")));
  return true;
}

}  // namespace

// The holder reads on behalf of a service that nobody has consented to, or a participant when the
// consent has expired.
bool plant_f17(Planting& p) {
  const Service* service = p.unknown_service();
  const auto at = p.quiet_with(0);
  if (!service || !at) return false;
  if (p.draws.happens(5000) && read_on(p, *service)) return true;
  const Holding holder = p.holder_at(*at);
  p.truth(17, import_read(p, *at, read_of(p, holder.person, service->id, "holder")));
  return true;
}

namespace {

// Somebody of the service that is gone.
bool read_afterwards(Planting& p) {
  for (const Step* withdrawn : p.all("ConsentWithdrawn")) {
    if (!has_field(*withdrawn, "services")) continue;
    const std::string id(withdrawn->data.at("services").as_array().front().as_string());
    const auto at = p.quiet(day_of(*withdrawn) + 1, p.open_until());
    const Service& service = p.town.named(id);
    if (!at || p.holder_at(*at).service == id) continue;
    p.truth(18, import_read(p, *at, read_of(p, service.employees[1], id, "participant")));
    return true;
  }
  return false;
}

}  // namespace

// A service goes on reading when the consent to it is withdrawn.
bool plant_f18(Planting& p) {
  if (read_afterwards(p)) return true;
  const Service* service = p.unknown_service();
  const auto read = p.quiet_with(0);
  if (!service || !read) return false;
  const Date day = local_date(*read);
  const auto given = p.quiet(day_of(*p.opened()) + 1, day - 1);
  if (!given) return false;
  const Date from = local_date(*given);
  // Long before the consent would end.
  const auto withdrawn = p.quiet(from + 1, std::min(day - 1, from + kConsentDays / 2));
  const std::string speaker = p.speaker_on(from);
  if (!withdrawn || speaker != p.speaker_on(day)) return false;
  const std::string consent = p.consent_to(*given, speaker, *service, from + kConsentDays);
  p.add(*withdrawn, "ConsentWithdrawn", p.leader(), {{"consent", consent}, {"how", "oral"}});
  p.truth(18, import_read(p, *read, read_of(p, service->employees[1], service->id, "participant")));
  return true;
}

// Somebody who has nothing to do with the case.
bool plant_f19(Planting& p) {
  const auto at = p.quiet_with(0);
  if (!at) return false;
  const Service& service = p.town.of_kind("other", p.draws);
  const std::string& reader = p.draws.pick(service.employees);
  p.truth(19, import_read(p, *at, read_of(p, reader, service.id, "staff")));
  return true;
}

// The leader reads again and again, all day.
bool plant_f20(Planting& p) {
  const auto at = p.quiet_with(0);
  if (!at) return false;
  TimeUs now = *at;
  const std::int32_t reads = kVolumeLimit + p.draws.between(1, 4);
  for (std::int32_t i = 0; i < reads; ++i) {
    p.add(now, "EntryRead", p.leader(), read_of(p, p.leader(), p.family.home->id, "leader"));
    now = later(now, p.draws.between(3, 9));
  }
  p.truth(20, p.leader());
  return true;
}

// The holder reads what barnevern alone is shown.
bool plant_f54(Planting& p) {
  const auto at = p.quiet_with(0);
  if (!at) return false;
  const Holding holder = p.holder_at(*at);
  if (p.town.named(holder.service).kind == "barnevern") return false;
  const std::string assessed =
      p.add(*at, "ReportingDutyAssessed", p.leader(),
            {{"ground", "none"}, {"outcome", "noReport"}, {"note", p.text(Topic::observation)}});
  json::object data = read_of(p, holder.person, holder.service, "holder");
  data["entries"] = json::array{json::string(assessed)};
  p.truth(54, import_read(p, later(*at, p.draws.between(20, 200)), std::move(data)));
  return true;
}

// Emergency access that is approved late, or never.
bool plant_f61(Planting& p) {
  const auto at = p.quiet_with(1);
  if (!at) return false;
  const Service& service = p.town.of_kind("police", p.draws);
  const std::string& person = service.employees.back();
  const std::string used = p.add(*at, "BreakGlassUsed", person,
                                 {{"person", person},
                                  {"service", service.id},
                                  {"ground", p.text(Topic::concern)},
                                  {"until", to_text(later(*at, kGlassMinutes))}});
  p.add(later(*at, 5), "EntryRead", person, read_of(p, person, service.id, "breakGlass"));
  p.truth(61, used);
  const Date late = local_date(*at) + 2;
  const auto approved = p.quiet(late, late + kLateDaysMax);
  if (approved && p.draws.happens(5000))
    p.add(*approved, "BreakGlassApproved", p.leader(), {{"target", used}});
  return true;
}

}  // namespace stafett::bti
