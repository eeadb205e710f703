#!/usr/bin/env python3
"""Backups and drills through the program.  backup_test.py STAFETT SOURCE"""

import fcntl
import hashlib
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import unittest

from backed_up import BINARY, WithBackups
from program import RAISED, Server
from rounds import SEED


class BackingUp(WithBackups):
    def test_a_backup_holds_the_log_and_says_what_it_verified(self):
        made = self.back_up()
        self.assertEqual((made["generation"], made["size"], made["level"], made["origin"]),
                         (1, self.size(), 4, "stafett.example/9901"))
        self.assertIn("stafett.example/9901\n", made["checkpoint"])
        self.assertEqual(made["guard"]["size"], made["size"])
        self.assertIsNone(made["table"])
        verified = json.loads(self.program.ok("verify", self.log, "--json"))
        self.assertEqual(made["root"], verified["root"])

    def test_a_second_backup_copies_what_is_new_and_the_first_stays(self):
        first = self.back_up()
        self.append(300)
        second = self.back_up()
        self.assertEqual((second["generation"], second["size"]), (2, self.size()))
        listed = self.program.lines("backup", "list", self.place, "--json")
        self.assertEqual([(one["generation"], one["size"]) for one in listed],
                         [(1, first["size"]), (2, second["size"])])
        # What the writer had flushed before is shared.
        self.assertLess(second["newBytes"], second["bytes"])

    def test_it_needs_no_key_and_runs_beside_a_writer(self):
        keys = self.log + ".keys"
        with Server(BINARY, self.log):
            shutil.move(keys, keys + ".away")
            try:
                self.assertEqual(self.back_up()["size"], self.size())
            finally:
                shutil.move(keys + ".away", keys)

    def test_only_so_many_generations_are_kept(self):
        for _ in range(4):
            self.append()
            made = self.back_up("--keep", "2")
        self.assertEqual(made["removed"], [2])
        listed = self.program.lines("backup", "list", self.place, "--json")
        self.assertEqual([one["generation"] for one in listed], [3, 4])
        self.assertEqual(sorted(os.listdir(self.place + "/database/meta")), ["3", "4"])
        self.lose()
        self.assertEqual(self.restore("--at", "g3")["generation"], 3)

    def test_events_that_only_an_old_generation_has_are_not_rotated_away(self):
        self.back_up()
        self.append(5)
        long = self.back_up()
        self.lose()
        shutil.rmtree(self.log + ".guard")
        self.restore("--at", "g1")
        self.program.ok("guard", "accept", self.log, "--yes")
        self.append()
        made = self.back_up("--keep", "1")
        self.assertEqual((made["removed"], made["keptForEvents"]), ([1], [2]))
        other = self.scratch("other")
        self.assertIn("another history", self.refused(5, "restore", self.place, other, "--at", "g2"))
        self.program.ok("backup", "list", self.place)
        self.assertEqual(long["generation"], 2)

    def test_the_key_table_goes_to_a_place_of_its_own_and_only_the_newest_is_there(self):
        made = self.back_up("--table", self.table)
        table = pathlib.Path(self.log + ".keys/table").read_bytes()
        self.assertEqual(pathlib.Path(self.table, "table").read_bytes(), table)
        self.assertEqual(made["table"]["sha256"], hashlib.sha256(table).hexdigest())
        self.append(3)
        self.back_up("--table", self.table)
        self.assertEqual(os.listdir(self.table), ["table"])
        self.back_up("--table", self.scratch("more"))
        self.assertEqual(pathlib.Path(self.log + ".backup/tables").read_text(),
                         f"{self.table}\n{self.scratch('more')}\n")
        # Nothing of a key is among the generations.
        root_key = pathlib.Path(self.log + ".keys/root.key").read_bytes()
        for name in pathlib.Path(self.place).rglob("*"):
            if name.is_file():
                content = name.read_bytes()
                self.assertNotIn(b"STFKEYTB", content, name)
                self.assertNotIn(root_key, content, name)

    def test_table_and_database_are_apart(self):
        for table in (self.place, self.place + "/inside", str(self.program.place)):
            self.refused(5, "backup", self.log, self.place, "--table", table)
        link = self.scratch("link")
        os.symlink(self.log + ".keys", link)
        key_table = self.log + ".keys/table"
        before = os.stat(key_table).st_ino
        os.mkdir(self.scratch("linked"))
        os.link(key_table, self.scratch("linked/table"))
        for table in (self.log + ".keys", self.log + ".keys/inside", link, self.log,
                      self.log + "/inside", self.scratch("linked")):
            self.assertIn("apart from the log and its keys",
                          self.refused(5, "backup", self.log, self.place, "--table", table))
        # The writer's own file is where it was.
        self.assertEqual(os.stat(key_table).st_ino, before)
        self.assertFalse(os.path.exists(self.log + ".backup/tables"))
        self.refused(2, "backup", self.log, self.place + "\n")
        self.refused(5, "backup", self.log, self.log + "/out")

    def test_a_copy_with_keys_that_the_table_has_lost_is_not_replaced(self):
        older = pathlib.Path(self.log + ".keys/table").read_bytes()
        code, answers, _ = self.program.append(
            {**{key: value for key, value in RAISED.items() if key != "id"}, "case": "case-2"})
        self.assertEqual(code, 0, answers)
        self.back_up("--table", self.table)
        newest = pathlib.Path(self.table, "table").read_bytes()
        self.assertGreater(len(newest), len(older))
        pathlib.Path(self.log + ".keys/table").write_bytes(older)
        self.assertIn("has keys that the log's table has not",
                      self.refused(5, "backup", self.log, self.place, "--table", self.table))
        self.assertEqual(pathlib.Path(self.table, "table").read_bytes(), newest)
        self.assertEqual(len(self.program.lines("backup", "list", self.place, "--json")), 1)

    def test_what_was_verified_more_closely_is_not_rotated_away(self):
        self.back_up()
        made = self.back_up("--keep", "1", "--level", "2")
        self.assertEqual((made["removed"], made["keptForEvents"]), ([], [1]))
        made = self.back_up("--keep", "1", "--level", "2")
        self.assertEqual((made["removed"], made["keptForEvents"]), ([2], [1]))
        made = self.back_up("--keep", "1")
        self.assertEqual((made["removed"], made["keptForEvents"]), ([1, 3], []))

    def test_a_place_belongs_to_one_log(self):
        self.back_up()
        other = self.scratch("other")
        self.program.ok("init", other, "--origin", "stafett.example/9901")
        self.assertIn("another log", self.refused(5, "backup", other, self.place))
        self.assertEqual(len(self.program.lines("backup", "list", self.place, "--json")), 1)

    def test_two_backups_at_once_are_one(self):
        self.back_up()
        with open(self.place + "/lock", "a", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.assertIn("locked", self.refused(5, "backup", self.log, self.place))
            self.assertIn("locked", self.refused(5, "backup", "drill", self.place))

    def test_a_log_that_lost_events_is_not_backed_up_as_if_whole(self):
        old = self.scratch("old")
        shutil.copytree(self.log, old)
        size = self.size()
        self.append()
        self.back_up()
        self.lose()
        shutil.copytree(old, self.log)
        err = self.refused(5, "backup", self.log, self.place)
        self.assertIn(f"positions {size} to {size} are missing", err)
        self.assertEqual(len(self.program.lines("backup", "list", self.place, "--json")), 1)
        self.assertEqual(os.listdir(self.place + "/database/meta"), ["1"])

    def test_usage_and_what_is_not_there(self):
        self.refused(2, "backup")
        self.refused(2, "backup", self.log)
        self.refused(2, "backup", self.log, self.place, "--keep", "0")
        self.refused(4, "backup", self.scratch("none"), self.place)
        self.refused(4, "backup", "list", self.scratch("none"))
        self.refused(4, "backup", "drill", self.scratch("none"))
        self.refused(4, "restore", self.scratch("none"), self.scratch("to"))
        self.back_up()
        for at in ("g", "g0", "gx", "yesterday", "-1"):
            self.refused(2, "restore", self.place, self.scratch("to"), "--at", at)
        self.refused(4, "restore", self.place, self.scratch("to"), "--at", "g9")
        self.refused(4, "restore", self.place, self.scratch("to"), "--at", "1")
        self.refused(4, "restore", self.place, self.scratch("to"), "--at", "2020-01-01T00:00:00Z")
        self.assertFalse(os.path.exists(self.scratch("to")))


class WhatIsVerified(WithBackups):
    def test_what_is_new_is_verified_and_of_the_old_a_run_in_turn(self):
        self.append(40)
        first = self.back_up()
        self.assertEqual((first["verifiedFrom"], first["verifiedAgain"]), (0, None))
        before, turn, rounds = first["size"], 0, 0
        while True:
            self.append()
            made = self.back_up("--recheck", "13")
            self.assertEqual((made["verifiedFrom"], made["verifiedAgain"]["from"]), (before, turn))
            before, turn, rounds = made["size"], made["verifiedAgain"]["to"] + 1, rounds + 1
            self.assertLess(rounds, 9)
            if turn == made["verifiedFrom"]:
                break
            self.assertGreaterEqual(turn, 13 * rounds)
        self.append()
        self.assertEqual(self.back_up("--recheck", "13")["verifiedAgain"]["from"], 0)
        # All of it: when it is asked for, at a higher level than before, or where that is no more.
        self.assertEqual(self.back_up("--recheck", "13", "--whole")["verifiedFrom"], 0)
        self.assertEqual(self.back_up()["verifiedFrom"], 0)
        self.assertEqual(self.back_up("--recheck", "1", "--level", "3")["verifiedFrom"],
                         self.size())
        for generation in range(1, 1 + len(self.program.lines("backup", "list", self.place,
                                                              "--json"))):
            self.program.ok("backup", "verify", self.place, "--at", f"g{generation}")
        self.refused(2, "backup", self.log, self.place, "--recheck", "0")

    def test_another_history_is_not_gone_on_from(self):
        self.append(5)
        first = self.back_up()
        self.append(5)
        self.back_up("--recheck", "1")
        self.lose()
        self.restore("--at", "g1")
        self.program.ok("guard", "accept", self.log, "--yes")
        self.append(9)
        self.assertEqual(self.back_up("--recheck", "1")["verifiedFrom"], first["size"])
        shutil.rmtree(self.place + "/manifests")
        os.mkdir(self.place + "/manifests")
        shutil.rmtree(self.place + "/database")
        self.assertEqual(self.back_up("--recheck", "1")["verifiedFrom"], 0)

    def alter_part(self, position):
        """A byte of old content in the log itself, as if its file had been written anew with it."""
        words = ["ldb", f"--db={self.log}", "--column_family=parts", "--hex"]
        key = "0x" + position.to_bytes(8, "big").hex().upper() + "01"
        value = subprocess.run([*words, "get", key], capture_output=True, text=True,
                               check=True).stdout.strip()
        altered = value[:-1] + ("0" if value[-1] != "0" else "1")
        subprocess.run([*words, "put", key, altered], capture_output=True, check=True)

    def test_old_content_that_changed_is_found_in_its_turn_or_by_whoever_looks_at_all(self):
        position = self.append(30)[20]["position"]
        self.back_up()
        self.append()
        self.alter_part(position)
        self.assertIn("part-digest", self.refused(3, "backup", self.log, self.place))
        self.assertIn("part-digest", self.refused(3, "backup", self.log, self.place, "--recheck",
                                                  "10", "--whole"))
        made = self.back_up("--recheck", "10")  # not its turn yet
        self.assertLess(made["verifiedAgain"]["to"], position)
        code, out, _ = self.program.run("backup", "verify", self.place, "--json")
        lines = [json.loads(line) for line in out.splitlines()]
        self.assertEqual((code, [one["ok"] for one in lines]), (3, [True, False]))
        self.assertIn("part-digest", lines[1]["fault"])
        self.refused(4, "backup", "verify", self.place, "--at", "g9")
        code, out, _ = self.program.run("backup", "drill", self.place, "--json")
        self.assertEqual((code, json.loads(out)["ok"]), (3, False))
        self.assertEqual(self.program.append(
            {**{key: value for key, value in RAISED.items() if key != "id"}, "case": "case-2"})[0],
            0)
        err = self.refused(3, "backup", self.log, self.place, "--recheck", "30")
        self.assertIn(f"part {position}: part-digest", err)

    def test_the_newest_that_was_verified_whole_stays(self):
        for _ in range(4):
            self.append()
            made = self.back_up("--keep", "2", "--recheck", "1")
        self.assertEqual((made["removed"], made["keptForEvents"]), ([2], [1]))
        self.program.ok("backup", "drill", self.place)
        self.append()
        made = self.back_up("--keep", "2", "--recheck", "1")
        self.assertEqual((made["removed"], made["keptForEvents"]), ([1, 3], []))
        self.append()
        made = self.back_up("--keep", "2", "--recheck", "1")
        self.assertEqual((made["removed"], made["keptForEvents"]), ([], [4]))
        self.assertEqual(self.back_up("--keep", "1", "--whole")["removed"], [4, 5, 6])

    def test_bytes_that_changed_under_an_old_generation_are_found_where_they_lie(self):
        self.append(20)
        self.back_up()
        self.append(20)
        self.back_up("--recheck", "5")
        self.program.ok("backup", "verify", self.place)
        for name in sorted(pathlib.Path(self.place, "database/private/1").iterdir()):
            content = name.read_bytes()
            if not content:
                continue
            name.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
            code, out, _ = self.program.run("backup", "verify", self.place, "--json")
            lines = [json.loads(line) for line in out.splitlines()]
            self.assertEqual((code, [one["ok"] for one in lines]), (3, [False, True]), name)
            self.assertIn(name.name, lines[0]["fault"])
            name.write_bytes(content)
        path = pathlib.Path(self.place, "manifests/2")
        path.write_bytes(path.read_bytes()[:-1] + b"x")
        code, out, _ = self.program.run("backup", "verify", self.place, "--json")
        lines = [json.loads(line) for line in out.splitlines()]
        self.assertEqual((code, [one["ok"] for one in lines]), (3, [True, False]))


class Damage(WithBackups):
    def test_one_altered_byte_anywhere_is_caught_and_named(self):
        self.append(20)
        self.back_up()
        self.append(20)
        self.back_up()
        chance = random.Random(SEED)
        files = [name for name in sorted(pathlib.Path(self.place).rglob("*"))
                 if name.is_file() and name.name not in ("lock", "LOCK")]
        needed = {line for line in files if "/private/1/" not in str(line)
                  and not str(line).endswith(("meta/1", "manifests/1"))}
        shared_by_first = self.only_of_first(needed)
        self.assertGreater(len(needed - shared_by_first), 5)
        for name in sorted(needed - shared_by_first):
            content = name.read_bytes()
            if not content:
                continue
            at = chance.randrange(len(content))
            altered = bytes([content[at] ^ (1 << chance.randrange(8))])
            name.write_bytes(content[:at] + altered + content[at + 1:])
            code, _, err = self.program.run("restore", self.place, self.scratch("to"))
            self.assertEqual(code, 3, (name, at, err))
            self.assertIn(str(name.relative_to(self.place)), err)
            code, out, _ = self.program.run("backup", "drill", self.place, "--json")
            self.assertEqual((code, json.loads(out)["ok"]), (3, False), name)
            name.write_bytes(content)
        self.restore(to=self.scratch("to"))

    def only_of_first(self, names):
        """Files that the newest generation does not need."""
        meta = pathlib.Path(self.place, "database/meta/2").read_text(encoding="latin-1")
        return {name for name in names if "shared_checksum" in str(name) and name.name not in meta}

    def test_nothing_is_added_beside_damage_and_it_is_named(self):
        self.append(5)
        self.back_up()
        shared = sorted(pathlib.Path(self.place, "database/shared_checksum").iterdir())[0]
        content = bytearray(shared.read_bytes())
        content[len(content) // 2] ^= 1
        shared.write_bytes(content)
        err = self.refused(3, "backup", self.log, self.place)
        self.assertIn(shared.name, err)
        self.assertEqual([one["generation"] for one in
                          self.program.lines("backup", "list", self.place, "--json")], [1])
        shutil.rmtree(self.place + "/manifests")
        for _ in range(3):
            shutil.copy(self.place + "/database/meta/1", self.place + f"/database/meta/{_ + 2}")
        self.assertIn("without manifests", self.refused(3, "backup", self.log, self.place))
        self.assertTrue(shared.exists())

    def test_a_generation_whose_own_list_is_gone_is_named(self):
        self.back_up()
        os.remove(self.place + "/database/meta/1")
        self.assertIn("generation 1", self.refused(3, "backup", self.log, self.place))


class Drills(WithBackups):
    def status(self):
        code, out, _ = self.program.run("status", self.log, "--json")
        return code, json.loads(out)

    def test_a_drill_restores_verifies_and_opens_content_and_status_tells(self):
        self.assertEqual((self.status()[1]["backup"], self.status()[1]["drill"]), (None, None))
        made = self.back_up("--table", self.table)
        code, status = self.status()
        self.assertEqual((code, status["backup"]["generation"], status["drill"]), (0, 1, None))
        drilled = json.loads(self.program.ok("backup", "drill", self.place, "--json"))
        self.assertEqual((drilled["ok"], drilled["level"], drilled["contentOpened"]),
                         (True, 4, False))
        drilled = json.loads(self.program.ok(
            "backup", "drill", self.place, "--root-key", self.log + ".keys/root.key",
            "--table", self.table, "--json"))
        self.assertEqual((drilled["ok"], drilled["level"], drilled["contentOpened"]),
                         (True, 5, True))
        self.assertEqual((drilled["size"], drilled["generation"]), (made["size"], 1))
        self.assertGreater(drilled["parts"], 0)
        code, status = self.status()
        self.assertEqual((code, status["drill"]["ok"], status["drill"]["level"]), (0, True, 5))
        self.assertFalse(os.path.exists(self.place + "/scratch"))

    def test_a_drill_with_the_wrong_table_fails_and_status_says_so(self):
        self.back_up("--table", self.table)
        path = pathlib.Path(self.table, "table")
        content = bytearray(path.read_bytes())
        content[96 + 40] ^= 1  # the first record's wrapped key
        path.write_bytes(content)
        code, out, _ = self.program.run("backup", "drill", self.place, "--root-key",
                                        self.log + ".keys/root.key", "--table", self.table,
                                        "--json")
        self.assertEqual((code, json.loads(out)["ok"]), (3, False))
        code, status = self.status()
        self.assertEqual((code, status["problems"]), (1, ["the last drill failed"]))

    def test_what_a_drill_restored_can_be_kept(self):
        made = self.back_up()
        kept = self.scratch("kept")
        self.program.ok("backup", "drill", self.place, "--keep", kept)
        verified = json.loads(self.program.run("verify", kept, "--json")[1])
        self.assertEqual((verified["root"], {e["code"] for e in verified["errors"]}),
                         (made["root"], {"guard"}))
        self.refused(5, "backup", "drill", self.place, "--keep", kept)

    def test_age_past_its_limit_is_a_problem(self):
        self.back_up()
        self.program.ok("backup", "drill", self.place)
        self.make_older(self.place + "/drill", 8 + 4 + 4, 36 * 24 * 3600)
        self.make_older(self.place + "/manifests/1", 8 + 4 + 4, 27 * 3600)
        code, status = self.status()
        self.assertEqual((code, status["problems"]),
                         (1, ["the newest backup is too old", "the last drill is too long ago"]))
        self.assertGreater(status["backup"]["ageSeconds"], 27 * 3600 - 1)

    def make_older(self, path, at, seconds):
        content = bytearray(pathlib.Path(path).read_bytes()[:-32])
        time_us = int.from_bytes(content[at:at + 8], "big") - seconds * 1_000_000
        content[at:at + 8] = time_us.to_bytes(8, "big")
        pathlib.Path(path).write_bytes(content + hashlib.sha256(content).digest())

    def test_a_place_that_is_gone_is_a_problem(self):
        self.back_up()
        shutil.rmtree(self.place)
        code, status = self.status()
        self.assertEqual(code, 1)
        self.assertIn("the backup place cannot be read", status["problems"][0])


class DiskFull(WithBackups):
    def test_where_no_more_can_be_written_what_was_there_stays_whole(self):
        self.append(20)
        first = self.back_up()
        self.append(200)
        codes = []
        # No file may grow past this: in blocks of 1 KiB, each of which meets another file first.
        for blocks in (0, 2, 8, 32, 128):
            done = subprocess.run(
                ["bash", "-c", f"trap '' XFSZ; ulimit -f {blocks}; exec {BINARY} backup "
                 f"{self.log} {self.place} --json"], capture_output=True, text=True, check=False)
            codes.append(done.returncode)
            self.assertIn(done.returncode, (0, 1), done.stderr)
            listed = self.program.lines("backup", "list", self.place, "--json")
            self.assertEqual(len(listed), 1 + codes.count(0))
        self.assertEqual(codes[0], 1)
        self.assertEqual(self.back_up()["size"], self.size())
        self.lose()
        self.assertEqual(self.restore("--at", "g1", to=self.scratch("to"))["root"], first["root"])
        shutil.rmtree(self.scratch("to"))
        done = subprocess.run(["bash", "-c", f"trap '' XFSZ; ulimit -f 1; exec {BINARY} restore "
                               f"{self.place} {self.log}"], capture_output=True, text=True,
                              check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertFalse(os.path.exists(self.log) or os.path.exists(self.log + ".restoring"))
        self.restore()


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
