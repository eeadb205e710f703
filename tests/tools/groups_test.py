#!/usr/bin/env python3
"""Consumer groups as their members meet them.  groups_test.py STAFETT SOURCE"""

import base64
import hashlib
import hmac
import http.client
import http.server
import json
import os
import pathlib
import random
import shutil
import socket
import ssl
import sys
import threading
import time
import unittest

import configured
import serve_test
import traffic
from program import RAISED, event
from rounds import SEED, by_rounds
from serve_test import OPENING, WITHDRAWN, happened, noted, now

MADE = {"purpose": "followUp", "visit": "intake"}


def raised(case, subject):
    """Before everything that happened()."""
    return {**happened("ConcernRaised", "lise", {**RAISED["data"], "subject": subject}),
            "case": case, "occurredAt": now(-5)}


def note_in(case, name):
    return {**noted(name), "case": case}


class Asking:
    """One person's requests, over one connection."""

    def __init__(self, url, token):
        host, self.path = url.removeprefix("http://").split("/", 1)
        self.host, self.token = host, token
        self.connection = http.client.HTTPConnection(host, timeout=60)
        self.headers = {}

    def ask(self, method, path, body=None):
        words = {"Authorization": "Bearer " + self.token}
        text = None if body is None else json.dumps(body)
        self.connection.request(method, f"/{self.path}{path}", body=text, headers=words)
        answer = self.connection.getresponse()
        self.headers = {name.lower(): value for name, value in answer.getheaders()}
        got = answer.read()
        url = f"http://{self.host}/{self.path}{path}"
        traffic.check(method, url, {"authorization": ""}, answer.status, self.headers, got)
        return answer.status, json.loads(got or "null")

    def ok(self, method, path, body=None):
        status, answer = self.ask(method, path, body)
        assert status in (200, 201), (method, path, status, answer)
        return answer

    def take(self, group, query=""):
        return self.ok("GET", f"/groups/{group}/events?{query}")["deliveries"]

    def settle(self, how, group, deliveries, **more):
        ids = [one["delivery"] for one in deliveries]
        answer = self.ok("POST", f"/groups/{group}/{how}", {"deliveries": ids, **more})
        return [one["outcome"] for one in answer["results"]]

    def done(self, group, deliveries):
        return self.settle("acknowledge", group, deliveries)

    def work(self, group, query="limit=50"):
        """Takes and acknowledges until there is nothing."""
        got = []
        while some := self.take(group, query):
            assert set(self.done(group, some)) == {"done"}
            got += some
        return got


def where(deliveries):
    return [(one["event"]["subject"], one["position"]) for one in deliveries]


def until(look):
    """What it finds at last; asked now and then, as each request is a line that the server logs."""
    pause, end = threading.Event(), time.monotonic() + 60
    while not (found := look()):
        assert time.monotonic() < end
        pause.wait(0.05)
    return found


class WithGroups(serve_test.WithPeople):
    def beginning(self, program):
        super().beginning(program)
        self.append(*OPENING)

    def as_person(self, person):
        asking = Asking(self.url, self.token(person))
        self.addCleanup(asking.connection.close)
        return asking

    def record(self, *events):
        text = "\n".join(json.dumps(one) for one in events)
        status, body = self.post("lise", text, kind="application/jsonl")
        answers = [json.loads(line) for line in body.splitlines()]
        self.assertTrue(status == 200 and all("error" not in one for one in answers), answers)
        return [one["position"] for one in answers]

    def cases(self, *names):
        for name in names:
            self.record(raised(name, "child-" + name))

    def again(self, kill=False):
        """Another server on the same log."""
        if kill:
            self.server.process.kill()
            self.server.process.wait()
            self.server.process.stderr.close()
            self.server.code = -9
        else:
            self.server.stop()
        self.server = self.serve()
        self.url = self.server.urls[0] + "/v1"


