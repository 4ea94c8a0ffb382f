"""Facets count what a search finds; the newest articles without a query; pages of results."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bulk import Row, create, synthetic
from click.testing import CliRunner

from archive import facets as facets_module
from archive import index
from archive.db import Archive
from archive.errors import ArchiveError, QueryError, UnknownReferenceError
from archive.facets import Facets, facets
from archive.filters import Filters
from archive.search import browse, search
from crawler.cli import group

NEW_YEAR = datetime(2023, 12, 31, 18, tzinfo=UTC)  # 1 January 2024, 01:00 in Vietnam


def made(path: Path, rows: list[Row]) -> Archive:
    archive = create(path, rows)
    index.rebuild(archive)
    return archive


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """300 articles of three sites; some sections that differ in case, tone place or marks."""
    rows = list(synthetic(300, seed=7, length=60))
    odd = ("Ủy ban", "Uỷ ban", "ỦY BAN", "Uy ban", "uy ban", "", "Văn bản, “mới” & <cũ>")
    for number, name in enumerate(odd):
        rows.append(Row(f"Hội nghị {number}", section=("Tin tức", name), published=NEW_YEAR))
    rows.append(Row("Không ngày", section=()))
    with made(tmp_path_factory.mktemp("many") / "many.db", rows) as archive:
        yield archive


def followed(archive: Archive, text: str, found: Facets) -> Iterator[tuple[int, int]]:
    """The count of each facet, and what the search finds that is narrowed by it."""

    def total(filters: Filters) -> int:
        if text:
            return search(archive, text, filters).total
        return browse(archive, filters).total

    for one in found.sites:
        yield one.count, total(Filters(sites=(one.value,)))
    for one in found.years:
        yield one.count, total(Filters(since=f"{one.value}-01-01", until=f"{one.value}-12-31"))
    for one in found.sections:
        yield one.count, total(Filters(section=one.value))


@pytest.mark.parametrize("text", ["", "hoi nghi", "đảng ủy OR khối", "title:chi -bo"])
def test_what_a_facet_counts_is_what_its_search_finds(many: Archive, text: str) -> None:
    found = facets(many, text)
    counts = list(followed(many, text, found))
    assert len(counts) > 10
    assert all(count == finds for count, finds in counts)
    assert found.exact


def test_values_and_their_order(many: Archive) -> None:
    found = facets(many, "")
    assert sum(one.count for one in found.sites) == 308
    assert [one.label for one in found.sites if one.value == "an-phu"] == ["Đảng ủy an-phu"]
    assert [one.count for one in found.sites] == sorted(
        (s.count for s in found.sites), reverse=True
    )
    years = [one.value for one in found.years]
    assert years == sorted(years, reverse=True)
    assert sum(one.count for one in found.years) == 307, "one has no date"
    assert found.without == {"year": 1, "section": 1, "author": 308}
    counts = {one.value: one.count for one in found.sections}
    assert "" not in counts
    assert counts["Văn bản, “mới” & <cũ>"] == 1
    # Ủy ban, Uỷ ban and ỦY BAN are one name; the name without marks is found in all five.
    assert sorted(count for name, count in counts.items() if name.lower().endswith(" ban")) == [
        3,
        5,
    ]


def test_years_are_those_of_vietnam(tmp_path: Path) -> None:
    with made(tmp_path / "a.db", [Row("Đêm giao thừa", published=NEW_YEAR)]) as archive:
        assert [one.value for one in facets(archive, "").years] == ["2024"]


def test_filters_hold_for_facets_too(many: Archive) -> None:
    found = facets(many, "", Filters(sites=("binh-son",), since="2024-01-01", until="2024-12-31"))
    assert [one.value for one in found.sites] == ["binh-son"]
    assert [one.value for one in found.years] == ["2024"]
    with pytest.raises(UnknownReferenceError, match="nowhere"):
        facets(many, "", Filters(sites=("nowhere",)))
    with pytest.raises(QueryError):
        facets(many, "(hoi")


def test_beyond_the_bound_the_newest_are_counted(
    many: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets_module, "BOUND", 308)
    assert facets(many, "").exact
    monkeypatch.setattr(facets_module, "BOUND", 40)
    found = facets(many, "")
    assert not found.exact
    assert sum(one.count for one in found.sites) == 40
    newest = [hit.published or "" for hit in browse(many, limit=40).hits]
    assert {one.value for one in found.years} == {published[:4] for published in newest}


def test_an_empty_archive_and_an_index_that_is_not_ready(tmp_path: Path) -> None:
    with made(tmp_path / "a.db", []) as archive:
        assert facets(archive, "") == Facets((), (), (), (), (), exact=True)
        assert browse(archive).hits == ()
    with create(tmp_path / "b.db", [Row("Một")]) as archive:
        for call in (lambda: facets(archive, "mot"), lambda: browse(archive)):
            with pytest.raises(ArchiveError, match="luutru reindex"):
                call()


# -- browsing and pages --------------------------------------------------------------------------


def test_the_newest_articles_and_their_filters(many: Archive) -> None:
    found = browse(many, limit=308)
    dates = [hit.published or "" for hit in found.hits]
    assert (found.total, len(dates), found.more) == (308, 308, False)
    assert dates == sorted(dates, reverse=True)
    assert found.hits[-1].title == "Không ngày"
    assert found.hits[0].snippet and not found.hits[0].marks
    narrow = browse(many, Filters(section="van ban", sites=("an-phu",)))
    assert {hit.site for hit in narrow.hits} == {"an-phu"}
    assert all("Văn bản" in hit.section for hit in narrow.hits)
    assert narrow.total == search(many, "section:van ban site:an-phu").total


@pytest.mark.parametrize("sort", ["best", "newest"])
def test_pages_of_results_fit_together(many: Archive, sort: str) -> None:
    text, size = "hoi OR nghi", 7
    total = search(many, text).total
    keys: list[str] = []
    for offset in range(0, total + size, size):
        part = search(many, text, limit=size, sort=sort, offset=offset)  # type: ignore[arg-type]
        assert part.total == total
        assert part.more == (len(keys) + len(part.hits) < total)
        keys += [hit.key for hit in part.hits]
    assert len(keys) == len(set(keys)) == total > 100


def test_copies_stay_with_the_first_of_their_story_on_whatever_page(tmp_path: Path) -> None:
    rows = [Row(f"Bài {n % 5}", published=NEW_YEAR + timedelta(days=n)) for n in range(25)]
    with made(tmp_path / "a.db", rows) as archive:
        with archive.transaction():
            for story in range(5):
                archive.conn.execute(
                    "INSERT INTO story (id, key, first_seen) VALUES (?, ?, '')",
                    (story + 1, f"story {story}"),
                )
            archive.conn.execute("UPDATE article SET story_id = (id - 1) % 5 + 1")
        seen: list[str] = []
        for offset in range(0, 6, 2):
            part = browse(archive, limit=2, offset=offset)
            seen += [hit.key for hit in part.hits]
            assert part.total == 25
            assert part.more == (offset < 4)
        assert len(seen) == len(set(seen)) == 5


def test_what_has_no_province_author_or_date_is_counted_as_that(tmp_path: Path) -> None:
    rows = [
        Row("Một", site="an-phu", author="Lê Bình", published=NEW_YEAR),
        Row("Một hai", site="an-phu", section=()),
        Row("Một ba", published=NEW_YEAR),
    ]
    with made(tmp_path / "a.db", rows) as archive:
        archive.conn.execute(
            "UPDATE site SET province_then = NULL, province_now = '' WHERE slug = 'an-phu'"
        )
        found = facets(archive, "mot")
        assert [(one.value, one.count) for one in found.provinces] == [
            ("Bình Sơn", 1), ("Phú Thọ", 1),
        ]  # fmt: skip
        assert found.without == {"province": 2, "year": 1, "section": 1, "author": 2}
        assert facets(archive, "mot", Filters(author="Lê Bình")).without == {"province": 1}
    told = {}
    for fmt in ("table", "json", "csv"):
        words = ["search", "mot", "--facets", "--format", fmt, "--archive", str(tmp_path / "a.db")]
        told[fmt] = CliRunner().invoke(group, words).stdout
    assert {"facet": "province", "value": None, "articles": 2} in json.loads(told["json"])
    assert "province,,2\n" in told["csv"]
    assert re.search(r"^province  \(none\) +2$", told["table"], re.MULTILINE)
