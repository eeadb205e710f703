#!/usr/bin/env python3
"""What a reporting consumer's analysts get as tables.  export_tables_test.py STAFETT SOURCE"""

import datetime
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import unittest

try:
    from serve_http import curl
except ImportError:  # what it needs is installed for the system's own Python
    if sys.executable == "/usr/bin/python3":
        raise
    os.execv("/usr/bin/python3", ["/usr/bin/python3", "-B", *sys.argv])
from exports import BINARY, NODE, WithPlace, node
from program import Program, Server

MONDAY = datetime.date.today() - datetime.timedelta(days=140 + datetime.date.today().weekday())
CASES = 12


def reported_town():
    """A scenario of twenty weeks ago: concerns in two weeks, one type that is rare, one flag."""
    people = {"lise": {"roles": ["employee"], "service": "school"},
              "odd": {"roles": ["leader"], "service": "school"},
              "rita": {"roles": ["reporter"]}, "rolf": {"roles": ["reporter"]},
              "ada": {"roles": ["admin"]}}
    events = []
    for i in range(CASES):
        people[f"child-{i}"] = {"roles": ["child"]}
        case = {"day": 7 * (i % 2), "case": f"case-{i}", "by": "lise"}
        events += [{**case, "type": "ConcernRaised",
                    "data": {"subject": f"child-{i}", "subjectKind": "child",
                             "birthDate": "2017-05-04", "source": "employee", "service": "school",
                             "summary": "alone in the breaks"}},
                   {**case, "type": "ConcernConcretised",
                    "data": {"observations": "four of five", "degree": 4,
                             "periodFrom": (MONDAY - datetime.timedelta(days=9)).isoformat()}}]
    for i in range(4):
        events.append({"day": 8, "case": f"case-{i}", "by": "lise",
                       "type": "ConcernSharedWithLeader", "data": {"leader": "odd"}})
    events.append({"day": 8, "case": "case-5", "by": "lise", "type": "ProtectionFlagSet",
                   "data": {"ground": "violence"}})
    events.sort(key=lambda one: one["day"])
    return {"name": "town", "day0": MONDAY.isoformat(), "events": events, "people": people}


