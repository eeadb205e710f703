"""What a correction may do (4.9): rule H26."""

from . import catalogue, schema
from .log import laid_over

NOT_VOIDABLE = {"ConsentRefused", "ConsentWithdrawn", "ClosureDemanded", "ProtectionFlagSet"}
PARTY = {"ConsentGranted": "consenter", "ConsentRefused": "consenter", "ClosureDemanded": "demander"}


def known_target(view, label):
    """The target with the corrections so far laid over it, voided or not."""
    target = view.raw[label]
    for event in sorted(view.raw.values(), key=lambda one: one.position):
        if event.type == "EntryCorrected" and event.get("target") == label:
            target = laid_over(target, event, view.zone)
    return target


def frozen_fields(name):
    """Local ids and references to events: a correction may not change them."""
    return {field for field, _, _ in catalogue.local_ids(name)} | set(
        catalogue.fields_of(name, "event"))


def is_form_allowed(view, event):
    target = view.raw[event.get("target")]
    if target.stream != "case" or target.type == "EntryCorrected":
        return False
    if not any(event.get(name) not in (None, False) for name in ("changes", "occurredAt", "void")):
        return False
    if event.get("void") and target.type in NOT_VOIDABLE:
        return False
    known = known_target(view, target.label)
    changes = event.get("changes") or {}
    if frozen_fields(target.type) & set(changes):
        return False
    if any(name not in catalogue.TYPES[target.type].fields for name in changes):
        return False
    return schema.valid(target.type, laid_over(known, event, view.zone).data)


def parties(view, known):
    if known.type == "ConsentWithdrawn":
        consent = view.last().consents.get(known.get("consent"))
        return {consent["event"].get("consenter")} if consent else set()
    if known.type == "AgreementRecorded":
        return set(known.get("persons"))
    return {known.get(PARTY[known.type])}


def gains(old, new):
    return bool(set(new or []) - set(old or []))


def changes_decision(known, after):
    """Whether the correction changes what only the party may change."""
    moved = known.occurred != after.occurred
    differs = lambda name: known.get(name) != after.get(name)
    old, new = known.get("services"), after.get("services")
    if known.type == "ConsentGranted":
        later = known.get("to") is not None and (
            after.get("to") is None or after.get("to") > known.get("to"))
        transfer = after.get("transferTo") is not None and differs("transferTo")
        return (gains(old, new) or (after.get("openLog") and not known.get("openLog")) or later
                or transfer or differs("consenter"))
    if known.type == "ConsentRefused":
        return (gains(new, old) or (known.get("openLog") and not after.get("openLog"))
                or differs("consenter") or moved)
    if known.type == "ConsentWithdrawn":
        return (old is None and new is not None) or (new is not None and gains(new, old)) or moved
    if known.type == "ClosureDemanded":
        return differs("demander") or moved
    if known.type == "AgreementRecorded":
        return gains(known.get("persons"), after.get("persons")) or differs("about")
    return False


def is_decision_kept(view, event):
    known = known_target(view, event.get("target"))
    after = laid_over(known, event, view.zone)
    return not changes_decision(known, after) or event.actor in parties(view, known)
