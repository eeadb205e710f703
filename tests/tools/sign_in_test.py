#!/usr/bin/env python3
"""Signing in with tokens from elsewhere: issuers made of the certified oidc-provider, and every
kind of token that is not to be taken.  sign_in_test.py STAFETT SOURCE"""

import contextlib
import datetime
import hashlib
import http.server
import ipaddress
import json
import os
import pathlib
import ssl
import sys
import tempfile
import threading
import time
import unittest

try:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.x509.oid import NameOID
    import traffic
except ImportError:  # the package that is installed is for the system's own Python
    if sys.executable == "/usr/bin/python3":
        raise
    os.execv("/usr/bin/python3", ["/usr/bin/python3", "-B", *sys.argv])

import issuers
import program
from issuers import AUDIENCE, SCOPE, Issuer, encoded, hs256, joined, rs256
from program import NOTE, Program, Server, event, program_with
from serve_http import curl

BINARY, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2]).absolute()
HAS_PEERS = bool(issuers.node(SOURCE)) and (
    SOURCE / "build/peers/node_modules/oidc-provider").is_dir()

# Of nobody: 80 is added to the month.
LISE, KARI, OLA, NOBODY = "15887012345", "02898154321", "04851799999", "11888811111"
ORGANISATION = "0192:313131313"
MACHINE = "maskinporten-" + ORGANISATION.replace(":", "-")


def details(person, number):
    return event("PersonDetailsRecorded", "admin",
                 {"person": person, "name": person, "nationalId": number})


def people():
    yield event("PersonRegistered", "admin", {"person": "kari", "roles": ["guardian"],
                                              "active": True})
    yield event("PersonRegistered", "admin", {"person": "ola", "roles": ["child"], "active": True})
    yield event("PersonRegistered", "admin", {"person": MACHINE, "roles": ["employee"],
                                              "service": "school", "active": True})
    # Grouped or not; the latest counts.
    yield details("lise", NOBODY)
    yield details("lise", LISE[:6] + " " + LISE[6:])
    yield details("kari", KARI)
    yield details("ola", OLA)


def issuer_file(place, *parts):
    path = pathlib.Path(place) / "issuers.toml"
    path.write_text("\n".join(parts), "utf-8")
    return str(path)


def issuer_part(kind, url, **more):
    lines = ["[[issuer]]", f'kind = "{kind}"', f'url = "{url}"', f'scope = ["{SCOPE}"]']
    if kind != "maskinporten":
        lines.append(f'audience = ["{AUDIENCE}"]')
    lines += [f"{name.replace('_', '-')} = {json.dumps(value)}" for name, value in more.items()]
    return "\n".join(lines)


class Case(unittest.TestCase):
    """A log, its people, and a server that believes some issuers."""

    program = None

    def begin(self, *parts):
        if not self.program:
            self.make_log()
        self.serve(*parts)

    def make_log(self):
        self.program = program_with(self, BINARY, *people())
        self.place = self.program.place

    def serve(self, *parts):
        file = issuer_file(self.place, *parts)
        self.server = Server(BINARY, self.program.log, more=("--issuers", file)).__enter__()
        self.addCleanup(self.server.stop)
        self.url = self.server.urls[0] + "/v1"

    def read(self, token, case="case-1"):
        """(status, code or rule)"""
        status, _, body = curl("-H", "Authorization: Bearer " + token, "-H",
                               "Stafett-Purpose: followUp", "-H", "Stafett-Visit: v",
                               f"{self.url}/cases/{case}")
        answer = json.loads(body)
        return status, answer.get("rule") or answer.get("code")

    def post(self, token, what):
        status, _, body = curl("-H", "Authorization: Bearer " + token, "-H",
                               "Content-Type: application/json", "-d", json.dumps(what),
                               self.url + "/events")
        return status, json.loads(body)

    def refuses(self, why, token, reason):
        with self.subTest(why):
            self.assertEqual(self.read(token), (401, "invalid-token"))
        self.reasons.append(reason)

    def setUp(self):
        self.reasons = []

    def told(self):
        """What the server's own log has of tokens that were not taken."""
        text = "".join(self.server.stop())
        for number in (LISE, KARI, OLA, NOBODY, LISE[:6] + " " + LISE[6:]):
            self.assertNotIn(number, text)
        lines = [json.loads(line) for line in self.server.lines if line.startswith("{")]
        return [line["detail"].split(" ", 1)[1] for line in lines
                if line["event"] == "sign-in-refused"]


