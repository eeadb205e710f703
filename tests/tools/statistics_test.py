#!/usr/bin/env python3
"""Figures and profile, as the program prints them.  statistics_test.py STAFETT SOURCE_DIR"""

import csv
import io
import json
import os
import pathlib
import sqlite3
import sys
import tempfile
import unittest

from program import Program, event

BINARY, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
SCENARIO = SOURCE / "tests/projections/scenarios/statistics.json"
PERIOD = ("--from", "2026-01-12", "--to", "2026-02-11")
JANUARY = ("--from", "2026-01-01", "--to", "2026-01-31")


def person(label, *roles):
    return event("PersonRegistered", "founder",
                 {"person": label, "roles": list(roles), "active": True})


class WithScenario(unittest.TestCase):
    """The log of the statistics scenario, with people of more roles."""

    def setUp(self):
        shm = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.place = tempfile.TemporaryDirectory(dir=shm)
        self.program = Program(BINARY, self.place.name)
        self.log = self.program.log
        self.program.ok("scenario", str(SCENARIO), "--dir", self.log)
        code, _, err = self.program.append(
            person("ada", "admin"), person("dag", "dpo"), person("aud", "auditor"),
            person("rep", "reporter"), person("out", "admin"),
            event("PersonRegistered", "founder",
                  {"person": "out", "roles": ["admin"], "active": False}))
        assert code == 0, err

    def tearDown(self):
        self.place.cleanup()

    def figures(self, *words):
        return json.loads(self.program.ok("statistics", self.log, *words, "--json"))


class Figures(WithScenario):
    def test_small_numbers_are_for_those_who_may_see_them(self):
        expected = json.loads(SCENARIO.read_text())["expect"]["statistics"][0]["figures"]
        for viewer in ((), ("--as", "lise"), ("--as", "out")):
            shown = self.figures(*PERIOD, *viewer)
            self.assertTrue(shown["suppressed"])
            self.assertEqual({k: shown["figures"][k] for k in expected}, expected)
        for viewer in ("ada", "dag", "aud"):
            shown = self.figures(*PERIOD, "--as", viewer)
            self.assertFalse(shown["suppressed"])
            self.assertEqual(shown["figures"]["holders"],
                             {"total": 1, "cells": {"1": 0, "2": 0, "3": 0, "4+": 1}})
            self.assertEqual(shown["figures"]["findings"]["cells"]["F01"], 1)
        self.assertEqual(self.program.run("statistics", self.log, *PERIOD, "--as", "nobody")[0], 4)

    def test_they_are_those_of_what_was_known(self):
        self.assertEqual(self.figures(*PERIOD, "--as", "ada", "--known-at", "1")
                         ["figures"]["raised"]["total"], 0)
        early = self.figures(*PERIOD, "--as", "ada", "--known-at", "2026-01-14T22:00:00Z")
        self.assertEqual((early["figures"]["raised"]["total"], early["figures"]["decided"]["total"]),
                         (8, 1))

    def rows(self, figures):
        return [(name, key, value) for name, figure in figures.items()
                for key, value in [*((k, v) for k, v in figure.items() if k != "cells"),
                                   *figure.get("cells", {}).items()]]

    def test_csv_and_json_lines_hold_the_same(self):
        figures = self.figures(*PERIOD)["figures"]
        text = self.program.ok("statistics", self.log, *PERIOD, "--format", "csv")
        read = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        self.assertEqual(read[0], ["table", "key", "value"])
        got = {(t, k): None if v == "" else float(v) for t, k, v in read[1:]}
        self.assertEqual(got, {(t, k): v for t, k, v in self.rows(figures)})
        self.assertEqual(len(read) - 1, len(got))
        lines = self.program.lines("statistics", self.log, *PERIOD, "--format", "jsonl")
        self.assertEqual({line.pop("figure"): {k: v for k, v in line.items()
                                               if k not in ("from", "to")} for line in lines},
                         figures)

    def test_the_sqlite_file_holds_the_same(self):
        out = str(self.program.place / "figures.sqlite")
        words = ("statistics", self.log, *PERIOD, "--format", "sqlite")
        self.assertEqual(self.program.run(*words)[0], 2)
        self.assertEqual(self.program.ok(*words, "--out", out), "")
        figures = self.figures(*PERIOD)["figures"]
        database = sqlite3.connect(out)
        self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        self.assertEqual(database.execute("SELECT from_date, to_date, suppressed FROM period")
                         .fetchall(), [("2026-01-12", "2026-02-11", 1)])
        got = [*database.execute("SELECT figure, 'total', total FROM totals"),
               *database.execute("SELECT figure, key, n FROM cells")]
        for table, column, key in (("medians", "n", "n"), ("medians", "median", "median"),
                                   ("shares", "n", "n"), ("shares", "of_n", "of")):
            got += database.execute(f"SELECT figure, '{key}', {column} FROM {table}")
        database.close()
        self.assertEqual(sorted(got, key=repr), sorted(self.rows(figures), key=repr))
        self.assertEqual([p.name for p in self.program.place.iterdir() if "figures" in p.name],
                         ["figures.sqlite"])

    def test_a_file_is_written_whole_or_not_at_all(self):
        nowhere = str(self.program.place / "nowhere" / "figures.csv")
        self.assertEqual(self.program.run("statistics", self.log, *PERIOD, "--format", "csv",
                                          "--out", nowhere)[0], 4)
        out = self.program.place / "figures.csv"
        out.write_text("before")
        self.program.ok("statistics", self.log, *PERIOD, "--format", "csv", "--out", str(out))
        self.assertTrue(out.read_text().startswith("table,key,value"))

    def test_no_read_of_a_case_is_recorded(self):
        size = self.program.size()
        self.figures(*PERIOD, "--as", "ada")
        self.assertEqual(self.program.size(), size)


