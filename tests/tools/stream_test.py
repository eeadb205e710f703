#!/usr/bin/env python3
"""Streams of events as their readers meet them.  stream_test.py STAFETT SOURCE"""

import http.client
import json
import pathlib
import random
import socket
import sys
import threading
import time
import unittest

import serve_test
import traffic
from program import RAISED, event
from rounds import SEED, by_rounds
from serve_test import OPENING, TODAY, WITHDRAWN, happened, noted, now, signed


class Stream:
    """An answer that goes on, read line by line."""

    def __init__(self, url, token, query, **headers):
        host, path = url.removeprefix("http://").split("/", 1)
        self.connection = http.client.HTTPConnection(host, timeout=60)
        self.connection.request("GET", f"/{path}/events?{query}", headers={
            "Authorization": "Bearer " + token, "Accept": "text/event-stream",
            "Stafett-Purpose": "followUp", "Stafett-Visit": "v1", **headers})
        self.answer = self.connection.getresponse()

    def event(self):
        """The fields of the next event, by the standard's own rules; None: the end."""
        fields = {}
        while line := self.answer.readline().decode():
            line = line.rstrip("\n")
            if not line and "data" in fields:
                traffic.check_event(fields)
                return fields
            name, _, value = line.partition(":")
            if name:
                fields[name] = value.removeprefix(" ")
        return None

    def events(self):
        return list(iter(self.event, None))

    def until(self, name):
        """The events before the one of that name, and that one's data."""
        found = []
        while (one := self.event()) is not None:
            if one.get("event") == name:
                return found, json.loads(one["data"])
            found.append(one)
        raise AssertionError(f"ended before {name}: {found}")


class CuttingProxy:
    """Passes a request on and the answer back, but no more than a random number of its bytes, nor
    when nothing comes for a while."""

    def __init__(self, url, chance):
        self.target = url.removeprefix("http://").split("/", 1)[0].split(":")
        self.path = url.removeprefix("http://").split("/", 1)[1]
        self.chance, self.cuts = chance, 0
        self.door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.door.getsockname()[1]}/{self.path}"
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                client, _ = self.door.accept()
            except OSError:
                return
            self.cuts += 1
            with client, socket.create_connection(self.target) as server:
                server.sendall(client.recv(65536))
                server.settimeout(0.1)
                left = self.chance.randrange(1, 6000)
                try:
                    while left > 0 and (piece := server.recv(min(left, 4096))):
                        client.sendall(piece)
                        left -= len(piece)
                except TimeoutError:
                    pass


class WithStreams(serve_test.WithPeople):
    def beginning(self, program):
        super().beginning(program)
        self.append(*OPENING)

    def stream(self, person, query="case=case-1&follow=true", token=None, **headers):
        stream = Stream(self.url, token or self.token(person), query, **headers)
        self.addCleanup(stream.connection.close)
        return stream


