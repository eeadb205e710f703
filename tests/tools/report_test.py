#!/usr/bin/env python3
"""The review report: its numbers are those that were planted.  report_test.py STAFETT SOURCE_DIR"""

import base64
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import xml.etree.ElementTree as ElementTree
from collections import Counter

from bundles import grant, happening
from erase_test import noted, with_cases
from program import NOTE, Program, begin, event
from rounds import ROUNDS

BINARY, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
RATES = SOURCE / "tests/projections/simulate/breaches.toml"
PERIOD = "2023-01-01..2025-12-31"
CASES = 60
HAS_PDF = bool(shutil.which("weasyprint")) and bool(shutil.which("pdftotext"))


def only_digits(text):
    """A number of the page; None: it is hidden."""
    digits = re.sub(r"\D", "", text)
    return int(digits) if digits else None


class Page:
    """A report as somebody else's parser reads it."""

    def __init__(self, path):
        self.text = pathlib.Path(path).read_text(encoding="utf-8")
        self.root = ElementTree.fromstring(self.text)

    def words(self, element=None):
        return " ".join("".join((self.root if element is None else element).itertext()).split())

    def rules(self):
        """Of each rule that applied: findings, cases with one, cases that it applied to."""
        rows = {}
        for row in self.root.iter("tr"):
            rule = row.get("data-rule")
            cases = next((cell for cell in row if cell.get("data-of")), None)
            if rule and cases is not None:
                found = next(cell for cell in row if cell.get("data-findings") is not None)
                rows[rule] = (only_digits(found.get("data-findings")),
                              only_digits(cases.get("data-cases")),
                              only_digits(cases.get("data-of")))
        return rows

    def one(self, name):
        return next(e for e in self.root.iter() if name in (e.get("class") or "").split())


def simulate(program):
    program.ok("simulate", program.log, "--cases", str(CASES), "--seed", "4", "--truth",
               str(program.place / "truth.jsonl"), "--breaches", str(RATES))
    grant(program)


class WithTown(unittest.TestCase):
    """A municipality with planted breaches, an auditor who may see all of it."""

    @classmethod
    def setUpClass(cls):
        shm = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        cls.place = tempfile.TemporaryDirectory(dir=shm)
        cls.addClassCleanup(cls.place.cleanup)
        cls.program = Program(BINARY, cls.place.name)
        cls.log = cls.program.log
        begin(simulate, cls.program)
        truth = cls.program.place / "truth.jsonl"
        cls.truth = [json.loads(line) for line in truth.read_text().splitlines()]

    def report(self, *words, name="report.html", source=None):
        out = self.program.place / name
        self.program.ok("audit", "report", source or self.log, str(out), "--period", PERIOD, *words)
        return Page(out)


class Numbers(WithTown):
    def test_they_are_those_that_were_planted(self):
        rules = self.report("--grant", "g1").rules()
        findings = Counter(one["rule"] for one in self.truth)
        self.assertGreater(len(findings), 5)
        self.assertEqual({r: n[0] for r, n in rules.items() if n[0]}, dict(findings))
        for rule, (_, cases, of) in rules.items():
            hit = {one["case"] for one in self.truth if one["rule"] == rule}
            self.assertEqual(cases, len(hit), rule)
            self.assertGreaterEqual(of, cases, rule)
        self.assertEqual(rules["F01"][2], CASES)

    def test_they_are_those_of_the_statistics(self):
        rules = self.report("--grant", "g1", "--no-verify").rules()
        figures = json.loads(self.program.ok("statistics", self.log, "--from", "2023-01-01", "--to",
                                             "2025-12-31", "--as", "uma", "--json"))
        cells = figures["figures"]["findings"]["cells"]
        self.assertEqual({r: n for r, n in cells.items() if n},
                         {r: n[0] for r, n in rules.items() if n[0]})

    def test_a_shorter_period_has_the_findings_that_began_in_it(self):
        out = self.program.place / "short.html"
        self.program.ok("audit", "report", self.log, str(out), "--period",
                        "2024-01-01..2024-12-31", "--grant", "g1", "--no-verify")
        known = [one for one in self.program.lines("findings", self.log, "--as-of", "2024-12-31",
                                                   "--json") if one["first"] >= "2024-01-01"]
        self.assertTrue(known)
        self.assertEqual({r: n[0] for r, n in Page(out).rules().items() if n[0]},
                         dict(Counter(one["rule"] for one in known)))

    def test_every_finding_is_shown_with_the_events_that_prove_it(self):
        page = self.report("--grant", "g1", "--shown", "100")
        known = self.program.lines("findings", self.log, "--as-of", "2025-12-31", "--json")
        shown = [row for table in page.root.iter("table") if table.get("class") == "shown"
                 for row in table.iter("tr") if row.find("td") is not None]
        self.assertEqual(len(shown), len(known))
        one = next(finding for finding in known if finding["proof"])
        history = self.program.lines("history", self.log, one["case"], "--json")
        anchor = next(e for e in history if e["id"] == one["proof"][0])
        section = next(s for s in page.root.iter("section") if s.get("id") == f"proof-{one['rule']}")
        positions = [b.text for b in section.iter("b") if b.get("class") == "position"]
        self.assertIn(str(anchor["position"]), positions)