class Taking(WithGroups):
    def test_what_is_taken_is_what_a_stream_of_all_cases_has(self):
        lise = self.as_person("lise")
        self.cases("case-2", "case-3")
        self.assertEqual(lise.ask("PUT", "/groups/all", MADE)[0], 201)
        got = lise.work("all")
        status, body = self.read("lise", "/events", visit="intake")
        want = [json.loads(line) for line in body.splitlines()]
        self.assertEqual(status, 200)
        got.sort(key=lambda one: one["position"])
        self.assertEqual([one["event"]["data"] for one in got], want)
        self.assertEqual(got[0]["event"]["type"], "no.stafett.ConcernRaised.v1")
        state = lise.ok("GET", "/groups/all")
        self.assertEqual((state["outstanding"], state["waiting"], state["parked"]), (0, 0, 0))

    def test_one_event_of_a_case_is_out_at_a_time_and_members_share_the_cases(self):
        one, other = self.as_person("lise"), self.as_person("lise")
        self.cases("case-2")
        self.record(note_in("case-2", "n1"), note_in("case-2", "n2"))
        one.ok("PUT", "/groups/g", {**MADE, "types": ["ConcernRaised", "NoteAdded"]})
        first = one.take("g", "limit=10&member=a")
        self.assertEqual([case for case, _ in where(first)], ["case-1", "case-2"])
        self.assertEqual(other.take("g", "limit=10&member=b"), [])
        self.assertEqual(one.ok("GET", "/groups/g")["members"], ["a"])
        self.assertEqual(one.done("g", first[1:]), ["done"])
        second = other.take("g", "limit=10&member=b")
        self.assertEqual([case for case, _ in where(second)], ["case-2"])
        self.assertEqual(second[0]["event"]["data"]["data"]["note"], "n1")
        self.assertEqual(one.ok("GET", "/groups/g")["members"], ["a", "b"])
        # Done and done again, another's, and none at all.
        self.assertEqual(one.done("g", first[1:]), ["repeated"])
        self.assertEqual(one.ok("POST", "/groups/g/acknowledge",
                                {"deliveries": ["x", "1-2-3"]})["results"],
                         [{"delivery": "x", "outcome": "stale"},
                          {"delivery": "1-2-3", "outcome": "repeated"}])
        low = one.ok("GET", "/groups/g")["lowWater"]
        self.assertEqual(low, first[0]["position"])
        one.done("g", first)
        self.assertEqual(one.ok("GET", "/groups/g")["lowWater"], second[0]["position"])

    def test_whoever_waits_is_woken_by_an_event_and_by_another_member(self):
        lise, waiting = self.as_person("lise"), self.as_person("lise")
        lise.ok("PUT", "/groups/g", {**MADE, "from": "now", "types": ["NoteAdded"]})
        begun = time.monotonic()
        got = []
        thread = threading.Thread(target=lambda: got.extend(waiting.take("g", "wait=20")))
        thread.start()
        self.record(noted("n1"), noted("n2"))
        thread.join()
        self.assertEqual(got[0]["event"]["data"]["data"]["note"], "n1")
        more = []
        thread = threading.Thread(target=lambda: more.extend(waiting.take("g", "wait=20")))
        thread.start()
        lise.done("g", got)
        thread.join()
        self.assertEqual(more[0]["event"]["data"]["data"]["note"], "n2")
        self.assertLess(time.monotonic() - begun, 15)
        self.assertEqual(lise.take("g", "wait=1"), [])

    def test_a_server_that_stops_lets_waiting_members_go(self):
        lise = self.as_person("lise")
        lise.ok("PUT", "/groups/g", {**MADE, "from": "now"})
        got = []
        waiting = [self.as_person("lise") for _ in range(4)]
        threads = [threading.Thread(target=lambda one=one: got.append(one.take("g", "wait=30")))
                   for one in waiting]
        for thread in threads:
            thread.start()
        until(lambda: self.figure("stafett_http_connections") >= 5)
        self.server.stop()
        for thread in threads:
            thread.join()
        self.assertEqual((self.server.code, got), (0, [[], [], [], []]))

    def figure(self, name):
        text = serve_test.curl(self.server.base + "/metrics")[2].decode()
        return next(float(line.rsplit(" ", 1)[1]) for line in text.splitlines()
                    if line.startswith(name))

    def test_a_member_that_is_gone_gives_its_work_to_another(self):
        one, other = self.as_person("lise"), self.as_person("lise")
        one.ok("PUT", "/groups/g", {**MADE, "lease": 1, "types": ["ConcernRaised"]})
        lost = one.take("g", "member=a")
        self.assertEqual(other.take("g", "member=b"), [])
        again = other.take("g", "member=b&wait=10")
        self.assertEqual((where(again), again[0]["attempt"]), (where(lost), 2))
        self.assertEqual(one.done("g", lost), ["stale"])
        self.assertEqual(other.done("g", again), ["done"])
        self.assertEqual(one.done("g", lost), ["repeated"])

    def test_idle_and_filtered_groups_make_progress(self):
        lise = self.as_person("lise")
        lise.ok("PUT", "/groups/none", {**MADE, "types": ["LogClosed"]})
        self.assertEqual(lise.ok("GET", "/groups/none")["lowWater"], 0)  # before the start
        self.assertEqual(lise.take("none"), [])
        # The first look was recorded as a read, which is in the log too by now.
        self.assertEqual(lise.take("none", "wait=2"), [])
        self.assertEqual(lise.take("none"), [])
        state = lise.ok("GET", "/groups/none")
        self.assertEqual((state["lowWater"], state["lag"]), (state["head"], 0))
        self.again(kill=True)
        lise = self.as_person("lise")
        self.assertEqual(lise.ok("GET", "/groups/none")["lowWater"], state["lowWater"])

    def test_a_group_begins_where_it_is_told(self):
        lise = self.as_person("lise")
        position = self.record(noted("n1"))[0]
        for name, start in (("at", position), ("behind", position + 1), ("now", "now")):
            lise.ok("PUT", f"/groups/{name}", {**MADE, "from": start, "types": ["NoteAdded"]})
        self.record(noted("n2"))
        notes = {name: [one["event"]["data"]["data"]["note"] for one in lise.work(name)]
                 for name in ("at", "behind", "now")}
        self.assertEqual(notes, {"at": ["n1", "n2"], "behind": ["n2"], "now": ["n2"]})
        status, answer = lise.ask("PUT", "/groups/far", {**MADE, "from": 10**9})
        self.assertEqual((status, answer["code"]), (400, "bad-parameter"))


