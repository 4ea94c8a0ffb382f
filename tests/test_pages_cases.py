"""Every article page of `tests/sites`, read by its family's profile and by the generic rules."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from listing_cases import SITES, exchange, profile_of

from archive.article_json import article_to_dict
from crawler.pages.document import Document
from crawler.pages.extract import extract, kind_of_page
from crawler.profile_loader import PACKAGE_SITES

CASES = sorted(path.parent for path in SITES.glob("*/article-*/page.html"))


class Generic:
    """A profile without any selector."""

    def fields_at(self, day: date | None) -> dict[str, tuple[str, ...]]:
        return {}


def name(case: Path) -> str:
    return f"{case.parent.name}/{case.name}"


@pytest.mark.parametrize("how", ["profile", "generic"])
@pytest.mark.parametrize("case", CASES, ids=name)
def test_case(case: Path, how: str, tmp_path: Path) -> None:
    """`misses` in a case's meta: fields that no rule reads yet, though the truth is known; `needs`:
    those that the generic rules alone do not read, for which the family's selectors are there."""
    meta = json.loads((case / "meta.json").read_text(encoding="utf-8"))
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    profile = profile_of(case, tmp_path) if how == "profile" else Generic()
    doc = Document.parse(exchange(case))
    article = extract(doc, profile)
    assert article is not None
    found = article_to_dict(article, full=True)
    evidence = found.pop("evidence")
    del found["site"]
    found["kind"] = kind_of_page(doc, profile)
    passed_over = {*meta.get("misses", ()), *(meta.get("needs", ()) if how == "generic" else ())}
    for field in passed_over:
        found[field] = expected[field]
    assert found == expected
    filled = {"title", "section", "lead", "published", "authors", "byline", "source", "body"}
    assert {field for field in filled - passed_over if found[field]} <= evidence.keys()


@pytest.mark.parametrize("kind", ["article", "listing"])
@pytest.mark.parametrize("family", sorted(path.name for path in PACKAGE_SITES.iterdir()))
def test_each_family_has_cases(family: str, kind: str) -> None:
    assert any((SITES / family).glob(f"{kind}-*/meta.json"))
