"""visible(viewer, event, T): the classes that a viewer is given of an event (section 8)."""

from . import catalogue, consent, references
from .relation import Relation

ALL = frozenset({"fact", "identity", "narrative"})
FACT = frozenset({"fact"})
NOTHING = frozenset()
READS = ("EntryRead", "ReadDenied", "BreakGlassUsed")
FAMILY_CAPACITIES = ("guardian", "subject")


class Sight:
    """What one viewer sees of a case at a point."""

    def __init__(self, view, viewer, point):
        self.view, self.viewer, self.point = view, viewer, point
        self.who = Relation(view, viewer, point)
        registered = view.registration(viewer, self.who.instant)
        if registered and not registered.get("active", True):
            self.who.leave()
        self.state = self.who.state
        self.version = view.profile(self.who.date)
        self.restricted = self.state.restricted(self.who.date)
        self.is_log_opened = self.state.opened is not None
        self.family = self.who.has_guardian_access() or self.who.is_reading_subject()

    def classes(self, event):
        """`event`: as recorded, so that a voided one can be asked about too."""
        event = self.view.now.get(event.label, event)
        given = set()
        for row in (self.as_family, self.as_staff, self.as_oversight, self.as_reporter):
            given |= row(event)
        return frozenset(given)

    def with_target(self, event):
        """The event, and what it corrects: a correction is protected as its target is."""
        if event.type != "EntryCorrected":
            return [event]
        target = event.get("target")
        found = self.view.now.get(target, self.view.raw.get(target))
        return [event] if found is None else [event, found]

    def is_private(self, event):
        return any(one.get("hideFromGuardians") for one in self.with_target(event))

    def is_restricted(self, event):
        return any(one.label in self.restricted for one in self.with_target(event))

    def is_shielded(self, event):
        lifted = self.who.before("ProtectionFlagLifted")
        return event.compartment == "level0" and (self.state.protection or any(
            flag.key > one.key for flag in lifted for one in self.with_target(event)))

    def is_shared(self):
        if self.is_log_opened:
            return True
        told = self.who.before("GuardiansInformed")
        if self.who.is_reading_subject() and told:
            return True
        return any(self.viewer in one.get("guardians") for one in told)

    def releases(self, event):
        if event.compartment not in ("level0", "protected", "barnevern"):
            return []
        return [one for one in self.who.before("CompartmentReleased")
                if event.label in one.get("entries")]

    def is_released_to_family(self, event):
        return not self.state.protection and any(one.get("toFamily") for one in self.releases(event))

    def is_open_to_staff(self, event):
        """`open`, or released to the viewer's service."""
        service = self.who.service
        return event.compartment == "open" or (service is not None and any(
            service in one.get("toServices") for one in self.releases(event)))

    def is_covered(self):
        service = self.who.reading_service(self.who.service)
        if service is None:
            return False
        found = consent.status(self.view, service, self.point)
        return found == "covered" or (found == "expired" and self.version["consentExpiry"] == "warn")

    def as_family(self, event):
        if not self.family:
            return NOTHING
        if event.compartment == "access":
            if not self.is_in_access_list(event):
                return NOTHING
            return {"fact", "identity"} if self.version["familySeesReaderNames"] else FACT
        if self.is_restricted(event):
            return NOTHING
        if self.is_private(event) and not self.who.is_reading_subject():
            return NOTHING
        seen = (event.compartment == "open" or self.is_released_to_family(event)
                or (event.compartment == "level0" and self.is_shared()
                    and not self.is_shielded(event)))
        return ALL if seen else NOTHING

    def is_by_family(self, event, reader):
        """A read that is none of staff; what is denied has no capacity."""
        if event.get("service") is not None or event.type == "BreakGlassUsed":
            return False
        if event.type == "ReadDenied":
            return reader in self.state.links or reader == self.state.subject
        return event.get("capacity") in FAMILY_CAPACITIES

    def is_in_access_list(self, event):
        if event.type not in READS:
            return False
        if event.get("capacity") == "operator":
            return True
        reader = event.get("person" if event.type == "BreakGlassUsed" else "reader")
        if reader == self.viewer:
            return True
        services = [event.get("service")]
        if not self.is_by_family(event, reader):
            if self.state.protection:
                return False
            services.append(self.view.service(reader, event.occurred))
        if any(self.view.kind(one) in ("barnevern", "police") for one in services):
            return False
        entries = event.get("entries")
        if entries:
            return any(self.as_family(self.view.raw[label]) for label in entries
                       if label in self.view.raw
                       and self.view.raw[label].compartment != "access")
        return True

    def as_staff(self, event):
        who, place, given = self.who, event.compartment, set()
        restricted, private = self.is_restricted(event), self.is_private(event)
        staff_open = self.is_open_to_staff(event)
        if who.leads_home() and (place in ("level0", "protected") or (
                place == "barnevern" and self.is_by_home(event))):
            given |= ALL
        if who.leads_holder() and self.is_log_opened and staff_open:
            given |= ALL
        if (who.leads_home() or who.leads_holder()) and place == "access":
            given |= ALL
        if restricted:
            return given
        level0 = place in ("level0", "protected")
        if not self.is_log_opened and self.state.phase != "ended" and who.is_pre_log_reader():
            given |= ALL if staff_open or level0 else NOTHING
        if who.is_reading_holder() and (staff_open or level0) and self.is_covered():
            given |= ALL
        if place == "barnevern" and event.actor == self.viewer and who.is_staff:
            given |= ALL
        if who.has_broken_glass() and (staff_open or place == "level0"):
            given |= ALL
        if not private:
            given |= self.as_participant(event, staff_open) | self.as_coordinator(staff_open)
        return given

    def is_by_home(self, event):
        return self.view.service(event.actor, self.who.instant) == self.state.home

    def as_participant(self, event, staff_open):
        who = self.who
        service = who.reading_service(who.service)
        if not self.state.is_open or not who.participations(service) or not self.is_covered():
            return NOTHING
        shielded = event.compartment in ("level0", "protected", "barnevern")
        if staff_open or (shielded and self.view.kind(who.service) == "barnevern"):
            return ALL
        return NOTHING

    def as_coordinator(self, staff_open):
        if not self.who.is_named_coordinator() or not staff_open:
            return NOTHING
        named = self.state.coordinator
        is_named = named is not None and named.get("person") == self.viewer
        return ALL if is_named or self.is_covered() else FACT

    def as_oversight(self, event):
        who, given = self.who, set()
        if who.has_grant():
            given |= ALL
        if "dpo" in who.roles:
            given |= FACT
        if ("archivist" in who.roles and self.state.closed is not None
                and self.is_open_to_staff(event) and not self.is_restricted(event)):
            given |= ALL
        return given

    def as_reporter(self, event):
        if "reporter" not in self.who.roles or self.is_restricted(event) or self.is_private(event):
            return NOTHING
        if event.compartment == "level0" and self.state.flag_ever:
            return NOTHING
        if event.compartment not in ("open", "level0") or self.names_barnevern(event):
            return NOTHING
        return FACT

    def names_barnevern(self, event):
        """In what is handed out, as recorded or as known now, of it or of what it corrects."""
        said = [(one.type, one.data) for one in [self.view.raw[event.label],
                                                 *self.with_target(event)]]
        if event.type == "EntryCorrected":
            said.append((said[-1][0], event.get("changes") or {}))
        return any(self.view.kind(service) == "barnevern" for kind, data in said
                   for name in catalogue.fields_of(kind, "service")
                   for service in references.as_list(data.get(name)))
