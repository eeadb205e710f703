#!/usr/bin/env python3
"""The log gets another key, and people others: who follows.  log_key_test.py STAFETT SOURCE"""

import base64
import hashlib
import json
import os
import pathlib
import shutil
import sys
import tempfile
import unittest

import bundles
import own_keys
import program
from bundles import Bundle, grant
from program import NOTE, Program, Server, event, verify_with_go

BINARY, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])


def message_of(origin, intents):
    """What is signed for these together, by docs/formats/signed-groups.md alone."""
    def root(leaves):
        if len(leaves) == 1:
            return hashlib.sha256(b"\0" + leaves[0]).digest()
        split = 1 << (len(leaves) - 1).bit_length() - 1
        return hashlib.sha256(b"\1" + root(leaves[:split]) + root(leaves[split:])).digest()
    return (b"stafett/intents/v1\0" + hashlib.sha256(origin.encode()).digest() +
            len(intents).to_bytes(4, "little") + root(intents))


class WithLog(unittest.TestCase):
    def setUp(self):
        shm = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.scratch = tempfile.TemporaryDirectory(dir=shm)
        self.addCleanup(self.scratch.cleanup)
        self.program = Program(BINARY, self.scratch.name)
        self.program.make()
        self.log, self.place = self.program.log, self.program.place

    def append(self, number):
        note = {**NOTE, "data": {**NOTE["data"], "note": f"k{number}"}}
        code, answers, err = self.program.append(note)
        self.assertEqual(code, 0, (answers, err))
        return answers[0]

    def rotate(self):
        return self.program.ok("keys", "rotate-log", self.log).strip()

    def verified(self):
        code, out, err = self.program.run("verify", self.log, "--level", "5", "--json")
        report = json.loads(out)
        self.assertEqual((code, report["errors"]), (0, []), err)
        return report


