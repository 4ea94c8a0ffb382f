"""Merged seals: of copies that went on by themselves, and of captures that two crawls have."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import kept
import pytest
from crawling import BASE, HTML
from merging import copied, dump, later, leaves, made, merge, problems
from rereading import does, says

from archive import captures, crawls, pages, seals, sites
from archive.clock import iso
from archive.db import Archive
from archive.ops.checks_seals import forks
from archive.proof import check_bundle
from archive.proof.bundle import bundle
from archive.proof.citation import refer
from archive.types import Exchange, Found

ONE, TWO = "/tin/1.html", "/tin/2.html"


@pytest.fixture(autouse=True)
def own_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUUTRU_LOCKS", str(tmp_path))


def proved(path: Path) -> set[str]:
    """Every capture of an article of the archive, cited and proved; the seals that it is under."""
    found = set()
    with Archive.open(path, readonly=True) as archive:
        for row in archive.conn.execute(
            """SELECT article_page.key, capture.time FROM article_page
               JOIN capture ON capture.page_id = article_page.page_id"""
        ).fetchall():
            one = bundle(archive, refer(archive, row["key"], at=row["time"]), chain=True)
            found |= {seals.seal_digest(seal) for seal in one["seals"]}
            assert "FITS" in check_bundle.check(one)
    return found


def chains(path: Path) -> list[tuple[str | None, str]]:
    with Archive.open(path, readonly=True) as archive:
        rows = archive.conn.execute("SELECT previous, digest FROM seal ORDER BY id")
        return [tuple(row) for row in rows]


def crawled(path: Path, hours: float, *steps: object) -> str:
    """One crawl more in the archive; the digest of its seal."""
    made(path.parent, steps, hours) if steps else None  # type: ignore[arg-type]  # steps
    return chains(path)[-1][1]


def but_turns(path: Path) -> object:
    """All but when pages are due: that of a page without a look is the earlier one of two."""
    return {name: rows for name, rows in dump(path).items() if name != "page"}


def test_a_copy_that_went_on_is_a_fork_and_no_damage(tmp_path: Path) -> None:
    here = made(tmp_path / "a", [says(ONE)])
    base = chains(here)[-1][1]
    there = made(tmp_path / "b", [says(ONE, "Sửa ở bản sao")], 30, base=here)
    own = crawled(here, 20, says(TWO, text=1))
    merge(here, there, clock=later())
    assert problems(here) == []
    with Archive.open(here) as archive:
        (told,) = forks(archive)
        assert told.startswith(f"2 lines of seals of archive {archive.id} go on from {base}")
    after = crawled(here, 1001, does(ONE, "again"))
    assert chains(here)[-1] == (own, after), "its own line goes on"
    assert problems(here) == []
    assert proved(here) == {digest for _, digest in chains(here)}
    done = kept.run("verify", "--archive", here)
    assert done.returncode == 0 and "No damage: 2 lines of seals" in done.stderr
    # whoever begins with the copy has the same captures, seals and articles
    other = copied(there, tmp_path / "other.db")
    merge(other, here, clock=later())
    assert but_turns(other) == but_turns(here)


def test_a_restored_backup_goes_on_from_what_a_merge_brought(tmp_path: Path) -> None:
    path = made(tmp_path / "a", [says(ONE)])
    backup = copied(path, tmp_path / "r" / "a.db")
    last = crawled(path, 20, says(TWO, text=1))
    merge(backup, path, clock=later())
    assert but_turns(backup) == but_turns(path)
    after = crawled(backup, 1001, does(ONE, "again"))
    assert chains(backup)[-1] == (last, after)
    with Archive.open(backup) as archive:
        assert forks(archive) == []
    assert problems(backup) == []


def test_a_seal_that_is_taken_away_is_damage_all_the_same(tmp_path: Path) -> None:
    here = made(tmp_path / "a", [says(ONE)])
    there = made(tmp_path / "b", [says(TWO)], 30)
    for hours in (50, 60):
        crawled(there, hours, does(TWO, "again"))
    merge(here, there, clock=later())
    assert problems(here) == []
    gone = kept.changed(here, tmp_path / "gone.db", "DELETE FROM seal WHERE id = 3")
    found = problems(gone)
    assert any("does not follow the seal before it" in one for one in found)
    assert any("was cut off. `luutru merge` of that file again" in one for one in found)


# -- captures that two crawls have ----------------------------------------------------------------


def imported(path: Path, names: list[int], hours: float, *, why: str = "import") -> Path:
    """An archive that kept these records in a crawl which began at that hour."""
    make = Archive.open if path.exists() else Archive.create
    with make(path, clock=later(hours)) as archive:
        with archive.transaction():
            site_id = sites.ensure(archive, "khoi", "Đảng bộ")
            crawl_id = crawls.begin(archive, site_id if why == "asked" else None, why, "test", {})
        for name in names:
            url = f"{BASE}/tin/{name % 4}.html"
            at = later(-100 + name).now()
            body = f'{{"title": "Tựa {name}", "text": "Chữ của {name}"}}'.encode()
            with archive.transaction():
                pages.add(archive, site_id, [Found(url, "article", "import")], at=at)
                page = pages.by_url(archive, url)
                assert page is not None
                exchange = Exchange(url, at, status=200, headers=HTML, body=body,
                                    source=f"import:r{name}")  # fmt: skip
                captures.keep(archive, exchange, page.id, crawl_id)
        crawls.end(archive, crawl_id, "finished", {})
    return path


def test_two_imports_of_one_file_leave_both_seals_whole(tmp_path: Path) -> None:
    paths = [
        imported(tmp_path / "a.db", [0, 1, 2, 3, 5], 7),
        imported(tmp_path / "b.db", [3, 1, 4, 2, 6], 5),
        imported(tmp_path / "c.db", [9, 2, 3, 0], 9),
    ]
    imported(paths[2], [1, 4, 7], 11)
    sealed = {digest: under for one in paths for digest, under in leaves(one).items()}
    first = None
    a, b, c = paths
    for number, order in enumerate([(a, b, c), (c, b, a), (b, c, a)]):
        target = tmp_path / f"all-{number}.db"
        merge(target, *order, clock=later())
        assert leaves(target) == sealed
        assert problems(target) == []
        first = first or dump(target)
        assert dump(target) == first
    proved(target)
    merge(target, *paths, clock=later())
    assert dump(target) == first


def test_a_capture_stands_under_its_crawl_and_not_under_an_import_of_it(tmp_path: Path) -> None:
    crawl = imported(tmp_path / "a.db", [0, 1, 2], 9, why="asked")
    import_ = imported(tmp_path / "b.db", [2, 0, 5], 5)
    for target, way in (
        (tmp_path / "1.db", (crawl, import_)),
        (tmp_path / "2.db", (import_, crawl)),
    ):
        merge(target, *way, clock=later())
        with closing(sqlite3.connect(target)) as conn:
            whose = dict(conn.execute(
                "SELECT source, why FROM capture JOIN crawl ON crawl.id = crawl_id"
            ).fetchall())  # fmt: skip
        assert whose == {
            "import:r0": "asked", "import:r1": "asked", "import:r2": "asked", "import:r5": "import",
        }  # fmt: skip
        assert leaves(target) == leaves(crawl) | leaves(import_)
        assert problems(target) == []
    assert dump(tmp_path / "1.db") == dump(tmp_path / "2.db")


def test_a_crawl_at_work_here_keeps_what_it_has(tmp_path: Path) -> None:
    """A capture that a killed import here has is not taken from it: its seal is still to come."""
    there = imported(tmp_path / "b.db", [0, 1, 2], 5)
    here = tmp_path / "a.db"
    with Archive.create(here, later(9)) as archive:
        merge(tmp_path / "scratch.db", there, clock=later())
        with archive.transaction():
            site_id = sites.ensure(archive, "khoi", "Đảng bộ")
            crawl_id = crawls.begin(archive, None, "import", "test", {})
            url = f"{BASE}/tin/1.html"
            found = [Found(url, "article", "import")]
            pages.add(archive, site_id, found, at=archive.clock.now() - timedelta(1))
            page = pages.by_url(archive, url)
            assert page is not None
            at = later(-99).now()
            body = '{"title": "Tựa 1", "text": "Chữ của 1"}'.encode()
            exchange = Exchange(url, at, status=200, headers=HTML, body=body, source="import:r1")
            captures.keep(archive, exchange, page.id, crawl_id)
    merge(here, there, clock=later())
    with Archive.open(here, clock=later(2000)) as archive:
        assert crawls.close_killed(archive, None) == [crawl_id]
        row = archive.conn.execute("SELECT * FROM capture WHERE crawl_id = ?", (crawl_id,))
        assert row.fetchone()["time"] == iso(at)
    assert problems(here) == []
    assert leaves(here).items() > leaves(there).items()
    assert len(leaves(here)) == 2