class Sight(WithTown):
    def test_without_a_grant_small_numbers_are_hidden_and_no_case_is_named(self):
        size = self.program.size()
        page = self.report()
        self.assertEqual(self.program.size(), size)  # nothing of a case was read
        for rule, numbers in page.rules().items():
            for number in numbers:
                self.assertFalse(number and number < 5, (rule, numbers))
        self.assertIsNone(re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", page.text))
        self.assertEqual([t for t in page.root.iter("table") if t.get("class") == "shown"], [])

    def test_single_cases_need_a_grant(self):
        out = self.program.place / "refused.html"
        for words in (("--case", self.truth[0]["case"]), ("--sample", "2", "--seed", "x"),
                      ("--grant", "no-such")):
            code, _, err = self.program.run("audit", "report", self.log, str(out), "--period",
                                            PERIOD, *words)
            self.assertEqual((code, out.exists()), (5, False), err)

    def test_without_a_grant_a_report_is_of_whole_months_that_are_over(self):
        out = self.program.place / "refused.html"
        for period in ("2025-01-01..2025-06-29", "2025-01-02..2025-06-30", "2025-01-01..2999-12-31"):
            code, _, err = self.program.run("audit", "report", self.log, str(out), "--period",
                                            period)
            self.assertEqual((code, out.exists()), (5, False), err)
            self.assertIn("whole months", err)

    def test_the_auditors_read_and_the_export_are_recorded_in_every_case_that_is_shown(self):
        case = self.truth[0]["case"]
        self.report("--grant", "g1", "--case", case, "--shown", "0", "--no-verify")
        listed = json.loads(self.program.ok("access", self.log, case, "--json"))["list"]
        self.assertIn(("EntryRead", "uma", "auditor", "supervision"),
                      [(e["type"], e["person"], e["capacity"], e["purpose"]) for e in listed])
        self.assertIn("AuditExportMade", [e["type"] for e in listed])

    def test_figures_of_named_cases_are_recorded_in_them(self):
        cases = sorted({one["case"] for one in self.truth})[3:5]
        grant(self.program, name="two", cases=cases)
        self.report("--grant", "two", "--shown", "0", "--no-verify")
        for case in cases:
            listed = json.loads(self.program.ok("access", self.log, case, "--json"))["list"]
            self.assertIn(("EntryRead", "uma"), [(e["type"], e["person"]) for e in listed])
            self.assertIn("AuditExportMade", [e["type"] for e in listed])

    def test_who_makes_a_report_under_a_grant_must_be_somebody_who_may(self):
        out = self.program.place / "refused.html"
        for by, want in (("nobody-of-that-name", 4), ("dag", 5)):
            code, _, err = self.program.run("audit", "report", self.log, str(out), "--period",
                                            PERIOD, "--grant", "g1", "--shown", "0", "--by", by,
                                            "--no-verify")
            self.assertEqual((code, out.exists()), (want, False), err)

    def test_nobody_is_named(self):
        page = self.report("--grant", "g1", "--sample", "10", "--seed", "a word")
        words = set(page.words().split())
        for case in {one["case"] for one in self.truth}:
            for entry in self.program.lines("history", self.log, case, "--json")[:30]:
                if entry["actor"] != "system" and len(entry["actor"]) > 5:
                    self.assertNotIn(entry["actor"], words)
            break

    def test_a_grant_of_few_cases_gives_those(self):
        cases = sorted({one["case"] for one in self.truth})[:3]
        grant(self.program, name="few", cases=cases)
        page = self.report("--grant", "few", "--no-verify")
        known = Counter(one["rule"] for one in self.truth if one["case"] in cases)
        self.assertEqual({r: n[0] for r, n in page.rules().items() if n[0]}, dict(known))
        out = self.program.place / "other.html"
        other = next(one["case"] for one in self.truth if one["case"] not in cases)
        code, _, _ = self.program.run("audit", "report", self.log, str(out), "--period", PERIOD,
                                      "--grant", "few", "--case", other, "--no-verify")
        self.assertEqual((code, out.exists()), (5, False))


class Looks(WithTown):
    WORDS = ("--grant", "g1", "--sample", "3", "--seed", "a word", "--no-verify")

    def test_it_is_well_formed_and_needs_nothing_from_outside(self):
        page = self.report(*self.WORDS)
        self.assertIsNone(re.search(r"https?:|<script|src=|href=|url\(|@import", page.text))
        if shutil.which("xmllint"):
            done = subprocess.run(["xmllint", "--noout", str(self.program.place / "report.html")],
                                  capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_every_picture_is_told_in_words(self):
        page = self.report(*self.WORDS)
        ids = Counter(e.get("id") for e in page.root.iter() if e.get("id"))
        self.assertEqual([i for i, times in ids.items() if times > 1], [])
        pictures = list(page.root.iter("svg"))
        self.assertGreater(len(pictures), 4)
        for picture in pictures:
            self.assertEqual(picture.get("role"), "img")
            for name in picture.get("aria-labelledby").split():
                told = next(e for e in picture if e.get("id") == name)
                self.assertTrue(told.text.strip())
        self.assertEqual(len([t for t in page.root.iter("table") if t.get("class") == "course"]), 3)

    def test_each_language_has_all_of_it(self):
        pages = {tag: self.report(*self.WORDS, "--language", tag) for tag in ("nb", "nn", "en")}
        shapes = {tag: [e.tag for e in page.root.iter() if e.tag not in ("li",)]
                  for tag, page in pages.items()}
        self.assertEqual(shapes["nb"], shapes["nn"])
        self.assertEqual(shapes["nb"], shapes["en"])
        for tag, page in pages.items():
            self.assertEqual(page.root.get("lang"), tag)
            self.assertIsNone(re.search(r"\{\w+\}", page.words(page.root.find("body"))))
        self.assertIn("Det viktigste", pages["nb"].words())
        self.assertIn("Det viktigaste", pages["nn"].words())
        self.assertIn("At a glance", pages["en"].words())

    def test_the_same_seed_draws_the_same_cases(self):
        def drawn(seed):
            page = self.report("--grant", "g1", "--shown", "0", "--sample", "5", "--seed", seed,
                               "--no-verify")
            return [p.get("aria-labelledby") for p in page.root.iter("svg")
                    if p.get("aria-labelledby").startswith("case-")]
        first = drawn("one")
        self.assertEqual((len(first), drawn("one")), (5, first))
        self.assertNotEqual(drawn("two"), first)

    def test_a_signal_leaves_nothing_beside_a_pdf(self):
        place = self.program.place / "stopped"
        place.mkdir()
        for name in ("begun", "go"):
            os.mkfifo(place / name)
        program = place / "weasyprint"
        program.write_text(f"#!/bin/sh\necho x > {place}/begun\nread word < {place}/go\n")
        program.chmod(0o755)
        out = place / "report.pdf"
        making = subprocess.Popen([BINARY, "audit", "report", self.log, str(out), "--period", PERIOD,
                                   "--grant", "g1", "--no-verify"],
                                  env={**os.environ, "PATH": f"{place}:{os.environ['PATH']}"},
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(place / "begun", encoding="utf-8") as begun:  # it has its page by now
            begun.read()
        before = [name for name in os.listdir(place) if name.startswith("report.pdf.partial-")]
        self.assertEqual(len(before), 1)
        self.assertEqual((place / before[0]).stat().st_mode & 0o077, 0)
        making.terminate()
        self.assertLess(making.wait(timeout=60), 0)
        self.assertEqual([n for n in os.listdir(place) if n.startswith("report")], [])
        with open(place / "go", "w", encoding="utf-8") as go:
            go.write("x\n")

    @unittest.skipUnless(HAS_PDF, "needs weasyprint and pdftotext")
    def test_the_pdf_is_tagged_and_says_the_same(self):
        out = self.program.place / "report.pdf"
        self.program.ok("audit", "report", self.log, str(out), "--period", PERIOD, "--grant", "g1",
                        "--no-verify")
        data = out.read_bytes()
        self.assertTrue(data.startswith(b"%PDF"))
        self.assertEqual(out.stat().st_mode & 0o077, 0)
        told = subprocess.run(["pdfinfo", str(out)], capture_output=True, text=True, check=True)
        self.assertRegex(told.stdout, r"Tagged:\s+yes")
        text = subprocess.run(["pdftotext", "-l", "1", str(out), "-"], capture_output=True,
                              text=True, check=True).stdout
        for word in ("Det viktigste", "Hva som er bevist", "stafett.example"):
            self.assertIn(word, text)
        self.assertEqual([n for n in os.listdir(self.place.name) if "partial" in n], [])

    def test_without_the_program_for_pdf_that_is_said_and_nothing_is_recorded(self):
        size = self.program.size()
        out = self.program.place / "none.pdf"
        done = subprocess.run([BINARY, "audit", "report", self.log, str(out), "--period", PERIOD,
                               "--grant", "g1"], env={"PATH": "/nowhere"}, capture_output=True,
                              text=True, check=False)
        self.assertEqual((done.returncode, out.exists()), (4, False))
        self.assertIn("weasyprint is not installed", done.stderr)
        self.assertEqual(self.program.size(), size)


class Proofs(WithTown):
    def test_what_verification_said_is_on_it_and_can_be_given_as_a_file(self):
        report = self.program.place / "verify.json"
        report.write_text(self.program.run("verify", self.log, "--json")[1])
        said = json.loads(report.read_text())
        for words in (("--report", str(report)), ()):
            page = self.report("--grant", "g1", *words)
            self.assertIn("I orden", page.words(page.one("proven")))
            facts = page.words(page.one("facts"))
            self.assertIn("stafett.example", facts)
            if words:
                self.assertIn(said["root"], facts)
        self.assertIn("ble ikke kontrollert",
                      Page(self.program.place / "report.html").words(
                          self.report("--no-verify").one("proven")))

    def test_a_report_of_another_log_is_refused(self):
        report = self.program.place / "other.json"
        said = json.loads(self.program.run("verify", self.log, "--json")[1])
        root = base64.b64encode(bytes(32)).decode()
        for change in ({"origin": "stafett.example/9902"}, {"errors": 3}, {"size": 1 << 40},
                       {"root": root}):
            report.write_text(json.dumps({**said, **change}))
            out = self.program.place / "refused.html"
            code, _, _ = self.program.run("audit", "report", self.log, str(out), "--period", PERIOD,
                                          "--report", str(report))
            self.assertIn(code, (1, 2), change)
            self.assertFalse(out.exists())

    def test_a_report_of_less_than_is_told_is_not_called_in_order(self):
        report = self.program.place / "verify.json"
        report.write_text(self.program.run("verify", self.log, "--level", "3", "--json")[1])
        words = []
        for _ in range(2):  # the first records what it shows: the log has grown
            page = self.report("--grant", "g1", "--report", str(report))
            words.append(page.words(page.one("proven")))
            report.write_text(self.program.run("verify", self.log, "--json")[1])
            self.report("--grant", "g1", "--no-verify")
        for told in words:
            self.assertIn("IKKE KONTROLLERT I SIN HELHET", told)
            self.assertNotIn("I orden", told)
            self.assertIn("som en fil", told)

    def test_a_damaged_log_is_told_on_page_one(self):
        if not shutil.which("ldb"):
            self.skipTest("needs ldb")
        place = self.program.place / "damaged"
        for name in os.listdir(self.program.place):
            if name.startswith("log"):
                (place / name).parent.mkdir(exist_ok=True)
                shutil.copytree(self.program.place / name, place / name)
        broken = Program(BINARY, place)
        case = self.truth[0]["case"]
        position = broken.lines("history", broken.log, case, "--json")[0]["position"]
        ldb = ["ldb", f"--db={broken.log}", "--column_family=parts"]
        rows = subprocess.run([*ldb, "scan", "--hex", "--key_hex", "--value_hex"], check=True,
                              capture_output=True, text=True).stdout.splitlines()
        key, value = next(row.split(" : ") for row in rows if row.startswith(f"0x{position:016X}"))
        subprocess.run([*ldb, "put", "--hex", key, value[:-1] + f"{int(value[-1], 16) ^ 1:X}"],
                       check=True, capture_output=True)
        out = place / "report.html"
        code, _, err = broken.run("audit", "report", broken.log, str(out), "--period", PERIOD,
                                  "--grant", "g1")
        self.assertEqual(code, 1, err)
        page = Page(out)
        self.assertIn("IKKE I ORDEN", page.words(page.one("proven")))
        rules = page.rules()
        self.assertEqual(rules["F58"][:2], (1, 1))
        whole = Counter(one["rule"] for one in self.truth if one["case"] != case)
        self.assertEqual({r: n[0] for r, n in rules.items() if n[0] and r != "F58"}, dict(whole))


class Bundles(WithTown):
    def test_a_bundle_gives_the_same_numbers_without_the_log(self):
        bundle = self.program.place / "bundle"
        self.program.ok("audit", "bundle", self.log, str(bundle), "--grant", "g1")
        moved = self.program.place / "elsewhere"
        shutil.copytree(bundle, moved)
        page = self.report("--sample", "2", "--seed", "x", source=str(moved))
        self.assertEqual({r: n[0] for r, n in page.rules().items() if n[0]},
                         dict(Counter(one["rule"] for one in self.truth)))
        self.assertIn("I orden", page.words(page.one("proven")))
        self.assertEqual(len([t for t in page.root.iter("table") if t.get("class") == "course"]), 2)
        checkpoint = (bundle / "checkpoint").read_text().split("\n")[2]
        self.assertIn(checkpoint, page.words())
        data = bytearray((moved / "cases.jsonl").read_bytes())
        data[len(data) // 2] ^= 1
        (moved / "cases.jsonl").write_bytes(data)
        out = self.program.place / "bad.html"
        code, _, _ = self.program.run("audit", "report", str(moved), str(out), "--period", PERIOD)
        self.assertEqual((code, out.exists()), (3, False))


    def test_a_case_that_is_named_and_drawn_is_shown_once(self):
        bundle = self.program.place / "once"
        self.program.ok("audit", "bundle", self.log, str(bundle), "--grant", "g1")
        case = self.truth[0]["case"]
        page = self.report("--case", case, "--case", case, "--sample", "200", "--seed", "x",
                           source=str(bundle))
        ids = Counter(e.get("id") for e in page.root.iter() if e.get("id"))
        self.assertEqual([i for i, times in ids.items() if times > 1], [])


class Erased(unittest.TestCase):
    def setUp(self):
        self.place = tempfile.TemporaryDirectory()
        self.addCleanup(self.place.cleanup)
        self.program = with_cases(self.place.name)
        grant(self.program)

    def erase(self, case):
        log = self.program.log
        order = self.program.ok("erase", "order", log, "--case", case, "--basis", "court", "--by",
                                "admin").strip()
        self.program.ok("erase", "approve", log, order, "--by", "second")
        self.program.ok("erase", "run", log, order)

    def report(self, name):
        out = self.program.place / "r.html"
        self.program.ok("audit", "report", self.program.log, str(out), "--period",
                        "2026-01-01..2026-12-31", "--grant", name, "--no-verify", "--language", "en")
        return Page(out).words()

    def test_erased_cases_are_counted_whether_somebody_had_read_them_or_nobody(self):
        self.erase("goes-1")
        self.assertIn("not counted: 1.", self.report("g1"))  # has read the others
        self.erase("goes-2")
        self.assertIn("not counted: 2.", self.report("g1"))

    def test_a_grant_that_names_an_erased_case_and_one_that_never_began_covers_the_others(self):
        grant(self.program, name="some", cases=("goes-1", "stays", "never-began"))
        self.erase("goes-1")
        self.assertEqual(self.program.append(noted("stays", 70))[0], 0)
        page = self.report("some")
        self.assertIn("1 cases were active", page)
        self.assertIn("not counted: 1.", page)

    def test_an_auditor_who_is_none_any_more_gets_no_figures(self):
        gone = happening("PersonRegistered", "admin",
                         {"person": "uma", "roles": ["auditor"], "active": False})
        self.assertEqual(self.program.append(gone)[0], 0)
        out = self.program.place / "r.html"
        code, _, err = self.program.run("audit", "report", self.program.log, str(out), "--period",
                                        "2026-01-01..2026-12-31", "--grant", "g1", "--shown", "0",
                                        "--no-verify")
        self.assertEqual((code, out.exists()), (5, False), err)


class Words(unittest.TestCase):
    def setUp(self):
        self.place = tempfile.TemporaryDirectory()
        self.addCleanup(self.place.cleanup)
        self.program = Program(BINARY, self.place.name)
        self.program.make()

    def test_what_cannot_be_asked_is_refused(self):
        out = str(self.program.place / "r.html")
        for want, words in ((2, ["--period", "2026-01-01"]), (2, ["--period", "9990-01-01..9991-01-01"]),
                            (2, ["--period", PERIOD, "--language", "de"]), (2, []),
                            (2, ["--period", PERIOD, "--sample", "3"]),
                            (2, ["--period", PERIOD, "--shown", "1000"]),
                            (2, ["--period", PERIOD, "--key", "x"])):
            code, _, err = self.program.run("audit", "report", self.program.log, out, *words)
            self.assertEqual((code, os.path.exists(out)), (want, False), (words, err))
        code, _, _ = self.program.run("audit", "report", self.program.log, "/dev/null", "--period",
                                      PERIOD)
        self.assertEqual(code, 5)

    def test_a_log_with_nothing_in_the_period_gives_a_report_that_says_so(self):
        out = self.program.place / "r.html"
        self.program.ok("audit", "report", self.program.log, str(out), "--period",
                        "2001-01-01..2001-12-31")
        self.assertIn("Ingen saker var aktive i perioden", Page(out).words())

    def test_text_from_outside_stays_text(self):
        grant(self.program)
        self.assertEqual(self.program.append(NOTE, event(
            "ServiceRegistered", "admin", {"service": "b", "kind": "ppt", "names": {
                "nb": "<b>", "nn": "<b>", "en": "<b>"}}))[0], 0)
        out = self.program.place / "r.html"
        self.program.ok("audit", "report", self.program.log, str(out), "--period",
                        "2026-01-01..2026-12-31", "--grant", "g1", "--case", "case-1",
                        "--municipality", '<script>"Test" & kommune</script>')
        self.assertIn('<script>"Test" & kommune</script>', Page(out).words())
        self.assertNotIn("<script", out.read_text())


@unittest.skipUnless(ROUNDS == "full", "a large town")
class Large(unittest.TestCase):
    CASES, SECONDS_MAX = 20_000, 60

    def test_20_000_cases_take_less_than_a_minute(self):
        with tempfile.TemporaryDirectory() as place:
            program = Program(BINARY, place)
            truth = program.place / "truth.jsonl"
            subprocess.run([BINARY, "simulate", program.log, "--cases", str(self.CASES), "--truth",
                            str(truth), "--breaches", str(RATES)], check=True, capture_output=True)
            grant(program)
            report = program.place / "verify.json"
            with open(report, "w", encoding="utf-8") as out:
                subprocess.run([BINARY, "verify", program.log, "--json"], check=True, stdout=out)
            page = program.place / "report.html"
            begun = time.monotonic()
            subprocess.run([BINARY, "audit", "report", program.log, str(page), "--period", PERIOD,
                            "--grant", "g1", "--report", str(report)], check=True)
            took = time.monotonic() - begun
            print(f"{self.CASES} cases: {took:.1f} s", file=sys.stderr)
            planted = Counter(json.loads(line)["rule"] for line in truth.read_text().splitlines())
            self.assertEqual({r: n[0] for r, n in Page(page).rules().items() if n[0]},
                             dict(planted))
            self.assertLess(took, self.SECONDS_MAX)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
