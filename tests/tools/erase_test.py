#!/usr/bin/env python3
"""Cases are erased for good, whenever the program is killed.  erase_test.py STAFETT SOURCE"""

import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

import program
from program import NOTE, RAISED, Program, Server, begin, event
from rounds import SEED, by_rounds

BINARY = sys.argv[1]
ROUNDS = by_rounds(few=3, small=10, full=60)
WORDS = ("alone-in-every-break", "child-that-goes")
SECOND = event("PersonRegistered", "admin", {"person": "second", "roles": ["admin"],
                                             "active": True})


def raised(case, words="something else", child="kim"):
    return {**{key: value for key, value in RAISED.items() if key != "id"}, "case": case,
            "data": {**RAISED["data"], "summary": words, "subject": child}}


def noted(case, number):
    return {**NOTE, "case": case, "data": {**NOTE["data"], "note": f"n{number}"}}


def prepare(made):
    """A log with three cases, two of which are to go; views; a place for copies of the table."""
    made.make()
    code, answers, _ = made.append(
        SECOND, raised("goes-1", *WORDS), raised("goes-2", "also this", "kim-2"), raised("stays"),
        *[noted(case, n) for n in range(6) for case in ("goes-1", "goes-2", "stays")])
    assert code == 0, answers
    made.ok("rebuild", made.log)
    (made.place / "copies").mkdir()
    shutil.copy(made.log + ".keys/table", made.place / "copies/table")
    (made.place / "log.keys/no-shares").touch()


def with_cases(place):
    """What prepare() makes, and where its copies are is written down."""
    made = Program(BINARY, place)
    begin(prepare, made)
    name_copies(made)
    return made


def name_copies(made):
    (made.place / "log.keys/places").write_text(f"# kept here\n{made.place}/copies/\n")


class WithCases(unittest.TestCase):
    def setUp(self):
        shm = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        place = tempfile.TemporaryDirectory(dir=shm)
        self.addCleanup(place.cleanup)
        self.program = with_cases(place.name)
        self.log = self.program.log

    def order(self, *cases):
        words = [word for case in cases for word in ("--case", case)]
        return self.program.ok("erase", "order", self.log, *words, "--basis", "court", "--by",
                               "admin").strip()

    def approved(self, *cases):
        order = self.order(*cases)
        self.program.ok("erase", "approve", self.log, order, "--by", "second")
        return order

    def verified(self, level):
        code, out, err = self.program.run("verify", self.log, "--level", str(level), "--json")
        self.assertEqual(code, 0, out + err)
        return json.loads(out)

    def erased(self, case):
        for words in (["case"], ["history"], ["findings"]):
            named = ["--case", case] if words == ["findings"] else [case]
            code, out, err = self.program.run(*words, self.log, *named, "--json")
            self.assertEqual((code, out), (4, ""), err)
            self.assertIn("erased", err)
        code, answers, _ = self.program.append(noted(case, 99))
        self.assertEqual((code, answers[0]["error"]["code"]), (5, "erased"))

    def nowhere(self, words):
        for path in self.program.place.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                for word in words:
                    self.assertNotIn(word.encode(), content, path)


