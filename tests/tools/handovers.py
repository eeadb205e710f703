"""Two municipalities' logs, and what is handed over between them."""

import base64
import datetime
import hashlib
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import unittest
import uuid

from bundles import happening
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from program import Program, begin, event

BINARY, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
FILES = ["checkpoint", "documents.jsonl", "events.jsonl", "handover.json", "keys.jsonl", "log.vkey",
         "manifest", "names.jsonl"]
# A package of version 1, and the key of the log that it is of.
OLD = SOURCE / "tests/tools/golden/handover-v1.tar.zst"
OLD_KEY = "stafett.example/9901+0d56b41e+AdtL4GEzpoih/OS+UIEDCC5RzqK0j0vt/r8MzLjrU7Et"
HAS_TOOLS = shutil.which("age") and shutil.which("zstd")


def consent(by, name, **more):
    return happening("ConsentGranted", "lise",
                     {"consent": name, "consenter": by, "services": [], "openLog": False,
                      "form": "written", "from": datetime.date.today().isoformat(),
                      "recipient": "service", "documentDigest": "0" * 64, "transferTo": "9902",
                      **more}, case="case")


def not_yet_closed(giver):
    scenario = json.loads((SOURCE / "tests/projections/scenarios/case-a-ola.json").read_text())
    scenario["events"] = [one for one in scenario["events"]
                          if not one["type"].startswith("Archive") and one["type"] != "LogClosed"]
    scenario["expect"], scenario["evaluate"] = {}, []
    (giver.place / "scenario.json").write_text(json.dumps(scenario))
    giver.ok("scenario", str(giver.place / "scenario.json"), "--dir", giver.log)


def elsewhere(taker):
    taker.ok("init", taker.log, "--origin", "stafett.example/9902")
    code, answers, err = taker.append(
        event("ServiceRegistered", "admin", {"service": "school", "kind": "school", "names": {
            "nb": "skole", "nn": "skule", "en": "school"}}),
        event("PersonRegistered", "admin", {"person": "tone", "roles": ["employee"],
                                            "service": "school", "active": True}),
        event("PersonRegistered", "admin", {"person": "ola-n", "roles": ["child"],
                                            "active": True}))
    assert code == 0, (answers, err)


class WithTwoLogs(unittest.TestCase):
    """The open log of case-a-ola before it was closed; kari and per are the guardians."""

    def setUp(self):
        shm = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        place = tempfile.TemporaryDirectory(dir=shm)
        self.addCleanup(place.cleanup)
        self.place = pathlib.Path(place.name)
        self.giver, self.taker = (Program(BINARY, self.place / name) for name in ("giver", "taker"))
        for program, play in ((self.giver, not_yet_closed), (self.taker, elsewhere)):
            program.place.mkdir()
            begin(play, program)
        made = subprocess.run(["age-keygen", "-o", self.place / "age.key"], capture_output=True,
                              text=True, check=True)
        self.recipient = made.stderr.split()[-1]

    def history(self, program, case):
        return program.lines("history", program.log, case, "--json")

    def agree(self):
        code, answers, err = self.giver.append(consent("kari", "t1"), consent("per", "t2"))
        self.assertEqual(code, 0, (answers, err))

    def give(self, name="out.age", by="lise", transfer="x1", to="9902"):
        return self.giver.run("handover", "give", self.giver.log, str(self.place / name), "--case",
                              "case", "--to", to, "--transfer", transfer, "--by", by,
                              "--encrypt-to", self.recipient, "--json")

    def opened(self, name="out.age"):
        """The package as its receiver decrypts it, and the key that came by another way."""
        out = self.place / "package"
        subprocess.run(["age", "-d", "-i", self.place / "age.key", "-o", out, self.place / name],
                       check=True)
        folder = self.unpacked(out, "folder")
        return out, (folder / "bundle/log.vkey").read_text().strip()

    def unpacked(self, package, name):
        folder = self.place / name
        folder.mkdir()
        subprocess.run(["tar", "--zstd", "-xf", package, "-C", folder], check=True)
        return folder

    def packed(self, folder, name):
        subprocess.run(["tar", "--zstd", "-cf", self.place / name, "-C", folder, *sorted(
            f"bundle/{one.name}" for one in (folder / "bundle").iterdir())], check=True)
        return self.place / name

    def given(self):
        """A package that was given and opened, and its key; unpacked in `folder`."""
        self.agree()
        code, out, err = self.give()
        self.assertEqual(code, 0, err)
        return (json.loads(out), *self.opened())

    def forged(self, name, change):
        """What is wrong with it when whoever has the giver's log key has changed the lines."""
        folder = self.place / f"forged-{len(list(self.place.iterdir()))}"
        shutil.copytree(self.place / "folder", folder)
        path = folder / "bundle" / name
        lines = [json.loads(line) if name != "log.vkey" else line
                 for line in path.read_text().splitlines()]
        changed = change(lines)
        lines = lines if changed is None else changed
        path.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n"
                                for line in lines))
        self.sign_again(folder / "bundle")
        return self.check(self.packed(folder, folder.name + ".tar.zst"), self.key)

    def sign_again(self, folder):
        seed = bytes.fromhex((pathlib.Path(self.giver.log + ".keys") / "log.key").read_text())
        text, line = (folder / "manifest").read_text().rsplit("\n\n", 1)
        rows = text.split("\n")[:2]
        for row in text.split("\n")[2:]:
            name = row.split(" ")[2]
            data = (folder / name).read_bytes()
            rows.append(f"{hashlib.sha256(data).hexdigest()} {len(data)} {name}")
        text = "\n".join(rows) + "\n"
        mark, name, signature = line.rstrip("\n").split(" ")
        signed = Ed25519PrivateKey.from_private_bytes(seed).sign(text.encode())
        both = base64.b64encode(base64.b64decode(signature)[:4] + signed).decode()
        (folder / "manifest").write_text(f"{text}\n{mark} {name} {both}\n")

    def attach(self, name, document, digest=None):
        """A document of an event in the open log."""
        path = self.place / f"{name}.bin"
        path.write_bytes(document)
        added = happening("AttachmentAdded", "lise", {
            "attachment": name, "kind": "plan", "title": f"a plan: {name}",
            "digest": digest or hashlib.sha256(document).hexdigest(), "bytes": len(document),
            "mediaType": "application/pdf"}, case="case",
            id=str(uuid.UUID(int=random.getrandbits(122) | 7 << 76 | 2 << 62)))
        code, out, err = self.giver.run("append", self.giver.log, "--attach",
                                        f"{added['id']}={path}", text=json.dumps(added) + "\n")
        self.assertEqual(code, 0, (out, err))
        return added["id"]

    def check(self, package, key):
        self.key = key
        code, out, err = self.taker.run("handover", "check", str(package), "--key", key, "--json")
        self.assertIn(code, (0, 3), err)
        report = json.loads(out)
        self.assertEqual(report["ok"], code == 0)
        return report

    def take(self, package, key, case="ny-1", by="tone"):
        return self.taker.run("handover", "take", self.taker.log, str(package), "--key", key,
                              "--case", case, "--subject", "ola-n", "--service", "school", "--by",
                              by, "--json")