class Parking(WithGroups):
    def test_what_is_tried_again_holds_back_its_case_and_no_other(self):
        lise = self.as_person("lise")
        self.cases("case-2")
        self.record(note_in("case-2", "n1"))
        lise.ok("PUT", "/groups/g", {**MADE, "types": ["ConcernRaised", "NoteAdded"]})
        first, second = lise.take("g", "limit=5")
        self.assertEqual(lise.settle("retry", "g", [second], after=3600), ["done"])
        lise.done("g", [first])
        self.assertEqual(lise.work("g"), [])
        self.record(noted("n2"))
        self.assertEqual([case for case, _ in where(lise.work("g"))], ["case-1"])
        self.assertEqual(lise.ok("GET", "/groups/g")["waiting"], 2)

    def test_after_so_many_attempts_it_is_parked_and_its_case_goes_on(self):
        lise = self.as_person("lise")
        self.record(noted("n1"))
        lise.ok("PUT", "/groups/g", {**MADE, "attempts": 3, "types": ["ConcernRaised",
                                                                      "NoteAdded"]})
        for attempt in (1, 2, 3):
            (one,) = lise.take("g", "limit=5")
            self.assertEqual(one["attempt"], attempt)
            lise.settle("retry", "g", [one], after=0, reason="no such form")
        parked = lise.ok("GET", "/groups/g/parked")["parked"]
        self.assertEqual([(row["position"], row["reason"], row["attempts"]) for row in parked],
                         [(one["position"], "no such form", 3)])
        self.assertEqual(lise.work("g")[0]["event"]["data"]["data"]["note"], "n1")
        self.again(kill=True)
        lise = self.as_person("lise")
        self.assertEqual(lise.ok("GET", "/groups/g/parked")["parked"], parked)
        self.assertEqual(lise.ok("POST", "/groups/g/parked/replay", {"all": True}), {"count": 1})
        self.assertEqual(where(lise.work("g")), where([one]))
        self.assertEqual(lise.ok("GET", "/groups/g")["parked"], 0)

    def test_parked_on_demand_and_dropped(self):
        lise = self.as_person("lise")
        lise.ok("PUT", "/groups/g", {**MADE, "types": ["ConcernRaised"]})
        got = lise.take("g")
        for reason in (None, "", "two\nlines", "x" * 501):
            body = {"deliveries": [got[0]["delivery"]], **({"reason": reason} if reason else {})}
            self.assertEqual(lise.ask("POST", "/groups/g/park", body)[0], 400, reason)
        lise.settle("park", "g", got, reason="not for us")
        body = {"positions": [got[0]["position"], 99999]}
        self.assertEqual(lise.ok("POST", "/groups/g/parked/drop", body), {"count": 1})
        self.assertEqual(lise.ok("GET", "/groups/g/parked"), {"parked": []})
        self.assertEqual(lise.work("g"), [])
        self.again()
        lise = self.as_person("lise")
        self.assertEqual(lise.ok("GET", "/groups/g/parked"), {"parked": []})
        self.assertEqual(lise.work("g"), [])


