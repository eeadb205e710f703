#!/usr/bin/env python3
"""The documentation says what is: docs_test.py RULE [BINARY].

links, tables and bytes read the sources only. commands runs the shell blocks marked `sh test` of
the README and the tutorial with the built program first in PATH; without a program it is skipped.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import subprocess
import sys
import tempfile

import repository

SKIPPED = 77
SECONDS_MAX = 300


def pages():
    return [name for name in repository.files()
            if name.endswith(".md") and (name.startswith("docs/") or "/" not in name)]


def without_blocks(text):
    return re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)


def anchors(text):
    """As GitHub makes them of headings."""
    found = set()
    for heading in re.findall(r"^#+ +(.*)$", without_blocks(text), re.M):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        found.add(re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-"))
    return found


def links():
    """Every link between pages leads to a file, and to a heading where it names one."""
    names = set(repository.files())
    folders = {os.path.dirname(name) for name in names}
    for page in pages():
        text = without_blocks(repository.read(page))
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            file = os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page
            if file not in names and file not in folders:
                yield f"{page}: {target}: no such file"
            elif anchor and anchor not in anchors(repository.read(file)):
                yield f"{page}: {target}: no such heading"
    linked = " ".join(repository.read(page) for page in pages())
    for page in pages():
        if "/" in page and os.path.basename(page) not in linked:
            yield f"{page}: no page leads to it"


def rows(page, columns_min=2):
    """The cells of every table row of a page, without backticks."""
    for line in without_blocks(repository.read(page)).split("\n"):
        if line.startswith("|") and not re.match(r"\|[-| ]+\|$", line):
            cells = [c.strip().replace("`", "").replace("\\|", "|")
                     for c in re.split(r"(?<!\\)\|", line)[1:-1]]
            if len(cells) >= columns_min:
                yield cells


def differences(what, want, got):
    for one in sorted(want - got):
        yield f"{what}: missing: {' | '.join(one) if isinstance(one, tuple) else one}"
    for one in sorted(got - want):
        yield f"{what}: not so in the sources: {' | '.join(one) if isinstance(one, tuple) else one}"


def errors_page():
    page = "docs/reference/errors.md"
    rules = set(re.findall(r'"(H\d\d)", "([a-z-]+)"',
                           repository.read("projections/rules/hard_rules.cc")))
    got = {(row[0], row[1]) for row in rows(page) if re.fullmatch(r"H\d\d", row[0])}
    yield from differences(page, rules, got)
    described = {code for row in rows(page) for code in row[0].split(", ")}
    engine = set()
    for name in repository.sources():
        if name.startswith(("engine/log/", "projections/gate/")) and name.endswith(".cc"):
            text = repository.read(name)
            engine |= set(re.findall(
                r'(?:engine_refusal\(|refuse_all\(|Refusal\{\s*)"([a-z]+(?:-[a-z]+)*)"', text))
    errc = set(re.findall(r'return "([a-z-]+)";', repository.read("engine/base/result.cc")))
    yield from differences(page, (engine | errc) - {"unset"} - described, set())


def verify_page():
    page = "docs/reference/verify.md"
    codes = set(re.findall(r'inline constexpr char k\w+\[\] = "([a-z-]+)"',
                           repository.read("engine/log/verify/findings.h")))
    got = {row[0] for row in rows(page) if re.fullmatch(r"[a-z]+(-[a-z]+)*", row[0])
           and len(row) == 3 and row[0] != "code"}
    yield from differences(page, codes, got)


def snake(camel):
    return re.sub(r"([A-Z])", lambda m: "_" + m.group().lower(), camel)


def profile_page():
    """Name, values and default of every key, and whether anything reads it."""
    page = "docs/reference/profile.md"
    readers = "".join(repository.read(name) for name in repository.sources()
                      if name.startswith(("projections/", "server/", "tools/"))
                      and not name.startswith("projections/profile/"))
    keys = repository.read("projections/profile/profile_keys.cc")
    header = repository.read("projections/profile/profile.h")
    words = {name: [w.strip(' "') for w in body.split(",")] for name, body in re.findall(
        r"constexpr std::string_view (k\w+)\[\] = \{(.*?)\};", keys, re.S)}
    want = set()
    for name, value in re.findall(r'\{"(\w+)", (.*?)\},\n', keys):
        owner = "profile" if name == "languages" else ""  # people have languages too
        read = re.search(owner + r"(?:\.|->)" + snake(name) + r"\b", readers)
        # Closed days are read by the profile itself, which counts working days.
        read = "yes" if read or name == "extraClosedDays" else "no"
        default = re.search(r"\b" + snake(name) + r"(?:\{(\w+)\}| = ([\w:]+));", header)
        default = (default.group(1) or default.group(2)) if default else ""
        if value.startswith("IntKey"):
            low, high = re.findall(r"(\d+)", value)[-2:]
            want.add((name, f"{low}–{high}", default, read))
        elif value.startswith("choice"):
            choices = words[re.search(r"\((k\w+)\)", value).group(1)]
            camel = re.sub(r"_(\w)", lambda m: m.group(1).upper(), default.split("::")[-1])
            want.add((name, ", ".join(choices), camel, read))
        elif value.startswith("&"):
            kind = "bool" if default in ("true", "false") else "period"
            want.add((name, kind, default, read))
        else:
            want.add((name, "", "", read))
    special = {"levelNames", "languages", "extraClosedDays"}
    got = {(row[0], "", "", row[3]) if row[0] in special else tuple(row[:4])
           for row in rows(page, 5) if row[0] != "key"}
    yield from differences(page, want, got)


def glossary_page():
    page = "docs/reference/glossary.md"
    want = {tuple(line.split("|")[1:]) for line in
            repository.read("projections/labels/labels.txt").split("\n")
            if line and not line.startswith("#")}
    got = {tuple(row) for row in rows(page, 4) if row[0] not in ("key", "nb")}
    yield from differences(page, want, got)


def tables():
    """Tables of the reference are those of the sources."""
    for check in (errors_page, verify_page, profile_page, glossary_page):
        yield from check()


def worked(page):
    found = re.findall(r"^<!-- worked: (\S+) -->\n```text\n(.*?)^```$", repository.read(page),
                       re.M | re.S)
    return {name: bytes.fromhex("".join(line.split("#")[0] for line in body.split("\n")))
            for name, body in found}


def worked_text(page):
    return dict(re.findall(r"^<!-- worked-text: (\S+) -->\n```text\n(.*?)^```$",
                           repository.read(page), re.M | re.S))


P = 2 ** 255 - 19
D = -121665 * pow(121666, P - 2, P) % P


def point_add(a, b):
    x1, y1, x2, y2 = *a, *b
    product = D * x1 * x2 * y1 * y2
    return ((x1 * y2 + x2 * y1) * pow(1 + product, P - 2, P) % P,
            (y1 * y2 + x1 * x2) * pow(1 - product, P - 2, P) % P)


def point_times(scalar, point):
    result = (0, 1)
    for bit in bin(scalar)[2:]:
        result = point_add(result, result)
        if bit == "1":
            result = point_add(result, point)
    return result


def point_from(data):
    y = int.from_bytes(data, "little") & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    return (P - x if x % 2 != data[31] >> 7 else x), y


def ed25519_verifies(key, message, signature):
    """RFC 8032, for a handful of worked bytes: no code of ours, no library."""
    base = point_from((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little")
    left = point_times(int.from_bytes(signature[32:], "little"), base)
    return left == point_add(point_from(signature[:32]), point_times(k, point_from(key)))


def storage_bytes():
    """The page's keys are those that the test of the columns compares with the program."""
    page = "docs/formats/storage.md"
    golden = repository.read("tests/engine/storage/columns_test.cc")
    want = {(name.replace(" ", "-"), value)
            for name, value in re.findall(r'\{"([a-z ]+)", .*?, "([0-9a-f]+)"\}', golden)}
    row = re.search(r'Column::labels, Bytes\{0x0a, 0x0b\}.*?"([0-9a-f]+)"', golden, re.S)
    want.add(("checked-row", row.group(1)))
    yield from differences(page, want, {(n, b.hex()) for n, b in worked(page).items()})
    suffix = hashlib.sha256(b"labels\0" + bytes.fromhex("0a0b010203")).digest()[:8]
    if worked(page)["checked-row"] != bytes([1, 2, 3]) + suffix:
        yield f"{page}: checked-row: another suffix"


