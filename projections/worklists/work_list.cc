#include "projections/worklists/work_list.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "projections/state/references.h"
#include "projections/worklists/case_work.h"

namespace stafett::bti {

namespace {

constexpr std::int32_t kNoDateLast = std::numeric_limits<std::int32_t>::max();

constexpr RuleNo kYouthConsent = 8, kOffer = 22, kResponsible = 27, kEvaluation = 29,
                 kSchoolPlan = 50, kBarnevernRead = 54, kTransition = 59, kConsentEnd = 10;
constexpr RuleNo kHolderRules[] = {8, 10, 13, 22, 25, 27, 29, 34, 35, 36, 37, 38, 39, 44, 55, 59};
constexpr RuleNo kLeaderRules[] = {1, 21, 23, 50, 52, 53, 61, 62};
constexpr RuleNo kCoordinatorRules[] = {38, 39, 40};
constexpr RuleNo kDpoRules[] = {61, 62};
constexpr RuleNo kArchivistRules[] = {46, 47};

template <std::size_t N>
bool is_of(const RuleNo (&rules)[N], RuleNo rule) {
  return std::find(std::begin(rules), std::end(rules), rule) != std::end(rules);
}

// The courses of a case as items of one viewer's lists.
class CourseWork final {
 public:
  CourseWork(const ViewedCase& viewed, const SeenState& seen, WorkSink& sink)
      : viewed_(viewed), seen_(seen), sink_(sink), day_(local_date(viewed.question().at).days()) {}

  void add(const Course& course) const {
    if (!may_be_told(course)) return;
    if (course.rule == kTransition) return add_birthday(course);
    const std::int32_t due = deadline_of(course);
    if (due == kNoDate)
      add_open(course);
    else if (has_begun(course))
      add_running(course, due);
  }

 private:
  // A deadline that the child's 18th birthday will end runs until then.
  std::int32_t deadline_of(const Course& course) const {
    const Span& last = course.spans.back();
    if (last.cleared != kNoDate && last.cleared <= day_) return kNoDate;
    if (course.due != kNoDate || last.cleared == kNoDate) return course.due;
    if (course.rule == kConsentEnd) {
      const Consent* consent = seen_.state.find_consent(course.ref.text);
      return consent ? sink_.effective_end(*consent).days() : kNoDate;
    }
    return is_deadline(course.rule) ? last.first - 1 : kNoDate;
  }
  void add_running(const Course& course, std::int32_t due) const {
    if (course.rule == kEvaluation && !is_seen_date(course, due)) return;
    if (is_of(kHolderRules, course.rule) && (course.rule != kOffer || is_own_offer(course)))
      put(WorkRole::holder, course, due);
    if ((course.rule == kEvaluation || course.rule == kResponsible) && is_responsible(course))
      put(WorkRole::responsible, course, due);
    if (course.rule == kOffer && is_offered(course)) put(WorkRole::offered, course, due);
    if (is_of(kLeaderRules, course.rule) && (course.rule != kSchoolPlan || leads_a_school()))
      put(WorkRole::leader, course, due);
    if (is_of(kHolderRules, course.rule) && day_ > due) put(WorkRole::leader, course, due);
    if (is_of(kCoordinatorRules, course.rule)) put(WorkRole::coordinator, course, due);
    if (is_of(kDpoRules, course.rule)) put(WorkRole::dpo, course, due);
    if (is_of(kArchivistRules, course.rule)) put(WorkRole::archivist, course, due);
    if (level_of(course.rule) == FindingLevel::breach && open_since(course) != kNoDate)
      put(WorkRole::leader, course, due);
  }
  // Not about a last day: it is to be seen to from the day on which it came true.
  void add_open(const Course& course) const {
    const std::int32_t since = open_since(course);
    if (since == kNoDate) return;
    if (is_of(kHolderRules, course.rule)) put(WorkRole::holder, course, since);
    if (course.rule == kResponsible && is_responsible(course))
      put(WorkRole::responsible, course, since);
    if (is_of(kLeaderRules, course.rule) || level_of(course.rule) == FindingLevel::breach)
      put(WorkRole::leader, course, since);
    if (is_of(kCoordinatorRules, course.rule)) put(WorkRole::coordinator, course, since);
  }
  // Of transitions only the one that comes for sure; those that are planned are of the case's own
  // items, and one that has taken place cannot be planned any more.
  void add_birthday(const Course& course) const {
    const std::int32_t day = course.spans.front().first;
    if (!course.proof.empty() || day_ >= day) return;
    put(WorkRole::holder, course, day - sink_.profile_on(day).transition_plan_days);
  }

  void put(WorkRole role, const Course& course, std::int32_t due) const {
    sink_.put(role, rule_name(course.rule), sink_.print(course.ref), due);
  }

