#!/usr/bin/env python3
"""Where the root key is: a file, a credential, a token.  root_key_test.py STAFETT SOURCE"""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from program import NOTE, RAISED, Program, Server, event

BINARY = sys.argv[1]
MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "48151623"
HAS_TOKEN = os.path.exists(MODULE) and shutil.which("softhsm2-util") and shutil.which("pkcs11-tool")


class WithPlace(unittest.TestCase):
    def setUp(self):
        shm = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        place = tempfile.TemporaryDirectory(dir=shm)
        self.addCleanup(place.cleanup)
        self.program = Program(BINARY, place.name)
        self.place, self.log = self.program.place, self.program.log
        self.root_key = pathlib.Path(self.log + ".keys/root.key")

    def note(self, number):
        return {**NOTE, "data": {**NOTE["data"], "note": f"r{number}"}}

    def works(self, number):
        code, answers, err = self.program.append(self.note(number))
        self.assertEqual(code, 0, (answers, err))
        self.program.ok("case", self.log, "case-1")
        code, out, err = self.program.run("verify", self.log, "--level", "5", "--json")
        self.assertEqual((code, json.loads(out)["errors"]), (0, []), err)

    def refused(self, code, said, *words, text=None):
        got, _, err = self.program.run(*words, text=text)
        self.assertEqual(got, code, err)
        self.assertIn(said, err)

    def closed(self, code, said):
        """Nothing that opens content works, and says why; what needs no key does."""
        self.refused(code, said, "case", self.log, "case-1")
        self.refused(code, said, "append", self.log, text=json.dumps(self.note(999)) + "\n")
        self.refused(code, said, "verify", self.log, "--level", "5")
        self.program.ok("verify", self.log)

    def prepare_erasure(self):
        goes = {key: value for key, value in RAISED.items() if key != "id"}
        code, answers, _ = self.program.append(
            event("PersonRegistered", "admin",
                  {"person": "second", "roles": ["admin"], "active": True}),
            {**goes, "case": "goes-1", "data": {**goes["data"], "subject": "kim"}})
        self.assertEqual(code, 0, answers)

    def nowhere(self, key):
        for path in self.place.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                for form in (key, base64.b64encode(key), key.hex().encode()):
                    self.assertNotIn(form, content, path)


class Credential(WithPlace):
    def setUp(self):
        super().setUp()
        self.given = self.place / "given"
        self.given.mkdir(mode=0o700)
        self.addCleanup(os.environ.pop, "CREDENTIALS_DIRECTORY", None)

    def give(self, key):
        (self.given / "root").write_bytes(key)
        (self.given / "root").chmod(0o400)
        os.environ["CREDENTIALS_DIRECTORY"] = str(self.given)

    def test_a_log_goes_on_with_its_key_as_a_credential(self):
        self.program.make()
        key = self.root_key.read_bytes()
        self.refused(4, "LoadCredential", "keys", "move-root", self.log, "credential:root")
        self.give(bytes(32))
        self.refused(5, "another key", "keys", "move-root", self.log, "credential:root")
        self.assertEqual(self.root_key.read_bytes(), key)
        (self.given / "root").unlink()
        self.give(key)
        self.program.ok("keys", "move-root", self.log, "credential:root")
        self.assertEqual(self.root_key.read_text(), "stafett/root-key/v1\ncredential root\n")
        self.works(1)
        with Server(BINARY, self.log) as server:
            self.assertTrue(server.urls)
        (self.given / "root").chmod(0o444)
        self.closed(5, "others may use it")
        del os.environ["CREDENTIALS_DIRECTORY"]
        self.closed(4, "LoadCredential")
        os.environ["CREDENTIALS_DIRECTORY"] = str(self.given)
        (self.given / "root").unlink()
        self.closed(4, "given/root")
        self.give(bytes(31))
        self.closed(1, "not the size of a key")
        (self.given / "root").unlink()
        self.give(key)
        self.program.ok("keys", "move-root", self.log, "file")
        self.assertEqual(self.root_key.read_bytes(), key)
        del os.environ["CREDENTIALS_DIRECTORY"]
        self.works(2)

    def test_a_new_log_begins_with_it(self):
        self.give(bytes(range(32)))
        self.program.ok("init", self.log, "--origin", "stafett.example/9901", "--root-key",
                        "credential:root")
        self.assertEqual(self.root_key.read_text(), "stafett/root-key/v1\ncredential root\n")
        self.program.ok("verify", self.log, "--level", "5")
        for words in ("credential:", "credential:../root", "credential:a b", "else", "pkcs11:"):
            self.assertNotEqual(self.program.run(
                "init", str(self.place / "other"), "--origin", "stafett.example/9901",
                "--root-key", words)[0], 0, words)
        self.assertFalse((self.place / "other").exists())

    def test_an_erasure_is_refused_before_it_begins(self):
        self.program.make()
        self.prepare_erasure()
        self.give(self.root_key.read_bytes())
        self.program.ok("keys", "move-root", self.log, "credential:root")
        order = self.program.ok("erase", "order", self.log, "--case", "goes-1", "--basis", "court",
                                "--by", "admin").strip()
        self.program.ok("erase", "approve", self.log, order, "--by", "second")
        self.refused(5, "credential", "erase", "run", self.log, order, "--no-places",
                     "--no-shares")
        self.works(1)  # nothing was closed
        self.program.ok("keys", "move-root", self.log, "file")
        self.program.ok("erase", "run", self.log, order, "--no-places", "--no-shares")
        self.assertEqual(self.program.run("case", self.log, "goes-1")[0], 4)