def transparency_bytes():
    page = "docs/formats/transparency.md"
    blocks, texts = worked(page), worked_text(page)

    def sha256(data):
        return hashlib.sha256(data).digest()
    leaves = [sha256(b"\0" + data) for data in (b"", b"\x00", b"\x10")]
    if blocks["leaf-hashes"] != b"".join(leaves):
        yield f"{page}: leaf-hashes"
    root = sha256(b"\1" + sha256(b"\1" + leaves[0] + leaves[1]) + leaves[2])
    if blocks["root"] != root:
        yield f"{page}: root"
    origin, key_id, key = texts["verifier-key"].strip().split("+", 2)
    key = base64.b64decode(key)
    if key[:1] != b"\1" or sha256(origin.encode() + b"\n" + key)[:4].hex() != key_id:
        yield f"{page}: verifier-key"
    text, _, line = texts["checkpoint"].partition("\n\n")
    text += "\n"
    if text.split("\n") != [origin, "3", base64.b64encode(root).decode(), ""]:
        yield f"{page}: checkpoint"
    signature = base64.b64decode(line.split(" ")[2])
    if signature[:4].hex() != key_id:
        yield f"{page}: checkpoint: key id"
    if not ed25519_verifies(key[1:], text.encode(), signature[4:]):
        yield f"{page}: checkpoint: signature"
    proof = texts["proof"].strip().split("\n")
    if [base64.b64decode(hash_) for hash_ in proof[2:]] != leaves[1:]:
        yield f"{page}: proof"


