"""A recorded case: one page of a site, how it came, and what is read of it.

CASES/SITE/CASE/page.html      the bytes, after Content-Encoding was undone
                meta.json      URL, time, status, headers
                expected.json  the reading, as corrected by hand
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

from archive.article_json import article_to_dict, item_to_dict
from archive.clock import iso
from archive.errors import InputError
from archive.types import Exchange, Reading
from archive.urls import same
from archive.vietnamese import fold

PAGE, META, EXPECTED = "page.html", "meta.json", "expected.json"
UNKEPT = frozenset({"set-cookie", "set-cookie2"})  # a session's, and of no use to a reader
LONGEST_NAME = 48


@dataclass(frozen=True, slots=True)
class Case:
    """A case's folder, its page and what a reading of it must be."""

    folder: Path
    exchange: Exchange
    expected: Mapping[str, Any]

    @property
    def site(self) -> str:
        return self.folder.parent.name

    @property
    def name(self) -> str:
        return self.folder.name


def facts(reading: Reading, *, full: bool = True) -> dict[str, Any]:
    """What a case records: of an article its fields, of another page its items, next page and
    URLs. With *full* a body's blocks keep their kind."""
    if reading.article is not None:
        fields = article_to_dict(reading.article, full=full)
        del fields["site"], fields["evidence"]
        return {"kind": reading.kind, **fields}
    following = reading.next
    return {
        "kind": reading.kind,
        "items": [item_to_dict(item) for item in reading.items],
        "next": None
        if following is None
        else {
            "method": following.method,
            "url": following.url,
            "body": following.body.decode("ascii"),
        },
        "evidence": dict(reading.evidence),
        "found": [f"{found.kind} {found.how} {found.url}" for found in reading.found],
    }


def name_of(reading: Reading, url: str) -> str:
    """`article-` or `listing-` and the last words of the address, in small plain letters."""
    kind = "listing" if reading.article is None else "article"
    parts = urlsplit(url)
    words = [part for part in unquote(f"{parts.path}?{parts.query}").split("/") if part.strip("?")]
    plain = re.sub(r"[^a-z0-9]+", "-", fold(words[-1] if words else "home"))
    plain = re.sub(r"-(?:html?|aspx|php|jsp)(?=-|$)", "", f"-{plain}").strip("-")
    if len(plain) > LONGEST_NAME:
        plain = plain[: LONGEST_NAME + 1].rpartition("-")[0] or plain[:LONGEST_NAME]
    return f"{kind}-{plain or 'home'}"


def of_url(place: Path, url: str) -> Path | None:
    """The folder of the case of *url* that stands in *place* already."""
    for meta in sorted(place.glob(f"*/{META}")):
        # That of a meta.json that was written by hand may be no address.
        if same(load(meta.parent).exchange.url) == same(url):
            return meta.parent
    return None


def refuse(folder: Path) -> NoReturn:
    """There is a case already."""
    raise InputError(
        f"There is a case in {folder}.", "--force writes over it, --case gives another name."
    )


def write(folder: Path, exchange: Exchange, reading: Reading, *, force: bool = False) -> Path:
    """Write the case; ``InputError`` if one is there, unless *force*. Returns its folder."""
    if folder.exists() and not force:
        refuse(folder)
    meta = {
        "url": exchange.url,
        "time": iso(exchange.time),
        "status": exchange.status,
        "headers": [[k, v] for k, v in exchange.headers if k.lower() not in UNKEPT],
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / PAGE).write_bytes(exchange.body)
        _write_json(folder / META, meta)
        _write_json(folder / EXPECTED, facts(reading))
    except OSError as problem:
        raise InputError(
            f"{folder} cannot be written: {problem.strerror}.", "Name a folder with --cases."
        ) from None
    return folder


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def load(folder: Path) -> Case:
    """The case in *folder*; ``InputError`` if a file of it is missing or is no JSON."""
    try:
        meta = json.loads((folder / META).read_text(encoding="utf-8"))
        expected = json.loads((folder / EXPECTED).read_text(encoding="utf-8"))
        exchange = Exchange(
            url=meta["url"],
            time=datetime.fromisoformat(meta["time"]),
            status=meta["status"],
            headers=tuple((name, value) for name, value in meta["headers"]),
            body=(folder / PAGE).read_bytes(),
        )
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise InputError(
            f"{folder} is no whole case: {problem}.", "Record it anew with --force."
        ) from None
    return Case(folder, exchange, expected)


def of_site(cases: Iterable[Path], slug: str) -> list[Case]:
    """The recorded cases of a site, in all of these folders, by name."""
    found = {
        path.parent.name: path.parent for place in cases for path in place.glob(f"{slug}/*/{META}")
    }
    return [load(found[name]) for name in sorted(found)]


def places(named: Path | None, sites_dirs: Iterable[Path]) -> tuple[Path, ...]:
    """Where cases stand: the folder that was named; else `cases` in the folders of own profiles,
    and `tests/sites` of a checkout of Luutru."""
    if named is not None:
        return (named,)
    checkout = Path(__file__).parents[2] / "tests" / "sites"
    own = tuple(folder / "cases" for folder in sites_dirs)
    return (*own, checkout) if checkout.is_dir() else own


def place_for(named: Path | None, sites_dirs: Iterable[Path]) -> Path:
    """Where a new case goes: the first of :func:`places`; ``InputError`` if there is none."""
    for place in places(named, sites_dirs):
        return place
    raise InputError(
        "No folder for the case is known.",
        "Name one with --cases, or your own profiles' with --sites: it goes to its `cases`.",
    )
