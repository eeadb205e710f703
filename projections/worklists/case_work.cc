#include "projections/worklists/case_work.h"

#include <algorithm>

#include "projections/catalogue/enum_name.h"
#include "projections/state/references.h"
#include "projections/state/wire.h"

namespace stafett::bti {

using schema::EventType;

namespace {

std::int32_t day_of(const TimelineEvent& one) {
  return local_date(one.event->occurred_at).days();
}

class CaseWork final {
 public:
  CaseWork(const ViewedCase& viewed, const SeenState& seen, WorkRoles roles, WorkSink& sink)
      : viewed_(viewed),
        seen_(seen),
        state_(seen.state),
        roles_(roles),
        sink_(sink),
        day_(local_date(viewed.question().at).days()),
        profile_(sink.profile_on(day_)) {}

  void run() {
    meetings();
    log_required();
    transitions();
    leaders();
    coordinator();
    archivist();
    family();
  }

 private:
  bool has(WorkRole role) const { return roles_.has(role); }
  // As far as is seen: the family is not shown level 0 until it is informed of it.
  bool is_live() const {
    return state_.phase != Phase::closed && state_.phase != Phase::archived &&
           state_.phase != Phase::ended;
  }
  // The latest event of the type; null: none.
  const TimelineEvent* latest(EventType type) const {
    const auto found =
        std::find_if(seen_.events.rbegin(), seen_.events.rend(),
                     [&](const TimelineEvent& one) { return one.event->type == type; });
    return found == seen_.events.rend() ? nullptr : &*found;
  }
  void put_for(std::initializer_list<WorkRole> roles, const char* rule, const std::string& ref,
               std::int32_t due) {
    for (const WorkRole role : roles) sink_.put(role, rule, ref, due);
  }

  // What is called and not held, and the date that the last meeting set for the next one.
  void meetings() {
    if (!is_live()) return;
    const std::initializer_list<WorkRole> everybody = {WorkRole::holder, WorkRole::guardian,
                                                       WorkRole::subject};
    const Meeting* last = nullptr;
    bool later_called = false;
    for (const Meeting& one : state_.meetings) {
      if (one.held && (!last || last->date <= one.date)) last = &one;
      if (!one.held) put_for(everybody, "nextMeeting", one.id, one.date);
    }
    if (!last || last->next_date == kNoDate) return;
    for (const Meeting& one : state_.meetings) later_called |= !one.held && one.date > last->date;
    if (!later_called) put_for(everybody, "nextMeeting", last->id, last->next_date);
  }

  void log_required() {
    // The opening may be hidden: a leader of the home service alone sees level 0 and no more.
    if (viewed_.whole().opened != kNever || state_.phase != Phase::consenting) return;
    const TimelineEvent* decided = latest(EventType::LEVEL0_DECIDED);
    if (!decided ||
        state_.decided_level < sink_.profile_on(day_of(*decided)).log_required_from_level)
      return;
    const std::string ref = sink_.print(decided->event->id);
    put_for({WorkRole::holder}, "logRequired", ref, day_of(*decided));
    // Before there is a log there need not be a holder.
    if (!state_.has_holder) put_for({WorkRole::leader}, "logRequired", ref, day_of(*decided));
  }

  // Planned and not come yet: what is to be ready, so many days before.
  void transitions() {
    if (!state_.log_open()) return;
    for (auto one = seen_.events.begin(); one != seen_.events.end(); ++one) {
      if (one->event->type != EventType::TRANSITION_PLANNED) continue;
      const auto planned = one->event->facts<schema::TransitionPlanned>();
      const std::string_view kind = enum_name(planned.getKind());
      const bool over = std::any_of(one, seen_.events.end(), [&](const TimelineEvent& later) {
        return later.event->type == EventType::TRANSITION_OCCURRED &&
               enum_name(later.event->facts<schema::TransitionOccurred>().getKind()) == kind;
      });
      if (!over)
        sink_.put(WorkRole::holder, "F59", sink_.print(one->event->id),
                  planned.getDate() - sink_.profile_on(planned.getDate()).transition_plan_days);
    }
  }

  void leaders() {
    if (!has(WorkRole::leader)) return;
    if (state_.log_open() && !state_.has_holder) {
      const TimelineEvent* left = latest(EventType::HOLDER_LEFT);
      sink_.put(WorkRole::leader, "noHolder", "holder", left ? day_of(*left) : state_.opened_on);
    }
    const TimelineEvent* raised = latest(EventType::CONCERN_RAISED);
    if (state_.phase == Phase::clarifying && raised &&
        !latest(EventType::CONCERN_SHARED_WITH_LEADER) && !latest(EventType::LEVEL0_DECIDED)) {
      const Profile& then = sink_.profile_on(day_of(*raised));
      sink_.put(WorkRole::leader, "F04", sink_.print(raised->event->id),
                then.add(Date{day_of(*raised)}, then.level0_decision_days).days());
    }
  }

  void coordinator() {
    if (!has(WorkRole::coordinator) || !is_live()) return;
    const TimelineEvent* asked = latest(EventType::ESCALATED_TO_KE);
    const TimelineEvent* met = latest(EventType::MEETING_HELD);
    if (!asked || (met && asked < met)) return;
    const Profile& then = sink_.profile_on(day_of(*asked));
    sink_.put(WorkRole::coordinator, "keRequest", sink_.print(asked->event->id),
              then.add(Date{day_of(*asked)}, then.stalled_days).days());
  }

