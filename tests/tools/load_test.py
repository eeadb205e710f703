#!/usr/bin/env python3
"""The server with many clients at once, of whom many do not behave.  load_test.py STAFETT SOURCE"""

import asyncio
import json
import random
import socket
import struct
import sys
import time
import unittest

import kill_test  # first: it finds the Python that has the packages
import crowd
from crowd import Follower, Sender, get
from kill_test import Tokens, note_in
from live_clients import Where, Writer, new_event_id
from loaded_server import Loaded, raise_file_limit
from rounds import SEED, by_rounds
from serve_test import happened
from stream_test import raised
from tls_test import SANITIZED

BINARY = sys.argv[1]
IDLE, LIVE, EVENTS = by_rounds(few=(60, 15, 20), small=(300, 60, 60), full=(5000, 1000, 150))
NATIVE_IDLE, NATIVE_LIVE = by_rounds(few=(60, 15), small=(150, 30), full=(700, 100))
# What one that follows may cost, and what the allocator and the store's caches keep of an attack;
# what the same attacks once more may add to that; and what may stay behind when all have gone.
KIB_A_READER, KIB_LEFT, KIB_AGAIN, KIB_GONE = 96, 128 * 1024, 64 * 1024, 64 * 1024
# Seconds that anything may take; told when it ends.
WAIT_MAX = by_rounds(few=10.0, small=10.0, full=60.0)
CONNECTIONS = IDLE + LIVE + 150
# Short times, so that whoever stalls is let go while the test looks.
STALL = by_rounds(few="2s", small="2s", full="10s")
# One person has the whole crowd's streams here.
CROWDS = ("[limits]\nstreams_per_person_max = 100000\nstreams_max = 100000\n"
          "person_burst = 1000000\naddress_burst = 1000000\n")
TIMES = "".join(f'{name}_time = "{STALL}"\n' for name in ("header", "body", "write"))


def told(name, waits):
    waits = sorted(waits)
    print(f"  {name}: {len(waits)}, median {waits[len(waits) // 2] * 1000:.0f} ms, "
          f"longest {waits[-1] * 1000:.0f} ms")
    return waits[-1]


def next_event(client):
    while (found := client.next()) is not None and found.kind == "heartbeat":
        pass
    assert found and found.kind == "event", found
    return found


async def settled(found, limit, seconds=20):
    """The last value, once it is within the limit or the time is over."""
    until = time.monotonic() + seconds
    while (value := found()) > limit and time.monotonic() < until:
        await asyncio.sleep(0.05)
    return value


class Measured(kill_test.WithLoad):
    def setUp(self):
        raise_file_limit()
        super().setUp()

    def check_memory(self, kib, most):
        if not SANITIZED:  # a sanitizer keeps what is freed
            self.assertLess(kib, most)


class WithCrowd(Measured):
    def serve(self, *more):
        file = self.program.place / "stafett.toml"
        file.write_text(f'{CROWDS}[http]\nconnections_max = {CONNECTIONS}\n{TIMES}'
                        f'[[listener]]\naddress = "127.0.0.1:0"\n[[log]]\ndirectory = "log"\n')
        server = Loaded(BINARY, "--config", str(file))
        self.addCleanup(server.stop)
        return server

    def beginning(self, program):
        super().beginning(program)
        # One case of several MiB, for those who do not read what they ask for.
        self.append(raised("case-9", "per"),
                    *[{**happened("NoteAdded", "lise", {"note": f"n{i}", "kind": "general",
                                                        "text": "long " * 800}), "case": "case-9"}
                      for i in range(1000)])

    def setUp(self):
        super().setUp()
        self.lise = Tokens(self.log, "lise", 890)()

    async def followers(self, count, case, begun):
        """They come in steps that the queue of new connections can hold."""
        query = f"/9901/v1/events?case={case}&follow=true"
        made = []
        for at in range(0, count, 100):
            made += await asyncio.gather(*[
                Follower(begun).connect(self.server.port, get(
                    query, self.lise, f"{case}-{i // 10}", Accept="text/event-stream"))
                for i in range(at, min(at + 100, count))])
        self.assertEqual({one.status for one in made}, {200})
        return made

    async def write(self, sender, case, count):
        for _ in range(count):
            await sender.hand_in(note_in(case)(new_event_id()))

    async def senders(self, count, begun):
        return [await Sender(self.server.port, self.lise, begun).connect()
                for _ in range(count)]


