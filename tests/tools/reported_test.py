#!/usr/bin/env python3
"""The de-identified feed as its consumers meet it.  reported_test.py STAFETT SOURCE"""

import datetime
import json
import re
import sys
import tempfile
import unittest

from program import Program, Server
from serve_test import curl

BINARY = sys.argv[1]
CASES = 12
MONDAY = datetime.date.today() - datetime.timedelta(days=70 + datetime.date.today().weekday())


def town():
    """A scenario of ten weeks ago: concerns in two weeks, one type that is rare, one that is not."""
    children = {f"child-{i}": {"roles": ["child"]} for i in range(CASES)}
    events = []

    def happens(day, case, kind, data, by="lise", **more):
        events.append({"day": day, "case": f"case-{case}", "type": kind, "by": by, "data": data,
                       **more})
    for i in range(CASES):
        day = 7 * (i % 2)
        happens(day, i, "ConcernRaised",
                {"subject": f"child-{i}", "subjectKind": "child", "birthDate": "2017-05-04",
                 "source": "employee", "service": "school", "summary": "alone in the breaks"})
        happens(day, i, "ConcernConcretised", {"observations": "four of five", "degree": 4})
        happens(day, i, "NoteAdded", {"note": "n1", "kind": "general", "text": "a talk"})
    for i in range(4):
        happens(8, i, "ConcernSharedWithLeader", {"leader": "odd"})
    happens(8, 5, "ProtectionFlagSet", {"ground": "violence"})
    events.sort(key=lambda one: one["day"])
    return {"name": "town", "day0": MONDAY.isoformat(), "events": events,
            "people": {"lise": {"roles": ["employee"], "service": "school"},
                       "odd": {"roles": ["leader"], "service": "school"},
                       "rita": {"roles": ["reporter"]}, "rolf": {"roles": ["reporter"]},
                       **children}}


class Reported(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.program = Program(BINARY, place.name)
        scenario = self.program.place / "town.json"
        scenario.write_text(json.dumps(town()))
        self.program.ok("scenario", str(scenario), "--dir", self.program.log)
        self.tokens = {person: self.program.ok("token", self.program.log, person).strip()
                       for person in ("lise", "rita", "rolf")}
        self.server = Server(BINARY, self.program.log).__enter__()
        self.addCleanup(self.server.stop)

    def ask(self, person, query="", visit="v1", purpose="control"):
        words = ["-H", "Authorization: Bearer " + self.tokens[person]]
        if purpose:
            words += ["-H", "Stafett-Purpose: " + purpose, "-H", "Stafett-Visit: " + visit]
        return curl(*words, f"{self.server.urls[0]}/v1/reported?{query}")

    def page(self, person, query=""):
        status, headers, body = self.ask(person, query)
        self.assertEqual((status, headers["content-type"]), (200, "application/jsonl"), body)
        *events, last = body.decode().splitlines()
        return events, json.loads(last)

    def all(self, person, limit):
        events, last = self.page(person, f"limit={limit}")
        while last["more"]:
            more, last = self.page(person, f"limit={limit}&cursor={last['cursor']}")
            self.assertLessEqual(len(more), limit)
            events += more
        return events, last["cursor"]

    def test_two_consumers_get_the_same_facts_and_no_id_in_common(self):
        rita, rolf = self.page("rita")[0], self.page("rolf")[0]
        ids = [set(re.findall(r"\b[0-9a-f]{32}\b", "".join(lines))) for lines in (rita, rolf)]
        self.assertEqual([len(one) for one in ids], [2 * (CASES - 1)] * 2)
        self.assertFalse(ids[0] & ids[1])
        self.assertEqual(len(rita), 3 * (CASES - 1))
        anonymous = [sorted(re.sub(r"\b[0-9a-f]{32}\b", "ID", line) for line in lines)
                     for lines in (rita, rolf)]
        self.assertEqual(anonymous[0], anonymous[1])
        for line in rita:
            self.assertEqual(set(json.loads(line)), {"case", "type", "serviceKind", "week", "data"})
        whole = "".join(rita)
        for told in ("case-", "child-", "lise", "odd", "alone", "four of", "a talk", "T12:00",
                     "ConcernSharedWithLeader", "Protection"):
            self.assertNotIn(told, whole)
        self.assertNotRegex(whole, r"\d{4}-\d{2}-\d{2}")
        self.server.stop()
        for case in ("case-0", "case-1"):
            for entry in self.program.lines("history", self.program.log, case, "--json"):
                for member in ("id", "leafHash", "key", "recordedAt", "occurredAt"):
                    self.assertNotIn(entry[member], whole)

    def test_whoever_goes_on_from_a_cursor_misses_nothing_and_gets_nothing_twice(self):
        whole, end = self.all("rita", 1000)
        for limit in (1, 4, 7):
            self.assertEqual(self.all("rita", limit)[0], whole)
        self.assertEqual(self.page("rita", "cursor=" + end)[0], [])
        # Another server on the same log goes on from the same cursor.
        events, last = self.page("rita", "limit=5")
        self.server.stop()
        self.server = Server(BINARY, self.program.log).__enter__()
        self.addCleanup(self.server.stop)
        self.assertEqual(events + self.page("rita", "cursor=" + last["cursor"])[0], whole)

    def test_a_cursor_serves_nobody_else_and_cannot_be_made(self):
        cursor = self.page("rita", "limit=5")[1]["cursor"]
        for person, given in (("rolf", cursor), ("rita", cursor[:-2] + "AA"), ("rita", "x"),
                              ("rita", cursor + cursor), ("rita", "12")):
            status, _, body = self.ask(person, "cursor=" + given)
            self.assertEqual((status, json.loads(body)["code"]), (400, "bad-parameter"))

    def test_it_is_for_reporting_consumers_with_a_purpose(self):
        status, _, body = self.ask("lise")
        self.assertEqual((status, json.loads(body)["code"]), (403, "reports-need-role"))
        status, _, body = self.ask("rita", purpose=None)
        self.assertEqual((status, json.loads(body)["code"]), (400, "purpose-required"))
        for limit in ("0", "1001", "x", "-1"):
            self.assertEqual(self.ask("rita", "limit=" + limit)[0], 400)
        self.assertEqual(curl(self.server.urls[0] + "/v1/reported")[0], 401)

    def test_each_case_that_was_given_lists_the_read_once_a_visit(self):
        self.all("rita", 4)
        self.all("rita", 1000)
        self.server.stop()
        reads = {f"case-{i}": [one for one in self.program.lines("log", self.program.log, "--case",
                                                                 f"case-{i}", "--json")
                               if one["type"] == "EntryRead"] for i in range(CASES)}
        for case, found in reads.items():
            given = [] if case == "case-5" else [("rita", "reporter", "control", "v1")]
            self.assertEqual([(one["actor"], one["data"]["capacity"], one["data"]["purpose"],
                               one["data"]["visit"]) for one in found], given, case)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