class Tables(WithPlace):
    def setUp(self):
        super().setUp()
        self.program = Program(BINARY, self.place)
        scenario = self.place / "town.json"
        scenario.write_text(json.dumps(reported_town()))
        self.program.ok("scenario", str(scenario), "--dir", self.program.log)
        self.log = self.program.log
        self.month = (MONDAY.replace(day=1), (MONDAY.replace(day=1) + datetime.timedelta(days=62))
                      .replace(day=1) - datetime.timedelta(days=1))
        self.period = ("--from", self.month[0].isoformat(), "--to", self.month[1].isoformat())
        self.program.ok("statistics", self.log, *self.period, "--publish")

    def sqlite(self, person, name="tables.sqlite"):
        path = self.place / name
        self.program.ok("export", "tables", self.log, "--as", person, "--sqlite", str(path))
        database = sqlite3.connect(path)
        self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        rows = {table: database.execute(f"SELECT * FROM {table}").fetchall()
                for table in ("events", "figures")}
        database.close()
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        return rows

    def test_its_events_are_those_of_the_feed(self):
        token = self.program.ok("token", self.log, "rita").strip()
        with Server(BINARY, self.log) as server:
            body = curl("-H", "Authorization: Bearer " + token, "-H", "Stafett-Purpose: control",
                        "-H", "Stafett-Visit: v1",
                        server.urls[0] + "/v1/reported?limit=1000")[2].decode()
        feed = [json.loads(line) for line in body.splitlines()[:-1]]
        events = [{"case": case, "type": kind, "serviceKind": service, "week": week,
                   "data": json.loads(data)}
                  for case, kind, service, week, data in self.sqlite("rita")["events"]]
        self.assertEqual(len(events), 2 * (CASES - 1))
        self.assertEqual(sorted(map(json.dumps, events)), sorted(map(json.dumps, feed)))

    def test_nothing_in_it_is_of_a_person_and_two_consumers_have_no_id_in_common(self):
        rita, rolf = (self.sqlite(person, person)["events"] for person in ("rita", "rolf"))
        self.assertFalse({row[0] for row in rita} & {row[0] for row in rolf})
        whole = json.dumps(rita) + (self.place / "rita").read_bytes().decode("latin-1")
        for told in ("case-", "child-", "lise", "odd", "alone", "four of", "T12:00", "2017",
                     "ConcernSharedWithLeader", "Protection"):
            self.assertNotIn(told, whole)
        self.assertNotEqual([row[1] for row in rita], [row[1] for row in sorted(rita)])

    def test_its_figures_are_what_was_published(self):
        figures = self.sqlite("rita")["figures"]
        said = json.loads(self.program.ok("statistics", self.log, *self.period, "--as", "rita",
                                          "--json"))["figures"]
        want = {(name, key): value for name, figure in said.items() for key, value in
                [*((k, v) for k, v in figure.items() if k != "cells"),
                 *figure.get("cells", {}).items()]}
        self.assertEqual({row[2:4]: row[4] for row in figures}, want)
        self.assertEqual({row[:2] for row in figures}, {tuple(map(str, self.month))})
        self.assertIn(None, want.values())

    def test_a_read_by_the_consumer_is_in_each_case_that_it_tells_of(self):
        self.sqlite("rita")
        self.sqlite("rita")
        for i in range(CASES):
            reads = [one for one in self.program.lines("log", self.log, "--case", f"case-{i}",
                                                       "--json") if one["type"] == "EntryRead" and
                     one["data"]["capacity"] == "reporter"]
            self.assertEqual([(one["data"]["reader"], one["data"]["visit"]) for one in reads],
                             [] if i == 5 else [("rita", "export tables")] * 2, i)

    def test_it_is_for_reporting_consumers_and_written_whole_or_not_at_all(self):
        out = self.place / "out.sqlite"
        for person, code in (("lise", 5), ("ada", 5), ("nobody", 4)):
            self.refused(self.program, code, "tables", self.log, "--as", person, "--sqlite",
                         str(out))
        self.refused(self.program, 2, "tables", self.log, "--as", "rita")
        link = self.place / "link"
        link.symlink_to(out)
        self.refused(self.program, 5, "tables", self.log, "--as", "rita", "--sqlite", str(link))
        self.refused(self.program, 5, "tables", self.log, "--as", "rita", "--parquet",
                     str(self.place))
        self.assertFalse(out.exists())
        # Nothing of others' goes either.
        taken = self.place / "taken"
        taken.mkdir()
        (taken / "events.parquet.new").write_bytes(b"somebody's")
        self.refused(self.program, 5, "tables", self.log, "--as", "rita", "--parquet", str(taken))
        self.assertTrue((taken / "events.parquet.new").exists())
        self.assertEqual([one for one in self.place.iterdir() if "partial" in one.name], [])

    def test_what_is_not_whole_goes_with_a_signal(self):
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            words = ("export", "tables", self.log, "--as", "rita", "--sqlite",
                     str(self.place / "out.sqlite"), "--parquet", str(self.place / "out"))
            with subprocess.Popen([BINARY, *words], stderr=subprocess.DEVNULL) as child:
                while child.poll() is None and not any("partial" in one.name
                                                       for one in self.place.iterdir()):
                    pass
                child.send_signal(signal_number)
            self.assertIn(child.returncode, (0, -signal_number))
            self.assertEqual([one for one in self.place.iterdir() if "partial" in one.name], [])
            (self.place / "out.sqlite").unlink(missing_ok=True)
            shutil.rmtree(self.place / "out", ignore_errors=True)

    @unittest.skipUnless(NODE.exists(), "tests/run puts the peers below build/peers")
    def test_parquet_read_by_others_holds_the_same_as_sqlite(self):
        folder = self.place / "parquet"
        self.program.ok("export", "tables", self.log, "--as", "rita", "--parquet", str(folder))
        read = json.loads(node("parquet_check.mjs", "", str(folder)))
        rows = self.sqlite("rita")
        for table in ("events", "figures"):
            self.assertEqual([tuple(row.values()) for row in read[table]], rows[table])
        said = json.loads(self.program.ok("statistics", self.log, *self.period, "--as", "rita",
                                          "--json"))["figures"]
        sums = {one["figure"]: one["n"] for one in read["sums"]}
        for name, figure in said.items():
            if "cells" in figure:
                self.assertEqual(sums[name] or 0, sum(v or 0 for v in figure["cells"].values()))
        self.assertEqual({one["type"]: one["n"] for one in read["types"]},
                         {"ConcernRaised": CASES - 1, "ConcernConcretised": CASES - 1})


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
