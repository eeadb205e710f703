"""What a person has to do with a case at a point: roles in it, and the basis of a read (7.3)."""

from . import consent, dates, family

STAFF = {"employee", "leader"}
HOUR_UNAPPROVED = 60 * dates.MINUTE


class Relation:
    """A person and a case at a point (a key of the timeline; what lies at it counts)."""

    def __init__(self, view, person, point):
        self.view, self.person, self.point = view, person, point
        self.state = view.state(point)
        self.instant = int(point[0])
        self.date = view.zone.date(self.instant)
        self.roles = view.roles(person, self.instant)
        self.service = view.service(person, self.instant)
        self.is_staff = bool(self.roles & STAFF)

    def leave(self):
        """Not active any longer: neither roles nor a service."""
        self.roles, self.service, self.is_staff = set(), None, False

    def before(self, *types):
        return [event for event in self.view.of(*types) if event.key <= self.point]

    def has_guardian_access(self):
        state = self.state
        return (family.is_guardian(state, self.person, self.date)
                and state.access.get(self.person, False))

    def is_reading_subject(self):
        """The pregnant woman, or the child of age to read."""
        if self.person != self.state.subject:
            return False
        age = self.view.profile(self.date)["ageOwnAccess"]
        return not self.state.is_child or family.is_aged(self.state, age, self.date)

    def has_grant(self):
        """An approved auditor's grant for the case, in force on the day."""
        if "auditor" not in self.roles:
            return False
        view, latest, approved = self.view, {}, set()
        for event in view.global_events:
            if event.key > self.point:
                continue
            if event.type == "AuditAccessGranted":
                latest[event.get("grant")] = event
            if event.type == "AuditAccessApproved":
                approved.add(event.get("target"))
        return any(self.is_covered_by(event) for event in latest.values()
                   if event.label in approved)

    def is_covered_by(self, grant):
        data = grant.data
        return (data["auditor"] == self.person and data["from"] <= str(self.date) <= data["to"]
                and (data["allCases"] or self.view.case in (data.get("cases") or [])))

    def is_named_coordinator(self):
        return "coordinator" in self.roles and bool(
            self.before("EscalatedToKe", "IpGranted", "CoordinatorNamed"))

    def has_broken_glass(self):
        approved = {event.get("target") for event in self.before("BreakGlassApproved")}
        for event in self.before("BreakGlassUsed"):
            if event.get("person") != self.person:
                continue
            end = dates.parse_time(event.get("until"))
            if event.label not in approved:
                end = min(end, event.occurred + HOUR_UNAPPROVED)
            if self.instant < end:
                return True
        return False

    def leads_home(self):
        return ("leader" in self.roles and self.service is not None
                and self.service == self.state.home)

    def leads_holder(self):
        holder = self.state.latest_holder
        return ("leader" in self.roles and self.service is not None and holder is not None
                and self.service == holder["service"])

    def is_pre_log_reader(self):
        """Of the home service, and involved (or that is not asked)."""
        if not self.is_staff or self.service is None or self.service != self.state.home:
            return False
        if self.view.profile(self.date)["preLogReaders"] == "service" or "leader" in self.roles:
            return True
        for event in self.view.case_events:
            if event.key > self.point:
                break
            named = (event.type == "ConcernSharedWithLeader"
                     and self.person in (event.get("leader"), event.get("responsible")))
            if named or event.actor == self.person:
                return True
        return False

    def is_holder(self):
        return self.state.holder is not None and self.state.holder["person"] == self.person

    def is_reading_holder(self):
        """Log open, or closed and not archived."""
        open_or_closed = self.state.opened and self.state.phase != "archived"
        return self.is_holder() and bool(open_or_closed)

    def participations(self, service):
        """Own ones, and those of the whole service."""
        return [one for one in self.state.active_participants()
                if one["person"] == self.person
                or (one["person"] is None and self.is_staff and one["service"] == service
                    and service is not None)]

    def reading_service(self, named):
        """The service a read is for; a guardian of an adult has that of the participation."""
        is_adult = family.is_adult(self.state, self.date)
        if named is None and self.person in self.state.links and is_adult:
            own = [one for one in self.state.active_participants() if one["person"] == self.person]
            return own[-1]["service"] if own else None
        return named

    def basis(self, named, capacity):
        """ok, expired, withdrawn, uncovered or none."""
        if self.is_always_ok(capacity):
            return "ok"
        service = self.reading_service(named)
        found = consent.status(self.view, service, self.point) if service else "missing"
        takes_part = self.state.is_open and self.participations(service)
        if self.is_reading_holder() or takes_part:
            return {"covered": "ok", "expired": "expired", "withdrawn": "withdrawn"}.get(
                found, "uncovered")
        return "withdrawn" if found == "withdrawn" else "none"

    def is_always_ok(self, capacity):
        return (self.has_guardian_access() or self.is_reading_subject() or self.has_grant()
                or "dpo" in self.roles
                or ("archivist" in self.roles and self.state.closed is not None)
                or self.is_named_coordinator() or self.has_broken_glass()
                or self.leads_home() or self.leads_holder()
                or (self.state.opened is None and self.is_pre_log_reader())
                or (capacity == "operator" and bool(self.roles & {"admin", "system"}))
                or (capacity == "reporter" and "reporter" in self.roles))


def basis_of_read(view, event):
    """Of a recorded EntryRead, at its own place."""
    relation = Relation(view, event.get("reader"), event.key)
    return relation.basis(event.get("service"), event.get("capacity"))