  void archivist() {
    if (!has(WorkRole::archivist) || state_.closed == kNever || state_.phase == Phase::archived ||
        state_.archive == ArchiveStatus::sent)
      return;
    const Profile& then = sink_.profile_on(state_.closed_on);
    sink_.put(WorkRole::archivist, "notSent",
              profile_.archive_target == ArchiveTarget::fiks ? "fiks" : "manual",
              then.add(Date{state_.closed_on}, then.archive_days).days());
  }

  void family() {
    for (const WorkRole role : {WorkRole::guardian, WorkRole::subject}) {
      if (!has(role) || !is_live()) continue;
      consents_asked(role);
      consents_ending(role);
      if (!state_.log_open()) continue;
      for (const Measure& one : state_.measures)
        if (one.status != MeasureStatus::ended && one.evaluate_by != kNoDate)
          sink_.put(role, "evaluation", one.id, one.evaluate_by);
      if (state_.has_holder)
        sink_.put(role, "baton", sink_.print(state_.latest_holder->person), kNoDate);
    }
  }

  void consents_asked(WorkRole role) {
    const ActorId& viewer = viewed_.question().viewer;
    for (auto one = seen_.events.begin(); one != seen_.events.end(); ++one) {
      if (one->event->type != EventType::CONSENT_REQUESTED) continue;
      const auto asked = one->event->facts<schema::ConsentRequested>();
      const ActorId consenter =
          actor_of(one->event->identities<schema::ConsentRequested>().getConsenter());
      if (consenter != viewer) continue;
      const bool answered = std::any_of(one, seen_.events.end(), [&](const TimelineEvent& later) {
        return answers(*later.event, asked, viewer);
      });
      if (!answered)
        sink_.put(role, "consentAsked", std::string(text_of(asked.getRequest())), asked.getUntil());
    }
  }
  static bool answers(const Event& event, schema::ConsentRequested::Reader asked,
                      const ActorId& viewer) {
    if (event.type == EventType::CONSENT_GRANTED) {
      const auto facts = event.facts<schema::ConsentGranted>();
      if (text_of(facts.getRequest()) == text_of(asked.getRequest())) return true;
      return actor_of(event.identities<schema::ConsentGranted>().getConsenter()) == viewer &&
             covers(facts.getServices(), facts.getOpenLog(), asked);
    }
    if (event.type != EventType::CONSENT_REFUSED) return false;
    const auto facts = event.facts<schema::ConsentRefused>();
    return actor_of(event.identities<schema::ConsentRefused>().getConsenter()) == viewer &&
           covers(facts.getServices(), facts.getOpenLog(), asked);
  }
  static bool covers(capnp::List<capnp::Text>::Reader services, schema::Flag open_log,
                     schema::ConsentRequested::Reader asked) {
    if (is_yes(asked.getOpenLog()) && !is_yes(open_log)) return false;
    for (const auto wanted : asked.getServices())
      if (!names(services, text_of(wanted))) return false;
    return true;
  }
  static bool names(capnp::List<capnp::Text>::Reader services, std::string_view wanted) {
    for (const auto service : services)
      if (text_of(service) == wanted) return true;
    return false;
  }

  void consents_ending(WorkRole role) {
    const Moment point = Moment::after_all(viewed_.question().at);
    for (const Consent& one : state_.consents) {
      if (one.consenter != viewed_.question().viewer) continue;
      const std::int32_t end = sink_.effective_end(one).days();
      const Profile& given_under = sink_.profile_on(local_date(one.at.at).days());
      if (day_ <= end && end - given_under.consent_soon_days <= day_ &&
          ConsentView::withdrawn_at(one) == kNever &&
          sink_.consent().replaced_at(one, point) == kNever)
        sink_.put(role, "consentEnding", one.id, end);
    }
  }

  const ViewedCase& viewed_;
  const SeenState& seen_;
  const CaseState& state_;
  const WorkRoles roles_;
  WorkSink& sink_;
  const std::int32_t day_;
  const Profile& profile_;
};

}  // namespace

WorkSink::WorkSink(const ViewedCase& viewed, const SeenState& seen, WorkRoles roles,
                   const LabelResolver& labels)
    : viewed_(viewed),
      roles_(roles),
      labels_(labels),
      consent_(seen.state,
               viewed.directory().profiles().in_force(local_date(viewed.question().at)).profile,
               viewed.directory().profiles()),
      case_label_(labels.case_id(viewed.case_id())),
      day_(local_date(viewed.question().at).days()) {}

void WorkSink::put(WorkRole role, std::string rule, std::string ref, std::int32_t due) {
  const bool overdue = due != kNoDate && day_ > due;
  if (!roles_.has(role)) {
    if (role != WorkRole::holder || !overdue || !roles_.has(WorkRole::leader)) return;
    role = WorkRole::leader;
  }
  const auto [place, is_new] = items_.try_emplace({rule, ref});
  WorkItem& item = place->second;
  if (!is_new && item.role <= role) return;
  item = {case_label_, std::move(rule), std::move(ref), due, overdue, role};
}

std::vector<WorkItem> WorkSink::take() {
  std::vector<WorkItem> out;
  for (auto& [key, item] : items_) out.push_back(std::move(item));
  items_.clear();
  std::sort(out.begin(), out.end(), before);
  return out;
}

void add_case_work(const ViewedCase& viewed, const SeenState& seen, WorkRoles roles,
                   WorkSink& sink) {
  CaseWork(viewed, seen, roles, sink).run();
}

}  // namespace stafett::bti