class Crowded(WithCrowd):
    def test_those_who_behave_are_served_beside_a_crowd_and_beside_those_who_do_not(self):
        asyncio.run(asyncio.wait_for(self.scene(), 20 * WAIT_MAX))
        self.server.stop()
        self.assertEqual((self.server.code, self.server.failures()), (0, {}))
        self.check_reads()

    async def scene(self):
        server, begun = self.server, {}
        first, = await self.senders(1, {})
        await self.write(first, "case-1", 5)
        first.writer.close()
        before, memory = server.descriptors(), server.resident_kib()
        idle = await self.followers(IDLE, "case-2", {})
        live = await self.followers(LIVE, "case-1", begun)
        reading = [asyncio.ensure_future(one.follow()) for one in (*idle, *live)]
        senders = await self.senders(4, begun)
        crowded = server.resident_kib()
        hostile = asyncio.ensure_future(self.hostile())
        share = EVENTS // len(senders)
        await asyncio.gather(*[self.write(one, "case-1", share) for one in senders])
        last = max(max(one.positions.values()) for one in senders)
        await asyncio.wait_for(asyncio.gather(*[one.until(last) for one in live]), 2 * WAIT_MAX)
        await hostile
        under_attack = server.resident_kib()
        want = live[0].got
        self.assertLessEqual({p for one in senders for p in one.positions.values()}, set(want))
        self.assertEqual([one.got for one in live if one.got != want], [])
        self.assertEqual(want, sorted(set(want)))
        self.assertEqual(len(live[0].waits), len(begun))
        print(f"\n  {IDLE} idle, {LIVE} live; resident KiB: {memory} before, {crowded} with all, "
              f"{under_attack} after the attacks")
        self.assertLess(told("events handed in", [w for one in senders for w in one.waits]),
                        WAIT_MAX)
        self.assertLess(told("events received", [w for one in live for w in one.waits]), WAIT_MAX)
        self.check_memory(max(crowded, under_attack) - memory,
                          (IDLE + LIVE) * KIB_A_READER + KIB_LEFT)
        await self.hostile()
        self.check_memory(server.resident_kib() - under_attack, KIB_AGAIN)
        await self.one_too_many()
        for one in (*idle, *live):
            one.leave()
        for one in senders:
            one.writer.close()
        await asyncio.gather(*reading, return_exceptions=True)
        self.assertLessEqual(await settled(server.descriptors, before), before)
        left = await settled(server.resident_kib, memory + KIB_GONE, 45)
        print(f"  {left} KiB when all have gone")
        self.check_memory(left - memory, KIB_GONE)

    async def hostile(self):
        port, chance = self.server.port, random.Random(SEED)
        fat = [crowd.deaf(port, get("/9901/v1/events?case=case-9", self.lise, f"deaf-{i}",
                                    Accept="text/event-stream")) for i in range(20)]
        whole = get("/9901/v1/cases/case-1", self.lise, "drip")
        stalled = [crowd.stall(port, whole[:chance.randrange(len(whole))]) for _ in range(20)]
        post = b"POST /9901/v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{"
        stalled += [crowd.stall(port, post) for _ in range(10)]
        dripping = [crowd.drip(port, whole, 0.05) for _ in range(10)]
        quick = [crowd.drip(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                            0.001) for _ in range(5)]
        bad = crowd.malformed()
        answers = await asyncio.gather(*[crowd.stall(port, said) for said, _ in bad])
        for (said, statuses), answer in zip(bad, answers, strict=True):
            with self.subTest(said[:60]):
                self.assertIn(int(answer[9:12] or 0), statuses, answer[:300])
        noise = [crowd.stall(port, chance.randbytes(chance.randrange(1, 3000)))
                 for _ in range(20)]
        for answer in await asyncio.gather(*noise, *stalled, *dripping):
            self.assertNotIn(b" 200 ", answer[:20])
        for answer in await asyncio.gather(*quick):
            self.assertIn(b" 200 ", answer[:20])
        for one in fat[:10]:
            crowd.vanish(one)
        for one in fat[10:]:
            self.addCleanup(one.close)  # these are let go by the server

    async def one_too_many(self):
        """Past the limit one is told to come again, and is served when others have gone."""
        taken = []
        while True:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
            taken.append(writer)
            self.assertLessEqual(len(taken), 200)
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            status, headers = await crowd.head_of(reader)
            if status == 503:
                break
        self.assertGreater(int(headers["retry-after"]), 0)
        body = await reader.readexactly(int(headers["content-length"]))
        self.assertEqual(json.loads(body)["code"], "overloaded")
        for writer in taken:
            writer.transport.abort()
        for _ in range(200):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.server.port)
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            status, _ = await crowd.head_of(reader)
            writer.close()
            if status == 200:
                return
        self.fail("nobody is served any more")

    def check_reads(self):
        """Ten readers came at once with each visit; the family sees one."""
        for case, count in (("case-1", LIVE), ("case-2", IDLE)):
            visits = [entry["data"]["visit"] for entry in self.of_case(case)
                      if entry["type"] == "EntryRead"
                      and entry["data"]["visit"].startswith(case)]
            self.assertEqual(sorted(visits), sorted({f"{case}-{i // 10}" for i in range(count)}))