class Owning(WithGroups):
    def test_a_group_is_its_owners_and_to_others_there_is_none(self):
        lise, odd = self.as_person("lise"), self.as_person("odd")
        self.assertEqual(lise.ask("PUT", "/groups/g", MADE)[0], 201)
        self.assertEqual(lise.ask("PUT", "/groups/g", MADE)[0], 200)
        status, answer = lise.ask("PUT", "/groups/g", {**MADE, "types": ["NoteAdded"]})
        self.assertEqual((status, answer["code"]), (409, "group-differs"))
        for method, path, body in (("GET", "", None), ("DELETE", "", None),
                                   ("GET", "/events", None), ("GET", "/parked", None),
                                   ("POST", "/acknowledge", {"deliveries": ["1-2-3"]}),
                                   ("POST", "/parked/replay", {"all": True})):
            with self.subTest(path):
                status, answer = odd.ask(method, "/groups/g" + path, body)
                none = odd.ask(method, "/groups/none" + path, body)[1]
                self.assertEqual((status, answer["code"]), (404, "not-found"))
                self.assertEqual({**answer, "instance": ""}, {**none, "instance": ""})
        self.assertEqual(odd.ask("PUT", "/groups/g", {**MADE, "from": "now"})[0], 201)
        self.assertEqual([one["name"] for one in lise.ok("GET", "/groups")["groups"]], ["g"])
        self.assertEqual(lise.ask("DELETE", "/groups/g")[0], 200)
        self.assertEqual(lise.ask("GET", "/groups/g/events")[0], 404)
        self.again()
        self.assertEqual(self.as_person("lise").ask("GET", "/groups/g")[0], 404)
        self.assertEqual(self.as_person("odd").ask("GET", "/groups/g")[0], 200)

    def test_what_is_not_well_formed_is_refused(self):
        lise = self.as_person("lise")
        for name, body in (("G", MADE), ("a b", MADE), ("-a", MADE), ("x" * 65, MADE), ("g", {}),
                           ("g", []), ("g", {**MADE, "purpose": "curiosity"}),
                           ("g", {**MADE, "types": ["NoSuch"]}), ("g", {**MADE, "more": 1}),
                           ("g", {**MADE, "from": -1}), ("g", {**MADE, "from": "end"}),
                           ("g", {**MADE, "lease": 0}), ("g", {**MADE, "window": 1025})):
            with self.subTest(name=name, body=body):
                status, answer = lise.ask("PUT", "/groups/" + name.replace(" ", "%20"), body)
                self.assertEqual((status, answer["code"]), (400, "bad-parameter"))
        lise.ok("PUT", "/groups/g", MADE)
        for method, path, body in (("GET", "events?limit=0", None), ("GET", "events?wait=31", None),
                                   ("GET", "events?member=A", None), ("POST", "acknowledge", {}),
                                   ("POST", "acknowledge", {"deliveries": ["x"], "y": 1}),
                                   ("POST", "retry", {"deliveries": ["x"], "after": -1}),
                                   ("POST", "parked/drop", {}),
                                   ("POST", "parked/drop", {"all": False})):
            with self.subTest(path):
                status, answer = lise.ask(method, "/groups/g/" + path, body)
                self.assertEqual((status, answer["code"]), (400, "bad-parameter"))

    def test_there_are_limits_and_whoever_reaches_them_is_told_when_to_come_again(self):
        lise = self.as_person("lise")
        for number in range(16):
            self.assertEqual(lise.ask("PUT", f"/groups/g{number}", {**MADE, "window": 1})[0], 201)
        status, answer = lise.ask("PUT", "/groups/g16", MADE)
        self.assertEqual((status, answer["code"]), (429, "limit-reached"))
        self.assertIn("retry-after", lise.headers)
        self.assertEqual(len(lise.take("g0", "limit=5")), 1)
        status, answer = lise.ask("GET", "/groups/g0/events")
        self.assertEqual((status, answer["code"]), (429, "limit-reached"))
        self.assertIn("retry-after", lise.headers)

    def test_what_may_not_be_read_any_more_is_not_handed_out_again(self):
        eva = self.as_person("eva")
        self.record(noted("n1"))
        eva.ok("PUT", "/groups/g", {**MADE, "types": ["ConcernRaised", "NoteAdded", "LogOpened"]})
        got = eva.take("g", "limit=5")
        self.assertEqual(where(got)[0][0], "case-1")
        self.assertEqual(self.post("kari", json.dumps(WITHDRAWN))[0], 201)
        eva.settle("retry", "g", got, after=0)
        self.assertEqual(eva.take("g", "limit=5&wait=1"), [])
        state = eva.ok("GET", "/groups/g")
        self.assertEqual((state["waiting"], state["outstanding"], state["lag"]), (0, 0, 0))

    def test_whoever_is_not_active_takes_nothing_and_nothing_passes(self):
        def registered(active):
            return {**event("PersonRegistered", "admin", {"person": "lise", "roles": ["employee"],
                                                          "service": "school", "active": active}),
                    "occurredAt": now()}
        lise = self.as_person("lise")
        lise.ok("PUT", "/groups/g", {**MADE, "types": ["ConcernRaised"]})
        self.assertEqual(self.post("admin", json.dumps(registered(False)))[0], 201)
        self.assertEqual(lise.ask("GET", "/groups/g/events")[0], 401)
        self.assertEqual(self.post("admin", json.dumps(registered(True)))[0], 201)
        self.assertEqual(len(lise.work("g")), 1)

    def test_a_group_that_is_ahead_of_a_restored_log_does_not_go_on(self):
        lise = self.as_person("lise")
        lise.ok("PUT", "/groups/g", MADE)
        lise.work("g")
        self.server.stop()
        kept = self.program.place / "kept"
        places = [pathlib.Path(self.log + end) for end in ("", ".guard", ".keys")]
        for place in places:
            shutil.copytree(place, kept / place.name)
        self.server = self.serve()
        self.url = self.server.urls[0] + "/v1"
        self.record(noted("n1"), noted("n2"))
        self.as_person("lise").work("g")
        self.server.stop()
        for place in places:
            shutil.rmtree(place)
            shutil.copytree(kept / place.name, place)
        self.append({**noted("n3"), "occurredAt": now()}, {**noted("n4"), "occurredAt": now()},
                    {**noted("n5"), "occurredAt": now()})
        self.server = self.serve()
        self.url = self.server.urls[0] + "/v1"
        lise = self.as_person("lise")
        status, answer = lise.ask("GET", "/groups/g/events")
        self.assertEqual((status, answer["code"]), (409, "group-differs"))
        self.assertEqual(lise.ask("GET", "/groups/g")[0], 200)
        self.assertEqual(lise.ask("DELETE", "/groups/g")[0], 200)
        lise.ok("PUT", "/groups/g", {**MADE, "types": ["NoteAdded"]})
        self.assertEqual([one["event"]["data"]["data"]["note"] for one in lise.work("g")],
                         ["n3", "n4", "n5"])

    def test_a_read_for_a_group_is_in_the_access_list_once_a_visit(self):
        lise = self.as_person("lise")
        lise.ok("PUT", "/groups/g", MADE)
        self.assertEqual(lise.ask("HEAD", "/groups/g/events")[0], 200)
        lise.work("g", "limit=1")
        self.assertEqual([(read["type"], read["data"]["visit"]) for read in self.reads()],
                         [("EntryRead", "intake")])

    def test_metrics_tell_totals_and_no_names(self):
        lise = self.as_person("lise")
        lise.ok("PUT", "/groups/child-ola", {**MADE, "types": ["ConcernRaised"]})
        lise.settle("park", "child-ola", lise.take("child-ola"), reason="x")
        text = serve_test.curl(self.server.base + "/metrics")[2].decode()
        self.assertIn('stafett_groups{log="9901"} 1', text)
        self.assertIn('stafett_group_parked_events{log="9901"} 1', text)
        self.assertIn('stafett_group_lag_events_max{log="9901"}', text)
        self.assertNotIn("child-ola", text)


