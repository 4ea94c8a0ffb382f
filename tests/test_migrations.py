"""Migrations: recorded, atomic, backed up before, and refused if a later release made them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest
from indexed import wrong
from strategies import Walker, article

from archive import index, migrations, schedules
from archive.clock import FixedClock
from archive.db import Archive
from archive.errors import ArchiveError, NewerArchiveError
from archive.search import search


def old_file(path: Path, monkeypatch: pytest.MonkeyPatch, known: int = 1) -> str:
    """An archive of the release that knew so many migrations; its id."""
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "NAMES", migrations.NAMES[:known])
        with Archive.create(path) as archive:
            archive.conn.execute("INSERT INTO site (slug, name, state_since) VALUES ('a', 'A', '')")
            return archive.id


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as conn:
        return {row[0] for row in conn.execute("SELECT name FROM sqlite_schema")}


def test_each_name_has_its_file() -> None:
    assert migrations.NAMES[0] == "schema_1"
    for name in migrations.NAMES:
        assert (files("archive") / f"{name}.sql").is_file()


def test_a_new_archive_has_them_all(archive: Archive) -> None:
    assert migrations.applied(archive.conn) == migrations.NAMES
    assert migrations.pending(archive.conn) == ()
    assert not list(archive.path.parent.glob("*.before-*"))


def test_an_old_archive_is_backed_up_and_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    path = tmp_path / "old.db"
    name = old_file(path, monkeypatch)
    with Archive.open(path, clock=clock) as archive:
        assert archive.id == name
        assert migrations.applied(archive.conn) == migrations.NAMES
        assert archive.conn.execute("SELECT slug FROM site").fetchone()[0] == "a"
    backup = tmp_path / "old.db.before-schema_2"
    assert "search_row" in tables(path)
    assert "search_row" not in tables(backup)
    with closing(sqlite3.connect(backup)) as conn:
        assert conn.execute("SELECT slug FROM site").fetchone() == ("a",)
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["old.db", "old.db.before-schema_2"]


def shape(path: Path) -> list[tuple[str, str]]:
    """Every table and index as it was made, but those of SQLite's own."""
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute(
            "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name"
        ).fetchall()


@pytest.mark.parametrize("known", range(1, len(migrations.NAMES)))
def test_an_archive_of_any_release_becomes_what_a_new_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, known: int
) -> None:
    path, new = tmp_path / "old.db", tmp_path / "new.db"
    old_file(path, monkeypatch, known)
    Archive.create(new).close()
    assert shape(path) != shape(new)
    Archive.open(path).close()
    assert shape(path) == shape(new)
    assert (tmp_path / f"old.db.before-{migrations.NAMES[known]}").exists()


def test_schedules_come_with_the_third(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    path = tmp_path / "old.db"
    old_file(path, monkeypatch, known=2)
    assert "schedule" not in tables(path)
    with Archive.open(path, clock=clock) as archive:
        assert schedules.all(archive) == []
        schedules.put(archive, 1, "0 2 * * *")
        assert [one.site for one in schedules.all(archive)] == ["a"]
        with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
            schedules.put(archive, 2, "0 2 * * *")


def test_reading_does_not_migrate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "old.db"
    old_file(path, monkeypatch)
    with pytest.raises(ArchiveError, match=r"earlier release.*`luutru reindex`"):
        Archive.open(path, readonly=True)
    assert "search_row" not in tables(path)


def test_a_migration_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.db"
    old_file(path, monkeypatch)
    with monkeypatch.context() as patch:
        real = migrations.statements
        patch.setattr(migrations, "statements", lambda sql: [*real(sql), "SELECT * FROM nowhere"])
        with pytest.raises(sqlite3.OperationalError, match="nowhere"):
            Archive.open(path)
    assert "search_row" not in tables(path)
    assert (tmp_path / "old.db.before-schema_2").exists()
    Archive.open(path).close()
    assert "search_row" in tables(path)


def test_a_later_release_s_archive_is_refused_untouched(archive: Archive) -> None:
    archive.conn.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
        " VALUES ('luutru', 'schema_99', '')"
    )
    for readonly in (False, True):
        with pytest.raises(NewerArchiveError, match=r"later release .*schema_99.*Update Luutru"):
            Archive.open(archive.path, readonly=readonly)


def test_statements_keep_triggers_whole() -> None:
    script = """-- a comment; with a semicolon
    CREATE TABLE a (b TEXT DEFAULT ';');
    CREATE TRIGGER c AFTER INSERT ON a BEGIN
        DELETE FROM a; SELECT 1;
    END;
    """
    found = list(migrations.statements(script))
    assert len(found) == 2
    with closing(sqlite3.connect(":memory:")) as conn:
        for statement in found:
            conn.execute(statement)


def test_an_index_from_before_pairs_takes_changes_until_it_is_built_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    path = tmp_path / "old.db"
    with monkeypatch.context() as patch:
        patch.setattr(migrations, "NAMES", migrations.NAMES[: migrations.NAMES.index("schema_15")])
        with Archive.create(path, clock) as archive:
            # that release had no such table; today's code writes to it
            archive.conn.execute("CREATE TEMP TABLE search_pair (tokens TEXT)")
            walker = Walker.begin(archive)
            for page in ("1", "2"):
                walker.see(article(f"https://binh-son.example/{page}.html", "Tin một"))
            assert archive.conn.execute("SELECT count(*) FROM search_row").fetchone()[0] == 2
    with Archive.open(path, clock=clock) as archive:
        walker.archive = archive
        walker.see(article("https://binh-son.example/1.html", "Tin hai"))
        with pytest.raises(ArchiveError, match="not complete"):
            search(archive, "tin")
        assert index.rebuild(archive) == 2
        assert {hit.title for hit in search(archive, "tin").hits} == {"Tin một", "Tin hai"}
        walker.see(article("https://binh-son.example/2.html", "Việc khác"))
        assert [hit.title for hit in search(archive, "tin").hits] == ["Tin hai"]
        assert wrong(archive) == []
