#!/usr/bin/env python3
"""Restoring a log, and its root key from shares.  restore_test.py STAFETT SOURCE"""

import base64
import fcntl
import json
import os
import pathlib
import shutil
import sys
import unittest

from backed_up import WithBackups, note


class Restoring(WithBackups):
    def test_a_backup_of_the_head_restores_and_the_log_goes_on(self):
        made = self.back_up()
        self.lose()
        restored = self.restore()
        self.assertEqual((restored["size"], restored["root"]), (made["size"], made["root"]))
        self.assertEqual((restored["lost"], restored["readOnly"]), (None, None))
        self.append()
        self.program.ok("verify", self.log, "--level", "5")

    def test_what_the_guard_remembers_beyond_the_backup_is_named_and_must_be_accepted(self):
        size = self.back_up()["size"]
        self.append(3)
        self.lose()
        restored = self.restore()
        self.assertEqual((restored["lost"]["from"], restored["lost"]["to"]), (size, size + 2))
        self.assertIn(f"positions {size} to {size + 2} are missing", restored["readOnly"])
        code, answers, err = self.program.append(note(99))
        self.assertEqual((code, answers), (1, []))
        self.assertIn("read_only", err.replace("-", "_"))
        self.program.ok("guard", "accept", self.log, "--yes")
        event_of = self.events()[-1]
        self.assertEqual((event_of["type"], event_of["size"], event_of["guardSize"]),
                         ("LogRestored", size, size + 3))
        self.append()
        self.program.ok("verify", self.log, "--level", "5")
        # And the next backup is of this history.
        self.assertEqual(self.back_up()["size"], self.size())

    def test_without_a_guard_receipts_and_checkpoints_say_what_is_lost(self):
        size = self.back_up()["size"]
        receipts = self.append(4)
        checkpoint = self.program.place / "checkpoint"
        self.program.ok("export-tiles", self.log, self.scratch("tiles"))
        shutil.copy(self.scratch("tiles") + "/checkpoint", checkpoint)
        self.lose()
        shutil.rmtree(self.log + ".guard")
        held = self.program.place / "receipts"
        held.write_text(json.dumps(receipts[1]) + "\n" + json.dumps({"id": "x", "error": {}}) + "\n")
        restored = self.restore("--receipt", str(held))
        last = receipts[1]["group"]["first"] + receipts[1]["group"]["count"] - 1
        self.assertEqual((restored["lost"]["from"], restored["lost"]["to"]), (size, last))
        self.assertEqual(restored["lost"]["knownBy"], [f"{held}, line 1"])
        self.lose()
        shutil.rmtree(self.log + ".guard")
        # As a witness hands it back.
        cosigned = checkpoint.read_text(encoding="utf-8") + (
            "\u2014 witness.example/w " + base64.b64encode(bytes(76)).decode() + "\n")
        checkpoint.write_text(cosigned, encoding="utf-8")
        restored = self.restore("--checkpoint", str(checkpoint))
        self.assertEqual((restored["lost"]["from"], restored["lost"]["to"]), (size, size + 3))
        # What was shown is in the log for good.
        self.program.ok("guard", "accept", self.log, "--yes")
        event_of = self.events()[-1]
        root = checkpoint.read_text(encoding="utf-8").split("\n")[2]
        self.assertEqual((event_of["type"], event_of["guardSize"], event_of["guardRoot"]),
                         ("LogRestored", size + 4, root))

    def test_without_guard_and_evidence_it_is_read_only_until_accepted(self):
        self.back_up()
        self.lose()
        shutil.rmtree(self.log + ".guard")
        self.assertEqual(self.restore()["readOnly"], "the guard is missing")
        self.assertEqual(self.program.append(note(99))[0], 1)
        self.program.ok("guard", "accept", self.log, "--yes")
        self.append()
        self.program.ok("verify", self.log)

    def test_a_point_in_time_says_what_came_after_it(self):
        first = self.back_up()
        self.append(2)
        second = self.back_up()
        self.append(2)
        self.lose()
        shutil.rmtree(self.log + ".guard")
        for at in ("g1", str(first["size"]), str(second["size"] - 1), first["time"]):
            to = self.scratch("at")
            restored = self.restore("--at", at, to=to)
            self.assertEqual((restored["generation"], restored["size"]), (1, first["size"]), at)
            self.assertEqual((restored["lost"]["from"], restored["lost"]["to"]),
                             (first["size"], second["size"] - 1))
            self.assertEqual(restored["lost"]["knownBy"], ["generation 2"])
            shutil.rmtree(to)
            shutil.rmtree(to + ".guard")
        self.assertEqual(self.restore("--at", str(second["size"]))["generation"], 2)

    def test_nothing_is_overwritten(self):
        self.back_up("--table", self.table)
        before = self.program.ok("log", self.log, "--json")
        self.assertIn("is there", self.refused(5, "restore", self.place, self.log))
        self.assertEqual(self.program.ok("log", self.log, "--json"), before)
        self.lose()
        key_table = pathlib.Path(self.log + ".keys/table")
        other = key_table.read_bytes()[:-1]
        key_table.write_bytes(other)
        self.refused(5, "restore", self.place, self.log, "--table", self.table)
        self.assertEqual(key_table.read_bytes(), other)
        self.assertFalse(os.path.exists(self.log))
        os.mkdir(self.log + ".restoring")
        self.refused(5, "restore", self.place, self.log)

    def test_the_table_comes_back_with_it_and_content_opens(self):
        self.back_up("--table", self.table)
        self.lose()
        os.remove(self.log + ".keys/table")
        self.restore("--table", self.table)
        self.append()
        self.program.ok("verify", self.log, "--level", "5")

    def test_a_restore_that_was_cut_short_behind_the_table_is_done_again(self):
        self.back_up("--table", self.table)
        self.lose()  # the table is back already
        self.restore("--table", self.table)
        self.append()

    def test_two_restores_into_one_directory_are_one(self):
        self.back_up()
        self.lose()
        with open(self.log + ".restoring.lock", "a", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.assertIn("another restore", self.refused(5, "restore", self.place, self.log))
            self.assertFalse(os.path.exists(self.log + ".restoring"))
        self.restore()

    def test_a_damaged_guard_is_left_as_it_is_and_another_logs_ends_it(self):
        size = self.back_up()["size"]
        receipts = self.append(3)
        held = self.program.place / "receipts"
        held.write_text("".join(json.dumps(one) + "\n" for one in receipts))
        self.lose()
        tail = pathlib.Path(self.log + ".guard/tail")
        good = tail.read_bytes()
        damaged = bytes([good[0] ^ 1]) + good[1:]
        tail.write_bytes(damaged)
        restored = self.restore("--receipt", str(held))
        self.assertEqual((restored["lost"]["from"], restored["lost"]["to"]), (size, size + 2))
        self.assertIn("the guard cannot be used", restored["readOnly"])
        self.assertEqual(tail.read_bytes(), damaged)
        self.lose()
        other = self.scratch("other")
        self.program.ok("init", other, "--origin", "stafett.example/9902")
        shutil.rmtree(self.log + ".guard")
        shutil.copytree(other + ".guard", self.log + ".guard")
        theirs = tail.read_bytes()
        self.assertIn(self.log + ".guard", self.refused(5, "restore", self.place, self.log,
                                                        "--receipt", str(held)))
        self.assertEqual(tail.read_bytes(), theirs)
        self.assertFalse(os.path.exists(self.log))

    def test_a_guard_told_by_receipts_takes_the_right_copy_when_it_is_found(self):
        self.back_up()
        receipts = self.append(3)
        elsewhere = self.scratch("elsewhere")
        self.program.ok("backup", self.log, elsewhere)
        held = self.program.place / "receipts"
        held.write_text("".join(json.dumps(one) + "\n" for one in receipts))
        self.lose()
        shutil.rmtree(self.log + ".guard")
        self.assertIn("are missing", self.restore("--receipt", str(held))["readOnly"])
        self.lose()
        restored = json.loads(self.program.ok("restore", elsewhere, self.log, "--json"))
        self.assertEqual((restored["lost"], restored["readOnly"]), (None, None))
        self.program.ok("verify", self.log, "--level", "5")
        self.program.ok("backup", self.log, elsewhere)
        self.append()
        self.program.ok("verify", self.log, "--level", "5")

    def test_a_later_manifest_that_cannot_be_read_is_told_of_and_hides_no_earlier_one(self):
        first = self.back_up()
        self.append()
        self.back_up()
        self.lose()
        shutil.rmtree(self.log + ".guard")
        path = pathlib.Path(self.place, "manifests/2")
        content = bytearray(path.read_bytes())
        content[60] ^= 1
        path.write_bytes(content)
        self.assertIn("manifests/2", self.refused(3, "restore", self.place, self.log))
        for at in ("g1", str(first["size"]), first["time"]):
            restored = self.restore("--at", at)
            self.assertEqual((restored["generation"], restored["lost"]), (1, None), at)
            self.assertEqual(len(restored["unreadable"]), 1, at)
            self.assertIn("generation 2", restored["unreadable"][0])
            self.lose()

    def test_what_does_not_fit_the_backup_is_refused(self):
        self.back_up()
        receipts = self.append(1)
        self.lose()
        bad = self.program.place / "bad"
        forged = dict(receipts[0], position=receipts[0]["position"] + 1,
                      group=dict(receipts[0]["group"], first=receipts[0]["position"] + 1))
        bad.write_text(json.dumps(forged) + "\n")
        self.assertIn("no receipt of this log",
                      self.refused(3, "restore", self.place, self.log, "--receipt", str(bad)))
        bad.write_text("[]\n")
        self.assertIn("line 1", self.refused(1, "restore", self.place, self.log, "--receipt",
                                             str(bad)))
        bad.write_text("a note\n")
        self.refused(3, "restore", self.place, self.log, "--checkpoint", str(bad))
        self.assertFalse(os.path.exists(self.log) or os.path.exists(self.log + ".restoring"))

    def test_a_backup_of_another_history_than_the_guard_knows_is_refused(self):
        old = self.scratch("old")
        shutil.copytree(self.log, old)
        shutil.copytree(self.log + ".guard", old + ".guard")
        self.append(2)
        self.back_up()
        # The log goes on from an older copy, and its guard with it.
        self.lose()
        shutil.rmtree(self.log + ".guard")
        shutil.copytree(old, self.log)
        shutil.copytree(old + ".guard", self.log + ".guard")
        receipts = self.append(1)
        self.lose()
        self.assertIn("another history", self.refused(5, "restore", self.place, self.log))
        shutil.rmtree(self.log + ".guard")
        held = self.program.place / "receipts"
        held.write_text(json.dumps(receipts[0]) + "\n")
        self.assertIn("another history", self.refused(5, "restore", self.place, self.log,
                                                      "--receipt", str(held)))


class Escrow(WithBackups):
    def test_any_two_of_three_bring_the_root_key_back_and_content_opens(self):
        self.back_up("--table", self.table)
        shares = [self.scratch(f"{name}.share") for name in "abc"]
        words = ("--shares", "3", "--threshold", "2")
        self.program.ok("keys", "escrow", self.log, *shares, *words)
        self.refused(5, "keys", "escrow", self.log, *shares, *words)
        root_key = pathlib.Path(self.log + ".keys/root.key")
        key = root_key.read_bytes()
        for share in shares:
            content = pathlib.Path(share).read_bytes()
            self.assertNotIn(key, content)
            self.assertEqual(os.stat(share).st_mode & 0o777, 0o600)
        self.refused(5, "keys", "recover", self.log, *shares)
        root_key.unlink()
        self.refused(2, "keys", "recover", self.log, shares[0])
        self.program.ok("keys", "recover", self.log, shares[2], shares[0])
        self.assertEqual(root_key.read_bytes(), key)
        self.assertEqual(os.stat(root_key).st_mode & 0o777, 0o600)
        self.program.ok("verify", self.log, "--level", "5")

    def test_an_altered_share_or_one_of_another_log_gives_nothing(self):
        shares = [self.scratch(name) for name in "ab"]
        words = ("--shares", "2", "--threshold", "2")
        self.refused(2, "keys", "escrow", self.log, *shares, "--shares", "3", "--threshold", "2")
        self.program.ok("keys", "escrow", self.log, *shares, *words)
        other = self.scratch("other")
        self.program.ok("init", other, "--origin", "stafett.example/9901")
        os.remove(other + ".keys/root.key")
        self.assertIn("another log", self.refused(5, "keys", "recover", other, *shares))
        content = bytearray(pathlib.Path(shares[0]).read_bytes())
        content[100] ^= 1
        pathlib.Path(shares[0]).write_bytes(content)
        os.remove(self.log + ".keys/root.key")
        self.assertIn(shares[0], self.refused(3, "keys", "recover", self.log, *shares))
        self.assertFalse(os.path.exists(self.log + ".keys/root.key"))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