class Publishing(WithScenario):
    def test_a_period_is_published_once_and_read_from_then_on(self):
        computed = self.figures(*JANUARY)
        self.assertIsNone(computed["published"])
        first = self.figures(*JANUARY, "--publish")
        self.assertEqual((first["figures"], first["size"]), (computed["figures"], computed["size"]))
        self.assertIsNotNone(first["published"])
        late = event("ConcernRaised", "lise",
                     {"subject": "barn9", "subjectKind": "child", "source": "employee",
                      "service": "school", "summary": "x"},
                     case="late") | {"occurredAt": "2026-01-20T09:00:00Z"}
        self.assertEqual(self.program.append(late)[0], 0)
        self.assertEqual(self.figures(*JANUARY), first)
        self.assertEqual(self.figures(*JANUARY, "--as", "rep"), first)
        self.assertEqual(self.figures(*JANUARY, "--as", "ada")["figures"]["raised"]["total"], 9)
        earlier = self.figures(*JANUARY, "--known-at", str(first["size"]))
        self.assertIsNone(earlier["published"])
        code, out, err = self.program.run("statistics", self.log, *JANUARY, "--publish", "--json")
        self.assertEqual((code, json.loads(out)), (5, first))
        self.assertIn("published already", err)

    def refused_to_reporter(self, *words):
        code, out, err = self.program.run("statistics", self.log, *words, "--as", "rep", "--json")
        return (code, out) == (5, "") and "reporting consumer gets published periods only" in err

    def publish_by_hand(self, start, end):
        code, _, err = self.program.append(
            event("StatisticsPublished", "ada", {"from": start, "to": end, "figures": {}}))
        self.assertEqual(code, 0, err)

    def test_a_reporter_gets_published_periods_only(self):
        self.assertTrue(self.refused_to_reporter(*JANUARY))
        first = self.figures(*JANUARY, "--publish")
        self.assertTrue(self.refused_to_reporter(*PERIOD))
        self.assertEqual(self.figures(*JANUARY, "--as", "rep", "--known-at", "1"), first)
        # By way of append: another time the same, not whole months, a month more.
        for end in ("2026-01-31", "2026-01-30", "2026-02-28"):
            self.publish_by_hand("2026-01-01", end)
        self.assertEqual(self.figures(*JANUARY, "--as", "rep"), first)
        for end in ("2026-01-30", "2026-02-28"):
            self.assertTrue(self.refused_to_reporter("--from", "2026-01-01", "--to", end))

    def test_nothing_is_published_when_the_file_cannot_be_written(self):
        out, link = self.program.place / "figures.json", self.program.place / "link.json"
        link.symlink_to(out)
        for path, code in ((self.program.place / "nowhere" / "figures.json", 4), (link, 5),
                           (self.program.place, 5), ("/dev/null", 5)):
            self.assertEqual(self.program.run("statistics", self.log, *JANUARY, "--publish", "--out",
                                              str(path))[0], code, path)
        self.assertEqual(self.program.run("statistics", self.log, *JANUARY, "--out", str(link))[0], 5)
        self.assertEqual(self.program.run("statistics", self.log, *JANUARY, "--publish", "--as",
                                          "dag", "--out", str(out))[0], 5)
        self.assertIsNone(self.figures(*JANUARY)["published"])
        self.assertTrue(link.is_symlink())
        self.assertEqual([p for p in self.program.place.iterdir() if "figures" in p.name], [])
        self.program.ok("statistics", self.log, *JANUARY, "--publish", "--out", str(out))
        self.assertEqual(json.loads(out.read_text()), self.figures(*JANUARY))
        self.assertEqual([p for p in self.program.place.iterdir() if ".new" in p.name], [])

    def test_what_may_not_be_published_is_refused(self):
        for words, code in ((("--from", "2026-01-01", "--to", "2026-01-30"), 5),
                            (("--from", "2026-01-12", "--to", "2026-02-11"), 5),
                            (("--from", "2099-01-01", "--to", "2099-01-31"), 5),
                            ((*JANUARY, "--as", "dag"), 5), ((*JANUARY, "--known-at", "9"), 2),
                            (("--from", "soon", "--to", "2026-01-31"), 2),
                            (("--from", "2026-01-31", "--to", "2026-01-01"), 2)):
            got, out, err = self.program.run("statistics", self.log, *words, "--publish")
            self.assertEqual((got, out), (code, ""), (words, err))
        self.program.ok("statistics", self.log, *JANUARY, "--publish", "--as", "ada")
        self.assertEqual(self.program.run("statistics", self.log, "--from", "2026-01-01", "--to",
                                          "2026-02-28", "--publish")[0], 5)


