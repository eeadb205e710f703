"""What IHE's Basic Audit Log Patterns ask of an AuditEvent, as assertions: its profile PatientRead,
as published, and what the Norwegian profile adds. Written from the profile's text alone."""

import re

DCM = "http://dicom.nema.org/resources/ontology/DCM"
TYPES = "http://terminology.hl7.org/CodeSystem/audit-event-type"
INTERACTION = "http://hl7.org/fhir/restful-interaction"
OUTCOME = "http://terminology.hl7.org/CodeSystem/audit-event-outcome"
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
ENTITY = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
ROLE = "http://terminology.hl7.org/CodeSystem/object-role"
PROFILE = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead"
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")


def is_code(coding, system, *codes):
    return coding.get("system") == system and coding.get("code") in codes


def has_code(concept, system, code):
    return any(is_code(one, system, code) for one in concept.get("coding", []))


def base_faults(audit):
    """What every AuditEvent of R4 has."""
    def check(name, holds):
        if not holds:
            yield name
    yield from check("resourceType", audit.get("resourceType") == "AuditEvent")
    yield from check("id", re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", audit.get("id", "")))
    yield from check("type 1..1", {"system", "code"} <= set(audit.get("type", {})))
    yield from check("recorded 1..1, with offset", INSTANT.match(audit.get("recorded", "")))
    yield from check("agent 1..*", audit.get("agent"))
    for agent in audit.get("agent", []):
        yield from check("agent.requestor 1..1", isinstance(agent.get("requestor"), bool))
    yield from check("exactly one requestor", [one.get("requestor") for one in audit["agent"]]
                     .count(True) == 1)
    yield from check("source.observer 1..1", audit.get("source", {}).get("observer"))
    yield from check("outcome", audit.get("outcome") in ("0", "4", "8", "12"))
    yield from check("action", audit.get("action") in tuple("CRUDE"))
    # The Norwegian profile.
    yield from check("purposeOfEvent 1..*", audit.get("purposeOfEvent"))


def agents_of(audit, system, code):
    return [one for one in audit["agent"] if has_code(one.get("type", {}), system, code)]


def read_faults(audit):
    """PatientRead: a read that succeeded. Names of what does not hold."""
    faults = list(base_faults(audit))

    def check(name, holds):
        if not holds:
            faults.append(name)
    check("meta.profile", PROFILE in audit.get("meta", {}).get("profile", []))
    check("type = rest", is_code(audit["type"], TYPES, "rest"))
    reads = [one for one in audit.get("subtype", []) if is_code(one, INTERACTION, "read", "vread")]
    check("subtype[anyRead] 1..1", len(reads) == 1)
    check("action = R", audit["action"] == "R")
    check("outcome = 0", audit["outcome"] == "0")
    check("agent 2..*", len(audit["agent"]) >= 2)
    for name, code in (("client", "110152"), ("server", "110153")):
        found = agents_of(audit, DCM, code)
        check(f"agent[{name}] 1..1", len(found) == 1)
        for one in found:
            check(f"agent[{name}].who 1..1", one.get("who"))
            check(f"agent[{name}].network 1..1", one.get("network"))
            check(f"agent[{name}].media 0..0", "media" not in one)
    users = agents_of(audit, PARTICIPATION, "IRCP")
    check("agent[user] 0..1", len(users) <= 1)
    for user in users:
        check("agent[user].who 1..1", user.get("who"))
        check("agent[user].requestor = true", user["requestor"] is True)
        check("agent[user].media 0..0", "media" not in user)
        check("agent[user].network 0..0", "network" not in user)
        check("agent[user].altId discouraged", "altId" not in user)
        # The Norwegian profile.
        check("agent[user].purposeOfUse 1..*", user.get("purposeOfUse"))
    entities = audit.get("entity", [])
    check("entity 2..*", len(entities) >= 2)
    data = [one for one in entities if is_code(one.get("type", {}), ENTITY, "2")]
    check("entity[data] 1..1", len(data) == 1)
    for one in data:
        check("entity[data].role", is_code(one.get("role", {}), ROLE, "4", "3", "20"))
        check("entity[data].what 1..1", one.get("what"))
    patients = [one for one in entities if is_code(one.get("type", {}), ENTITY, "1")]
    check("entity[patient] 1..1", len(patients) == 1)
    for one in patients:
        check("entity[patient].role", is_code(one.get("role", {}), ROLE, "1"))
        check("entity[patient].what 1..1", one.get("what"))
        check("entity[patient].what only Reference(Patient)",
              one.get("what", {}).get("type") == "Patient" or
              one.get("what", {}).get("reference", "").startswith("Patient/"))
    return faults
