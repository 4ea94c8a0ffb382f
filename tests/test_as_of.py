"""A search as of a day finds what had been captured by then; one over all versions, all of them."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from indexed import wrong
from lxml import html
from reading_room import room
from strategies import Walker

from archive import articles, as_of, index
from archive.cli.search import command
from archive.clock import FixedClock
from archive.db import Archive
from archive.errors import InputError
from archive.facets import facets
from archive.ops import withdraw_plan
from archive.ops.cleaning import clean
from archive.ops.withdraw import withdraw
from archive.search import browse, every, search
from archive.types import Article, Block
from archive.vietnamese import fold, syllables

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
DAY = timedelta(days=1)
HOST = "https://binh-son.example"


def shown(page: str, title: str, published: str | None = "2026-02-20") -> Article:
    body = (Block("paragraph", f"Bài số {page}."),)
    return Article(f"{HOST}/{page}.html", title, published=published, body=body)


@contextmanager
def walking() -> Iterator[Walker]:
    with (
        tempfile.TemporaryDirectory() as folder,
        Archive.create(Path(folder) / "a.db", FixedClock(START)) as archive,
    ):
        yield Walker.begin(archive)


@pytest.fixture
def walker() -> Iterator[Walker]:
    """One article edited twice, a day apart each, back to its first text; another one stays."""
    with walking() as walker:
        walker.see(shown("1", "Hội nghị về sáp nhập"))
        walker.see(shown("2", "Tin đứng yên"))
        for title in ("Đại hội đã hoãn", "Hội nghị về sáp nhập"):
            walker.clock.advance(DAY.total_seconds())
            walker.see(shown("1", title))
        yield walker


def found(archive: Archive, text: str, moment: datetime) -> list[tuple[str, int, bool]]:
    hits = search(archive, text, versions=moment).hits
    return [(hit.title, hit.version, hit.current) for hit in hits]


def test_each_day_has_its_version(walker: Walker) -> None:
    archive, noon = walker.archive, START + timedelta(hours=4)
    merging = "Hội nghị về sáp nhập"
    assert found(archive, "sap nhap", noon) == [(merging, 1, False)]
    assert found(archive, "sap nhap", noon + DAY) == []
    assert found(archive, "dai hoi", noon + DAY) == [("Đại hội đã hoãn", 2, False)]
    assert found(archive, "sap nhap", noon + 2 * DAY) == [(merging, 3, True)]
    assert found(archive, "dung yen", noon) == [("Tin đứng yên", 1, True)]
    both = {"Đại hội đã hoãn", "Tin đứng yên"}
    assert {hit.title for hit in browse(archive, versions=noon + DAY).hits} == both
    assert {hit.title for hit in every(archive, versions=noon + DAY)} == both
    assert facets(archive, "dai hoi", versions=noon + DAY).years[0].count == 1
    assert wrong(archive) == []


def test_all_versions_show_an_article_once_by_its_newest(walker: Walker) -> None:
    archive = walker.archive
    assert search(archive, "dai hoi").hits == ()
    one = search(archive, "dai hoi", versions="all")
    assert [(hit.version, hit.current) for hit in one.hits] == [(2, False)]
    two = search(archive, "sap nhap", versions="all")
    assert [(hit.version, hit.current) for hit in two.hits] == [(3, True)]
    assert (one.total, two.total, two.copies) == (1, 1, {})
    assert search(archive, "hoi", versions="all").total == 1
    assert facets(archive, "dai hoi", versions="all").sites[0].count == 1


def test_what_is_gone_since_says_how_it_stood_then(walker: Walker) -> None:
    archive = walker.archive
    assert walker.lose(f"{HOST}/2.html")
    (hit,) = search(archive, "dung yen", versions=START + DAY).hits
    assert (hit.state, hit.state_then) == ("gone", "live")
    (hit,) = search(archive, "dung yen", versions=walker.clock.now()).hits
    assert (hit.state, hit.state_then) == ("gone", "gone")


def test_a_date_ahead_of_the_look_is_found_as_of_that_look(walker: Walker) -> None:
    archive = walker.archive
    moment = walker.clock.now()
    walker.clock.advance(60)
    walker.see(shown("3", "Sai năm", "2032-01-01"))
    assert found(archive, "sai nam", moment) == []
    assert found(archive, "sai nam", walker.clock.now()) == [("Sai năm", 1, True)]
    walker.clock.advance(60)
    walker.see(shown("3", "Sửa năm", "2026-01-01"))
    before = walker.clock.now() - timedelta(seconds=30)
    assert found(archive, "sai nam", before) == [("Sai năm", 1, False)]


def test_days_end_in_vietnam_and_none_is_yet_to_come() -> None:
    now = datetime(2026, 3, 10, 18, tzinfo=UTC)  # the 11th over there
    end = datetime(2026, 3, 1, 16, 59, 59, 999999, tzinfo=UTC)
    assert as_of.moment("1/3/2026", now) == end
    assert as_of.moment("2026-02", now) == end - DAY
    assert as_of.moment("11/3/2026", now) > now
    with pytest.raises(InputError, match=r"yet to come.*until today, 2026-03-11"):
        as_of.moment("12/3/2026", now)


def test_before_the_first_capture(walker: Walker) -> None:
    with pytest.raises(InputError, match=r"by 2026-02-28.*first capture .* is of 2026-03-01"):
        search(walker.archive, "hoi", versions=START - DAY)


def test_the_command(walker: Walker) -> None:
    path = str(walker.archive.path)
    run = partial(CliRunner().invoke, command)
    told = run(["dai hoi", "--as-of", "2/3/2026", "--archive", path])
    assert "version 2, not the current one" in told.output, told.output
    told = run(["dai hoi", "--in", "all", "--format", "csv", "--archive", path])
    assert "version,current,state_then" in told.output and ",2,no,," in told.output
    told = run(["dai hoi", "--in", "all", "--as-of", "2026", "--archive", path])
    assert isinstance(told.exception, InputError)


def test_no_word_of_an_earlier_version_is_left_after_a_withdrawal(walker: Walker) -> None:
    archive = walker.archive
    walker.see(shown("4", "Việc của zqxwv"))
    walker.see(shown("4", "Việc khác"))
    assert search(archive, "zqxwv", versions="all").total == 1
    make = partial(withdraw_plan.of_article, archive, f"{HOST}/4.html")
    withdraw(archive, make, make(), "Lò Thị Mây", "Đơn")
    assert search(archive, "zqxwv", versions="all").total == 0
    assert wrong(archive) == []
    clean(archive)
    archive.close()
    files = archive.path.parent.glob(f"{archive.path.name}*")
    assert not any(b"zqxwv" in one.read_bytes() for one in files)


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("UPDATE past_row SET until = until + 1 WHERE id = (SELECT min(id) FROM past_row)",
         "at another time"),
        ("UPDATE search_row SET since = since - 1 WHERE article_id = 2", "at another time"),
        ("DELETE FROM past_row WHERE id = (SELECT min(id) FROM past_row)", "does not hold version"),
        ("UPDATE past_row SET version_id = 2 WHERE version_id = 1", "none of those"),
        ("UPDATE past_row SET site_id = 9 WHERE version_id = 1", "does not hold version"),
        ("UPDATE past_row SET section_id = 9 WHERE version_id = 1", "other sections"),
        ("UPDATE version SET title = 'x' WHERE id = 1", "not the one that was indexed"),
    ],
)  # fmt: skip
def test_verify_tells_what_does_not_fit(walker: Walker, sql: str, told: str) -> None:
    walker.archive.conn.execute(sql)
    found = wrong(walker.archive)
    assert any(told in one for one in found), found
    index.rebuild(walker.archive)
    assert wrong(walker.archive) == []


words = st.sampled_from(["đảng", "hội", "nghị", "bạn"])
steps = st.tuples(
    st.sampled_from("12"),
    st.lists(words, min_size=1, max_size=3).map(" ".join) | st.just(None),
    st.sampled_from([-7, 1, 1, 5]),  # minutes; back: as imports bring it
    st.sampled_from([None, "2026-02-20", "2026-02-21", "2031-01-01"]),
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(steps, max_size=10), words)
def test_each_moment_is_what_captures_say(
    lives: list[tuple[str, str | None, int, str | None]], word: str
) -> None:
    with walking() as walker:
        archive = walker.archive
        walker.clock.advance(6000)
        looks: list[tuple[datetime, str, str]] = []
        closed: set[str] = set()
        for page, title, minutes, published in lives:
            walker.clock.advance(60 * minutes)
            if page in closed:
                continue
            if title is not None:
                walker.see(shown(page, title, published))
                looks.append((walker.clock.now(), page, title))
            elif any(one[1] == page for one in looks):
                make = partial(withdraw_plan.of_article, archive, f"{HOST}/{page}.html")
                withdraw(archive, make, make(), "Lò Thị Mây", "Đơn")
                closed.add(page)
        looks = sorted(one for one in looks if one[1] not in closed)
        assert wrong(archive) == []
        compare(archive, looks, word)
        index.rebuild(archive)
        assert wrong(archive) == []
        compare(archive, looks, word)


def compare(archive: Archive, looks: list[tuple[datetime, str, str]], word: str) -> None:
    def matches(title: str) -> bool:
        return fold(word) in syllables(fold(title))

    keys = {page: articles_key(archive, page) for _, page, _ in looks}
    for moment, _, _ in looks:
        stood = {keys[page]: title for time, page, title in looks if time <= moment}
        expected = {key: title for key, title in stood.items() if matches(title)}
        results = search(archive, fold(word), versions=moment)
        listed = {hit.key: hit.title for hit in every(archive, fold(word), versions=moment)}
        assert listed == expected
        assert results.total == len(expected)
        assert {hit.key for hit in every(archive, versions=moment)} == set(stood)
    ever = {keys[page] for _, page, title in looks if matches(title)}
    results = search(archive, fold(word), versions="all")
    there = [hit.key for hit in results.hits] + [
        k for more in results.copies.values() for k in more
    ]
    assert sorted(there) == sorted(ever) and results.total == len(ever)
    sites = facets(archive, fold(word), versions="all").sites
    assert sum(one.count for one in sites) == len(ever)
    for hit in every(archive, fold(word), versions="all"):
        history = articles.versions(archive, articles.resolve(archive, hit.key))
        last = max(n for n, one in enumerate(history, 1) if matches(one.article.title))
        assert (hit.version, hit.current) == (last, last == len(history))


def articles_key(archive: Archive, page: str) -> str:
    row = archive.conn.execute(
        "SELECT key FROM article JOIN page ON page.id = page_id WHERE url = ?",
        (f"{HOST}/{page}.html",),
    ).fetchone()
    return str(row[0])


def test_the_reader_leads_to_the_version_that_was_found(walker: Walker) -> None:
    with room(walker.archive.path) as reader:
        page = html.fromstring(reader.text("/search?q=dai+hoi&as-of=2/3/2026&lang=en"))
        (link,) = page.cssselect(".hit h3 a")
        assert "version=2" in link.get("href")
        assert "Version 2" in page.cssselect(".hit .about")[0].text_content()
        assert "Đại hội đã hoãn" in reader.text(link.get("href"))
        assert "As captured by 2/3/2026" in " ".join(
            page.cssselect(".chip")[0].text_content().split()
        )
        page = html.fromstring(reader.text("/search?q=dai+hoi&in=all"))
        assert len(page.cssselect(".hit")) == 1
        assert page.cssselect("#in option[selected]")[0].get("value") == "all"
        assert "Đến ngày 2025-01-01 chưa lưu được" in reader.text(
            "/search?q=hoi&as-of=1/1/2025&lang=vi", 400
        )
        assert "chưa đến" in reader.text("/search?q=hoi&as-of=1/1/9000&lang=vi", 400)