class Following(WithStreams):
    def test_the_events_of_a_case_are_cloud_events_in_order(self):
        history = [json.loads(line) for line
                   in self.read("lise", "/cases/case-1/history")[1].splitlines()]
        stream = self.stream("lise", "case=case-1")
        self.assertEqual((stream.answer.status, stream.answer.getheader("content-type")),
                         (200, "text/event-stream"))
        events, where = stream.until("caughtup")
        self.assertIsNone(stream.event())
        self.assertEqual([int(e["id"]) for e in events], [e["position"] for e in history])
        for got, want in zip(events, history, strict=True):
            cloud = json.loads(got["data"])
            self.assertEqual(cloud, {
                "specversion": "1.0", "id": want["id"], "source": "stafett.example/9901",
                "type": f"no.stafett.{want['type']}.v1", "subject": "case-1",
                "time": want["occurredAt"], "sequence": f"{want['position']:020}",
                "datacontenttype": "application/json", "data": want})
        self.assertEqual(where["checkpoint"].split("\n")[0], "stafett.example/9901")
        self.assertGreater(where["size"], history[-1]["position"])

    def test_what_is_recorded_later_comes_by_itself_and_a_reader_goes_on_where_it_was(self):
        live = self.stream("lise")
        before, _ = live.until("caughtup")
        for name in ("n1", "n2"):
            self.assertEqual(self.post("lise", json.dumps(noted(name)))[0], 201)
        got = [live.event(), live.event()]
        self.assertEqual([json.loads(e["data"])["data"]["data"]["note"] for e in got],
                         ["n1", "n2"])
        again = self.stream("lise", **{"Last-Event-ID": before[-1]["id"]})
        self.assertEqual([again.event()["id"], again.event()["id"]], [e["id"] for e in got])
        # The header wins over the query, as it is the newer of the two.
        both = self.stream("lise", "case=case-1&after=0", **{"Last-Event-ID": got[0]["id"]})
        self.assertEqual([e.get("id") for e in both.events()], [got[1]["id"], None])

    def test_a_reader_who_is_cut_off_again_and_again_misses_nothing_and_gets_nothing_twice(self):
        cuts = by_rounds(few=15, small=40, full=1000)
        proxy = CuttingProxy(self.url, random.Random(SEED))
        self.addCleanup(proxy.door.close)
        got, token, notes = [], self.token("lise"), 0
        while proxy.cuts < cuts:
            self.assertEqual(self.post("lise", json.dumps(noted(f"n{notes}")))[0], 201)
            notes += 1
            resume = {"Last-Event-ID": got[-1]} if got else {}
            try:
                stream = Stream(proxy.url, token, "case=case-1&follow=true", **resume)
            except (http.client.HTTPException, OSError):
                continue  # cut within the head
            try:
                while one := stream.event():
                    if "id" in one:
                        got.append(one["id"])
            except (http.client.HTTPException, OSError):
                pass  # cut
            finally:
                stream.connection.close()
        rest = self.stream("lise", "case=case-1", **{"Last-Event-ID": got[-1]}).until("caughtup")[0]
        got += [one["id"] for one in rest]
        history = self.read("lise", "/cases/case-1/history")[1].splitlines()
        self.assertEqual([int(one) for one in got],
                         [json.loads(line)["position"] for line in history], f"seed {SEED}")
        self.assertEqual(len([read for read in self.reads() if read["type"] == "EntryRead"]), 1)

    def test_lines_of_json_for_whoever_wants_all_at_once(self):
        history = self.read("lise", "/cases/case-1/history")[1].decode()
        status, headers, body = self.ask("lise", "/events?case=case-1", "-H",
                                         "Stafett-Purpose: followUp", "-H", "Stafett-Visit: v1")
        self.assertEqual((status, headers["content-type"], body.decode()),
                         (200, "application/jsonl", history))

    def test_a_consent_that_is_withdrawn_ends_the_stream_before_the_next_event(self):
        bup, school = self.stream("eva"), self.stream("lise")
        bup.until("caughtup")
        school.until("caughtup")
        self.assertEqual(self.post("lise", json.dumps(noted("n1")))[0], 201)
        self.assertEqual(json.loads(bup.event()["data"])["data"]["data"]["note"], "n1")
        self.assertEqual(self.post("kari", json.dumps(WITHDRAWN))[0], 201)
        self.assertEqual(self.post("lise", json.dumps(noted("n2")))[0], 201)
        missed, why = bup.until("access-ended")
        self.assertEqual((missed, why), ([], {"rule": "read-not-covered"}))
        self.assertIsNone(bup.event())
        self.assertEqual([json.loads(school.event()["data"])["data"]["type"] for _ in range(3)],
                         ["NoteAdded", "ConsentWithdrawn", "NoteAdded"])
        status, body = self.read("eva")
        self.assertEqual((status, json.loads(body)["rule"]), (403, "read-not-covered"))
        # The family sees who read, and who tried to.
        listed = [json.loads(line) for line
                  in self.read("kari", "/cases/case-1/access")[1].splitlines()]
        self.assertEqual([(one["type"], one["service"]) for one in listed
                          if one["service"] == "bup"],
                         [("EntryRead", "bup"), ("ReadDenied", "bup"), ("ReadDenied", "bup")])

    def test_a_read_that_is_allowed_and_shows_nothing_is_recorded_once(self):
        # The reporter's feed is elsewhere; here nothing of a case is for her.
        self.assertEqual(self.stream("rune", "case=case-1").until("caughtup")[0], [])
        self.assertEqual(self.stream("rune", "case=case-1").until("caughtup")[0], [])
        self.assertEqual([(read["type"], read["data"]["capacity"]) for read in self.reads()],
                         [("EntryRead", "reporter")])

    def test_whoever_is_no_longer_active_is_refused_within_a_visit_too(self):
        stream = self.stream("kari")
        stream.until("caughtup")
        gone = event("PersonRegistered", "admin", {"person": "kari", "roles": ["guardian"],
                                                   "active": False})
        gone["occurredAt"] = now()
        self.assertEqual(self.post("admin", json.dumps(gone))[0], 201)
        self.assertEqual(self.post("lise", json.dumps(noted("n1")))[0], 201)
        self.assertEqual(stream.until("access-ended")[0], [])

    def test_a_stream_ends_with_its_token(self):
        self.token("lise")
        jwk = json.loads(pathlib.Path(self.log + ".keys/local-issuer.jwk").read_text())
        at = int(time.time())
        token = signed(jwk, {"iss": "urn:stafett:local:stafett.example/9901",
                             "aud": "stafett.example/9901", "sub": "lise", "iat": at,
                             "exp": at + 8})
        stream = self.stream("lise", token=token)
        stream.until("caughtup")
        self.assertEqual(stream.until("token-expired"), ([], {}))
        self.assertIsNone(stream.event())

    def test_a_server_that_stops_ends_its_streams(self):
        streams = [self.stream("lise") for _ in range(5)]
        for stream in streams:
            stream.until("caughtup")
        self.server.stop()
        self.assertEqual(self.server.code, 0)
        for stream in streams:
            self.assertIsNone(stream.event())  # with its last chunk, or http.client would raise

    def test_whoever_may_not_read_gets_no_stream(self):
        for person, query, headers, want in (
                ("ola", "case=case-1&follow=true", {}, (403, "read-refused")),
                ("lise", "case=case-2&follow=true", {}, (403, "read-refused")),
                ("lise", "type=NoSuchType", {}, (400, "bad-parameter")),
                ("lise", "limit=0", {}, (400, "bad-parameter")),
                ("lise", "case=case-1&follow=maybe", {}, (400, "bad-parameter")),
                ("lise", "case=case-1&after=99999", {}, (400, "bad-parameter")),
                ("lise", "case=case-1", {"Last-Event-ID": "x"}, (400, "bad-parameter")),
                ("lise", "case=case-1", {"Stafett-Visit": ""}, (400, "purpose-required"))):
            with self.subTest(query):
                answer = self.stream(person, query, **headers).answer
                self.assertEqual((answer.status, json.loads(answer.read())["code"]), want)


