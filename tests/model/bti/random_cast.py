"""Who takes part in a random scenario, when it plays, and by which profile."""

import datetime

from . import dates, profile

STAFF = {
    "lise": (["employee"], "school"), "mona": (["employee"], "school"),
    "odd": (["leader"], "school"), "siri": (["employee"], "schoolHealth"),
    "sigrun": (["leader", "admin"], "schoolHealth"), "tor": (["employee"], "ppt"),
    "trine": (["employee"], "ppt"), "pia": (["leader"], "ppt"), "eva": (["employee"], "bup"),
    "bjarne": (["employee"], "barnevern"), "bodil": (["leader"], "barnevern"),
    "nils": (["employee"], "skule1"), "kjell": (["coordinator"], "coordinatingUnit"),
    "kaia": (["coordinator", "employee"], "coordinatingUnit"),
}
OTHERS = {
    "alf": ["admin"], "asta": ["admin"], "arne": ["archivist"], "dag": ["dpo"],
    "helga": ["auditor"], "rune": ["reporter"], "kari": ["guardian"], "per": ["guardian"],
    "gun": ["guardian"], "ola": ["child"], "ida": ["pregnant"], "emma": ["child"],
}
# A guardian who works in a service, too.
BOTH = {"vera": (["guardian", "employee"], "school")}
SUBJECTS = ["ola", "ola", "ola", "emma", "ida"]
GUARDIANS = ["kari", "per", "gun", "vera"]
SERVICES = ["school", "school", "schoolHealth", "ppt", "bup", "barnevern", "skule1", "nav",
            "coordinatingUnit"]
# With a change of clocks, a leap day, Easter or the days of May in reach.
BEGINNINGS = ["2026-01-12", "2026-03-20", "2025-10-15", "2023-02-10", "2024-02-20", "2026-04-25",
              "2025-12-15", "2027-02-01", "2025-03-28"]
EXPIRY_KEYS = {"consentMaxMonths": [1, 2, 12], "consentExpiry": ["block", "warn"],
               "consentSoonDays": [0, 5, 30], "readVolumeLimit": [1, 2, 3],
               "readVolumeDays": [1, 7, 30], "rescheduleLimit": [1, 2, 3],
               "silentCaseDays": [3, 10, "5wd", 60], "consentAllGuardians": [True, False],
               "ownConsentMode": ["adds", "replaces"], "preLogReaders": ["involved", "service"],
               "notesByGuardians": [True, False], "ipClosesLog": ["entitled", "entitledAndWanted"],
               "childHeardRequired": ["evaluation", "close", "both"],
               "childHeardFromAge": [0, 3, 9, 16], "familySeesReaderNames": [True, False],
               "logAllowedFromLevel": [1, 2, 3], "manualLogAllowed": [True, True, False],
               "ageOwnConsent": [12, 15, 16, 18], "ageOwnAccess": [7, 15, 18],
               "transferNeedsConsent": [True, False], "smallCellMin": [3, 5],
               "auditGrantMaxDays": [5, 90], "backdateDays": [0, 1, 7]}


def random_value(rng, key):
    if key in EXPIRY_KEYS:
        return rng.choice(EXPIRY_KEYS[key])
    kind = profile.KEYS[key][0]
    if kind == profile.PERIOD:
        return rng.choice([0, 1, 2, 5, 14, "0wd", "1wd", "3wd", "10wd"])
    if isinstance(kind, tuple):
        return rng.choice([kind[0], min(kind[1], kind[0] + 10), min(kind[1], 30)])
    return None


def overrides(rng, how_many):
    keys = [key for key in profile.KEYS if random_value(rng, key) is not None]
    found = {key: random_value(rng, key) for key in rng.sample(keys, how_many)}
    if rng.random() < 0.4:
        found["readVolumeLimit"] = rng.choice([1, 2])
    if rng.random() < 0.2:
        found["notesByGuardians"] = False
    if rng.random() < 0.2:
        found["extraClosedDays"] = ["2026-01-15", "2026-04-07", "2025-10-20"]
    return found


def people(rng):
    found = {name: {"roles": roles, "service": service}
             for name, (roles, service) in {**STAFF, **BOTH}.items()}
    found.update({name: {"roles": roles} for name, roles in OTHERS.items()})
    if rng.random() < 0.1:
        found["mona"]["roles"] = ["leader", "employee"]
    return found


def birth_date(rng, day0):
    """Often so that an age of the rules is reached while the case runs; sometimes a leap day."""
    if rng.random() < 0.1:
        return None
    if rng.random() < 0.15:
        return rng.choice(["2008-02-29", "2012-02-29", "2016-02-29"])
    age = rng.choice([3, 7, 9, 12, 15, 15, 15, 16, 18, 18, 18, 8, 5])
    day = day0 + datetime.timedelta(days=rng.choice([-400, -30, -3, 0, 1, 5, 12, 25, 40, 90, 200]))
    year = day.year - age
    try:
        return str(day.replace(year=year))
    except ValueError:
        return str(dates.parse_date(f"{year}-02-28"))
