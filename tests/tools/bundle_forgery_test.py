#!/usr/bin/env python3
"""Bundles by whoever has the log's key, and the whole machine.  bundle_forgery_test.py STAFETT DIR

Each is right but for one thing, which only the events' own signatures, the log's past or somebody
outside can contradict. Both verifiers are asked; where only ours can tell, that is said.
"""

import base64
import hashlib
import importlib.util
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import unittest
from types import SimpleNamespace

import bundles
from bundles import Bundle, WithCase, WithPlace, codes, grant, happening, raised
from erase_test import name_copies, noted, prepare
from program import NOTE, event

WithPlace.binary, WithPlace.source = sys.argv[1], pathlib.Path(sys.argv[2])
LIAR = pathlib.Path(sys.argv[1]).parent.parent / "tests/tools/bundle_liar"
OURS, BOTH = "only stafett verify reads what events say", "both"


def later(time, **more):
    return {**event("NoteAdded", "lise", {"note": "n9", "kind": "general", "text": "x"}, **more),
            "occurredAt": time}


class Forging(WithCase):
    def told(self, bad, code, who=BOTH):
        """That this, and nothing else, is said of it."""
        self.assertEqual(codes(bad.verify()), {code})
        self.assertEqual(bad.verify_elsewhere()["ok"], who is not BOTH)

    def lied(self, words, change, name="lied", held=()):
        """As the honest bundle, but for the scope, of which the log was told as it is now."""
        honest = self.bundle(*words, name=f"{name}-honest")
        scope = honest.lines("scope.json")[0]
        change(scope)
        path = self.program.place / f"{name}.json"
        path.write_text(json.dumps(scope, ensure_ascii=False, separators=(",", ":")) + "\n")
        subprocess.run([LIAR, self.log, self.program.place / name, path, "admin", *held], check=True)
        return Bundle(self.program, self.source, self.program.place / name)


