#!/usr/bin/env python3
"""Erasures and backups of one log.  erase_backup_test.py STAFETT SOURCE"""

import fcntl
import json
import os
import pathlib
import shutil
import sys
import unittest

from erase_test import BINARY, WithCases, noted
from program import Server


class BackedUp(WithCases):
    """The key table was copied by a backup; nobody wrote down where."""

    def setUp(self):
        super().setUp()
        self.out, self.table = str(self.program.place / "out"), str(self.program.place / "out2")
        self.program.ok("backup", self.log, self.out, "--table", self.table)
        self.places = pathlib.Path(self.log + ".keys/places")
        self.places.write_text("")
        self.order_id = self.approved("goes-1")

    def erase(self, *more):
        return self.program.run("erase", "run", self.log, self.order_id, "--json", *more)

    def refused(self, code, *words):
        got, out, err = self.program.run(*words)
        self.assertEqual((got, out), (code, ""), (words, err))
        return err

    def same_root(self):
        header = pathlib.Path(self.log + ".keys/table").read_bytes()[:96]
        self.assertEqual(pathlib.Path(self.table, "table").read_bytes()[:96], header)

    def holding_backups(self):
        lock = open(self.log + ".backup/lock", "a", encoding="ascii")
        self.addCleanup(lock.close)
        fcntl.flock(lock, fcntl.LOCK_EX)
        return lock

    def next_note(self, server, event):
        for line in server.process.stderr:
            if line.startswith("{") and json.loads(line)["event"] == event:
                return json.loads(line)["detail"]
        raise AssertionError("the server has ended")


class Places(BackedUp):
    def survivors_come_back(self):
        """With nothing but the backup, the table's copy and the new root key."""
        self.same_root()
        self.assertEqual(os.listdir(self.table), ["table"])
        shutil.rmtree(self.log)
        os.remove(self.log + ".keys/table")
        shutil.rmtree(self.log + ".guard")
        self.program.ok("restore", self.out, self.log, "--table", self.table)
        self.program.ok("guard", "accept", self.log, "--yes")
        self.program.ok("case", self.log, "stays")
        code, _, err = self.program.run("case", self.log, "goes-1")
        self.assertEqual(code, 4, err)

    def test_an_erasure_reaches_what_backups_copied_whatever_it_is_told(self):
        code, out, err = self.erase("--no-places")
        self.assertEqual((code, json.loads(out)["places"]), (0, 1), err)
        self.survivors_come_back()

    def test_the_server_reaches_it_too(self):
        with Server(BINARY, self.log) as server:
            self.assertEqual(self.next_note(server, "erasure-completed"), self.order_id)
        self.survivors_come_back()

    def test_one_that_is_named_as_well_counts_once(self):
        code, out, err = self.erase("--place", self.table + "/", "--place",
                                    str(self.program.place / "copies"))
        self.assertEqual((code, json.loads(out)["places"]), (0, 2), err)
        self.same_root()

    def test_one_that_is_not_there_stops_it_until_it_is_said_to_be_gone(self):
        self.refused(5, "backup", "gone", self.log, self.table)
        away = self.table + ".away"
        os.rename(self.table, away)
        os.mkdir(self.table)  # where it would be mounted
        code, _, err = self.erase("--no-places")
        self.assertEqual(code, 1)
        self.assertIn(self.table, err)
        self.assertEqual(self.verified(5)["erased"], 0)
        self.assertEqual(self.program.append(noted("stays", 60))[0], 0)
        self.refused(4, "backup", "gone", self.log, self.out)
        self.program.ok("backup", "gone", self.log, self.table)
        self.refused(4, "backup", "gone", self.log, self.table)
        code, out, err = self.erase("--no-places")
        self.assertEqual((code, json.loads(out)["places"]), (0, 0), err)
        # It was not gone: what it has opens nothing, and the next backup takes its place.
        os.rmdir(self.table)
        os.rename(away, self.table)
        self.program.ok("backup", self.log, self.out, "--table", self.table)
        self.same_root()


class AtOnce(BackedUp):
    def test_beside_a_backup_nothing_is_begun(self):
        lock = self.holding_backups()
        code, _, err = self.erase("--no-places")
        self.assertEqual(code, 5)
        self.assertIn("a backup or an erasure is at work", err)
        self.assertEqual(self.program.append(noted("goes-1", 61))[0], 0)  # not closed either
        lock.close()
        self.assertEqual(self.program.run("case", self.log, "goes-1")[0], 0)

    def test_the_server_waits_for_a_backup_that_is_at_work(self):
        lock = self.holding_backups()
        with Server(BINARY, self.log) as server:
            self.assertIn("a backup", self.next_note(server, "erasure-waits"))
            lock.close()
            self.assertEqual(self.next_note(server, "erasure-completed"), self.order_id)
        self.same_root()

    def test_a_server_that_waits_for_a_backup_stops_at_once(self):
        self.holding_backups()
        with Server(BINARY, self.log) as server:
            self.next_note(server, "erasure-waits")
        self.assertEqual(server.code, 0)
        self.assertEqual(self.verified(5)["erased"], 0)

    def test_what_a_killed_backup_linked_does_not_outlive_the_erasure(self):
        image = pathlib.Path(self.log + ".backup/image")
        image.mkdir()
        linked = [path for path in pathlib.Path(self.log).iterdir() if path.suffix == ".sst"]
        self.assertTrue(linked)
        for path in linked:
            os.link(path, image / path.name)
        self.assertEqual(self.erase("--no-places")[0], 0)
        self.assertFalse(image.exists())


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
