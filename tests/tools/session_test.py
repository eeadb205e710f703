#!/usr/bin/env python3
"""Signing in with a browser, by an issuer made of the certified oidc-provider, and everything that a
browser may be made to send.  session_test.py STAFETT SOURCE"""

import contextlib
import http.client
import json
import os
import re
import sys
import unittest
import urllib.parse

try:
    import issuers
except ImportError:  # the package that is installed is for the system's own Python
    if sys.executable == "/usr/bin/python3":
        raise
    os.execv("/usr/bin/python3", ["/usr/bin/python3", "-B", *sys.argv])

from browser_tab import Tab, with_query
from configured import Authority
from issuers import Issuer, free_port
from program import NOTE
from session_case import BY_SCRIPT, GONE_TO, HERE, KARI, LISE, NOBODY, READ, SOURCE, Case

HAS_PEERS = bool(issuers.node(SOURCE)) and (
    SOURCE / "build/peers/node_modules/oidc-provider").is_dir()


@unittest.skipUnless(HAS_PEERS, "needs Node and the peers")
class WithIssuer(Case):
    @classmethod
    def setUpClass(cls):
        cls.port = free_port()
        cls.callback = f"{cls.scheme}://127.0.0.1:{cls.port}/session/callback/ansattporten"
        cls.issuer = Issuer(SOURCE, "ansattporten", callback=cls.callback).ready()
        cls.addClassCleanup(cls.issuer.stop)

    def proof(self, client):
        if client == "with-secret":
            self.file("secret", self.issuer.client_secret + "\n")
            return 'client-secret-file = "secret"'
        self.file("key.jwk", json.dumps(self.issuer.client_key))
        return 'client-key-file = "key.jwk"'

    def start(self, client="with-secret", **more):
        self.serve(self.port, self.part(self.issuer.issuer, client, self.proof(client)), **more)

    def sign_in(self, tab, login=LISE):
        back = tab.sign_in_at(self.begin(tab), login, self.callback)
        self.assertEqual(self.come_back(tab, back), (200, None))
        return back