class Samples(Forging):
    def beginning(self, program):
        super().beginning(program)
        self.assertEqual(program.append(
            *[raised(f"case-{n}", f"child-{n}") for n in range(2, 7)])[0], 0)

    def test_cases_left_out_of_the_draw_are_told(self):
        grant(self.program)
        self.assertEqual(self.program.run("audit", "bundle", self.log, "x", "--case", "case-1",
                                          "--sample", "1", "--seed", "x")[0], 2)
        good = self.bundle("--sample", "2", "--seed", "x")
        self.assert_holds(good)
        drawn = good.lines("scope.json")[0]["cases"]

        def hand_pick(lines):
            for line in lines:
                line["among"] = line["case"] in drawn
        self.told(good.forged("population.jsonl", hand_pick), ("population.jsonl", "file"))

    def test_a_sample_of_fewer_cases_than_the_grant_covers_is_told(self):
        grant(self.program)
        words = ("--sample", "2", "--seed", "x")

        def of_grant(scope):
            scope["sample"]["of"] = "grant"
        bad = self.lied(words, of_grant)
        drawn = bad.lines("scope.json")[0]["cases"]
        few = bad.forged("population.jsonl", lambda lines: [
            {**line, "streams": []} for line in lines if line["case"] in drawn])
        self.told(few, ("population.jsonl", "sample"), OURS)

    def test_cases_of_a_grant_for_some_are_all_drawn_from(self):
        grant(self.program, cases=["case-1", "case-2", "case-3"])
        good = self.bundle("--sample", "1", "--seed", "x")
        self.assert_holds(good)
        population = good.lines("population.jsonl")
        self.assertEqual([line["among"] for line in population], [True] * 3)
        drawn = good.lines("scope.json")[0]["cases"]

        def leave_out(lines):
            return [line for line in lines if line["case"] in drawn]

        def not_among(lines):
            next(line for line in lines if line["case"] not in drawn)["among"] = False
        self.told(good.forged("population.jsonl", leave_out), ("population.jsonl", "sample"), OURS)
        self.told(good.forged("population.jsonl", not_among), ("population.jsonl", "file"))

    def test_a_period_leaves_out_and_is_told_of(self):
        grant(self.program)
        good = self.bundle("--period", "2020-01-01..2050-12-31", "--sample", "1", "--seed", "s")
        self.assert_holds(good)
        told = good.verify()["bundle"]
        self.assertEqual(told["period"], {"from": "2020-01-01", "to": "2050-12-31"})
        self.assertEqual((told["sample"]["among"], told["sample"]["population"]), (6, 6))
        self.assertEqual((told["sample"]["seed"], told["auditor"]), ("s", "uma"))
        shown = self.program.ok("verify", str(good.path))
        for words in ("for uma under grant g1", "drawn: 1 by the seed 's' from 6 of 6 cases",
                      "2020-01-01 to 2050-12-31", "may have known the seed"):
            self.assertIn(words, shown)

    def kept(self, name):
        self.program.ok("export-tiles", self.log, str(self.program.place / name))
        return self.program.place / name / "checkpoint"

    def test_no_case_begun_after_the_checkpoint_is_drawn(self):
        grant(self.program)
        kept = self.kept("kept")
        size = int(kept.read_text().split("\n")[1])
        self.assertEqual(self.program.append(raised("late", "child-9"))[0], 0)
        good = self.bundle("--sample", "9", "--seed", "x", "--drawn-from", str(kept))
        self.assert_holds(good)
        self.assertEqual(good.verify("--checkpoint", str(kept))["errors"], [])
        scope = good.lines("scope.json")[0]
        self.assertEqual((scope["sample"]["drawnFrom"], len(scope["cases"])), (size, 6))
        told = good.verify()["bundle"]["sample"]
        self.assertEqual((told["drawnFrom"], told["population"], told["among"]), (size, 7, 6))
        self.assertIn(f"as of size {size}", self.program.ok("verify", str(good.path)))
        early = next(line for line in good.lines("population.jsonl") if line["among"])
        late = next(line for line in good.lines("population.jsonl") if not line["among"])

        # An early case has no entry that shows that it is a late one.
        def hide(lines):
            next(line for line in lines if line["case"] == early["case"])["among"] = False
        self.assertEqual(codes(good.forged("population.jsonl", hide).verify()),
                         {("population.jsonl", "file"), ("population.jsonl", "sample")})

        def borrow(lines):
            line = next(line for line in lines if line["case"] == early["case"])
            line["among"], line["shown"] = False, late["shown"][:1]
        bad = good.forged("population.jsonl", borrow)
        self.assertIn(("population.jsonl", "file"), codes(bad.verify()))
        self.assertFalse(bad.verify_elsewhere()["ok"])

        # The checkpoint must be proven to be of this log.
        def forget(lines):
            return lines[:1]
        self.told(good.forged("consistency.jsonl", forget), ("population.jsonl", "sample"))

        # A late case that was drawn all the same.
        def pretend(scope):
            scope["sample"]["drawnFrom"] = size
        bad = self.lied(("--sample", "9", "--seed", "x"), pretend, held=[kept])
        self.told(bad, ("cases.jsonl", "sample"))

    def test_a_grant_for_some_is_older_than_what_is_drawn_from(self):
        kept = self.kept("kept")
        grant(self.program, cases=["case-1", "case-2"])
        words = ("--sample", "1", "--seed", "x")
        self.assertEqual(self.program.run("audit", "bundle", self.log, str(self.program.place / "x"),
                                          *words, "--drawn-from", str(kept))[0], 5)
        good = self.bundle(*words, "--drawn-from", str(self.kept("later")), name="good")
        self.assert_holds(good)
        size = int(kept.read_text().split("\n")[1])

        def pretend(scope):
            scope["sample"]["drawnFrom"] = size
        bad = self.lied(words, pretend, held=[kept])
        granted = {line["case"] for line in good.lines("population.jsonl")}
        bad = bad.forged("population.jsonl", lambda lines: [
            line for line in lines if line["case"] in granted])
        self.told(bad, ("population.jsonl", "sample"), OURS)


