"""People who keep their own key, as the tests have them."""

import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (Encoding, NoEncryption, PrivateFormat,
                                                          PublicFormat)


def enrol(program, person):
    """A new key of the person's own, enrolled while no server has the log."""
    key = Ed25519PrivateKey.generate()
    public = b"\x01" + key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    number = hashlib.sha256(person.encode() + b"\n" + public).digest()[:4].hex()
    vkey = f"{person}+{number}+{base64.b64encode(public).decode()}"
    words = ("keys", "enrol", program.log, person, "--vkey", vkey)
    code, out, _ = program.run(*words)
    assert code == 5, out
    program.ok(*words, "--possession",
               base64.b64encode(key.sign(base64.b64decode(out))).decode())
    return key


def as_pem(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
