"""Every article page of `tests/sites`, read by its family's profile and by the generic rules."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest

from archive.article_json import article_to_dict
from archive.types import Exchange
from crawler.pages.document import Document
from crawler.pages.extract import extract, kind_of_page
from crawler.profile import load

SITES = Path(__file__).parent / "sites"
CASES = sorted(path.parent for path in SITES.glob("*/article-*/page.html"))
A_SITE_OF = {
    "nukeviet": "tinhuy-binhphuoc",
    "liferay": "tinhuy-binhdinh",
    "sharepoint": "tinhuy-angiang",
}


class Generic:
    """A profile without any selector."""

    def fields_at(self, day: date | None) -> dict[str, tuple[str, ...]]:
        return {}


def name(case: Path) -> str:
    return f"{case.parent.name}/{case.name}"


@pytest.mark.parametrize("how", ["profile", "generic"])
@pytest.mark.parametrize("case", CASES, ids=name)
def test_case(case: Path, how: str) -> None:
    meta = json.loads((case / "meta.json").read_text(encoding="utf-8"))
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    exchange = Exchange(
        url=meta["url"],
        time=datetime.fromisoformat(meta["time"]),
        status=meta["status"],
        headers=tuple((key, value) for key, value in meta["headers"]),
        body=(case / "page.html").read_bytes(),
    )
    profile = load(A_SITE_OF[case.parent.name]) if how == "profile" else Generic()
    doc = Document.parse(exchange)
    article = extract(doc, profile)
    assert article is not None
    found = article_to_dict(article, full=True)
    evidence = found.pop("evidence")
    del found["site"]
    assert {"kind": kind_of_page(doc, profile), **found} == expected
    filled = ("title", "section", "lead", "published", "authors", "byline", "source", "body")
    assert {field for field in filled if found[field]} <= evidence.keys()


def test_each_family_has_cases() -> None:
    assert {case.parent.name for case in CASES} == A_SITE_OF.keys()
