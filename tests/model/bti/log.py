"""What is recorded, and views of it: by what was known, and as of when."""

import bisect
import copy
import dataclasses

from . import dates, profile
from .catalogue import TYPES
from .state import State

LAST = float("inf")


@dataclasses.dataclass
class Event:
    position: int
    label: str
    case: str
    type: str
    actor: str
    occurred: int
    recorded: int
    mode: str
    data: dict
    date: object = None
    compartment: str = ""

    @property
    def key(self):
        return (self.occurred, self.position)

    @property
    def stream(self):
        return TYPES[self.type].stream

    def get(self, name):
        return self.data.get(name)


class Log:
    """All events of all streams, in the order of recording."""

    def __init__(self, zone, services, people, overrides):
        self.zone = zone
        self.events = []
        self.by_label = {}
        self.services = dict(services)
        self.people = people
        self.first_profile = profile.Version(1, None, {**profile.DEFAULTS, **overrides})

    def size_at(self, known_at):
        """How many events were recorded at or before the instant."""
        return bisect.bisect_right([event.recorded for event in self.events], known_at)

    def cases(self):
        return sorted({event.case for event in self.events if event.case is not None})

    def append(self, event):
        event.position = len(self.events)
        event.date = self.zone.date(event.occurred)
        self.events.append(event)
        self.by_label[event.label] = event


class View:
    """A case (None: only what concerns all) as known at a size, as of an instant.

    `recording`: roles are the latest recorded, as the hard rules read them.
    """

    def __init__(self, log, case, size=None, as_of=LAST, recording=False):
        self.log, self.case, self.as_of, self.recording = log, case, as_of, recording
        self.zone = log.zone
        self.size = len(log.events) if size is None else size
        known = log.events[:self.size]
        own = [event for event in known if event.case == case and case is not None]
        self.timeline = corrected(own, log.zone)
        self.timeline = [event for event in self.timeline if event.occurred <= as_of]
        self.timeline.sort(key=lambda event: event.key)
        self.case_events = [event for event in self.timeline if event.stream == "case"]
        self.keys = [event.key for event in self.case_events]
        self.global_events = sorted((event for event in known if event.case is None
                                     and event.occurred <= as_of), key=lambda event: event.key)
        self.raw = {event.label: event for event in known
                    if event.case == case and event.occurred <= as_of}
        self.now = {event.label: event for event in self.timeline}
        self.versions = self._versions()
        self._states = {}

    def _versions(self):
        versions, proposals = [self.log.first_profile], {}
        for event in sorted(self.global_events, key=lambda event: event.position):
            if event.type == "ProfileProposed":
                proposals[event.get("version")] = event
            if event.type == "ProfileApproved":
                proposal = proposals.get(event.get("version"))
                if proposal is None:  # it happened later than what is asked about
                    continue
                versions.append(profile.Version(
                    event.get("version"), dates.parse_date(proposal.get("effectiveFrom")),
                    {**versions[-1].values, **proposal.get("changes")}))
        return versions

    def profile(self, date):
        return profile.in_force(self.versions, date)

    def of(self, *types):
        return [event for event in self.timeline if event.type in types]

    def state(self, key):
        """The fold of all events up to and including the key."""
        count = bisect.bisect_right(self.keys, key)
        if count not in self._states:
            state = State()
            for event in self.case_events[:count]:
                state.apply(event)
            self._states[count] = state
        return self._states[count]

    def before(self, event):
        return self.state((event.occurred, event.position - 0.5))

    def after(self, event):
        return self.state(event.key)

    def last(self):
        return self.state((LAST, LAST))

    def registration(self, person, instant):
        """{roles, service, active} as of the instant, or None."""
        found = self.log.people.get(person)
        events = self.global_events
        if self.recording:
            events = sorted(events, key=lambda event: event.position)
        for event in events:
            if event.type != "PersonRegistered" or event.get("person") != person:
                continue
            if self.recording or event.occurred <= instant:
                found = event.data
        return found

    def roles(self, person, instant):
        found = self.registration(person, instant)
        return set(found["roles"]) if found else set()

    def service(self, person, instant):
        found = self.registration(person, instant)
        return found.get("service") if found else None

    def services(self):
        known = dict(self.log.services)
        for event in self.global_events:
            if event.type == "ServiceRegistered":
                known[event.get("service")] = event.get("kind")
        return known

    def kind(self, service):
        return self.services().get(service)


def corrected(events, zone):
    """The events with the corrections among them applied; what is voided is left out."""
    result = {event.label: event for event in events}
    voided = set()
    for correction in sorted(events, key=lambda event: event.position):
        if correction.type != "EntryCorrected" or correction.get("target") not in result:
            continue
        label = correction.get("target")
        result[label] = laid_over(result[label], correction, zone)
        if correction.get("void"):
            voided.add(label)
    return [event for label, event in result.items() if label not in voided]


def laid_over(target, correction, zone):
    result = copy.copy(target)
    result.data = dict(target.data)
    for name, value in (correction.get("changes") or {}).items():
        if value is None:
            result.data.pop(name, None)
        else:
            result.data[name] = value
    if correction.get("occurredAt") is not None:
        result.occurred = dates.parse_time(correction.get("occurredAt"))
        result.date = zone.date(result.occurred)
    return result