@unittest.skipUnless(HAS_TOKEN, "no SoftHSM")
class Token(WithPlace):
    def setUp(self):
        super().setUp()
        tokens = self.place / "tokens"
        tokens.mkdir()
        config = self.place / "softhsm2.conf"
        config.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\n"
                          "log.level = ERROR\n")
        os.environ["SOFTHSM2_CONF"] = str(config)
        self.addCleanup(os.environ.pop, "SOFTHSM2_CONF", None)
        self.pin = self.place / "pin"
        self.set_pin(PIN)
        self.make_token()
        self.make_key("root")
        self.uri = self.uri_of("stafett", "root")

    def make_token(self):
        self.call("softhsm2-util", "--init-token", "--free", "--label", "stafett", "--so-pin",
                  "12345678", "--pin", PIN)

    def set_pin(self, words):
        self.pin.write_text(words + "\n")
        self.pin.chmod(0o600)

    def call(self, *words):
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def tool(self, *words):
        self.call("pkcs11-tool", "--module", MODULE, "--token-label", "stafett", "--login", "--pin",
                  PIN, *words)

    def make_key(self, label):
        self.tool("--keygen", "--key-type", "AES:32", "--label", label, "--sensitive")

    def uri_of(self, token, label):
        return (f"pkcs11:token={token};object={label}"
                f"?module-path={MODULE}&pin-source=file:{self.pin}")

    def test_a_new_logs_root_key_is_never_on_disk_in_clear(self):
        self.program.ok("init", self.log, "--origin", "stafett.example/9901", "--root-key",
                        self.uri)
        kept = self.root_key.read_text()
        self.assertTrue(kept.startswith("stafett/root-key/v1\npkcs11 " + self.uri + "\nwrapped "))
        self.program.ok("verify", self.log, "--level", "5")
        # Only moved to a file does it show what it was all the time.
        copies = self.place / "copies"
        shutil.copytree(self.log + ".keys", copies)
        self.program.ok("keys", "move-root", self.log, "file")
        key = self.root_key.read_bytes()
        self.assertEqual(len(key), 32)
        self.root_key.unlink()
        self.nowhere(key)

    def test_a_log_moves_into_a_token_and_out_again(self):
        self.program.make()
        key = self.root_key.read_bytes()
        self.program.ok("keys", "move-root", self.log, self.uri)
        self.nowhere(key)
        self.works(1)
        with Server(BINARY, self.log) as server:
            self.assertTrue(server.urls)
        shares = [str(self.place / name) for name in "ab"]
        self.program.ok("keys", "escrow", self.log, *shares, "--shares", "2", "--threshold", "2")
        self.make_key("next")
        self.program.ok("keys", "move-root", self.log, self.uri_of("stafett", "next"))
        self.works(2)
        self.tool("--delete-object", "--type", "secrkey", "--label", "root")
        self.works(3)
        self.program.ok("keys", "move-root", self.log, "file")
        self.assertEqual(self.root_key.read_bytes(), key)
        self.works(4)

    def test_a_move_out_of_it_that_was_cut_short_leaves_no_key_behind(self):
        self.program.make()
        key = self.root_key.read_bytes()
        self.program.ok("keys", "move-root", self.log, self.uri)
        # Killed while root.key.next, or root.key itself from shares, was being written.
        for name in ("root.key.next.new", "root.key.new"):
            self.root_key.with_name(name).write_bytes(key)
            self.works(len(name))
            self.nowhere(key)

    def test_a_key_that_the_token_hands_out_is_not_taken(self):
        self.program.make()
        self.tool("--keygen", "--key-type", "AES:32", "--label", "open", "--extractable")
        self.refused(5, "read out of the token", "keys", "move-root", self.log,
                     self.uri_of("stafett", "open"))
        self.works(1)

    def test_what_is_wrong_with_a_token_is_said(self):
        self.program.make()
        self.program.ok("keys", "move-root", self.log, self.uri)
        self.set_pin("0000")
        self.closed(5, "does not take this PIN")
        self.set_pin(PIN)
        self.works(1)
        self.pin.chmod(0o644)
        self.closed(5, "others may use it")
        self.pin.unlink()
        self.closed(4, "pin")
        self.set_pin(PIN)
        away = self.place / "away"
        (self.place / "tokens").rename(away)
        (self.place / "tokens").mkdir()
        self.closed(4, "the token is not there")
        (self.place / "tokens").rmdir()
        away.rename(self.place / "tokens")
        self.works(2)
        self.tool("--delete-object", "--type", "secrkey", "--label", "root")
        self.closed(4, "the key is not in the token")
        self.make_key("root")  # of the same name, and another
        self.closed(1, "not wrapped by this key")
        self.make_token()
        self.closed(5, "several tokens")

    def test_a_log_that_could_not_begin_can_begin_again(self):
        words = ("init", self.log, "--origin", "stafett.example/9901", "--root-key", self.uri)
        self.set_pin("0000")
        self.refused(5, "does not take this PIN", *words)
        self.set_pin(PIN)
        self.program.ok(*words)

    def test_an_altered_file_opens_nothing(self):
        self.program.make()
        self.program.ok("keys", "move-root", self.log, self.uri)
        good = self.root_key.read_text()
        wrapped = good.split("wrapped ")[1].strip()
        altered = bytearray(base64.b64decode(wrapped))
        altered[20] ^= 1
        self.root_key.write_text(good.replace(wrapped, base64.b64encode(altered).decode()))
        self.closed(1, "not wrapped by this key")
        for bad in (good[:-1], good + "x\n", good.replace("v1", "v2"), "stafett/root-key/v1\n"):
            self.root_key.write_text(bad)
            self.assertNotEqual(self.program.run("case", self.log, "case-1")[0], 0, bad)
        self.root_key.write_text(good)
        self.works(1)

    def test_no_pin_is_taken_from_the_command_line(self):
        self.program.make()
        for uri in (f"pkcs11:token=stafett;object=root?pin-value={PIN}",
                    f"pkcs11:token=stafett;object=root?module-path={MODULE}", "pkcs11:%zz"):
            self.assertEqual(self.program.run("keys", "move-root", self.log, uri)[0], 2, uri)
        self.works(1)

    def test_an_erasure_makes_a_new_root_key_under_the_same_token_key(self):
        self.program.make()
        self.prepare_erasure()
        self.program.ok("keys", "move-root", self.log, self.uri)
        before = self.root_key.read_text()
        order = self.program.ok("erase", "order", self.log, "--case", "goes-1", "--basis", "court",
                                "--by", "admin").strip()
        self.program.ok("erase", "approve", self.log, order, "--by", "second")
        self.set_pin("0000")  # refused before anything is closed
        self.refused(5, "does not take this PIN", "erase", "run", self.log, order, "--no-places",
                     "--no-shares")
        self.set_pin(PIN)
        self.works(1)
        self.program.ok("erase", "run", self.log, order, "--no-places", "--no-shares")
        after = self.root_key.read_text()
        self.assertNotEqual(before, after)
        self.assertEqual(before.split("wrapped")[0], after.split("wrapped")[0])
        self.assertEqual(self.program.run("case", self.log, "goes-1")[0], 4)
        self.program.ok("verify", self.log, "--level", "5")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
