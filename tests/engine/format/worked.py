"""The worked bytes of a page in docs/formats/, by name."""

import os
import re


def blocks(folder, page):
    with open(os.path.join(folder, page), encoding="utf-8") as file:
        text = file.read()
    found = re.findall(r"^<!-- worked: (\S+) -->\n```text\n(.*?)^```$", text, re.M | re.S)
    return {name: bytes.fromhex("".join(line.split("#")[0] for line in body.split("\n")))
            for name, body in found if name != "padding"}
