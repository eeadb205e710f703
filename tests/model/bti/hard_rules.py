"""The hard rules (section 6): the first that an event breaks, or None. `refusal(log, event)`."""

import datetime

from . import catalogue, consent, corrections, dates, family, references, schema
from .log import LAST, View
from .relation import Relation
from .visibility import Sight
from .words import Words

LIVE, PAPER, IMPORTED = "live", "paperBackfill", "imported"
TWO_PERSONS = {"BreakGlassApproved": "person", "AuditAccessApproved": "auditor"}
DECIDERS = {"leader", "admin", "dpo"}
CODES = {
    "H01": "unknown-actor", "H02": "mode-not-allowed", "H03": "occurred-in-future",
    "H04": "schema-invalid", "H05": "no-such-case", "H06": "case-exists", "H07": "log-closed",
    "H08": "wrong-phase", "H09": "role-not-held", "H10": "duplicate-id", "H11": "unknown-ref",
    "H12": "level-too-low", "H13": "level-not-decided", "H14": "no-consent-to-open",
    "H15": "consent-reused", "H16": "wrong-level", "H17": "holder-exists", "H18": "not-you",
    "H19": "offer-not-pending", "H20": "handover-not-covered", "H21": "measure-incomplete",
    "H22": "school-duty-moved", "H23": "measure-ended", "H24": "period-invalid",
    "H25": "correction-without-reason", "H26": "correction-not-allowed",
    "H27": "transfer-not-covered", "H28": "two-persons", "H29": "not-a-party",
    "H30": "guardian-notes-off", "H31": "read-no-relation", "H32": "read-not-covered",
    "H33": "read-compartment-closed", "H34": "grant-too-long"}