  // The anchor is shown, and so is what the ref names, and the birth date where days are counted
  // from it.
  bool may_be_told(const Course& course) const {
    const bool by_age = course.rule == kYouthConsent || course.proof.empty();
    if (by_age && seen_.state.birth_date == kNoDate) return false;
    if (!course.proof.empty() && !viewed_.shows(course.proof.front())) return false;
    if (course.ref.event && !viewed_.shows(*course.ref.event)) return false;
    if (course.rule == kBarnevernRead && !shows_what_was_read(course)) return false;
    if (!course.ref.person) return true;
    return std::any_of(viewed_.seen().begin(), viewed_.seen().end(), [&](const SeenEvent& one) {
      return !course.proof.empty() && one.event->id == course.proof.front() &&
             one.sight.classes.has_identity();
    });
  }
  // That there is something of barnevern is told to whom some of what was read is shown.
  bool shows_what_was_read(const Course& course) const {
    const auto read =
        std::find_if(viewed_.seen().begin(), viewed_.seen().end(),
                     [&](const SeenEvent& one) { return one.event->id == course.proof.front(); });
    if (read == viewed_.seen().end()) return false;
    const References references = references_of(*read->event);
    return std::any_of(
        references.events.begin(), references.events.end(), [&](const EventUse& use) {
          const EventRef* entry = viewed_.whole().find_event(use.id);
          return entry && entry->compartment == Compartment::barnevern && viewed_.shows(use.id);
        });
  }
  // A correction that is hidden may have moved it.
  bool is_seen_date(const Course& course, std::int32_t due) const {
    const Measure* measure = seen_.state.find_measure(course.ref.text);
    return measure && measure->evaluate_by == due;
  }
  std::int32_t open_since(const Course& course) const {
    for (auto span = course.spans.rbegin(); span != course.spans.rend(); ++span)
      if (span->first <= day_ && (span->cleared == kNoDate || span->cleared > day_))
        return span->first;
    return kNoDate;
  }
  // The clock of a youth's own consent starts at a birthday, which is known long before.
  bool has_begun(const Course& course) const {
    const CaseState& state = seen_.state;
    if (course.rule != kYouthConsent) return true;
    const int years =
        course.ref.text.empty() ? sink_.profile_on(state.opened_on).age_own_consent : 18;
    return day_ >= birthday(Date{state.birth_date}, years).days();
  }
  bool is_own_offer(const Course& course) const {
    const EventRef* offered =
        course.proof.empty() ? nullptr : viewed_.whole().find_event(course.proof.front());
    return offered && offered->actor == viewed_.question().viewer;
  }
  bool is_offered(const Course& course) const {
    const Offer* offer = seen_.state.find_offer(course.ref.text);
    return offer && offer->to == viewed_.question().viewer;
  }
  bool is_responsible(const Course& course) const {
    const Measure* measure = seen_.state.find_measure(course.ref.text);
    return measure && measure->responsible == viewed_.question().viewer;
  }
  bool leads_a_school() const {
    const Registration* person = viewed_.directory().person(
        viewed_.question().viewer, {viewed_.question().at, viewed_.question().known.size});
    return person &&
           viewed_.directory().service_kind(person->service) == schema::ServiceKind::SCHOOL;
  }

  const ViewedCase& viewed_;
  const SeenState& seen_;
  WorkSink& sink_;
  const std::int32_t day_;
};

}  // namespace

WorkRoles work_roles(const ViewedCase& viewed) {
  WorkRoles roles;
  if (viewed.seen().empty()) return roles;
  const CaseState& state = viewed.whole();
  const ActorId& viewer = viewed.question().viewer;
  const ViewerRows rows = viewed.visibility().rows();
  const auto add = [&](WorkRole role, bool holds) {
    if (holds) roles.add(role);
  };
  add(WorkRole::holder, state.is_holder(viewer));
  add(WorkRole::responsible,
      std::any_of(state.measures.begin(), state.measures.end(),
                  [&](const Measure& one) { return one.responsible == viewer; }));
  add(WorkRole::offered, state.pending_offer && state.pending_offer->to == viewer);
  add(WorkRole::leader, rows.has(ViewerRow::home_leader) || rows.has(ViewerRow::holder_leader));
  add(WorkRole::coordinator, rows.has(ViewerRow::coordinator));
  add(WorkRole::dpo, rows.has(ViewerRow::dpo));
  add(WorkRole::archivist, rows.has(ViewerRow::archivist));
  add(WorkRole::guardian, rows.has(ViewerRow::guardian));
  add(WorkRole::subject, rows.has(ViewerRow::subject));
  return roles;
}

bool before(const WorkItem& a, const WorkItem& b) {
  const auto key = [](const WorkItem& item) {
    return std::tuple(item.due == kNoDate ? kNoDateLast : item.due,
                      std::string_view(item.case_label), std::string_view(item.rule),
                      std::string_view(item.ref));
  };
  return key(a) < key(b);
}

std::vector<WorkItem> work_items(const ViewedCase& viewed, std::span<const Course> courses,
                                 const LabelResolver& labels) {
  const WorkRoles roles = work_roles(viewed);
  if (roles.empty()) return {};
  const SeenState seen(viewed);
  WorkSink sink(viewed, seen, roles, labels);
  const CourseWork work(viewed, seen, sink);
  for (const Course& course : courses) work.add(course);
  add_case_work(viewed, seen, roles, sink);
  return sink.take();
}

boost::json::object to_json(const WorkItem& item) {
  return {{"case", item.case_label},
          {"rule", item.rule},
          {"ref", item.ref},
          {"due", item.due == kNoDate ? boost::json::value(nullptr)
                                      : boost::json::value(Date{item.due}.to_text())},
          {"overdue", item.overdue},
          {"for", work_role_name(item.role)}};
}

}  // namespace stafett::bti
