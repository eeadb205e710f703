#!/usr/bin/env python3
"""Witnesses and the logs that ask them, as programs.  witness_test.py STAFETT SOURCE"""

import base64
import hashlib
import http.client
import http.server
import json
import os
import pathlib
import queue
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.request

try:
    import tlog_by_hand
    from configured import Authority
except ImportError:  # the package that is installed is for the system's own Python
    if sys.executable == "/usr/bin/python3":
        raise
    os.execv("/usr/bin/python3", ["/usr/bin/python3", "-B", *sys.argv])

import program
from program import NOTE, Program
from tlog_by_hand import GrownLog, cosigned_at

BINARY, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
ORIGIN = "stafett.example/9901"
VECTORS = json.loads((SOURCE / "tests/engine/transparency/data/transparency.json").read_text())


class Witness:
    """A witness's directory, and `stafett witness serve` over it."""

    def __init__(self, run, directory, name):
        self.run, self.directory, self.process = run, str(directory), None
        self.vkey = run.ok("witness", "init", self.directory, "--name", name).strip()

    def trust(self, *words):
        self.run.ok("witness", "trust", self.directory, *words)

    def start(self, *more):
        self.process = subprocess.Popen(
            [BINARY, "witness", "serve", self.directory, "--listen", "127.0.0.1:0", *more],
            stderr=subprocess.PIPE, text=True)
        line = self.process.stderr.readline()
        assert " at http" in line, line
        self.url = line.split()[-1]
        self.host = self.url.split("//")[1].rstrip("/")
        return self

    def kill(self):
        self.process.kill()
        self.process.communicate()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.communicate(timeout=60)
        return self.process and self.process.returncode

    def ask(self, method, path, body=None):
        """(status, type, body)"""
        connection = http.client.HTTPConnection(self.host, timeout=60)
        try:
            connection.request(method, path, body if body is None else body.encode())
            answer = connection.getresponse()
            return answer.status, answer.getheader("Content-Type"), answer.read().decode()
        finally:
            connection.close()

    def add(self, body):
        return self.ask("POST", "/add-checkpoint", body)

    def shown(self, origin=ORIGIN):
        return self.ask("GET", f"/{hashlib.sha256(origin.encode()).hexdigest()}/checkpoint")


class HandWitness:
    """A witness by hand over HTTP, that remembers sizes and says what its answers were."""

    def __init__(self, seed):
        self.key = tlog_by_hand.CosigningKey(f"by-hand.example/w{seed}", bytes([seed]) * 32)
        self.size, self.answers, self.fails = 0, queue.Queue(), False
        witness = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                status, text = witness.answer(body)
                self.send_response(status)
                self.send_header("Content-Length", str(len(text.encode())))
                self.end_headers()
                self.wfile.write(text.encode())
                witness.answers.put(status)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/prefix/"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def answer(self, body):
        if self.fails:
            return 500, "no"
        head, note = body.split("\n\n", 1)
        text = note.split("\n\n")[0] + "\n"
        if int(head.split("\n")[0].removeprefix("old ")) != self.size:
            return 409, f"{self.size}\n"
        self.size = int(text.split("\n")[1])
        return 200, self.key.line(text, int(time.time())) + GrownLog("junk", 1).note(1)[-100:]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class WithPlace(unittest.TestCase):
    def setUp(self):
        shm = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        place = tempfile.TemporaryDirectory(dir=shm)
        self.addCleanup(place.cleanup)
        self.place = pathlib.Path(place.name)
        self.run_ = Program(BINARY, self.place)

    def witness(self, name="witness.stafett.example/w1"):
        made = Witness(self.run_, self.place / name.replace("/", "-"), name)
        self.addCleanup(made.stop)
        return made