@unittest.skipUnless(HAS_PEERS, "needs Node and the peers")
class WithIssuers(Case):
    @classmethod
    def setUpClass(cls):
        kinds = ("idporten", "ansattporten", "maskinporten")
        started = [Issuer(SOURCE, kind) for kind in kinds]
        for one in started:
            cls.addClassCleanup(one.stop)
        cls.idporten, cls.ansattporten, cls.maskinporten = (one.ready() for one in started)

    def begin_with_all(self):
        self.begin(*(issuer_part(one.kind, one.issuer)
                     for one in (self.idporten, self.ansattporten, self.maskinporten)))

    def test_people_sign_in_by_the_code_flow_and_are_who_their_number_says(self):
        self.begin_with_all()
        tokens = self.ansattporten.token_of_person(LISE)
        self.assertEqual(self.read(tokens["access_token"]), (200, None))
        status, answer = self.post(tokens["access_token"],
                                   {k: v for k, v in NOTE.items() if k != "actor"})
        self.assertEqual(status, 201, answer)
        # What is for the program that signed them in is not for this one.
        self.refuses("an id token", tokens["id_token"], "ansattporten: an id token")
        guardian = self.idporten.token_of_person(KARI)["access_token"]
        self.assertEqual(self.read(guardian), (403, "read-no-relation"))
        low = self.idporten.token_of_person(KARI + "/idporten-loa-substantial")["access_token"]
        self.refuses("identified less well", low, "idporten: of too low a level")
        nobody = self.idporten.token_of_person(NOBODY)["access_token"]
        self.refuses("nobody has that number any more", nobody, "idporten: nobody known here")
        self.assertEqual(self.told(), self.reasons)
        [note] = [entry for entry
                  in self.program.lines("log", self.program.log, "--case", "case-1", "--json")
                  if entry["type"] == "NoteAdded"]
        self.assertEqual(note["actor"], "lise")
        self.assert_signed_after(note, tokens["access_token"])

    def assert_signed_after(self, note, token):
        """Everything that was recorded with a token names one sign-in, which the log can show."""
        claims = json.loads(issuers.decoded(token.split(".")[1]))
        told = note["signIn"]
        self.assertEqual({name: told[name] for name in ("iss", "acr", "scope", "client_id", "iat")},
                         {name: claims[name] for name in ("iss", "acr", "scope", "client_id",
                                                          "iat")})
        self.assertEqual(told["token"], hashlib.sha256(token.encode()).hexdigest())
        self.assertEqual(told["jti"], hashlib.sha256(claims["jti"].encode()).hexdigest())
        self.assertNotIn("pid", told)
        self.assertNotIn(claims["sub"], json.dumps(told))
        [read] = [entry for entry
                  in self.program.lines("log", self.program.log, "--case", "case-1", "--json")
                  if entry["type"] == "EntryRead" and entry["actor"] == "lise"]
        self.assertEqual((read["custody"], read["evidence"], read["signIn"]),
                         ("custodial", note["evidence"], told))
        report = json.loads(self.program.ok("verify", self.program.log, "--json", "--level", "5"))
        self.assertEqual((report["ok"], report["errors"]), (True, []))

    def test_machines_sign_in_as_their_organisation(self):
        self.begin_with_all()
        token = self.maskinporten.token_of_machine(ORGANISATION)["access_token"]
        raised = {**program.RAISED, "case": "case-2",
                  "id": "01970000-0000-7000-8000-00000000000b"}
        del raised["actor"]
        status, answer = self.post(token, raised)
        self.assertEqual(status, 201, answer)
        self.assertEqual(self.read(token, "case-2"), (200, None))
        about = {pid: self.maskinporten.token_of_machine(ORGANISATION, pid=pid)["access_token"]
                 for pid in (OLA, KARI, NOBODY)}
        self.assertEqual(self.read(about[OLA], "case-2"), (200, None))
        self.assertEqual(self.read(about[KARI], "case-2"), (403, "read-no-relation"))
        self.refuses("about nobody", about[NOBODY], "maskinporten: about nobody known here")
        status, answer = self.post(about[OLA], {**raised, "case": "case-3"})
        self.assertEqual((status, answer["code"]), (401, "invalid-token"))
        self.reasons.append("a token about one person, for something else")
        for why, words, reason in (
                ("another organisation", ("0192:919191919",), "nobody known here"),
                ("no organisation", ("0192:1",), "the consumer is no organisation"),
                ("another scope", (ORGANISATION, "other:scope"), "without the scope")):
            self.refuses(why, self.maskinporten.token_of_machine(*words)["access_token"],
                         "maskinporten: " + reason)
        claims = self.maskinporten.claims(aud="unspecified")
        consumer = {"authority": "iso6523-actorid-upis", "ID": ORGANISATION}
        key = self.maskinporten.key
        self.assertEqual(self.read(rs256(key, {**claims, "consumer": consumer}), "case-2"),
                         (200, None))
        self.refuses("no consumer", rs256(key, claims), "maskinporten: without a consumer")
        self.refuses("of another register",
                     rs256(key, {**claims, "consumer": {**consumer, "authority": "x"}}),
                     "maskinporten: the consumer is no organisation")
        self.refuses("for another audience",
                     rs256(key, {**claims, "consumer": consumer, "aud": "https://other.example"}),
                     "maskinporten: for another audience")
        self.assertEqual(self.told(), self.reasons)

    def test_every_kind_of_bad_token_is_refused(self):
        self.begin_with_all()
        one, key, now = self.ansattporten, self.ansattporten.key, int(time.time())
        good = one.claims(pid=LISE, acr="high")
        self.assertEqual(self.read(rs256(key, good)), (200, None))
        mine = rs256(key, good)
        head, claims, _ = mine.split(".")
        other_key = {**self.idporten.key, "kid": key["kid"]}
        public = json.dumps({k: key[k] for k in ("kty", "n", "e")}).encode()
        pem = issuers.private_key(key).public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

        def changed(**more):
            return rs256(key, {k: v for k, v in {**good, **more}.items() if v is not None})

        kid = {"kid": key["kid"]}
        algorithm = "ansattporten: the algorithm is not one that is taken"
        unsigned = "ansattporten: the signature does not verify"
        for why, token, reason in (
                ("alg none", joined({"alg": "none", **kid}, good, lambda _: b""), algorithm),
                ("alg none, in other letters",
                 joined({"alg": "nOnE", **kid}, good, lambda _: b"x"), algorithm),
                ("no signature", f"{head}.{claims}.", unsigned),
                ("the public key as a secret", hs256(pem, good, **kid), algorithm),
                ("the public JWK as a secret", hs256(public, good, **kid), algorithm),
                ("another issuer's key by the same name", rs256(other_key, good), unsigned),
                ("a key that the token brings",
                 rs256(other_key, good, jwk={k: other_key[k] for k in ("kty", "n", "e")}),
                 unsigned),
                ("a place to fetch keys from",
                 rs256(other_key, good, jku=self.idporten.base + "/jwks"), unsigned),
                ("something critical", rs256(key, good, crit=["exp"]),
                 "ansattporten: the header asks for what is not known here"),
                ("another type", rs256(key, good, typ="logout+jwt"),
                 "ansattporten: not an access token"),
                ("the issuer with one slash more", changed(iss=one.issuer + "/"),
                 "not a token of an issuer known here"),
                ("the machines' issuer without its slash",
                 rs256(self.maskinporten.key, {**good, "iss": self.maskinporten.issuer[:-1]}),
                 "not a token of an issuer known here"),
                ("an issuer of the log's own name",
                 changed(iss="urn:stafett:local:stafett.example/9901"), "local: the algorithm is not one that is taken"),
                ("no issuer", changed(iss=None), "not a token of an issuer known here"),
                ("another audience", changed(aud="https://stafett.example/9902"),
                 "ansattporten: for another audience"),
                ("no audience", changed(aud=None), "ansattporten: for another audience"),
                ("no scope", changed(scope=None), "ansattporten: without the scope"),
                ("a longer scope", changed(scope=SCOPE + "x"), "ansattporten: without the scope"),
                ("expired", changed(iat=now - 200, exp=now - 31), "ansattporten: expired"),
                ("never expires", changed(exp=None), "ansattporten: without times"),
                ("valid for a day", changed(exp=now + 86_400), "ansattporten: valid too long"),
                ("not valid yet", changed(nbf=now + 60), "ansattporten: not valid yet"),
                ("of tomorrow", changed(iat=now + 86_400, exp=now + 86_500),
                 "ansattporten: issued in the future"),
                ("identified less well", changed(acr="substantial"),
                 "ansattporten: of too low a level"),
                ("of a level that sounds higher", changed(acr="idporten-loa-high"),
                 "ansattporten: of too low a level"),
                ("of no level", changed(acr=None), "ansattporten: without a level"),
                ("no number", changed(pid=None), "ansattporten: without a subject"),
                ("a number that is none", changed(pid=LISE[:6] + " " + LISE[6:]),
                 "ansattporten: without a subject"),
                ("a number as a number", changed(pid=int(LISE)), "ansattporten: without a subject"),
                ("bound to a key", changed(cnf={"jkt": "x"}), "ansattporten: bound to a key"),
                ("a claim twice",
                 rs256(key, json.dumps(good)[:-1] + f', "pid": "{KARI}"}}'),
                 "not a token"),
                ("the header twice", encoded(json.dumps({"alg": "RS256"}).encode())[:-3] + "." +
                 claims + ".x", "not a token"),
                ("deep nesting", rs256(key, '{"a":' * 500 + "1" + "}" * 500), "not a token"),
                ("too long", changed(filler="x" * 9000), "not a token"),
                ("four parts", mine + ".x", "not a token"),
                ("a line end more", mine + "%0A", "not a token")):
            self.refuses(why, token, reason)
        self.assertEqual(self.read(rs256(key, good)), (200, None))
        self.assertEqual(self.told(), self.reasons)