class Working(WithIssuer):
    def test_a_person_signs_in_is_who_the_number_says_and_signs_out(self):
        for client in ("with-secret", "with-key"):
            with self.subTest(client):
                self.start(client)
                tab = Tab()
                self.assertEqual(self.read(tab), (401, "no-token"))
                back = tab.sign_in_at(self.begin(tab), LISE, self.callback)
                status, headers, page = tab.ask("GET", back, described=True, from_elsewhere=True)
                self.assertEqual(status, 200)
                self.assertEqual(re.findall(r'url=([^"]*)"', page.decode()),
                                 ["/9901/v1/cases?limit=3&amp;after=x"])
                self.assertEqual(headers["referrer-policy"], "no-referrer")
                self.assertEqual(headers["cache-control"], "no-store")
                self.assertEqual(list(tab.jar(self.base)), ["stafett"])
                self.assertRegex(tab.set[1], r"^stafett=[\w-]{43}; Path=/; HttpOnly; "
                                             r"SameSite=Strict$")
                self.assertEqual(self.read(tab), (200, None))
                note = {**NOTE, "data": {**NOTE["data"], "note": client}}
                del note["actor"]
                status, answer = self.ask(
                    tab, "POST", "/9901/v1/events",
                    {**HERE, "Content-Type": "application/json"}, json.dumps(note))
                self.assertEqual((status, answer), (201, None))
                session = tab.jar(self.base)["stafett"]
                self.assertEqual(self.ask(tab, "POST", "/session/end", HERE), (200, None))
                self.assertEqual(tab.jar(self.base), {})
                tab.jar(self.base)["stafett"] = session
                self.assertEqual(self.read(tab), (401, "session-ended"))
                self.server.stop()
        notes = [entry for entry
                 in self.program.lines("log", self.program.log, "--case", "case-1", "--json")
                 if entry["type"] == "NoteAdded"]
        self.assertEqual([note["actor"] for note in notes], ["lise", "lise"])
        told = notes[-1]["signIn"]
        self.assertEqual((told["iss"], told["acr"], told["client_id"]),
                         (self.issuer.issuer, "high", "with-key"))
        self.assertNotIn("pid", told)
        self.assertNotEqual(notes[0]["evidence"], notes[1]["evidence"])
        [read] = [entry for entry
                  in self.program.lines("log", self.program.log, "--case", "case-1", "--json")
                  if entry["type"] == "EntryRead" and entry["actor"] == "lise"
                  and entry["evidence"] == notes[-1]["evidence"]]
        self.assertEqual(read["custody"], "custodial")

    def test_a_session_and_its_id_token_are_no_access_tokens(self):
        self.start()
        tab = Tab()
        self.sign_in(tab)
        other = Tab()
        session = tab.jar(self.base)["stafett"]
        self.assertEqual(self.read(other, Authorization="Bearer " + session),
                         (401, "invalid-token"))
        # With a token the cookie does not count.
        self.assertEqual(self.read(tab, Authorization="Bearer x"), (401, "invalid-token"))
        local = self.program.ok("token", self.program.log, "kari").strip()
        self.assertEqual(self.read(tab, Authorization="Bearer " + local),
                         (403, "read-no-relation"))

    def test_whoever_is_identified_too_poorly_or_known_to_nobody_stays_outside(self):
        self.start()
        for login, reason in ((LISE + "/substantial", "id token: of too low a level"),
                              (NOBODY, "nobody known here")):
            tab = Tab()
            back = tab.sign_in_at(self.begin(tab), login, self.callback)
            self.fails(login[11:], tab, back, "ansattporten: " + reason)
            self.assertEqual(self.read(tab), (401, "no-token"))
        self.assertEqual(self.notes(), self.reasons)

    def test_no_bad_answer_begins_a_session(self):
        self.start()
        no_sign_in = "no sign-in that this browser began"
        another = "ansattporten: an answer to another sign-in"
        whose = "ansattporten: an answer of another issuer"
        twice = "an answer that says something twice"
        for why, change, reason in (
                ("another state", {"state": "x" * 43}, another),
                ("no state", {"state": None}, another),
                ("the state twice", {"state": ["x", "x"]}, twice),
                ("another issuer", {"iss": "https://other.example"}, whose),
                ("a slash more", {"iss": self.issuer.issuer + "/"}, whose),
                ("no issuer", {"iss": None}, whose),
                ("refused by the person", {"code": None, "error": "access_denied"},
                 "ansattporten: the issuer said access_denied"),
                ("an error and a code", {"error": "server_error"},
                 "ansattporten: the issuer said server_error"),
                ("an error that is more than a name", {"error": "<b>15887012345</b>"},
                 "ansattporten: the issuer said an error without a name"),
                ("no code", {"code": None}, "ansattporten: an answer without a code"),
                ("two codes", {"code": ["x", "y"]}, twice),
                ("a code that is none", {"code": "x"},
                 "ansattporten: the token endpoint answered 400, invalid_grant")):
            tab = Tab()
            back = tab.sign_in_at(self.begin(tab), LISE, self.callback)
            self.fails(why, tab, with_query(back, **change), reason)
            # One answer is all there is: the right one comes too late.
            self.fails(why + ", then the right one", tab, back, no_sign_in)
            self.assertEqual(self.read(tab), (401, "no-token"))

        victim, attacker = Tab(), Tab()
        theirs = attacker.sign_in_at(self.begin(attacker), KARI, self.callback)
        self.fails("another's answer, in a browser that began nothing", victim, theirs, no_sign_in)
        self.begin(victim)
        self.fails("another's answer, in a browser that began one", victim, theirs, another)
        mine = Tab()
        address = self.begin(mine)
        state = urllib.parse.parse_qs(urllib.parse.urlsplit(address).query)["state"][0]
        self.fails("another's code with the right state", mine, with_query(theirs, state=state),
                   "ansattporten: the token endpoint answered 400, invalid_grant")

        tab = Tab()
        address = self.begin(tab)
        sealed = tab.jar(self.base)["stafett-login"]
        back = tab.sign_in_at(address, LISE, self.callback)
        for why, cookie in (("a cookie that was changed", sealed[:-2] + "AA"),
                            ("a cookie of nothing", ""), ("a long cookie", "A" * 5000)):
            other = Tab()
            other.jar(self.base)["stafett-login"] = cookie
            self.fails(why, other, back, no_sign_in)
        self.assertEqual(self.come_back(tab, back), (200, None))
        tab.jar(self.base)["stafett-login"] = sealed
        self.fails("a code that has been used", tab, back,
                   "ansattporten: a sign-in that was answered before")
        self.assertEqual(self.notes(), self.reasons)

    def test_a_head_request_uses_up_nothing(self):
        self.start()
        tab = Tab()
        back = tab.sign_in_at(self.begin(tab), LISE, self.callback)
        status, headers, _ = tab.ask("HEAD", back, described=True)
        self.assertEqual((status, headers["allow"]), (405, "GET"))
        self.assertEqual(self.come_back(tab, back), (200, None))

    def test_an_id_that_somebody_else_knows_is_not_taken_over(self):
        self.start()
        tab = Tab()
        tab.jar(self.base)["stafett"] = "A" * 43
        self.assertEqual(self.read(tab), (401, "session-ended"))
        self.sign_in(tab)
        first = tab.jar(self.base)["stafett"]
        self.assertNotEqual(first, "A" * 43)
        # Whoever signs in again, or as somebody else, leaves nothing open behind.
        self.sign_in(tab)
        second = tab.jar(self.base)["stafett"]
        self.assertNotEqual(first, second)
        old = Tab()
        old.jar(self.base)["stafett"] = first
        self.assertEqual(self.read(old), (401, "session-ended"))
        self.assertEqual(self.read(tab), (200, None))
        # Two of one name: somebody has put one beside it.
        status, _, body = Tab().ask("GET", self.url + "/cases/case-1",
                                    {**READ, "Cookie": f"stafett=x; stafett={second}"})
        self.assertEqual((status, json.loads(body)["code"]), (401, "no-token"))

    def test_only_pages_of_this_server_use_a_session(self):
        self.start()
        tab = Tab()
        self.sign_in(tab)
        here, site, null = {"Origin": self.base}, "Sec-Fetch-Site", {"Origin": "null"}
        other_port = {"Origin": f"http://127.0.0.1:{self.port + 1}"}
        for headers, reads, writes in (
                ({}, True, False), (here, True, True), (HERE, True, True),
                ({**here, **HERE}, True, True),
                ({site: "none"}, True, False),
                ({site: "cross-site"}, False, False), ({site: "same-site"}, False, False),
                ({site: "other"}, False, False),
                ({"Origin": "https://evil.example"}, False, False),
                (null, False, False), (other_port, False, False),
                ({"Origin": self.base + ".evil.example"}, False, False),
                ({**here, site: "cross-site"}, False, False),
                ({**other_port, **HERE}, False, False)):
            with self.subTest(headers):
                self.assertEqual(self.read(tab, **headers),
                                 (200, None) if reads else (403, "cross-site"))
                got = self.ask(tab, "POST", "/9901/v1/events",
                               {**headers, "Content-Type": "application/json"}, "{}")
                self.assertEqual(got[0], 400 if writes else 403, got)
                if not writes:
                    self.assertEqual(self.ask(tab, "POST", "/session/end", headers),
                                     (403, "cross-site"))
        self.assertEqual(self.read(tab), (200, None))
        # Programs with a token are not asked where they are.
        token = self.program.ok("token", self.program.log, "lise").strip()
        self.assertEqual(self.read(Tab(), Authorization="Bearer " + token,
                                   Origin="https://other.example"), (200, None))

    def test_nobody_is_led_to_take_what_a_group_has(self):
        self.start()
        tab = Tab()
        self.sign_in(tab)
        group = "/9901/v1/groups/g"
        made = json.dumps({"purpose": "followUp", "visit": "v"})
        self.assertEqual(self.ask(tab, "PUT", group, HERE, made)[0], 201)
        refused = (403, "cross-site")
        site, script = "Sec-Fetch-Site", {"Stafett-Script": "1"}
        for headers in ({}, HERE, {**HERE, **GONE_TO}, {site: "none", **GONE_TO},
                        {**HERE, **GONE_TO, **script}, {**HERE, "Sec-Fetch-Mode": "no-cors"},
                        {site: "cross-site", **BY_SCRIPT}, {site: "cross-site", **script}):
            with self.subTest(headers):
                self.assertEqual(self.ask(tab, "GET", group + "/events", headers), refused)
        for headers in ({**HERE, **BY_SCRIPT}, script):
            with self.subTest(headers):
                self.assertEqual(self.ask(tab, "GET", group + "/events", headers), (200, None))
        # A program with a token is asked for nothing of that.
        token = self.program.ok("token", self.program.log, "lise").strip()
        self.assertEqual(self.ask(Tab(), "GET", group + "/events",
                                  {"Authorization": "Bearer " + token}), (200, None))

    def test_only_pages_of_this_server_say_where_to_go_on(self):
        self.start()
        query = urllib.parse.urlencode({"issuer": "ansattporten", "return": "/9901/v1/cases"})
        site = "Sec-Fetch-Site"
        for headers, goes_on in ((HERE, "/9901/v1/cases"), ({}, "/"), ({site: "none"}, "/"),
                                 ({site: "cross-site"}, "/"), ({site: "same-site"}, "/")):
            with self.subTest(headers):
                tab = Tab()
                _, got, _ = tab.ask("GET", f"{self.base}/session/login?{query}",
                                    {**headers, **GONE_TO}, described=True)
                back = tab.sign_in_at(got["location"], LISE, self.callback)
                _, _, page = tab.ask("GET", back, described=True, from_elsewhere=True)
                self.assertEqual(re.findall(r'url=([^"]*)"', page.decode()), [goes_on])

    def test_browsers_are_sent_nowhere_but_to_paths_of_this_server(self):
        self.start()
        for back in ("https://evil.example/", "//evil.example", "/\\evil.example", "evil", "",
                     "/a\nb", "/a b", "/<script>", '/"', "/a#b", "/\x00", "/ø", "/" + "a" * 512,
                     "javascript:alert(1)", "\\/x", " /x"):
            with self.subTest(back):
                query = urllib.parse.urlencode({"issuer": "ansattporten", "return": back})
                self.assertEqual(self.ask(Tab(), "GET", "/session/login?" + query)[1],
                                 "bad-parameter")
        for query in ("", "issuer=none", "issuer=ansattporten&issuer=ansattporten",
                      "issuer=ansattporten&return=/a&return=/b", "return=/"):
            with self.subTest(query):
                self.assertEqual(self.ask(Tab(), "GET", "/session/login?" + query)[1],
                                 "bad-parameter")
        address = self.begin(Tab())
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query))
        self.assertEqual((asked["redirect_uri"], asked["code_challenge_method"],
                          asked["acr_values"], asked["scope"], asked["response_type"]),
                         (self.callback, "S256", "high", "openid", "code"))
        self.assertRegex(asked["state"] + asked["nonce"] + asked["code_challenge"],
                         r"^[\w-]{129}$")

    def test_there_are_no_more_sessions_than_may_be(self):
        self.start(more="sessions_max = 1")
        first, second = Tab(), Tab()
        self.sign_in(first)
        back = second.sign_in_at(self.begin(second), KARI, self.callback)
        self.assertEqual(self.come_back(second, back), (429, "limit-reached"))
        self.assertEqual(self.read(first), (200, None))
        self.assertEqual(self.ask(first, "POST", "/session/end", HERE), (200, None))
        self.sign_in(second, KARI)
        self.assertEqual(self.read(second), (403, "read-no-relation"))

    def test_a_stream_ends_when_its_session_does(self):
        self.start()
        tab = Tab()
        self.sign_in(tab)
        headers = {**READ, "Accept": "text/event-stream",
                   "Cookie": "stafett=" + tab.jar(self.base)["stafett"]}
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port,
                                                           timeout=60)) as connection:
            connection.request("GET", "/9901/v1/events?case=case-1&follow=true", headers=headers)
            answer = connection.getresponse()
            self.assertEqual(answer.status, 200)
            while b"event: caughtup" not in answer.readline():
                pass
            self.assertEqual(self.ask(tab, "POST", "/session/end", HERE), (200, None))
            self.assertIn(b"event: token-expired", answer.read())


    def test_a_take_that_waits_ends_when_its_session_does(self):
        self.start()
        tab = Tab()
        self.sign_in(tab)
        group = "/9901/v1/groups/g"
        made = json.dumps({"purpose": "followUp", "visit": "v", "from": "now"})
        self.assertEqual(self.ask(tab, "PUT", group, HERE, made)[0], 201)
        headers = {**HERE, **BY_SCRIPT, "Cookie": "stafett=" + tab.jar(self.base)["stafett"]}
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port,
                                                           timeout=60)) as connection:
            connection.request("GET", group + "/events?wait=30", headers=headers)
            answer = connection.getresponse()  # its header comes before the wait
            self.assertEqual(self.ask(tab, "POST", "/session/end", HERE), (200, None))
            got = json.loads(answer.read())
        self.assertEqual((got["deliveries"], got.get("ended")), ([], "token-expired"))