class Serving(WithPlace):
    @unittest.skipUnless(shutil.which("promtool"), "needs promtool")
    def test_promtool_finds_nothing_wrong_with_its_metrics(self):
        sequence = VECTORS["witness_sequence"]
        witness = self.witness()
        witness.trust(sequence["log_vkey"])
        witness.start("--metrics", "127.0.0.1:0")
        line = witness.process.stderr.readline()
        self.assertIn("metrics at http://127.0.0.1:", line)

        def figures():
            with urllib.request.urlopen(line.split()[-1], timeout=60) as answer:
                return answer.headers["Content-Type"], answer.read()

        origin = sequence["origin"]
        self.assertIn(f'stafett_witness_cosigned_entries{{log="{origin}"}} 0',
                      figures()[1].decode().splitlines())
        size = 0
        for step in sequence["steps"]:
            if "body" in step and witness.add(step["body"])[0] == 200:
                size = int(step["body"].split("\n\n", 1)[1].split("\n")[1])
        kind, body = figures()
        self.assertEqual(kind, "text/plain; version=0.0.4; charset=utf-8")
        checked = subprocess.run(["promtool", "check", "metrics"], input=body, capture_output=True,
                                 check=False)
        self.assertEqual((checked.returncode, checked.stdout, checked.stderr), (0, b"", b""))
        lines = body.decode().splitlines()
        self.assertGreater(size, 0)
        self.assertIn(f'stafett_witness_cosigned_entries{{log="{origin}"}} {size}', lines)
        refused = [one for one in lines if 'route="/add-checkpoint",status="409"' in one]
        self.assertEqual(len(refused), 1)
        self.assertNotIn("stafett_log_entries{", body.decode())
        # Whoever may ask the witness is not told how it goes.
        self.assertEqual(witness.ask("GET", "/metrics")[0], 404)
        self.assertEqual(witness.stop(), 0)

    def test_metrics_are_on_loopback_only(self):
        witness = self.witness()
        code, _, err = self.run_.run("witness", "serve", witness.directory, "--listen",
                                     "127.0.0.1:0", "--metrics", "0.0.0.0:0")
        self.assertEqual((code, "loopback" in err), (2, True), err)

    def test_the_published_sequence_gets_its_answers(self):
        sequence = VECTORS["witness_sequence"]
        witness = self.witness()
        witness.trust(sequence["log_vkey"])
        witness.start()
        sent = 0
        for step in sequence["steps"]:
            if "body" not in step:  # another program's policy, without a request to send
                continue
            status, kind, body = witness.add(step["body"])
            want = step["status"]
            # The second of two answers is that of a decoder as strict as ours.
            self.assertEqual(status, want[1] if isinstance(want, list) else want, step["name"])
            if "response" in step:
                self.assertEqual((kind, body), ("text/x.tlog.size", step["response"]))
            if status == 200:
                note = step["body"].split("\n\n", 1)[1]
                self.assertLess(abs(time.time() - cosigned_at(note + body, witness.vkey)), 60)
                self.assertEqual(witness.shown(sequence["origin"])[2], note + body)
            sent += 1
        self.assertEqual(sent, 12)
        self.assertEqual(witness.stop(), 0)

    def test_a_log_by_hand_grows_and_a_fork_of_it_does_not(self):
        log, fork = GrownLog(ORIGIN, 300), GrownLog(ORIGIN, 300, branch=1)
        witness = self.witness()
        witness.trust(log.vkey)
        witness.start()
        self.assertEqual(witness.shown()[0], 404)
        self.assertEqual(witness.add(log.request(0, 7))[0], 200)
        for older, newer in ((7, 7), (7, 8), (8, 255), (255, 300)):
            self.assertEqual(witness.add(fork.request(older, newer))[0], 422)
            status, _, line = witness.add(log.request(older, newer))
            self.assertEqual(status, 200)
            self.assertIsNotNone(cosigned_at(log.note(newer) + line, witness.vkey))
            self.assertEqual(witness.shown()[2], log.note(newer) + line)
        self.assertEqual(witness.add(log.request(7, 300)),
                         (409, "text/x.tlog.size", "300\n"))

    def test_what_is_no_request_or_too_large_is_refused(self):
        witness = self.witness().start()
        self.assertEqual(witness.add("")[0], 400)
        self.assertEqual(witness.add("old 0\n\n")[0], 400)
        self.assertEqual(witness.add("x" * 1_000_000)[0], 413)
        self.assertEqual(witness.ask("GET", "/add-checkpoint")[0], 405)
        self.assertEqual(witness.add(GrownLog(ORIGIN, 1).request(0, 1))[0], 404)
        for path in ("/checkpoint", "/abc/checkpoint", "/" + "G" * 64 + "/checkpoint"):
            self.assertEqual(witness.ask("GET", path)[0], 404)

    def test_killed_at_any_moment_it_cosigns_one_history(self):
        seed = int(os.environ.get("STAFETT_TEST_SEED", "1"))
        chance = random.Random(seed)
        logs = [GrownLog(ORIGIN, 4_000, branch) for branch in (0, 1)]
        witness = self.witness()
        witness.trust(logs[0].vkey)
        cosigned, growing, news = [], set(), threading.Condition()  # (branch, older, newer)

        def grow(branch, stop):
            ask(branch, stop)
            with news:
                growing.discard(threading.current_thread())
                news.notify_all()

        def ask(branch, stop):
            size = 0
            while not stop.is_set():
                newer = min(size + 1 + len(cosigned) % 3, 4_000)
                try:
                    status, _, body = witness.add(logs[branch].request(size, newer))
                except (OSError, http.client.HTTPException):
                    return  # killed: whether it has cosigned is not known
                if status == 200:
                    with news:
                        cosigned.append((branch, size, newer))
                        news.notify_all()
                    size = newer
                elif status == 409:
                    size = int(body)
                elif status == 422:
                    return

        for _ in range(8):
            witness.start()
            stop = threading.Event()
            threads = [threading.Thread(target=grow, args=(i % 2, stop)) for i in range(4)]
            growing.update(threads)
            enough = len(cosigned) + chance.randrange(1, 25)
            for thread in threads:
                thread.start()
            with news:
                news.wait_for(lambda: len(cosigned) >= enough or not growing, 60)
            witness.kill()
            stop.set()
            for thread in threads:
                thread.join()
        self.assertGreater(len(cosigned), 20, f"seed {seed}")
        self.assertEqual(len({branch for branch, _, newer in cosigned if newer > 1}), 1)
        ordered = sorted(cosigned, key=lambda one: one[1])
        for before, after in zip(ordered, ordered[1:]):
            self.assertGreaterEqual(after[1], before[2])
        witness.start()
        known = int(witness.add(logs[0].request(0, 1))[2])
        self.assertGreaterEqual(known, ordered[-1][2])
        branch = ordered[-1][0]
        self.assertEqual(witness.add(logs[1 - branch].request(known, known + 1))[0], 422)
        self.assertEqual(witness.add(logs[branch].request(known, known + 1))[0], 200)


