"""The municipal profile: keys, what they may hold, and the version in force on a day."""

import re

from . import dates

LEVEL_NAMES = {
    "0": {"nb": "Avklaring", "nn": "Avklaring", "en": "Clarifying"},
    "1": {"nb": "Tiltak i egen tjeneste", "nn": "Tiltak i eiga teneste",
          "en": "Measures in one service"},
    "2": {"nb": "Enkelt tverrfaglig samarbeid", "nn": "Enkelt tverrfagleg samarbeid",
          "en": "Simple cooperation"},
    "3": {"nb": "Utvidet tverrfaglig samarbeid", "nn": "Utvida tverrfagleg samarbeid",
          "en": "Wider cooperation"},
}
PERIOD = "period"


def whole(low, high):
    return (low, high)


KEYS = {
    "levelNames": ("levelNames", LEVEL_NAMES),
    "logAllowedFromLevel": (whole(1, 3), 1), "logRequiredFromLevel": (whole(1, 3), 2),
    "level0DecisionDays": (PERIOD, 14),
    "ageOwnConsent": (whole(12, 18), 15), "ownConsentMode": (["adds", "replaces"], "adds"),
    "youthRenewDays": (PERIOD, 30), "ageOwnAccess": (whole(7, 18), 15),
    "consentAllGuardians": (bool, True), "consentMaxMonths": (whole(1, 60), 12),
    "consentExpiry": (["block", "warn"], "block"), "consentSoonDays": (whole(0, 365), 30),
    "oralNoteDays": (PERIOD, 3), "holderVacancyDays": (PERIOD, 1), "batonAcceptDays": (PERIOD, 7),
    "holderConfirmDays": (whole(0, 365), 14), "levelConsultDays": (whole(0, 365), 14),
    "responsibleVacancyDays": (PERIOD, 7), "evaluateGraceDays": (PERIOD, 7),
    "rescheduleLimit": (whole(1, 20), 3),
    "childHeardRequired": (["evaluation", "close", "both"], "both"),
    "childHeardFromAge": (whole(0, 18), 3), "childHeardBeforeCloseDays": (whole(0, 365), 30),
    "silentCaseDays": (PERIOD, 60), "minutesDays": (PERIOD, 7), "guardianAccessDays": (PERIOD, 3),
    "ipAssessDays": (PERIOD, 30), "ipClosesLog": (["entitled", "entitledAndWanted"], "entitled"),
    "ipCloseDays": (PERIOD, 30), "closureDemandDays": (PERIOD, 7), "archiveDays": (PERIOD, 30),
    "archiveReceiptDays": (PERIOD, 3), "archiveTarget": (["fiks", "manual"], "fiks"),
    "schoolPlanDays": (PERIOD, 7), "reportingOutcomeDays": (PERIOD, 1),
    "reportFeedbackDays": (PERIOD, 21), "stalledDays": (PERIOD, 14), "rightsDays": (PERIOD, 30),
    "backdateDays": (whole(0, 365), 7), "transitionPlanDays": (whole(0, 365), 60),
    "readVolumeLimit": (whole(1, 1000), 20), "readVolumeDays": (whole(1, 90), 7),
    "transferNeedsConsent": (bool, True), "manualLogAllowed": (bool, True),
    "preLogReaders": (["involved", "service"], "involved"), "notesByGuardians": (bool, True),
    "familySeesReaderNames": (bool, False), "auditGrantMaxDays": (whole(1, 365), 90),
    "languages": ("languages", ["nb", "nn"]), "retentionYears": (whole(0, 100), 10),
    "readRetentionYears": (whole(1, 100), 5), "smallCellMin": (whole(3, 20), 5),
    "extraClosedDays": ("closedDays", []),
}
DEFAULTS = {key: default for key, (_, default) in KEYS.items()}


def is_period(value):
    if isinstance(value, str):
        return re.fullmatch(r"\d{1,4}wd", value) is not None and int(value[:-2]) <= 3650
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 3650


def are_level_names(value):
    return isinstance(value, dict) and all(
        level in "0123" and len(level) == 1 and isinstance(names, dict)
        and set(names) == {"nb", "nn", "en"} and all(isinstance(name, str) for name in names.values())
        for level, names in value.items())


def allows(key, value):
    if key not in KEYS:
        return False
    kind = KEYS[key][0]
    if kind == PERIOD:
        return is_period(value)
    if kind is bool:
        return isinstance(value, bool)
    if isinstance(kind, tuple):
        return (isinstance(value, int) and not isinstance(value, bool)
                and kind[0] <= value <= kind[1])
    if kind == "levelNames":
        return are_level_names(value)
    if kind == "languages":
        return (isinstance(value, list) and bool(value)
                and all(isinstance(one, str) for one in value))
    if kind == "closedDays":
        return isinstance(value, list) and all(dates.parse_date(one) for one in value)
    return isinstance(value, str) and value in kind


class Version:
    """One version of the profile, with all keys."""

    def __init__(self, number, start, values):
        self.number, self.start, self.values = number, start, values
        self.closed = frozenset(dates.parse_date(one) for one in values["extraClosedDays"])

    def __getitem__(self, key):
        return self.values[key]

    def add(self, date, key):
        """The date as many days later as the key says."""
        return dates.add(date, self.values[key], self.closed)


def in_force(versions, date):
    """The latest version that has begun; the first one holds from the beginning."""
    found = versions[0]
    for version in versions[1:]:
        if version.start <= date:
            found = version
    return found