def range_root(line):
    """Of the page's eight leaves, those in the range from the page, all others from the line."""
    leaves = [hashlib.sha256(b"\0" + bytes.fromhex(text)).digest() for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f")]
    (left,), (fifth, right) = (list(map(base64.b64decode, line[side])) for side in ("left", "right"))
    if (line["first"], line["count"], fifth) != (2, 3, leaves[5]):
        return b""

    def node(one, other):
        return hashlib.sha256(b"\1" + one + other).digest()
    return node(node(left, node(*leaves[2:4])), node(node(leaves[4], fifth), right))


def bundle_bytes():
    """Computed again; the program's own are compared with the page in projections_bundle_test."""
    page = "docs/formats/bundle.md"
    blocks = worked(page)
    leaf = worked("docs/formats/entry.md")["leaf-hash"]
    end = hashlib.sha256(b"\xc1" * 16).digest() + (3).to_bytes(8, "little") + leaf
    rank = hashlib.sha256(b"stafett/sample/v1\0" + b"a word" + b"\xd1" * 16).digest()
    want = {"stream-end": end, "stream-end-leaf": hashlib.sha256(b"\0" + end).digest(),
            "sample-rank": rank, "range-root": range_root(json.loads(worked_text(page)["range-line"]))}
    yield from differences(page, {(name, data.hex()) for name, data in want.items()},
                           {(name, data.hex()) for name, data in blocks.items()})
    texts = worked_text(page)
    line = json.loads(texts["entry-line"])
    [part] = line["parts"]
    salt, plaintext = (base64.b64decode(part[key]) for key in ("salt", "plaintext"))
    event = bytes.fromhex("019c8ef6458070008000000000000001")  # of intent.md
    message = b"stafett/part/v1\0" + event + b"\1" + len(plaintext).to_bytes(4, "little") + plaintext
    entry = base64.b64decode(line["entry"])
    if entry != worked("docs/formats/entry.md")["entry"] or \
            hmac.digest(salt, message, "sha256") not in entry:
        yield f"{page}: entry-line"
    text, _, signature = texts["manifest"].partition("\n\n")
    key = base64.b64decode(worked_text("docs/formats/transparency.md")["verifier-key"].strip()
                           .split("+", 2)[2])[1:]
    signature = base64.b64decode(signature.split(" ")[2])
    if not ed25519_verifies(key, (text + "\n").encode(), signature[4:]):
        yield f"{page}: manifest"


def witness_bytes():
    page = "docs/formats/witness.md"
    texts, log = worked_text(page), worked_text("docs/formats/transparency.md")
    name, number, key = texts["witness-key"].strip().split("+", 2)
    key = base64.b64decode(key)
    if key[:1] != b"\4" or hashlib.sha256(name.encode() + b"\n" + key).digest()[:4].hex() != number:
        yield f"{page}: witness-key"
    old, third_leaf = "old 2", hashlib.sha256(b"\0\x10").digest()
    request = f"{old}\n{base64.b64encode(third_leaf).decode()}\n\n{log['checkpoint']}"
    if texts["witness-request"] != request:
        yield f"{page}: witness-request"
    note, line = texts["cosigned"][:len(log["checkpoint"])], texts["cosigned"].split("\n")[-2]
    signed = base64.b64decode(line.split(" ")[2])
    time = int.from_bytes(signed[4:12], "big")
    message = f"cosignature/v1\ntime {time}\n" + note.split("\n\n")[0] + "\n"
    if (note, signed[:4].hex(), time) != (log["checkpoint"], number, 1767139200):
        yield f"{page}: cosigned"
    if not ed25519_verifies(key[1:], message.encode(), signed[12:]):
        yield f"{page}: cosigned: signature"
    head = f"stafett/witness-log/v1\norigin stafett.example/9901\nkey {log['verifier-key']}\n"
    if texts["witness-file"] != head + texts["cosigned"]:
        yield f"{page}: witness-file"


def worked_bytes():
    """Worked bytes of pages that no other test reads are computed again here."""
    yield from storage_bytes()
    yield from bundle_bytes()
    yield from transparency_bytes()
    yield from witness_bytes()


TOLD = ("README.md", "docs/tutorial.md", "docs/how-to/client-guide.md")


def run_blocks(page, binary):
    """One shell for the whole page; a failing line ends it and is named."""
    blocks = re.findall(r"^```sh test\n(.*?)^```$", repository.read(page), re.M | re.S)
    if not blocks:
        return f"{page}: no `sh test` block"
    script = "set -euo pipefail\n" + "\n".join(blocks)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.dirname(os.path.abspath(binary)) + os.pathsep + os.environ["PATH"]
        done = subprocess.run(
            ["bash", "-x", "-c", script], cwd=folder, timeout=SECONDS_MAX, check=False,
            capture_output=True, text=True,
            env={"PATH": path, "HOME": folder, "LC_ALL": "C.UTF-8", "NO_COLOR": "1"})
    if done.returncode == 0:
        return None
    return f"{page}: ended with {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"


def verbs_of(binary):
    text = subprocess.run([binary, "--help"], check=True, capture_output=True, text=True).stdout
    return set(re.findall(r"^  ([a-z][a-z-]*)\b", text.partition("Subcommands:")[2], re.M))


def commands(binary):
    """What the pages tell people to type does what they say; every verb has its heading."""
    page = "docs/reference/command-line.md"
    headings = set(re.findall(r"^### `?stafett ([a-z-]+)", repository.read(page), re.M))
    yield from differences(page, verbs_of(binary), headings)
    for told in TOLD:
        fault = run_blocks(told, binary)
        if fault:
            yield fault


def main():
    rules = {"links": links, "tables": tables, "bytes": worked_bytes}
    if len(sys.argv) == 3 and sys.argv[1] == "commands":
        if not os.access(sys.argv[2], os.X_OK):
            print(f"skipped: {sys.argv[2]} is not built")
            sys.exit(SKIPPED)
        repository.finish(list(commands(sys.argv[2])))
    if len(sys.argv) != 2 or sys.argv[1] not in rules:
        sys.exit("usage: docs_test.py links|tables|bytes | commands BINARY")
    repository.finish(list(rules[sys.argv[1]]()))


if __name__ == "__main__":
    main()
