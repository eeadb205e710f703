"""Clients by the thousand, in one thread: those who behave, and those who do not."""

import asyncio
import json
import socket
import struct
import time

TCP_REPAIR = 19  # Linux: a socket closed in this state says nothing to the other side


def get(path, token, visit="v", **headers):
    lines = {"Host": "x", "Authorization": "Bearer " + token, "Stafett-Purpose": "followUp",
             "Stafett-Visit": visit, **headers}
    return (f"GET {path} HTTP/1.1\r\n" +
            "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n").encode()


async def head_of(reader):
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().rstrip().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    return int(first.split()[1]), headers


class Follower:
    """A reader of a stream of server-sent events; `waits` is how long its events took to come."""

    def __init__(self, begun):
        self.begun = begun  # event id: when it was sent
        self.got, self.waits, self.news = [], [], asyncio.Event()

    async def connect(self, port, request):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port)
        self.writer.write(request)
        self.status, self.headers = await head_of(self.reader)
        return self

    async def follow(self):
        """Until the server ends it, or whoever runs this."""
        try:
            while length := int(await self.reader.readline(), 16):
                for event in (await self.reader.readexactly(length + 2)).split(b"\n\n"):
                    self.take(event)
        except ValueError:
            pass  # no further chunk: it was cut

    def take(self, event):
        event = event.strip()
        if not event.startswith(b"id: "):
            return
        self.got.append(int(event[4:event.index(b"\n")]))
        at = event.index(b'"id":"') + 6
        if began := self.begun.get(event[at:at + 36].decode()):
            self.waits.append(time.monotonic() - began)
        self.news.set()

    async def until(self, position):
        while not self.got or self.got[-1] < position:
            self.news.clear()
            await self.news.wait()

    def leave(self):
        self.writer.transport.abort()


class Sender:
    """Hands in events on one connection that is kept."""

    def __init__(self, port, token, begun):
        self.port, self.token, self.begun = port, token, begun
        self.waits, self.positions = [], {}

    async def connect(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def hand_in(self, event):
        body = json.dumps(event).encode()
        began = self.begun[event["id"]] = time.monotonic()
        self.writer.write((f"POST /9901/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                           f"{self.token}\r\nContent-Type: application/json\r\nContent-Length: "
                           f"{len(body)}\r\n\r\n").encode() + body)
        status, headers = await head_of(self.reader)
        answer = await self.reader.readexactly(int(headers["content-length"]))
        assert status == 201, (status, answer)
        self.waits.append(time.monotonic() - began)
        self.positions[event["id"]] = json.loads(answer)["position"]


# ---- Those who do not behave. Each ends when the server has let go of it.

async def until_closed(reader):
    """What came before; the server ends it, well or not."""
    said = b""
    try:
        while piece := await reader.read(65536):
            said += piece
    except ConnectionError:
        pass
    return said


async def stall(port, said):
    """Says that much, and nothing more."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(said)
    answer = await until_closed(reader)
    writer.close()
    return answer


async def drip(port, said, pause):
    """A byte at a time."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    ended = asyncio.ensure_future(until_closed(reader))
    for at in range(len(said)):
        writer.write(said[at:at + 1])
        done, _ = await asyncio.wait([ended], timeout=pause)
        if done:
            break
    answer = await ended
    writer.close()
    return answer


def deaf(port, request):
    """Asks for a lot and reads nothing of it: the socket, with as little room as can be had."""
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    one.connect(("127.0.0.1", port))
    one.sendall(request)
    return one


def vanish(one):
    """As a machine without power: the other side is not told. Where that needs rights that are
    not there, a reset."""
    try:
        one.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
    except OSError:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    one.close()


def malformed():
    """(what is said, the statuses that it may be answered with)"""
    host = b"\r\nHost: x\r\nConnection: close\r\n"
    end = host + b"\r\n"
    line = b"GET /healthz HTTP/1.1" + host
    post = b"POST /9901/v1/events HTTP/1.1" + host + b"Content-Type: application/json\r\n"
    return [
        (b"\x00" * 64 + b"\r\n\r\n", {400}),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"r" * 64 + b"\r\n\r\n", {400}),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400}),
        (b"GET / HTTP/9.9\r\n\r\n", {400}),
        (b"GET /%zz HTTP/1.1" + end, {400}),
        (b"GET /../../etc/passwd HTTP/1.1" + end, {400}),
        (b"GET /" + b"a" * 5000 + b" HTTP/1.1" + end, {400}),
        (b"GET /" + b"a/" * 500 + b" HTTP/1.1" + end, {400}),
        (b"GET /healthz?" + b"a=b&" * 500 + b" HTTP/1.1" + end, {400}),
        (line + b"X: " + b"x" * 20_000 + b"\r\n\r\n", {431}),
        (line + b"".join(b"X%d: y\r\n" % i for i in range(4000)) + b"\r\n", {431}),
        (line + b"No colon\r\n\r\n", {400}),
        (line + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef", {400}),
        (line + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", {400}),
        (post + b"Content-Length: -1\r\n\r\n", {400}),
        (post + b"Content-Length: 99999999999999999999999\r\n\r\n", {400, 413}),
        (post + b"Content-Length: 99999999999\r\n\r\n", {413}),
        (post + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", {400}),
        (post + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n", {400}),
        (post + b"Transfer-Encoding: chunked\r\n\r\n" +
         (b"10000\r\n" + b"x" * 65536 + b"\r\n") * 20, {413}),
        (post + b"Authorization: Bearer " + b"x" * 9000 + b"\r\nContent-Length: 2\r\n\r\n{}", {401}),
    ]