class CrowdedNative(Measured):
    """The same of the native stream, whose limits are fixed: 1 024 connections."""

    def serve(self, *more):
        file = self.program.place / "stafett.toml"
        file.write_text(f'{CROWDS}[[listener]]\naddress = "127.0.0.1:0"\n'
                        f'[[listener]]\naddress = "127.0.0.1:0"\nprotocol = "native"\n'
                        f'[[log]]\ndirectory = "log"\n')
        server = Loaded(BINARY, "--config", str(file), natives=1)
        self.addCleanup(server.stop)
        return server

    def raw(self):
        host, port = self.server.native_urls[0].split("/")[2].split(":")
        one = socket.create_connection((host, int(port)), 30)
        self.addCleanup(one.close)
        return one

    def crowd(self, count, case):
        found = []
        for i in range(count):
            found.append(self.client("lise"))
            found[-1].subscribe(case=case, visit=f"{case}-{i // 10}")
        for one in found:
            one.until("caughtUp")
        return found

    def nonsense(self):
        chance = random.Random(SEED)
        return [bytes(4), b"\xff\xff\xff\xff", struct.pack("<I", 4096 + 8), struct.pack("<I", 7),
                struct.pack("<I", 64) + bytes(64), b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                *[struct.pack("<I", 256) + chance.randbytes(256) for _ in range(20)],
                *[chance.randbytes(chance.randrange(4, 2000)) for _ in range(20)]]

    def test_those_who_behave_get_all_beside_a_crowd_and_nonsense(self):
        self.assertEqual(self.post("lise", json.dumps(note_in("case-1")(new_event_id())))[0], 201)
        before, memory = self.server.descriptors(), self.server.resident_kib()
        idle, live = self.crowd(NATIVE_IDLE, "case-2"), self.crowd(NATIVE_LIVE, "case-1")
        stalled = [self.raw() for _ in range(30)]  # never sign in
        for said in self.nonsense():
            one = self.raw()
            one.sendall(said)
            one.shutdown(socket.SHUT_WR)
            stalled.append(one)
        # Subscribers who read nothing.
        deaf = [self.client("lise") for _ in range(10)]
        for one in deaf:
            one.subscribe(case="case-1")
        writer = Writer(self.where(), Tokens(self.log, "lise"), note_in("case-1"))
        sent = [writer.hand_in(note_in("case-1")(new_event_id()))["position"]
                for _ in range(EVENTS)]
        writer.hang_up()
        for one in live:
            self.assertEqual([next_event(one).position for _ in sent], sent)
        self.assertLess(max(writer.waits), WAIT_MAX)
        for one in idle:
            one.socket.setblocking(False)
            with self.assertRaises(BlockingIOError):
                next_event(one)
        self.one_too_many()
        self.check_memory(self.server.resident_kib() - memory,
                          (NATIVE_IDLE + NATIVE_LIVE + 1024) * KIB_A_READER + KIB_LEFT)
        for one in (*idle, *live, *deaf, *stalled):
            one.close()
        self.assertLessEqual(asyncio.run(settled(self.server.descriptors, before)), before)
        self.server.stop()
        self.assertEqual((self.server.code, self.server.failures()), (0, {}))

    def where(self):
        where = Where()
        where.is_at(self.server)
        return where

    def one_too_many(self):
        taken = []
        while True:
            taken.append(self.raw())
            self.assertLessEqual(len(taken), 1024)
            try:
                if not taken[-1].recv(4):  # the hello's length, or the end
                    break
            except ConnectionResetError:
                break
        for one in taken:
            one.close()
        asyncio.run(settled(self.server.descriptors, 1000))
        again = self.client("lise")
        again.subscribe(case="case-1")
        again.until("caughtUp")
        again.close()


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
