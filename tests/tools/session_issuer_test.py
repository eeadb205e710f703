#!/usr/bin/env python3
"""Signing in with a browser at an issuer that lies, and what of its files does not fit together.
session_issuer_test.py STAFETT SOURCE"""

import hashlib
import http.server
import json
import os
import sys
import threading
import time
import unittest
import urllib.parse

try:
    from cryptography.hazmat.primitives.asymmetric import rsa
except ImportError:  # the package that is installed is for the system's own Python
    if sys.executable == "/usr/bin/python3":
        raise
    os.execv("/usr/bin/python3", ["/usr/bin/python3", "-B", *sys.argv])

from browser_tab import Tab
from issuers import encoded, free_port, rs256
from session_case import LISE, Case


def new_key():
    numbers = rsa.generate_private_key(65537, 2048).private_numbers()
    names = {"n": numbers.public_numbers.n, "e": numbers.public_numbers.e, "d": numbers.d,
             "p": numbers.p, "q": numbers.q, "dp": numbers.dmp1, "dq": numbers.dmq1,
             "qi": numbers.iqmp}
    return {"kty": "RSA", "kid": "k", "alg": "RS256",
            **{name: encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))
               for name, value in names.items()}}


class Liar:
    """An issuer that gives any id token, or none."""

    def __init__(self):
        self.key = new_key()
        self.answer, self.metadata, self.forms = None, {}, []
        liar = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def say(self, status, body):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                public = {name: liar.key[name] for name in ("kty", "kid", "n", "e")}
                self.say(200, json.dumps({"keys": [public]} if self.path == "/jwks" else {
                    "issuer": liar.base, "jwks_uri": liar.base + "/jwks",
                    "authorization_endpoint": liar.base + "/auth",
                    "token_endpoint": liar.base + "/token", **liar.metadata}).encode())

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                liar.forms.append((dict(self.headers), dict(urllib.parse.parse_qsl(body.decode()))))
                self.say(*liar.answer)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class WithLiar(Case):
    def setUp(self):
        super().setUp()
        self.liar = Liar()
        self.addCleanup(self.liar.stop)
        self.file("secret", "s")

    def start(self, **more):
        self.serve(free_port(), self.part(self.liar.base, "me", 'client-secret-file = "secret"',
                                          "idporten", **more))

    def answered(self, tab, asked=None, at="idporten"):
        """The address that this issuer would send the browser back to, and the nonce."""
        asked = urllib.parse.urlsplit(asked or self.begin(tab, "idporten")).query
        asked = dict(urllib.parse.parse_qsl(asked))
        query = urllib.parse.urlencode({"state": asked["state"], "code": "c"})
        return f"{self.base}/session/callback/{at}?{query}", asked["nonce"]

    def claims(self, fresh, **more):
        now = int(time.time())
        claims = {"iss": self.liar.base, "aud": "me", "sub": "s", "iat": now, "exp": now + 120,
                  "nonce": fresh, "pid": LISE, "acr": "idporten-loa-high", **more}
        return {name: value for name, value in claims.items() if value is not None}

    def gives(self, token):
        self.liar.answer = 200, json.dumps({"access_token": "x", "token_type": "Bearer",
                                            "id_token": token}).encode()

    def test_every_kind_of_bad_id_token_is_refused(self):
        self.start()
        key, now = self.liar.key, int(time.time())
        tab = Tab()
        back, nonce = self.answered(tab)
        self.gives(rs256(key, self.claims(nonce), typ="JWT"))
        self.assertEqual(self.come_back(tab, back), (200, None))
        self.assertEqual(self.read(tab), (200, None))
        other = new_key()
        for why, claims, header, reason in (
                ("the nonce of another sign-in", {"nonce": nonce}, {}, "of another sign-in"),
                ("no nonce", {"nonce": None}, {}, "of another sign-in"),
                ("a nonce of nothing", {"nonce": ""}, {}, "of another sign-in"),
                ("for another program", {"aud": "other"}, {}, "for another program"),
                ("for an audience of access tokens", {"aud": "https://stafett.example/9901"}, {},
                 "for another program"),
                ("for another too", {"aud": ["me", "other"]}, {}, "for another program"),
                ("asked for by another", {"aud": ["me", "other"], "azp": "other"}, {},
                 "for another program"),
                ("of another issuer", {"iss": "https://other.example"}, {}, "of another issuer"),
                ("expired", {"iat": now - 200, "exp": now - 60}, {}, "expired"),
                ("of a level too low", {"acr": "idporten-loa-substantial"}, {},
                 "of too low a level"),
                ("of no level", {"acr": None}, {}, "without a level"),
                ("of nobody", {"pid": None}, {}, "without a subject"),
                ("an access token", {}, {"typ": "at+jwt"}, "not an id token"),
                ("of an algorithm that is not taken", {}, {"alg": "HS256"},
                 "the algorithm is not one that is taken")):
            tab = Tab()
            back, fresh = self.answered(tab)
            self.gives(rs256(key, self.claims(fresh, **claims), **{"typ": "JWT", **header}))
            self.fails(why, tab, back, "idporten: id token: " + reason)
        tab = Tab()
        back, fresh = self.answered(tab)
        self.gives(rs256(other, self.claims(fresh), typ="JWT"))
        self.fails("another's signature", tab, back,
                   "idporten: id token: the signature does not verify")
        good = Tab()
        back, fresh = self.answered(good)
        self.gives(rs256(key, self.claims(fresh, aud=["me", "other"], azp="me"), typ="JWT"))
        self.assertEqual(self.come_back(good, back), (200, None))
        self.assertEqual(self.notes(), self.reasons)

    def test_every_kind_of_bad_answer_of_the_token_endpoint_is_refused(self):
        self.start()
        for why, answer, reason in (
                ("no id token", (200, b'{"access_token":"x"}'), "no id token"),
                ("an id token that is none", (200, b'{"id_token":"x"}'),
                 "id token: not three parts"),
                ("an id token that is no text", (200, b'{"id_token":1}'), "no id token"),
                ("not JSON", (200, b"<html>"), "no id token"),
                ("deeply nested", (200, b"[" * 100_000), "no id token"),
                ("another client", (401, b'{"error":"invalid_client"}'),
                 "the token endpoint answered 401, invalid_client"),
                ("an error of its own", (500, b"x"),
                 "the token endpoint answered 500, an error without a name"),
                ("something else", (302, b""),
                 "the token endpoint answered 302, an error without a name")):
            tab = Tab()
            back, _ = self.answered(tab)
            self.liar.answer = answer
            self.fails(why, tab, back, "idporten: " + reason)
        tab = Tab()
        back, nonce = self.answered(tab)
        self.liar.answer = 200, b" " * 300_000
        self.assertEqual(self.come_back(tab, back), (503, "not-ready"))
        self.reasons.append("idporten: token endpoint: the document is too large")
        # The code has been sent on: nobody sends it again.
        self.fails("the same once more", tab, back, "no sign-in that this browser began")
        back, nonce = self.answered(tab)
        self.gives(rs256(self.liar.key, self.claims(nonce), typ="JWT"))
        self.assertEqual(self.come_back(tab, back), (200, None))
        headers, form = self.liar.forms[-1]
        self.assertEqual((headers["Authorization"], form["grant_type"], form["code"],
                          form["redirect_uri"]),
                         ("Basic bWU6cw==", "authorization_code", "c",
                          self.base + "/session/callback/idporten"))
        self.assertNotIn("client_secret", form)
        self.assertEqual(self.notes(), self.reasons)

    def test_a_sign_in_is_good_for_one_answer_even_when_its_cookie_is_kept(self):
        self.start()
        tab = Tab()
        back, nonce = self.answered(tab)
        jar = dict(tab.jar(self.base))
        self.liar.answer = 400, b'{"error":"invalid_grant"}'
        self.fails("junk", tab, back,
                   "idporten: the token endpoint answered 400, invalid_grant")
        self.gives(rs256(self.liar.key, self.claims(nonce), typ="JWT"))
        tab.jar(self.base).update(jar)
        self.fails("the same cookie", tab, back, "idporten: a sign-in that was answered before")
        self.assertEqual(len(self.liar.forms), 1)
        self.assertEqual(self.notes(), self.reasons)

    def test_who_sends_junk_stops_nobody_elses_sign_in(self):
        self.start()
        tab, other = Tab(), Tab()
        self.liar.answer = 400, b'{"error":"invalid_grant"}'
        began, count = time.monotonic(), 0
        while True:
            back, _ = self.answered(tab)
            got = self.come_back(tab, back)
            if got == (429, "too-many-requests"):
                break
            count += 1
            self.assertEqual(got, (400, "sign-in-failed"))
            self.assertLessEqual(count, 11 + time.monotonic() - began)
        self.assertGreaterEqual(count, 10)
        self.assertEqual(len(self.liar.forms), count)
        # It may ask again, later.
        self.assertIn("stafett-login", tab.jar(self.base))
        back, nonce = self.answered(other)
        self.gives(rs256(self.liar.key, self.claims(nonce), typ="JWT"))
        self.assertEqual(self.come_back(other, back), (200, None))

    def test_an_issuer_that_takes_no_secret_in_the_header_gets_it_in_the_form(self):
        self.liar.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
        self.start()
        tab = Tab()
        address = self.begin(tab, "idporten")
        back, nonce = self.answered(tab, address)
        self.gives(rs256(self.liar.key, self.claims(nonce), typ="JWT"))
        self.assertEqual(self.come_back(tab, back), (200, None))
        headers, form = self.liar.forms[-1]
        self.assertNotIn("Authorization", headers)
        self.assertEqual((form["client_id"], form["client_secret"]), ("me", "s"))
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query))
        challenge = encoded(hashlib.sha256(form["code_verifier"].encode()).digest())
        self.assertEqual(asked["code_challenge"], challenge)

    def test_what_one_issuer_gives_is_not_taken_to_another(self):
        other = Liar()
        self.addCleanup(other.stop)
        secret = 'client-secret-file = "secret"'
        self.serve(free_port(), self.part(self.liar.base, "me", secret, "idporten"),
                   self.part(other.base, "me", secret, "ansattporten"))
        tab = Tab()
        # The first sends the browser on to the second, which knows one address to answer at.
        back, _ = self.answered(tab, at="ansattporten")
        self.fails("the other's answer", tab, back,
                   "idporten: an answer at another issuer's address")
        self.fails("nobody's address", *self.answered_at(tab, "none"))
        self.assertEqual((self.liar.forms, other.forms), ([], []))
        self.assertEqual(self.notes(), self.reasons)

    def answered_at(self, tab, at):
        return tab, self.answered(tab, at=at)[0], "idporten: an answer at another issuer's address"

    def test_nothing_secret_is_sent_to_another_host(self):
        for metadata in ({"token_endpoint": "https://other.example/token"},
                         {"token_endpoint": None}, {"authorization_endpoint": None},
                         {"authorization_endpoint": "http://other.example/auth"}):
            with self.subTest(metadata):
                self.liar.metadata = metadata
                self.start()
                query = "/session/login?issuer=idporten"
                self.assertEqual(self.ask(Tab(), "GET", query), (503, "not-ready"))
                self.server.stop()


