"""Each column of each kept table, changed one by one: what verify finds, and what it cannot."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import kept
import pytest
from crawling import DemoDays

from archive.db import Archive
from archive.errors import LuutruError
from archive.ops.verify import CHECKS, Options, verify
from crawler.rederiving import Rederiving

# Facts under no digest, which nothing else tells again.
UNCOVERED = {
    "archive": {"id", "created"},
    "site": {"name", "province_then", "province_now", "state_since", "holder", "committee_then",
             "committee_now", "dissolved", "merged", "successor", "predecessors", "better_since"},
    "page": {"how", "found_on", "depth", "failures", "pinned", "root_id", "backfilled", "lastmod",
             "told"},
    "anchor": {"media", "generation", "payload_id"},
    "schedule": {"site_id", "cron", "set_at", "done", "started", "ended", "outcome", "problem"},
}  # fmt: skip
KEPT = ("archive", "site", "page", "crawl", "payload", "anchor", "header", "capture", "seal",
        "schedule")  # fmt: skip


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kept.make(tmp_path_factory.mktemp("whole") / "a.db")


def columns(path: Path, table: str) -> list[str]:
    with closing(sqlite3.connect(path)) as conn:
        return [row[1] for row in conn.execute(f"PRAGMA table_info({table})")]


def others(value: Any) -> list[Any]:
    """Values near to one, and none."""
    if value is None:
        return [1, "x"]
    if isinstance(value, int | float):
        return [value + 1, None]
    if isinstance(value, bytes):
        return [kept.flipped(value, len(value) // 2), value + b"x"] if value else [b"x"]
    return [value[:-1] + chr(ord(value[-1]) ^ 1) if value else "x", None]


def altered(path: Path, table: str, column: str) -> Iterator[sqlite3.Row]:
    """The archive at *path*, changed in one place after the other; each time the row as it was."""
    with closing(sqlite3.connect(path)) as conn:
        conn.row_factory = sqlite3.Row
        keys = [row["name"] for row in conn.execute(f"PRAGMA table_info({table})") if row["pk"]]
        rows = conn.execute(f"SELECT * FROM {table} ORDER BY {', '.join(keys)}").fetchall()
    if table == "capture":  # one of each kind, and those that nothing refers to
        kinds = {row["outcome"]: row for row in rows}
        rows = [rows[0], *kinds.values()]
    data = path.read_bytes()
    for row in rows[:1] + rows[1:][-2:]:
        for value in others(row[column]):
            path.write_bytes(data)
            try:
                with closing(sqlite3.connect(path, isolation_level=None)) as conn:
                    conn.execute("PRAGMA synchronous = OFF")
                    conn.execute(
                        f"UPDATE {table} SET {column} = ?"
                        f" WHERE {' AND '.join(f'{key} = ?' for key in keys)}",
                        (value, *(row[key] for key in keys)),
                    )
                    conn.execute("PRAGMA journal_mode = DELETE")
            except sqlite3.IntegrityError:
                continue
            yield row
    path.write_bytes(data)


def found(path: Path, options: Options | None = None) -> list[str]:
    try:
        with Archive.open(path, readonly=True) as archive:
            done = list(verify(archive, options))
    except LuutruError as error:
        return [str(error)]
    assert len(done) >= len(CHECKS)
    return [text for one in done for text in one.found]


@pytest.mark.parametrize("table", ["crawl", "payload", "header", "capture", "seal"])
def test_each_column_is_covered(whole: Path, tmp_path: Path, table: str) -> None:
    path = Path(shutil.copy(whole, tmp_path / "a.db"))
    harmless = {("seal", "id")}  # a number that only orders: the last one may be any later
    for column in columns(path, table):
        if (table, column) in harmless:
            continue
        for row in altered(path, table, column):
            told = found(path)
            assert told, f"{table}.{column} of {dict(row)}"
            if table == "capture" and column not in ("id", "crawl_id", "time", "url"):
                name = f"{row['url']} at {row['time'][:19]}Z"
                assert any(name in text or "`capture`" in text for text in told), told
            if table in ("crawl", "seal") and column == "agent":
                assert any("(binh-son, 2026-03-01T" in text for text in told), told


@pytest.mark.long
@pytest.mark.parametrize("table", ["archive", "site", "page", "anchor", "schedule"])
def test_what_is_not_covered_is_named(whole: Path, tmp_path: Path, table: str) -> None:
    """UNCOVERED is what the help of verify speaks of: nothing else of these tables goes unseen."""
    path = Path(shutil.copy(whole, tmp_path / "a.db"))
    for column in columns(path, table):
        if column in UNCOVERED[table]:
            continue
        # What was never captured can have any address and is asked for under it.
        for row in altered(path, table, column):
            captured = table != "page" or row["last_capture_id"] is not None
            assert found(path) or not captured, f"{table}.{column} of {dict(row)}"


def test_no_kept_table_is_forgotten(whole: Path) -> None:
    with closing(sqlite3.connect(whole)) as conn:
        sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        names = {row[0] for row in conn.execute(sql)}
    assert set(KEPT) <= names


def test_a_capture_under_another_page_is_found(whole: Path, tmp_path: Path) -> None:
    """Its identity does not say so, and the seal does not either."""
    for change, address in [
        ("UPDATE capture SET page_id = 9 WHERE id = 8", "http://x.vn/7.html"),
        ("UPDATE page SET url = 'http://x.vn/7.html?a=1' WHERE id = 8", "http://x.vn/7.html"),
        ("UPDATE page SET found_url = 'http://x.vn/8.html' WHERE id = 8", "http://x.vn/7.html"),
    ]:
        told = found(kept.changed(whole, tmp_path / "a.db", change))
        assert any(f"of {address} at 2026-03-01T08:00:08Z: it is filed under page" in text
                   for text in told), told  # fmt: skip


def test_a_page_may_drop_parameters_of_the_address(whole: Path, tmp_path: Path) -> None:
    from archive.ops.checks import Look
    from archive.ops.checks_kept import filed

    with Archive.open(whole, readonly=True) as archive:
        look = Look(archive)
        row = dict(archive.conn.execute("SELECT * FROM capture WHERE id = 8").fetchone())
        for url, fits in [
            ("http://x.vn/7.html?session=3", True), ("http://X.vn/7.html#a", True),
            ("http://x.vn/7.html/", True), ("http://x.vn/7.htm", False),
            ("http://y.vn/7.html", False), ("no address", False),
        ]:  # fmt: skip
            assert filed(look, row | {"url": url}) == fits, url


def test_a_seal_that_was_kept_elsewhere_is_asked_for(whole: Path) -> None:
    with closing(sqlite3.connect(whole)) as conn:
        (own,) = conn.execute("SELECT digest FROM seal WHERE id = 1").fetchone()
    assert found(whole, Options(held=[own])) == []
    (told,) = found(whole, Options(held=["sha256:00", own]))
    assert told.startswith(
        "No seal here is sha256:00: it is another archive's, or this one was made"
    )


def test_an_archive_made_up_as_a_whole_is_found_by_who_holds_a_seal(tmp_path: Path) -> None:
    """The forger writes every capture anew: all fits, and only the seal is another."""
    first = kept.make(tmp_path / "a.db")
    forged = kept.make(tmp_path / "b.db")
    with closing(sqlite3.connect(first)) as conn:
        held = [row[0] for row in conn.execute("SELECT digest FROM seal")]
    assert found(forged) == []
    assert len(found(forged, Options(held=held))) == 2


# -- derived data, read again ---------------------------------------------------------------------


def again(demo: DemoDays, most: int | None = None) -> Options:
    return Options(more=(("rederived", Rederiving([demo.folder / "sites"], 2, most)),))


def told_of(path: Path, options: Options) -> tuple[int, list[str]]:
    """How many pages were read again, and what that found."""
    with Archive.open(path, readonly=True) as archive:
        *_, last = verify(archive, options)
    assert last.check == "rederived"
    return last.looked_at, list(last.found)


CHANGES = [
    "version SET tags = '[\"khác\"]' WHERE id = 1",
    "version SET evidence = '{}' WHERE id = 9",
    "version SET reader = reader, source = 'Báo khác' WHERE id = 17",
    "byline SET role = 'khác' WHERE version_id = (SELECT max(version_id) FROM byline)",
    "article SET state_since = '2020-01-01T00:00:00.000000Z' WHERE id = 30",
    "link SET title = 'khác' WHERE article_id = (SELECT max(article_id) FROM link)",
]
"""Of each the digests, if there are any, still fit."""


def test_what_the_captures_show_otherwise_is_found(demo_days: DemoDays, tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with Archive.open(demo_days.path, readonly=True) as archive:
        archive.conn.execute("VACUUM INTO ?", (str(path),))
    number, told = told_of(path, again(demo_days))
    assert (number > 150, told) == (True, [])
    assert told_of(path, again(demo_days, 20)) == (20, [])
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        for change in CHANGES:
            assert conn.execute(f"UPDATE {change}").rowcount > 0, change
        # of no current version: what the index holds is not touched
        # and at one address: each of its pages would be told
        conn.execute(
            """UPDATE article SET version_id = 999999 WHERE id = (
               SELECT article_id FROM article_page GROUP BY article_id
               HAVING count(*) = 1 AND article_id >= 50 LIMIT 1)"""
        )
        conn.execute("PRAGMA journal_mode = DELETE")
    _, told = told_of(path, again(demo_days))
    named = (
        "`tags`", "`evidence`", "`source`", "byline rows", "state_since", "links", "current",
    )  # fmt: skip
    for words in named:
        assert any(words in text and "http://127.0.0.1" in text for text in told), (words, told)
    # one line for each article; which of the changes meet in one depends on the crawl's order
    assert len({text.split()[1] for text in told}) == len(told) <= len(CHANGES) + 1, told


def test_what_another_reader_read_is_left_aside(demo_days: DemoDays, tmp_path: Path) -> None:
    check = Rederiving([tmp_path], 1, None)  # the profiles are not there
    number, told = told_of(demo_days.path, Options(more=(("rederived", check),)))
    assert (number, told, check.aside > 150) == (0, [], True)
