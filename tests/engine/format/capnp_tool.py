#!/usr/bin/env python3
"""The `capnp` tool reads the worked bytes with our schemas. Usage: capnp_tool.py CAPNP SOURCE"""

import os
import re
import subprocess
import sys

import worked


def decode(tool, source, schema, struct, message):
    run = subprocess.run(
        [tool, "decode", "--flat", "-I" + source, os.path.join(source, "engine/format", schema),
         struct], input=message, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    assert run.returncode == 0 and not run.stderr, run.stderr.decode()
    return run.stdout.decode()


def encode(tool, source, schema, struct, text):
    """Back from the text: the tool's own canonical bytes."""
    return subprocess.run(
        [tool, "convert", "text:canonical", "-I" + source,
         os.path.join(source, "engine/format", schema), struct],
        input=text.encode(), stdout=subprocess.PIPE, check=True).stdout


def main():
    tool, source = sys.argv[1:]
    folder = os.path.join(source, "docs/formats")
    entries = worked.blocks(folder, "entry.md")
    intents = worked.blocks(folder, "intent.md")
    events = worked.blocks(folder, "engine-events.md")
    del events["possession-message"], events["log-key-message"]
    messages = [("entry.capnp", "Entry", entries[name])
                for name in ("entry", "group-entry", "engine-entry")]
    messages += [("intent.capnp", "Intent", intents[name]) for name in ("intent", "full-intent")]
    messages += [("engine_events.capnp", "EngineEvent", message) for message in events.values()]
    for schema, struct, message in messages:
        text = decode(tool, source, schema, struct, message)
        assert encode(tool, source, schema, struct, text) == message, text
    entry = decode(tool, source, "entry.capnp", "Entry", entries["group-entry"])
    for field in ("mode = imported", "version = 1", "index = 1", "count = 3"):
        assert re.search(r"\b" + field + r"\b", entry), entry
    intent = decode(tool, source, "intent.capnp", "Intent", intents["full-intent"])
    for field in ("streamKind = case", "custody = custodial", "expects = head",
                  "verifiedSize = 41", "atomic = true", "length = 52428800"):
        assert field in intent, intent
    for name, message in events.items():
        text = decode(tool, source, "engine_events.capnp", "EngineEvent", message)
        assert text.startswith("( " + name[0].lower() + name[1:] + " ="), text


if __name__ == "__main__":
    main()
