"""Makes a random scenario file: cases live, with random deviations from what is right."""

import random

from . import catalogue, dates, random_cast, references
from .log import View
from .random_data import Data
from .scenario import Scenario
from .words import Words

SKIPPED = {"CommandRejected", "ReadDenied", "StatisticsPublished", "AuditExportMade",
           "PersonDetailsRecorded"}
WEIGHTS = {
    None: {"ConcernRaised": 400},
    "clarifying": {"Level0Decided": 8, "ConcernConcretised": 5, "ConcernSharedWithLeader": 5,
                   "GuardianLinked": 5, "GuardiansInformed": 4, "ChildHeard": 3,
                   "ConcernReportSent": 2, "EntryRead": 4},
    "consenting": {"LogOpened": 14, "ConsentGranted": 10, "GuardianLinked": 6, "HolderAppointed": 3,
                   "EntryRead": 3, "ConsentRefused": 2},
    "active": {"EntryRead": 14, "MeasurePlanned": 8, "MeasureStarted": 6, "MeasureEvaluated": 8,
               "EvaluationRescheduled": 5, "MeetingHeld": 7, "BatonOffered": 5, "BatonAccepted": 6,
               "HolderLeft": 3, "HolderAppointed": 3, "ParticipantAdded": 5, "ConsentGranted": 6,
               "ConsentWithdrawn": 5, "EntryCorrected": 9, "LevelChanged": 5, "LogClosed": 3,
               "ChildHeard": 3, "NoteAdded": 5, "IpGranted": 2, "BreakGlassUsed": 2,
               "ReportingDutyAssessed": 2, "ConcernReportSent": 2, "ConsentRefused": 2},
    "closed": {"ArchiveSent": 8, "ArchiveReceipted": 4, "ArchiveFailed": 3, "EntryRead": 8,
               "EntryCorrected": 4, "CoordinatorNamed": 4, "NoteAdded": 3, "RightsRequested": 3},
    "archived": {"EntryRead": 5, "NoteAdded": 2},
    "ended": {"EntryRead": 5, "RightsRequested": 2},
}
BEGINNING = ["ConcernRaised", "ConcernConcretised", "ConcernSharedWithLeader", "GuardiansInformed",
             "GuardianLinked", "GuardianLinked", "Level0Decided", "ConsentGranted", "ConsentGranted",
             "LogOpened", "GuardianAccessGranted", "MeasurePlanned", "MeasureStarted", "MeetingHeld"]
RARE = {"PersonRegistered": 0.5, "ServiceRegistered": 0.3, "ProfileProposed": 0.8,
        "ProfileApproved": 1.2, "ConcernRaised": 0.4, "BreakGlassApproved": 1.5,
        "AuditAccessGranted": 0.8, "AuditAccessApproved": 1.2}
TIMES = ["00:00", "00:01", "02:30", "03:00", "09:00", "11:30", "12:00", "12:00", "15:45", "23:59"]
GAPS = [0] * 16 + [1] * 10 + [2, 3, 4, 5, 6, 7, 8, 9] + [10, 12, 15, 20, 28, 31, 35] + [61, 95, 200]