class Judge:
    """One event before it is recorded. Each rule answers True when the event breaks it."""

    def __init__(self, log, event):
        self.log, self.event, self.data = log, event, event.data
        event.date = log.zone.date(event.occurred)
        event.position = len(log.events)
        self.type = catalogue.TYPES.get(event.type)
        self.view = View(log, event.case, recording=True)
        self.point = (event.occurred, LAST)
        self.live = event.mode == LIVE
        self.profile = self.view.profile(event.date)

    def refusal(self):
        for rule in CODES:
            if getattr(self, rule)():
                return rule
        return None

    def words(self):
        return Words(self.view, self.event)

    @property
    def state(self):
        return self.view.last()

    def status(self, scope):
        return consent.status(self.view, scope, self.point)

    def is_type(self, *names):
        return self.event.type in names

    def H01(self):
        person = self.view.registration(self.event.actor, self.event.occurred)
        return person is None or not person.get("active", True)

    def H02(self):
        roles = self.view.roles(self.event.actor, self.event.occurred)
        if self.event.mode == PAPER:
            return (not roles & {"employee", "leader", "archivist", "admin"}
                    or not self.profile["manualLogAllowed"])
        return self.event.mode == IMPORTED and not roles & {"admin", "system"}

    def H03(self):
        return self.event.occurred > self.event.recorded + 5 * dates.MINUTE

    def H04(self):
        return not schema.valid(self.event.type, self.data)

    def H05(self):
        has_events = bool(self.view.raw)
        if self.type.stream == "access":
            return not has_events
        return (self.live and self.type.stream == "case" and not self.is_type("ConcernRaised")
                and not has_events)

    def H06(self):
        return self.is_type("ConcernRaised") and self.state.raised is not None

    def H07(self):
        return (self.live and self.type.stream == "case"
                and self.state.phase in ("closed", "archived") and not self.type.lasts())

    def H08(self):
        return (self.live and self.type.stream == "case"
                and not self.type.allows(self.state.phase))

    def H09(self):
        words = self.words()
        return self.live and not any(words.holds(word) for word in self.type.who)

    def H10(self):
        return any(how == "new" and self.data.get(name) in references.known(self.view, kind)
                   for name, kind, how in catalogue.local_ids(self.event.type))

    def H11(self):
        return (references.is_id_unknown(self.view, self.event)
                or references.is_event_unknown(self.view, self.event)
                or references.is_service_unknown(self.view, self.event)
                or references.is_profile_unknown(self.view, self.event))

    def H12(self):
        return (self.live and self.is_type("LogOpened")
                and self.data["level"] < self.profile["logAllowedFromLevel"])

    def H13(self):
        return self.live and self.is_type("LogOpened") and self.state.decided is None

    def H14(self):
        if not (self.live and self.is_type("LogOpened")):
            return False
        if self.status(consent.OPEN_LOG) == "covered":
            return False
        state = self.view.state(self.point)
        return not any(
            consent.own_status(self.view, person, consent.OPEN_LOG, self.point) == "granted"
            for person in family.required_consenters(self.view, state, self.event.date))

    def H15(self):
        return self.live and self.is_type("LogOpened") and (
            not self.data["consents"] or bool(set(self.data["consents"]) - set(self.state.consents)))

    def H16(self):
        return self.live and self.is_type("LevelChanged") and (
            self.data["from"] != self.state.level or self.data["to"] == self.data["from"])

    def H17(self):
        return (self.live and self.is_type("HolderAppointed") and self.state.phase == "active"
                and self.state.holder is not None)

    def H18(self):
        if not self.live:
            return False
        if self.is_type("BatonAccepted", "BatonDeclined"):
            offer = self.state.offers[self.data["offer"]]
            return self.data["person"] not in (self.event.actor,) or (
                offer.data["to"] != self.data["person"])
        if not self.is_type("EntryRead"):
            return False
        reader = self.data["reader"]
        by_system = "system" in self.view.roles(self.event.actor, self.event.occurred)
        own = self.view.service(reader, self.event.occurred)
        return (reader != self.event.actor and not by_system) or self.data.get("service") != own

    def H19(self):
        pending = self.state.pending
        return self.live and self.is_type("BatonAccepted", "BatonDeclined") and (
            pending is None or pending.data["offer"] != self.data["offer"])

    def H20(self):
        if not (self.live and self.is_type("BatonAccepted")):
            return False
        service = self.state.offers[self.data["offer"]].data["service"]
        holder = self.state.latest_holder
        return (holder is None or holder["service"] != service) and self.status(service) != "covered"

    def H21(self):
        if not self.live:
            return False
        if self.is_type("MeasurePlanned"):
            return self.data.get("responsible") is None or self.data.get("evaluateBy") is None
        return (self.is_type("MeasureEvaluated") and self.data["decision"] != "end"
                and self.data.get("evaluateBy") is None)

    def H22(self):
        duty = self.is_type("MeasurePlanned") and self.data.get("schoolDuty")
        if self.is_type("MeasureChanged") and self.data.get("service") is not None:
            duty = self.state.measures[self.data["measure"]]["schoolDuty"]
        return self.live and bool(duty) and self.view.kind(self.data["service"]) != "school"

    def H23(self):
        return self.live and self.is_type(
            "MeasureStarted", "MeasureChanged", "EvaluationRescheduled", "MeasureEvaluated",
            "MeasureEnded") and self.state.measures[self.data["measure"]]["status"] == "ended"

    def H24(self):
        def backwards(start, end):
            return None not in (start, end) and end < start
        if self.is_type("ConsentGranted", "AuditAccessGranted"):
            return backwards(self.data["from"], self.data.get("to"))
        if self.is_type("ConcernConcretised"):
            return backwards(self.data.get("periodFrom"), self.data.get("periodTo"))
        if self.is_type("ProfileProposed"):
            return backwards(str(self.event.date), self.data["effectiveFrom"])
        if self.is_type("ProfileApproved"):
            proposal = references.proposal(self.view, self.data["version"])
            return backwards(str(self.event.date), proposal.get("effectiveFrom"))
        return False

    def H25(self):
        return (self.live and self.is_type("EntryCorrected")
                and not (self.data.get("reason") or "").strip())

    def H26(self):
        if not self.is_type("EntryCorrected"):
            return False
        if not corrections.is_form_allowed(self.view, self.event):
            return True
        return self.live and not corrections.is_decision_kept(self.view, self.event)

    def H27(self):
        return (self.live and self.is_type("TransferOffered")
                and self.profile["transferNeedsConsent"]
                and self.status(consent.transfer(self.data["toMunicipality"])) != "covered")

    def H28(self):
        if self.is_type("ProfileApproved"):
            return references.proposal(self.view, self.data["version"]).actor == self.event.actor
        if not self.is_type(*TWO_PERSONS):
            return False
        target = self.log.by_label[self.data["target"]]
        roles = self.view.roles(self.event.actor, self.event.occurred)
        helped = target.get(TWO_PERSONS[self.event.type])
        return self.event.actor in (target.actor, helped) or not roles & DECIDERS

    def H29(self):
        return self.live and references.is_not_a_party(self.state, self.event, self.words())

    def H30(self):
        return (self.live and self.is_type("NoteAdded") and not self.profile["notesByGuardians"]
                and self.words().is_guardian() and not self.words().is_staff())

    def basis(self):
        return Relation(self.view, self.data["reader"], self.point).basis(
            self.data.get("service"), self.data["capacity"])

    def H31(self):
        return self.live and self.is_type("EntryRead") and self.basis() == "none"

    def H32(self):
        if not (self.live and self.is_type("EntryRead")):
            return False
        found = self.basis()
        return found in ("uncovered", "withdrawn") or (
            found == "expired" and self.profile["consentExpiry"] == "block")

    def H33(self):
        if not (self.live and self.is_type("EntryRead")):
            return False
        view = View(self.log, self.event.case, as_of=self.event.occurred, recording=True)
        sight = Sight(view, self.data["reader"], self.point)
        return any(label not in view.raw or not sight.classes(view.raw[label])
                   for label in self.data.get("entries") or [])

    def H34(self):
        if self.is_type("AuditAccessGranted"):
            start, end = dates.parse_date(self.data["from"]), dates.parse_date(self.data["to"])
            return (end - start) > datetime.timedelta(days=self.profile["auditGrantMaxDays"])
        return (self.is_type("BreakGlassUsed") and dates.parse_time(self.data["until"])
                > self.event.occurred + 24 * dates.HOUR)


def refusal(log, event):
    return Judge(log, event).refusal()


def compartment(log, event):
    """Decided once, when the event is recorded (4.1)."""
    head = catalogue.TYPES[event.type].compartment
    if event.type == "EntryCorrected":
        return log.by_label[event.get("target")].compartment
    if event.get("compartment") == "barnevern" or (
            event.type == "Level0Decided" and event.get("outcome") == "report"):
        return "barnevern"
    if head != "level0/open":
        return head
    view = View(log, event.case)
    key = (event.occurred, len(log.events))
    opened = any(one.key <= key for one in view.of("LogOpened"))
    return "open" if opened else "level0"