class Grants(Forging):
    def test_a_liar_who_tells_the_truth_is_believed(self):
        grant(self.program)
        self.assert_holds(self.lied(("--case", "case-1"), lambda scope: None))

    def test_a_grant_for_other_cases_is_told(self):
        self.assertEqual(self.program.append(raised("case-2"))[0], 0)
        grant(self.program)
        grant(self.program, name="g2", cases=["case-2"])

        def other(scope):
            scope["grant"] = "g2"
        self.told(self.lied(("--grant", "g1", "--case", "case-1"), other), ("scope.json", "scope"),
                  OURS)

    def test_a_bundle_of_another_day_than_the_log_was_told_of_is_told(self):
        grant(self.program)

        def yesterday(scope):
            scope["madeAt"] = "2026-02-02T09:00:00Z"

        def tomorrow(scope):
            scope["madeAt"] = "2098-02-02T09:00:00Z"

        def later_than_told(scope):
            scope["chosenAt"] += 1000
        for change in (yesterday, tomorrow, later_than_told):
            with self.subTest(change=change.__name__):
                self.told(self.lied(("--case", "case-1"), change, change.__name__),
                          ("scope.json", "scope"), OURS)

    def test_a_grant_counts_on_the_day_of_the_export_whatever_the_scope_says(self):
        grant(self.program)
        old = {"grant": "old", "auditor": "uma", "allCases": True, "cases": [], "from": "2026-02-01",
               "to": "2026-02-03", "ground": "x"}
        code, answers, err = self.program.append(event("AuditAccessGranted", "admin", old))
        self.assertEqual(code, 0, err)
        self.assertEqual(self.program.append(
            event("AuditAccessApproved", "dag", {"target": answers[0]["id"]}))[0], 0)

        def back(scope):
            scope["grant"], scope["madeAt"] = "old", "2026-02-02T10:00:00Z"
        self.told(self.lied(("--grant", "g1", "--case", "case-1"), back), ("scope.json", "scope"),
                  OURS)

    def test_another_scope_is_not_what_the_log_was_told(self):
        grant(self.program)
        good = self.bundle("--sample", "5", "--seed", "a word")
        scope = good.lines("scope.json")[0]
        scope["sample"]["seed"] = "another word"
        good.sign_scope(scope)
        self.told(good, ("scope.json", "scope"), OURS)


class Events(Forging):
    def beginning(self, program):
        super().beginning(program)
        hidden = event("NoteAdded", "lise", {"note": "n2", "kind": "general", "text": "x",
                                             "compartment": "barnevern"}, case="case-2")
        self.assertEqual(program.append(raised("case-2"), hidden)[0], 0)
        grant(program)
        self.assert_holds(self.bundle("--case", "case-2"))

    def setUp(self):
        super().setUp()
        self.good = self.made()

    def lane(self, before, after):
        def change(lines):
            next(line for line in lines if line["lane"] == before)["lane"] = after
        return self.good.forged("streams.jsonl", change)

    def test_a_stream_in_a_lane_of_another_kind_is_told(self):
        self.assertEqual({line["lane"] for line in self.good.lines("streams.jsonl") if line["case"]},
                         {1, 3, 4})
        for before, after in ((3, 5), (3, 1), (3, 4), (4, 0)):
            with self.subTest(lane=before, then=after):
                bad = self.lane(before, after)
                self.assertIn(("streams.jsonl", "file"), codes(bad.verify()))
                self.assertFalse(bad.verify_elsewhere()["ok"])

    def test_barnevern_shown_as_open_is_told(self):
        self.told(self.lane(3, 0), ("part", "part-digest"), OURS)
        self.told(self.lane(1, 2), ("part", "part-digest"), OURS)

    def test_an_engine_event_has_no_parts(self):
        def add(lines):
            lines[0]["erased"] = ["fact"]
        self.assertIn(("part", "part-digest"), codes(self.good.forged("shared.jsonl", add).verify()))
        self.assertFalse(self.good.forged("shared.jsonl", add).verify_elsewhere()["ok"])

    def test_who_is_registered_is_not_held_back(self):
        def withhold(lines):
            for line in lines:
                kinds = [part["class"] for part in line["parts"]]
                if "identity" in kinds and not line["withheld"]:
                    line["parts"] = [p for p in line["parts"] if p["class"] != "identity"]
                    line["withheld"] = ["identity"]
                    return
        self.assertIn(("part", "part-missing"),
                      codes(self.good.forged("shared.jsonl", withhold).verify()))

    def test_a_name_that_the_log_did_not_give_is_told(self):
        def change(lines):
            next(line for line in lines if line["label"] == "eva")["label"] = "mons"
        self.told(self.good.forged("names.jsonl", change), ("names.jsonl", "names"), OURS)

        def steer(lines):
            lines[0]["label"] = "\x1b[2J"
        bad = self.good.forged("names.jsonl", steer)
        self.assertEqual(codes(bad.verify()), {("names.jsonl", "file")})

    def test_another_profile_is_told(self):
        bad = self.good.copy("profile")
        text = (bad.path / "profile.json").read_text()
        (bad.path / "profile.json").write_text(text.replace(":1", ":2", 1) + " ")
        bad.sign_again()
        self.assertIn(("profile.json", "profile"), codes(bad.verify()))
        self.assertFalse(bad.verify_elsewhere()["ok"])

    def test_an_older_checkpoint_of_another_past_is_told(self):
        def change(lines):
            lines[0]["path"] = [base64.b64encode(os.urandom(32)).decode()] + lines[0]["path"][1:]
        self.told(self.good.forged("consistency.jsonl", change),
                  ("consistency.jsonl", "checkpoint-fork"))

    def test_what_a_stolen_key_signed_is_suspect_here_as_in_the_log(self):
        size = self.program.size()
        self.assertEqual(self.program.append({**NOTE, "case": "case-2", "data": {
            **NOTE["data"], "note": "n7"}})[0], 0)
        self.program.ok("keys", "revoke", self.log, "lise", "--compromised-since", str(size))
        bundle = self.bundle("--case", "case-2", name="suspect")
        known = json.loads(self.program.ok("verify", self.log, "--json"))["suspect"]
        self.assertEqual((bundle.verify()["suspect"], known), (1, 1))
        self.assert_holds(bundle)

    def test_a_key_that_was_never_enrolled_is_told(self):
        shared = self.good.lines("shared.jsonl")
        seen = set()
        for at, line in enumerate(shared[1:], 1):
            if line["parts"]:
                continue
            bad = self.good.forged("shared.jsonl", lambda lines, at=at: lines[:at] + lines[at + 1:])
            seen |= {code for _, code in codes(bad.verify())}
            self.assertFalse(bad.verify_elsewhere()["ok"])
        self.assertIn("key-unknown", seen)

    def test_foreign_text_does_not_steer_a_terminal(self):
        bad = self.good.copy("steers")
        (bad.path / "\x1b[2J\x9b").write_text("x")
        code, out, err = self.program.run("verify", str(bad.path))
        self.assertEqual(code, 3)
        self.assertIn("\\x1b[2J", out)
        self.assertNotIn("\x1b", out + err)
        self.assertNotIn("under grant", out)  # of one that does not hold nothing it says is told