@unittest.skipUnless(HAS_PEERS, "needs Node and the peers")
class WithOneIssuer(Case):
    def start(self, port=None):
        one = Issuer(SOURCE, "idporten", port).ready()
        self.addCleanup(one.stop)
        return one

    def good(self, one, **header):
        return rs256(one.key, one.claims(pid=LISE, acr="idporten-loa-high"), **header)

    def test_new_keys_are_fetched_once_and_old_ones_go_on_while_the_issuer_is_away(self):
        one = self.start()
        self.begin(issuer_part("idporten", one.issuer))
        self.assertEqual(self.read(self.good(one)), (200, None))
        self.assertEqual(one.hits(), 1)
        one.stop()
        self.assertEqual(self.read(self.good(one)), (200, None))

        again = self.start(one.port)
        self.assertEqual(self.read(self.good(again)), (200, None))
        self.assertEqual(self.read(self.good(one)), (401, "invalid-token"))
        for i in range(20):
            self.assertEqual(self.read(self.good(again, kid=f"unknown-{i}")),
                             (401, "invalid-token"))
        self.assertEqual(again.hits(), 1)

    def test_a_log_is_served_while_an_issuer_is_away(self):
        port = issuers.free_port()
        self.begin(issuer_part("idporten", f"http://127.0.0.1:{port}"))
        local = self.program.ok("token", self.program.log, "lise").strip()
        self.assertEqual(self.read(local), (200, None))
        away = {"iss": f"http://127.0.0.1:{port}"}
        token = joined({"alg": "RS256", "kid": "x"}, away, lambda _: b"x")
        self.assertEqual(self.read(token), (503, "not-ready"))
        one = self.start(port)
        # It looks again by itself, after a pause.
        until = time.monotonic() + 50
        while self.read(self.good(one)) == (503, "not-ready") and time.monotonic() < until:
            threading.Event().wait(1)
        self.assertEqual(self.read(self.good(one)), (200, None))


