#!/usr/bin/env python3
"""Attacks that a program notices, with real bytes.  program_attacks_test.py STAFETT SOURCE

Each is a row of docs/threat-model.md; tests/house/attacks_test.py compares."""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import unittest

BINARY, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
sys.path[:0] = [str(SOURCE / "tests/tools"), str(SOURCE / "tools")]

import bundles  # noqa: E402
import verify_bundle  # noqa: E402
from backed_up import WithBackups  # noqa: E402
from program import NOTE, RAISED, Server, event  # noqa: E402

SECOND = event("PersonRegistered", "admin",
               {"person": "second", "roles": ["admin"], "active": True})
# Exit codes, as docs/reference/command-line.md has them.
VERIFICATION_FAILED, NOT_FOUND, REFUSED = 3, 4, 5


class Copies(WithBackups):
    """Backups, shares and copies of keys in other hands."""

    def test_a_backup_is_altered(self):
        self.append(3)
        self.back_up()
        shared = sorted(pathlib.Path(self.place, "database/shared_checksum").iterdir())[0]
        content = bytearray(shared.read_bytes())
        content[len(content) // 2] ^= 1
        shared.write_bytes(content)
        for words in (("restore", self.place, self.scratch("to")),
                      ("backup", self.log, self.place)):
            self.assertIn(shared.name, self.refused(VERIFICATION_FAILED, *words))
        self.assertFalse(os.path.exists(self.scratch("to")))

    def test_keys_are_looked_for_in_a_backup(self):
        self.append(3)
        self.back_up("--table", self.table)
        keys = pathlib.Path(self.log + ".keys")
        secrets = {path.name: path.read_bytes() for path in keys.rglob("*") if path.is_file()}
        self.assertGreater(len(secrets), 4)
        places = [pathlib.Path(self.place), pathlib.Path(self.table)]
        for path in (one for place in places for one in place.rglob("*") if one.is_file()):
            content = path.read_bytes()
            for name, secret in secrets.items():
                if name != "table":
                    self.assertNotIn(secret.rstrip(b"\n"), content, (path, name))
            if places[0] in path.parents:
                self.assertNotIn(b"STFKEYTB", content, path)

    def test_a_share_of_the_root_key_is_altered(self):
        shares = [self.scratch(name) for name in "abc"]
        self.program.ok("keys", "escrow", self.log, *shares, "--shares", "3", "--threshold", "2")
        root_key = pathlib.Path(self.log + ".keys/root.key")
        root_key.unlink()
        for at in (40, 100):
            content = bytearray(pathlib.Path(shares[0]).read_bytes())
            content[at] ^= 1
            altered = pathlib.Path(self.scratch(f"altered-{at}"))
            altered.write_bytes(content)
            altered.chmod(0o600)
            code, _, err = self.program.run("keys", "recover", self.log, str(altered), shares[1])
            self.assertEqual(code, VERIFICATION_FAILED, err)
            self.assertFalse(root_key.exists())
        # One alone says nothing of the key.
        self.assertNotEqual(self.program.run("keys", "recover", self.log, shares[0])[0], 0)

    def test_an_erased_case_is_brought_back_from_a_copy(self):
        code, answers, _ = self.program.append(SECOND)
        self.assertEqual(code, 0, answers)
        old = self.scratch("old")
        for more in ("", ".guard"):
            shutil.copytree(self.log + more, old + more)
        shutil.copy(self.log + ".keys/table", self.scratch("old-table"))
        order = self.program.ok("erase", "order", self.log, "--case", "case-1", "--basis", "court",
                                "--by", "admin").strip()
        self.program.ok("erase", "approve", self.log, order, "--by", "second")
        self.program.ok("erase", "run", self.log, order, "--no-places", "--no-shares")
        # The old database with the keys of now; then with the old table too.
        shutil.copytree(self.log + ".keys", old + ".keys")
        self.assertNotEqual(self.program.run("case", old, "case-1")[0], 0)
        shutil.copy(self.scratch("old-table"), old + ".keys/table")
        code, out, err = self.program.run("verify", old, "--level", "5", "--json")
        self.assertEqual(code, VERIFICATION_FAILED, err)
        self.assertIn("key-unwrap", {one["code"] for one in json.loads(out)["errors"]})


class Bundles(WithBackups):
    """What somebody hands to a supervisor, who has nothing but the bundle."""

    def setUp(self):
        super().setUp()
        bundles.grant(self.program)
        self.path = self.program.place / "bundle"
        self.program.ok("audit", "bundle", self.log, str(self.path))
        self.bundle = bundles.Bundle(self.program, SOURCE, self.path)

    def codes(self, bundle):
        elsewhere = bundle.verify_elsewhere()
        self.assertFalse(elsewhere["ok"])
        return {one["code"] for one in bundle.verify()["errors"]}

    def test_an_event_is_dropped_from_a_case(self):
        for name, number in (("end", -1), ("middle", 1)):
            bad = self.bundle.copy(name)
            lines = bad.lines("cases.jsonl")
            del lines[number]
            bad.write_lines("cases.jsonl", lines)
            bad.sign_again()  # by whoever has the log's key
            self.assertIn("stream-link", self.codes(bad))

    def test_every_part_has_a_salt_of_its_own(self):
        """What is committed to is found by whoever has the salt, and by nobody else."""
        salts = []
        for name in ("cases.jsonl", "shared.jsonl"):
            for line in self.bundle.lines(name):
                entry = verify_bundle.Entry(base64.b64decode(line["entry"]))
                for part in line.get("parts", ()):
                    kind = verify_bundle.CLASSES.index(part["class"])
                    salt, text = (base64.b64decode(part[one]) for one in ("salt", "plaintext"))
                    made = [verify_bundle.commitment(one, entry.id, kind, text)
                            for one in (salt, bytes(32))]
                    self.assertEqual(entry.parts[kind][1], made[0])
                    self.assertNotEqual(entry.parts[kind][1], made[1])
                    salts.append(salt)
        self.assertGreater(len(salts), 5)
        self.assertEqual({len(salt) for salt in salts}, {32})
        self.assertEqual(len(set(salts)), len(salts))

    def test_a_file_of_a_bundle_is_altered(self):
        bad = self.bundle.copy("bad")
        lines = bad.lines("cases.jsonl")
        part = next(part for part in lines[0]["parts"] if part["class"] == "narrative")
        part["plaintext"] = base64.b64encode(b"something else").decode()
        bad.write_lines("cases.jsonl", lines)
        self.assertIn("file", self.codes(bad))
        bad.sign_again()
        self.assertIn("part-digest", self.codes(bad))


class Served(WithBackups):
    def ask(self, server, token):
        words = ["curl", "-s", "-o", "-", "-w", "\n%{http_code}",
                 server.urls[0] + "/v1/cases/case-1", "-H", f"Authorization: Bearer {token}",
                 "-H", "Stafett-Purpose: followUp", "-H", "Stafett-Visit: v1"]
        body, status = subprocess.run(words, capture_output=True, text=True,
                                      check=True).stdout.rsplit("\n", 1)
        return int(status), json.loads(body).get("code")

    def test_a_token_is_altered(self):
        token = self.program.ok("token", self.log, "lise").strip()
        head, claims, signature = token.split(".")
        spoken = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        admin = base64.urlsafe_b64encode(
            json.dumps({**spoken, "sub": "admin"}).encode()).rstrip(b"=").decode()
        none = base64.urlsafe_b64encode(
            json.dumps({"alg": "none", "typ": "at+jwt"}).encode()).rstrip(b"=").decode()
        with Server(BINARY, self.log) as server:
            self.assertEqual(self.ask(server, token)[0], 200)
            for altered in (f"{head}.{admin}.{signature}", f"{none}.{admin}.",
                            f"{head}.{claims}.{signature[:-4]}AAAA", f"{head}.{claims}."):
                self.assertEqual(self.ask(server, altered), (401, "invalid-token"))

    def test_content_is_read_without_a_trace(self):
        """By the program's own commands it cannot be: each read is an event first."""
        size = self.program.size()
        for words in (("case", self.log, "case-1"), ("history", self.log, "case-1"),
                      ("findings", self.log, "--case", "case-1")):
            self.program.ok(*words)
            self.assertGreater(self.program.size(), size, words)
            size = self.program.size()
        listed = json.loads(self.program.ok("access", self.log, "case-1", "--json"))["list"]
        self.assertIn("operator", {item["capacity"] for item in listed})


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
