#!/usr/bin/env python3
"""Reads the worked entries with a Cap'n Proto reader of its own, and recomputes what they claim.

Shares no code with the program: pointers by hand, hashes from hashlib. Usage: independent.py FOLDER
"""

import hashlib
import hmac
import struct
import sys

import worked


def sha256(data):
    return hashlib.sha256(data).digest()


class Struct:
    """A struct in a message of one segment: its data, and its pointers by number."""

    def __init__(self, message, at, data_words, pointers):
        self.message, self.data = message, message[at:at + 8 * data_words]
        self.pointers_at, self.pointers = at + 8 * data_words, pointers

    @staticmethod
    def root(message):
        return Struct(message, *Struct.target(message, 0))

    @staticmethod
    def target(message, at):
        low, data_words, pointers = struct.unpack_from("<iHH", message, at)
        assert low & 3 == 0, "not a struct pointer"
        return at + 8 + 8 * (low >> 2), data_words, pointers

    def number(self, form, offset):
        size = struct.calcsize(form)
        return struct.unpack("<" + form, self.data[offset:offset + size].ljust(size, b"\0"))[0]

    def list(self, index):
        """(where it begins, element size code, count or words), None when null."""
        at = self.pointers_at + 8 * index
        if index >= self.pointers or self.message[at:at + 8] == bytes(8):
            return None
        low, high = struct.unpack_from("<iI", self.message, at)
        assert low & 3 == 1, "not a list pointer"
        return at + 8 + 8 * (low >> 2), high & 7, high >> 3

    def bytes(self, index):
        found = self.list(index)
        if found is None:
            return b""
        at, code, count = found
        assert code == 2 and at + count <= len(self.message)
        return self.message[at:at + count]

    def structs(self, index):
        at, code, words = self.list(index)
        assert code == 7
        low, data_words, pointers = struct.unpack_from("<IHH", self.message, at)
        count, step = low >> 2, 8 * (data_words + pointers)
        assert low & 3 == 0 and count * step == 8 * words
        return [Struct(self.message, at + 8 + i * step, data_words, pointers)
                for i in range(count)]


class Intent:
    def __init__(self, message):
        root = Struct.root(message)
        self.bytes = message
        self.version, self.kind, self.custody, self.expects = (
            root.number("H", 2 * i) for i in range(4))
        self.enrolled, self.occurred = root.number("Q", 8), root.number("q", 16)
        self.valid_to = root.number("Q", 24) ^ 1 << 63
        self.asserted, self.verified = root.number("q", 32), root.number("Q", 40)
        self.atomic = root.number("B", 48)
        self.origin, self.event, self.stream = (root.bytes(i) for i in range(3))
        self.actor, self.key = root.bytes(4), root.bytes(5)
        self.parts = [(p.number("B", 0), p.number("I", 4), p.bytes(0)) for p in root.structs(10)]


class Entry:
    def __init__(self, message):
        root = Struct.root(message)
        self.version, self.mode = root.number("H", 0), root.number("H", 2)
        self.profile, self.place = root.number("I", 4), root.number("Q", 8)
        self.index, self.count = root.number("I", 16), root.number("I", 20)
        self.recorded = root.number("q", 24)
        self.signature, path, self.previous, sealed, self.public = (
            root.bytes(i) for i in range(5))
        self.path = [path[i:i + 32] for i in range(0, len(path), 32)]
        self.sealed = [sealed[i:i + 32] for i in range(0, len(sealed), 32)]
        self.intent = Intent(root.bytes(5))
        self.leaf = sha256(b"\0" + message)

    def root(self):
        """RFC 9162 section 2.1.3.2: the root that this entry's intent and path lead to."""
        node, last = self.index, self.count - 1
        hashed = sha256(b"\0" + self.intent.bytes)
        for sibling in self.path:
            assert last > 0, "path is too long"
            if node & 1 or node == last:
                hashed = sha256(b"\1" + sibling + hashed)
                while not node & 1 and node:
                    node, last = node >> 1, last >> 1
            else:
                hashed = sha256(b"\1" + hashed + sibling)
            node, last = node >> 1, last >> 1
        assert last == 0, "path is too short"
        return hashed

    def signed_message(self):
        return (b"stafett/intents/v1\0" + self.intent.origin + struct.pack("<I", self.count) +
                self.root())


def commitment(salt, event, part_class, plaintext):
    message = (b"stafett/part/v1\0" + event + bytes([part_class]) +
               struct.pack("<I", len(plaintext)) + plaintext)
    return hmac.new(salt, message, hashlib.sha256).digest()


