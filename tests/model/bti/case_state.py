"""The printed state of a case (section 5)."""

from . import consent, dates
from .log import LAST


def day(event):
    return str(event.date) if event else None


def dated(entry, *names):
    return {name: str(value) if name in names and value is not None else value
            for name, value in entry.items()}


def guardians(state):
    return {person: {"relation": link.data["relation"], "responsibility": link.data["responsibility"],
                     "access": state.access.get(person, False), "exempted": person in state.exempted}
            for person, link in state.links.items()}


def consents(view, state, point):
    shown = {}
    for name, one in state.consents.items():
        data = one["event"].data
        taken = data["services"] if one["whole"] else one["taken"]
        shown[name] = {
            "consenter": data["consenter"], "services": sorted(data["services"]),
            "openLog": data["openLog"], "form": data["form"], "from": data["from"],
            "to": str(consent.effective_end(view, one["event"])),
            "status": consent.shown_status(view, one, point), "withdrawnServices": sorted(taken)}
    return shown


def services_of_coverage(state):
    found = {one["service"] for one in state.participants.values()}
    for event in [one["event"] for one in state.consents.values()] + state.refusals:
        found |= set(event.data["services"])
    return sorted(found)


def individual_plan(state):
    assessed = state.ip_assessed.data if state.ip_assessed else {}
    granted = state.ip_granted.data if state.ip_granted else {}
    named = state.coordinator.data if state.coordinator else None
    return {"assessedOn": day(state.ip_assessed), "entitled": assessed.get("entitled"),
            "grantedOn": day(state.ip_granted), "wanted": granted.get("wanted"),
            "wantsCoordinator": granted.get("wantsCoordinator"),
            "coordinator": named and {"person": named["person"], "service": named["service"]}}


def render(view):
    """state(case, asOf, knownAt) as it is printed."""
    point = (view.as_of, LAST)
    state = view.state(point)
    raised = state.raised.data if state.raised else None
    offer = state.pending
    return {
        "case": view.case, "phase": state.phase, "level": state.level,
        "decidedLevel": state.decided,
        "subject": raised and {"person": raised["subject"], "kind": raised["subjectKind"],
                               "birthDate": raised.get("birthDate")},
        "homeService": state.home, "raisedOn": day(state.raised), "openedOn": day(state.opened),
        "closedOn": day(state.closed),
        "holder": state.holder and dated(state.holder, "since"),
        "pendingOffer": offer and {"offer": offer.data["offer"], "to": offer.data["to"],
                                   "service": offer.data["service"], "on": day(offer)},
        "guardians": guardians(state),
        "consents": consents(view, state, point),
        "refusals": [{"consenter": one.data["consenter"], "services": sorted(one.data["services"]),
                      "openLog": one.data["openLog"], "on": day(one)} for one in state.refusals],
        "logCoverage": consent.status(view, consent.OPEN_LOG, point),
        "coverage": {service: consent.status(view, service, point)
                     for service in services_of_coverage(state)},
        "participants": {name: dated(one, "since", "until")
                         for name, one in state.participants.items()},
        "goals": dict(state.goals),
        "measures": {name: dated(one, "startedOn", "endedOn") for name, one in state.measures.items()},
        "meetings": {name: dated(one, "date") for name, one in state.meetings.items()},
        "hearings": {name: {"on": day(one), "how": one.data["how"]}
                     for name, one in state.hearings.items()},
        "exemptions": state.exemptions, "notes": state.notes, "attachments": state.attachments,
        "agreements": [{"about": one.data["about"], "persons": sorted(one.data["persons"]),
                        "on": day(one)} for one in state.agreements],
        "flags": {"protection": state.protection, "schoolEnvironment": state.school,
                  "stalled": state.stalled},
        "schoolPlanComplete": state.plan,
        "ip": individual_plan(state),
        "reports": {name: dated(one, "on") for name, one in state.reports.items()},
        "escalatedOn": day(state.escalated),
        "transitions": {"planned": [dated(one, "date", "on") for one in state.planned],
                        "occurred": [dated(one, "on") for one in state.occurred]},
        "closureDemands": [dated(one, "on") for one in state.demands],
        "closure": state.closed and {"reason": state.closed.data["reason"], "on": day(state.closed)},
        "archive": {"status": state.archive[0], "message": state.archive[1],
                    "on": state.archive[2] and str(state.archive[2])},
        "transfers": {name: dated(one, "offeredOn", "acceptedOn")
                      for name, one in state.transfers.items()},
        "rights": {name: {"kind": one["kind"], "on": str(one["on"]), "outcome": one["outcome"],
                          "answeredOn": one["answeredOn"] and str(one["answeredOn"])}
                   for name, one in state.rights.items()},
        "restricted": sorted(state.restricted(view.zone.date(view.as_of))),
        "events": state.count,
        "lastEventAt": None if state.latest is None else dates.print_time(state.latest),
    }
