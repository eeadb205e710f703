#!/usr/bin/env python3
"""Checks an audit bundle, sharing no line with the program that made it.

    verify_bundle.py BUNDLE [VKEY]

Why it is there: whoever doubts `stafett verify` can read this in one sitting, and see whether the
two agree. It follows docs/formats/bundle.md and the pages named there. It needs Python's standard
library and python3-cryptography. VKEY is the log's verifier key as you were given it; without it
the bundle's own is taken, and printed to be compared. Prints one JSON document; 0: the bundle
holds, 3: it does not.

It does not read what the events say, beyond whose case they are of and which document they are
about: that is for `stafett findings`. So it leaves to `stafett verify`: whether the log was told of
this export (AuditExportMade), under a grant that covers the cases; whether events are of the
catalogue, and lie in the lane that their type, or what they correct, belongs in; names; whether
keys were later said to be stolen; which witnesses there are. Of a sample under a grant for some
cases it takes the population as it is.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import stat
import struct
import sys
import uuid

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FILES = ["cases.jsonl", "checkpoint", "consistency.jsonl", "documents.jsonl", "log.vkey",
         "names.jsonl", "population.jsonl", "profile.json", "ranges.jsonl", "scope.json",
         "shared.jsonl", "streams.jsonl"]
DOCUMENT = re.compile(r"document-(0|[1-9][0-9]{0,18})")
KINDS = ["", "engine", "directory", "audit", "case", "access"]
CLASSES = ["", "fact", "narrative", "identity", "attachment"]
CUSTODIES = ["", "own", "custodial", "system"]
NEVER = (1 << 64) - 1
LINE_MAX, SMALL_FILE_MAX = 2 << 20, 1 << 20
CASES_MAX, POPULATION_MAX, RANGED_MAX = 10_000, 10_000_000, 10_000_000
DOCUMENTS_MAX, ATTACHMENT_ADDED = 1_000_000, 43
ACCESS_LANE, LANES_MAX = 4, 8


class Wrong(Exception):
    """What is looked at is not as it must be."""


def need(condition, why):
    if not condition:
        raise Wrong(why)


def sha256(*pieces):
    return hashlib.sha256(b"".join(pieces)).digest()


def b64(text):
    data = base64.b64decode(text, validate=True)
    need(base64.b64encode(data).decode() == text, "base64 that is not canonical")
    return data


def signed_by(key, message, signature):
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        return True
    except (InvalidSignature, ValueError):
        return False


# --- trees: RFC 6962, with the verifiers of RFC 9162 ---

def leaf_hash(data):
    return sha256(b"\x00", data)


def node_hash(left, right):
    return sha256(b"\x01", left, right)


def root_from_path(leaf, index, size, path):
    need(index < size, "an index past the end of the tree")
    fn, sn, root = index, size - 1, leaf
    for sibling in path:
        need(sn > 0, "a path that is too long")
        if fn % 2 == 1 or fn == sn:
            root = node_hash(sibling, root)
            while fn % 2 == 0 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            root = node_hash(root, sibling)
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0, "a path that is too short")
    return root


def root_with_range(leaves, first, size, left, right):
    """The root of a tree of this size that has these leaves from `first` on: what lies before them
    and behind them is given by its perfect subtrees, left to right."""
    end, left, right = first + len(leaves), list(left), list(right)

    def root_of(begin, until):
        width = until - begin
        outside = left if until <= first else right if begin >= end else None
        if outside is not None and width & (width - 1) == 0:
            need(outside, "a proof of a range that is too short")
            return outside.pop(0)
        if width == 1:
            return leaves[begin - first]
        middle = begin + (1 << (width - 1).bit_length() - 1)
        return node_hash(root_of(begin, middle), root_of(middle, until))
    need(len(leaves) > 1 and end <= size < 1 << 63, "a range that is not in the tree")
    root = root_of(0, size)
    need(not left and not right, "a proof of a range that is too long")
    return root


def tree_root(leaves):
    if not leaves:
        return sha256()
    if len(leaves) == 1:
        return leaves[0]
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(tree_root(leaves[:left]), tree_root(leaves[left:]))


def need_consistent(old, new, path):
    (m, old_root), (n, new_root) = old, new
    need(m <= n, "an older checkpoint that is larger")
    if m in (0, n):
        need(not path and (m == 0 or old_root == new_root), "inconsistent")
        return
    nodes = list(path) if m & (m - 1) else [old_root] + list(path)
    need(nodes, "no proof of consistency")
    fn, sn = m - 1, n - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = nodes[0]
    for one in nodes[1:]:
        need(sn > 0, "a proof that is too long")
        if fn & 1 or fn == sn:
            first, second = node_hash(one, first), node_hash(one, second)
            while fn % 2 == 0 and fn != 0:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = node_hash(second, one)
        fn, sn = fn >> 1, sn >> 1
    need((first, second, sn) == (old_root, new_root, 0), "inconsistent")


# --- signed notes ---

def parse_vkey(text):
    name, key_id, key = text.split("+", 2)
    key = b64(key)
    need(len(key) == 33 and key[0] == 1, "no Ed25519 verifier key")
    need(sha256(name.encode(), b"\n", key)[:4].hex() == key_id, "a key under another key's id")
    return name, key_id, key[1:]


def open_note(note, vkey):
    name, key_id, key = vkey
    text, _, signatures = note.rpartition("\n\n")
    text += "\n"
    need(signatures.endswith("\n"), "no signed note")
    found = False
    for line in signatures[:-1].split("\n"):
        mark, signer, signature = line.split(" ")
        need(mark == "\u2014", "no signature line")
        signature = b64(signature)
        if (signer, signature[:4].hex()) == (name, key_id):
            need(signed_by(key, text.encode(), signature[4:]), "the log's signature does not hold")
            found = True
    need(found, "not signed by the log")
    return text


def open_checkpoint(note, vkey):
    origin, size, root, end = open_note(note, vkey).split("\n")
    need((origin, end) == (vkey[0], ""), "no checkpoint of this log")
    return int(size), b64(root)


# --- Cap'n Proto, one canonical segment: as much as entries take ---

class Struct:
    def __init__(self, segment, at=0, inline=None):
        self.segment = segment
        if inline is None:
            pointer, = struct.unpack_from("<Q", segment, at)
            need(pointer & 3 == 0, "no struct")
            offset = (pointer & 0xffffffff) >> 2
            self.words, self.pointers = pointer >> 32 & 0xffff, pointer >> 48
            self.data = at + 8 + 8 * offset if pointer else at
        else:
            self.data, self.words, self.pointers = inline

    def number(self, form, at):
        end = at + struct.calcsize(form)
        if end > 8 * self.words:
            return 0  # canonical bytes leave out zeros at the end
        return struct.unpack_from(form, self.segment, self.data + at)[0]

    def place(self, index):
        return self.data + 8 * (self.words + index)

    def list_at(self, index):
        """Element size, count (words of a list of structs), and where it begins."""
        if index >= self.pointers:
            return 0, 0, 0
        pointer, = struct.unpack_from("<Q", self.segment, self.place(index))
        if not pointer:
            return 0, 0, 0
        need(pointer & 3 == 1, "no list")
        begin = self.place(index) + 8 + 8 * ((pointer & 0xffffffff) >> 2)
        return pointer >> 32 & 7, pointer >> 35, begin

    def bytes(self, index):
        size, count, begin = self.list_at(index)
        need(size in (0, 2) and begin + count <= len(self.segment), "no bytes")
        return self.segment[begin:begin + count]

    def text(self, index):
        return self.bytes(index)[:-1].decode()

    def struct(self, index):
        return Struct(self.segment, self.place(index))

    def structs(self, index):
        size, _, begin = self.list_at(index)
        if not begin:
            return []
        need(size == 7, "no list of structs")
        tag, = struct.unpack_from("<Q", self.segment, begin)
        words, pointers = tag >> 32 & 0xffff, tag >> 48
        step = 8 * (words + pointers)
        return [Struct(self.segment, inline=(begin + 8 + i * step, words, pointers))
                for i in range((tag & 0xffffffff) >> 2)]


class Entry:
    """docs/formats/entry.md and intent.md."""

    def __init__(self, data):
        root = Struct(data)
        need(root.number("<H", 0) == 1, "an entry of another version")
        self.version, self.recorded_at = root.number("<Q", 8), root.number("<q", 24)
        self.index, self.count = root.number("<I", 16), root.number("<I", 20)
        self.signature, path, self.previous = root.bytes(0), root.bytes(1), root.bytes(2)
        self.path = [path[i:i + 32] for i in range(0, len(path), 32)]
        self.public, self.intent = root.bytes(4), root.bytes(5)
        intent = Struct(self.intent)
        need(intent.number("<H", 0) == 1, "an intent of another version")
        self.kind = KINDS[intent.number("<H", 2)]
        self.custody = CUSTODIES[intent.number("<H", 4)]
        self.expects, self.enrolled_at = intent.number("<H", 6), intent.number("<Q", 8)
        self.origin_hash, self.id, self.stream, self.expected = map(intent.bytes, range(4))
        self.actor, self.key = intent.bytes(4), intent.bytes(5)
        root = intent.bytes(7)
        self.verified = (intent.number("<Q", 40), root) if root else None
        self.parts = {part.number("<B", 0): (part.number("<I", 4), part.bytes(0))
                      for part in intent.structs(10)}
        self.leaf = leaf_hash(data)


def padded(length):
    if length < 65536:
        size = 64
        while size <= length:
            size *= 2
        return size
    return (length // 65536 + 1) * 65536


def commitment(salt, event, part_class, plaintext):
    return hmac.new(salt, b"stafett/part/v1\0" + event + bytes([part_class]) +
                    struct.pack("<I", len(plaintext)) + plaintext, hashlib.sha256).digest()


class Key:
    def __init__(self, actor, public, custody, position):
        self.actor, self.public, self.custody = actor, public, custody
        self.enrolled_at, self.revoked_at = position, NEVER


class Order:
    def __init__(self, actor):
        self.actor, self.ranges, self.approved = actor, [], False


class Bundle:
    def __init__(self, folder, vkey=None):
        self.folder, self.vkey = folder, vkey
        self.errors, self.keys, self.ends, self.streams = [], {}, {}, {}
        self.counts = {"entries": 0, "parts": 0, "erased": 0}
        self.signatures = dict.fromkeys(CUSTODIES[1:], 0)
        self.size = self.heads = self.genesis = None
        self.engine = self.tree = None
        self.log_keys = []
        self.orders, self.erased_by = {}, []

    def blame(self, place, why, position=None):
        self.errors.append({"position": position, "place": place, "detail": str(why)})

    def open(self, name):
        """A plain file: a pipe would never end, nor what a link may lead to."""
        opened = os.open(os.path.join(self.folder, name),
                         os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        file = os.fdopen(opened, "rb")
        if stat.S_ISREG(os.fstat(opened).st_mode):
            return file
        file.close()
        raise Wrong("no plain file")

    def read(self, name):
        with self.open(name) as file:
            data = file.read(SMALL_FILE_MAX + 1)
        need(len(data) <= SMALL_FILE_MAX, "is too long")
        return data

    def lines(self, name):
        with self.open(name) as file:
            number = 0
            while line := file.readline(LINE_MAX + 2):
                number += 1
                try:
                    need(len(line) <= LINE_MAX + 1, "a line is too long")
                    need(line.endswith(b"\n"), "a line that is cut off")
                    yield json.loads(line)
                except (ValueError, RecursionError, Wrong) as why:
                    self.blame(f"file {name}", f"line {number}: {why}")
                    if len(line) > LINE_MAX + 1:
                        return

    def guarded(self, name, check, *given):
        try:
            return check(*given)
        except (Wrong, ValueError, KeyError, IndexError, TypeError, AttributeError, struct.error,
                RecursionError, OSError) as why:
            self.blame(f"file {name}", why)
            return None

    # --- the files as such ---

    def read_key(self):
        return parse_vkey(self.read("log.vkey").decode().removesuffix("\n"))

    def digest(self, name, listed):
        digest, length = hashlib.sha256(), 0
        with self.open(name) as file:
            while length <= listed and (piece := file.read(1 << 20)):
                digest.update(piece)
                length += len(piece)
        return f"{digest.hexdigest()} {length} {name}"

    def read_log_keys(self):
        """(position since when, public key) of the log, each handed over by the one before it."""
        keys = []
        for line in self.lines("shared.jsonl"):
            try:
                entry, position = Entry(b64(line["entry"])), line["position"]
                event = Struct(entry.public) if entry.kind == "engine" else None
                tag = event.number("<H", 0) if event else 0
                if tag == 1 and position == 0 and not keys:
                    keys.append((0, event.struct(0).bytes(1)))
                elif tag == 5 and keys and position > keys[-1][0]:
                    self.check_handover(keys[-1][1], event.struct(0))
                    keys.append((position, event.struct(0).bytes(0)))
            except (Wrong, ValueError, KeyError, IndexError, TypeError, struct.error):
                continue  # told where the entry is checked
        return keys

    def check_handover(self, before, body):
        message = (b"stafett/log-key/v1\0" + sha256(self.vkey[0].encode()) + before +
                   body.bytes(0))
        need(signed_by(body.bytes(0), message, body.bytes(1)), "no proof of possession")
        need(signed_by(before, message, body.bytes(2)), "not handed over by the key before it")

    def choose_log_keys(self):
        """All of the log's when the one that is believed is among them; else that one alone."""
        told = self.guarded("shared.jsonl", self.read_log_keys) or []
        self.log_keys = told if self.vkey[2] in [key for _, key in told] else [(0, self.vkey[2])]

    def vkey_at(self, size):
        """Of what covers the entries [0, size): a key counts for all behind its own event."""
        public = [key for since, key in self.log_keys if since < size or since == 0][-1]
        key_id = sha256(self.vkey[0].encode() + b"\n\x01" + public)[:4].hex()
        return (self.vkey[0], key_id, public)

    def open_checkpoint(self, note):
        return open_checkpoint(note, self.vkey_at(int(note.split("\n")[1])))

    def check_manifest(self):
        note = self.read("manifest").decode()
        newest = self.vkey_at(NEVER)
        lines = open_note(note, newest).split("\n")[:-1]
        if self.guarded("log.vkey", self.read_key) != newest:
            self.blame("file log.vkey", "not the log's key")
        need(lines[:2] == ["Stafett audit bundle v1", self.vkey[0]], "no manifest of this log")
        self.size, self.heads_at = int(lines[2]), int(lines[3])
        need([line.split(" ", 2)[2] for line in lines[4:]] == FILES, "other files are listed")
        for line in lines[4:]:
            _, length, name = line.split(" ", 2)
            if self.guarded(name, self.digest, name, int(length)) not in (None, line):
                self.blame(f"file {name}", "not the bytes that the manifest lists")

    def check_names_of_files(self):
        for name in sorted(set(os.listdir(self.folder)) - set(FILES) - {"manifest"}):
            if not DOCUMENT.fullmatch(name):
                self.blame(f"file {name}", "no file of a bundle")

    # --- entries ---

    def check_key(self, entry, position):
        root = root_from_path(leaf_hash(entry.intent), entry.index, entry.count, entry.path)
        message = (b"stafett/intents/v1\0" + entry.origin_hash + struct.pack("<I", entry.count) +
                   root)
        need(entry.origin_hash == sha256(self.vkey[0].encode()), "signed for another log")
        if position == 0:
            first = self.log_keys[0][1]
            need(entry.key == sha256(first), "a genesis that the log did not sign")
            key = Key(entry.actor, first, entry.custody, 0)
        else:
            need(entry.key in self.keys, "a key that was not enrolled before")
            key = self.keys[entry.key]
            need(key.enrolled_at < position <= key.revoked_at, "a key that was revoked before")
            need((key.actor, key.custody, key.enrolled_at) ==
                 (entry.actor, entry.custody, entry.enrolled_at), "a key of somebody else")
        need(signed_by(key.public, message, entry.signature), "not signed by its key")
        self.signatures[entry.custody] += 1

    def check_stream(self, entry):
        version, head, kind = self.ends.get(entry.stream, (0, bytes(32), entry.kind))
        need((entry.version, entry.previous, entry.kind) == (version, head, kind),
             "not the next of its stream")
        need(entry.expects != 1 or version == 0, "its actor expected a new stream")
        need(entry.expects != 2 or entry.expected == head, "its actor expected another entry")
        self.ends[entry.stream] = (version + 1, entry.leaf, kind)

    def enrol(self, actor, public, custody, position, possession):
        message = b"stafett/enrol/v1\0" + sha256(self.vkey[0].encode()) + actor + public
        need(possession is None or signed_by(public, message, possession), "no proof of possession")
        need(sha256(public) not in self.keys, "a key that is enrolled already")
        self.keys[sha256(public)] = Key(actor, public, custody, position)

    def fold_engine(self, entry, position):
        event = Struct(entry.public)
        need(commitment(bytes(32), entry.id, 5, entry.public) == entry.parts[5][1],
             "a public part that its actor did not commit to")
        tag, body = event.number("<H", 0), event.struct(0)
        self.check_engine_actor(tag, body, entry)
        need((tag == 1) == (position == 0), "a log begins with its genesis, and has one")
        if tag == 1:
            need((body.text(0), body.bytes(1)) == (self.vkey[0], self.log_keys[0][1]),
                 "a genesis of another log")
            self.genesis, self.engine = body, entry.stream
            for one in body.structs(3):
                self.enrol(one.bytes(0), one.bytes(1), CUSTODIES[one.number("<H", 0)], 0, None)
        elif tag == 2:
            self.enrol(body.bytes(0), body.bytes(1), CUSTODIES[body.number("<H", 0)], position,
                       body.bytes(2))
        elif tag == 3:
            old = self.keys[body.bytes(0)]
            need(body.bytes(0) == entry.key, "a key that another rotates")
            old.revoked_at = position
            self.enrol(old.actor, body.bytes(1), old.custody, position, body.bytes(2))
        elif tag == 4:
            key = self.keys[body.bytes(0)]
            key.revoked_at = min(key.revoked_at, position)  # told again: since when it was stolen
        elif tag == 5:
            need((position, body.bytes(0)) in self.log_keys, "a key that the log was not given")
            need(entry.custody == "system", "a key that the log did not give itself")
        elif tag == 8:
            order = self.orders.setdefault(body.bytes(0), Order(entry.actor))
            if order.actor == entry.actor and not order.approved:  # nobody else adds, nor after it
                order.ranges += [(one.number("<Q", 0), min(one.number("<Q", 8), position),
                                  one.number("<I", 16)) for one in body.structs(1)]
        elif tag == 9:
            order = self.orders.get(body.bytes(0))
            if order and order.actor != entry.actor and not order.approved:
                order.approved = True
                self.erased_by += order.ranges
        elif tag == 15 and position == self.heads_at:
            self.heads = (body.number("<Q", 0), body.number("<Q", 8), body.bytes(0))

    def check_engine_actor(self, tag, body, entry):
        """Most of the engine's events are the system's; docs/formats/bundle.md."""
        system = entry.custody == "system"
        administrator = self.genesis and any(
            one.bytes(0) == entry.actor for one in self.genesis.structs(3))
        if tag == 2:
            need(system or administrator, "a key enrolled by somebody")
        elif tag == 4:
            key = self.keys.get(body.bytes(0))
            need(system or administrator or (key and key.actor == entry.actor),
                 "a key revoked by somebody")
        elif tag in (8, 9):
            need(not system, "an erasure that no person ordered or approved")
        elif tag not in (1, 3, 7):
            need(system, "an event of the engine's that is not the system's")

    def check_parts(self, line, entry, position):
        opened = {}
        classes = [part["class"] for part in line["parts"]] + line["erased"] + line["withheld"]
        shared = entry.kind in ("directory", "audit")
        if 4 in entry.parts and not shared and "attachment" not in line["erased"]:
            need(len(self.promised) < DOCUMENTS_MAX, "more documents than a bundle has")
            self.promised[position] = (entry.parts[4][0], None)
            classes.append("attachment")  # a file of its own
        need(sorted(classes) == sorted(CLASSES[c] for c in entry.parts if c != 5),
             "not exactly the parts that the entry promises")
        for part in line["parts"]:
            number, text = CLASSES.index(part["class"]), b64(part["plaintext"])
            length, promised = entry.parts[number]
            need(length == padded(len(text)) and
                 commitment(b64(part["salt"]), entry.id, number, text) == promised,
                 f"{part['class']}: not what its actor committed to")
            opened[number] = text
            self.counts["parts"] += 1
        for name in line["withheld"]:
            need(shared and name != "fact", f"{name}: not in the bundle")
        for name in line["erased"]:
            self.counts["erased"] += 1
            self.erased.append((position, CLASSES.index(name)))
        if 1 in opened and not shared:
            case_id = Struct(opened[1]).bytes(0)
            need(case_id == self.streams[entry.stream]["case_id"], "of another case than said")
        if position in self.promised and 1 in opened and 2 in opened and \
                Struct(opened[1]).number("<H", 0) == ATTACHMENT_ADDED:
            digest = Struct(opened[2]).struct(1).bytes(2)
            self.promised[position] = (entry.parts[4][0], digest)

    def check_documents(self):
        """Each that an entry promises, of its length, and the one that its event names."""
        told, last = set(), -1
        for line in self.lines("documents.jsonl"):
            position, length, digest = line["position"], line["bytes"], b64(line["sha256"])
            name = f"document-{position}"
            need(position > last, "documents that are not in order")
            need(position in self.promised, f"{name} is of no entry here")
            last = position
            promised, named = self.promised.pop(position)
            told.add(name)
            if length != promised or named not in (None, digest):
                self.blame("part", "attachment: not the document of its event", position)
            elif self.guarded(name, self.digest, name, length) not in (
                    None, f"{digest.hex()} {length} {name}"):
                self.blame(f"file {name}", "not the document that documents.jsonl lists")
        for position in sorted(self.promised):
            self.blame("part", "attachment: not in the bundle", position)
        for name in sorted(filter(DOCUMENT.fullmatch, set(os.listdir(self.folder)) - told)):
            self.blame(f"file {name}", "no document that is told of")

    def check_entries(self, name):
        last = -1
        case = None
        ids = set()
        for line in self.lines(name):
            self.counts["entries"] += 1
            position = line.get("position") if isinstance(line, dict) else None
            try:
                data = b64(line["entry"])
                entry = Entry(data)
                if name == "cases.jsonl" and self.streams[entry.stream]["case_id"] != case:
                    case, last = self.streams[entry.stream]["case_id"], -1
                    self.cases.append(case)
                    self.begun[case] = position
                    ids.clear()
                need(entry.id not in ids, "another entry has its id")
                ids.add(entry.id)
                need(position > last, "not in order")
                last = position
                need(name == "shared.jsonl" or position < self.size, "behind the streams' ends")
                if position >= self.size and self.shared_ends is None:
                    self.shared_ends = dict(self.ends)
                self.check_inclusion(entry, position, line["path"])
                self.check_stream(entry)
                self.check_key(entry, position)
                self.check_observed(entry, position)
                if entry.kind == "engine":
                    need(not line["parts"] and not line["erased"] and not line["withheld"],
                         "an engine event has no sealed part")
                    need(self.engine in (None, entry.stream), "a second engine stream")
                    self.fold_engine(entry, position)
                else:
                    self.check_parts(line, entry, position)
            except (Wrong, ValueError, KeyError, IndexError, TypeError, AttributeError,
                    struct.error) as why:
                self.blame("entry", why, position)

    def check_inclusion(self, entry, position, path):
        if path is None:  # a range proves it, with its neighbours
            need(position not in self.ranged, "another entry is at its position")
            need(len(self.ranged) < RANGED_MAX, "one more than ranges may prove")
            self.ranged[position] = entry.leaf
            return
        root = root_from_path(entry.leaf, position, self.tree[0], [b64(hash_) for hash_ in path])
        need(root == self.tree[1], "not in the log of the checkpoint")

    def check_ranges(self):
        last = 0
        for line in self.lines("ranges.jsonl"):
            first, count = line["first"], line["count"]
            need(last <= first and 0 < count <= len(self.ranged), "ranges that are not in order")
            last = first + count
            try:
                leaves = [self.ranged.pop(position) for position in range(first, last)]
            except KeyError as position:
                raise Wrong(f"a range with entry {position}, which is not in the bundle") from None
            left, right = ([b64(hash_) for hash_ in line[side]] for side in ("left", "right"))
            need(root_with_range(leaves, first, self.tree[0], left, right) == self.tree[1],
                 f"{count} entries from {first} are not in the log of the checkpoint")
        for position in sorted(self.ranged):
            self.blame("entry", "neither a path nor a range proves it to be in the log", position)

    def check_observed(self, entry, position):
        """The checkpoint that its actor says to have verified."""
        if entry.verified:
            size, root = entry.verified
            need(size <= position, "its actor had verified a longer log than there was")
            need(self.consistent.get(size, root) == root,
                 "its actor had verified a checkpoint of another log")

    # --- what is whole ---

    def read_streams(self):
        lanes = set()
        for line in self.lines("streams.jsonl"):
            stream = uuid.UUID(line["stream"]).bytes
            line["case_id"] = uuid.UUID(line["case"]).bytes if line["case"] else b""
            kind, lane = line["kind"], line["lane"]
            need((kind in ("case", "access")) == bool(line["case"]), "a stream of the wrong case")
            need(lane in {"case": range(ACCESS_LANE), "access": [ACCESS_LANE]}.get(kind, [0]),
                 "a lane that no stream of its kind has")
            need(not line["case"] or (line["case_id"], lane) not in lanes,
                 "two streams of a case in one lane")
            lanes.add((line["case_id"], lane))
            need(stream not in self.streams, "a stream twice")
            self.streams[stream] = line

    def check_ends(self):
        need(self.heads, "nothing says where the streams end")
        size, count, root = self.heads
        need(size == self.size, "the streams' ends are of another size")
        for stream, line in self.streams.items():
            head = b64(line["head"])
            leaf = leaf_hash(sha256(stream) + struct.pack("<Q", line["nextVersion"]) + head)
            path = [b64(hash_) for hash_ in line["path"]]
            need(root_from_path(leaf, line["index"], count, path) == root,
                 f"stream {line['stream']} is not proven to end there")
            ends = self.ends if line["case"] else self.shared_ends or self.ends
            need(ends.get(stream) == (line["nextVersion"], head, line["kind"]),
                 f"stream {line['stream']} does not end where the log says")
        need(set(self.ends) == set(self.streams), "other streams than are listed")

    def check_scope(self):
        scope = json.loads(self.read("scope.json"))
        need(scope["origin"] == self.vkey[0], "of another log")
        cases = [uuid.UUID(one).bytes for one in scope["cases"]]
        need(cases == self.cases, "other cases than are in it")
        need(len(cases) <= CASES_MAX, "more cases than a bundle has")
        lines = list(self.bounded(self.lines("population.jsonl"), POPULATION_MAX))
        if scope["sample"]:
            self.check_sample(scope, cases, lines)
        else:
            need(not lines, "a population without a sample")

    @staticmethod
    def bounded(lines, most):
        for number, line in enumerate(lines):
            need(number < most, "a larger population than a bundle has")
            yield line

    def check_sample(self, scope, cases, lines):
        sample, told, erased = scope["sample"], {}, {}
        for line in lines:
            if line["case"]:
                need(not erased, "a population that is not sorted")
                told[uuid.UUID(line["case"]).bytes] = line
            else:
                stream, = line["streams"]
                erased[b64(stream["stream"])] = line
        need(list(told) == sorted(told) and list(erased) == sorted(erased) and
             len(told) + len(erased) == len(lines), "a population that is not sorted")
        seed, size = sample["seed"], sample["size"]
        ranked = sorted((sha256(b"stafett/sample/v1\0", seed.encode(), one), one)
                        for one, line in told.items() if line["among"])
        need([one for _, one in ranked[:size]] == cases, "not the cases that the seed draws")
        for line in told.values():
            need(line["among"] or scope["period"] or self.is_shown_why(scope, line),
                 "a case is left out of the draw, and nothing shows why")
        for line in erased.values():
            self.need_erased(line)
        if sample["drawnFrom"] is not None:
            need(sample["drawnFrom"] in self.consistent and
                 sample["drawnFrom"] <= scope["chosenAt"], "no checkpoint is the one drawn from")
        if sample["of"] == "log":
            need(self.is_whole({**told, **erased}),
                 "not all streams of the log are a case's in the population")
            need(sample["drawnFrom"] is None or
                 all(self.begun[one] < sample["drawnFrom"] for one in cases),
                 "a case that was begun after the checkpoint that it was drawn from")
        else:
            need(not any(line["streams"] for line in told.values()), "with streams")

    def shown_entry(self, shown, stream):
        entry = Entry(b64(shown["entry"]))
        root = root_from_path(entry.leaf, shown["position"], self.tree[0],
                              [b64(hash_) for hash_ in shown["path"]])
        need(root == self.tree[1] and shown["position"] < self.size,
             "shows what is not in the log of the checkpoint")
        need(sha256(entry.stream) == b64(stream["stream"]), "shows an entry of another stream")
        return entry

    def is_shown_why(self, scope, line):
        """Each of its streams was begun later; or its accesses are all that is left of it."""
        if scope["sample"]["of"] != "log" or not line["streams"]:
            return False
        need(len(line["shown"]) == len(line["streams"]), "nothing shows why it is left out")
        entries = [self.shown_entry(*both) for both in zip(line["shown"], line["streams"])]
        need(all(entry.version == 0 for entry in entries), "not the first entry")
        drawn_from = scope["sample"]["drawnFrom"]
        if drawn_from is not None and all(one["position"] >= drawn_from for one in line["shown"]):
            return True
        return [entry.kind for entry in entries] == ["access"]

    def need_erased(self, line):
        (stream,), (shown,) = line["streams"], line["shown"]
        entry = self.shown_entry(shown, stream)
        need(not line["among"] and entry.kind in ("case", "access"), "not an erased stream's")
        need((entry.leaf, entry.version + 1) == (b64(stream["head"]), stream["nextVersion"]),
             "not the last entry of its stream")
        need(all(self.is_erased(shown["position"], part_class) for part_class in entry.parts),
             "a stream that no approved order has erased")

    def is_whole(self, population):
        """Every stream of the log is one that all cases share, or one of those told of here."""
        need(self.heads, "nothing says where the streams end")
        ends, ours = [], {}
        for stream, line in self.streams.items():
            hidden = sha256(stream)
            ours.setdefault(line["case_id"], set()).add(hidden)
            if not line["case"]:
                ends.append(hidden + struct.pack("<Q", line["nextVersion"]) + b64(line["head"]))
        for case_id, line in population.items():
            need(len(line["streams"]) <= LANES_MAX, "more streams than a case has")
            theirs = {b64(one["stream"]) for one in line["streams"]}
            need(ours.get(case_id, theirs) == theirs, "other streams of a case than are in it")
            ends += [b64(one["stream"]) + struct.pack("<Q", one["nextVersion"]) + b64(one["head"])
                     for one in line["streams"]]
        return (len(ends), tree_root([leaf_hash(end) for end in sorted(ends)])) == self.heads[1:]

    def check_consistency(self):
        self.consistent[self.tree[0]] = self.tree[1]
        for line in self.lines("consistency.jsonl"):
            older = self.open_checkpoint(line["checkpoint"])
            need_consistent(older, self.tree, [b64(hash_) for hash_ in line["path"]])
            self.consistent[older[0]] = older[1]

    def check_profile(self):
        need(self.genesis, "there is no genesis to name it")
        need(sha256(self.read("profile.json")) == self.genesis.bytes(2), "not the genesis's")

    def is_erased(self, position, part_class):
        return any(first <= position < end and bits >> part_class & 1
                   for first, end, bits in self.erased_by)

    def check_erased(self):
        for position, part_class in self.erased:
            if not self.is_erased(position, part_class):
                self.blame("part", "gone, and no approved order covers it", position)

    def check(self):
        self.erased, self.cases, self.shared_ends = [], [], None
        self.begun, self.consistent, self.ranged, self.promised = {}, {}, {}, {}
        self.check_names_of_files()
        self.vkey = self.vkey or self.guarded("log.vkey", self.read_key)
        if self.vkey is None:
            return
        self.choose_log_keys()
        self.guarded("manifest", self.check_manifest)
        if self.size is None:
            return
        self.tree = self.guarded("checkpoint", lambda: self.open_checkpoint(
            self.read("checkpoint").decode()))
        if self.tree is None:
            return
        self.guarded("consistency.jsonl", self.check_consistency)
        self.guarded("streams.jsonl", self.read_streams)
        self.guarded("shared.jsonl", self.check_entries, "shared.jsonl")
        self.guarded("cases.jsonl", self.check_entries, "cases.jsonl")
        self.guarded("ranges.jsonl", self.check_ranges)
        self.guarded("documents.jsonl", self.check_documents)
        self.guarded("streams.jsonl", self.check_ends)
        self.guarded("scope.json", self.check_scope)
        self.guarded("profile.json", self.check_profile)
        self.check_erased()

    def report(self):
        newest = self.vkey and self.vkey_at(NEVER)
        vkey = newest and "{}+{}+{}".format(
            newest[0], newest[1], base64.b64encode(b"\x01" + newest[2]).decode())
        return {"ok": not self.errors, "logKey": vkey, **self.counts,
                "signatures": self.signatures, "errors": self.errors}


def main():
    if len(sys.argv) not in (2, 3) or re.match(r"-", sys.argv[1]):
        sys.exit(__doc__)
    bundle = Bundle(sys.argv[1], parse_vkey(sys.argv[2]) if len(sys.argv) == 3 else None)
    bundle.check()
    print(json.dumps(bundle.report()))
    sys.exit(0 if not bundle.errors else 3)


if __name__ == "__main__":
    main()
