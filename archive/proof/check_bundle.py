"""Check a citation bundle of Luutru, offline: python3 check_bundle.py FILE [SEAL]

SEAL is the digest of a seal that reached you another way, in print or by mail. Without it the
bundle is held against itself alone, which shows damage but no forger.
"""

import base64
import gzip
import hashlib
import json
import sys
from typing import Any

CAPTURE = """format method url time request_headers request_body outcome status headers payload
    wire_digest wire_size truncated failure earlier address source clock_shift""".split()
SEAL = """format archive started captures root previous time site why ended agent settings figures
    outcome""".split()


def sha256(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def digest(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode("utf-8", "surrogatepass"))


def require(holds: bool, what: str) -> None:
    if not holds:
        raise ValueError(what)


def named(fields: dict[str, Any], formats: dict[int, list[str]]) -> str:
    """The digest of the values alone, which is right only if each is called what it is."""
    require(list(fields) == formats[fields["format"]], "a capture or seal has other fields")
    return digest(list(fields.values()))


def root(entry: str, index: int, size: int, path: list[str]) -> str:
    """The top of the tree over an entry, by RFC 9162, section 2.1.3.2."""
    top, last = hashlib.sha256(b"\0" + entry.encode()).digest(), size - 1
    require(0 <= index <= last, "the capture's place is not in the tree")
    for beside in map(bytes.fromhex, path):
        require(last > 0, "the path is too long")
        right = index % 2 == 1 or index == last
        top = hashlib.sha256(b"\1" + (beside + top if right else top + beside)).digest()
        while right and index and index % 2 == 0:
            index, last = index // 2, last // 2
        index, last = index // 2, last // 2
    require(last == 0, "the path is too short")
    return "sha256:" + top.hex()


def check(bundle: dict[str, Any], known: str = "") -> str:
    """What is proved, in words; ValueError tells what is not."""
    said = {name: value for name, value in bundle.items() if name != "checksum"}
    require(digest(said) == bundle["checksum"], "the file was changed or damaged")
    captures, payload, seals = bundle["captures"], bundle["payload"], bundle["seals"]
    names = [named(one, {1: CAPTURE}) for one in captures]
    after = [*names[1:], None]
    require([one["earlier"] for one in captures] == after, "an earlier capture is another")
    require(captures[-1]["payload"] == payload["digest"], "the payload is another capture's")
    if payload["gzip"] is not None:
        data = gzip.decompress(base64.b64decode(payload["gzip"], validate=True))
        require(sha256(data) == payload["digest"], "the payload was changed")
        require(len(data) == payload["size"], "the payload has another size")
    digests = [named(one, {1: SEAL[:6], 2: SEAL}) for one in seals]
    place, size = bundle["inclusion"], seals[0]["captures"]
    top = root(names[0], place["index"], size, place["path"])
    require(top == seals[0]["root"], "the capture is not under its seal")
    for before, seal in zip(digests, seals[1:]):
        require(seal["previous"] == before, "a seal does not follow the one before it")
    require(known in ("", *digests), f"{known} is none of the seals of this bundle")
    one, where = captures[0], "withdrawn" if payload["gzip"] is None else "in this file"
    fits = "FITS: unchanged, if you have one of these seals from elsewhere."
    return f"""{one["method"]} {one["url"]} at {one["time"]}, status {one["status"]}
payload {payload["digest"]}, {payload["size"]} bytes, {where}
sealed by archive {seals[0]["archive"]} in {digests[0]}
and in each seal after it, the last one here being {digests[-1]}
{"PROVED: unchanged since the seal that you named." if known else fits}"""


if __name__ == "__main__":
    try:
        with open(sys.argv[1], encoding="utf-8", errors="surrogatepass") as file:
            print(check(json.load(file), *sys.argv[2:]))
    except (ValueError, KeyError, TypeError, AttributeError, EOFError, OSError) as error:
        sys.exit(f"NOT PROVED: {error}")