class Profile(WithScenario):
    def record(self, *words):
        code, out, _ = self.program.run("profile", *words)
        return code, json.loads(out).get("error", {}).get("code")

    def propose(self, changes, name="changes.toml", by="ada", start="2099-01-01"):
        path = self.program.place / name
        path.write_text(changes)
        return self.record("propose", self.log, str(path), "--effective-from", start, "--by", by)

    def show(self, *words):
        return json.loads(self.program.ok("profile", "show", self.log, *words, "--json"))

    def test_a_version_is_proposed_by_one_and_approved_by_another(self):
        self.assertEqual(self.propose('minutesDays = "5wd"\nsmallCellMin = 7\n'), (0, None))
        waiting = self.show()
        self.assertEqual((waiting["version"], waiting["proposal"]["by"]), (1, "ada"))
        pending = json.loads(self.program.ok("profile", "diff", self.log, "1", "2", "--json"))
        self.assertEqual(pending["changes"], {"minutesDays": {"from": 7, "to": "5wd"},
                                              "smallCellMin": {"from": 5, "to": 7}})
        self.assertEqual(self.record("approve", self.log, "2", "--by", "ada"), (5, "two-persons"))
        self.assertEqual(self.record("approve", self.log, "2", "--by", "dag"), (5, "role-not-held"))
        self.assertEqual(self.record("approve", self.log, "3", "--by", "founder"),
                         (5, "unknown-ref"))
        size = self.program.size()
        self.assertEqual(self.record("approve", self.log, "2", "--by", "founder"), (0, None))
        now, then = self.show(), self.show("--as-of", "2099-01-01")
        self.assertEqual((now["version"], then["version"], then["effectiveFrom"]),
                         (1, 2, "2099-01-01"))
        self.assertEqual(then["keys"]["smallCellMin"],
                         {"value": 7, "default": 5, "setBy": 2, "since": "2099-01-01"})
        self.assertEqual(then["keys"]["batonAcceptDays"],
                         {"value": 7, "default": 7, "setBy": 1, "since": None})
        self.assertEqual(self.show("--version", "2")["keys"], then["keys"])
        self.assertEqual(self.show("--version", "1")["keys"], now["keys"])
        self.assertEqual(self.show("--as-of", "2099-01-01", "--known-at", str(size))["version"], 1)
        self.assertEqual(self.program.run("profile", "show", self.log, "--version", "9")[0], 4)
        text = self.program.ok("profile", "show", self.log, "--version", "2")
        self.assertRegex(text, r"(?m)^smallCellMin +7  \(version 2\)  not the default$")
        self.assertIn('"5wd"', self.program.ok("profile", "diff", self.log, "1", "2"))

    def test_what_is_no_profile_is_refused_by_its_code(self):
        self.assertEqual(self.propose("nonsense = 1\n"), (5, "schema-invalid"))
        self.assertEqual(self.propose('{"smallCellMin": 2}', "changes.json"), (5, "schema-invalid"))
        self.assertEqual(self.propose('{"smallCellMin": 6}', "changes.json", start="2020-01-01"),
                         (5, "period-invalid"))
        self.assertEqual(self.propose("smallCellMin = 6\n", by="dag"), (5, "role-not-held"))
        path = self.program.place / "broken.toml"
        path.write_text("= 1")
        self.assertEqual(self.program.run("profile", "propose", self.log, str(path),
                                          "--effective-from", "2099-01-01", "--by", "ada")[0], 1)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
