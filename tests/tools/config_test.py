#!/usr/bin/env python3
"""The configuration of a server: what is refused and where, what is shown, what the page says of it.

config_test.py STAFETT SOURCE
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

BINARY, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
LISTENER = '[[listener]]\naddress = "127.0.0.1:0"\n'
LOG = '[[log]]\ndirectory = "log"\n'


class Config(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.file = str(pathlib.Path(place.name) / "stafett.toml")

    def run_config(self, verb, text, *more):
        pathlib.Path(self.file).write_text(text, encoding="utf-8")
        return subprocess.run([BINARY, "config", verb, self.file, *more], capture_output=True,
                              text=True, timeout=60, check=False)

    def faults(self, text, *more):
        done = self.run_config("check", text, *more)
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        return done.stderr.replace(self.file, "FILE")

    def shown(self, text, *more):
        done = self.run_config("show", text, "--json", *more)
        self.assertEqual(done.returncode, 0, done.stderr)
        return {row["key"]: row for row in map(json.loads, done.stdout.splitlines())}

    def test_what_is_right_is_taken_in_silence(self):
        done = self.run_config("check", LISTENER + LOG)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        example = SOURCE / "tools/packaging/stafett.toml"
        self.assertEqual(self.run_config("check", example.read_text()).returncode, 0)

    def test_each_fault_has_its_place_its_key_and_what_would_do(self):
        for text, fault in (
                ("[http]\nidle_tim = 3\n", "FILE:2:1: http.idle_tim: there is no such key"),
                ("htp = 1\n", "FILE:1:1: htp: there is no such key"),
                ("http = 1\n", "FILE:1:1: http: is a section, [http]"),
                ("[[http]]\n", "http: is a section, [http]"),
                ("[listener]\n", "listener: is written as [[listener]]"),
                ("log = [1, 2]\n", "log: is written as [[log]]"),
                ("log = []\n", "log: is written as [[log]]"),
                ("[http]\nidle_time = 60\n", "FILE:2:13: http.idle_time: is a time from \"50ms\" "
                                             "to \"10m\" (ms, s, m, h)"),
                ('[http]\nidle_time = "60"\n', "http.idle_time: is a time"),
                ('[http]\nidle_time = "-1s"\n', "http.idle_time: is a time"),
                ('[http]\nidle_time = "1.5s"\n', "http.idle_time: is a time"),
                ('[http]\nidle_time = "11m"\n', "http.idle_time: is a time"),
                ('[http]\nidle_time = "99999999999999999999s"\n', "http.idle_time: is a time"),
                ('[http]\nbody_bytes_max = "65MiB"\n', "http.body_bytes_max: is a size"),
                ('[http]\nbody_bytes_max = "1MB"\n', "http.body_bytes_max: is a size"),
                ("[http]\nconnections_max = 0\n",
                 "FILE:2:19: http.connections_max: is a whole number from 1 to 100000"),
                ("[http]\nconnections_max = 1.0\n", "is a whole number"),
                ("[[log]]\ndirectory = true\n", "log[0].directory: is the path"),
                ('[[log]]\ndirectory = ""\n', "log[0].directory: is the path"),
                ('[[log]]\npublic_grid = "1500ms"\n', "log[0].public_grid: is a time"),
                ('[webhooks]\nallowed_hosts = "a.example"\n',
                 "FILE:2:17: webhooks.allowed_hosts: is a list of texts, each HOST or HOST:PORT"),
                ("[webhooks]\nallowed_hosts = [1]\n", "webhooks.allowed_hosts: is a list"),
                (f"[webhooks]\nallowed_hosts = {['a.example'] * 257}\n", "at most 256"),
                ("webhooks = 1\n", "webhooks: is a section, [webhooks]"),
                ("[http\n", "FILE:1:"),
                ("a = 1\na = 2\n", "FILE:2:")):
            with self.subTest(text):
                self.assertIn(fault, self.faults(text))

    def test_all_faults_are_told_at_once(self):
        told = self.faults("[http]\na = 1\nb = 2\n[[log]]\nc = 3\n")
        self.assertEqual([line.split(": ")[-2] for line in told.splitlines()],
                         ["http.a", "http.b", "log[0].c"])

    def test_what_belongs_together_is_asked_for(self):
        for text, fault in (
                (LOG, "FILE: listener: at least one is needed"),
                (LISTENER, "FILE: log: at least one is needed"),
                (LISTENER + "[[log]]\n", "FILE:3: log[0]: `directory` is missing"),
                (LOG + "[[listener]]\n", "FILE:3: listener[0]: `address` is missing"),
                (LOG + '[[listener]]\naddress = "localhost"\n', "listener[0].address: "),
                (LOG + '[[listener]]\naddress = "0.0.0.0:80"\n',
                 "FILE:3: listener[0]: what is not on loopback needs `certificate` and `key`"),
                (LOG + LISTENER + 'key = "k"\n', "`certificate` and `key` belong together"),
                (LOG + LISTENER + '[webhooks]\nallowed_hosts = ["a.example", "b/c"]\n',
                 "FILE:6: webhooks.allowed_hosts: a host to push to is HOST or HOST:PORT, not b/c"),
                (LISTENER + LOG + LOG, "log is there twice"),
                (LOG + 2 * LISTENER.replace(":0", ":80"), "127.0.0.1:80 is there twice"),
                (LOG + 17 * LISTENER, "listener: at most 16")):
            with self.subTest(text[:200]):
                self.assertIn(fault, self.faults(text))

    def test_a_file_that_is_not_there_or_too_large_is_a_fault(self):
        done = subprocess.run([BINARY, "config", "check", self.file], capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn(self.file, done.stderr)
        self.faults("#" * (1 << 19))

    def test_the_issuers_that_it_names_are_read_too(self):
        issuers = pathlib.Path(self.file).parent / "issuers.toml"
        text = '[sign_in]\nissuers = "issuers.toml"\n' + LISTENER + LOG
        self.assertIn(str(issuers), self.run_config("check", text).stderr)
        issuers.write_text('\n[[issuer]]\nkind = "idporten"\n', encoding="utf-8")
        self.assertIn(f"{issuers}: line 2: issuer 'idporten': no audience", self.faults(text))
        issuers.write_text('[[issuer]]\nkind = "idporten"\naudience = ["a"]\nscope = ["s"]\n',
                           encoding="utf-8")
        done = self.run_config("check", text)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(self.shown(text)["sign_in.issuers"]["value"], str(issuers))

    def test_every_value_knows_where_it_comes_from(self):
        rows = self.shown('[http]\nidle_time = "5s"\n' + LISTENER + LOG,
                          "--set", "http.connections_max = 7")
        self.assertEqual((rows["http.idle_time"]["value"], rows["http.idle_time"]["from"],
                          rows["http.idle_time"]["line"]), ("5s", "file", 2))
        self.assertEqual((rows["http.connections_max"]["value"],
                          rows["http.connections_max"]["from"]), (7, "commandLine"))
        self.assertEqual((rows["http.body_time"]["value"], rows["http.body_time"]["from"]),
                         ("30s", "default"))
        self.assertEqual(rows["listener[0].address"]["line"], 4)
        self.assertIsNone(rows["webhooks.allowed_hosts"]["value"])
        hosts = ["a.example", "127.0.0.1:8090"]
        rows = self.shown(LISTENER + LOG + f"[webhooks]\nallowed_hosts = {json.dumps(hosts)}\n")
        self.assertEqual((rows["webhooks.allowed_hosts"]["value"],
                          rows["webhooks.allowed_hosts"]["line"]), (hosts, 6))
        rows = self.shown('[http]\nidle_time = "5s"\n' + LISTENER + LOG)
        self.assertEqual(rows["log[0].directory"]["value"],
                         str(pathlib.Path(self.file).parent / "log"))
        self.assertIsNone(rows["listener[0].key"]["value"])

    def test_what_is_set_in_words_is_judged_too(self):
        good = LISTENER + LOG
        for words, fault in (("http.none = 1", "--set:1:6: http.none: there is no such key"),
                             ("http.connections_max = 0", "is a whole number"),
                             ("http", "--set:1:"),
                             ('log = [{directory = "x"}]', "in the file")):
            with self.subTest(words):
                self.assertIn(fault, self.faults(good, "--set", words))

    def test_the_page_has_every_key_with_its_bounds_and_default(self):
        page = (SOURCE / "docs/reference/configuration.md").read_text(encoding="utf-8")
        told = {row[0]: row[1:] for row in re.findall(
            r"^\| `([a-z_]+\.[a-z_]+)` \| ([^|]*?) \| ?([^|]*?) ?\| ", page, re.M)}
        rows = self.shown(LISTENER + LOG)
        there = {re.sub(r"\[0\]", "", key): (row["allowed"], str(row["default"] or "")
                                             if row["default"] != 0 else "0")
                 for key, row in rows.items()}
        self.assertEqual(told, there)

    def test_the_pages_example_is_right(self):
        page = (SOURCE / "docs/reference/configuration.md").read_text(encoding="utf-8")
        example = re.search(r"^```toml\n(.*?)^```$", page, re.M | re.S).group(1)
        self.assertEqual(self.run_config("check", example).returncode, 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
