"""The program as its users meet it: words in, lines out, an exit code."""

import base64
import hashlib
import json
import mmap
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

EVENT_ID = "01970000-0000-7000-8000-000000000001"


def event(kind, actor, data, **more):
    return {"type": kind, "occurredAt": "2026-02-02T09:00:00Z", "actor": actor, "data": data, **more}


def is_sanitized(binary):
    """A sanitizer keeps what is freed: how much memory a program takes is then not to be told."""
    with open(binary, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as all_:
        return all_.find(b"__asan_init") >= 0


def names(text):
    return {"nb": text, "nn": text, "en": text}


SCHOOL = event("ServiceRegistered", "admin",
               {"service": "school", "kind": "school", "names": names("school")})
LISE = event("PersonRegistered", "admin",
             {"person": "lise", "roles": ["employee"], "service": "school", "active": True})
RAISED = event("ConcernRaised", "lise",
               {"subject": "ola", "subjectKind": "child", "birthDate": "2017-05-04",
                "source": "employee", "service": "school", "summary": "alone in the breaks"},
               id=EVENT_ID, case="case-1")
NOTE = event("NoteAdded", "lise", {"note": "n1", "kind": "general", "text": "a talk"}, case="case-1")


BEGUN = {}  # what made it: a folder that tests begin with a copy of


def begin(make, program, *events):
    """The place of `program` as make(another, *events) leaves that one's. It is called once, and
    what it left is copied from then on: to start the program is most of what these tests cost."""
    key = (getattr(make, "__func__", make), json.dumps(events))
    if key not in BEGUN:
        kept = tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
        make(Program(program.binary, kept.name), *events)
        BEGUN[key] = kept
    shutil.copytree(BEGUN[key].name, program.place, symlinks=True, dirs_exist_ok=True)


class Program:
    def __init__(self, binary, place):
        self.binary = binary
        self.place = pathlib.Path(place)
        self.log = str(self.place / "log")

    def run(self, *words, text=None):
        done = subprocess.run([self.binary, *words], input=text, capture_output=True, text=True,
                              timeout=120, check=False)
        return done.returncode, done.stdout, done.stderr

    def ok(self, *words, text=None):
        code, out, err = self.run(*words, text=text)
        assert code == 0, (words, code, out, err)
        return out

    def lines(self, *words):
        return [json.loads(line) for line in self.ok(*words).splitlines()]

    def size(self):
        """Of the log, whatever else its status says."""
        return json.loads(self.run("status", self.log, "--json")[1])["size"]

    def append(self, *events):
        """Exit code and answers of a call with these events (or raw lines)."""
        text = "".join((e if isinstance(e, str) else json.dumps(e)) + "\n" for e in events)
        code, out, err = self.run("append", self.log, text=text)
        return code, [json.loads(line) for line in out.splitlines()], err

    def make(self):
        """A log with one case: always the same, with the same keys."""
        begin(Program.make_another, self)

    def make_with(self, *events):
        self.make()
        code, answers, err = self.append(*events)
        assert code == 0, (answers, err)

    def make_another(self):
        self.ok("init", self.log, "--origin", "stafett.example/9901")
        code, _, err = self.append(SCHOOL, LISE, RAISED)
        assert code == 0, err


def parse_proof(text):
    """A tlog-proof by nothing but its specification: index, path, origin, size, root."""
    head, note = text.split("\n\n", 1)
    first, index, *path = head.split("\n")
    assert first == "c2sp.org/tlog-proof@v1"
    origin, size, root = note.split("\n")[:3]
    return (int(index.removeprefix("index ")), [base64.b64decode(h) for h in path], origin,
            int(size), base64.b64decode(root))


def root_from(leaf, index, size, path):
    """RFC 9162 section 2.1.3.2."""
    fn, sn, r = index, size - 1, leaf
    for p in path:
        assert sn > 0
        if fn % 2 == 1 or fn == sn:
            r = hashlib.sha256(b"\x01" + p + r).digest()
            while fn % 2 == 0 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = hashlib.sha256(b"\x01" + r + p).digest()
        fn, sn = fn >> 1, sn >> 1
    assert sn == 0
    return r


HAS_GO = bool(shutil.which("go")) and os.path.isdir(
    "/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog")


def verify_with_go(source, where, cache):
    """What Go's own implementation says of an exported directory or a served log."""
    env = {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode", "GOCACHE": cache,
           "GOFLAGS": ""}
    done = subprocess.run(["go", "run", source / "tests/engine/transparency/go/verify.go", where],
                          env=env, capture_output=True, text=True, check=False)
    return done.stdout.strip() or done.stderr


class Server:
    """`stafett serve` on a free port, until the block ends."""

    def __init__(self, binary, *directories, native=False, more=()):
        self.words = [binary, "serve", *directories, "--listen", "127.0.0.1:0", *more]
        self.words += ["--native", "127.0.0.1:0"] if native else []
        self.urls, self.native_urls, self.lines = [], [], []
        self.first_lines = []  # while it began
        self.code, self.logs = None, len(directories)

    def __enter__(self):
        self.process = subprocess.Popen(self.words, stderr=subprocess.PIPE, text=True)
        while len(self.urls) < self.logs:
            line = self.process.stderr.readline()
            assert line, "the server has ended"
            self.first_lines.append(line.rstrip("\n"))
            if ": serving http" in line:
                self.urls.append(line.split()[-1].rstrip("/"))
            if ": native stafett" in line:
                self.native_urls.append(line.split()[-1].rstrip("/"))
        self.base = self.urls[0].rsplit("/", 1)[0]
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """What it wrote after it had begun, by lines."""
        if self.code is None:
            self.process.send_signal(signal.SIGTERM)
            rest = self.process.communicate(timeout=60)[1]
            self.code = self.process.returncode
            self.lines = rest.splitlines()
        return self.lines


def program_with(test, binary, *events):
    """With a log that these were recorded in, in a place that goes with the test."""
    place = tempfile.TemporaryDirectory()
    test.addCleanup(place.cleanup)
    made = Program(binary, place.name)
    begin(Program.make_with, made, *events)
    return made