class TheLogsKey(WithLog):
    def kept(self, name):
        out = self.place / name
        self.program.ok("export-tiles", self.log, str(out))
        return out

    def test_what_was_handed_out_before_still_verifies(self):
        old = self.kept("old")
        receipt = self.append(1)
        proof = self.program.ok("proof", self.log, "3")
        new = self.rotate()
        self.append(2)
        self.verified()
        self.assertNotEqual((old / "keys/log.vkey").read_text().strip(), new)
        again = program.parse_proof(proof)
        leaf = self.program.lines("log", self.log, "--json", "--from", "3", "--limit", "1")[0]
        self.assertEqual(
            program.root_from(base64.b64decode(leaf["leafHash"]), again[0], again[3],
                              again[1]), again[4])
        # A copy of before the change, compared with a receipt of before and one of after it.
        receipts = self.place / "receipts"
        receipts.write_text("".join(json.dumps(one) + "\n" for one in (receipt, self.append(3))))
        self.program.ok("backup", self.log, str(self.place / "out"))
        shutil.rmtree(self.log)
        self.program.ok("restore", str(self.place / "out"), self.log, "--receipt", str(receipts),
                        "--checkpoint", str(old / "checkpoint"))
        self.verified()

    def test_a_copy_from_before_is_read_and_goes_on_no_more(self):
        old = self.place / "old"
        shutil.copytree(self.log, old)
        self.rotate()
        shutil.rmtree(self.log)
        old.rename(self.log)
        shutil.rmtree(self.log + ".guard")
        code, _, err = self.program.run("guard", "accept", self.log, "--yes")
        self.assertEqual(code, 1, err)
        self.assertIn("before a change of the log key", err)
        self.verified()
        code, answers, _ = self.program.append(NOTE)
        self.assertNotEqual(code, 0, answers)

    @unittest.skipUnless(program.HAS_GO, "no Go")
    def test_gos_own_verifier_takes_the_new_key_and_not_the_old(self):
        old = (self.kept("old") / "keys/log.vkey").read_text()
        new = self.rotate()
        exported = self.kept("new")
        self.assertEqual((exported / "keys/log.vkey").read_text(), new + "\n")
        cache = str(self.place / "go-cache")
        verified = self.verified()
        agrees = f"size {verified['size']} root {verified['root']}"
        self.assertEqual(verify_with_go(SOURCE, exported, cache), agrees)
        with Server(BINARY, self.log) as server:
            self.assertEqual(verify_with_go(SOURCE, server.urls[0], cache), agrees)
        (exported / "keys/log.vkey").write_text(old)
        self.assertNotIn("root", verify_with_go(SOURCE, exported, cache))

    def test_a_bundle_follows_the_change_in_both_verifiers(self):
        old = self.kept("old")
        grant(self.program)
        vkey = (old / "keys/log.vkey").read_text().strip()
        for number in range(2):
            new = self.rotate()
            self.append(number)
            path = self.place / f"bundle-{number}"
            newest = self.kept(f"newest-{number}") / "checkpoint"
            self.program.ok("audit", "bundle", self.log, str(path), "--held",
                            str(old / "checkpoint"), "--held", str(newest))
            bundle = Bundle(self.program, SOURCE, path)
            for words in ((), ("--key", vkey), ("--key", new),
                          ("--checkpoint", str(old / "checkpoint")),
                          ("--checkpoint", str(newest))):
                report = bundle.verify(*words)
                self.assertEqual(report["errors"], [])
                self.assertEqual(report["bundle"]["logKey"], new)
            elsewhere = bundle.verify_elsewhere()
            self.assertEqual((elsewhere["errors"], elsewhere["logKey"]), ([], new))
        self.forge_handover(bundle)
        stranger = self.place / "stranger"
        self.program.ok("init", str(stranger), "--origin", "stafett.example/9901")
        self.program.ok("export-tiles", str(stranger), str(self.place / "of-stranger"))
        report = bundle.verify("--key", str(self.place / "of-stranger/keys/log.vkey"))
        self.assertIn("file manifest", bundles.places(report))

    def forge_handover(self, bundle):
        """The change left out, by whoever has the newest key: nothing hands over to it."""
        bad = bundle.copy("forged")
        entries = self.program.lines("log", self.log, "--json")
        at = [one["position"] for one in entries
              if one.get("event", {}).get("type") == "LogKeyRotated"]
        self.assertEqual(len(at), 2)
        lines = [line for line in bad.lines("shared.jsonl") if line["position"] != at[1]]
        bad.write_lines("shared.jsonl", lines)
        bad.sign_again()
        self.assertFalse(bad.verify()["ok"])
        self.assertFalse(bad.verify_elsewhere()["ok"])

    def test_a_witness_believes_the_new_key_instead_of_the_old(self):
        witness = str(self.place / "w1")
        name = self.program.ok("witness", "init", witness, "--name", "witness.stafett.example/w1")
        old = (self.kept("old") / "keys/log.vkey").read_text().strip()
        self.program.ok("witness", "trust", witness, old)
        policy = f"witness w1 {name.strip()}\nquorum w1\n"
        self.program.ok("witness", "policy", self.log, "--set", "-", text=policy)

        def cosign():
            request = self.program.ok("witness", "request", self.log, "--witness", "w1")
            return self.program.run("witness", "sign", witness, "-", text=request)
        code, note, err = cosign()
        self.assertEqual(code, 0, err)
        self.program.ok("witness", "accept", self.log, "-", text=note)
        new = self.rotate()
        self.append(1)
        self.assertEqual(cosign()[0], 5)  # not a key that it believes
        stranger = new.replace(new[-6:-2], "AAAA")
        self.assertNotEqual(self.program.run("witness", "trust", witness, stranger)[0], 0)
        self.program.ok("witness", "trust", witness, new, "--instead-of", old)
        self.assertEqual(self.program.run("witness", "trust", witness, old, "--instead-of", old)[0],
                         4)
        code, note, err = cosign()
        self.assertEqual(code, 0, err)
        self.program.ok("witness", "accept", self.log, "-", text=note)
        report = self.verified()
        self.assertEqual(report["witnessed"]["final"]["size"], int(note.split("\n")[1]))
        self.program.ok("proof", self.log, "3", "--final")

    def test_a_policy_that_names_the_old_key_stands_in_the_way(self):
        old = (self.kept("old") / "keys/log.vkey").read_text().strip()
        self.program.ok("witness", "policy", self.log, "--set", "-",
                        text=f"log {old}\nquorum none\n")
        code, _, err = self.program.run("keys", "rotate-log", self.log)
        self.assertEqual(code, 5)
        self.assertIn("policy", err)
        self.program.ok("witness", "policy", self.log, "--set", "-", text="quorum none\n")
        new = self.rotate()
        self.assertEqual(self.program.run("witness", "policy", self.log, "--set", "-",
                                          text=f"log {old}\nquorum none\n")[0], 5)
        self.program.ok("witness", "policy", self.log, "--set", "-",
                        text=f"log {new}\nquorum none\n")

    def test_a_report_names_the_key_that_signs_now(self):
        old = (self.kept("old") / "keys/log.vkey").read_text().strip()
        new = self.rotate()
        out = self.place / "report.html"
        self.program.ok("audit", "report", self.log, str(out), "--period",
                        "2025-01-01..2025-12-31", "--no-verify")
        self.assertIn(new, out.read_text())
        self.assertNotIn(old, out.read_text())

    def test_a_log_whose_key_is_lost_is_verified_and_takes_nothing_more(self):
        key = pathlib.Path(self.log + ".keys/log.key")
        away = key.rename(self.place / "away")
        self.verified()
        self.program.ok("export-tiles", self.log, str(self.place / "tiles"))
        for words, text in ((("append", self.log), json.dumps(NOTE) + "\n"),
                            (("case", self.log, "case-1"), None),
                            (("keys", "rotate-log", self.log), None)):
            code, out, err = self.program.run(*words, text=text)
            self.assertEqual(code, 1, err)
            self.assertIn("the log key is missing", out + err)
        with Server(BINARY, self.log) as server:
            self.assertTrue(server.urls)
        away.rename(key)
        self.append(1)

    def test_killed_anywhere_it_opens_and_verifies(self):
        self.append(1)
        key = pathlib.Path(self.log + ".keys/log.key")
        for number, name in enumerate(("log.key.next", "log.key")):
            # Cut short after the record of it: both files are there, or only the next.
            before = key.read_bytes()
            self.rotate()
            after = key.read_bytes()
            key.with_name("log.key.next").write_bytes(after)
            key.with_name("log.key.next").chmod(0o600)
            if name == "log.key":
                key.unlink()
            else:
                key.write_bytes(before)
            self.append(f"{number}-after")
            self.verified()
            self.assertEqual(key.read_bytes(), after)
            self.assertFalse(key.with_name("log.key.next").exists())


