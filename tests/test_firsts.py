"""First uses: who published a phrase first, who took it up, and what is known of when."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bulk import NOW, Row, create
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stored import START, Store
from strategies import LONG, article
from test_attached import PDF, bring, tell

from archive import firsts, index, sites, stories
from archive.clock import iso
from archive.db import Archive
from archive.errors import QueryError, UnknownReferenceError
from archive.filters import Filters
from archive.firsts import FirstUse, first_uses
from archive.types import Article, Attachment
from crawler.cli import group

DAY = timedelta(days=1)
TEXT = ("Mô hình chính quyền địa phương hai cấp vận hành thông suốt, bộ máy tinh gọn.",)
ROWS = [
    Row("Chính quyền hai cấp", TEXT, published=NOW - 30 * DAY, site="an-phu"),
    Row("Về chính quyền địa phương hai cấp", published=NOW - 90 * DAY),
    Row("Chính quyền địa phương, hai cấp học", published=NOW - 400 * DAY, site="an-phu"),
    Row("Tin vắn", ("Chính quyền địa phương hai cấp.",), site="hoa-binh"),
]


def made(path: Path) -> Archive:
    archive = create(path, ROWS)
    index.rebuild(archive)
    stories.rebuild(archive)
    return archive


def test_the_first_of_each_site_in_order(tmp_path: Path) -> None:
    with made(tmp_path / "a.db") as archive:
        found = first_uses(archive, "chinh quyen dia phuong hai cap")
        # a comma divides nothing: the index holds words alone
        assert [(one.site, one.title, one.by, one.days) for one in found] == [
            ("an-phu", "Chính quyền địa phương, hai cấp học", "published", 0.0),
            ("binh-son", "Về chính quyền địa phương hai cấp", "published", 310.0),
            ("hoa-binh", "Tin vắn", "captured", 400.0),
        ]
        (only,) = first_uses(archive, "tinh gọn", Filters(province="Bình Sơn"))
        assert (only.site, only.province) == ("an-phu", "Bình Sơn")
        since = (NOW - 100 * DAY).date().isoformat()
        later = first_uses(archive, '"chính quyền"', Filters(since=since))
        assert [one.site for one in later] == ["binh-son", "an-phu"]
        assert first_uses(archive, "không có ở đâu") == []
        with pytest.raises(QueryError, match="one phrase"):
            first_uses(archive, '"hai" OR "ba"')
        with pytest.raises(UnknownReferenceError):
            first_uses(archive, "hai", Filters(sites=("khong-co",)))


class Press(Store):
    """Several sites, which are looked at once a day."""

    def of(self, slug: str) -> Press:
        with self.archive.transaction():
            self.site_id = sites.ensure(self.archive, slug, slug, "Hòa Bình", "Phú Thọ")
        self.slug = slug
        return self

    def shows(self, number: int, title: str, *body: str, **more: object) -> Article:
        url = f"https://{self.slug}.example/{number}.html"
        shown = article(url, title, *body, **more)
        self.see(shown, url)
        return shown

    def first(self, phrase: str = "tinh gọn", **more: object) -> list[FirstUse]:
        return first_uses(self.archive, phrase, **more)  # type: ignore[arg-type]


@pytest.fixture
def press(tmp_path: Path) -> Iterator[Press]:
    made = Press(tmp_path / "a.db").of("an-phu")
    yield made
    made.archive.close()


def day(number: int) -> str:
    """The moment of a look, counted from 1."""
    return iso(START + timedelta(days=number))


def test_what_came_by_an_edit_counts_from_the_look_that_shows_it(press: Press) -> None:
    press.shows(1, "Bộ máy", published="2020-01-01")
    press.shows(1, "Bộ máy", published="2020-01-01")
    press.shows(1, "Bộ máy tinh gọn", published="2020-01-01")
    press.of("hoa-binh").shows(2, "Tinh gọn", published="2026-03-02")
    later, edited = press.first()[::-1]
    assert (edited.site, edited.by, edited.since, edited.days) == (
        "hoa-binh", "published", "2026-03-01T17:00:00.000000Z", 0,
    )  # fmt: skip
    assert (later.site, later.by, later.since, later.seen, later.after, later.days) == (
        "an-phu", "edited", day(3), day(3), day(2), 2,
    )  # fmt: skip
    assert [one.by for one in press.first("bộ máy")] == ["published"]


def test_a_phrase_that_another_reader_saw_first_may_have_been_there(press: Press) -> None:
    press.shows(1, "Bộ máy", published="2020-01-01")
    press.shows(1, "Bộ máy tinh gọn", published="2020-01-01")
    with press.archive.transaction() as conn:
        conn.execute("UPDATE version SET reader = 'other' WHERE title = 'Bộ máy'")
    (one,) = press.first()
    assert (one.by, one.since, one.after) == ("reread", day(2), day(1))


def test_an_article_that_was_dated_anew_counts_from_its_first_date(press: Press) -> None:
    press.shows(1, "Tinh gọn bộ máy", published="2020-05-05T08:00+07:00")
    press.shows(1, "Tinh gọn bộ máy hơn", published="2026-03-02T08:00+07:00")
    press.shows(2, "Tinh gọn nữa", published="2021-01-01")
    (one,) = press.first()
    assert (one.title, one.since, one.precision, one.published) == (
        "Tinh gọn bộ máy", "2020-05-05T01:00:00.000000Z", "minute", "2020-05-05T08:00+07:00",
    )  # fmt: skip


def test_a_date_after_the_look_is_no_date(press: Press) -> None:
    press.shows(1, "Tinh gọn", published="2031-01-01")
    (one,) = press.first()
    assert (one.by, one.since, one.precision) == ("captured", day(1), None)


def test_many_without_a_date_hide_none_that_has_one(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(firsts, "LOOKS", 3)
    for number in range(6):
        press.shows(number, f"Tinh gọn {number}")
    press.shows(9, "Tinh gọn xưa", published="2012-09-22")
    (one,) = press.first()
    assert (one.title, one.by, one.cut) == ("Tinh gọn xưa", "published", False)


def test_more_that_may_be_first_than_are_looked_at_are_told(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(firsts, "LOOKS", 3)
    for number in range(4):
        press.shows(number, f"Bộ máy {number}", published="2020-01-01")
    for number in range(4):
        press.shows(number, f"Bộ máy tinh gọn {number}", published="2020-01-01")
    (one,) = press.first()
    assert (one.by, one.cut) == ("edited", True)
    press.end()
    done = CliRunner().invoke(group, ["first", "tinh gọn", "--archive", str(press.archive.path)])
    assert "Of an-phu only 3 of the articles" in done.stderr


def test_looks_alone_may_have_another_order(press: Press) -> None:
    press.shows(1, "Tinh gọn hôm nay", published="2026-03-01")
    press.shows(2, "Tinh gọn ngày xưa", published="2019-03-01")
    press.of("hoa-binh").shows(3, "Tinh gọn", published="2018-03-01")
    assert [(one.site, one.title, one.days) for one in press.first()] == [
        ("hoa-binh", "Tinh gọn", 0), ("an-phu", "Tinh gọn ngày xưa", 365),
    ]  # fmt: skip
    assert [(one.site, one.title, one.days) for one in press.first(by_looks=True)] == [
        ("an-phu", "Tinh gọn hôm nay", 0), ("hoa-binh", "Tinh gọn", 2),
    ]  # fmt: skip


def test_a_copy_names_the_one_that_had_it_before(press: Press) -> None:
    said = (*LONG, "Bộ máy mới của xã vận hành tinh gọn, thông suốt từ đầu năm.")
    press.shows(1, "Tinh gọn từ lâu", "Một bài khác của xã, không ai chép.", published="2019-01-01")
    copied = press.shows(2, "Bộ máy vận hành", *said, published="2026-02-01")
    press.of("hoa-binh").shows(3, "Bộ máy mới", *said, "Theo An Phú", published="2026-02-03")
    press.of("moc-chau").shows(4, "Bộ máy vận hành", *LONG, published="2026-02-04")
    first, copy = press.first()
    (original,) = press.first("bộ máy vận hành", filters=Filters(sites=("an-phu",)))
    assert original.url == copied.url and first.copy_of is None
    assert (copy.site, copy.copy_of, copy.source) == ("hoa-binh", original.key, "An Phú")
    # One that had the text, but not the phrase, is not where it comes from.
    (without,) = press.first("theo an phú")
    assert (without.key, without.copy_of) == (copy.key, None)


def test_copies_of_one_moment_are_told_as_copies(press: Press) -> None:
    for number, slug in enumerate(("moc-chau", "an-phu"), 1):
        press.of(slug).shows(number, "Tinh gọn", *LONG, published="2020-01-01T08:00+07:00")
    one, other = press.first()
    assert (one.site, one.copy_of, one.since) == ("an-phu", None, other.since)
    assert (other.site, other.copy_of, other.days) == ("moc-chau", one.key, 0)
    press.end()
    done = CliRunner().invoke(group, ["first", "tinh gọn", "--archive", str(press.archive.path)])
    assert f" · at the same time · same text as {one.key}" in done.stdout


def test_what_only_an_attachment_says_counts_from_the_look_at_it(press: Press) -> None:
    to = (Attachment("Báo cáo", PDF),)
    press.shows(1, "Báo cáo", published="2020-01-01", attachments=to)
    press.shows(1, "Báo cáo năm", published="2020-01-01", attachments=to)
    tell(press, *bring(press, PDF, b"%PDF-1"), "Bộ máy tinh gọn.")
    (one,) = press.first()
    assert (one.by, one.since) == ("attached", iso(START + timedelta(days=2, minutes=1)))


def test_i_and_y_are_one_if_asked(press: Press) -> None:
    press.shows(1, "Kĩ thuật số", published="2020-01-01")
    assert press.first("kỹ thuật") == []
    (one,) = press.first("kỹ thuật", filters=Filters(spellings=True))
    assert one.by == "published"


dates = st.none() | st.dates(
    datetime(2026, 2, 20, tzinfo=UTC).date(), datetime(2026, 3, 20, tzinfo=UTC).date()
).map(str)
shown = st.lists(
    st.tuples(
        st.sampled_from(["an-phu", "hoa-binh"]), st.integers(1, 4),
        st.sampled_from(["Bộ máy", "Tinh gọn", "Tinh gọn bộ máy"]), dates,
    ),
    min_size=1, max_size=12,
)  # fmt: skip


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(shown, st.booleans())
def test_no_article_has_it_earlier(
    tmp_path_factory: pytest.TempPathFactory,
    drawn: list[tuple[str, int, str, str | None]],
    by_looks: bool,
) -> None:
    press = Press(tmp_path_factory.mktemp("drawn") / "a.db").of("an-phu")
    histories: dict[tuple[str, int], list[tuple[str, str | None, str]]] = {}
    for number, (site, page, title, dated) in enumerate(drawn, 1):
        press.of(site).shows(page, title, *LONG, f"Bài {site} {page}.", published=dated)
        histories.setdefault((site, page), []).append((title, dated, day(number)))
    plain: dict[str, str] = {}
    for (site, _), looks in histories.items():
        if "Tinh gọn" not in looks[-1][0]:
            continue
        place = next(n for n, (title, _, _) in enumerate(looks) if "Tinh gọn" in title)
        _, dated, since = looks[place]
        if place == 0 and dated is not None and not by_looks:
            midnight = datetime.fromisoformat(f"{dated}T00:00:00+07:00").astimezone(UTC)
            since = min(since, iso(midnight))
        plain[site] = min(since, plain.get(site, since))
    found = press.first(by_looks=by_looks)
    press.archive.close()
    assert {one.site: one.seen if by_looks else one.since for one in found} == plain
    assert [plain[one.site] for one in found] == sorted(plain.values())


def test_the_command(tmp_path: Path) -> None:
    made(tmp_path / "a.db").close()

    def run(*words: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(group, ["first", *words, "--archive", str(tmp_path / "a.db")])
        return done.exit_code, done.stdout, done.stderr

    status, out, _ = run("địa", "phương", "hai", "cấp")
    assert status == 0
    assert out.splitlines()[0] == "1. Chính quyền địa phương, hai cấp học"
    assert "binh-son (Bình Sơn) · published" in out and "310 days later" in out
    rows = json.loads(run("tinh gọn", "--format", "json")[1])
    assert [(row["site"], row["by"], row["copy_of"]) for row in rows] == [
        ("an-phu", "published", None)
    ]
    assert run("zzz")[2].startswith("Nothing found.")


def test_of_a_day_alone_the_command_tells_no_hour(press: Press) -> None:
    press.shows(1, "Tinh gọn", published="2020-01-01")
    other = "Một bài khác hẳn."
    press.of("hoa-binh").shows(2, "Tinh gọn", other, published="2020-01-01T08:00+07:00")
    press.of("moc-chau").shows(3, "Bộ máy")
    press.shows(3, "Bộ máy tinh gọn")
    press.end()
    done = CliRunner().invoke(group, ["first", "tinh gọn", "--archive", str(press.archive.path)])
    one, two, three = (line for line in done.stdout.splitlines() if line.startswith("   "))
    assert one.endswith(" · an-phu (Hòa Bình) · published 2020-01-01 · first")
    assert two.endswith(
        "published 2020-01-01 08:00 +07:00 · the same day, which was first is not known"
    )
    assert "seen 2026-03-05 15:00 +07:00 · not there 2026-03-04 15:00 +07:00 · 2,255 days" in three