def raised(case, subject):
    """Before everything that happened()."""
    return {**happened("ConcernRaised", "lise", {**RAISED["data"], "subject": subject}),
            "case": case, "occurredAt": now(-5)}


def in_case(case, one):
    return {**one, "case": case}


class FollowingAll(WithStreams):
    """Streams that name no case: of all in which somebody has a basis, and of no other."""

    def test_a_stream_of_all_cases_has_those_of_the_reader_in_order(self):
        self.assertEqual(self.post("lise", json.dumps(raised("case-2", "kim")))[0], 201)
        self.assertEqual(self.post("lise", json.dumps(noted("n1")))[0], 201)
        school = self.stream("lise", "follow=false").until("caughtup")[0]
        bup = self.stream("eva", "follow=false").until("caughtup")[0]
        positions = [int(one["id"]) for one in school]
        self.assertEqual(positions, sorted(positions))
        cases = [json.loads(one["data"])["subject"] for one in school]
        self.assertEqual(set(cases), {"case-1", "case-2"})
        self.assertEqual({json.loads(one["data"])["subject"] for one in bup}, {"case-1"})
        by_case = [one for one in school if json.loads(one["data"])["subject"] == "case-1"]
        self.assertEqual(by_case, self.stream("lise", "case=case-1").until("caughtup")[0])
        # Of a case that is passed over nothing is recorded: nobody asked for it.
        self.server.stop()
        read = [(one["type"], one["actor"]) for one
                in self.program.lines("log", self.log, "--case", "case-2", "--json")
                if one["type"] in ("EntryRead", "ReadDenied")]
        self.assertEqual(read, [("EntryRead", "lise")])

    def test_what_begins_later_comes_by_itself(self):
        stream = self.stream("lise", "follow=true")
        stream.until("caughtup")
        self.assertEqual(self.post("lise", json.dumps(raised("case-2", "kim")))[0], 201)
        one = json.loads(stream.event()["data"])
        self.assertEqual((one["subject"], one["data"]["type"]), ("case-2", "ConcernRaised"))

    def test_a_withdrawn_consent_ends_that_case_and_no_other(self):
        more = [in_case("case-2", one) for one in OPENING]
        self.assertEqual(self.post("lise", json.dumps(raised("case-2", "kim")))[0], 201)
        for one in more:
            status, answer = self.post(one["actor"], json.dumps(one))
            self.assertEqual(status, 201, answer)
        stream = self.stream("eva", "follow=true")
        before = stream.until("caughtup")[0]
        self.assertEqual({json.loads(one["data"])["subject"] for one in before},
                         {"case-1", "case-2"})
        self.assertEqual(self.post("kari", json.dumps(WITHDRAWN))[0], 201)
        self.assertEqual(self.post("lise", json.dumps(noted("n1")))[0], 201)
        self.assertEqual(self.post("lise", json.dumps(in_case("case-2", noted("n2"))))[0], 201)
        missed, why = stream.until("access-ended")
        self.assertEqual((missed, why), ([], {"rule": "read-not-covered", "case": "case-1"}))
        one = json.loads(stream.event()["data"])
        self.assertEqual((one["subject"], one["data"]["data"]["note"]), ("case-2", "n2"))
        self.assertEqual([read["data"]["code"] for read in self.reads()
                          if read["type"] == "ReadDenied"], ["read-not-covered"])

    def test_only_types_that_are_asked_for_and_no_more_than_asked_for(self):
        self.assertEqual(self.post("lise", json.dumps(noted("n1")))[0], 201)
        self.assertEqual(self.post("lise", json.dumps(noted("n2")))[0], 201)
        def types(query):
            return [json.loads(one["data"])["data"]["type"]
                    for one in self.stream("lise", query).events() if "id" in one]
        self.assertEqual(types("type=NoteAdded"), ["NoteAdded", "NoteAdded"])
        self.assertEqual(types("type=NoteAdded&type=LogOpened"),
                         ["LogOpened", "NoteAdded", "NoteAdded"])
        self.assertEqual(types("type=NoteAdded&limit=1"), ["NoteAdded"])
        self.assertEqual(len(types("limit=3")), 3)

    def test_an_auditor_within_a_grant_gets_all_of_every_case(self):
        self.assertEqual(self.stream("uma", "follow=false").until("caughtup")[0], [])
        self.grant("uma")
        got = self.stream("uma", "follow=false").until("caughtup")[0]
        self.server.stop()
        log = self.program.lines("log", self.log, "--case", "case-1", "--json")
        self.assertEqual([int(one["id"]) for one in got],
                         [one["position"] for one in log if one["position"] <= int(got[-1]["id"])])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