class Witnessed(WithPlace):
    """A log whose policy asks for two of two witnesses."""

    def setUp(self):
        super().setUp()
        self.program = self.run_
        self.vkey = self.program.ok("init", self.program.log, "--origin", ORIGIN).split()[-1]
        code, _, err = self.program.append(program.SCHOOL, program.LISE, program.RAISED)
        self.assertEqual(code, 0, err)
        self.log = self.program.log
        self.witnesses = [self.witness(f"witness.stafett.example/w{i}") for i in (1, 2)]
        for witness in self.witnesses:
            witness.trust(self.vkey)

    def record_policy(self, *urls):
        text = "# of Testkommune\n"
        for i, witness in enumerate(self.witnesses):
            url = urls[i] if i < len(urls) else ""
            text += f"witness w{i + 1} {witness.vkey} {url}\n"
        text += "group both all w1 w2\nquorum both\n"
        self.program.ok("witness", "policy", self.log, "--set", "-", text=text)
        self.assertEqual(self.program.ok("witness", "policy", self.log), text)

    def serve_all(self):
        self.record_policy(*[witness.start().url for witness in self.witnesses])

    def asked(self):
        code, out, _ = self.program.run("witness", "ask", self.log, "--json")
        return code, [one["state"] for one in map(json.loads, out.splitlines())]

    def status(self):
        return json.loads(self.program.run("status", self.log, "--json")[1])["witnesses"]

    def verified(self):
        code, out, _ = self.program.run("verify", self.log, "--json")
        return code, json.loads(out)

    def leaf(self, position):
        return self.program.lines("log", self.log, "--json", "--from", str(position),
                                  "--limit", "1")[0]["leafHash"]


