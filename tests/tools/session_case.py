"""A log with people and a server that they sign in at with a browser."""

import json
import pathlib
import sys
import unittest
import urllib.parse

from configured import Configured
from program import event, program_with

BINARY, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2]).absolute()

# Of nobody: 80 is added to the month.
LISE, KARI, NOBODY = "15887012345", "02898154321", "11888811111"
READ = {"Stafett-Purpose": "followUp", "Stafett-Visit": "v"}
HERE = {"Sec-Fetch-Site": "same-origin"}
GONE_TO = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
BY_SCRIPT = {"Sec-Fetch-Mode": "cors"}


def people():
    yield event("PersonRegistered", "admin", {"person": "kari", "roles": ["guardian"],
                                              "active": True})
    for person, number in (("lise", LISE), ("kari", KARI)):
        yield event("PersonDetailsRecorded", "admin",
                    {"person": person, "name": person, "nationalId": number})


class Case(unittest.TestCase):
    """A log, its people, and a server at an address that is known before."""

    scheme, trusted = "http", None

    def setUp(self):
        self.program = program_with(self, BINARY, *people())
        self.place = self.program.place
        self.reasons = []

    def file(self, name, text, mode=0o600):
        path = self.place / name
        path.write_text(text, "utf-8")
        path.chmod(mode)
        return path

    def serve(self, port, *parts, listener="", more=""):
        self.base = f"{self.scheme}://{'localhost' if listener else '127.0.0.1'}:{port}"
        self.file("issuers.toml", "\n".join(parts))
        config = self.file("stafett.toml", f"""
[sign_in]
issuers = "issuers.toml"
public_url = "{self.base}"
{more}
[[listener]]
address = "127.0.0.1:{port}"
{listener}
[[log]]
directory = "log"
public_grid = "0s"
""")
        self.server = Configured(BINARY, config)
        self.addCleanup(self.server.stop)
        self.url = self.base + "/9901/v1"

    def part(self, url, client, proof, kind="ansattporten", **more):
        lines = ["[[issuer]]", f'kind = "{kind}"', f'url = "{url}"', 'scope = ["stafett:logg"]',
                 'audience = ["https://stafett.example/9901"]']
        lines += [f"{name} = {json.dumps(value)}" for name, value in more.items()]
        lines += ["[issuer.browser]", f'client-id = "{client}"', proof]
        return "\n".join(lines)

    def ask(self, tab, method, path, headers=None, body=None, **more):
        """(status, code, rule or None, or the answer)"""
        status, _, content = tab.ask(method, self.base + path, headers, body, described=True,
                                     **more)
        try:
            answer = json.loads(content)
        except ValueError:
            return status, None
        return status, answer.get("rule") or answer.get("code")

    def read(self, tab, **headers):
        return self.ask(tab, "GET", "/9901/v1/cases/case-1", {**READ, **headers})

    def begin(self, tab, issuer="ansattporten", back="/9901/v1/cases?limit=3&after=x"):
        """The issuer's page that the browser is sent to."""
        query = urllib.parse.urlencode({"issuer": issuer, "return": back})
        status, headers, body = tab.ask("GET", f"{self.base}/session/login?{query}",
                                        {**HERE, **GONE_TO}, described=True)
        self.assertEqual((status, body), (303, b""))
        return headers["location"]

    def come_back(self, tab, address):
        """(status, code)"""
        self.assertTrue(address.startswith(self.base + "/session/callback/"), address)
        return self.ask(tab, "GET", address.removeprefix(self.base), from_elsewhere=True)

    def fails(self, why, tab, address, reason):
        with self.subTest(why):
            self.assertEqual(self.come_back(tab, address), (400, "sign-in-failed"))
            self.assertFalse([one for one in tab.set
                              if "-login=" not in one and not one.split(";")[0].endswith("=")])
        self.reasons.append(reason)

    def notes(self, name="sign-in-refused"):
        """What the server's own log has, after it has stopped."""
        self.server.stop()
        text = "\n".join(self.server.lines)
        for number in (LISE, KARI, NOBODY):
            self.assertNotIn(number, text)
        lines = [json.loads(line) for line in self.server.lines if line.startswith("{")]
        return [line["detail"].split(" ", 1)[1] for line in lines if line["event"] == name]