class Ranges(Forging):
    """Proofs of entries that stand side by side, by whoever has the log's key."""

    def beginning(self, program):
        super().beginning(program)
        for number in range(2, 12):
            self.assertEqual(program.append(
                *[bundles.noted("case-1", f"n{number}{n}") for n in range(number % 4)],
                raised(f"case-{number}", f"child-{number}"))[0], 0)
        grant(program)
        self.assert_holds(self.bundle("--case", "case-1"))

    def setUp(self):
        super().setUp()
        self.good = self.made()
        self.ranges = self.good.lines("ranges.jsonl")

    def told_by_both(self, bad):
        """The codes that ours tells."""
        self.assertFalse(bad.verify_elsewhere()["ok"])
        found = codes(bad.verify())
        self.assertLessEqual(found, {("entry", "entry-hash"), ("ranges.jsonl", "entry-hash"),
                                     ("ranges.jsonl", "file")})
        return found

    def test_neighbours_are_proven_at_once_and_others_alone(self):
        entries = self.good.lines("shared.jsonl") + self.good.lines("cases.jsonl")
        at = sorted(line["position"] for line in entries)
        beside = {p for p in at if p - 1 in at or p + 1 in at}
        self.assertEqual({line["position"] for line in entries if line["path"] is None}, beside)
        self.assertLess(len(beside), len(at))
        self.assertEqual([p for line in self.ranges
                          for p in range(line["first"], line["first"] + line["count"])],
                         sorted(beside))
        self.assertGreater(len(self.ranges), 3)

    def test_the_whole_log_is_one_range_without_a_hash(self):
        whole = self.bundle(name="whole")
        self.assert_holds(whole)
        line, = whole.lines("ranges.jsonl")
        size = int((whole.path / "checkpoint").read_text().split("\n")[1])
        self.assertEqual(line, {"first": 0, "count": size, "left": [], "right": []})

    def test_a_flipped_bit_of_any_proof_is_told(self):
        for number, line in enumerate(self.ranges):
            for side in ("left", "right"):
                for at in range(len(line[side])):
                    def flip(lines, number=number, side=side, at=at):
                        data = bytearray(base64.b64decode(lines[number][side][at]))
                        data[(7 * at) % 32] ^= 1 << at % 8
                        lines[number][side][at] = base64.b64encode(data).decode()
                    if (at + number) % 5 == 0:
                        self.assertEqual(self.told_by_both(self.good.forged("ranges.jsonl", flip)),
                                         {("entry", "entry-hash")})

    def test_a_shifted_longer_or_shorter_range_is_told(self):
        def change(member, by):
            def apply(lines):
                lines[1][member] += by
            return apply
        for member, by in (("first", 1), ("first", -1), ("count", 1), ("count", -1),
                           ("count", 1 << 40), ("first", 1 << 62)):
            with self.subTest(member=member, by=by):
                bad = self.good.forged("ranges.jsonl", change(member, by))
                self.assertIn("entry-hash", {code for _, code in self.told_by_both(bad)})

    def test_ranges_that_are_left_out_twice_or_in_another_order_are_told(self):
        for change in (lambda lines: lines[1:], lambda lines: lines[:-1],
                       lambda lines: lines[:1] + lines, lambda lines: lines[::-1],
                       lambda lines: []):
            self.told_by_both(self.good.forged("ranges.jsonl", change))

    def test_hashes_too_many_or_too_few_are_told(self):
        for side in ("left", "right"):
            number = next(n for n, line in enumerate(self.ranges) if line[side])

            def more(lines, side=side, number=number):
                lines[number][side].append(lines[number][side][0])

            def fewer(lines, side=side, number=number):
                lines[number][side].pop()
            for change in (more, fewer):
                self.told_by_both(self.good.forged("ranges.jsonl", change))

    def moved(self, change):
        """With other positions or paths of entries; `change` gets those of a range, and the range."""
        bad = self.good.copy(f"moved-{len(os.listdir(self.good.path.parent))}")
        files = {name: bad.lines(name) for name in ("shared.jsonl", "cases.jsonl", "ranges.jsonl")}
        one = files["ranges.jsonl"][-1]
        end = one["first"] + one["count"]
        change([line for name in ("shared.jsonl", "cases.jsonl") for line in files[name]
                if one["first"] <= line["position"] < end], one)
        for name, lines in files.items():
            bad.write_lines(name, lines)
        bad.sign_again()
        return bad

    def test_a_run_that_is_moved_as_a_whole_is_told(self):
        def shift(lines, one):
            one["first"] -= 1
            for line in lines:
                line["position"] -= 1
        bad = self.moved(shift)
        self.assertFalse(bad.verify_elsewhere()["ok"])
        self.assertIn(("entry", "entry-hash"), codes(bad.verify()))

    def test_an_entry_of_a_range_that_is_left_out_is_told_whatever_the_range_says(self):
        name = "cases.jsonl"
        lines = self.good.lines(name)
        at = next(n for n, line in enumerate(lines) if line["path"] is None)
        for shorter in (0, 1):
            bad = self.good.copy(f"left-out-{shorter}")
            one = next(line for line in self.ranges
                       if 0 <= lines[at]["position"] - line["first"] < line["count"])
            bad.write_lines(name, lines[:at] + lines[at + 1:])
            bad.write_lines("ranges.jsonl", [{**line, "count": line["count"] - shorter}
                                             if line is one else line for line in self.ranges])
            bad.sign_again()
            self.assertLessEqual({"entry-hash", "stream-link"},
                                 {code for _, code in codes(bad.verify())})
            self.assertFalse(bad.verify_elsewhere()["ok"])

    def test_an_entry_is_proven_once_and_by_something(self):
        def by_nothing(lines):
            next(line for line in lines if line["path"] is not None)["path"] = None

        def by_both(lines, _):
            lines[0]["path"] = []
        alone = next(name for name in ("cases.jsonl", "shared.jsonl")
                     if any(line["path"] is not None for line in self.good.lines(name)))
        self.assertEqual(self.told_by_both(self.good.forged(alone, by_nothing)),
                         {("entry", "entry-hash")})
        self.assertFalse(self.moved(by_both).verify_elsewhere()["ok"])
        self.assertIn(("ranges.jsonl", "entry-hash"), codes(self.moved(by_both).verify()))