class Receiver:
    """Whom events are pushed to. `behave(message, attempt)`: what it does with one of them."""

    def __init__(self, behave, context=None):
        self.messages, self.taken, self.attempts = [], [], {}
        self.behave, self.released, self.lock = behave, threading.Event(), threading.Lock()
        self.changed = threading.Condition(self.lock)
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                receiver.answer(self)

            def log_message(self, *_):
                pass

        class Quiet(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self.http = Quiet(("127.0.0.1", 0), Handler)
        self.port = self.http.server_address[1]
        if context:
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def close(self):
        self.released.set()
        self.http.shutdown()
        self.http.server_close()

    def answer(self, handler):
        body = handler.rfile.read(int(handler.headers["content-length"]))
        message = {**{name: handler.headers[f"webhook-{name}"]
                      for name in ("id", "timestamp", "signature")},
                   "type": handler.headers["content-type"], "body": body,
                   "event": json.loads(body)}
        with self.lock:
            self.messages.append(message)
            attempt = self.attempts[message["id"]] = self.attempts.get(message["id"], 0) + 1
        what = self.behave(message, attempt)
        if what == "hang":
            self.released.wait(30)
        if what == "close":
            handler.connection.shutdown(socket.SHUT_RDWR)
        if what == "garbage":
            handler.wfile.write(b"x" * 20_000)
        if what in ("hang", "close", "garbage"):
            handler.close_connection = True
            return
        with self.changed:
            if 200 <= what < 300:
                self.taken.append(message)
            self.changed.notify_all()
        handler.send_response(what)
        if what == 302:
            handler.send_header("location", f"http://127.0.0.1:{self.port}/elsewhere")
        handler.end_headers()
        if what == 299:  # an answer that never ends
            while not self.released.is_set():
                handler.wfile.write(b"x" * 100_000)

    def until(self, count):
        """What was taken, once that many different ones were: any may come twice."""
        with self.changed:
            assert self.changed.wait_for(
                lambda: len({one["id"] for one in self.taken}) >= count, 60), self.attempts
            return list(self.taken)


def is_signed(message, secret):
    """Standard Webhooks, by nothing of ours."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    text = f"{message['id']}.{message['timestamp']}.".encode() + message["body"]
    want = base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    return message["signature"] == "v1," + want


class Pushing(WithGroups):
    def receiver(self, behave, context=None):
        receiver = Receiver(behave, context)
        self.addCleanup(receiver.close)
        self.options += ["--webhook-host", f"127.0.0.1:{receiver.port}", "--webhook-host",
                         f"localhost:{receiver.port}"]
        return receiver

    def prepare(self):
        super().prepare()
        self.options = []

    def serve(self, *more, options=()):
        return super().serve(*more, options=[*self.options, *options])

    def push(self, receiver, name="g", scheme="http", host="127.0.0.1", **more):
        lise = self.as_person("lise")
        lise.ok("PUT", f"/groups/{name}", {**MADE, "types": ["ConcernRaised", "NoteAdded"], **more})
        url = f"{scheme}://{host}:{receiver.port}/in?x=1"
        return lise, lise.ok("PUT", f"/groups/{name}/webhook", {"url": url})["secret"]

    def test_nothing_is_lost_and_cases_are_in_order_whatever_the_receiver_does(self):
        chance = random.Random(SEED)
        faults = ["hang", "close", "garbage", 500, 302, 404]
        def behave(message, attempt):
            if attempt == 1 and faults and chance.random() < 0.5:
                return faults.pop()
            if chance.random() < 0.2:
                self.assertFalse(receiver.released.wait(0.2))  # slow
            return chance.choice((200, 204, 299))
        receiver = self.receiver(behave)
        self.again()
        self.cases("case-2", "case-3")
        positions = self.record(*[note_in(f"case-{chance.randrange(1, 4)}", f"n{i}")
                                  for i in range(20)])
        lise, secret = self.push(receiver, lease=2, attempts=50)
        got = receiver.until(23)
        for message in receiver.messages:
            self.assertTrue(is_signed(message, secret))
            self.assertEqual(message["type"], "application/cloudevents+json; charset=utf-8")
            self.assertLess(abs(time.time() - int(message["timestamp"])), 60)
        for case in ("case-1", "case-2", "case-3"):
            order = [int(one["event"]["sequence"]) for one in got
                     if one["event"]["subject"] == case]
            self.assertEqual(list(dict.fromkeys(order)), sorted(set(order)), f"seed {SEED}")
        sequences = {int(one["event"]["sequence"]) for one in got}
        self.assertEqual(len(sequences), 23, f"seed {SEED}")
        self.assertLessEqual(set(positions), sequences)
        # An id is of one event, with every attempt.
        self.assertEqual(len({(one["id"], one["event"]["id"]) for one in receiver.messages}), 23)
        self.assertEqual(faults, [], "every fault was met")
        until(lambda: lise.ok("GET", "/groups/g")["outstanding"] == 0)
        self.assertEqual(lise.ok("GET", "/groups/g")["parked"], 0)

    def test_what_is_never_taken_is_parked_and_can_be_replayed(self):
        refusing = [True]
        receiver = self.receiver(
            lambda message, _: 500 if refusing and message["event"]["subject"] == "case-2" else 200)
        self.again()
        self.cases("case-2")
        lise, _ = self.push(receiver, attempts=2)
        receiver.until(1)
        parked = until(lambda: lise.ok("GET", "/groups/g/parked")["parked"])
        self.assertEqual((parked[0]["reason"], parked[0]["attempts"]),
                         ("webhook: answered 500", 2))
        refusing.clear()
        lise.ok("POST", "/groups/g/parked/replay", {"all": True})
        self.assertEqual([one["event"]["subject"] for one in receiver.until(2)],
                         ["case-1", "case-2"])

    def test_it_goes_on_after_a_restart_and_ends_when_it_is_removed(self):
        receiver = self.receiver(lambda *_: 200)
        self.again()
        _, secret = self.push(receiver)
        receiver.until(1)
        self.again(kill=True)
        self.record(noted("n1"))
        # What was taken and not acknowledged when it was killed comes again.
        notes = [one["event"]["data"]["data"].get("note") for one in receiver.until(2)]
        self.assertEqual((notes[0], set(notes)), (None, {None, "n1"}))
        lise, again = self.push(receiver)
        self.assertEqual(again, secret)
        self.assertTrue(is_signed(receiver.taken[1], secret))
        self.assertNotIn("secret", json.dumps(lise.ok("GET", "/groups/g")))
        # All is settled before it is removed.
        until(lambda: lise.ok("GET", "/groups/g")["lowWater"] > int(
            receiver.taken[-1]["event"]["sequence"]))
        lise.ok("DELETE", "/groups/g/webhook")
        received = len(receiver.messages)
        self.record(noted("n2"))
        self.assertEqual(lise.take("g", "wait=30")[0]["event"]["data"]["data"]["note"], "n2")
        self.assertEqual(len(receiver.messages), received)

    def test_through_tls_only_to_whom_this_machine_trusts(self):
        authority = configured.Authority(pathlib.Path(self.program.place))
        certificate, key = authority.issue("receiver")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        receiver = self.receiver(lambda *_: 200, context)
        self.again()
        lise, _ = self.push(receiver, scheme="https", host="localhost", attempts=1)
        parked = until(lambda: lise.ok("GET", "/groups/g/parked")["parked"])
        self.assertEqual(parked[0]["reason"],
                         "webhook: its certificate is not trusted, or it does not encrypt")
        os.environ["SSL_CERT_FILE"] = str(authority.certificate)
        self.addCleanup(os.environ.pop, "SSL_CERT_FILE")
        self.again()
        lise = self.as_person("lise")
        lise.ok("POST", "/groups/g/parked/replay", {"all": True})
        receiver.until(1)

    def test_events_are_pushed_nowhere_that_was_not_named(self):
        receiver = self.receiver(lambda *_: 200)
        self.options += ["--webhook-host", "receiver.stafett.example"]
        self.again()
        lise = self.as_person("lise")
        lise.ok("PUT", "/groups/g", MADE)
        for url in ("http://127.0.0.1:1/", "https://elsewhere.example/", "https://10.0.0.1/",
                    "http://receiver.stafett.example/", "https://receiver.stafett.example:444/",
                    "https://u:p@receiver.stafett.example/", "file:///etc/passwd", "x",
                    "https://receiver.stafett.example.elsewhere.example/",
                    "https://receiver.stafett.example/#x", f"http://[::1]:{receiver.port}/"):
            with self.subTest(url):
                status, answer = lise.ask("PUT", "/groups/g/webhook", {"url": url})
                self.assertEqual((status, answer["code"]), (422, "webhook-refused"))
        self.assertEqual(lise.ask("PUT", "/groups/g/webhook", {})[0], 400)
        self.assertEqual(lise.ask("PUT", "/groups/g/webhook",
                                  {"url": "https://receiver.stafett.example/in"})[0], 200)
        odd = self.as_person("odd")
        self.assertEqual(odd.ask("PUT", "/groups/g/webhook", {"url": "x"})[0], 404)
        code, _, err = self.program.run("serve", self.log, "--webhook-host", "a b")
        self.assertEqual((code, "HOST or HOST:PORT, not a b" in err), (2, True))
        self.assertEqual(receiver.messages, [])

    def test_a_host_that_is_no_longer_named_is_sent_nothing(self):
        receiver = self.receiver(lambda *_: 200)
        self.again()
        self.push(receiver)
        receiver.until(1)
        self.options.clear()
        self.again()
        lise = self.as_person("lise")
        self.record(noted("n1"))
        self.assertIn("webhook", lise.ok("GET", "/groups/g"))
        received = len(receiver.messages)
        got = [one["event"]["data"]["data"].get("note") for one in lise.work("g", "wait=5")]
        self.assertEqual(got[-1:], ["n1"])
        self.assertEqual(len(receiver.messages), received)


class Surviving(WithGroups):
    def test_a_server_killed_at_any_moment_loses_nothing_and_keeps_the_order(self):
        chance = random.Random(SEED)
        lise = self.as_person("lise")
        self.cases("case-2", "case-3")
        lise.ok("PUT", "/groups/g", {**MADE, "lease": 3600, "types": ["ConcernRaised",
                                                                      "NoteAdded"]})
        answered, handed_out, notes = set(), [], 0
        for _ in range(by_rounds(few=6, small=20, full=100)):
            self.record(*[note_in(f"case-{chance.randrange(1, 4)}", f"n{notes + i}")
                          for i in range(6)])
            notes += 6
            lise = self.as_person("lise")
            longest = 0.15 if answered else 2  # a slow machine is to get somewhere too
            killer = threading.Timer(chance.random() * longest, self.server.process.kill)
            killer.start()
            try:
                while some := lise.take("g", f"limit={chance.randrange(1, 4)}&wait=5"):
                    handed_out += where(some)
                    for one in some:
                        self.assertNotIn(one["position"], answered, f"seed {SEED}")
                    if chance.random() < 0.2:
                        lise.settle("retry", "g", some, after=0)
                        continue
                    lise.done("g", some)
                    answered.update(one["position"] for one in some)
            except (OSError, http.client.HTTPException, json.JSONDecodeError):
                pass
            killer.join()
            self.again(kill=True)
        self.assertTrue(answered, f"seed {SEED}: nothing was ever settled")
        handed_out += where(self.as_person("lise").work("g"))
        wanted = [line for line in map(json.loads, self.read("lise", "/events")[1].splitlines())
                  if line["type"] in ("ConcernRaised", "NoteAdded")]
        for case in ("case-1", "case-2", "case-3"):
            firsts = list(dict.fromkeys(at for name, at in handed_out if name == case))
            self.assertEqual(firsts, [one["position"] for one in wanted if one["case"] == case],
                             f"seed {SEED}")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
