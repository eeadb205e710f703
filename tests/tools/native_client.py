"""A client of the native stream that shares no code with the program: the frames by hand from
docs/reference/native-stream.md, the signatures from another library."""

import hashlib
import socket
import struct

import independent
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SIGN_IN, APPEND, SUBSCRIBE, GRANT, CANCEL = range(1, 6)
KINDS = ("", "hello", "signedIn", "answer", "event", "caughtUp", "fellBehind", "heartbeat", "ended",
         "fault", "caseEnded")


# ---- Writing: a struct is (data, pointers); a pointer None, bytes, str, or a list of one of these.

def struct_bytes(data, pointers):
    """The struct's words, and behind them what it points to."""
    data = data.ljust((len(data) + 7) // 8 * 8, b"\0")
    head, tail = bytearray(data), bytearray()
    for i, pointer in enumerate(pointers):
        head += pointer_bytes(pointer, len(pointers) - i - 1 + len(tail) // 8, tail)
    return bytes(head + tail)


def pointer_bytes(value, offset, tail):
    """A pointer to what is put at the end of `tail`, `offset` words behind it."""
    if value is None or len(value) == 0:
        return bytes(8)
    if isinstance(value, str):
        value = value.encode() + b"\0"
    if isinstance(value, bytes):
        tail += value.ljust((len(value) + 7) // 8 * 8, b"\0")
        return struct.pack("<iI", offset << 2 | 1, len(value) << 3 | 2)
    if isinstance(value[0], str):
        assert len(value) == 1, "lists of one text are enough here"
        behind = bytearray()
        tail += pointer_bytes(value[0], 0, behind) + behind
        return struct.pack("<iI", offset << 2 | 1, 1 << 3 | 6)
    return structs_bytes(value, offset, tail)


def structs_bytes(elements, offset, tail):
    """A list of structs: a tag, the elements, then what they point to."""
    data_words, pointers = len(elements[0][0]) // 8, len(elements[0][1])
    step = data_words + pointers
    body, behind = bytearray(), bytearray()
    for i, (data, values) in enumerate(elements):
        assert len(data) == 8 * data_words and len(values) == pointers
        body += data
        for j, value in enumerate(values):
            left = (len(elements) - i) * step - data_words - j - 1
            body += pointer_bytes(value, left + len(behind) // 8, behind)
    tail += struct.pack("<IHH", len(elements) << 2, data_words, pointers) + body + behind
    return struct.pack("<iI", offset << 2 | 1, step * len(elements) << 3 | 7)


def frame(kind, data, pointers):
    data = data.ljust((len(data) + 7) // 8 * 8, b"\0")
    root = struct.pack("<iHH", 0, 1, 1) + struct.pack("<Q", kind)
    root += struct.pack("<iHH", 0, len(data) // 8, len(pointers))
    message = root + struct_bytes(data, pointers)
    return struct.pack("<I", len(message)) + message


# ---- Reading.

def body_of(message):
    root = independent.Struct.root(message)
    kind = KINDS[root.number("H", 0)]
    return kind, independent.Struct(message, *root.target(message, root.pointers_at))


def text(found, index):
    return found.bytes(index)[:-1].decode()


class Frame:
    """One frame of the server: its kind and fields."""

    def __init__(self, message):
        self.kind, body = body_of(message)
        self.bytes = len(message) + 4
        if self.kind == "hello":
            self.version, self.challenge = body.number("H", 0), body.bytes(0)
            self.logs = {text(log, 0): text(log, 1) for log in body.structs(1)}
            return
        if self.kind == "signedIn":
            self.size, self.ends_at = body.number("Q", 0), body.number("q", 8)
            self.actor = body.bytes(0)
            return
        self.request = body.number("Q", 0)
        if self.kind == "answer":
            self.outcomes = [Outcome(one) for one in body.structs(0)]
        elif self.kind == "event":
            self.position, self.entry = body.number("Q", 8), body.bytes(0)
            self.case = body.bytes(2)
            self.openings = [(part.number("B", 0), part.bytes(0), part.bytes(1))
                             for part in (body.structs(1) if body.list(1) else [])]
        elif self.kind == "caseEnded":
            self.case, self.why = body.bytes(0), text(body, 1)
        elif self.kind in ("ended", "fault"):
            self.what, self.why = text(body, 0), text(body, 1)
        else:
            self.size = body.number("Q", 8)
            self.looked_at = body.number("Q", 16)
            self.checkpoint = text(body, 0)

    def checked(self, origin):
        """The entry of an event, once it and its openings are what they must be."""
        entry = independent.Entry(self.entry)
        assert entry.intent.origin == hashlib.sha256(origin.encode()).digest()
        promised = {one[0]: one[2] for one in entry.intent.parts}
        for part_class, salt, plaintext in self.openings:
            made = independent.commitment(salt, entry.intent.event, part_class, plaintext)
            assert made == promised[part_class], f"position {self.position}: opens nothing"
        return entry


class Outcome:
    def __init__(self, found):
        inner = independent.Struct(found.message,
                                   *found.target(found.message, found.pointers_at))
        self.accepted = found.number("H", 0) == 1
        if self.accepted:
            self.position, self.first = inner.number("Q", 0), inner.number("Q", 24)
            self.count, self.event = inner.number("I", 32), inner.bytes(0)
            self.leaf, self.signature = inner.bytes(2), inner.bytes(3)
        else:
            self.again = inner.number("B", 0) & 1 == 1
            self.code = text(inner, 0)


class Client:
    def __init__(self, url, key, connect=None):
        address, self.log = url.removeprefix("stafett://").rstrip("/").split("/")
        host, port = address.split(":")
        self.socket = (connect or socket.create_connection)((host, int(port)), 30)
        self.buffer, self.last = b"", 0
        try:
            self.sign_in(key)
        except BaseException:
            self.socket.close()
            raise

    def sign_in(self, key):
        self.hello = self.get("hello")
        self.origin = self.hello.logs[self.log]
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        key_id = hashlib.sha256(public).digest()
        message = (b"stafett/sign-in/v1\0" + hashlib.sha256(self.origin.encode()).digest() +
                   self.hello.challenge + key_id + b"\0")
        self.say(SIGN_IN, b"", [self.log, key_id, key.sign(message)])
        self.signed_in = self.get("signedIn")

    def say(self, kind, data, pointers):
        self.socket.sendall(frame(kind, data, pointers))

    def next(self):
        """None: the server has closed. ConnectionError: within a frame."""
        while True:
            if len(self.buffer) >= 4:
                length, = struct.unpack_from("<I", self.buffer)
                if len(self.buffer) >= 4 + length:
                    message, self.buffer = self.buffer[4:4 + length], self.buffer[4 + length:]
                    return Frame(message)
            piece = self.socket.recv(65536)
            if not piece:
                if self.buffer:
                    raise ConnectionError("cut")
                return None
            self.buffer += piece

    def get(self, kind):
        found = self.next()
        if found is None:
            raise ConnectionError("closed")
        what = getattr(found, "what", "")
        if found.kind != kind:
            raise AssertionError(f"{found.kind} {what}, not {kind}")
        return found

    def subscribe(self, after=None, case="", kind="", classes=b"\1\2\3", events=1 << 20,
                  size=1 << 30, purpose="followUp", visit="v1"):
        self.last += 1
        data = struct.pack("<QHxxxxxxQQQ", self.last, after is not None, after or 0, events, size)
        self.say(SUBSCRIBE, data, [purpose, visit, "", case, [kind] if kind else None, classes])
        return self.last

    def grant(self, request, events, size):
        self.say(GRANT, struct.pack("<QQQ", request, events, size), [])

    def append(self, signature, submissions):
        """`submissions`: (intent, [(class, salt, plaintext)]) each."""
        self.last += 1
        events = [(struct.pack("<Q", 1),
                   [intent, [(struct.pack("<Q", c), [salt, plain]) for c, salt, plain in parts]])
                  for intent, parts in submissions]
        self.say(APPEND, struct.pack("<Q", self.last), [signature, events])
        return self.get("answer")

    def until(self, kind):
        """The events before the frame of that kind, checked, and that frame."""
        events = []
        while True:
            found = self.next()
            if found is None:
                raise ConnectionError("closed")
            if found.kind == "event":
                found.checked(self.origin)
                events.append(found)
            elif found.kind == kind:
                return events, found
            elif found.kind != "heartbeat":
                raise AssertionError(f"{found.kind}, not {kind}")

    def close(self):
        self.socket.close()


def key_from_file(path):
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text().strip()))
