"""Random data for each type of event, mostly such that it fits the state of the case."""

import dataclasses

from . import catalogue

TEXTS = ["x", "seen and said", "a\nb"]


@dataclasses.dataclass
class Data:
    """Makes data for one event; `life` is the scenario being made, `state` its case."""

    life: object
    state: object

    def make(self, name):
        made = getattr(self, "of_" + name, lambda: {})()
        fields = catalogue.TYPES[name].fields
        for field in fields.values():
            if field.name not in made and (field.required or self.one_in(7)):
                value = self.value(field.type, field.name)
                if value is not None:
                    made[field.name] = value
        return {key: value for key, value in made.items() if value is not None}

    # Chances and picks.
    @property
    def rng(self):
        return self.life.rng

    def one_in(self, n):
        return self.rng.random() * n < 1

    def pick(self, *values):
        return self.rng.choice(values)

    def some(self, values, least=0):
        values = sorted(set(values))
        count = min(len(values), max(least, self.rng.choice([0, 1, 1, 2])))
        return self.rng.sample(values, count)

    def day(self, low, high):
        """A date so many days from now, as the format writes it."""
        return f"D{self.life.day + self.rng.randint(low, high)}"

    def of_kind(self, kind):
        """The local ids of a kind that the case has."""
        state = self.state
        return sorted({
            "hearing": state.hearings, "consent": state.consents, "offer": state.offers,
            "participant": state.participants, "goal": state.goals, "measure": state.measures,
            "meeting": state.meetings, "message": state.messages, "transfer": state.transfers,
            "report": state.reports, "rights": state.rights}.get(kind, ()))

    def reference(self, kind):
        ids = self.of_kind(kind)
        if not ids or self.one_in(60):
            return None if self.one_in(2) else kind + "-none"
        return self.rng.choice(ids[-4:]) if not self.one_in(4) else self.rng.choice(ids)

    def fresh(self, kind):
        if self.one_in(60) and self.of_kind(kind):
            return self.rng.choice(self.of_kind(kind))
        return self.life.fresh(kind)

    def value(self, kind, name):
        """A value of a field's type."""
        if kind.startswith("["):
            inner = kind.rstrip("+")[1:-1]
            least = 1 if kind[-1] == "+" else 0
            found = [self.value(inner, name) for _ in range(self.pick(1, 1, 2, least))]
            return list(dict.fromkeys(one for one in found if one is not None)) or (
                None if kind.endswith("+") else [])
        how, _, local = kind.partition(":")
        if how == "ref":
            return self.reference(local)
        if how == "new":
            return self.fresh(local)
        if how == "set":
            again = self.one_in(2) and self.of_kind(local)
            return self.reference(local) if again else self.fresh(local)
        makers = {"person": lambda: self.rng.choice(self.life.cast),
                  "service": lambda: self.rng.choice(self.life.services),
                  "date": lambda: self.day(-5, 30), "bool": lambda: self.pick(True, False),
                  "text": lambda: self.rng.choice(TEXTS), "line": lambda: self.pick("x", "a line"),
                  "int": lambda: self.pick(1, 2, 3), "digest": lambda: self.pick("a", "b") * 64,
                  "lang": lambda: self.pick("nb", "nn", "so"), "event": self.life.some_label,
                  "case": self.life.some_case,
                  "object": lambda: {},
                  "time": lambda: self.day(0, 1) + "T" + self.pick("10:00", "20:00")}
        return makers[kind]() if kind in makers else self.rng.choice(kind.split("|"))

    def guardian(self):
        linked = sorted(self.state.links)
        return self.rng.choice(linked) if linked and not self.one_in(15) else self.rng.choice(
            self.life.guardians)

    def consenter(self):
        state = self.state
        if state.subject and (not state.is_child or self.one_in(5)):
            return state.subject
        return self.guardian()

    def scope(self):
        home = [self.state.home] if self.state.home else []
        others = self.some(["ppt", "schoolHealth", "bup", "barnevern"])
        return sorted(set(home * self.pick(1, 1, 0) + others))

    def staff_of(self, service):
        found = [name for name in self.life.staff if self.life.service_of(name) == service]
        return self.rng.choice(found if found and not self.one_in(8) else self.life.staff)

    def near_service(self):
        """Home, holder's, or one that somebody has consented to."""
        state = self.state
        near = [one for one in [state.home, state.holder and state.holder["service"]] if one]
        for entry in state.consents.values():
            near += entry["event"].data["services"]
        for event in state.refusals:
            near += event.data["services"]
        return self.rng.choice(near if near and not self.one_in(5) else self.life.services)

    def heard(self):
        return [one for one in [self.reference("hearing")] if one] if self.one_in(2) else None

    # Level 0.
    def of_ConcernRaised(self):
        subject = self.rng.choice(self.life.subjects)
        child = subject != "ida"
        return {"subject": subject, "subjectKind": "child" if child else "pregnant",
                "birthDate": self.life.birth if child else self.pick("1995-05-05", None),
                "service": self.pick("school", "school", "school", "skule1", "schoolHealth"),
                "languages": self.pick(None, ["nb"], ["so", "nb"])}

    def of_ConcernConcretised(self):
        start = self.day(-20, -5)
        return {"periodFrom": self.pick(None, start), "degree": self.pick(None, 4, 10, 11),
                "periodTo": self.pick(None, self.day(-4, 0), self.day(-4, 0), self.day(-30, -20))}

    def of_ConcernSharedWithLeader(self):
        return {"leader": self.staff_of(self.state.home), "responsible": self.pick(
            None, self.staff_of(self.state.home))}

    def of_GuardiansInformed(self):
        return {"guardians": sorted({self.guardian(), self.guardian()})}

    def of_Level0Decided(self):
        return {"outcome": self.pick("level1", "level1", "level2", "level2", "level3", "level3",
                                     "report", "close" if self.one_in(2) else "level2"),
                "hearings": self.heard()}

    # Family and consent.
    def of_GuardianLinked(self):
        return {"guardian": self.rng.choice(self.life.guardians),
                "responsibility": not self.one_in(5), "languages": self.pick(None, ["nb"], ["so"])}

    def of_GuardianAccessGranted(self):
        return {"guardian": self.guardian()}

    of_GuardianAccessEnded = of_GuardianAccessGranted
    of_ConsentExceptionRecorded = of_GuardianAccessGranted

    def of_ConsentRequested(self):
        return {"consenter": self.consenter(), "services": self.scope(), "until": None}

    def of_ConsentGranted(self):
        start = self.pick(0, 0, 0, 0, -3, 4)
        old = self.reference("consent") if self.one_in(4) else None
        entry = self.state.consents.get(old)
        return {"consenter": entry["event"].data["consenter"] if entry and not self.one_in(8)
                else self.consenter(),
                "services": self.scope(), "openLog": not self.one_in(4),
                "form": self.pick("written", "oral", "digital", "digital"),
                "from": f"D{self.life.day + start}",
                "to": f"D{self.life.day + start + self.pick(-1, 0, 3, 10, 20, 40)}"
                if self.one_in(3) else None,
                "recipient": self.pick("service", "service", "service", "person"),
                "documentDigest": self.pick(None, "c" * 64), "replaces": old,
                "language": self.pick(None, "nb", "so"),
                "transferTo": self.pick(None, None, "9902")}

    def of_ConsentRefused(self):
        return {"consenter": self.consenter(), "services": self.scope(), "openLog": self.one_in(4)}

    def of_ConsentWithdrawn(self):
        name = self.reference("consent")
        entry = self.state.consents.get(name)
        held = entry["event"].data["services"] if entry else []
        return {"consent": name, "services": self.some(held, 1) or None if self.one_in(2) else None}

    # Log, baton, people.
    def of_LogOpened(self):
        held = self.of_kind("consent")
        service = self.state.home or "school"
        return {"level": self.state.decided or self.pick(1, 2, 3), "holder": self.staff_of(service),
                "service": service,
                "consents": (held or ["c-none"]) if not self.one_in(6) else self.pick([], ["c-none"])}

    def of_HolderAppointed(self):
        service = self.near_service()
        return {"service": service, "person": self.staff_of(service)}

    def of_BatonOffered(self):
        service = self.near_service()
        return {"service": service, "to": self.staff_of(service)}

    def of_BatonAccepted(self):
        offer = self.state.pending.data["offer"] if self.state.pending and not self.one_in(8) else (
            self.reference("offer"))
        event = self.state.offers.get(offer)
        return {"offer": offer, "person": event.data["to"] if event and not self.one_in(10)
                else self.rng.choice(self.life.staff)}

    of_BatonDeclined = of_BatonAccepted

    def holder_or_other(self):
        holder = self.state.holder
        return holder["person"] if holder and not self.one_in(8) else self.rng.choice(self.life.staff)

    def of_HolderConfirmed(self):
        return {"person": self.holder_or_other()}

    of_HolderLeft = of_HolderConfirmed

    def of_ParticipantAdded(self):
        service = self.near_service()
        person = self.staff_of(service) if self.one_in(3) else None
        if self.one_in(8):
            person = self.guardian()
        return {"service": service, "person": person}

    def of_LevelChanged(self):
        return {"from": self.state.level if self.state.level is not None and not self.one_in(15)
                else self.pick(0, 1, 2), "to": self.pick(1, 2, 3), "hearings": self.heard(),
                "meeting": None}

    def of_AgreementRecorded(self):
        return {"persons": sorted({self.consenter(), self.guardian()})}

    # Work.
    def of_MeasurePlanned(self):
        service = self.near_service()
        return {"service": service, "responsible": None if self.one_in(5) else self.pick(
                    self.staff_of(service), self.holder_or_other()),
                "evaluateBy": None if self.one_in(5) else self.day(-1, 25),
                "schoolDuty": True if self.one_in(4) else None}

    def of_MeasureChanged(self):
        service = self.near_service()
        return {"service": self.pick(None, service), "responsible": self.pick(None, self.staff_of(service))}

    def of_EvaluationRescheduled(self):
        return {"evaluateBy": self.day(0, 25)}

    def of_MeasureEvaluated(self):
        return {"decision": self.pick("continue", "adjust", "end"), "hearings": self.heard(),
                "evaluateBy": self.pick(None, self.day(0, 20), self.day(5, 40))}

    def of_MeetingHeld(self):
        called = self.reference("meeting") if self.one_in(3) else None
        return {"meeting": called or self.fresh("meeting"),
                "kind": self.pick("evaluation", "evaluation", "start", "network"),
                "services": sorted({self.near_service(), self.near_service()}),
                "guardians": self.some([self.guardian()]), "childPresent": self.one_in(4),
                "nextDate": self.pick(None, self.day(5, 40)), "minutes": self.pick(None, "said")}

    def of_NoteAdded(self):
        return {"service": self.pick(None, self.near_service(), self.near_service()),
                "hideFromGuardians": self.pick(None, None, True, False),
                "compartment": "barnevern" if self.one_in(6) else None}

    def of_AttachmentAdded(self):
        consent = self.reference("consent")
        return {"kind": "consentForm" if consent and self.one_in(2) else "plan", "consent": consent,
                "compartment": "barnevern" if self.one_in(8) else None}

    def of_ChildHeard(self):
        return {"hideFromGuardians": self.pick(None, None, True)}

    # Neighbours, closing, records.
    def of_SchoolEnvironmentPlanMade(self):
        whole = {"problem": "p", "measures": "m", "when": "soon", "responsible": "lise",
                 "evaluateBy": self.day(5, 20)}
        if self.one_in(3):
            whole[self.rng.choice(sorted(whole))] = None
        return whole

    def of_EscalatedToKe(self):
        return {"service": "coordinatingUnit"}

    def of_CompartmentReleased(self):
        return {"entries": sorted({self.life.some_label(True), self.life.some_label(True)}),
                "toServices": self.some(["ppt", "school", "barnevern"])}

    def of_TransitionOccurred(self):
        planned = self.state.planned
        return {"kind": planned[-1]["kind"] if planned and self.one_in(2)
                else self.pick("kindergartenToSchool", "schoolChange", "adulthood", "move")}

    def of_ClosureDemanded(self):
        return {"demander": self.consenter()}

    def of_LogClosed(self):
        reason = self.pick("goal", "noConcern", "goal", "guardianDemand", "moved")
        if self.state.ip_granted and self.one_in(2):
            reason = "ip"
        return {"reason": reason, "note": self.pick(None, "x", " "), "hearings": self.heard()}

    def of_ArchiveReceipted(self):
        return {"message": self.reference("message")}

    def of_TransferOffered(self):
        return {"toMunicipality": self.pick("9902", "9902", "9903"),
                "consents": [one for one in [self.reference("consent")] if one]}

    def of_RightsRequested(self):
        return {"by": self.consenter()}

    def of_EntryRestricted(self):
        return {"target": self.life.some_label(True)}

    def of_EntryCorrected(self):
        return self.life.correction(self)

    # Access, audit, directory.
    def of_EntryRead(self):
        reader = self.life.reader
        return {"reader": reader, "service": self.life.service_of(reader),
                "capacity": self.life.capacity_of(reader),
                "entries": sorted({self.life.some_label(True), self.life.some_label(True)})
                if self.one_in(2) else None}

    def of_BreakGlassUsed(self):
        person = self.rng.choice(self.life.staff)
        return {"person": person, "service": self.life.service_of(person),
                "until": self.pick(self.day(0, 0) + "T23:30", self.day(1, 1) + "T" + self.life.time,
                                   self.day(1, 1) + "T06:00", self.day(2, 2) + "T06:00")}

    def of_BreakGlassApproved(self):
        return {"target": self.life.label_of("BreakGlassUsed")}

    def of_AuditAccessGranted(self):
        every = self.one_in(3)
        return {"grant": self.pick("g1", "g1", "g2"), "auditor": self.pick("helga", "helga", "lise"),
                "allCases": every, "cases": None if every else [one for one in [self.life.some_case(True)] if one],
                "from": self.day(-3, 1), "to": self.day(-4, 30) if not self.one_in(8) else self.day(99, 120)}

    def of_AuditAccessApproved(self):
        return {"target": self.life.label_of("AuditAccessGranted")}

    def of_AccessReviewed(self):
        return {"reader": self.pick(None, self.life.reader)}

    def of_PersonRegistered(self):
        person = self.rng.choice(["lise", "mona", "odd", "tor", "eva", "nils"])
        return {"person": person, "roles": [self.pick("employee", "employee", "leader")],
                "service": self.pick("school", "ppt", "schoolHealth", "bup"),
                "active": not self.one_in(10)}

    def of_ServiceRegistered(self):
        return {"service": "skule2", "kind": "school", "names": {"nb": "S", "nn": "S", "en": "S"}}

    def of_ProfileProposed(self):
        number = self.life.profile_number()
        return {"version": number + 1 if not self.one_in(10) else number,
                "effectiveFrom": self.day(0, 60) if not self.one_in(10) else self.day(-3, -1),
                "changes": self.life.profile_changes()}

    def of_ProfileApproved(self):
        return {"version": self.life.profile_number() + 1}
