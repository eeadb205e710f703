"""Logs, requests to witnesses and cosignatures by nothing but their specifications."""

import base64
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

LOG, WITNESS = 1, 4  # signature types


def sha256(data):
    return hashlib.sha256(data).digest()


def b64(data):
    return base64.b64encode(data).decode()


def key_id(name, kind, key):
    return sha256(name.encode() + b"\n" + bytes([kind]) + key)[:4]


def vkey(name, kind, key):
    return f"{name}+{key_id(name, kind, key).hex()}+{b64(bytes([kind]) + key)}"


def parse_vkey(text):
    """(name, type, key)"""
    name, number, typed = text.split("+", 2)
    typed = base64.b64decode(typed)
    assert key_id(name, typed[0], typed[1:]).hex() == number
    return name, typed[0], typed[1:]


def root(leaves):
    """RFC 6962 section 2.1."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"")
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + root(leaves[:split]) + root(leaves[split:]))


def consistency(leaves, older, is_known=True):
    """RFC 6962 section 2.1.2: the proof from the first `older` leaves to all of them."""
    if older == len(leaves):
        return [] if is_known else [root(leaves)]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if older <= split:
        return consistency(leaves[:split], older, is_known) + [root(leaves[split:])]
    return consistency(leaves[split:], older - split, False) + [root(leaves[:split])]


class GrownLog:
    """A log of any length whose leaves, but for the first, follow from `branch`."""

    def __init__(self, origin, size, branch=0, seed=b"\2" * 32):
        self.origin = origin
        self.key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.vkey = vkey(origin, LOG, self.public)
        self.leaves = [sha256(b"\0%d of %d" % (i, branch if i else 0)) for i in range(size)]

    def text(self, size):
        return f"{self.origin}\n{size}\n{b64(root(self.leaves[:size]))}\n"

    def note(self, size):
        text = self.text(size)
        line = key_id(self.origin, LOG, self.public) + self.key.sign(text.encode())
        return f"{text}\n\u2014 {self.origin} {b64(line)}\n"

    def request(self, older, newer):
        proof = consistency(self.leaves[:newer], older) if older else []
        return f"old {older}\n" + "".join(b64(h) + "\n" for h in proof) + "\n" + self.note(newer)


class CosigningKey:
    def __init__(self, name, seed):
        self.name = name
        self.key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.vkey = vkey(name, WITNESS, self.public)

    def line(self, text, time):
        signature = self.key.sign(f"cosignature/v1\ntime {time}\n{text}".encode())
        number = key_id(self.name, WITNESS, self.public)
        return f"\u2014 {self.name} {b64(number + time.to_bytes(8, 'big') + signature)}\n"


def cosigned_at(note, witness):
    """When the witness of this vkey has cosigned the note; None: it has not."""
    name, kind, key = parse_vkey(witness)
    assert kind == WITNESS
    text, lines = note.rsplit("\n\n", 1)
    for line in lines.splitlines():
        _, signer, signature = line.split(" ")
        signature = base64.b64decode(signature)
        if signer != name or signature[:4] != key_id(name, kind, key):
            continue
        time = int.from_bytes(signature[4:12], "big")
        message = f"cosignature/v1\ntime {time}\n{text}\n".encode()
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(signature[12:], message)
        except InvalidSignature:
            return None
        return time
    return None
