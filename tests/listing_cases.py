"""The recorded listing cases: a folder each, with page, meta (URL, headers, time), expected."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from archive.types import Exchange
from crawler.profile import SiteProfile, load
from crawler.profile_loader import PACKAGE_SITES, SiteFile, load_file
from crawler.survey.case import facts

__all__ = ["CASES", "SITES", "exchange", "facts", "family_profile", "profile_of"]

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


def profile_of(case: Path, folder: Path) -> SiteProfile:
    """Whose case it is: a family's, or a site's with rules of its own."""
    if (PACKAGE_SITES / case.parent.name).is_dir():
        return family_profile(case.parent.name, exchange(case).url, folder)
    return load(case.parent.name)
