"""Rule H04: is this data what the catalogue asks for?"""

import re

from . import dates, profile
from .catalogue import TYPES

ID = re.compile(r"[a-z0-9-]{1,40}")
LANG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
DIGEST = re.compile(r"[0-9a-f]{64}")
RANGES = {("ConcernConcretised", "degree"): (1, 10), ("LogOpened", "level"): (1, 3),
          ("LevelChanged", "from"): (0, 3), ("LevelChanged", "to"): (1, 3)}


def is_text(value, most, lines):
    if not isinstance(value, str) or not 1 <= len(value) <= most:
        return False
    return all((char == "\n" and lines) or not (ord(char) < 32 or 127 <= ord(char) < 160)
               for char in value)


def is_whole(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_id(value):
    return isinstance(value, str) and ID.fullmatch(value) is not None


CHECKS = {
    "line": lambda value: is_text(value, 200, False),
    "text": lambda value: is_text(value, 20000, True),
    "date": lambda value: dates.parse_date(value) is not None,
    "time": lambda value: dates.parse_time(value) is not None,
    "bool": lambda value: isinstance(value, bool),
    "int": is_whole,
    "person": is_id, "case": is_id, "event": lambda value: isinstance(value, str),
    "service": lambda value: is_text(value, 200, False),
    "digest": lambda value: isinstance(value, str) and DIGEST.fullmatch(value) is not None,
    "lang": lambda value: isinstance(value, str) and LANG.fullmatch(value) is not None,
    "object": lambda value: isinstance(value, dict),
}


def fits(value, kind):
    if kind.startswith("["):
        if not isinstance(value, list):
            return False
        if kind.endswith("+") and not value:
            return False
        inner = kind.rstrip("+")[1:-1]
        repeats = len({repr(one) for one in value}) != len(value)
        return not repeats and all(fits(one, inner) for one in value)
    if kind in CHECKS:
        return CHECKS[kind](value)
    if re.match(r"(new|ref|set):", kind):
        return is_id(value)
    return isinstance(value, str) and value in kind.split("|")


def object_fits(name, data):
    """What the free-form objects of a few types may hold."""
    if name == "PersonDetailsRecorded" and "contact" in data:
        return all(key in ("email", "phone") and fits(value, "line")
                   for key, value in data["contact"].items())
    if name == "ServiceRegistered":
        return set(data["names"]) == {"nb", "nn", "en"} and all(
            fits(value, "line") for value in data["names"].values())
    if name == "ProfileProposed":
        return all(profile.allows(key, value) for key, value in data["changes"].items())
    return True


def valid(name, data):
    if name not in TYPES or not isinstance(data, dict):
        return False
    fields = TYPES[name].fields
    for key, value in data.items():
        if key not in fields or not fits(value, fields[key].type):
            return False
        low_high = RANGES.get((name, key))
        if low_high and not low_high[0] <= value <= low_high[1]:
            return False
    if any(field.required and field.name not in data for field in fields.values()):
        return False
    return object_fits(name, data)
