#!/usr/bin/env python3
"""Documents in bundles.  bundle_documents_test.py STAFETT SOURCE_DIR

Each is there that an entry of a chosen case promises, whole, and the one that its event names;
whoever has the log's key can change none of that unseen. Both verifiers are asked.
"""

import base64
import hashlib
import json
import os
import pathlib
import random
import subprocess
import sys
import unittest

from bundles import Bundle, WithCase, WithPlace, attach, codes, grant, places, raised
from erase_test import name_copies, prepare
from program import is_sanitized
from rounds import SEED

WithPlace.binary, WithPlace.source = sys.argv[1], pathlib.Path(sys.argv[2])
CHUNK = 1 << 20


def sizes():
    draws = random.Random(SEED)
    return [draws.randbytes(length) for length in (0, 1, 1000, CHUNK, CHUNK + 1, 3 * CHUNK + 7)]


class Documents(WithCase):
    documents = sizes()

    def beginning(self, program):
        super().beginning(program)
        self.assertEqual(program.append(raised("case-2"))[0], 0)
        for number, document in enumerate(self.documents):
            attach(program, "case-1", document, number)
        attach(program, "case-2", b"of another case", 20)
        grant(program)

    def told(self, bad, code):
        """That this, and nothing else, is said of it, by both."""
        self.assertEqual(codes(bad.verify()), {code})
        self.assertFalse(bad.verify_elsewhere()["ok"])
        return bad


class Making(Documents):
    def test_those_of_the_chosen_cases_are_there_as_they_were_handed_in_and_no_others(self):
        bundle = self.bundle("--case", "case-1")
        self.assert_holds(bundle)
        lines = bundle.lines("documents.jsonl")
        self.assertEqual(len(lines), len(self.documents))
        self.assertEqual(bundle.verify()["bundle"]["documents"], len(lines))
        found = []
        for line in lines:
            path = bundle.path / f"document-{line['position']}"
            self.assertEqual(path.stat().st_mode & 0o777, 0o600)
            found.append(path.read_bytes())
            self.assertEqual((line["bytes"], base64.b64decode(line["sha256"])),
                             (len(found[-1]), hashlib.sha256(found[-1]).digest()))
        self.assertEqual(found, self.documents)
        whole = self.bundle(name="whole")
        self.assert_holds(whole)
        self.assertEqual(len(whole.lines("documents.jsonl")), len(self.documents) + 1)

    def test_they_go_into_the_one_file_and_come_out_of_it(self):
        path = self.bundle("--case", "case-1", "--pack", name="bundle.tar.zst").path
        report = json.loads(self.program.ok("verify", str(path), "--json"))
        self.assertEqual((report["errors"], report["bundle"]["documents"]),
                         ([], len(self.documents)))
        subprocess.run(["tar", "--zstd", "-xf", path, "-C", self.place.name], check=True)
        self.assert_holds(Bundle(self.program, self.source, self.program.place / "bundle"))

    def test_a_document_is_written_a_piece_at_a_time(self):
        attach(self.program, "case-2", bytes(40 * CHUNK), 21)
        path = self.program.place / "large"
        words = [self.binary, "audit", "bundle", self.log, str(path), "--case", "case-2"]
        used = {}
        for case in ("case-1", "case-2"):
            words[4], words[6] = str(path) + case, case
            done = subprocess.run(["/usr/bin/env", "python3", "-c", PEAK, *words],
                                  capture_output=True, text=True, check=True)
            used[case] = int(done.stdout.splitlines()[-1])
        if not is_sanitized(self.binary):
            self.assertLess(used["case-2"] - used["case-1"], 30 * 1024, used)  # KiB


PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


