"""A log with an auditor who has a grant, and what can be done to a bundle of it."""

import base64
import datetime
import hashlib
import json
import pathlib
import shutil
import subprocess
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from program import event

FILES = ["cases.jsonl", "checkpoint", "consistency.jsonl", "log.vkey", "names.jsonl",
         "population.jsonl", "profile.json", "scope.json", "shared.jsonl", "streams.jsonl"]


def happening(kind, actor, data, **more):
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
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


def places(report):
    return {error["place"] for error in report["errors"]}