class Life:
    """One scenario in the making: what was done so far, played in the model."""

    def __init__(self, seed, steps=None):
        self.rng = random.Random(seed)
        rng = self.rng
        day0 = rng.choice(random_cast.BEGINNINGS)
        self.birth = random_cast.birth_date(rng, dates.parse_date(day0))
        self.document = {
            "name": f"random-{seed}", "day0": day0,
            "profile": random_cast.overrides(rng, rng.choice([0, 2, 5, 9])),
            "services": {"skule1": {"kind": "school"}}, "people": random_cast.people(rng),
            "events": []}
        self.steps = steps or rng.choice([25, 50, 80, 120])
        self.cases = ["case"] + [f"case-{n}" for n in range(2, rng.choice([2, 2, 3, 4]))]
        self.subjects, self.guardians = random_cast.SUBJECTS, random_cast.GUARDIANS
        self.services = random_cast.SERVICES
        self.staff = sorted(random_cast.STAFF) + ["vera"]
        self.cast = sorted(self.document["people"])
        self.played = Scenario(self.document)
        self.case, self.day, self.time, self.reader = "case", 0, "09:00", "lise"
        self.counts, self.last = {}, None
        self.seen_key = self.seen = None
        self.queues = {case: list(BEGINNING) if rng.random() < 0.8 else [] for case in self.cases}

    # What the data makers ask.
    @property
    def view(self):
        """The case as recorded so far."""
        key = (self.case, len(self.played.log.events))
        if self.seen_key != key:
            self.seen_key, self.seen = key, View(self.played.log, self.case, recording=True)
        return self.seen

    def service_of(self, person):
        return self.view.service(person, 0)

    def fresh(self, kind):
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return f"{kind[:3]}{self.counts[kind]}"

    def events_of_case(self):
        return [one for one in self.played.log.events if one.case == self.case]

    def some_label(self, own=False):
        """Mostly an event of the case that was recorded."""
        events = self.events_of_case() if own or self.rng.random() < 0.9 else self.played.log.events
        if not events or self.rng.random() < 0.02:
            return "nowhere"
        shielded = [one for one in events if one.compartment in ("barnevern", "protected")]
        if shielded and self.rng.random() < 0.3:
            events = shielded
        return self.rng.choice(events).label

    def some_case(self, own=False):
        """A case that has events, another one unless `own`; or None."""
        cases = [case for case in self.played.log.cases() if own or case != self.case]
        return self.rng.choice(cases) if cases else None

    def label_of(self, name):
        found = [one for one in self.played.log.events if one.type == name]
        near = [one for one in found if one.case in (self.case, None)]
        if near and self.rng.random() < 0.9:
            found = near[-2:]
        return self.rng.choice(found).label if found else self.some_label()

    def capacity_of(self, reader):
        if self.rng.random() < 0.2:
            return self.rng.choice(["staff", "operator", "reporter", "leader"])
        roles = self.view.roles(reader, 0)
        for role, capacity in (("guardian", "guardian"), ("child", "subject"), ("pregnant", "subject"),
                               ("auditor", "auditor"), ("dpo", "dpo"), ("archivist", "archivist"),
                               ("reporter", "reporter"), ("coordinator", "coordinator"),
                               ("leader", "leader")):
            if role in roles:
                return capacity
        return self.rng.choice(["holder", "participant", "staff"])

    def profile_number(self):
        return self.view.versions[-1].number

    def profile_changes(self):
        changes = random_cast.overrides(self.rng, self.rng.choice([1, 3]))
        if self.rng.random() < 0.1:
            changes[self.rng.choice(["nothing", "ageOwnConsent", "minutesDays"])] = self.rng.choice(
                [-1, 99, "x", "5w"])
        return changes

    def correction(self, data):
        """The data of an EntryCorrected, mostly of one that can be corrected."""
        rng, events = self.rng, self.events_of_case()
        fit = [one for one in events if one.stream == "case" and one.type != "EntryCorrected"]
        target = rng.choice(fit) if fit and rng.random() < 0.93 else None
        if target is None:
            return {"target": self.some_label(), "changes": {"note": "x"}, "occurredAt": None,
                    "void": None}
        made = {"target": target.label, "reason": rng.choice(["wrong", "wrong", "wrong", " ", None]),
                "changes": None, "void": None, "occurredAt": None}
        how = rng.random()
        if how < 0.25:
            made["void"] = True
        elif how < 0.5:
            day = self.played.log.zone.date(target.occurred) - self.played.day0
            made["occurredAt"] = f"D{day.days + rng.choice([-9, -2, -1, 0, 1, 3])}T{rng.choice(TIMES)}"
        elif how < 0.95:
            made["changes"] = self.changes(data, target)
        return made

    def changes(self, data, target):
        fields = list(catalogue.TYPES[target.type].fields.values())
        again = data.make(target.type)
        found = {}
        for field in self.rng.sample(fields, min(len(fields), self.rng.choice([1, 1, 2]))):
            is_local = field.type.partition(":")[0] in ("new", "set", "ref", "event", "[event]+")
            if is_local and self.rng.random() < 0.9:
                continue
            found[field.name] = again.get(field.name)
        return found or {"nothing": 1}

    # One step.
    def step(self):
        self.advance()
        if self.rng.random() < 0.25:
            self.case = self.rng.choice(self.cases)
        state = self.view.last()
        name = self.choose_type(state)
        spec = {"day": self.day, "time": self.time, "type": name}
        self.choose_when(spec)
        self.reader = self.choose_reader()
        spec["data"] = Data(self, state).make(name)
        self.choose_mode(spec)
        self.spoil(spec)
        if catalogue.TYPES.get(name) and catalogue.TYPES[name].stream in ("case", "access"):
            if self.case != "case":
                spec["case"] = self.case
        actor = self.choose_actor(spec, state)
        spec["by"] = actor if actor in self.cast + ["nobody", "system"] else "lise"
        self.put(spec)

    def advance(self):
        for _ in range(20):
            day = self.day + self.rng.choice(GAPS)
            time = self.time
            if self.rng.random() < 0.7:
                time = self.rng.choice(TIMES) if self.rng.random() < 0.5 else (
                    f"{self.rng.randrange(24):02}:{self.rng.randrange(60):02}")
            instant = self.played.instant(day, time)
            if self.last is None or instant >= self.last:
                self.day, self.time, self.last = day, time, instant
                return

    def choose_type(self, state):
        queue = self.queues[self.case]
        while queue and self.rng.random() < 0.9:
            name = queue.pop(0)
            if self.rng.random() < 0.85:
                return name
        awaited = self.awaited(state)
        if awaited and self.rng.random() < 0.2:
            return self.rng.choice(awaited)
        for _ in range(8):
            name = self.draw_type(state)
            if self.has_references(name, state):
                break
        return name

    def awaited(self, state):
        """Types that answer something that is open."""
        found = ["BatonAccepted", "BatonAccepted", "BatonDeclined"] if state.pending else []
        proposal = references.proposal(self.view, self.profile_number() + 1)
        if proposal is not None and proposal.get("effectiveFrom") >= str(self.played.date(self.day)):
            found.append("ProfileApproved")
        if any(one["status"] != "ended" for one in state.measures.values()):
            found += ["MeasureChanged", "EvaluationRescheduled", "MeasureEvaluated"]
        return found

    def draw_type(self, state):
        phase = state.phase
        types = [name for name, one in catalogue.TYPES.items() if name not in SKIPPED]
        if self.rng.random() < 0.96:
            types = [name for name in types if catalogue.TYPES[name].allows(phase)
                     or catalogue.TYPES[name].stream != "case" or name == "ConcernRaised"]
        if state.closed is not None and self.rng.random() < 0.25:
            types = list(WEIGHTS["active"])
        boost = WEIGHTS[phase] if not (phase == "consenting" and not state.consents) else {
            "ConsentGranted": 14, "GuardianLinked": 8}
        weights = [boost.get(name, RARE.get(name, 0.6)) for name in types]
        return self.rng.choices(types, weights)[0]

    def has_references(self, name, state):
        """Whether there is something of all that an event of the type must refer to."""
        if name == "ProfileApproved":
            return references.proposal(self.view, self.profile_number() + 1) is not None
        if name in references.APPROVALS:
            return any(one.type == references.APPROVALS[name] for one in self.played.log.events)
        data, fields = Data(self, state), catalogue.TYPES[name].fields
        return all(data.of_kind(kind) for field, kind, how in catalogue.local_ids(name)
                   if how == "ref" and fields[field].required)

    def choose_when(self, spec):
        """Late, early, or at once: `day` is when it happened, `recordedDay` is now."""
        roll = self.rng.random()
        back = self.rng.choice([1, 1, 2, 3, 8, 20])
        if roll < 0.1:
            spec["recordedDay"] = self.day
            spec["day"] = self.day - back
        elif roll < 0.105:
            spec["recordedDay"] = self.day
            spec["day"] = self.day + back

    def choose_mode(self, spec):
        roll, data, name = self.rng.random(), spec["data"], spec["type"]
        lacks = name.startswith("Measure") and "evaluateBy" not in data
        if (lacks or name in ("EntryRead", "BatonAccepted")) and self.rng.random() < 0.4:
            roll /= 3
        if roll < 0.08:
            spec["mode"] = "imported"
        elif roll < 0.17:
            spec["mode"] = "paperBackfill"

    def choose_reader(self):
        if self.rng.random() < 0.3:
            return self.rng.choice(self.cast)
        state = self.view.last()
        near = sorted(state.links) + [one["person"] for one in state.active_participants()]
        near += [state.subject, state.holder and state.holder["person"], "odd", "tor", "siri", "helga"]
        near += [one.get("person") for one in self.view.of("BreakGlassUsed")]
        near = [one for one in near if one]
        return self.rng.choice(near)

    def spoil(self, spec):
        """Now and then the data is wrong."""
        roll, data = self.rng.random(), spec["data"]
        if roll < 0.01:
            data["colour"] = "red"
        elif roll < 0.02 and data:
            data.pop(self.rng.choice(sorted(data)))
        elif roll < 0.03 and data:
            data[self.rng.choice(sorted(data))] = self.rng.choice([7, "", "no such", True, [], -1])
        elif roll < 0.032:
            spec["type"] = "NoSuchType"

    def choose_actor(self, spec, state):
        roll = self.rng.random()
        if roll < 0.01:
            return "nobody"
        if roll < 0.06:
            return self.rng.choice(self.cast)
        if spec["type"] == "EntryRead" and roll < 0.9 and spec.get("mode") != "imported":
            return spec["data"].get("reader", "lise")
        if spec.get("mode") == "imported":
            return self.rng.choice(["system", "alf", "asta"])
        if spec["type"] == "ConsentGranted" and roll < 0.4:
            return spec["data"].get("consenter", "kari")
        if spec["type"] == "NoteAdded" and roll < 0.3:
            return self.rng.choice(sorted(state.links) or ["kari"])
        if spec["type"] in ("BatonAccepted", "BatonDeclined"):
            return spec["data"].get("person", "lise")
        return self.fit_actor(spec) or self.rng.choice(self.cast)

    def fit_actor(self, spec):
        """Somebody who may record it."""
        known = catalogue.TYPES.get(spec["type"])
        people = sorted(self.staff) + ["alf"] if spec.get("mode") == "paperBackfill" else list(self.cast)
        self.rng.shuffle(people)
        for person in people:
            asked = type("Asked", (), {"actor": person, "occurred": self.last, "stream":
                                       known.stream if known else "case",
                                       "date": self.played.log.zone.date(self.last),
                                       "get": spec["data"].get})()
            words = Words(self.view, asked)
            if known and any(words.holds(word) for word in known.who):
                return person
        return None

    def put(self, spec):
        label = f"e{len(self.document['events'])}"
        self.document["events"].append(spec)
        self.played.record(label, self.last, spec)

    def run(self):
        for _ in range(self.steps):
            self.step()
        return self.document


def make(seed, steps=None):
    return Life(seed, steps).run()


