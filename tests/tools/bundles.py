"""A log with an auditor who has a grant, and what can be done to a bundle of it."""

import base64
import datetime
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from program import NOTE, Program, begin, event

FILES = ["cases.jsonl", "checkpoint", "consistency.jsonl", "documents.jsonl", "log.vkey",
         "names.jsonl", "population.jsonl", "profile.json", "ranges.jsonl", "scope.json",
         "shared.jsonl", "streams.jsonl"]


def happening(kind, actor, data, **more):
    # Not cut to the second: what happened cannot refer to an id that was made after it.
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {**event(kind, actor, data, **more), "occurredAt": now}


def grant(program, admin="admin", name="g1", cases=(), days=30):
    """uma may look at all cases, or at these; dag has approved it."""
    today = datetime.date.today()
    people = [event("PersonRegistered", admin, {"person": label, "roles": [role], "active": True})
              for label, role in (("uma", "auditor"), ("dag", "dpo"))]
    given = happening("AuditAccessGranted", admin,
                      {"grant": name, "auditor": "uma", "allCases": not cases,
                       "cases": list(cases), "from": today.isoformat(),
                       "to": (today + datetime.timedelta(days=days)).isoformat(), "ground": "x"})
    code, answers, err = program.append(*people, given)
    assert code == 0, (answers, err)
    code, answers, err = program.append(
        happening("AuditAccessApproved", "dag", {"target": answers[-1]["id"]}))
    assert code == 0, (answers, err)


class Bundle:
    """One that was made, and what both verifiers say of it."""

    def __init__(self, program, source, path):
        self.program, self.source, self.path = program, source, pathlib.Path(path)

    def copy(self, name):
        shutil.copytree(self.path, self.path.parent / name)
        return Bundle(self.program, self.source, self.path.parent / name)

    def verify(self, *words):
        code, out, err = self.program.run("verify", str(self.path), "--json", *words)
        assert code in (0, 3), (code, out, err)
        report = json.loads(out)
        assert report["ok"] == (code == 0)
        return report

    def verify_elsewhere(self):
        """By the program that shares nothing with ours."""
        done = subprocess.run([sys.executable, "-B", self.source / "tools/verify_bundle.py", self.path],
                              capture_output=True, text=True, check=False)
        assert done.returncode in (0, 3), done
        report = json.loads(done.stdout)
        assert report["ok"] == (done.returncode == 0)
        return report

    def findings(self, *words):
        return self.program.lines("findings", str(self.path), "--json", *words)

    def lines(self, name):
        return [json.loads(line) for line in (self.path / name).read_text().splitlines()]

    def write_lines(self, name, lines):
        (self.path / name).write_text("".join(
            json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines))

    def sign_again(self, size=None):
        """As whoever has the log's key can: the files are then what the manifest lists."""
        seed = bytes.fromhex((pathlib.Path(self.program.log + ".keys") / "log.key").read_text())
        text, line = (self.path / "manifest").read_text().rsplit("\n\n", 1)
        head = text.split("\n")[:4]
        head[2] = str(size) if size is not None else head[2]
        rows = []
        for name in FILES:
            data = (self.path / name).read_bytes()
            rows.append(f"{hashlib.sha256(data).hexdigest()} {len(data)} {name}")
        text = "\n".join(head + rows) + "\n"
        mark, name, signature = line.rstrip("\n").split(" ")
        key_id = base64.b64decode(signature)[:4]
        signed = Ed25519PrivateKey.from_private_bytes(seed).sign(text.encode())
        line = f"{mark} {name} {base64.b64encode(key_id + signed).decode()}\n"
        (self.path / "manifest").write_text(text + "\n" + line)


    def sign_scope(self, scope):
        """With another scope.json, written as the program writes it."""
        self.write_lines("scope.json", [scope])
        self.sign_again()

    def forged(self, name, change):
        """A copy in which whoever has the log's key has changed the lines of one file."""
        bad = self.copy(f"forged-{len(os.listdir(self.path.parent))}")
        lines = bad.lines(name)
        changed = change(lines)
        bad.write_lines(name, lines if changed is None else changed)
        bad.sign_again()
        return bad


class WithPlace(unittest.TestCase):
    """A place for a log and bundles of it; `binary` and `source` are set by the test's program."""

    binary = source = None

    def setUp(self):
        shm = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.place = tempfile.TemporaryDirectory(dir=shm)
        self.addCleanup(self.place.cleanup)
        mine = Program(self.binary, self.place.name)
        begin(self.beginning, mine)
        self.work_with(mine)

    def beginning(self, program):
        """What is there when each of the tests of a class begins."""
        self.work_with(program)

    def work_with(self, program):
        self.program, self.log = program, program.log

    def made(self, name="bundle"):
        """A bundle that is there from the beginning."""
        return Bundle(self.program, self.source, self.program.place / name)

    def bundle(self, *words, name="bundle"):
        self.program.ok("audit", "bundle", self.log, str(self.program.place / name), *words)
        return self.made(name)

    def assert_holds(self, bundle):
        for report in (bundle.verify(), bundle.verify_elsewhere()):
            self.assertEqual(report["errors"], [])


class WithCase(WithPlace):
    def beginning(self, program):
        super().beginning(program)
        program.make()
        code, answers, _ = program.append(
            event("PersonRegistered", "admin", {"person": "kim", "roles": ["guardian"],
                                                "active": True}),
            event("GuardianLinked", "lise", {"guardian": "kim", "relation": "mother",
                                             "responsibility": True}, case="case-1"), NOTE)
        self.assertEqual(code, 0, answers)


def raised(case, child="eva"):
    return event("ConcernRaised", "lise",
                 {"subject": child, "subjectKind": "child", "source": "employee",
                  "service": "school", "summary": "x"}, case=case)


def attach(program, case, document, number, **more):
    """An AttachmentAdded with this document; `more`: what it says of it otherwise."""
    identity = f"01970000-0000-7000-8000-0000000a{number:04}"
    about = {"attachment": f"a{number}", "kind": "report", "title": "a report",
             "digest": hashlib.sha256(document).hexdigest(), "bytes": len(document),
             "mediaType": "text/plain", **more}
    file = program.place / f"document-{number}"
    file.write_bytes(document)
    program.ok("append", program.log, "-", "--attach", f"{identity}={file}",
               text=json.dumps(event("AttachmentAdded", "lise", about, case=case, id=identity)) + "\n")


def noted(case, name):
    return {**NOTE, "case": case, "data": {**NOTE["data"], "note": name}}


def codes(report):
    return {(error["place"].removeprefix("file "), error["code"]) for error in report["errors"]}


def places(report):
    return {error["place"] for error in report["errors"]}
