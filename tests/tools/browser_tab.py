"""A browser, as far as it sends requests and keeps cookies."""

import contextlib
import http.client
import itertools
import ssl
import urllib.parse

import traffic


class Tab:
    """A browser, as far as it sends and keeps: cookies of each port by themselves. Each is on a
    machine of its own."""

    numbers = itertools.count(2)

    def __init__(self, trusted=None):
        number = next(Tab.numbers)
        self.address = f"127.0.{number // 250}.{number % 250 + 1}"
        self.jars, self.set, self.strict = {}, [], set()
        self.context = ssl.create_default_context(cafile=trusted) if trusted else None

    def jar(self, base):
        return self.jars.setdefault(urllib.parse.urlsplit(base).netloc, {})

    def ask(self, method, url, headers=None, body=None, described=False, from_elsewhere=False):
        """(status, headers, body). `described`: held to the description of this server.
        `from_elsewhere`: another site leads there, so strict cookies are not sent."""
        parts = urllib.parse.urlsplit(url)
        jar = self.jars.setdefault(parts.netloc, {})
        headers = dict(headers or {})
        if from_elsewhere:
            headers.update({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"})
        sent = [f"{name}={value}" for name, value in jar.items()
                if not (from_elsewhere and (parts.netloc, name) in self.strict)]
        if sent:
            headers["Cookie"] = "; ".join(sent)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        more = {"context": self.context} if parts.scheme == "https" else {}
        more["source_address"] = (self.address, 0)
        with contextlib.closing(kind(parts.netloc, timeout=30, **more)) as connection:
            connection.request(method, urllib.parse.urlunsplit(("", "", *parts[2:4], "")), body,
                               headers)
            answer = connection.getresponse()
            content = answer.read()
        self.set = [value for name, value in answer.getheaders() if name.lower() == "set-cookie"]
        for one in self.set:
            name, value = one.split(";")[0].split("=", 1)
            jar[name] = value
            if "SameSite=Strict" in one:
                self.strict.add((parts.netloc, name))
            if not value or "Max-Age=0" in one or "1970" in one:
                del jar[name]
        got = {name.lower(): value for name, value in answer.getheaders()}
        if described:
            traffic.check(method, url, {name.lower(): value for name, value in headers.items()},
                          answer.status, got, content)
        return answer.status, got, content

    def follow(self, method, url, form=None, until=""):
        """Through an issuer's redirects: to a page of its, or the address that is not its own."""
        body = urllib.parse.urlencode(form) if form else None
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        while True:
            status, headers, content = self.ask(method, url, kind, body)
            assert status in (200, 302, 303), (status, content)
            if status == 200:
                return url
            url = urllib.parse.urljoin(url, headers["location"])
            if url.startswith(until):
                return url
            method, body, kind = "GET", None, {}

    def sign_in_at(self, address, login, callback):
        """By the issuer's pages to the address that it sends the browser back to."""
        page = self.follow("GET", address, until=callback)
        if page.startswith(callback):
            return page
        page = self.follow("POST", page, {"prompt": "login", "login": login, "password": "x"},
                           callback)
        if page.startswith(callback):
            return page
        return self.follow("POST", page, {"prompt": "consent"}, callback)


def with_query(url, **changes):
    """Each change: a value, None to leave it out, or several."""
    parts = urllib.parse.urlsplit(url)
    query = dict(urllib.parse.parse_qsl(parts.query))
    query.update(changes)
    query = {name: value for name, value in query.items() if value is not None}
    return urllib.parse.urlunsplit((*parts[:3], urllib.parse.urlencode(query, doseq=True), ""))