class Encrypted(WithIssuer):
    scheme = "https"

    def setUp(self):
        super().setUp()
        self.authority = Authority(self.place)
        self.authority.issue("server")

    def test_the_cookies_are_bound_to_this_host_and_to_encryption(self):
        callback = f"https://localhost:{self.port}/session/callback/ansattporten"
        issuer = Issuer(SOURCE, "ansattporten", callback=callback).ready()
        self.addCleanup(issuer.stop)
        self.issuer = issuer
        self.start(listener='certificate = "server.pem"\nkey = "server.key"')
        tab = Tab(self.authority.certificate)
        address = self.begin(tab)
        self.assertRegex(tab.set[0], r"^__Host-stafett-login=[\w-]+; Path=/; HttpOnly; "
                                     r"SameSite=Lax; Secure; Max-Age=600$")
        back = tab.sign_in_at(address, LISE, callback)
        self.assertEqual(self.come_back(tab, back), (200, None))
        self.assertEqual(tab.set[0], "__Host-stafett-login=; Path=/; HttpOnly; SameSite=Lax; "
                                     "Secure; Max-Age=0")
        self.assertRegex(tab.set[1], r"^__Host-stafett=[\w-]{43}; Path=/; HttpOnly; "
                                     r"SameSite=Strict; Secure$")
        self.assertEqual(self.read(tab), (200, None))
        # What a page without encryption could have set is not looked at.
        jar = tab.jar(self.base)
        jar["stafett"] = jar.pop("__Host-stafett")
        self.assertEqual(self.read(tab), (401, "no-token"))


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=1)
