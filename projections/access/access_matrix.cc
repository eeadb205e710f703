#include "projections/access/access_matrix.h"

#include <algorithm>
#include <set>

#include "projections/state/case_build.h"

namespace stafett::bti {

using schema::Role;

namespace {

class MatrixBuilder final {
 public:
  MatrixBuilder(const SubjectId& case_id, std::span<const EventPtr> recorded,
                const Directory& directory, Knowledge known, TimeUs at)
      : directory_(directory),
        at_(at),
        point_(Moment::after_all(at)),
        day_(local_date(at)),
        state_(build(case_id, recorded, known, at)),
        context_{state_, directory, {at, known.size}, directory.profiles().in_force(day_).profile},
        consent_(state_, context_.profile, directory.profiles()) {
    for (const EventPtr& event : recorded)
      if (known.includes(*event) &&
          (event->compartment == Compartment::access ? event->occurred_at <= at
                                                     : state_.find_event(event->id) != nullptr))
        events_.push_back(event);
  }

  AccessMatrix run() {
    AccessMatrix out;
    for (const EventPtr& event : events_)
      ++out.events[static_cast<std::size_t>(event->compartment)];
    if (state_.has_holder) {
      out.holder = state_.latest_holder;
      out.holder_service = state_.service_name(state_.latest_holder->service);
    }
    out.open_log = scope_status({});
    for (const std::string& service : services()) out.services.push_back(scope_status(service));
    for (const ActorId& person : people())
      if (ReaderAccess one = reader(person); !one.rows.empty() || one.basis != Basis::none)
        out.readers.push_back(std::move(one));
    return out;
  }

 private:
  std::set<ActorId> people() const {
    const std::vector<ActorId> registered = directory_.people();
    std::set<ActorId> out(registered.begin(), registered.end());
    const auto add = [&](const ActorId& person) {
      if (!person.is_zero()) out.insert(person);
    };
    add(state_.subject);
    for (const Guardian& one : state_.guardians) add(one.person);
    for (const Participant& one : state_.participants) add(one.person);
    if (state_.latest_holder) add(state_.latest_holder->person);
    for (const BreakGlass& one : state_.break_glass) add(one.person);
    add(state_.ip.coordinator);
    return out;
  }
  std::set<std::string> services() const {
    std::set<std::string> out;
    const auto add = [&](ServiceNo number) {
      if (number != kNoService) out.emplace(state_.service_name(number));
    };
    const auto add_all = [&](const std::vector<ServiceNo>& numbers) {
      for (const ServiceNo number : numbers) add(number);
    };
    add(state_.home_service);
    if (state_.latest_holder) add(state_.latest_holder->service);
    for (const Consent& one : state_.consents) add_all(one.services);
    for (const ConsentRefusal& one : state_.refusals) add_all(one.services);
    for (const Participant& one : state_.participants) add(one.service);
    return out;
  }
  static Scope scope_of(std::string_view service) {
    return service.empty() ? Scope::open_log() : Scope::service(service);
  }
  ScopeStatus scope_status(const std::string& service) const {
    const Scope scope = scope_of(service);
    ScopeStatus out{service, consent_.status(scope, point_), {}};
    for (const ActorId& person : consent_.required_consenters(point_)) {
      const Consent* granting = consent_.granting(person, scope, point_);
      out.consenters.push_back({person, consent_.person_status(person, scope, point_),
                                granting ? granting->id : std::string()});
    }
    return out;
  }

  ReaderAccess reader(const ActorId& person) const {
    ReaderAccess out;
    out.person = person;
    const Registration* registered = directory_.person(person, context_.view);
    Reading reading{person, {}, schema::Capacity::ABSENT, point_};
    if (registered) reading.service = registered->service;
    if (registered && registered->roles.has(Role::REPORTER))
      reading.capacity = schema::Capacity::REPORTER;
    const bool operates =
        registered && registered->active && registered->roles.any_of({Role::ADMIN, Role::SYSTEM});
    if (operates) reading.capacity = schema::Capacity::OPERATOR;
    out.basis = basis_of(reading, context_);
    const Visibility visibility(context_, person, at_);
    out.gives = gives(visibility);
    for (std::size_t i = 0; i < kViewerRows; ++i)
      if (const auto row = static_cast<ViewerRow>(i);
          visibility.rows().has(row) && (row != ViewerRow::recorder || has_recorded(person)))
        out.rows.push_back(row_access(row, person, reading.service));
    if (operates) out.rows.push_back({ViewerRow::reporter, true, std::nullopt, {}});
    return out;
  }
  std::vector<CompartmentAccess> gives(const Visibility& visibility) const {
    std::array<CompartmentAccess, 5> all{};
    for (const EventPtr& event : events_) {
      CompartmentAccess& one = all[static_cast<std::size_t>(event->compartment)];
      one.compartment = event->compartment;
      const ClassSet classes = visibility.of(*event);
      if (classes.empty()) continue;
      one.classes |= classes;
      ++one.events;
    }
    std::vector<CompartmentAccess> out;
    for (const CompartmentAccess& one : all)
      if (one.events != 0) out.push_back(one);
    return out;
  }
  bool has_recorded(const ActorId& person) const {
    return std::any_of(state_.index.begin(), state_.index.end(), [&](const EventRef& ref) {
      return ref.compartment == Compartment::barnevern && ref.actor == person;
    });
  }

