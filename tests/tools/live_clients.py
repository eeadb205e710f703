"""Writers and readers that go on whatever becomes of the server, each a thread; what they were
told is kept, to be held against the log."""

import http.client
import json
import os
import threading
import time
import uuid

from native_client import Client

TROUBLE = (OSError, http.client.HTTPException)


class Where:
    """Where the server is by now; between a kill and the next start it is nowhere."""

    def __init__(self):
        self.news, self.server, self.start, self.last = threading.Condition(), None, 0, set()

    def is_at(self, server):
        with self.news:
            self.server, self.start = server, self.start + (server is not None)
            self.news.notify_all()

    def look(self):
        """(the how-manieth start it is, the server)"""
        with self.news:
            assert self.news.wait_for(lambda: self.server, timeout=120)
            return self.start, self.server

    def pause(self, seconds=0.05):
        with self.news:
            self.news.wait(seconds)


def new_event_id():
    """UUIDv7, as RFC 9562 has it."""
    value = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 7 << 76
    return str(uuid.UUID(int=value & ~(3 << 62) | 2 << 62))


class Worker(threading.Thread):
    """What fails in it is raised by `finish`."""

    def __init__(self, where):
        super().__init__(daemon=True)
        self.where, self.failure, self.stopped = where, None, threading.Event()

    def run(self):
        try:
            self.work()
        except BaseException as error:  # told to whoever waits for this one
            self.failure = error

    def finish(self, seconds=120):
        self.join(seconds)
        if self.is_alive():
            raise AssertionError(f"{self!r} does not end")
        if self.failure:
            raise self.failure


class Writer(Worker):
    """Hands in one event after the other, each again and again until it has been answered."""

    def __init__(self, where, token, make, pace=0.0):
        super().__init__(where)
        self.token, self.make, self.pace = token, make, pace
        self.answered = {}  # event id: its position
        self.waits, self.resent, self.connection, self.start_of = [], 0, None, 0

    def work(self):
        while not self.stopped.is_set():
            self.hand_in(self.make(new_event_id()))
            if self.pace:
                self.stopped.wait(self.pace)
        self.hang_up()

    def hang_up(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def hand_in(self, event):
        began = time.monotonic()
        while (receipt := self.attempt(event)) is None:
            self.resent += 1
            self.where.pause()
        self.waits.append(time.monotonic() - began)
        assert receipt["id"] == event["id"], receipt
        with self.where.news:
            self.answered[event["id"]] = receipt["position"]
            self.where.news.notify_all()
        return receipt

    def attempt(self, event):
        """The receipt; None: nobody knows, or not now."""
        start, server = self.where.look()
        try:
            if not self.connection or self.start_of != start:
                self.hang_up()
                self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
                self.start_of = start
            self.connection.request("POST", "/9901/v1/events", json.dumps(event), {
                "Authorization": "Bearer " + self.token(), "Content-Type": "application/json"})
            answer = self.connection.getresponse()
            body = answer.read()
        except TROUBLE:
            self.hang_up()
            return None
        if answer.status in (401, 503):  # a token that has just expired; come again
            return None
        assert answer.status == 201, (answer.status, body)
        return json.loads(body)


class Reader(Worker):
    """Follows a case and goes on where it was, until it has seen one of the last events."""

    def __init__(self, where, case, name):
        super().__init__(where)
        self.case, self.name_of_visits = case, name
        self.got, self.events, self.visits, self.is_done = [], [], {}, False
        self.connects, self.restless = 0, None  # restless(): whether to leave and come again

    def work(self):
        while not self.is_done:
            start, server = self.where.look()
            visit = f"{self.name_of_visits}-{start}"
            self.visits.setdefault(visit, False)
            try:
                self.follow(server, visit)
            except TROUBLE:
                self.where.pause()

    def take(self, position, event):
        """Whether to go on."""
        self.got.append(position)
        self.events.append(event)
        self.is_done = self.is_done or event in self.where.last
        return not self.is_done and not (self.restless and self.restless())


class SseReader(Reader):
    def __init__(self, where, token, case, name):
        super().__init__(where, case, name)
        self.token = token

    def follow(self, server, visit):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        resume = {"Last-Event-ID": str(self.got[-1])} if self.got else {}
        try:
            connection.request("GET", f"/9901/v1/events?case={self.case}&follow=true", headers={
                "Authorization": "Bearer " + self.token(), "Accept": "text/event-stream",
                "Stafett-Purpose": "followUp", "Stafett-Visit": visit, **resume})
            answer = connection.getresponse()
            if answer.status in (401, 503):
                self.where.pause()
                return
            assert answer.status == 200, (answer.status, answer.read())
            self.visits[visit] = True
            self.connects += 1
            self.read(answer)
        finally:
            connection.close()

    def read(self, answer):
        fields = {}
        while line := answer.readline():
            name, _, value = line.rstrip(b"\n").partition(b":")
            if name:
                fields[name] = value.strip()
                continue
            if b"id" in fields:
                cloud = json.loads(fields[b"data"])
                assert cloud["subject"] == self.case, cloud["subject"]
                if not self.take(int(fields[b"id"]), cloud["id"]):
                    return
            elif fields.get(b"event") in (b"token-expired", b"caughtup"):
                pass
            else:
                assert not fields.get(b"event"), fields
            fields = {}


class NativeReader(Reader):
    """What comes opens the commitments of its entries, or it is not taken."""

    def __init__(self, where, key, case, name):
        super().__init__(where, case, name)
        self.key = key

    def follow(self, server, visit):
        client = Client(server.native_urls[0], self.key)
        try:
            self.connects += 1
            request = client.subscribe(after=self.got[-1] if self.got else None, case=self.case,
                                       visit=visit, events=64)
            since = 0
            while (found := client.next()) is not None:
                if found.kind != "event":
                    assert found.kind in ("caughtUp", "heartbeat", "fellBehind") or \
                        found.what == "stopping", (found.kind, getattr(found, "what", ""))
                    self.visits[visit] = self.visits[visit] or found.kind == "caughtUp"
                    continue
                self.visits[visit] = True
                entry = found.checked(client.origin)
                if not self.take(found.position, str(uuid.UUID(bytes=entry.intent.event))):
                    return
                if (since := since + 1) == 32:
                    client.grant(request, since, 1 << 20)
                    since = 0
        finally:
            client.close()


def audit(reader, log):
    """What is wrong with what a reader got, beside the case's events as the log has them."""
    want = [entry["position"] for entry in log if entry["type"] not in ("EntryRead", "ReadDenied")]
    if reader.got == want:
        return []
    missing, extra = set(want) - set(reader.got), set(reader.got) - set(want)
    twice = len(reader.got) - len(set(reader.got))
    return [f"{reader.name_of_visits}: {len(missing)} missing, {len(extra)} too many, "
            f"{twice} twice, in order: {reader.got == sorted(reader.got)}"]