class Erased(WithPlace):
    """A log in which two cases were erased, by order of one and approval of another."""

    def beginning(self, program):
        super().beginning(program)
        prepare(program)

    def setUp(self):
        super().setUp()
        name_copies(self.program)

    def erase(self):
        order = self.program.ok("erase", "order", self.log, "--case", "goes-1", "--case", "goes-2",
                                "--basis", "court", "--by", "admin").strip()
        self.program.ok("erase", "approve", self.log, order, "--by", "second")
        self.program.ok("erase", "run", self.log, order)

    def test_supervision_goes_on(self):
        self.program.append(noted("goes-1", 50))
        grant(self.program)
        self.bundle("--case", "goes-1", name="before")  # so that its access stream is begun
        self.erase()
        whole = self.bundle(name="whole")
        self.assert_holds(whole)
        good = self.bundle("--sample", "9", "--seed", "x")
        self.assert_holds(good)
        self.assertEqual(len(good.lines("scope.json")[0]["cases"]), 2)  # stays and case-1
        told = good.verify()["bundle"]["sample"]
        self.assertEqual((told["among"], told["leftOut"]), (2, 0))
        self.assertGreaterEqual(told["erasedStreams"], 2)
        self.assertIn("erased: ", self.program.ok("verify", str(good.path)))
        self.assertEqual(self.program.run("audit", "bundle", self.log,
                                          str(self.program.place / "gone"), "--case", "goes-1")[0], 4)

    def test_a_case_that_is_there_is_not_taken_for_an_erased_one(self):
        grant(self.program)
        self.erase()
        good = self.bundle("--sample", "1", "--seed", "x")
        self.assert_holds(good)
        lines = good.lines("population.jsonl")
        drawn = good.lines("scope.json")[0]["cases"]
        other = next(line for line in lines if line["case"] and line["case"] not in drawn)
        erased = [line for line in lines if not line["case"]]
        self.assertTrue(erased)

        def leave_out_erased(lines):
            return [line for line in lines if line["case"]]

        def hide(lines):
            kept = [line for line in lines if line["case"] and line is not other and
                    line["case"] != other["case"]]
            gone = [{"case": None, "among": False, "streams": [stream],
                     "shown": erased[0]["shown"]} for stream in other["streams"]]
            return kept + sorted(erased + gone, key=lambda line: base64.b64decode(
                line["streams"][0]["stream"]))
        for change in (leave_out_erased, hide):
            with self.subTest(change=change.__name__):
                bad = good.forged("population.jsonl", change)
                self.assertIn("sample", {code for _, code in codes(bad.verify())})
                self.assertFalse(bad.verify_elsewhere()["ok"])

    def test_an_order_that_nobody_approved_erases_nothing(self):
        grant(self.program)
        good = self.bundle("--sample", "1", "--seed", "x")
        self.program.ok("erase", "order", self.log, "--case", "goes-1", "--case", "goes-2",
                        "--basis", "court", "--by", "admin")
        ordered = self.bundle("--sample", "1", "--seed", "x", name="ordered")
        self.assert_holds(ordered)
        self.assertEqual(len(ordered.lines("population.jsonl")), len(good.lines("population.jsonl")))

        def claim(lines):
            lines[0]["erased"] += [lines[0]["parts"].pop()["class"]]
        for case, code in (("stays", "part-missing"), ("goes-1", "erasure-uncovered")):
            bad = self.bundle("--case", case, name=case).forged("cases.jsonl", claim)
            self.assertIn(("part", code), codes(bad.verify()))
            self.assertFalse(bad.verify_elsewhere()["ok"])

    def test_an_erased_case_of_a_grant_for_some_is_counted(self):
        grant(self.program, cases=["stays", "goes-1"])
        self.erase()
        good = self.bundle("--sample", "1", "--seed", "x")
        self.assert_holds(good)
        self.assertEqual(good.verify()["bundle"]["sample"]["leftOut"], 1)
        bad = good.forged("population.jsonl",
                          lambda lines: [line for line in lines if line["case"]])
        self.assertEqual(codes(bad.verify()), {("population.jsonl", "sample")})