  RowAccess row_access(ViewerRow row, const ActorId& person, std::string_view service) const {
    RowAccess out;
    out.row = row;
    switch (row) {
      case ViewerRow::guardian:
        if (state_.birth_date != kNoDate && state_.subject_kind == schema::SubjectKind::CHILD)
          out.until = start_of_day(birthday(Date{state_.birth_date}, 18));
        break;
      case ViewerRow::holder:
      case ViewerRow::participant:
      case ViewerRow::barnevern_participant:
        rely_on_consents(acting_service(state_, person, service, day_), out);
        break;
      case ViewerRow::broke_glass:
        out.until = glass_until(person);
        break;
      case ViewerRow::auditor:
        out.until = grant_until(person);
        break;
      default:
        break;
    }
    return out;
  }
  using Until = std::optional<TimeUs>;  // nothing: does not end
  static Until first_of(Until a, Until b) { return a && b ? std::min(a, b) : (a ? a : b); }
  // Unless renewed before.
  void rely_on_consents(std::string_view service, RowAccess& out) const {
    const Scope scope = Scope::service(service);
    const Profile& profile = context_.profile;
    Until of_guardians, own;
    bool guardians = false, decided = false;
    for (const ActorId& consenter : consent_.required_consenters(point_)) {
      const bool is_own = state_.is_subject(consenter);
      guardians |= !is_own;
      const Consent* granting = consent_.granting(consenter, scope, point_);
      if (!granting) continue;
      out.consents.push_back(granting->id);
      decided |= is_own;
      // Where an expired consent is only warned about, the row does not end with it.
      if (profile.consent_expiry == ConsentExpiry::warn) continue;
      const TimeUs end = start_of_day(consent_.effective_end(*granting) + 1);
      if (is_own)
        own = end;
      else if (of_guardians && !profile.consent_all_guardians)
        of_guardians = std::max(*of_guardians, end);
      else
        of_guardians = first_of(of_guardians, end);
    }
    if (guardians && state_.birth_date != kNoDate)
      of_guardians =
          until_of_age(of_guardians, start_of_day(birthday(Date{state_.birth_date}, 18)), decided);
    out.until = first_of(of_guardians, own);
    std::sort(out.consents.begin(), out.consents.end());
  }
  // From that birthday on the child's own decisions count alone.
  static Until until_of_age(Until of_guardians, TimeUs of_age, bool child_decided) {
    if (!child_decided) return first_of(of_guardians, of_age);
    return of_guardians && *of_guardians < of_age ? of_guardians : std::nullopt;
  }
  std::optional<TimeUs> glass_until(const ActorId& person) const {
    std::optional<TimeUs> latest;
    for (const BreakGlass& used : state_.break_glass) {
      if (used.person != person || !(used.at < point_)) continue;
      const TimeUs unapproved{used.at.at.value() + kUnapprovedGlassUs};
      const TimeUs until = used.approved < point_ ? used.until : std::min(used.until, unapproved);
      if (until > at_ && (!latest || until > *latest)) latest = until;
    }
    return latest;
  }
  std::optional<TimeUs> grant_until(const ActorId& auditor) const {
    std::optional<TimeUs> latest;
    for (const auto& [id, grant] : directory_.grants()) {
      const AuditGrant::Version* version =
          grant.covering(auditor, state_.id, day_.days(), point_, context_.view.known);
      if (!version) continue;
      const TimeUs end = start_of_day(Date{version->to} + 1);
      if (!latest || end > *latest) latest = end;
    }
    return latest;
  }

  const Directory& directory_;
  const TimeUs at_;
  const Moment point_;
  const Date day_;
  const CaseState state_;
  const ReaderContext context_;
  const ConsentView consent_;
  std::vector<EventPtr> events_;
};

}  // namespace

AccessMatrix access_matrix(const SubjectId& case_id, std::span<const EventPtr> recorded,
                           const Directory& directory, Knowledge known, TimeUs at) {
  return MatrixBuilder(case_id, recorded, directory, known, at).run();
}

}  // namespace stafett::bti