class Suspect(WithLog):
    def standing(self):
        return {one["position"]: one["standing"]
                for one in self.program.lines("history", self.log, "case-1", "--json")
                if "standing" in one}

    def test_a_person_stands_by_what_a_stolen_key_did_and_by_no_more(self):
        first = self.append(1)["position"]
        second = self.append(2)["position"]
        self.program.ok("keys", "rotate", self.log, "lise")
        third = self.append(3)["position"]
        old = next(one["key"] for one in self.program.lines("keys", "list", self.log, "--json")
                   if one["state"] == "revoked")
        self.assertEqual(self.program.lines("keys", "suspect", self.log, "--json"), [])
        # The key that was rotated away cannot be revoked again: the newest is the stolen one.
        self.assertNotEqual(self.program.run("keys", "revoke", self.log, old)[0], 0)
        self.program.ok("keys", "revoke", self.log, "lise", "--compromised-since", str(third))
        listed = self.program.lines("keys", "suspect", self.log, "--json")
        self.assertEqual([(one["position"], one["state"]) for one in listed], [(third, "suspect")])
        self.assertNotIn(first, [one["position"] for one in listed])
        report = self.verified()
        self.assertEqual((report["suspect"], report["reattested"]), (1, 0))
        self.assertEqual(self.standing(), {third: "suspect"})
        self.assertIn("by lise (suspect)", self.program.ok("history", self.log, "case-1"))
        # Without a new key nobody stands by it; a wrong person or event is refused.
        self.assertNotEqual(self.program.run("keys", "reattest", self.log, "lise", str(third))[0], 0)
        self.program.ok("keys", "enrol", self.log, "lise")
        self.assertEqual(self.program.run("keys", "reattest", self.log, "lise", str(second))[0], 5)
        self.assertEqual(self.program.run("keys", "reattest", self.log, "nobody", "--all")[0], 4)
        self.assertEqual(self.program.run("keys", "reattest", self.log, "lise")[0], 2)
        self.assertEqual(self.program.ok("keys", "reattest", self.log, "lise", "--all"), "1\n")
        self.assertEqual(self.program.ok("keys", "reattest", self.log, "lise", "--all"), "0\n")
        report = self.verified()
        self.assertEqual((report["suspect"], report["reattested"]), (0, 1))
        listed = self.program.lines("keys", "suspect", self.log, "--json")
        self.assertEqual([one["state"] for one in listed], ["reattested"])
        self.assertEqual(self.standing(), {third: "reattested"})
        text = self.program.ok("verify", self.log)
        self.assertIn("1 attested again", text)

    def key_of(self, state, custody="custodial", actor=None):
        return next(one["key"] for one in self.program.lines("keys", "list", self.log, "--json")
                    if (one["state"], one["custody"]) == (state, custody)
                    and actor in (None, one["actor"]))

    def test_a_thief_who_rotates_the_key_does_not_hide_what_he_did_before(self):
        stolen = self.append(1)["position"]
        self.program.ok("keys", "rotate", self.log, "lise")  # by the thief
        old = self.key_of("revoked")
        again = self.append(2)["position"]
        self.program.ok("keys", "revoke", self.log, "lise", "--compromised-since",
                        str(stolen + 1))
        self.assertEqual(self.program.run("keys", "revoke", self.log, old)[0], 5)
        self.program.ok("keys", "revoke", self.log, old, "--compromised-since", str(stolen))
        listed = self.program.lines("keys", "suspect", self.log, "--json")
        # He signed the rotation, too.
        self.assertEqual([one["position"] for one in listed], [stolen, stolen + 1, again])
        self.program.ok("keys", "enrol", self.log, "lise")
        self.program.ok("keys", "reattest", self.log, "lise", str(stolen))
        report = self.verified()
        self.assertEqual((report["suspect"], report["reattested"]), (2, 1))
        grant(self.program)
        self.program.ok("audit", "bundle", self.log, str(self.place / "bundle"))
        bundle = Bundle(self.program, SOURCE, self.place / "bundle")
        self.assertEqual(bundle.verify()["errors"], [])
        self.assertEqual(bundle.verify_elsewhere()["errors"], [])

    def test_the_programs_key_is_rotated_and_not_revoked(self):
        old = self.key_of("valid", "system")
        for who in ("system", old):
            code, _, err = self.program.run("keys", "revoke", self.log, who, "--compromised-since",
                                            "1")
            self.assertEqual(code, 5)
            self.assertIn("rotate it first", err)
        self.append(1)
        self.program.ok("keys", "rotate", self.log, "system")
        self.program.ok("keys", "revoke", self.log, old, "--compromised-since", "1")
        self.append(2)
        self.program.ok("case", self.log, "case-1")
        report = self.verified()
        self.assertGreater(report["suspect"], 0)
        # The program vouches for nobody but itself.
        self.assertEqual(self.program.ok("keys", "reattest", self.log, "system", "--all"),
                         f"{report['suspect']}\n")
        self.assertEqual(self.verified()["suspect"], 0)
        person = self.append(3)["position"]
        self.program.ok("keys", "revoke", self.log, "lise", "--compromised-since", str(person))
        code, _, err = self.program.run("keys", "reattest", self.log, "system", str(person))
        self.assertEqual((code, "somebody else" in err), (5, True), err)

    def test_whose_key_is_elsewhere_signs_there(self):
        events = [self.append(number)["position"] for number in range(3)]
        self.program.ok("keys", "revoke", self.log, "lise", "--compromised-since", str(events[0]))
        to_sign = self.place / "to-sign"
        self.assertEqual(self.reattest("--all", "--prepare", str(to_sign))[0], 4)  # no key at all
        self.program.ok("keys", "enrol", self.log, "lise")
        self.assertEqual(self.reattest("--all", "--prepare", str(to_sign))[0], 5)  # kept here
        key = own_keys.enrol(self.program, "lise")
        self.assertEqual(self.reattest("--all")[0], 4)
        self.assertEqual(self.reattest(str(self.program.size() + 9), "--prepare",
                                       str(to_sign))[0], 4)
        self.assertFalse(to_sign.exists())
        code, out, err = self.reattest("--all", "--prepare", str(to_sign))
        self.assertEqual(code, 0, err)
        self.assertEqual(self.reattest("--all", "--prepare", str(to_sign))[0], 5)  # it is there
        told = json.loads(to_sign.read_text())
        self.assertEqual([one["attests"] for one in told["events"]], events)
        self.assertEqual(told["message"], out.strip())
        self.assertEqual(base64.b64decode(out), message_of(
            "stafett.example/9901", [base64.b64decode(one["intent"]) for one in told["events"]]))
        signature = base64.b64encode(key.sign(base64.b64decode(out))).decode()
        self.refuse_what_is_wrong(told, signature)
        self.assertEqual(self.verified()["suspect"], 3)
        size = self.program.size()
        words = ("--commit", str(to_sign), "--signature", signature)
        for _ in range(2):  # again it is answered as before
            self.assertEqual(self.reattest(*words)[:2], (0, "3\n"))
            self.assertEqual(self.program.size() - size, 3)
        report = self.verified()
        self.assertEqual((report["suspect"], report["reattested"], report["signatures"]["own"]),
                         (0, 3, 3))

    def reattest(self, *words, who="lise"):
        return self.program.run("keys", "reattest", self.log, who, *words)

    def refuse_what_is_wrong(self, told, signature):
        other = event("PersonRegistered", "admin",
                      {"person": "odd", "roles": ["employee"], "service": "school",
                       "active": True})
        self.assertEqual(self.program.append(other)[0], 0)

        def commit(change=None, signed=signature, who="lise"):
            bad = json.loads(json.dumps(told))
            if change:
                change(bad["events"])
            path = self.place / "bad"
            path.write_text(json.dumps(bad))
            return self.reattest("--commit", str(path), "--signature", signed, who=who)

        size = self.program.size()
        code, _, err = commit(signed=base64.b64encode(bytes(64)).decode())
        self.assertEqual((code, "bad-signature" in err), (5, True), err)
        self.assertEqual(commit(who="odd")[0], 5)
        self.assertEqual(commit(signed="AAAA")[0], 2)
        swapped = [one["part"] for one in told["events"]]
        code, _, err = commit(lambda e: e[0].update(part=swapped[1]))
        self.assertEqual((code, "commit to its part" in err), (5, True), err)
        self.assertEqual(commit(lambda e: e.pop())[0], 5)  # signed with the others
        for broken in (lambda e: e.clear(), lambda e: e[0].pop("part"), lambda e: e.append(7),
                       lambda e: e[0].update(intent="AAAA"), lambda e: e.extend(e * 5000)):
            self.assertIn(commit(broken)[0], (1, 2))
        self.assertEqual(self.program.size(), size)

    def test_a_bundle_counts_them_too(self):
        position = self.append(1)["position"]
        self.program.ok("keys", "revoke", self.log, "lise", "--compromised-since", str(position))
        self.program.ok("keys", "enrol", self.log, "lise")
        grant(self.program)
        for expected, words in (((1, 0), ()), ((0, 1), ("--all",))):
            if words:
                self.program.ok("keys", "reattest", self.log, "lise", *words)
            path = self.place / f"bundle-{expected[0]}"
            self.program.ok("audit", "bundle", self.log, str(path))
            report = Bundle(self.program, SOURCE, path).verify()
            self.assertEqual(report["errors"], [])
            self.assertEqual((report["suspect"], report["reattested"]), expected)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
