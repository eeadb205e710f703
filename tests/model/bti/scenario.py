"""Scenario files (section 13): read, and played into a log of the model."""

import copy
import datetime
import json
import re

from . import catalogue, dates, hard_rules, profile
from .log import Event, Log

KEYS = {"name", "description", "day0", "timezone", "profile", "services", "people", "events",
        "reads", "evaluate", "expect"}
DAY = re.compile(r"D(-?\d+)")
TIME = re.compile(r"D(-?\d+)T(\d\d):(\d\d)")
SERVICE_KINDS = catalogue.TYPES["ServiceRegistered"].fields["kind"].type.split("|")
DAY_KEYS = ("day", "recordedDay", "asOfDay", "knownAtDay", "toDay")


class BadFile(Exception):
    """The file is no scenario."""


class Scenario:
    def __init__(self, document):
        if set(document) - KEYS:
            raise BadFile(f"unknown keys {sorted(set(document) - KEYS)}")
        self.document = document
        self.name = document["name"]
        self.zone = dates.Zone(document.get("timezone", "Europe/Oslo"))
        self.day0 = dates.parse_date(document["day0"])
        self.rejected = []
        self.types = {}
        self.log = self._make_log()
        for label, recorded, spec in self._commands():
            self.record(label, recorded, spec)

    def date(self, day):
        return self.day0 + datetime.timedelta(days=day)

    def end_of(self, day):
        return self.zone.end(self.date(day))

    def instant(self, day, time):
        hour, minute = time.split(":")
        return self.zone.at(self.date(day), int(hour), int(minute))

    def _make_log(self):
        document = self.document
        services = {kind: kind for kind in SERVICE_KINDS}
        for name, one in document.get("services", {}).items():
            services[name] = one["kind"]
        people = {label: {"roles": one["roles"], "service": one.get("service")}
                  for label, one in document["people"].items()}
        people["system"] = {"roles": ["system"], "service": None}
        overrides = document.get("profile", {})
        for key, value in overrides.items():
            if not profile.allows(key, value):
                raise BadFile(f"profile key {key}")
        return Log(self.zone, services, people, overrides)

    def _commands(self):
        """(label, recordedAt, spec) in the order of recording; reads come after their instant."""
        found, last = [], None
        for index, spec in enumerate(self.document["events"]):
            recorded = self.instant(spec.get("recordedDay", spec["day"]), spec.get("time", "12:00"))
            if last is not None and recorded < last:
                raise BadFile(f"event {index}: recorded before the one above it")
            last = recorded
            label = spec.get("id", f"e{index}")
            self.types[label] = spec["type"]
            found.append((recorded, 0, index, label, spec))
        for index, spec in enumerate(self.document.get("reads", [])):
            label = spec.get("id", f"r{index}")
            self.types[label] = "EntryRead"
            recorded = self.instant(spec["day"], spec.get("time", "12:00"))
            found.append((recorded, 1, index, label, self._read(label, spec)))
        labels = [one[3] for one in found]
        if len(set(labels)) != len(labels):
            raise BadFile("a label is used twice")
        return [(one[3], one[0], one[4]) for one in sorted(found, key=lambda one: one[:3])]

    def _read(self, label, spec):
        data = {"reader": spec["by"], "capacity": spec["capacity"], "purpose": spec["purpose"],
                "visit": label}
        if "entries" in spec:
            data["entries"] = spec["entries"]
        if "service" in spec:
            data["service"] = spec["service"]
        return {"day": spec["day"], "time": spec.get("time", "12:00"), "type": "EntryRead",
                "by": spec["by"], "data": data, "case": spec.get("case", "case"), "own": True}

    def dated(self, value, kind=None):
        """The value with "D<n>" put in: only in dates, only in times, or (no kind) anywhere."""
        if isinstance(value, list):
            return [self.dated(one, kind) for one in value]
        if isinstance(value, dict):
            return {key: self.dated(one, kind) for key, one in value.items()}
        if not isinstance(value, str):
            return value
        day, time = DAY.fullmatch(value), TIME.fullmatch(value)
        if day and kind in (None, "date"):
            return str(self.date(int(day.group(1))))
        if time and kind in (None, "time"):
            return dates.print_time(self.instant(int(time.group(1)),
                                                 time.group(2) + ":" + time.group(3)))
        return value

    def _data(self, name, data):
        fields = catalogue.TYPES[name].fields if name in catalogue.TYPES else {}
        result = {}
        for key, value in data.items():
            kind = fields[key].type if key in fields else "text"
            if key == "changes" and name == "EntryCorrected" and isinstance(value, dict):
                value = self._data(self.types.get(str(data.get("target")), ""), value)
            elif key == "changes":
                value = self.dated(value)
            elif kind in ("date", "time"):
                value = self.dated(value, kind)
            result[key] = value
        return result

    def record(self, label, recorded, spec):
        """Plays one command; the next one must not be recorded before it."""
        self.types.setdefault(label, spec["type"])
        spec = copy.deepcopy(spec)
        name = spec["type"]
        known = catalogue.TYPES.get(name)
        if spec.get("own"):
            found = self._service(spec["by"])
            if found is not None:
                spec["data"].setdefault("service", found)
        is_global = known is not None and known.stream in ("audit", "directory")
        event = Event(position=-1, label=label, case=None if is_global else spec.get("case", "case"),
                      type=name, actor=spec["by"],
                      occurred=self.instant(spec["day"], spec.get("time", "12:00")),
                      recorded=recorded, mode=spec.get("mode", "live"),
                      data=self._data(name, spec["data"]))
        refused = hard_rules.refusal(self.log, event)
        if refused:
            self.rejected.append((label, refused))
            return
        event.compartment = hard_rules.compartment(self.log, event)
        self.log.append(event)

    def _service(self, person):
        service = self.log.people.get(person, {}).get("service")
        for event in self.log.events:
            if event.type == "PersonRegistered" and event.get("person") == person:
                service = event.get("service")
        return service

    def last_day(self):
        """The greatest day named anywhere in the file."""
        days = []

        def look(value):
            if isinstance(value, dict):
                days.extend(value[key] for key in DAY_KEYS if isinstance(value.get(key), int))
                for one in value.values():
                    look(one)
            elif isinstance(value, list):
                for one in value:
                    look(one)

        for part in ("events", "reads", "evaluate", "expect"):
            look(self.document.get(part, []))
        return max(days, default=0)


def rejected(scenario):
    """As `--print` gives them."""
    found = [{"id": label, "code": hard_rules.CODES[rule]} for label, rule in scenario.rejected]
    return sorted(found, key=lambda one: one["id"])


def read(path):
    with open(path, encoding="utf-8") as file:
        return Scenario(json.load(file))
