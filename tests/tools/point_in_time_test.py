#!/usr/bin/env python3
"""A log restored as it was at a head that it had signed.  point_in_time_test.py STAFETT SOURCE"""

import base64
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

import erase_test
from backed_up import WithBackups, note
from program import RAISED, event, parse_proof


def raised(case, **more):
    return {**{key: value for key, value in RAISED.items() if key != "id"}, "case": case,
            "data": {**RAISED["data"], "subject": case}, **more}


class Points(WithBackups):
    def head(self, log=None):
        """(size, root) of the newest head that the log has signed."""
        _, _, _, size, root = parse_proof(self.program.ok("proof", log or self.log, "0"))
        self.assertEqual(size, json.loads(self.program.run(
            "status", log or self.log, "--json")[1])["size"])
        return size, base64.b64encode(root).decode()

    def record(self, *events):
        code, answers, err = self.program.append(*events)
        self.assertEqual(code, 0, (answers, err))
        return answers

    def accept(self):
        self.program.ok("guard", "accept", self.log, "--yes")
        return self.events()[-1]

    def verified(self, level):
        code, out, _ = self.program.run("verify", self.log, "--level", str(level), "--json")
        return code, {error["code"] for error in json.loads(out)["errors"]}


class Cutting(Points):
    def test_the_log_as_it_was_at_a_signed_head_and_what_came_after_it_is_named_and_recorded(self):
        self.append(3)
        kept = self.program.lines("case", self.log, "case-1", "--json")[0]
        size, root = self.head()  # that look was recorded
        lost = self.record(raised("case-2"), note("later"),
                           event("NoteAdded", "lise", {"note": "of-2", "kind": "general",
                                                       "text": "a talk"}, case="case-2"))
        made = self.back_up()
        self.lose()
        restored = self.restore("--to-size", str(size))
        self.assertEqual((restored["size"], restored["root"], restored["cutFrom"]),
                         (size, root, made["size"]))
        self.assertEqual((restored["lost"]["from"], restored["lost"]["to"]),
                         (size, made["size"] - 1))
        self.assertIn("generation 1", restored["lost"]["knownBy"])
        self.assertIn(f"positions {size} to {made['size'] - 1} are missing", restored["readOnly"])
        self.assertEqual(self.verified(5), (3, {"guard"}))
        self.assertEqual(self.program.append(note(99))[0], 1)
        recorded = self.accept()
        self.assertEqual((recorded["type"], recorded["size"], recorded["root"],
                          recorded["guardSize"], recorded["guardRoot"]),
                         ("LogRestored", size, root, made["size"], made["root"]))
        self.assertEqual(self.verified(5), (0, set()))
        # The case of before is as it was; the later one is not there, nor in any list of cases.
        now = self.program.lines("case", self.log, "case-1", "--json")[0]
        self.assertEqual(now, kept)
        self.assertEqual(self.program.run("case", self.log, "case-2")[0], 4)
        # Under the same ids they are recorded again, and that is no repetition.
        again = self.record(raised("case-2", id=lost[0]["id"]))
        self.assertEqual(again[0]["version"], 0)
        self.assertNotEqual(again[0]["leafHash"], lost[0]["leafHash"])
        self.record(event("NoteAdded", "lise", {"note": "of-2", "kind": "general",
                                                "text": "a talk"}, case="case-2"))
        self.program.ok("case", self.log, "case-2")
        self.assertEqual(self.verified(5), (0, set()))
        self.program.ok("rebuild", self.log)
        self.assertEqual(self.back_up()["size"], self.size())
        self.program.ok("backup", "drill", self.place)

    def test_without_a_guard_the_generation_itself_says_what_was_cut_off(self):
        size, _ = self.head()
        self.append(4)
        made = self.back_up()
        self.lose()
        shutil.rmtree(self.log + ".guard")
        restored = self.restore("--to-size", str(size))
        self.assertEqual(restored["lost"], {"from": size, "to": made["size"] - 1,
                                            "knownBy": ["generation 1"]})
        self.assertEqual(self.program.append(note(99))[0], 1)
        shown = json.loads(self.program.ok("guard", "show", self.log, "--json"))
        self.assertEqual(shown["required"], {"size": made["size"], "root": made["root"]})
        self.assertEqual(self.accept()["guardSize"], made["size"])

    def test_receipts_of_what_is_cut_off_say_so_and_of_another_history_end_it(self):
        size, _ = self.head()
        receipts = self.append(2)
        self.back_up()
        held = self.program.place / "receipts"
        held.write_text("".join(json.dumps(one) + "\n" for one in receipts))
        self.lose()
        restored = self.restore("--to-size", str(size), "--receipt", str(held))
        self.assertIn(f"{held}, line 1", restored["lost"]["knownBy"])

    def test_only_a_head_that_the_log_has_signed_is_one_and_the_nearest_are_named(self):
        below, _ = self.head()
        self.append(5)
        above, _ = self.head()
        self.back_up()
        self.lose()
        before = sorted(os.listdir(self.program.place))
        err = self.refused(4, "restore", self.place, self.log, "--to-size", str(below + 2))
        self.assertIn(f"no head of size {below + 2}", err)
        self.assertIn(f"of sizes {below} and {above}", err)
        self.assertIn(f"the nearest is of size {above}",
                      self.refused(4, "restore", self.place, self.log, "--to-size", "1000000"))
        self.refused(4, "restore", self.place, self.log, "--to-time", "2020-01-01T00:00:00Z")
        for words in (("--to-size", "0"), ("--to-size", "x"), ("--to-time", "yesterday"),
                      ("--to-size", "9", "--to-time", "2026-02-24T09:00:00Z")):
            self.refused(2, "restore", self.place, self.log, *words)
        self.assertEqual([name for name in sorted(os.listdir(self.program.place))
                          if name not in before], ["log.restoring.lock"])

    def test_a_time_is_the_newest_signed_head_of_then(self):
        receipt = self.append(2)[-1]
        size, root = self.head()
        self.append(2)
        end, _ = self.head()
        self.back_up()
        self.lose()
        restored = self.restore("--to-time", receipt["recordedAt"])
        self.assertEqual((restored["size"], restored["root"]), (size, root))
        self.lose()
        restored = self.restore("--to-time", "2200-01-01T00:00:00Z")
        self.assertEqual((restored["size"], restored["cutFrom"], restored["lost"]),
                         (end, None, None))
        self.append()

    def test_the_oldest_generation_of_this_history_that_holds_the_head_is_taken(self):
        begun = self.back_up()["size"]
        self.append()
        size, root = self.head()
        self.append()
        self.back_up()
        self.append(4)
        given_up = self.head()
        self.append()
        self.back_up()
        self.lose()
        for words, generation in (((), 2), (("--at", "g3"), 3)):
            restored = self.restore("--to-size", str(size), *words)
            self.assertEqual((restored["generation"], restored["root"]), (generation, root))
            self.lose()
        self.refused(4, "restore", self.place, self.log, "--to-size", str(size), "--at", "g1")
        # The log goes on otherwise, and has a head of the same size as one that was given up.
        self.restore("--at", "g1")
        self.accept()
        self.append(given_up[0] - begun - 1)
        size, root = self.head()
        self.assertEqual(size, given_up[0])
        self.append(4)
        self.back_up()
        self.lose()
        restored = self.restore("--to-size", str(size))
        self.assertEqual((restored["generation"], restored["root"]), (4, root))
        self.lose()
        self.assertIn("another history", self.refused(5, "restore", self.place, self.log, "--at",
                                                      "g3", "--to-size", str(size)))

    def test_it_needs_the_keys_and_takes_them_from_where_they_are(self):
        size, _ = self.head()
        self.append(2)
        self.back_up("--table", self.table)
        self.lose()
        keys = pathlib.Path(self.log + ".keys")
        away = self.scratch("root.key")
        shutil.move(keys / "root.key", away)
        self.refused(4, "restore", self.place, self.log, "--to-size", str(size))
        self.assertFalse(os.path.exists(self.log) or os.path.exists(self.log + ".restoring"))
        os.remove(keys / "table")
        self.refused(4, "restore", self.place, self.log, "--to-size", str(size), "--root-key", away)
        self.restore("--to-size", str(size), "--root-key", away, "--table", self.table)
        shutil.move(away, keys / "root.key")
        self.accept()
        self.append()
        self.assertEqual(self.verified(5), (0, set()))

    def chunks(self):
        done = subprocess.run(["ldb", f"--db={self.log}", "--column_family=attachments", "scan",
                               "--hex"], capture_output=True, text=True, check=True)
        return len([line for line in done.stdout.splitlines() if "0x" in line])

    def test_documents_go_with_their_events(self):
        size, _ = self.head()
        document = self.program.place / "document"
        content = bytes(range(256)) * 5000
        document.write_bytes(content)
        one = event("AttachmentAdded", "lise",
                    {"attachment": "a1", "kind": "report", "title": "a report",
                     "digest": hashlib.sha256(content).hexdigest(), "bytes": len(content),
                     "mediaType": "application/pdf"}, case="case-1",
                    id="01970000-0000-7000-8000-00000000000a")
        code, out, err = self.program.run("append", self.log, "--attach",
                                          f"{one['id']}={document}", text=json.dumps(one) + "\n")
        self.assertEqual(code, 0, out + err)
        self.assertGreater(self.chunks(), 0)
        self.back_up()
        self.lose()
        self.restore("--to-size", str(size))
        self.assertEqual(self.chunks(), 0)
        self.accept()
        self.assertEqual(self.verified(5), (0, set()))
        code, out, err = self.program.run("append", self.log, "--attach",
                                          f"{one['id']}={document}", text=json.dumps(one) + "\n")
        self.assertEqual(code, 0, out + err)
        self.assertEqual(self.verified(5), (0, set()))

    def test_every_head_of_a_longer_log_can_be_restored(self):
        heads = [self.head()]
        for number in range(6):
            self.record(raised(f"case-x{number}"), *[note(f"{number}-{i}") for i in range(60)])
            heads.append(self.head())
        self.back_up()
        for size, root in heads[:-1]:
            self.lose()
            shutil.rmtree(self.log + ".guard")
            restored = self.restore("--to-size", str(size))
            self.assertEqual((restored["size"], restored["root"]), (size, root))
            self.accept()
            self.assertEqual(self.verified(5), (0, set()))
        self.append()


class Erased(erase_test.WithCases):
    def test_an_erasure_is_never_cut_off(self):
        out = str(self.program.place / "out")
        size = self.program.size()
        self.program.ok("backup", self.log, out)
        order = self.order("goes-1")
        ordered = self.program.size()
        self.program.ok("erase", "approve", self.log, order, "--by", "second")
        approved = self.program.size()
        self.program.ok("erase", "run", self.log, order, "--no-places")
        self.program.ok("backup", self.log, out)
        shutil.rmtree(self.log)
        for at in (ordered, approved):
            code, _, err = self.program.run("restore", out, self.log, "--to-size", str(at))
            self.assertEqual(code, 5, err)
            self.assertIn("an erasure, which would be hidden", err)
            self.assertFalse(os.path.exists(self.log) or os.path.exists(self.log + ".restoring"))
        # A generation from before it knows nothing of it, and its keys are gone all the same.
        self.program.ok("restore", out, self.log, "--to-size", str(size))
        self.program.ok("guard", "accept", self.log, "--yes")
        code, _, err = self.program.run("case", self.log, "goes-1")
        self.assertEqual(code, 4, err)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
