"""The fold of a case: what its events, in timeline order, add up to."""


class State:
    def __init__(self):
        self.phase = self.level = self.decided = None
        self.raised = self.opened = self.closed = None
        self.holder = self.latest_holder = self.pending = None
        self.offers, self.answered = {}, set()
        self.links, self.access, self.exempted = {}, {}, {}
        self.consents, self.replacers, self.refusals = {}, {}, []
        self.participants, self.goals, self.measures, self.meetings = {}, {}, {}, {}
        self.hearings = {}
        self.exemptions = self.notes = self.attachments = self.count = 0
        self.agreements, self.demands, self.restrictions = [], [], []
        self.protection = self.flag_ever = self.school = self.stalled = self.plan = False
        self.ip_assessed = self.ip_granted = self.coordinator = self.escalated = None
        self.reports, self.transfers, self.rights = {}, {}, {}
        self.planned, self.occurred = [], []
        self.archive = ("none", None, None)
        self.messages = set()
        self.known, self.latest = set(), None

    def apply(self, event):
        effect = getattr(self, "on_" + event.type, None)
        if effect:
            effect(event, event.data)
        self.count += 1
        self.known.add(event.label)
        self.latest = event.occurred if self.latest is None else max(self.latest, event.occurred)

    # Level 0.
    def on_ConcernRaised(self, event, data):
        self.phase, self.level, self.raised = "clarifying", 0, event

    def on_ProtectionFlagSet(self, event, data):
        self.protection = self.flag_ever = True

    def on_ProtectionFlagLifted(self, event, data):
        self.protection = False

    def on_ChildHeard(self, event, data):
        self.hearings[data["hearing"]] = event

    def on_ChildHearingExempted(self, event, data):
        self.exemptions += 1

    def on_Level0Decided(self, event, data):
        if self.opened:
            return
        if data["outcome"] == "close":
            self.phase = "ended"
        elif data["outcome"] != "report":
            self.phase, self.decided = "consenting", int(data["outcome"][-1])

    # Family and consent.
    def on_GuardianLinked(self, event, data):
        self.links[data["guardian"]] = event

    def on_GuardianAccessGranted(self, event, data):
        self.access[data["guardian"]] = True

    def on_GuardianAccessEnded(self, event, data):
        self.access[data["guardian"]] = False

    def on_ConsentExceptionRecorded(self, event, data):
        self.exempted.setdefault(data["guardian"], event)

    def on_ConsentGranted(self, event, data):
        self.consents[data["consent"]] = {
            "event": event, "whole": None, "taken": {},
            "replacers": self.replacers.setdefault(data["consent"], [])}
        if data.get("replaces") not in (None, data["consent"]):
            self.replacers.setdefault(data["replaces"], []).append(event)

    def on_ConsentRefused(self, event, data):
        self.refusals.append(event)

    def on_ConsentWithdrawn(self, event, data):
        consent = self.consents.get(data["consent"])
        if not consent:
            return
        if data.get("services") is None:
            consent["whole"] = consent["whole"] or event
            return
        for service in data["services"]:
            if service in consent["event"].data["services"]:
                consent["taken"].setdefault(service, event)

    # Log, baton, people.
    def set_holder(self, event, person, service, keep=False):
        since = event.date
        if keep and self.holder and self.holder["person"] == person:
            since = self.holder["since"]
        self.holder = {"person": person, "service": service, "since": since}
        self.latest_holder = self.holder

    def on_LogOpened(self, event, data):
        self.phase, self.level = "active", data["level"]
        self.opened = self.opened or event
        self.set_holder(event, data["holder"], data["service"], keep=True)

    def on_HolderAppointed(self, event, data):
        self.set_holder(event, data["person"], data["service"])
        self.pending = None

    def on_BatonOffered(self, event, data):
        self.offers[data["offer"]] = self.pending = event

    def on_BatonAccepted(self, event, data):
        offer = self.offers.get(data["offer"])
        if offer:
            self.set_holder(event, data["person"], offer.data["service"])
            self.pending = None

    def on_BatonDeclined(self, event, data):
        if data["offer"] in self.offers:
            self.pending = None

    def on_HolderLeft(self, event, data):
        if self.holder and self.holder["person"] == data["person"]:
            self.holder = None

    def on_ParticipantAdded(self, event, data):
        self.participants[data["participant"]] = {
            "service": data["service"], "person": data.get("person"), "task": data["task"],
            "since": event.date, "until": None}

    def on_ParticipantRemoved(self, event, data):
        if data["participant"] in self.participants:
            self.participants[data["participant"]]["until"] = event.date

    def on_LevelChanged(self, event, data):
        self.level = data["to"]

    def on_AgreementRecorded(self, event, data):
        self.agreements.append(event)

    # Work.
    def on_GoalSet(self, event, data):
        self.goals[data["goal"]] = {"area": data["area"], "text": data["text"],
                                    "status": data.get("status") or "open"}

    def on_MeasurePlanned(self, event, data):
        self.measures[data["measure"]] = {
            "title": data["title"], "area": data["area"], "arena": sorted(data["arena"]),
            "service": data["service"], "responsible": data.get("responsible"),
            "status": "planned", "startedOn": None, "evaluateBy": data.get("evaluateBy"),
            "reschedules": 0, "evaluations": 0, "lastEffect": None, "endedOn": None,
            "goal": data.get("goal"), "schoolDuty": bool(data.get("schoolDuty"))}

    def on_MeasureStarted(self, event, data):
        measure = self.measures.get(data["measure"])
        if measure:
            measure["status"], measure["startedOn"] = "running", event.date

    def on_MeasureChanged(self, event, data):
        measure = self.measures.get(data["measure"])
        for name in ("title", "service", "responsible"):
            if measure and data.get(name) is not None:
                measure[name] = data[name]

    def on_EvaluationRescheduled(self, event, data):
        measure = self.measures.get(data["measure"])
        if measure:
            measure["evaluateBy"] = data["evaluateBy"]
            measure["reschedules"] += 1

    def on_MeasureEvaluated(self, event, data):
        measure = self.measures.get(data["measure"])
        if not measure:
            return
        measure["evaluations"] += 1
        measure["reschedules"] = 0
        measure["lastEffect"] = data["effect"]
        if data["decision"] == "end":
            measure["status"], measure["endedOn"] = "ended", event.date
        else:
            measure["evaluateBy"] = data.get("evaluateBy")

    def on_MeasureEnded(self, event, data):
        measure = self.measures.get(data["measure"])
        if measure:
            measure["status"], measure["endedOn"] = "ended", event.date

    def on_MeetingCalled(self, event, data):
        if self.meetings.get(data["meeting"], {}).get("status") == "held":
            return  # a late call to what has been held changes nothing
        self.meetings[data["meeting"]] = {"kind": data["kind"], "status": "called",
                                          "date": data["date"], "nextDate": None, "minutes": False}

    def on_MeetingHeld(self, event, data):
        earlier = self.meetings.get(data["meeting"])
        self.meetings[data["meeting"]] = {
            "kind": data["kind"], "status": "held", "date": event.date,
            "nextDate": data.get("nextDate"),
            "minutes": data.get("minutes") is not None or bool(earlier and earlier["minutes"])}

    def on_MinutesRecorded(self, event, data):
        if data["meeting"] in self.meetings:
            self.meetings[data["meeting"]]["minutes"] = True

    def on_NoteAdded(self, event, data):
        self.notes += 1

    def on_AttachmentAdded(self, event, data):
        self.attachments += 1

    # Neighbours.
    def on_SchoolEnvironmentFlagged(self, event, data):
        self.school = True

    def on_SchoolEnvironmentPlanMade(self, event, data):
        self.plan = self.plan or is_full_plan(event)

    def on_IpAssessed(self, event, data):
        self.ip_assessed = event

    def on_IpGranted(self, event, data):
        self.ip_granted = event

    def on_CoordinatorNamed(self, event, data):
        self.coordinator = event

    def on_ConcernReportSent(self, event, data):
        self.reports[data["report"]] = {"to": data["to"], "on": event.date, "feedback": []}

    def on_ReportFeedbackReceived(self, event, data):
        if data["report"] in self.reports:
            self.reports[data["report"]]["feedback"].append(data["kind"])

    def on_ProgressStalled(self, event, data):
        self.stalled = True

    def on_EscalatedToKe(self, event, data):
        self.escalated, self.stalled = event, False

    def on_TransitionPlanned(self, event, data):
        self.planned.append({"kind": data["kind"], "date": data["date"], "on": event.date})

    def on_TransitionOccurred(self, event, data):
        self.occurred.append({"kind": data["kind"], "on": event.date})

    # Closing and after.
    def on_ClosureDemanded(self, event, data):
        self.demands.append({"by": data["demander"], "on": event.date})

    def on_LogClosed(self, event, data):
        self.phase, self.pending, self.stalled = "closed", None, False
        self.closed = self.closed or event

    def on_ArchiveSent(self, event, data):
        self.messages.add(data["message"])
        self.archive = ("sent", data["message"], event.date)

    def on_ArchiveReceipted(self, event, data):
        message = data.get("message")
        if self.closed and (message is None or message in self.messages):
            self.phase = "archived"
            self.archive = ("receipted", message, event.date)

    def on_ArchiveFailed(self, event, data):
        if data["message"] in self.messages:
            self.archive = ("failed", data["message"], event.date)

    def on_TransferOffered(self, event, data):
        self.transfers[data["transfer"]] = {"to": data["toMunicipality"], "offeredOn": event.date,
                                            "acceptedOn": None}

    def on_TransferAccepted(self, event, data):
        if data["transfer"] in self.transfers:
            self.transfers[data["transfer"]]["acceptedOn"] = event.date

    def on_RightsRequested(self, event, data):
        self.rights[data["request"]] = {"kind": data["kind"], "on": event.date, "outcome": None,
                                        "answeredOn": None, "by": data["by"]}

    def on_RightsAnswered(self, event, data):
        if data["request"] in self.rights:
            self.rights[data["request"]].update(outcome=data["outcome"], answeredOn=event.date)

    def on_EntryRestricted(self, event, data):
        self.restrictions.append(event)

    # What is asked of the fold.
    @property
    def subject(self):
        return self.raised.data["subject"] if self.raised else None

    @property
    def is_child(self):
        return bool(self.raised) and self.raised.data["subjectKind"] == "child"

    @property
    def home(self):
        return self.raised.data["service"] if self.raised else None

    @property
    def is_open(self):
        return bool(self.opened) and not self.closed

    def active_participants(self):
        return [one for one in self.participants.values() if one["until"] is None]

    def restricted(self, date):
        """Labels of the entries that a restriction in force on the day names."""
        return {event.data["target"] for event in self.restrictions
                if event.data.get("until") is None or str(date) <= event.data["until"]}


def is_full_plan(event):
    return all(event.data.get(name) is not None
               for name in ("problem", "measures", "when", "responsible", "evaluateBy"))