def tree_root(leaves):
    """RFC 6962 section 2.1, as it is written there."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + tree_root(leaves[:split]) + tree_root(leaves[split:]))


def check_alone(intents, entries, parts):
    entry = Entry(entries["entry"])
    intent = entry.intent
    assert intent.bytes == intents["intent"] and entry.leaf == entries["leaf-hash"]
    assert intent.origin == sha256(b"stafett.example/9901")
    assert (intent.version, intent.kind, intent.custody, intent.expects) == (1, 4, 1, 0)
    assert intent.enrolled == 7 and intent.valid_to == 1 << 63 and not intent.atomic
    assert intent.asserted - intent.occurred == 300 * 10**6
    assert entry.recorded - intent.asserted == 250000
    assert intent.actor == b"\xa1" * 16 and intent.stream == b"\xc1" * 16
    assert (entry.version, entry.mode, entry.profile, entry.place) == (1, 1, 1, 0)
    assert entry.previous == bytes(32) and entry.public == b""
    assert entry.signed_message() == intents["signed-message"]
    assert entry.signature == intents["signature"]
    made = commitment(b"\x5a" * 32, intent.event, 1, b"a fact")
    assert intent.parts == [(1, 64, made)] and made == parts["commitment"]
    assert entry.sealed == [sha256(parts["sealed"])] == [parts["digest"]]
    assert len(parts["sealed"]) == 24 + 32 + 64 + 16
    return entry


def check_attachment(parts):
    chunks = [parts["chunk-0"], parts["chunk-1"]]
    assert [len(c) for c in chunks] == [24 + len(text) + 16 for text in
                                        (b"a document", b" and its end")]
    leaves = [sha256(b"\0" + chunk) for chunk in chunks]
    assert parts["chunk-0-commitment"] == tree_root(leaves[:1]) == leaves[0]
    assert parts["chunks-commitment"] == tree_root(leaves)


def check_group(groups, entries, first):
    entry = Entry(entries["group-entry"])
    leaves = [groups["leaves"][i:i + 32] for i in range(0, 96, 32)]
    assert (entry.index, entry.count, entry.mode, entry.place) == (1, 3, 3, 1)
    assert sha256(b"\0" + entry.intent.bytes) == leaves[1] and entry.previous == first.leaf
    assert entry.root() == tree_root(leaves) == groups["root"]
    assert entry.signed_message() == groups["message"]
    assert entry.signature == groups["signature"]
    assert b"".join(entry.path) == groups["path-1"]


def check_engine(events, entries, parts):
    entry = Entry(entries["engine-entry"])
    assert entry.public == events["ClockStepped"] and entry.sealed == []
    made = commitment(bytes(32), entry.intent.event, 5, entry.public)
    assert entry.intent.parts == [(5, 64, made)] and made == parts["public-commitment"]
    event = Struct.root(entry.public)
    assert event.number("H", 0) == 12
    at, data_words, pointers = Struct.target(entry.public, event.pointers_at)
    stepped = Struct(entry.public, at, data_words, pointers)
    assert stepped.number("q", 0) - stepped.number("q", 8) == 1500000


def check_receipt(receipts, groups):
    origin = sha256(b"stafett.example/9901")
    assert receipts["message"] == (b"stafett/receipts/v1\0" + origin + struct.pack("<QI", 100, 3) +
                                   groups["root"])
    assert receipts["group"][:4] == struct.pack("<I", 3) and len(receipts["group"]) == 68


def check_full(intents):
    intent = Intent(intents["full-intent"])
    assert (intent.custody, intent.expects, intent.atomic, intent.verified) == (2, 2, 1, 41)
    assert intent.valid_to == 1803509999999999  # 2027-02-24T22:59:59.999999Z
    assert [p[:2] for p in intent.parts] == [(1, 64), (2, 65536), (3, 128), (4, 50 << 20)]


def main():
    folder = sys.argv[1]
    pages = {name: worked.blocks(folder, name + ".md")
             for name in ("intent", "entry", "part", "signed-groups", "receipt", "engine-events")}
    first = check_alone(pages["intent"], pages["entry"], pages["part"])
    check_full(pages["intent"])
    check_attachment(pages["part"])
    check_group(pages["signed-groups"], pages["entry"], first)
    check_engine(pages["engine-events"], pages["entry"], pages["part"])
    check_receipt(pages["receipt"], pages["signed-groups"])


if __name__ == "__main__":
    main()
