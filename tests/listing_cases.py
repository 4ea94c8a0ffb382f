"""The recorded listing cases: a folder each, with page, meta (URL, headers, time), expected."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from archive.types import Exchange, Reading
from crawler.profile import SiteProfile
from crawler.profile_loader import PACKAGE_SITES, SiteFile, load_file

SITES = Path(__file__).parent / "sites"
CASES = sorted(path.parent for path in SITES.glob("*/listing-*/meta.json"))


def exchange(case: Path) -> Exchange:
    """The case's page as it came."""
    meta = json.loads((case / "meta.json").read_text(encoding="utf-8"))
    return Exchange(
        url=meta["url"],
        time=datetime.fromisoformat(meta["time"]),
        status=meta["status"],
        headers=tuple((name, value) for name, value in meta["headers"]),
        body=(case / "page.html").read_bytes(),
    )


def family_profile(family: str, url: str, folder: Path) -> SiteProfile:
    """A site of that family at the URL's host, declared in *folder* and nothing overridden."""
    path = folder / f"{family}-case.toml"
    host = urlsplit(url).hostname
    path.write_text(f'name = "Mẫu"\nfamily = "{family}"\nhosts = ["{host}"]\n', encoding="utf-8")
    return load_file(SiteFile(path.stem, path, None, own=True), (folder, PACKAGE_SITES))


def facts(reading: Reading) -> dict[str, Any]:
    """What a case records of a reading."""
    following = reading.next
    return {
        "kind": reading.kind,
        "items": [
            {"title": i.title, "url": i.url, "published": i.published, "lead": i.lead}
            for i in reading.items
        ],
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