class Elsewhere(unittest.TestCase):
    """The second opinion alone, on what no forged bundle can be made of here."""

    def setUp(self):
        spec = importlib.util.spec_from_file_location(
            "verify_bundle", WithPlace.source / "tools/verify_bundle.py")
        self.code = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.code)

    def test_a_tree_of_nothing_has_a_root(self):
        self.assertEqual(self.code.tree_root([]), hashlib.sha256(b"").digest())

    def test_the_engines_events_are_the_systems(self):
        bundle = self.code.Bundle("nowhere")
        administrator = SimpleNamespace(bytes=lambda _: b"a" * 16)
        bundle.genesis = SimpleNamespace(structs=lambda _: [administrator])
        key = b"k" * 32
        bundle.keys[key] = SimpleNamespace(actor=b"o" * 16)
        body = SimpleNamespace(bytes=lambda _: key)

        def may(tag, custody, actor):
            entry = SimpleNamespace(custody=custody, actor=actor * 16)
            try:
                bundle.check_engine_actor(tag, body, entry)
                return True
            except self.code.Wrong:
                return False
        self.assertTrue(may(2, "custodial", b"a") and may(15, "system", b"s") and
                        may(4, "own", b"o") and may(8, "custodial", b"x"))
        self.assertFalse(may(2, "own", b"o") or may(15, "custodial", b"a") or
                         may(4, "own", b"x") or may(8, "system", b"s") or may(10, "own", b"o"))


