"""Trends: by month and site, in numbers and shares, as a plain count over the texts gives them."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from bulk import Row, create
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive import index
from archive.db import Archive
from archive.errors import QueryError
from archive.filters import Filters
from archive.index_text import UNDATED, is_dated, row_base
from archive.periods import By, periods
from archive.trends import Trend, trends
from crawler.cli import group

NEW_YEAR = datetime(2023, 12, 31, 17, tzinfo=UTC)  # midnight in Vietnam
MINUTE = timedelta(minutes=1)
ROWS = [
    Row("Hội nghị cuối năm", published=NEW_YEAR - MINUTE),
    Row("Hội nghị đầu năm", published=NEW_YEAR),
    Row("Hội nghị đầu năm khác", published=NEW_YEAR, site="an-phu"),
    Row("Hội thảo", published=NEW_YEAR + timedelta(days=80), site="an-phu"),
    Row("Hội nghị không ngày"),
]


def made(path: Path, rows: Sequence[Row]) -> Archive:
    archive = create(path, rows)
    index.rebuild(archive)
    return archive


def told(found: Sequence[Trend]) -> list[tuple[str | None, int, int]]:
    return [(one.period, one.articles, one.all) for one in found]


def test_months_are_those_of_vietnam_and_none_is_left_out(tmp_path: Path) -> None:
    with made(tmp_path / "a.db", ROWS) as archive:
        assert told(trends(archive, ["hội nghị"])) == [
            ("2023-12", 1, 1), ("2024-01", 2, 2), ("2024-02", 0, 0), ("2024-03", 0, 1),
            (None, 1, 1),
        ]  # fmt: skip
        assert told(trends(archive, ["hội nghị"], by="quarter")) == [
            ("2023-Q4", 1, 1), ("2024-Q1", 2, 3), (None, 1, 1),
        ]  # fmt: skip
        years = trends(archive, ["hội nghị", "hoi"], by="year")
        assert [one.term for one in years] == ["hội nghị"] * 3 + ["hoi"] * 3
        assert [round(one.share, 3) for one in years] == [1.0, 0.667, 1.0, 1.0, 1.0, 1.0]
        by_site = trends(archive, ["hội nghị"], by="year", by_site=True)
        assert [(one.period, one.site, one.articles, one.all) for one in by_site] == [
            ("2023", "an-phu", 0, 0), ("2023", "binh-son", 1, 1),
            ("2024", "an-phu", 1, 2), ("2024", "binh-son", 1, 1), (None, "binh-son", 1, 1),
        ]  # fmt: skip
        one_site = trends(archive, ["hội nghị"], Filters(sites=("an-phu",)), by="year")
        assert told(one_site) == [("2024", 1, 2)]
        since = Filters(since="2024-01-01", until="2024-01-01")
        assert told(trends(archive, ["hoi"], since, by="month")) == [("2024-01", 2, 2)]
        decomposed = unicodedata.normalize("NFD", "hội nghị")
        assert told(trends(archive, [decomposed])) == told(trends(archive, ["hội nghị"]))
        with pytest.raises(QueryError):
            trends(archive, ["hội", "(nghị"])


def test_an_archive_without_articles_has_no_trends(tmp_path: Path) -> None:
    with made(tmp_path / "a.db", []) as archive:
        assert trends(archive, ["hoi"]) == []
    with made(tmp_path / "b.db", [Row("Hội nghị")]) as archive:
        assert told(trends(archive, ["hoi"])) == [(None, 1, 1)]


def test_notebooks_get_the_share_too(tmp_path: Path) -> None:
    import pandas

    with made(tmp_path / "a.db", ROWS) as archive:
        table = pandas.DataFrame(trends(archive, ["hội nghị"], by="year", by_site=True))
    assert list(table.columns) == ["term", "period", "site", "articles", "all", "share"]
    assert table["share"].tolist() == [0.0, 1.0, 0.5, 1.0, 1.0]


def test_filters_that_only_articles_can_answer_hold_for_both_numbers(tmp_path: Path) -> None:
    rows = [
        Row("Hội nghị", published=NEW_YEAR, author="Nguyễn Văn An"),
        Row("Hội thảo", published=NEW_YEAR, author="Nguyễn Văn An", site="an-phu"),
        Row("Hội nghị", published=NEW_YEAR, author="Lê Bình"),
        Row("Hội nghị", author="Nguyễn Văn An"),
    ]
    with made(tmp_path / "a.db", rows) as archive:
        by_author = Filters(author="van an")
        assert told(trends(archive, ["nghi"], by_author)) == [("2024-01", 1, 2), (None, 1, 1)]
        of_sites = trends(archive, ["nghi"], by_author, by_site=True)
        assert [(one.site, one.articles, one.all) for one in of_sites] == [
            ("an-phu", 0, 1), ("binh-son", 1, 1), ("binh-son", 1, 1),
        ]  # fmt: skip


moments = st.none() | st.integers(0, 400 * 1440).map(
    lambda minutes: datetime(1999, 12, 30, tzinfo=UTC) + timedelta(minutes=minutes)
)
texts = st.lists(st.sampled_from(["hội", "nghị", "đảng", "bộ"]), min_size=1, max_size=4)
articles = st.lists(
    st.tuples(moments, texts, st.sampled_from(["an-phu", "binh-son"])), min_size=1, max_size=12
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(articles, st.sampled_from(["month", "quarter", "year"]))
def test_a_plain_count_gives_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    drawn: list[tuple[datetime | None, list[str], str]],
    by: By,
) -> None:
    rows = [
        Row(" ".join(words).capitalize(), published=moment, site=site)
        for moment, words, site in drawn
    ]
    names = {"month": "%Y-%m", "year": "%Y"}

    def name(moment: datetime | None) -> str | None:
        if moment is None:
            return None
        local = moment.replace(second=0, microsecond=0) + timedelta(hours=7)
        if by == "quarter":
            return f"{local.year}-Q{(local.month + 2) // 3}"
        return local.strftime(names[by])

    plain = Counter((name(m), site) for m, words, site in drawn if "nghị" in words)
    whole = Counter((name(m), site) for m, _, site in drawn)
    with made(tmp_path_factory.mktemp("drawn") / "a.db", rows) as archive:
        found = trends(archive, ["nghị"], by=by, by_site=True)
    counted = {(one.period, one.site): (one.articles, one.all) for one in found}
    assert len(counted) == len(found)
    for place, (articles_, all_) in counted.items():
        assert (articles_, all_) == (plain[place], whole[place])  # type: ignore[index]
    assert sum(one.articles for one in found) == plain.total()
    assert sum(one.all for one in found) == whole.total()


def test_periods_meet_without_a_gap() -> None:
    first, last = (row_base(datetime(year, 6, 1, tzinfo=UTC)) for year in (1999, 2026))
    for by, count in (("month", 27 * 12 + 1), ("quarter", 27 * 4 + 1), ("year", 28)):
        found = periods(first, last, by)  # type: ignore[arg-type]
        assert len(found) == count
        assert all(one.last + 1 == two.first for one, two in pairwise(found))
        assert found[0].first <= first and found[-1].last >= last
    assert is_dated(row_base(datetime(1000, 1, 2, tzinfo=UTC))) and not is_dated(UNDATED + 10**9)


def test_the_command(tmp_path: Path) -> None:
    made(tmp_path / "a.db", ROWS).close()

    def run(*words: str) -> str:
        done = CliRunner().invoke(group, ["trends", *words, "--archive", str(tmp_path / "a.db")])
        assert done.exit_code == 0, done.stderr
        return done.stdout

    rows = json.loads(run("hội nghị", "--by", "year", "--format", "json"))
    assert rows[1] == {
        "term": "hội nghị", "year": "2024", "articles": 2, "all": 3, "share": 0.666667,
    }  # fmt: skip
    (head, *rest) = csv.reader(io.StringIO(run("hội nghị", "--by-site", "--format", "csv")))
    assert head == ["term", "month", "site", "articles", "all", "share"]
    assert rest[-1] == ["hội nghị", "", "binh-son", "1", "1", "1.0"]
    table = run("hội nghị", "--by", "year").splitlines()
    assert "66.67%   █████████████▍" in table[2]