def certificate(place, name):
    """A certificate for `name` or address, signed by itself: (certificate, key), paths."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    try:
        alternative = x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        alternative = x509.DNSName(name)
    at = datetime.datetime.now(datetime.timezone.utc)
    made = (x509.CertificateBuilder().subject_name(who).issuer_name(who)
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(at - datetime.timedelta(days=1))
            .not_valid_after(at + datetime.timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256()))
    files = place / f"{name}.pem", place / f"{name}.key"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM,
                                           serialization.PrivateFormat.PKCS8,
                                           serialization.NoEncryption()))
    return files


@contextlib.contextmanager
def web(answers, files=None):
    """A web server that answers a path with (status, headers, body); its port."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            status, headers, body = answers(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *_):
            pass

    class Quiet(http.server.ThreadingHTTPServer):
        def handle_error(self, *_):
            """Whoever does not believe the certificate hangs up."""

    server = Quiet(("127.0.0.1", 0), Handler)
    if files:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*files)
        server.socket = context.wrap_socket(server.socket, server_side=True,
                                            do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class OverHttps(Case):
    """Whom the server believes when it fetches keys."""

    @classmethod
    def setUpClass(cls):
        private = rsa.generate_private_key(65537, 2048).private_numbers()
        names = {"n": private.public_numbers.n, "e": private.public_numbers.e, "d": private.d,
                 "p": private.p, "q": private.q, "dp": private.dmp1, "dq": private.dmq1,
                 "qi": private.iqmp}
        cls.key = {"kty": "RSA", "kid": "k", "use": "sig",
                   **{name: encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))
                      for name, value in names.items()}}

    def sign_in(self, answers=None, certified="127.0.0.1", trusted="127.0.0.1", issuer=None,
                keys=None):
        """What a good token gets, when its issuer is like that; why its keys were not taken."""
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        files = {name: certificate(pathlib.Path(place.name), name)
                 for name in {certified, trusted}}
        public = {name: self.key[name] for name in ("kty", "kid", "use", "n", "e")}

        def usual(path):
            if path == "/jwks":
                return 200, {}, json.dumps({"keys": [public]}).encode()
            return 200, {}, json.dumps({"issuer": issuer or base,
                                        "jwks_uri": keys or base + "/jwks"}).encode()

        with web(lambda path: (answers or usual)(path), files[certified]) as port:
            base = f"https://127.0.0.1:{port}"
            self.begin(f'ca-file = "{files[trusted][0]}"', issuer_part("idporten", base))
            now = int(time.time())
            got = self.read(rs256(self.key, {
                "iss": base, "aud": AUDIENCE, "scope": SCOPE, "iat": now, "exp": now + 60,
                "pid": LISE, "acr": "idporten-loa-high"}))
            lines = self.server.first_lines + self.server.stop()
        notes = [json.loads(line) for line in lines if line.startswith("{")]
        return got, {line["detail"] for line in notes if line["event"] == "issuer-keys"}

    def refused(self, reason, **how):
        self.assertEqual(self.sign_in(**how), ((503, "not-ready"), {"idporten: " + reason}))

    def test_keys_are_taken_from_a_server_that_is_certified(self):
        self.assertEqual(self.sign_in(), ((200, None), set()))

    def test_keys_are_not_taken_from_anybody_else(self):
        untrusted = "its certificate is not trusted, or it does not encrypt"
        for why, reason, how in (
                ("certified by somebody else", untrusted, {"trusted": "other.example"}),
                ("certified under another name", untrusted,
                 {"certified": "other.example", "trusted": "other.example"}),
                ("another issuer's", "the configuration is another issuer's",
                 {"issuer": "https://127.0.0.1/"}),
                ("unencrypted", "the keys are not at an https address",
                 {"keys": "http://stafett.example/jwks"}),
                ("at another host", "the keys lie at another host",
                 {"keys": "https://stafett.example/jwks"}),
                ("at an address of another kind", "the keys are not at an https address",
                 {"keys": "file:///etc/passwd"}),
                ("by a redirect", "answered 302",
                 {"answers": lambda _: (302, {"Location": "https://stafett.example/"}, b"")}),
                ("too much", "the document is too large",
                 {"answers": lambda _: (200, {}, b" " * 300_000)}),
                ("not JSON", "not a JSON object", {"answers": lambda _: (200, {}, b"<html>")}),
                ("deeply nested", "not a JSON object",
                 {"answers": lambda _: (200, {}, b"[" * 100_000)})):
            with self.subTest(why):
                self.refused(reason, **how)


class TheFile(Case):
    def test_what_a_file_of_issuers_must_not_say_is_told_with_its_line(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        made = Program(BINARY, place.name)
        made.make()
        for text, code, told in (
                ("[[issuer]]\nkind = \"helseid\"", 2, "line 1: helseid binds its tokens by DPoP"),
                ("\n[[issuer]]\nkind = \"idporten\"", 2, "line 2: issuer 'idporten': no audience"),
                ("x = 1", 2, "x: is no key here"),
                ("[[issuer]\n", 1, "line 1: "),
                (issuer_part("idporten", "http://stafett.example"), 2, "not at an https address"),
                (issuer_part("idporten", "https://a.example", algorithms=["none"]), 2,
                 "algorithms: is no key here")):
            with self.subTest(text):
                file = issuer_file(place.name, text)
                got, _, err = made.run("serve", made.log, "--issuers", file)
                self.assertEqual(got, code, err)
                self.assertIn(told, err)
        self.assertEqual(made.run("serve", made.log, "--issuers", place.name + "/none")[0], 4)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=1)