class TheCeremony(WithCases):
    def test_two_people_erase_a_case_and_nothing_else_changes(self):
        before = self.program.lines("case", self.log, "stays", "--json")[0]
        order = self.order("goes-1")
        self.assertEqual(self.status()["state"], "ordered")
        self.assertEqual(self.program.run("erase", "run", self.log, order)[0], 5)
        self.assertEqual(
            self.program.run("erase", "approve", self.log, order, "--by", "admin")[0], 5)
        self.assertEqual(self.program.run("erase", "approve", self.log, order, "--by", "second",
                                          "--case", "goes-2")[0], 5)
        self.program.ok("erase", "approve", self.log, order, "--by", "second", "--case", "goes-1")
        self.assertEqual(self.status()["state"], "approved")
        done = json.loads(self.program.ok("erase", "run", self.log, order, "--json"))
        self.assertEqual((done["cases"], done["places"]), (1, 1))
        status = self.status()
        self.assertEqual((status["state"], status["basis"]), ("completed", "court"))
        self.assertEqual(status["completed"]["partsDeleted"], done["partsDeleted"])
        self.erased("goes-1")
        self.nowhere(WORDS)
        for level in range(6):
            report = self.verified(level)
        self.assertEqual(report["erased"], done["partsDeleted"])
        after = self.program.lines("case", self.log, "stays", "--json")[0]
        self.assertEqual(before, after)
        self.assertEqual(self.program.append(noted("stays", 50))[0], 0)
        entry = next(e for e in self.program.lines("log", self.log, "--json")
                     if e.get("event", {}).get("type") == "ErasureOrdered")
        position = entry["event"]["ranges"][0]["first"]
        proof = program.parse_proof(self.program.ok("proof", self.log, str(position)))
        self.assertEqual(proof[0], position)
        self.program.ok("rebuild", self.log)
        self.program.ok("erase", "run", self.log, order)  # once more changes nothing

    def status(self):
        return self.program.lines("erase", "status", self.log, "--json")[0]

    def test_where_copies_of_the_table_are_must_be_said(self):
        order = self.approved("goes-1")
        (self.program.place / "log.keys/places").unlink()
        code, _, err = self.program.run("erase", "run", self.log, order)
        self.assertEqual(code, 2, err)
        self.assertEqual(self.program.run("erase", "run", self.log, order, "--place",
                                          str(self.program.place / "unmounted"))[0], 1)
        self.assertEqual(self.verified(5)["erased"], 0)
        self.program.ok("erase", "run", self.log, order, "--no-places")
        self.erased("goes-1")

    def test_the_new_root_key_goes_to_shares_unless_nobody_has_any(self):
        order = self.approved("goes-1")
        keys = self.program.place / "log.keys"
        (keys / "no-shares").unlink()
        run = ("erase", "run", self.log, order)
        shares = [str(self.program.place / f"share-{number}") for number in range(3)]
        named = [word for share in shares for word in ("--share", share)]
        for words in ((), named, (*named, "--threshold", "4"), (*named, "--threshold", "1")):
            code, _, err = self.program.run(*run, *words)
            self.assertEqual(code, 2, err)
        self.assertEqual(self.verified(5)["erased"], 0)
        code, _, err = self.program.run(*run, *named, "--threshold", "2", "--place",
                                        str(self.program.place / "unmounted"))
        self.assertEqual(code, 1, err)
        unused = pathlib.Path(shares[0]).read_bytes()
        self.program.ok(*run, *named, "--threshold", "2")  # the unused ones are in nobody's way
        self.assertNotEqual(pathlib.Path(shares[0]).read_bytes(), unused)
        self.erased("goes-1")
        newest = (keys / "root.key").read_bytes()
        (keys / "root.key").unlink()
        self.program.ok("keys", "recover", self.log, *shares[1:])
        self.assertEqual((keys / "root.key").read_bytes(), newest)
        again = self.approved("goes-2")
        code, _, err = self.program.run("erase", "run", self.log, again, *named, "--threshold", "2")
        self.assertNotEqual(code, 0, err)  # shares are never overwritten
        self.assertEqual((keys / "root.key").read_bytes(), newest)
        self.program.ok("erase", "run", self.log, again, "--no-shares")
        self.erased("goes-2")

    def test_who_approves_is_told_the_basis_and_what_goes(self):
        order = self.order("goes-1", "goes-2")
        code, _, err = self.program.run("erase", "approve", self.log, order, "--by", "second")
        self.assertEqual(code, 0, err)
        told = [line.removeprefix("stafett: ") for line in err.splitlines()]
        for line in ("basis: court", "goes-1: its content", "goes-2: its content"):
            self.assertLess(told.index(line), told.index("approved"))
        report = self.verified(4)
        self.assertEqual([one["order"] for one in report["erasures"]], [order])
        self.assertEqual([report["erasures"][0][act]["custody"] for act in ("ordered", "approved")],
                         ["custodial", "custodial"])

    def test_a_place_may_be_named_from_where_one_stands(self):
        order = self.approved("goes-1")
        done = self.program.ok("erase", "run", self.log, order, "--json", "--place",
                               os.path.relpath(self.program.place / "copies") + "/")
        self.assertEqual(json.loads(done)["places"], 1)  # it is the one of the file

    def test_the_figures_count_an_erased_case_no_more(self):
        words = ("statistics", self.log, "--from", "2026-01-01", "--to", "2026-12-31", "--as",
                 "admin", "--json")
        before = self.program.ok(*words)
        self.assertEqual(before, self.program.ok(*words))
        self.program.ok("erase", "run", self.log, self.approved("goes-1", "goes-2"))
        self.assertNotEqual(before, self.program.ok(*words))

    def test_a_server_says_gone(self):
        self.program.ok("erase", "run", self.log, self.approved("goes-1"))
        token = self.program.ok("token", self.log, "lise").strip()
        with Server(BINARY, self.log) as server:
            def ask(path):
                words = ["curl", "-s", "-o", "-", "-w", "\n%{http_code}", server.urls[0] + path,
                         "-H", f"Authorization: Bearer {token}", "-H", "Stafett-Purpose: followUp",
                         "-H", "Stafett-Visit: v1"]
                return subprocess.run(words, capture_output=True, text=True, check=True).stdout
            for path in ("", "/history", "/findings", "/access"):
                answer = ask("/v1/cases/goes-1" + path)
                self.assertTrue(answer.endswith("\n410"), answer)
                self.assertIn('"code":"erased"', answer)
            self.assertTrue(ask("/v1/cases/stays").endswith("\n200"))
            listed = ask("/v1/cases")
            self.assertNotIn("goes-1", listed)
            self.assertIn("stays", listed)