class TheFiles(Case):
    def check(self, issuer_text, sign_in):
        self.file("issuers.toml", issuer_text)
        config = self.file("stafett.toml", f"[sign_in]\nissuers = \"issuers.toml\"\n{sign_in}\n"
                           "[[listener]]\naddress = \"127.0.0.1:0\"\n[[log]]\ndirectory = \"log\"\n")
        code, _, err = self.program.run("config", "check", str(config))
        served, _, as_served = self.program.run("serve", "--config", str(config))
        self.assertNotEqual(served, 0)
        self.assertIn(err.splitlines()[-1].removeprefix("stafett: "), as_served)
        return code, err

    def test_what_does_not_fit_together_is_told_before_anything_is_served(self):
        self.file("secret", "s")
        self.file("open", "s", 0o644)
        self.file("empty", "\n")
        good = self.part("https://a.example", "me", 'client-secret-file = "secret"')
        without = good.split("[issuer.browser]")[0]
        url = 'public_url = "https://stafett.example"'
        for issuer, sign_in, told in (
                (good, "", "sign_in.public_url is missing"),
                (without, url, "sign_in.public_url: no issuer has [issuer.browser]"),
                (good, 'public_url = "https://stafett.example/"', "is no origin"),
                (good, 'public_url = "https://stafett.example:443"', "is no origin"),
                (good, 'public_url = "https://Stafett.example"', "is no origin"),
                (good, 'public_url = "https://stafett.example/x"', "is no origin"),
                (good, 'public_url = "http://stafett.example"', "is no origin"),
                (good.replace('"secret"', '"none"'), url, "none cannot be read"),
                (good.replace('"secret"', '"open"'), url, "open is open to others"),
                (good.replace('"secret"', '"empty"'), url, "empty is no secret"),
                (good.replace("client-secret-file", "client-key-file"), url,
                 "secret is no private JWK"),
                (good.replace('client-secret-file = "secret"', ""), url, "browser: of people"),
                (good + '\nclient-key-file = "x"', url, "browser: of people"),
                (good + '\nx = "x"', url, "browser.x: is no key here"),
                (good.replace('"me"', '""'), url, "browser.client-id: is to be a text"),
                (good.replace("ansattporten", "maskinporten"), url, "browser: of people"),
                (good.replace('kind =', 'name = "a/b"\nkind ='), url, "browser: its name")):
            with self.subTest(told=told, sign_in=sign_in):
                code, err = self.check(issuer, sign_in)
                self.assertEqual(code, 2, err)
                self.assertIn(told, err)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=1)
