"""Ids, events, services and persons that an event names: rules H10, H11 and H29."""

from . import catalogue

PARTIES = {"GuardianAccessGranted": "guardian", "GuardianAccessEnded": "guardian",
           "ConsentExceptionRecorded": "guardian", "ConsentRequested": "consenter",
           "ConsentGranted": "consenter", "ConsentRefused": "consenter",
           "ClosureDemanded": "demander"}
APPROVALS = {"BreakGlassApproved": "BreakGlassUsed", "AuditAccessApproved": "AuditAccessGranted"}


def known(view, kind):
    """{local id: the instant of its creation} of a kind, in this case."""
    found = {}
    for event in view.timeline:
        for name, of, how in catalogue.local_ids(event.type):
            if of == kind and how in ("new", "set") and event.get(name) is not None:
                found.setdefault(event.get(name), event.occurred)
    return found


def as_list(value):
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def is_id_unknown(view, event):
    for name, kind, how in catalogue.local_ids(event.type):
        ids = known(view, kind) if how == "ref" else {}
        for one in as_list(event.get(name)) if how == "ref" else []:
            if one not in ids or ids[one] > event.occurred:
                return True
    return False


def is_event_unknown(view, event):
    asks_when = event.type in APPROVALS or (
        event.stream == "case" and event.type != "EntryCorrected")
    if event.type in APPROVALS:
        target = view.log.by_label.get(event.get("target"))
        in_case = target is not None and target.case == event.case
        return (not in_case or target.type != APPROVALS[event.type]
                or target.occurred > event.occurred)
    for name in catalogue.fields_of(event.type, "event"):
        if catalogue.TYPES[event.type].stream != "case" and event.type != "EntryRead":
            continue
        for label in as_list(event.get(name)):
            target = view.raw.get(label)
            if target is None:
                return True
            if asks_when and view.now.get(label, target).occurred > event.occurred:
                return True
    return False


def is_service_unknown(view, event):
    services = view.services()
    return any(one not in services for name in catalogue.fields_of(event.type, "service")
               for one in as_list(event.get(name)) if event.type != "ServiceRegistered")


def proposal(view, version):
    found = None
    for event in sorted(view.global_events, key=lambda one: one.position):
        if event.type == "ProfileProposed" and event.get("version") == version:
            found = event
    return found


def is_profile_unknown(view, event):
    following = view.versions[-1].number + 1
    if event.type == "ProfileProposed":
        return event.get("version") != following
    if event.type == "ProfileApproved":
        return event.get("version") != following or proposal(view, following) is None
    return False


def is_not_a_party(state, event, words):
    name = PARTIES.get(event.type)
    person = event.get(name) if name else None
    if name and person not in state.links and (name == "guardian" or person != state.subject):
        return True
    if event.type == "RightsRequested":
        person = event.get("by")
    elif event.type == "ConsentWithdrawn":
        person = state.consents[event.get("consent")]["event"].get("consenter")
    elif not name:
        return False
    of_family = event.actor in state.links or event.actor == state.subject
    return of_family and not words.is_staff() and event.actor != person
