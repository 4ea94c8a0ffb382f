"""Pages whose truth is known."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from archive.errors import InputError
from archive.types import Exchange
from archive.urls import canonical

# As of when pages are read that do not say it: dates behind it would be refused as future ones.
READ_AT = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Case:
    """One page as a server sent it, and what is true of it."""

    id: str
    exchange: Exchange
    truth: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Its cases in the order of `truth.jsonl`; *digest* of the truth and every page, as one."""

    name: str
    cases: tuple[Case, ...]
    digest: str


def load(folder: Path) -> Corpus:
    """Read a corpus; InputError names the line or file that is at fault."""
    listed = folder / "truth.jsonl"
    if not listed.is_file():
        raise InputError(
            f"{folder} is no corpus: there is no truth.jsonl in it.",
            "Name a folder with truth.jsonl, one JSON object a page, and the pages it names.",
        )
    digest = hashlib.sha256()
    cases: list[Case] = []
    for number, line in enumerate(listed.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        case = _case(folder, line, f"{listed}, line {number}")
        digest.update(line.strip() + b"\n" + hashlib.sha256(case.exchange.body).digest())
        cases.append(case)
    if not cases:
        raise InputError(f"{listed} is empty.", "Write one JSON object a page into it.")
    return Corpus(folder.resolve().name, tuple(cases), f"sha256:{digest.hexdigest()}")


def _case(folder: Path, line: bytes, place: str) -> Case:
    try:
        truth = json.loads(line)
        name, file = str(truth["id"]), truth["file"]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{place} is no JSON object with `id` and `file` ({error!r}).", "Mend that line."
        ) from error
    page = folder / file
    if not page.resolve().is_relative_to(folder.resolve()):
        raise InputError(f"{place}: {file} leads out of the corpus.", "Name a file inside it.")
    try:
        body = page.read_bytes()
        if page.suffix == ".gz":
            body = gzip.decompress(body)
    except OSError as error:
        raise InputError(f"{place}: {page} cannot be read ({error}).", "Mend that file.") from error
    url = _address(truth.get("url")) or f"https://{quote(name)}.invalid/page"
    read_at = truth.get("time")
    moment = datetime.fromisoformat(read_at) if read_at else READ_AT
    headers = (("Content-Type", truth["content_type"]),) if "content_type" in truth else ()
    return Case(name, Exchange(url, moment, status=200, headers=headers, body=body), truth)


def _address(url: object) -> str | None:
    """*url* if it is one that can be asked for; a corpus need not have one."""
    try:
        return canonical(str(url)) and str(url)
    except ValueError:
        return None