class Asking(Witnessed):
    def test_two_witnesses_make_a_final_receipt_that_go_accepts(self):
        self.serve_all()
        code, _, err = self.program.run("proof", self.log, "3", "--final")
        self.assertEqual(code, 5, err)
        self.assertEqual(self.asked(), (0, ["cosigned", "cosigned"]))
        self.assertEqual(self.asked(), (0, ["already", "already"]))
        proof = self.program.ok("proof", self.log, "3", "--final")
        index, path, origin, size, root = program.parse_proof(proof)
        self.assertEqual((index, origin), (3, ORIGIN))
        self.assertEqual(program.root_from(base64.b64decode(self.leaf(3)), index, size, path), root)
        note = proof.split("\n\n", 1)[1]
        times = [cosigned_at(note, witness.vkey) for witness in self.witnesses]
        self.assertNotIn(None, times)
        if not program.HAS_GO:
            self.skipTest("no Go")
        self.assertEqual(self.ask_go(proof, self.leaf(3)),
                         f"size {size}\n" + "".join(
                             f"{w.vkey.split('+')[0]} {t}\n"
                             for w, t in zip(self.witnesses, times)))
        self.assertIn("cosigned:", self.ask_go(proof, self.leaf(2)))
        self.assertIn("cosigned:", self.ask_go(proof.replace("AAA", "AAB", 1), self.leaf(3)))

    def ask_go(self, proof, leaf):
        file = self.place / "entry.tlog-proof"
        file.write_text(proof)
        source = SOURCE / "tests/engine/transparency/go/cosigned/cosigned.go"
        env = {**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode",
               "GOCACHE": str(self.place / "go-cache"), "GOFLAGS": ""}
        done = subprocess.run(["go", "run", source, file, leaf, self.vkey,
                               *[w.vkey for w in self.witnesses]],
                              env=env, capture_output=True, text=True, check=False)
        return done.stdout or done.stderr

    def test_a_receipt_is_checked_without_the_log(self):
        self.serve_all()
        self.asked()
        policy, receipt = self.place / "policy", self.place / "entry.tlog-proof"
        policy.write_text(self.program.ok("witness", "policy", self.log))
        receipt.write_text(self.program.ok("proof", self.log, "3", "--final"))
        leaf = self.leaf(3)
        for kind in ("", ".guard", ".keys"):
            shutil.rmtree(self.log + kind)

        def check(**other):
            words = {"leaf": leaf, "vkey": self.vkey, "policy": str(policy), **other}
            options = [word for name, value in words.items() for word in (f"--{name}", value)]
            return self.program.run("receipt", str(receipt), *options)

        code, out, err = check()
        self.assertEqual(code, 0, err)
        self.assertIn(f"entry 3 of {ORIGIN}", out)
        self.assertEqual([line.split()[2] for line in out.splitlines()[1:]], ["w1", "w2"])
        self.assertEqual(check(leaf=tlog_by_hand.b64(bytes(32)))[0], 3)
        self.assertEqual(check(vkey=GrownLog(ORIGIN, 1, seed=b"\7" * 32).vkey)[0], 3)
        other = tlog_by_hand.CosigningKey("another", b"\7" * 32).vkey
        for more in (f"witness w3 {other}\ngroup g all w1 w2 w3\nquorum g\n",
                     f"log {GrownLog(ORIGIN, 1, seed=bytes(32)).vkey}\nquorum w1\n"):
            asks_more = self.place / "asks-more"
            asks_more.write_text("".join(policy.read_text().splitlines(True)[1:3]) + more)
            self.assertEqual(check(policy=str(asks_more))[0], 3)
        self.assertEqual(check(leaf="x")[0], 2)
        text = receipt.read_text()
        for spoiled in (text[:-1], text.replace("index 3", "index 4"), "junk"):
            receipt.write_text(spoiled)
            self.assertEqual(check()[0], 3)

    def test_status_and_verification_tell_what_is_final(self):
        self.assertIsNone(self.status())
        self.serve_all()
        before = self.status()
        self.assertIsNone(before["final"])
        self.assertEqual([(w["name"], w["size"]) for w in before["all"]],
                         [("w1", None), ("w2", None)])
        self.asked()
        size = json.loads(self.program.run("status", self.log, "--json")[1])["size"]
        after = self.status()
        self.assertEqual((after["final"]["size"], after["final"]["cosigned"]), (size, 2))
        self.assertLess(after["final"]["ageSeconds"], 60)
        self.assertEqual(after["unwitnessed"], {"entries": 0, "seconds": 0})
        self.assertEqual([w["size"] for w in after["all"]], [size, size])
        code, report = self.verified()
        self.assertEqual((code, report["witnessed"]["checkpoints"]), (0, 1))
        self.assertEqual(report["witnessed"]["final"]["size"], size)
        self.program.append(NOTE)
        self.assertGreater(self.status()["unwitnessed"]["entries"], 0)

    def test_an_answer_that_was_lost_is_given_again(self):
        self.serve_all()
        self.assertEqual(self.asked()[0], 0)
        shutil.rmtree(self.log + ".witnessed")
        self.assertEqual(self.program.run("proof", self.log, "3", "--final")[0], 5)
        self.assertEqual(self.asked(), (0, ["cosigned", "cosigned"]))
        self.program.ok("proof", self.log, "3", "--final")

    def test_too_few_witnesses_make_nothing_final_and_stop_nobody(self):
        self.serve_all()
        self.witnesses[1].stop()
        self.assertEqual(self.asked(), (1, ["cosigned", "failed"]))
        self.assertEqual(self.program.run("proof", self.log, "3", "--final")[0], 5)
        self.program.ok("proof", self.log, "3")
        self.assertEqual(self.program.append(NOTE)[0], 0)
        self.assertEqual(self.verified()[0], 0)

    def test_a_receipt_stays_final_while_newer_entries_wait(self):
        self.serve_all()
        self.asked()
        final = self.program.ok("proof", self.log, "3", "--final")
        self.program.append(NOTE)
        self.assertEqual(self.program.ok("proof", self.log, "3", "--final"), final)
        last = json.loads(self.program.run("status", self.log, "--json")[1])["size"] - 1
        self.assertEqual(self.program.run("proof", self.log, str(last), "--final")[0], 5)
        self.program.ok("proof", self.log, str(last))
        self.assertEqual(self.asked(), (0, ["cosigned", "cosigned"]))
        self.program.ok("proof", self.log, str(last), "--final")

    def put_back(self):
        """The log is an older copy, which was accepted, and then another history."""
        self.program.ok("backup", self.log, str(self.place / "out"))
        self.program.append(*[{**NOTE, "data": {**NOTE["data"], "note": f"lost{i}"}}
                              for i in range(3)])
        self.assertEqual(self.asked()[0], 0)
        shutil.rmtree(self.log)
        shutil.rmtree(self.log + ".guard")
        cosigned = sorted(pathlib.Path(self.log + ".witnessed").glob("0*"))
        restored = json.loads(self.program.ok("restore", str(self.place / "out"), self.log,
                                              "--json"))
        self.program.ok("guard", "accept", self.log, "--yes")
        self.assertEqual(self.program.append(NOTE)[0], 0)
        return restored, cosigned

    def test_what_was_cosigned_of_a_history_that_was_given_up_is_not_used(self):
        self.serve_all()
        restored, cosigned = self.put_back()
        size = int(cosigned[-1].name)
        self.assertEqual((restored["lost"]["to"], restored["lost"]["knownBy"]),
                         (size - 1, [str(cosigned[-1])]))
        for _ in range(2):  # shorter than what was cosigned, then longer
            self.program.ok("proof", self.log, "3")
            self.assertEqual(self.program.run("proof", self.log, "3", "--final")[0], 5)
            code, out, _ = self.program.run("witness", "ask", self.log)
            self.assertEqual((code, out.count("failed")), (1, 2), out)
            self.assertEqual(out.count(f"cosigned at size {size}"), 2, out)
            self.assertEqual(self.program.run("witness", "request", self.log, "--witness",
                                              "w1")[0], 5)
            code, out, _ = self.program.run("status", self.log, "--json")
            problems = [one for one in json.loads(out)["problems"] if one.startswith("w")]
            self.assertEqual(len(problems), 2, out)
            self.assertEqual(code, 1)
            self.program.append(*[{**NOTE, "data": {**NOTE["data"], "note": f"new{i}"}}
                                  for i in range(5)])
        # Witnesses with keys of their own make it final again, and the old words are kept.
        self.witnesses = [self.witness(f"witness.stafett.example/n{i}") for i in (1, 2)]
        for witness in self.witnesses:
            witness.trust(self.vkey)
        self.serve_all()
        self.assertEqual(self.asked(), (0, ["cosigned", "cosigned"]))
        self.program.ok("proof", self.log, "3", "--final")
        self.assertTrue(cosigned[-1].exists())
        self.assertEqual(self.verified()[0], 3)
        shutil.move(cosigned[-1], self.place / "kept")
        self.assertEqual(self.verified()[0], 0)

    def test_a_cosigned_checkpoint_that_cannot_be_read_does_not_stop_a_restore(self):
        self.serve_all()
        self.program.ok("backup", self.log, str(self.place / "out"))
        self.program.append(NOTE)
        self.assertEqual(self.asked()[0], 0)
        cosigned = sorted(pathlib.Path(self.log + ".witnessed").glob("0*"))[-1]
        content = bytearray(cosigned.read_bytes())
        content[40] = ord("A") if content[40] != ord("A") else ord("B")  # of the root
        cosigned.write_bytes(content)
        shutil.rmtree(self.log)
        shutil.rmtree(self.log + ".guard")
        restored = json.loads(self.program.ok("restore", str(self.place / "out"), self.log,
                                              "--json"))
        self.assertEqual((restored["lost"], len(restored["unreadable"])), (None, 1))

    def test_a_witness_that_forgot_nothing_of_a_log_put_back_says_so(self):
        self.serve_all()
        for kind in ("", ".guard", ".keys"):
            shutil.copytree(self.log + kind, str(self.place / "old") + kind)
        self.program.append(NOTE)
        self.assertEqual(self.asked()[0], 0)
        for kind in ("", ".guard", ".keys"):
            shutil.rmtree(self.log + kind)
            shutil.copytree(str(self.place / "old") + kind, self.log + kind)
        # With its guard put back too, nothing on this machine but what was cosigned tells of it.
        code, report = self.verified()
        self.assertEqual((code, [e["code"] for e in report["errors"]]), (3, ["root"]))
        shutil.rmtree(self.log + ".witnessed")
        self.assertEqual(self.verified()[0], 0)
        other = {**NOTE, "data": {**NOTE["data"], "text": "another history"}}
        for _ in range(3):
            self.program.append({**other, "data": {**other["data"],
                                                   "note": f"n{random.random()}"}})
        code, states = self.asked()
        self.assertEqual((code, states), (1, ["failed", "failed"]))
        out = self.program.run("witness", "ask", self.log)[1]
        self.assertIn("422", out)

    def test_it_is_asked_through_tls(self):
        authority = Authority(self.place)
        certificate, key = authority.issue("witness")
        for witness in self.witnesses:
            witness.start("--certificate", str(certificate), "--key", str(key))
        self.record_policy(*[f"https://localhost:{w.host.split(':')[1]}/" for w in self.witnesses])
        self.assertEqual(self.asked()[1], ["failed", "failed"])  # nobody trusts the certificate
        code, out, err = self.program.run("witness", "ask", self.log, "--ca",
                                          str(authority.certificate))
        self.assertEqual(code, 0, out + err)