class CutOff(WithCase):
    AGE = """#!/bin/sh
for word; do [ "$word" = /dev/null ] && exit 0; done
echo $$ > {fifo}
exec sleep 1000
"""

    def test_a_signal_leaves_nothing_in_clear_and_nothing_beside_out(self):
        grant(self.program)
        place = self.program.place
        for name in ("bin", "temporary", "stick"):
            (place / name).mkdir()
        fifo = place / "fifo"
        os.mkfifo(fifo)
        age = place / "bin/age"
        age.write_text(self.AGE.format(fifo=fifo))
        age.chmod(0o700)
        env = {"PATH": f"{place}/bin:/usr/bin:/bin", "TMPDIR": str(place / "temporary")}
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with self.subTest(signal=number), subprocess.Popen(
                    [self.binary, "audit", "bundle", self.log, str(place / "stick/out"),
                     "--encrypt-to", "age1" + "q" * 58], env=env, preexec_fn=heeds_signals) as run:
                child = int(fifo.read_text())  # age has begun
                clear = list((place / "temporary").rglob("cases.jsonl"))
                beside = [path for path in (place / "stick").rglob("*") if path.is_file()]
                self.assertEqual([path.name for path in clear], ["cases.jsonl"])
                self.assertEqual([path.stat().st_size for path in beside], [0])
                run.send_signal(number)
                self.assertEqual(run.wait(timeout=60), -number)
                os.kill(child, signal.SIGKILL)
                self.assertEqual(os.listdir(place / "temporary"), [])
                self.assertEqual(os.listdir(place / "stick"), [])

    def test_what_an_earlier_run_left_is_told(self):
        grant(self.program)
        left = self.program.place / "bundle.partial-abcdef"
        left.mkdir()
        code, _, err = self.program.run("audit", "bundle", self.log,
                                        str(self.program.place / "bundle"))
        self.assertEqual((code, str(left) in err), (0, True))
        shutil.rmtree(left)
        self.assertEqual([n for n in os.listdir(self.place.name) if "partial" in n], [])

    def test_an_archive_that_would_fill_the_disk_is_not_unpacked(self):
        packed = self.program.place / "bomb.tar"
        with open(packed, "wb") as file:
            file.write(tar_header("bundle/cases.jsonl", 1 << 45))
        code, out, _ = self.program.run("verify", str(packed), "--json")
        self.assertIn(code, (1, 3), out)


def heeds_signals():
    """Whatever the test was started by ignored."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def tar_header(name, size):
    """Of a file of any length, of which nothing follows."""
    head = bytearray(512)
    head[:len(name)] = name.encode()
    head[100:108], head[108:116], head[116:124] = b"0000600\0", b"0000000\0", b"0000000\0"
    head[124:136] = b"\x80" + size.to_bytes(11, "big")
    head[136:148], head[148:156], head[156:157] = b"00000000000\0", b" " * 8, b"0"
    head[257:265] = b"ustar\x0000"
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
