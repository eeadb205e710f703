"""Requests and answers held against the description of the API, as they are seen by the tests."""

import gzip
import json
import pathlib
import re
import sys
import urllib.parse

import jsonschema

SOURCE = pathlib.Path(sys.argv[2])
DOCUMENT = json.loads((SOURCE / "server/routes/openapi.json").read_text())
RESOLVER = jsonschema.RefResolver("", DOCUMENT)


def resolved(node):
    while "$ref" in node and not node.keys() - {"$ref"}:
        node = RESOLVER.resolve(node["$ref"])[1]
    return node


def faults(value, schema):
    """What is wrong with a value, by the schema."""
    found = jsonschema.Draft202012Validator(schema, resolver=RESOLVER).iter_errors(value)
    return [f"{'/'.join(map(str, one.absolute_path))}: {one.message}"[:300] for one in found]


def operation_of(method, path):
    """The operation that a path belongs to, or None."""
    for template, item in DOCUMENT["paths"].items():
        # A tile's path is several segments, which a template cannot say.
        wanted = "".join("[^/]+" if part.startswith("{") else re.escape(part)
                         for part in re.split(r"(\{\w+\})", template))
        if template == "/{log}/tile/{path}":
            wanted = wanted.removesuffix("[^/]+") + ".+"
        if re.fullmatch(wanted, path):
            return item.get("get" if method == "HEAD" else method.lower())
    return None


def body_faults(media, kind, body):
    if "itemSchema" in media and kind == "application/jsonl":
        return [fault for line in body.decode().splitlines() if line
                for fault in faults(json.loads(line), media["itemSchema"])]
    if kind.endswith("json"):
        return faults(json.loads(body), media["schema"])
    return []


def parameter_faults(operation, query, headers):
    known = [resolved(one) for one in operation.get("parameters", [])]
    given = dict(urllib.parse.parse_qsl(query))
    names = {one["name"] for one in known if one["in"] == "query"}
    yield from (f"?{name}= is not described" for name in given.keys() - names)
    for one in known:
        where = {"query": given, "header": headers}.get(one["in"])
        if where is None:
            continue
        name = one["name"] if one["in"] == "query" else one["name"].lower()
        if one.get("required") and name not in where:
            yield f"{one['name']} is required, and it was answered without"


def answer_faults(operation, method, status, headers, body):
    answers = operation["responses"] if operation else {}
    answer = resolved(answers.get(str(status), DOCUMENT["components"]["responses"]["Anywhere"]))
    if str(status) not in answers and status < 400:
        yield f"{status} is not described"
        return
    for name, header in answer.get("headers", {}).items():
        header = resolved(header)
        if header.get("required") and name.lower() not in headers:
            yield f"no header {name}"
        elif name.lower() in headers:
            value = headers[name.lower()]
            value = int(value) if header["schema"].get("type") == "integer" else value
            yield from faults(value, header["schema"])
    if method == "HEAD" or status in (304, 405) and not body:
        return
    if headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    kind = headers["content-type"].partition(";")[0]
    if kind not in answer.get("content", {}):
        yield f"{status} as {kind} is not described"
        return
    yield from body_faults(answer["content"][kind], kind, body)


def check(method, url, asked, status, headers, body):
    """Raises when the description says otherwise."""
    target = urllib.parse.urlsplit(url)
    operation = operation_of(method, target.path)
    found = list(answer_faults(operation, method, status, headers, body))
    if operation and status < 300:
        found += parameter_faults(operation, target.query, asked)
    if found:
        raise AssertionError(f"{method} {target.path} {status}: not as openapi.json says: {found}")


def check_event(fields):
    """The same of a server-sent event."""
    schemas = DOCUMENT["components"]["schemas"]
    numbers = {name: int(value) for name, value in fields.items() if name == "retry"}
    found = faults({**fields, **numbers}, schemas["ServerSentEvent"])
    data = json.loads(fields["data"])
    if "event" not in fields:
        found += faults(data, schemas["CloudEvent"])
    if found:
        raise AssertionError(f"an event is not as openapi.json says: {found}")


def check_words(words, status, headers, body):
    """The same of a call of curl."""
    method, asked = "GET", {}
    for word, value in zip(words, [*words[1:], ""]):
        if word == "-H":
            name, _, text = value.partition(":")
            asked[name.lower()] = text.strip()
        elif word == "-X":
            method = value
        elif word in ("-I", "-T"):
            method = {"-I": "HEAD", "-T": "PUT"}[word]
        elif word in ("-d", "--data-binary"):
            method = "POST"
    url = next(word for word in words if word.startswith("http://"))
    check(method, url, asked, status, headers, body)