class Served(Witnessed):
    """`stafett serve` asks witnesses by itself: here such as share no code with it."""

    def setUp(self):
        super().setUp()
        self.hands = [HandWitness(seed) for seed in (21, 22)]
        for hand in self.hands:
            self.addCleanup(hand.stop)

    def policy(self):
        text = "".join(f"witness w{i} {hand.key.vkey} {hand.url}\n"
                       for i, hand in enumerate(self.hands))
        self.program.ok("witness", "policy", self.log, "--set", "-",
                        text=text + "group both all w0 w1\nquorum both\n")

    def proof(self, server, position):
        with urllib.request.urlopen(f"{server.urls[0]}/v1/proofs/{position}") as answer:
            return answer.read().decode()

    def final(self, server, position):
        """The proof with both cosignatures, as soon as it is there."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            proof = self.proof(server, position)
            note = proof.split("\n\n", 1)[1]
            if all(cosigned_at(note, hand.key.vkey) for hand in self.hands):
                return proof
        self.fail("not final in time")
        return None

    def test_what_is_shown_to_anybody_is_cosigned_and_proofs_are_final(self):
        self.policy()
        with program.Server(BINARY, self.log) as server:
            for hand in self.hands:
                self.assertEqual(hand.answers.get(timeout=60), 200)
            proof = self.final(server, 3)
            index, path, origin, size, root = program.parse_proof(proof)
            self.assertEqual((index, origin), (3, ORIGIN))
            with urllib.request.urlopen(f"{server.urls[0]}/checkpoint") as answer:
                note = answer.read().decode()
            self.assertEqual(int(note.split("\n")[1]), size)
            for hand in self.hands:  # whoever reads the checkpoint gets their word too
                self.assertIsNotNone(cosigned_at(note, hand.key.vkey))
        self.assertEqual(server.code, 0)
        leaf = base64.b64decode(self.leaf(3))
        self.assertEqual(program.root_from(leaf, index, size, path), root)
        self.assertEqual(self.verified()[0], 0)

    def test_a_witness_that_fails_is_told_of_once_and_holds_nobody_up(self):
        self.policy()
        self.hands[1].fails = True
        with program.Server(BINARY, self.log) as server:
            self.assertEqual(self.hands[0].answers.get(timeout=60), 200)
            self.assertEqual(self.hands[1].answers.get(timeout=60), 500)
            lines = server.stop()
        self.assertEqual(server.code, 0)
        failed = [json.loads(line) for line in lines if "witness-failed" in line]
        self.assertEqual([one["detail"].split(":")[0] for one in failed], ["9901 w1"])

    def test_one_that_never_answers_does_not_hold_up_a_stop(self):
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            self.hands[0].url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
            self.policy()
            with program.Server(BINARY, self.log) as server:
                connection, _ = silent.accept()  # it has asked, and waits
                began = time.monotonic()
                server.stop()
                self.assertLess(time.monotonic() - began, 8)
                connection.close()
            self.assertEqual(server.code, 0)


class ByFile(Witnessed):
    def exchange(self, number, *words):
        request = self.program.ok("witness", "request", self.log, *words)
        return self.program.run("witness", "sign", self.witnesses[number - 1].directory, "-",
                                text=request)

    def test_requests_and_answers_go_by_file(self):
        self.record_policy()
        self.assertEqual(self.asked(), (1, ["no-url", "no-url"]))
        for round_ in range(3):
            for number in (1, 2):
                code, note, err = self.exchange(number, "--witness", f"w{number}")
                self.assertEqual(code, 0, err)
                self.assertIsNotNone(cosigned_at(note, self.witnesses[number - 1].vkey))
                file = self.place / "cosigned"
                file.write_text(note)
                self.program.ok("witness", "accept", self.log, str(file))
            self.program.ok("proof", self.log, "3", "--final")
            self.program.append({**NOTE, "data": {**NOTE["data"], "note": f"n{round_}"}})
        listed = self.program.lines("witness", "list", self.witnesses[0].directory, "--json")
        self.assertEqual([one["origin"] for one in listed], [ORIGIN])

    def test_an_answer_that_was_lost_is_no_end(self):
        self.record_policy()
        self.assertEqual(self.exchange(1, "--witness", "w1")[0], 0)  # and nobody takes it back
        size = json.loads(self.program.run("status", self.log, "--json")[1])["size"]
        self.program.append(NOTE)
        code, _, err = self.exchange(1, "--witness", "w1")
        self.assertEqual(code, 5)
        self.assertIn(f"--old {size}", err)
        code, note, _ = self.exchange(1, "--old", str(size))
        self.assertEqual(code, 0)
        self.program.ok("witness", "accept", self.log, "-", text=note)

    def test_two_histories_are_told_loudly(self):
        self.record_policy()
        code, note, _ = self.exchange(1, "--witness", "w1")
        self.assertEqual(code, 0)
        size = int(note.split("\n")[1])
        key = bytes.fromhex(pathlib.Path(self.log + ".keys/log.key").read_text().strip())
        fork = GrownLog(ORIGIN, size + 1, seed=key)
        code, _, err = self.program.run("witness", "sign", self.witnesses[0].directory,
                                        text=fork.request(size, size + 1))
        self.assertEqual(code, 5)
        self.assertIn("NOT CONSISTENT", err)
        # The other witness knows nothing yet: what it signs of the fork, the log does not take.
        code, other, _ = self.program.run("witness", "sign", self.witnesses[1].directory,
                                          text=fork.request(0, size))
        self.assertEqual(code, 0)
        code, _, err = self.program.run("witness", "accept", self.log, text=other)
        self.assertEqual(code, 5)
        self.assertIn("two histories", err)

    def test_a_log_that_is_not_known_and_junk_are_refused(self):
        self.record_policy()
        stranger = self.witness("witness.stafett.example/w3")
        request = self.program.ok("witness", "request", self.log)
        for text, code in ((request, 4), ("junk", 1), (request.replace("old 0", "old 9999"), 4)):
            self.assertEqual(
                self.program.run("witness", "sign", stranger.directory, text=text)[0], code)
        self.assertEqual(self.program.run("witness", "accept", self.log, text="junk")[0], 1)
        self.assertEqual(self.program.run("witness", "request", self.log, "--witness", "w9")[0], 4)

    def test_a_policy_that_is_none_is_not_recorded(self):
        size = json.loads(self.program.run("status", self.log, "--json")[1])["size"]
        for text in ("quorum some\n", "witness w x\nquorum w\n", ""):
            self.assertEqual(
                self.program.run("witness", "policy", self.log, "--set", "-", text=text)[0], 2)
        other = GrownLog(ORIGIN, 1, seed=b"\7" * 32).vkey
        self.assertEqual(self.program.run("witness", "policy", self.log, "--set", "-",
                                          text=f"log {other}\nquorum none\n")[0], 5)
        self.assertEqual(self.program.run("witness", "policy", self.log)[0], 4)
        self.assertEqual(json.loads(self.program.run("status", self.log, "--json")[1])["size"], size)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]])
