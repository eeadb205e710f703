// F21-F26: who has the baton, and the level.

#include <boost/json/array.hpp>

#include "projections/simulate/planters.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

constexpr std::int32_t kVacancyDays = 1;     // holderVacancyDays
constexpr std::int32_t kReplaceDaysMax = 6;  // less than responsibleVacancyDays
constexpr std::int32_t kAcceptDays = 7;      // batonAcceptDays
constexpr std::int32_t kConfirmDays = 14;    // holderConfirmDays
constexpr std::int32_t kConsultDays = 14;    // levelConsultDays

// The holder leaves at one time and is back at another; what she was responsible for is hers again.
// Returns the event that says that she left.
std::string leave(Planting& p, const Holding& holder, TimeUs left, TimeUs back) {
  const std::string out =
      p.add(left, "HolderLeft", p.leader(), {{"person", holder.person}, {"cause", "sick"}});
  p.add(back, "HolderAppointed", p.leader(),
        {{"person", holder.person},
         {"service", holder.service},
         {"basis", p.text(Topic::reason)},
         {"familyWish", "followed"}});
  for (const MeasureLife& measure : p.measures()) {
    const bool over = measure.ended && measure.ended->occurred_at.value() < back.value();
    const bool planned = measure.steps.front()->occurred_at.value() < left.value();
    if (over || !planned || p.responsible_at(measure, left) != holder.person) continue;
    back = later(back, 5);
    p.add(back, "MeasureChanged", p.leader(),
          {{"measure", measure.id},
           {"responsible", holder.person},
           {"reason", p.text(Topic::reason)}});
  }
  return out;
}

const std::string& colleague_of(Planting& p, const Holding& holder) {
  const Service& service = p.town.named(holder.service);
  for (const std::string& one : service.employees)
    if (one != holder.person) return one;
  return service.leader;
}

}  // namespace

// Some days without a holder. That the holder is gone is a finding of its own.
bool plant_f21(Planting& p) {
  const auto gap = p.gap(kVacancyDays + 1, kReplaceDaysMax);
  if (!gap || p.offer_pending_at(gap->first)) return false;
  const Holding holder = p.holder_at(gap->first);
  const std::string left = leave(p, holder, gap->first, gap->second);
  p.truth(21, left);
  p.truth(23, left);
  return true;
}

bool plant_f22(Planting& p) {
  const auto at = p.quiet_with(kAcceptDays);
  if (!at || p.offer_pending_at(*at)) return false;
  const Date day = local_date(*at);
  const Date deadline = day + kAcceptDays;
  if (p.any_between("BatonOffered", day, deadline) ||
      p.any_between("HolderAppointed", day, deadline))
    return false;
  const Holding holder = p.holder_at(*at);
  const std::string& colleague = colleague_of(p, holder);
  const std::string offer = p.fresh("o");
  p.add(*at, "BatonOffered", p.leader(),
        {{"offer", offer},
         {"to", colleague},
         {"service", holder.service},
         {"reason", p.text(Topic::reason)}});
  p.truth(22, offer);
  const auto late = p.quiet(deadline + 1, std::min(deadline + kLateDaysMax, p.open_until()));
  if (late && !p.any_between("BatonOffered", day, local_date(*late)) && p.draws.happens(6000))
    p.add(*late, "BatonDeclined", colleague,
          {{"offer", offer}, {"person", colleague}, {"reason", p.text(Topic::reason)}});
  return true;
}

// Gone in the morning, back before noon.
bool plant_f23(Planting& p) {
  const auto at = p.quiet_with(0);
  if (!at || p.offer_pending_at(*at)) return false;
  const Holding holder = p.holder_at(*at);
  p.truth(23, leave(p, holder, *at, later(*at, p.draws.between(30, 120))));
  return true;
}

// Handed over to a service that nobody has consented to, and back again.
bool plant_f24(Planting& p) {
  const Service* service = p.unknown_service();
  const auto at = p.quiet_with(0);
  if (!service || !at || p.offer_pending_at(*at)) return false;
  const Holding holder = p.holder_at(*at);
  const std::string& next = service->employees.front();
  const std::string offer = p.fresh("o"), back = p.fresh("o");
  p.add(*at, "BatonOffered", holder.person,
        {{"offer", offer},
         {"to", next},
         {"service", service->id},
         {"reason", p.text(Topic::reason)}});
  p.add(later(*at, 20), "BatonAccepted", next, {{"offer", offer}, {"person", next}}, kPaper);
  p.add(later(*at, 60), "BatonOffered", next,
        {{"offer", back},
         {"to", holder.person},
         {"service", holder.service},
         {"reason", p.text(Topic::reason)}});
  p.add(later(*at, 80), "BatonAccepted", holder.person,
        {{"offer", back}, {"person", holder.person}});
  p.truth(24, offer);
  return true;
}

// The level is changed, and nobody asks who is to have the baton.
bool plant_f25(Planting& p) {
  std::vector<Step*> changes;
  for (Step* change : p.all("LevelChanged"))
    if (p.passes(day_of(*change) + kConfirmDays, DeadlineRuns::open_log)) changes.push_back(change);
  if (changes.empty()) return false;
  const Step& change = *p.draws.pick(changes);
  const Date from = day_of(change) - kConfirmDays, to = day_of(change) + kConfirmDays;
  if (p.any_between("BatonAccepted", from, to) || p.any_between("HolderAppointed", from, to))
    return false;
  std::vector<Step*> confirmed;
  for (Step* step : p.all("HolderConfirmed"))
    if (from <= day_of(*step) && day_of(*step) <= to) confirmed.push_back(step);
  if (confirmed.size() != 1) return false;
  const auto late = p.quiet(to + 1, std::min(to + kLateDaysMax, p.open_until()));
  if (late && p.draws.happens(5000))
    p.move(*confirmed.front(), *late, p.leader());
  else
    p.drop(*confirmed.front());
  p.truth(25, id_of(change));
  return true;
}

// The level is changed between two meetings, and nobody of the family is asked.
bool plant_f26(Planting& p) {
  const auto at = p.quiet_with(0);
  if (!at) return false;
  const Date day = local_date(*at);
  const int level = p.level_at(*at);
  for (const char* type : {"MeetingHeld", "AgreementRecorded", "GuardiansInformed"})
    if (p.any_between(type, day - kConsultDays, day)) return false;
  // Later changes start from the level they know.
  if (level == 3 || p.any_between("LevelChanged", day, p.last)) return false;
  const Holding holder = p.holder_at(*at);
  p.truth(26, p.add(*at, "LevelChanged", holder.person,
                    {{"from", level}, {"to", 3 - level}, {"reason", p.text(Topic::reason)}}));
  p.add(later(*at, 30), "HolderConfirmed", p.leader(),
        {{"person", holder.person}, {"how", "talk"}});
  return true;
}

}  // namespace stafett::bti
