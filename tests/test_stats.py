"""Stats: counts that are those of the tables, and bytes that add up to the file."""

from __future__ import annotations

import json
import re
from pathlib import Path

import kept
import pytest

from archive.cli.run import status_of
from archive.cli.stats import command
from archive.db import Archive
from archive.errors import UnknownReferenceError
from archive.ops import stats

Value = int | float | str | None


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return kept.make(tmp_path_factory.mktemp("whole") / "a.db")


def figures(path: Path, site: str | None = None) -> dict[tuple[str, str], Value]:
    with Archive.open(path, readonly=True) as archive:
        found = [*stats.contents(archive, site), *(stats.sizes(archive) if site is None else ())]
    named = {(one.of, one.what): one.value for one in found}
    assert len(named) == len(found)
    return named


def test_counts(whole: Path) -> None:
    found = figures(whole)
    counts = {
        ("sites", "healthy"): 1, ("sites", "all"): 1,
        ("pages", "article"): 43, ("pages", "listing"): 1, ("pages", "all"): 44,
        ("crawls", "finished"): 2,
        ("captures", "answer"): 47, ("captures", "unchanged"): 1, ("captures", "failure"): 1,
        ("captures", "all"): 49,
        ("payloads", "all"): 47, ("versions", "all"): 46,
        ("articles", "live"): 41, ("articles", "all"): 41,
        ("stories", "all"): 1, ("stories", "articles in them"): 2,
        ("stories", "pairs of near copies"): 0,
        ("events", "new"): 41, ("events", "changed"): 5,
    }  # fmt: skip
    assert {key: found.get(key) for key in counts} == counts
    assert str(found["archive", "created"]).startswith("2026-03-01T08:00:00")
    first, last = str(found["captures", "first"]), str(found["captures", "last"])
    assert "2026-03-01T08:00" < first < last < "2026-03-01T08:02"
    decoded, stored = found["payloads", "bytes decoded"], found["payloads", "bytes stored"]
    assert isinstance(decoded, int) and isinstance(stored, int)
    assert found["payloads", "ratio"] == round(decoded / stored, 2) > 1.5


def test_bytes_add_up_to_the_file(whole: Path) -> None:
    found = figures(whole)
    tables = {what: size for (of, what), size in found.items() if of == "bytes"}
    used = sum(size for size in tables.values() if isinstance(size, int))
    assert used + int(found["file", "bytes free in it"] or 0) == whole.stat().st_size
    assert found["file", "bytes"] == whole.stat().st_size
    assert list(tables)[:2] == ["search index", "payload"]  # the largest
    assert not any("search_" in name or "sqlite_autoindex" in name for name in tables)
    assert "search index" in tables


def test_the_log_is_counted(whole: Path, tmp_path: Path) -> None:
    path = kept.crashed(whole, tmp_path / "a.db", "moi")
    size = Path(f"{path}-wal").stat().st_size
    assert figures(path)["file", "bytes of its -wal"] == size > 0


def test_bytes_are_estimated_where_sqlite_cannot_count(
    whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = figures(whole)
    monkeypatch.setattr(stats, "_PAGES", stats._PAGES.replace("dbstat", "dbstat_is_missing"))
    found = figures(whole)
    assert not any(of == "bytes" for of, _ in found)
    guess, size = found["bytes (estimated)", "payload"], real["bytes", "payload"]
    assert isinstance(guess, int) and isinstance(size, int)
    assert 0.5 * size < guess < 1.2 * size


def test_one_site(whole: Path, tmp_path: Path) -> None:
    path = kept.changed(
        whole, tmp_path / "a.db",
        "INSERT INTO site (slug, name, state_since) VALUES ('moi', 'Mới', '')",
    )  # fmt: skip
    one, none, both = figures(path, "binh-son"), figures(path, "moi"), figures(path)
    assert all(both[key] == value for key, value in one.items() if key[0] != "sites")
    assert {key: value for key, value in none.items() if value} == {
        ("sites", "healthy"): 1, ("sites", "all"): 1,
    }  # fmt: skip
    assert none["payloads", "ratio"] is None
    with pytest.raises(UnknownReferenceError, match=r"no site `khong`.*luutru status"):
        figures(path, "khong")


def test_an_archive_without_anything(archive: Archive) -> None:
    found = figures(archive.path)
    assert found["captures", "all"] == found["pages", "all"] == 0
    assert found["captures", "first"] is None


def test_the_command(whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(command, ["--archive", str(whole)]) == 0
    shown = capsys.readouterr().out
    assert re.search(r"^pages +article +43$", shown, re.MULTILINE)
    assert re.search(r"^bytes +payload +\d+,\d+", shown, re.MULTILINE)
    assert status_of(command, ["--archive", str(whole), "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {"of": "pages", "what": "article", "value": 43} in rows
    assert status_of(command, ["--archive", str(whole), "--site", "khong"]) == 2
    assert "no site `khong`" in capsys.readouterr().err
    assert status_of(command, ["--archive", str(tmp_path / "no.db")]) == 2
    assert "There is no archive" in capsys.readouterr().err


def test_where_nothing_may_be_written(whole: Path, tmp_path: Path) -> None:
    (tmp_path / "shelf").mkdir()
    (tmp_path / "shelf" / "a.db").write_bytes(whole.read_bytes())
    done = kept.as_another(tmp_path / "shelf", "stats", "--archive", "a.db")
    assert (done.status, "captures" in done.stdout) == (0, True), done.stderr