class Served(WithCases):
    def next_note(self, server, event):
        for line in server.process.stderr:
            if line.startswith("{") and json.loads(line)["event"] == event:
                return json.loads(line)
        raise AssertionError("the server has ended")

    def test_a_server_carries_out_what_was_approved_and_records_meanwhile(self):
        order = self.approved("goes-1")
        token = self.program.ok("token", self.log, "lise").strip()
        with Server(BINARY, self.log) as server:
            sent = 0
            while True:  # each note in turn, until the erasure is done
                line = server.process.stderr.readline()
                self.assertTrue(line, "the server has ended")
                if not line.startswith("{"):
                    continue
                note = json.loads(line)
                self.assertNotIn(note["event"], ("erasure-failed", "erasure-waits"), note)
                if note["event"] == "erasure-completed":
                    self.assertEqual(note["detail"], order)
                    break
                if note["event"] != "erasure-step":
                    continue
                sent += 1
                words = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}",
                         server.urls[0] + "/v1/events", "-H", f"Authorization: Bearer {token}",
                         "-H", "Content-Type: application/json", "-d",
                         json.dumps(noted("stays", 100 + sent))]
                self.assertEqual(subprocess.run(words, capture_output=True, text=True,
                                                check=True).stdout, "201")
            self.assertGreater(sent, 3)
        self.erased("goes-1")
        self.assertGreater(self.verified(5)["erased"], 0)

    def test_without_a_word_on_copies_of_the_table_it_waits(self):
        self.approved("goes-1")
        (self.program.place / "log.keys/places").unlink()
        with Server(BINARY, self.log) as server:
            self.assertIn("places", self.next_note(server, "erasure-waits")["detail"])
        self.assertEqual(self.verified(5)["erased"], 0)

    def test_where_shares_are_or_views_cannot_be_opened_it_waits(self):
        self.approved("goes-1")
        (self.program.place / "log.keys/no-shares").unlink()
        with Server(BINARY, self.log) as server:
            self.assertIn("no-shares", self.next_note(server, "erasure-waits")["detail"])
        (self.program.place / "log.keys/no-shares").touch()
        for path in (self.program.place / "log.views").glob("*.sst"):
            path.write_bytes(b"")
        for path in (self.program.place / "log.views").glob("MANIFEST-*"):
            path.write_bytes(b"no manifest")
        with Server(BINARY, self.log) as server:
            self.assertIn("views", self.next_note(server, "erasure-waits")["detail"])
        self.assertEqual(self.verified(5)["erased"], 0)
        self.program.ok("rebuild", self.log)
        with Server(BINARY, self.log) as server:
            self.next_note(server, "erasure-completed")
        self.erased("goes-1")


class Killed(unittest.TestCase):
    """Killed at any moment, the next run ends what was begun; until then nobody else is harmed."""

    def test_rounds(self):
        chance = random.Random(SEED)
        with tempfile.TemporaryDirectory(
                dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None) as place:
            template = pathlib.Path(place) / "template"
            template.mkdir()
            made = with_cases(template)
            order = made.ok("erase", "order", made.log, "--case", "goes-1", "--case", "goes-2",
                            "--basis", "court", "--by", "admin").strip()
            made.ok("erase", "approve", made.log, order, "--by", "second")
            longest = None
            for number in range(ROUNDS):
                with self.subTest(number=number):
                    longest = self.round(template, pathlib.Path(place) / str(number), order,
                                         chance, longest)

    def round(self, template, place, order, chance, longest):
        shutil.copytree(template, place)
        (place / "log.keys/places").write_text(f"{place}/copies\n")
        one = Program(BINARY, place)
        words = [BINARY, "erase", "run", one.log, order]
        if longest is None:
            start = time.monotonic()
            one.ok(*words[1:])
            longest = time.monotonic() - start
        else:
            for _ in range(3):
                with subprocess.Popen(words, stdout=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL) as run:
                    try:
                        run.wait(chance.uniform(0, longest))
                    except subprocess.TimeoutExpired:
                        run.kill()
                code, out, err = one.run("verify", one.log, "--level", "4", "--json")
                self.assertEqual(code, 0, out + err)
            code, answers, _ = one.append(noted("stays", 70))
            self.assertEqual(code, 0, answers)
            one.ok("erase", "run", one.log, order)
        code, out, err = one.run("verify", one.log, "--level", "5", "--json")
        self.assertEqual(code, 0, out + err)
        for case in ("goes-1", "goes-2"):
            self.assertEqual(one.run("case", one.log, case)[0], 4)
        one.ok("case", one.log, "stays")
        left = sorted(path.name for path in (place / "log.keys").iterdir())
        self.assertEqual(left, ["actors", "log.key", "no-shares", "places", "root.key", "table"])
        self.assertEqual((place / "copies/table").read_bytes()[:96],
                         (place / "log.keys/table").read_bytes()[:96])
        shutil.rmtree(place)
        return longest


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
