"""Judges what a scenario expects (section 13)."""

import json

from . import case_state, printing, scenario, statistics
from .findings import evaluate
from .log import LAST, View
from .visibility import ALL, NOTHING, Sight


def pointed(document, path):
    """The value at a JSON pointer, or None."""
    for part in path.split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        if isinstance(document, list) and part.isdigit() and int(part) < len(document):
            document = document[int(part)]
        elif isinstance(document, dict) and part in document:
            document = document[part]
        else:
            return None
    return document


class Answers:
    """What the model says about a played scenario."""

    def __init__(self, played):
        self.played, self.log = played, played.log

    def size(self, day):
        return len(self.log.events) if day is None else self.log.size_at(self.played.end_of(day))

    def view(self, case, as_of_day, known_at_day):
        return View(self.log, case, self.size(known_at_day), self.played.end_of(as_of_day))

    def findings(self, entry):
        cases = [entry["case"]] if "case" in entry else self.log.cases()
        return [one for case in cases for one in evaluate.findings(
            self.view(case, entry["asOfDay"], entry.get("knownAtDay")))]

    def state(self, entry):
        return case_state.render(self.view(entry.get("case", "case"), entry["day"],
                                           entry.get("knownAtDay")))

    def classes(self, viewer, day, time, label):
        instant = self.played.end_of(day) if time is None else self.played.instant(day, time)
        event = self.log.by_label.get(label)
        size = self.log.size_at(instant)
        if event is None or event.position >= size or event.occurred > instant:
            return NOTHING
        view = View(self.log, event.case, size, instant)
        return Sight(view, viewer, (instant, LAST)).classes(event)

    def statistics(self, entry):
        start, end = self.played.date(entry["fromDay"]), self.played.date(entry["toDay"])
        return statistics.suppressed(self.log, start, end, self.size(entry.get("knownAtDay")))


class Judge:
    def __init__(self, played):
        self.played, self.answers = played, Answers(played)
        self.checks, self.failures = 0, []

    def check(self, name, want, got):
        self.checks += 1
        if json.dumps(want, sort_keys=True) != json.dumps(got, sort_keys=True):
            self.failures.append({"expect": name, "want": want, "got": got})

    def rejected(self, want):
        self.check("rejected", sorted(want, key=lambda one: one["id"]),
                   scenario.rejected(self.played))

    def findings(self, index, entry, want):
        played = self.played
        wanted = [{"case": one.get("case", "case"), "rule": one["rule"], "ref": one["ref"],
                   "first": str(played.date(one["firstDay"])),
                   "cleared": str(played.date(one["clearedDay"])) if "clearedDay" in one else None}
                  for one in want]
        found = self.answers.findings(entry)
        for one in want:
            versions = [each.version for each in found
                        if (each.case, each.rule, each.ref) == (one.get("case", "case"), one["rule"],
                                                                one["ref"])]
            if "profileVersion" in one and versions != [one["profileVersion"]]:
                self.failures.append({"expect": f"findings/{index}", "want": one, "got": versions})
        got = [{key: printing.finding(one)[key] for key in ("case", "rule", "ref", "first", "cleared")}
               for one in found]
        order = lambda one: (one["case"], one["rule"], one["ref"])
        self.check(f"findings/{index}", sorted(wanted, key=order), sorted(got, key=order))

    def state_on(self, index, entry):
        self.check(f"stateOn/{index}", self.played.dated(entry["equals"]),
                   pointed(self.answers.state(entry), entry["path"]))

    def seen(self, kind, index, entry):
        wanted = {"visible": ALL, "hidden": NOTHING}.get(kind) if kind != "partial" else frozenset(
            entry["classes"])
        given = {label: self.answers.classes(entry["viewer"], entry["day"], entry.get("time"), label)
                 for label in entry["events"]}
        self.check(f"{kind}/{index}", {label: sorted(wanted) for label in given},
                   {label: sorted(classes) for label, classes in given.items()})

    def statistics(self, index, entry):
        found = self.answers.statistics(entry)
        self.check(f"statistics/{index}", entry["figures"],
                   {name: found.get(name) for name in entry["figures"]})


def report(played):
    judge, expect = Judge(played), played.document.get("expect", {})
    judge.rejected(expect.get("rejected", []))
    for index, (entry, want) in enumerate(zip(played.document.get("evaluate", []),
                                              expect.get("findings", []))):
        judge.findings(index, entry, want)
    for index, entry in enumerate(expect.get("stateOn", [])):
        judge.state_on(index, entry)
    for kind in ("visible", "hidden", "partial"):
        for index, entry in enumerate(expect.get(kind, [])):
            judge.seen(kind, index, entry)
    for index, entry in enumerate(expect.get("statistics", [])):
        judge.statistics(index, entry)
    return {"scenario": played.name, "ok": not judge.failures, "checks": judge.checks, "skipped": 0,
            "failures": judge.failures}
