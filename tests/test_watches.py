"""Watches: kept searches, and their news: nothing is missed, nothing told twice."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import rereading
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rereading import OLD, Eyes, build, says
from stored import ARTICLE, EDITED, HOST, START, Store
from strategies import Walker, article

from archive import news, query_text, versions, watches
from archive.candidates import newest
from archive.cli.run import status_of
from archive.clock import FixedClock
from archive.db import Archive
from archive.errors import InputError, QueryError
from archive.filters import Filters
from archive.news import News
from archive.ops import withdraw_plan
from archive.ops.withdraw import withdraw
from archive.query import parse
from archive.query_text import Texts
from archive.scopes import scope_of
from archive.search import search
from crawler.cli import group

PAST = datetime(2020, 1, 1, tzinfo=UTC)
BY = "Lò Thị Mây"


@contextmanager
def walker() -> Iterator[Walker]:
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive.create(Path(folder) / "a.db", FixedClock(START))
        try:
            yield Walker.begin(archive)
        finally:
            archive.close()


def look(archive: Archive, **how: bool | int) -> list[News]:
    with news.look(archive, watches.all(archive), BY, **how) as found:  # type: ignore[arg-type]  # its options
        return list(found)


def told(found: list[News]) -> list[tuple[str, str]]:
    return [(one.kind, one.match) for one in found]


def take(archive: Archive, url: str) -> None:
    def made() -> withdraw_plan.Plan:
        return withdraw_plan.of_article(archive, url)

    withdraw(archive, made, made(), BY, "Đơn số 12")


# -- a text by itself means what it means in a search ---------------------------------------------

SOME = ["Đảng", "đang", "ủy", "uỷ", "úy", "ban", "bạn", "Hòa", "hoà", "26/6/2023", "hội", "HỘI"]
words = st.sampled_from(
    [*SOME, ".", "–", "A-b", "nghị.Kết", "x_y", "ĐẢNG", "\u0301", "ß", "ςσ", "²"]
)
texts = st.lists(words, min_size=1, max_size=8).map(" ".join)
bits = st.sampled_from([*SOME, "ho*", '"', "(", ")", "OR", "NOT", "-", "~", "=", "title:", "body:",
                        "author:", "section:", "site:binh-son", "b*", '"ban hội"*'])  # fmt: skip
queries = st.lists(bits, min_size=1, max_size=6).map(" ".join)
narrowings = st.sampled_from(
    [Filters(), Filters(sites=("binh-son",)), Filters(section="hội"), Filters(since="2026-01-01"),
     Filters(province="dong nai")]
)  # fmt: skip


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(texts, texts, texts, st.booleans()), min_size=1, max_size=4),
       st.lists(st.tuples(queries, narrowings), min_size=5, max_size=40))  # fmt: skip
def test_a_text_matches_what_the_index_finds(
    shown: list[tuple[str, str, str, bool]], asked: list[tuple[str, Filters]]
) -> None:
    with walker() as walk:
        for place, (title, body, section, dated) in enumerate(shown):
            date = "2026-02-28" if dated else None
            walk.see(article(f"{HOST}/{place}", title, body, lead=body, section=(section,),
                             published=date))  # fmt: skip
        archive = walk.archive
        loaded = Texts(archive)
        loaded.load([row[0] for row in archive.conn.execute("SELECT version_id FROM article")])
        for text, filters in asked:
            try:
                scope = scope_of(archive, parse(text), filters)
            except QueryError:
                continue
            assert loaded.matching(scope) == {one.version_id for one in newest(archive, scope)}


# -- random interleaving --------------------------------------------------------------------------

SEES = ("see", "see", "reread", "other", "lose", "past", "withdraw")
LOOKS = ("look", "look", "peek", "broken", "one", "add")
one_step = st.tuples(
    st.sampled_from([*SEES, *LOOKS]), st.integers(0, 1), st.booleans(), st.booleans()
)

WATCHED = {"Hai": "hội nghị -mưa", "Mưa": "mua", "Câu": '"hội nghị" OR "trời mưa"',
           "Sau": "hội OR mưa"}  # fmt: skip


class Life:
    """Pages that come, change, are read otherwise and go, beside those who look."""

    def __init__(self, walk: Walker) -> None:
        self.walk, self.archive = walk, walk.archive
        self.count = 0
        self.told: list[News] = []
        self.reads: dict[int, str] = {}
        self.members: dict[str, set[str]] = {}
        for name in WATCHED:
            if name != "Sau":
                self.add(name)

    def add(self, name: str) -> None:
        if name not in self.members:
            watches.add(self.archive, WATCHED[name], BY, name=name)
            self.members[name] = self.found(name)

    def found(self, name: str) -> set[str]:
        return {hit.key for hit in search(self.archive, WATCHED[name], limit=100).hits}

    def shows(self, place: int, meets: bool, rains: bool) -> object:
        self.count += 1  # no text comes twice: what goes to and fro is told once
        body = (
            f"{'Hội nghị' if meets else 'Họp'} lần {self.count}. {'Trời mưa to.' if rains else ''}"
        )
        return article(f"{HOST}/tin/{place}.html", f"Tin số {self.count}", body)

    def step(self, what: str, place: int, meets: bool, rains: bool) -> None:
        url = f"{HOST}/tin/{place}.html"
        closed = self.archive.conn.execute(
            """SELECT 1 FROM withdrawn_page JOIN page ON page.id = page_id WHERE url = ?""", (url,)
        ).fetchone()
        if what == "add":
            self.add("Sau")
        elif what in LOOKS:
            getattr(self, what)()
        elif closed:
            return
        elif what in ("see", "other"):
            reader = self.reads.setdefault(place, "r1") + ("'" if what == "other" else "")
            self.reads[place] = reader
            self.walk.see(self.shows(place, meets, rains), reader)  # type: ignore[arg-type]  # an article
        elif place not in self.reads:
            return
        elif what == "lose":
            self.walk.lose(url)
        elif what == "past":
            self.past(place, meets, rains)
        elif what == "withdraw":
            take(self.archive, url)
        else:
            self.reread(place, meets, rains)

    def reread(self, place: int, meets: bool, rains: bool) -> None:
        """A version, the current or the first, is read otherwise."""
        row = self.archive.conn.execute(
            """SELECT version.last_capture_id FROM version JOIN article ON article.id = article_id
               JOIN page ON page.id = article.page_id WHERE page.url = ?
               ORDER BY version.id = article.version_id = ? LIMIT 1""",
            (f"{HOST}/tin/{place}.html", self.count % 3 == 0),
        ).fetchone()
        shown = self.shows(place, meets, rains)
        with self.archive.transaction():
            versions.reread(self.archive, row[0], shown, f"x{self.count}")  # type: ignore[arg-type]  # an article
        if place in self.reads:
            last = versions.last_reader(self.archive, self.walk.page(f"{HOST}/tin/{place}.html").id)
            assert last is not None
            self.reads[place] = last[1]

    def past(self, place: int, meets: bool, rains: bool) -> None:
        """A capture from before all others comes late."""
        clock, now = self.walk.clock, self.walk.clock.now()
        clock.advance((PAST - now).total_seconds() + self.count)
        shown = self.shows(place, meets, rains)
        self.walk.see(shown, self.reads[place])  # type: ignore[arg-type]  # an article
        clock.advance((now - clock.now()).total_seconds())

    def look(self) -> None:
        peeked = look(self.archive, peek=True)
        found = look(self.archive)
        assert found == peeked
        assert look(self.archive) == []
        self.told += found

    def one(self) -> None:
        """Only one of the watches is looked at."""
        with news.look(self.archive, watches.named(self.archive, "Mưa"), BY) as found:
            self.told += found

    def peek(self) -> None:
        assert look(self.archive, peek=True) == look(self.archive, peek=True)

    def broken(self) -> None:
        """Who looks is stopped halfway, or takes all and then fails: it is told again."""
        before = watches.all(self.archive)
        with pytest.raises(ZeroDivisionError):  # noqa: SIM117 - what fails is inside
            with news.look(self.archive, before, BY) as found:
                for _ in found:
                    raise ZeroDivisionError
                raise ZeroDivisionError
        with news.look(self.archive, before, BY) as found:
            left = next(found, None) is not None
        if left:
            assert watches.all(self.archive) == before

    def check(self) -> None:
        """All that was told adds up to what a search finds."""
        self.look()
        numbers = [(one.event, one.watch) for one in self.told]
        assert len(numbers) == len(set(numbers)), "nothing is told twice"
        for name, members in self.members.items():
            of = [one for one in self.told if one.watch == name]
            assert [one.event for one in of] == sorted(one.event for one in of)
            for one in of:
                assert one.key is not None
                if not one.past:
                    (members.discard if one.match == "left" else members.add)(one.key)
            assert members == self.found(name)


lives = st.lists(one_step, min_size=8, max_size=30)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lives)
def test_what_is_told_adds_up_to_what_a_search_finds(
    taken: list[tuple[str, int, bool, bool]],
) -> None:
    _live(taken)


@pytest.mark.long
@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lives)
def test_what_is_told_adds_up_in_many_lives(taken: list[tuple[str, int, bool, bool]]) -> None:
    _live(taken)


def _live(taken: list[tuple[str, int, bool, bool]]) -> None:
    with walker() as walk, pytest.MonkeyPatch.context() as patch:
        patch.setattr(news, "A_STEP", 3)
        life = Life(walk)
        for one in taken:
            life.step(*one)
        life.check()


# -- one by one -----------------------------------------------------------------------------------

KHAC = f"{HOST}/tin/khac.html"
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "a.db")
    yield store
    store.archive.close()


@pytest.fixture
def call(store: Store, capsys: pytest.CaptureFixture[str]) -> Call:
    def called(*arguments: str) -> tuple[int, str, str]:
        status = status_of(group, ["watch", *arguments, "--archive", str(store.archive.path)])
        told = capsys.readouterr()
        return status, told.out, told.err

    return called


def test_an_edit_is_told_with_its_class_and_words(store: Store) -> None:
    store.see(ARTICLE)
    for name, query in {"Trước": '"sơ kết công tác"', "Sau": '"15 buổi"', "Cả": "Bình Sơn"}.items():
        watches.add(store.archive, query, BY, name=name)
    assert look(store.archive) == [], "what was there before is no news"
    store.see(EDITED)
    found = {one.watch: one for one in look(store.archive)}
    assert {name: one.match for name, one in found.items()} == {
        "Trước": "left", "Sau": "came", "Cả": "still",
    }  # fmt: skip
    came, left = found["Sau"], found["Trước"]
    assert (came.kind, came.change, came.silent, came.version) == ("changed", "content", True, 2)
    assert came.fields == ("title", "body") and came.key == left.key and came.site == "binh-son"
    assert [came.snippet[a:b] for a, b in came.marks] == ["15 buổi"]
    assert [left.title[a:b] for a, b in left.title_marks] == ["sơ kết công tác"]  # type: ignore[index]  # it has one
    assert (left.version, left.title) == (1, ARTICLE.title)


def test_what_is_withdrawn_is_told_without_its_text(store: Store) -> None:
    watches.add(store.archive, "tuyen truyen", BY)
    watches.add(store.archive, "khong co", BY)
    store.see(ARTICLE)
    look(store.archive)
    store.see(EDITED)
    take(store.archive, ARTICLE.url)
    (one,) = look(store.archive)
    assert (one.kind, one.match, one.url) == ("withdrawn", "left", ARTICLE.url)
    assert not one.title and not one.snippet and not one.marks
    assert watches.add(store.archive, "tuyen truyen", BY, name="Từ đầu", since=0).looked == 0
    assert look(store.archive) == [], "nothing of it is left that could match"


def test_an_event_of_before_is_told_by_the_versions(store: Store) -> None:
    store.see(ARTICLE)
    store.see(EDITED)
    watches.add(store.archive, '"15 buổi"', BY, since=0)
    watches.add(store.archive, '"12 buổi"', BY, since=0)
    found = [(one.watch, one.kind, one.match) for one in look(store.archive)]
    assert found == [
        ('"12 buổi"', "new", "came"), ('"12 buổi"', "changed", "left"),
        ('"15 buổi"', "changed", "came"),
    ]  # fmt: skip


def test_filters_hold_for_what_was_before_too(store: Store) -> None:
    watches.add(store.archive, "hoi nghi", BY, filters=Filters(section="Hoạt động"))
    store.see(ARTICLE)
    store.see(replace(ARTICLE, section=("Tin tức",)))
    store.see(replace(ARTICLE, section=("Tin tức", "Khác")))
    assert told(look(store.archive)) == [("new", "came"), ("changed", "left")]


def test_a_look_reads_only_its_events(store: Store) -> None:
    """No text is asked of the articles that nothing happened to."""
    store.see(ARTICLE)
    watches.add(store.archive, "hoi nghi", BY)
    store.see(article(KHAC, "Hội nghị khác", "Một đoạn nữa của bài này."), KHAC)
    asked: list[object] = []
    with pytest.MonkeyPatch.context() as patch:
        real = query_text.entry_of
        patch.setattr(query_text, "entry_of", lambda *all_: asked.append(all_[1]) or real(*all_))
        assert told(look(store.archive)) == [("new", "came")]
    assert len(asked) == 1


def test_the_commands(store: Store, call: Call) -> None:
    assert call("add", "tuyên", "truyền", "--name", "Một", "--by", BY)[0] == 0
    assert "already" in call("add", "khac", "--name", unicodedata.normalize("NFD", "Một"))[2]
    assert call("add", '"15 buổi" site:binh-son', "--province", "phu tho")[0] == 0
    assert "No news of 2 watches" in call("look")[2]
    store.see(ARTICLE)
    status, out, err = call("look", "Một", "--peek")
    assert status == 0 and out.startswith("new · came to match · Một\n   Đảng ủy xã Bình Sơn")
    assert "1 news of `Một`." in err and "\x1b" not in out
    rows = [json.loads(line) for line in call("look", "--format", "jsonl")[1].splitlines()]
    assert [(row["watch"], row["kind"], row["match"]) for row in rows] == [("Một", "new", "came")]
    assert rows[0]["event"].startswith(f"{store.archive.id}:")
    assert call("look", "--format", "json")[1].split() == ["[", "]"]
    (row,) = csv.DictReader(io.StringIO(call("look", "--since", "0", "--format", "csv")[1]))
    assert row["key"] == rows[0]["key"] and "No news" in call("look")[2]
    listed = [json.loads(line) for line in call("list", "--format", "jsonl")[1].splitlines()]
    assert [one["watch"] for one in listed] == ['"15 buổi" site:binh-son', "Một"]
    assert listed[0]["filters"] == {"province": "phu tho"} and listed[1]["by"] == BY
    assert call("remove", listed[1]["key"], "--by", "Mây")[0] == 0
    assert len(call("list", "--format", "jsonl")[1].splitlines()) == 1
    last = json.loads(call("list", "--all", "--format", "jsonl")[1].splitlines()[-1])
    assert (last["watch"], last["removed_by"]) == ("Một", "Mây")
    assert call("add", "tuyên truyền", "--name", "Một")[0] == 0, "its name is free again"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add", "title:(hoi"), "  ^"),
        (("add", "hoi site:khong"), "There is no site `khong`"),
        (("add", "hoi", "--collection", "x"), "There is no collection `x`"),
        (("add", "hoi", "--name", " "), "--name is empty"),
        (("add", "hoi", "--since", "7"), "There is no event 7 yet"),
        (("add", "hoi \udc80"), "not in UTF-8"),
        (("look", "khong"), "`luutru watch add QUERY` makes one"),
        (("remove", "khong"), "There is no watch `khong`"),
    ],
)
def test_slips_are_told(call: Call, arguments: tuple[str, ...], words: str) -> None:
    status, out, err = call(*arguments)
    assert (status, out) == (2, "") and words in err


def test_output_that_breaks_off_is_told_again(store: Store) -> None:
    watches.add(store.archive, "hoi nghi", BY)
    store.see(ARTICLE)
    command = [sys.executable, "-c", "from crawler.cli import main; main()", "watch", "look",
               "--format", "json", "--archive", str(store.archive.path)]  # fmt: skip
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2 and "disk is full" in done.stderr
    again = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert len(json.loads(again.stdout)) == 1


def test_a_watch_that_cannot_be_asked_holds_up_no_store(store: Store) -> None:
    watch = watches.add(store.archive, "hoi nghi", BY)
    store.archive.conn.execute("UPDATE watch SET query = '(' WHERE id = ?", (watch.id,))
    store.see(ARTICLE)
    store.see(EDITED)
    with pytest.raises(InputError, match=f"luutru watch remove {watch.key}"):
        look(store.archive)


def test_another_reading_is_told_where_a_match_began_or_ended(tmp_path: Path) -> None:
    steps = [says("/tin/a.html", lead="Mưa lũ."), says("/tin/b.html", "Tin vắn", text=1),
             says("/tin/c.html", "Thông báo bảo trì", kind="notice")]  # fmt: skip
    archive = build(tmp_path / "old", FixedClock(START), steps, Eyes(OLD, notice=False, lead=False))
    for name, query in {"Lũ": "mua lu", "Tin": "tin van", "Báo": "bao tri"}.items():
        watches.add(archive, query, BY, name=name)

    def again(eyes: Eyes) -> list[tuple[str, str, str]]:
        archive.conn.execute("UPDATE reading SET reader = ?", (OLD,))
        rereading.reparse(archive, eyes)
        return [(one.watch, one.kind, one.match) for one in look(archive) if one.kind != "story"]

    assert again(Eyes(notice=False)) == [("Lũ", "reread", "came")]
    (key,) = archive.conn.execute("SELECT key FROM article WHERE version_id = 3").fetchone()
    assert again(Eyes(lead=False)) == [("Lũ", "reread", "left"), ("Báo", "reread", "left")]
    again_ = look(archive, since=0)
    assert [one.key for one in again_ if one.watch == "Báo"] == [key]
    assert again(Eyes(notice=False, lead=False)) == [("Báo", "reread", "came")]
    archive.close()
