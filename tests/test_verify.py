"""Verify: whole archives have no problem, also beside a crawl; every damage is found and named."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import kept
import pytest
from bulk import Row, create
from crawling import Running, SmallSite, rows, served
from crawling import article as served_article

from archive.cli.run import status_of
from archive.db import Archive
from archive.ops.checks import ranges, sample
from archive.ops.verify import CHECKS, Checked, Options, verify
from crawler.commands.verify import command
from crawler.rederiving import Rederiving

Change = str | Callable[[sqlite3.Connection], None]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kept.make(tmp_path_factory.mktemp("whole") / "a.db")


def checked(path: Path, **options: int) -> dict[str, Checked]:
    with Archive.open(path, readonly=True) as archive:
        done = {one.check: one for one in verify(archive, Options(**options))}
    assert list(done) == [name for name, _ in CHECKS]  # whatever was found, all go on
    return done


def problems(path: Path) -> dict[str, tuple[str, ...]]:
    return {name: one.found for name, one in checked(path).items() if one.problems}


# -- whole ----------------------------------------------------------------------------------------


def test_a_whole_archive_has_no_problem_and_is_not_changed(whole: Path) -> None:
    before = whole.read_bytes()
    done = checked(whole)
    assert not [one for one in done.values() if one.problems or one.found]
    assert whole.read_bytes() == before
    with closing(sqlite3.connect(whole)) as conn:
        for check, table in [("payloads", "payload"), ("captures", "capture"), ("seals", "seal"),
                             ("versions", "version"), ("index", "version")]:  # fmt: skip
            (count,) = conn.execute(f"SELECT count(*) FROM {table}").fetchone()
            assert done[check].looked_at == count > 0, check
        assert done["sqlite"].looked_at == conn.execute("PRAGMA page_count").fetchone()[0]


def test_the_sample_sites_have_no_problem(demo_days: object) -> None:
    assert problems(demo_days.path) == {}  # type: ignore[attr-defined]  # DemoDays


def test_an_archive_without_an_article_has_no_problem(archive: Archive) -> None:
    assert problems(archive.path) == {}


def test_a_sample_looks_at_that_many(whole: Path) -> None:
    done = checked(whole, sample=7)
    assert {done[name].looked_at for name in ("payloads", "captures")} == {7}
    with closing(sqlite3.connect(whole)) as conn:
        (earlier,) = conn.execute("SELECT count(*) FROM past_row").fetchone()
    assert done["index"].looked_at == 7 + min(earlier, 7)
    assert done["seals"].looked_at == 2
    assert not any(one.problems for one in done.values())


def test_a_sample_is_even() -> None:
    counts = [0] * 10
    for _ in range(2000):
        for number in sample(iter(range(10)), 3):
            counts[number] += 1
    assert min(counts) > 450
    assert sample(iter(range(2)), 5) == [0, 1]
    assert ranges([1, 2, 3, 7, 9, 10]) == [(1, 3), (7, 7), (9, 10)]


@pytest.mark.long
def test_a_crawl_beside_it_makes_no_problem(tmp_path: Path) -> None:
    links = [f"/tin/{number}.html" for number in range(80)]
    slow = {one: replace(served_article(n), delay=0.2) for n, one in enumerate(links)}
    site = SmallSite(slow, links=links)
    path = tmp_path / "a.db"
    Archive.create(path).close()
    with served(tmp_path, site):
        crawl = Running(tmp_path)
        times, grown = 0, []
        while not rows(path, "SELECT 1 FROM crawl WHERE ended IS NOT NULL"):
            done = checked(path)
            assert not [one.found for one in done.values() if one.problems]
            if times % 5 == 0:
                assert rederived(tmp_path)[1] == []
            times += 1
            grown.append(done["captures"].looked_at)
        assert crawl.end().status == 0
    assert times > 3
    assert len(set(grown)) > 2, "it never looked while the crawl wrote"
    assert problems(path) == {}
    assert rederived(tmp_path) == (80, [])


def rederived(folder: Path) -> tuple[int, list[str]]:
    """How many pages were read again, and what was found."""
    more = (("rederived", Rederiving([folder / "sites"], 1, None)),)
    with Archive.open(folder / "a.db", readonly=True) as archive:
        *_, last = verify(archive, Options(more=more))
    return last.looked_at, list(last.found)


def test_what_a_killed_crawl_left_is_no_problem_until_the_next_has_begun(
    whole: Path, tmp_path: Path
) -> None:
    """The next crawl seals the killed one, and may be killed itself before it reads on."""
    copy = Path(shutil.copy(whole, tmp_path / "a.db"))
    with closing(sqlite3.connect(copy)) as conn, conn:
        conn.executescript(_WAITS.format(1))
        conn.execute("UPDATE crawl SET outcome = 'killed'")
    assert "readings" not in problems(copy)


def test_a_writer_need_not_wait(whole: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(whole, tmp_path / "a.db"))
    with Archive.open(path) as writer:
        writer.conn.execute("PRAGMA busy_timeout = 0")
        with Archive.open(path, readonly=True) as archive:
            for number, one in enumerate(verify(archive)):
                with writer.transaction() as conn:  # between two checks, and in the next one's view
                    conn.execute("UPDATE site SET name = ?", (f"tên {number}",))
                assert one.problems == 0


def test_it_reads_where_nothing_may_be_written(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "shelf"
    folder.mkdir()
    shutil.copy(whole, folder / "a.db")
    done = kept.as_another(folder, "verify", "--archive", "a.db")
    assert (done.status, "a.db is whole" in done.stderr) == (0, True), done.stderr
    assert [one.name for one in folder.iterdir()] == ["a.db"]


# -- damaged --------------------------------------------------------------------------------------

BACKUP = r"`luutru restore FILE --force` puts a backup in the archive's place"
_WAITS = "INSERT OR REPLACE INTO reading (capture_id, state, attempts) VALUES (5, 'waiting', {})"

DAMAGES: list[tuple[str, Change, str, str]] = [
    ("a payload's bytes", "UPDATE payload SET data = flipped(data, -3) WHERE id = 20",
     "payloads", r"Payload 20 is damaged: .*\. It is the content of capture \d+ of http://x.vn/\d+"
     rf".html at 2026-.*{BACKUP}.* `luutru crawl SITE --full`"),
    ("a frame that asks for more than any memory",
     "UPDATE payload SET data = CAST(x'28b52ffde0ffffffffffffff7f' AS BLOB) WHERE id = 20",
     "payloads", "Payload 20 is damaged: its size and digest"),
    ("a payload's size", "UPDATE payload SET size = size + 1 WHERE id = 9", "payloads",
     "Payload 9 is damaged"),
    ("a payload's digest", "UPDATE payload SET digest = 'sha256:00' WHERE id = 9", "payloads",
     "Payload 9 is damaged: its digest"),
    ("an anchor that is none", "UPDATE payload SET anchors = '999' WHERE id = 20", "payloads",
     "Payload 20 is damaged: it leans on payload 999, which is no anchor"),
    ("a payload that leans on itself", "UPDATE payload SET anchors = '20' WHERE id = 20",
     "payloads", "Payload 20 is damaged: it leans on payload 20, which is no anchor"),
    ("a header", "UPDATE header SET value = 'text/htmk' WHERE id = 1", "captures",
     r"Row 1 of `header` \(Content-Type: text/htmk\) stands only in captures whose identity"),
    ("a missing header", "DELETE FROM header", "captures", r"Capture 1 of .*nobody wrote"),
    ("a capture's status", "UPDATE capture SET status = 203 WHERE id = 6", "captures",
     rf"Capture 6 of http://x.vn/5.html at 2026-.*: its identity is not the digest .*{BACKUP}"),
    ("a capture's time", "UPDATE capture SET time = replace(time, 'Z', 'X') WHERE id = 6",
     "captures", "Capture 6 of"),
    ("a capture's payload", "UPDATE capture SET payload_id = 3 WHERE id = 6", "captures",
     "Capture 6 of"),
    ("an earlier capture", "UPDATE capture SET earlier_id = 3 WHERE outcome = 'unchanged'",
     "captures", r"Capture \d+ of http://x.vn/0.html"),
    ("a capture's headers", "UPDATE capture SET headers = substr(headers, 2) WHERE id = 6",
     "captures", "Capture 6 of .* holds what nobody wrote"),
    ("a capture's failure", "UPDATE capture SET failure = 'dns' WHERE failure IS NOT NULL",
     "captures", r"Capture \d+ of http://x.vn/cham.html"),
    ("text that is none", "UPDATE capture SET address = CAST(x'ff' AS TEXT) WHERE id = 6",
     "captures", "Row 6 of `capture` cannot be read"),
    ("a seal's root", "UPDATE seal SET root = 'sha256:00' WHERE id = 1", "seals",
     r"Seal 1, of crawl 1 \(binh-son, 2026-\S+Z\): its digest is not that of"),
    ("a seal's digest", "UPDATE seal SET digest = 'sha256:00' WHERE id = 1", "seals",
     r"Seal 2, of crawl 2 \(binh-son, 2026-\S+Z\): it does not follow the seal before it"),
    ("a seal's leaves", "UPDATE seal SET leaves = 3 WHERE id = 2", "seals",
     r"Seal 2, of crawl 2 \(binh-son, 2026-\S+Z\): it is over 3 captures, and 5 are there"),
    ("a seal taken away", "DELETE FROM seal WHERE id = 2", "seals",
     "Crawl 2 of binh-son ended at 2026-.*Z and has no seal"),
    ("a capture taken away", "DELETE FROM capture WHERE outcome = 'failure'", "seals",
     r"Seal 1, of crawl 1 \(binh-son, 2026-\S+Z\): it is over 44 captures, and 43 are there"),
    ("captures exchanged", lambda conn: _exchange(conn), "seals",
     r"Seal 1, of crawl 1 \(binh-son, 2026-\S+Z\): a capture under it is not the one that"),
    ("a version's body", "UPDATE version SET body = replace(body, 'bàn', 'bán') WHERE id = 9",
     "index", "Version 9: its text is not the one that was indexed"),
    ("a version's title", "UPDATE version SET title = 'x' WHERE id = 1", "versions",
     "Version 1 of article [0-9a-f]{16}: its title or body is not that of its digest"),
    ("a version's lead", "UPDATE version SET lead = 'x' WHERE id = 1", "versions",
     "Version 1 of article [0-9a-f]{16}: its content is not that of its digest"),
    ("a version's JSON", "UPDATE version SET tags = '[' WHERE id = 1", "versions",
     "Version 1 of article [0-9a-f]{16}: its row holds what nobody wrote"),
    ("a version's date", "UPDATE version SET published_utc = '2020' WHERE id = 1", "versions",
     "None is not 2020 in UTC"),
    ("a reference", "UPDATE article SET page_id = 999 WHERE id = 4", "references",
     "Row 4 of `article`: its `page_id` is 999, and there is no such `page`"),
    ("a reference of a table without row numbers", "INSERT INTO byline VALUES (999, 0, '', '', '')",
     "references", "A row of `byline` names a `version` that is not there"),
    ("another page's capture", "UPDATE page SET last_capture_id = 3 WHERE id = 9", "pages",
     r"Page 9 \(http://x.vn/8.html\): its last capture 3 is of another page"),
    ("an earlier last capture", "UPDATE page SET last_capture_id = 1 WHERE id = 1",
     "pages", r"Page 1 .* is later than"),
    ("a POST body", "UPDATE page SET body = x'00' WHERE method = 'POST'", "pages",
     r"Page \d+ \(http://x.vn/tim\): its body is not that of its digest"),
    ("another article's version", "UPDATE article SET version_id = 2 WHERE id = 9", "articles",
     "Article [0-9a-f]{16}: its current version 2 is none of its own"),
    ("a version that is not the last", "UPDATE article SET version_id = 1 WHERE id = 1",
     "articles", "its current version is 1, but 42 was seen later"),
    ("an article's key", "UPDATE article SET key = '0123456789abcdef' WHERE id = 9", "articles",
     "Article 0123456789abcdef: its key is not among those of its addresses"),
    ("an address's key", "UPDATE article_page SET key = '0123456789abcdef' WHERE page_id = 9",
     "articles", "its article's key 0123456789abcdef is not made of its address"),
    ("versions that end before they begin",
     "UPDATE version SET last_capture_id = 1 WHERE id = 9", "versions",
     "Version 9 of article .*: the first capture that shows it is later"),
    ("a story without its articles", "UPDATE article SET story_id = NULL", "stories",
     "Story [0-9a-f]{16}: it has 0 articles"),
    ("copies that no story holds",
     "INSERT INTO copy_pair SELECT min(id), max(id), 5, 5 FROM article WHERE story_id IS NULL",
     "stories", "they are near copies, and in no story together.*`luutru reindex`"),
    ("a story of strangers", "UPDATE article SET story_id = 1", "stories",
     "Story [0-9a-f]{16}: no copies connect its articles"),
    ("a story's first look", "UPDATE story SET first_seen = '2020'", "stories",
     "Story [0-9a-f]{16}: it was not first seen when it says"),
    ("a story's first date", "UPDATE story SET first_dated = '2020-01-01'", "stories",
     "Story [0-9a-f]{16}: it was not first dated when it says"),
    ("articles never compared", "UPDATE copy_state SET complete = 0", "copies",
     "near copies are missing.*`luutru reindex`"),
    ("another text's sentences", "UPDATE copy_text SET sentences = (SELECT sentences FROM copy_text"
     " WHERE article_id = 3) WHERE article_id = 9", "copies",
     "its sentences are not those it is compared by.*`luutru reindex`"),
    ("half a sentence", "UPDATE copy_text SET sentences = x'00' WHERE article_id = 9", "copies",
     "what it is compared by was written by nobody"),
    ("a lost sentence", "DELETE FROM sentence WHERE article_id = 9", "copies",
     "not all of its sentences can be looked up"),
    ("a sentence of nobody", "INSERT INTO sentence VALUES (5, 9)", "copies",
     "sentences are stored, the texts have"),
    ("a wrong count", "UPDATE copy_text SET counted = 7 WHERE article_id = 9", "copies",
     "its sentences are counted wrong"),
    ("a wrong pair", "INSERT INTO copy_pair VALUES (3, 9, 5, 5)", "copies",
     "its near copies are not those that its sentences say"),
    ("an event's version", "UPDATE event SET version_id = 2 WHERE number = 1", "events",
     "Event 1: version 2 is not of the article"),
    ("a reading that waits", _WAITS.format(1), "readings",
     r"Capture 5 of http://x.vn/4.html waits to be read.*`luutru crawl SITE`"),
    ("a reading that kills", _WAITS.format(3), "readings", "Capture 5 .* was begun 3 times"),
    ("a lost index row", "DELETE FROM search_row WHERE article_id = 3", "index",
     r"Article [0-9a-f]{16}: the index holds version none, current is 44\. `luutru reindex`"),
    ("a word of the index", lambda conn: _misspell(conn), "index",
     r"The words of the index are not those of the versions\. `luutru reindex`"),
    ("the index's structure", "DELETE FROM search_text_data WHERE id > 10", "index",
     "FTS5 finds the index damaged"),
    ("an unfinished index", "UPDATE index_state SET complete = 0", "index",
     "The search index is not complete. Run `luutru reindex`"),
    ("a table's index", "DROP INDEX capture_page", "schema", "The index `capture_page` is missing"),
    ("a table", "DROP TABLE story", "schema", "The table `story` is missing"),
]  # fmt: skip


def _exchange(conn: sqlite3.Connection) -> None:
    """Two captures of one crawl change their places: every row still fits its identity."""
    conn.execute("UPDATE capture SET id = 1000 WHERE id = 2")
    conn.execute("UPDATE capture SET id = 2 WHERE id = 3")
    conn.execute("UPDATE capture SET id = 3 WHERE id = 1000")


def _misspell(conn: sqlite3.Connection) -> None:
    """`miệng` becomes `miệnh` in the index alone, as long and in the same order of words."""
    for row, block in conn.execute(
        "SELECT id, block FROM search_text_data WHERE id > 10"
    ).fetchall():
        if "ệng".encode() in block:
            block = block.replace("ệng".encode(), "ệnh".encode())
            conn.execute("UPDATE search_text_data SET block = ? WHERE id = ?", (block, row))
            return
    raise AssertionError("the word is not there")


@pytest.mark.parametrize(("change", "check", "told"), [one[1:] for one in DAMAGES],
                         ids=[one[0] for one in DAMAGES])  # fmt: skip
def test_damage_is_found_and_named(
    whole: Path, tmp_path: Path, change: Change, check: str, told: str
) -> None:

    found = problems(kept.changed(whole, tmp_path / "a.db", change))
    assert any(re.search(told, text) for text in found.get(check, ())), found


@pytest.mark.parametrize(
    "table", ["payload", "capture", "version", "header", "search_text_data", "capture_page", "page"]
)
def test_a_page_of_nonsense_ends_no_check(whole: Path, tmp_path: Path, table: str) -> None:
    done = checked(kept.overwritten(whole, tmp_path / "a.db", table))
    owner = "capture" if table == "capture_page" else table
    assert any(f"The table `{owner}`" in text for text in done["sqlite"].found)
    looking = {"payload": "payloads", "capture": "captures", "version": "versions"}
    if table in looking:
        found = done[looking[table]]
        told = (
            rf"(Rows \d+ to \d+|No row) of `{table}` .*can.* be read \(database disk image is malf"
        )
        assert any(re.match(told, text) for text in found.found)
        # what stands before and behind the page is looked at all the same
        if table != "version":
            assert 20 < found.looked_at < 50
    if table == "search_text_data":
        assert any("FTS5 finds" in text or "go on" in text for text in done["index"].found)


# -- the command ----------------------------------------------------------------------------------


def test_the_command(whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(command, ["--archive", str(whole)]) == 0
    out = capsys.readouterr()
    assert out.out.splitlines()[0].split() == ["check", "looked_at", "problems", "seconds"]
    assert len(out.out.splitlines()) == 2 + len(CHECKS)
    assert f"a.db is whole: {len(CHECKS) + 1} checks found no problem" in out.err

    path = kept.changed(whole, tmp_path / "b.db", "UPDATE capture SET status = 299")
    assert status_of(command, ["--archive", str(path), "--most", "2"]) == 1
    out = capsys.readouterr()
    assert out.out.count("\ncaptures: Capture") == 2
    assert "captures: and 48 more." in out.out
    assert "problems in" in out.err
    assert status_of(command, ["--archive", str(path), "--format", "json"]) == 1
    rows = {row["check"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["captures"]["problems"] == len(rows["captures"]["found"])
    assert rows["payloads"]["found"] == []


def test_calls_that_say_too_much(whole: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, why in [
        (["--all", "--sample", "3"], "exclude each other"),
        (["--seal", "sha256:00"], "is no digest of a seal. It is as `luutru cite --seal` prints"),
    ]:
        assert status_of(command, [*arguments, "--archive", str(whole)]) == 2
        assert why in capsys.readouterr().err
    held = "sha256:" + "0" * 64
    assert status_of(command, ["--seal", held, "--archive", str(whole)]) == 1
    assert f"seals: No seal here is {held}" in capsys.readouterr().out


def test_what_cannot_be_opened(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    foreign, cut = tmp_path / "foreign.db", tmp_path / "cut.db"
    with closing(sqlite3.connect(foreign)) as conn:
        conn.execute("CREATE TABLE t (a)")
    cut.write_bytes(whole.read_bytes()[:5000])
    newer = kept.changed(
        whole, tmp_path / "newer.db",
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
        " VALUES ('luutru', 'schema_99', '')",
    )  # fmt: skip
    for path, why in [(tmp_path / "no.db", "There is no archive"), (cut, "is damaged"),
                      (foreign, "of another program"), (newer, "Update Luutru")]:  # fmt: skip
        assert status_of(command, ["--archive", str(path)]) == 2
        assert why in capsys.readouterr().err


def test_no_room_for_the_copy_of_the_index(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with create(tmp_path / "a.db", [Row("Tin", ("một " * 90_000,))]) as archive:
        from archive import index

        index.rebuild(archive)
    done = kept.run("verify", "--archive", tmp_path / "a.db", "--format", "json", limit=200_000)
    found = {row["check"]: row["found"] for row in json.loads(done.stdout)}["index"]
    assert any("No room for a copy of the index" in text and "TMPDIR" in text for text in found)
    assert done.returncode == 1


def test_ctrl_c_ends_it_without_a_traceback(tmp_path: Path) -> None:
    before = (
        "import os, signal, threading\n"
        "import archive.ops.verify as v\n"
        "v.CHECKS = (('slow', lambda look: look.conn.execute('WITH RECURSIVE n(i) AS (SELECT 1'\n"
        "    ' UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n').fetchone()),)\n"
        "threading.Timer(1.5, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
    )
    Archive.create(tmp_path / "a.db").close()
    done = kept.run("verify", "--archive", tmp_path / "a.db", before=before)
    assert (done.returncode, done.stderr) == (130, "Interrupted.\n")