class Forging(Documents):
    def beginning(self, program):
        super().beginning(program)
        self.bundle("--case", "case-1")

    def setUp(self):
        super().setUp()
        self.good = self.made()
        self.lines = self.good.lines("documents.jsonl")
        self.names = [f"document-{line['position']}" for line in self.lines]

    def changed(self, change):
        bad = self.good.copy(f"bad-{len(os.listdir(self.good.path.parent))}")
        change(bad.path)
        return bad

    def test_one_bit_or_byte_of_any_is_told_and_its_file_named(self):
        def flip(path):
            data = bytearray(path.read_bytes())
            data[-1] ^= 1
            path.write_bytes(data)

        def more(path):
            path.write_bytes(path.read_bytes() + b"x")

        def fewer(path):
            path.write_bytes(path.read_bytes()[:-1])

        def link(path):
            path.unlink()
            path.symlink_to("/dev/zero")

        def pipe(path):
            path.unlink()
            os.mkfifo(path)
        for number, name in enumerate(self.names[1:], 1):
            for change in (flip, more, fewer, os.remove) if number % 2 else (flip, link, pipe):
                with self.subTest(document=name, change=change.__name__):
                    bad = self.changed(lambda folder, c=change, n=name: c(folder / n))
                    self.assertEqual(places(bad.verify()), {f"file {name}"})
                    self.assertEqual(places(bad.verify_elsewhere()), {f"file {name}"})

    def test_what_is_no_document_of_an_entry_is_told(self):
        for name in ("document-0", "document-1x", "document-", f"{self.names[0]}0"):
            bad = self.changed(lambda folder, n=name: (folder / n).write_bytes(b"x"))
            self.assertEqual(places(bad.verify()), {f"file {name}"})
            self.assertEqual(places(bad.verify_elsewhere()), {f"file {name}"})

    def with_lines(self, change, files=lambda folder: None):
        """With other lines, and files that fit them, by whoever has the log's key."""
        bad = self.good.copy(f"bad-{len(os.listdir(self.good.path.parent))}")
        lines = bad.lines("documents.jsonl")
        changed = change(lines)
        bad.write_lines("documents.jsonl", lines if changed is None else changed)
        files(bad.path)
        bad.sign_again()
        return bad

    def test_another_document_is_told_with_the_logs_own_key(self):
        for length in (len(self.documents[2]), 5):
            other = os.urandom(length)

            def name(lines, other=other):
                lines[2]["bytes"] = len(other)
                lines[2]["sha256"] = base64.b64encode(hashlib.sha256(other).digest()).decode()
            self.told(self.with_lines(name, lambda folder, other=other: (
                folder / self.names[2]).write_bytes(other)), ("part", "part-digest"))

    def test_two_that_are_exchanged_are_told(self):
        attach(self.program, "case-2", b"of ANOTHER case", 22)
        self.good = self.bundle("--case", "case-2", name="two")
        self.assert_holds(self.good)
        one, other = (f"document-{line['position']}" for line in self.good.lines("documents.jsonl"))

        def exchange(lines):
            lines[0]["sha256"], lines[1]["sha256"] = lines[1]["sha256"], lines[0]["sha256"]

        def files(folder):
            os.rename(folder / one, folder / "x")
            os.rename(folder / other, folder / one)
            os.rename(folder / "x", folder / other)
        self.told(self.with_lines(exchange, files), ("part", "part-digest"))

    def test_one_that_is_left_out_is_told_whatever_is_said_of_it(self):
        at, name = 3, self.names[3]

        def drop(lines):
            del lines[at]
        self.told(self.with_lines(drop, lambda folder: os.remove(folder / name)),
                  ("part", "part-missing"))
        position = self.lines[at]["position"]
        for word in ("withheld", "erased"):
            bad = self.with_lines(drop, lambda folder: os.remove(folder / name))
            entries = bad.lines("cases.jsonl")
            next(line for line in entries
                 if line["position"] == position)[word].append("attachment")
            bad.write_lines("cases.jsonl", entries)
            bad.sign_again()
            self.assertIn("part", {place for place, _ in codes(bad.verify())})
            self.assertFalse(bad.verify_elsewhere()["ok"])

    def test_lines_twice_in_another_order_or_of_no_document_are_told(self):
        def stranger(lines):
            lines.append({**lines[-1], "position": lines[-1]["position"] + 1})
        for change in (stranger, lambda lines: lines[:2] + lines[1:], lambda lines: lines[::-1]):
            bad = self.with_lines(change)
            self.assertIn(("documents.jsonl", "file"), codes(bad.verify()))
            self.assertFalse(bad.verify_elsewhere()["ok"])

    def test_a_document_that_its_event_never_named_is_told(self):
        attach(self.program, "case-2", b"one thing", 23, digest="00" * 32)
        bundle = self.bundle("--case", "case-2", name="never")
        self.told(bundle, ("part", "part-digest"))


class Erased(WithPlace):
    def beginning(self, program):
        super().beginning(program)
        prepare(program)
        attach(program, "goes-1", b"a report", 1)
        attach(program, "stays", b"a report", 2)
        grant(program)

    def setUp(self):
        super().setUp()
        name_copies(self.program)

    def claimed(self, case, name):
        """A bundle whose document is said to be erased."""
        bundle = self.bundle("--case", case, name=name)
        self.assert_holds(bundle)
        line, = bundle.lines("documents.jsonl")
        entries = bundle.lines("cases.jsonl")
        next(one for one in entries
             if one["position"] == line["position"])["erased"].append("attachment")
        bundle.write_lines("cases.jsonl", entries)
        bundle.write_lines("documents.jsonl", [])
        os.remove(bundle.path / f"document-{line['position']}")
        bundle.sign_again()
        return bundle

    def test_only_an_approved_order_makes_a_gap_of_a_document(self):
        self.assertEqual(codes(self.claimed("goes-1", "before").verify()), {("part", "part-missing")})
        order = self.program.ok("erase", "order", self.log, "--case", "goes-1", "--case", "goes-2",
                                "--basis", "court", "--by", "admin").strip()
        ordered = self.claimed("goes-1", "ordered")
        self.assertEqual(codes(ordered.verify()), {("part", "erasure-uncovered")})
        self.assertFalse(ordered.verify_elsewhere()["ok"])
        self.program.ok("erase", "approve", self.log, order, "--by", "second")
        approved = self.claimed("goes-1", "approved")
        self.assert_holds(approved)
        self.assertEqual(approved.verify()["erased"], 1)
        other = self.claimed("stays", "other")
        self.assertEqual(codes(other.verify()), {("part", "part-missing")})
        self.assertFalse(other.verify_elsewhere()["ok"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
