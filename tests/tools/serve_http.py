"""Requests as curl makes them; every answer is held to the server's description of itself."""

import subprocess

import traffic


def curl(*words):
    """(status, headers, body) of the last response; the body as bytes."""
    done = subprocess.run(["curl", "-sS", "-i", "--max-time", "60", *words], capture_output=True,
                          check=True)
    head, body = done.stdout.split(b"\r\n\r\n", 1)
    while head.startswith(b"HTTP/1.1 100 "):  # the leave to send comes before the answer
        head, body = body.split(b"\r\n\r\n", 1)
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    status = int(first.split()[1])
    traffic.check_words(words, status, headers, body)
    return status, headers, body
