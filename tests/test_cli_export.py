"""`luutru export` as a user calls it."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import termios
import types
from collections.abc import Callable
from pathlib import Path

import pytest
from exporting import LOOKS, OTHER, store_of
from stored import ARTICLE, EDITED

from archive.cli.run import status_of
from archive.db import Archive
from archive.export.files import replacing
from crawler.cli import group

ROOT = Path(__file__).parents[1]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "luutru.db"
    store = store_of(path, [look for look in LOOKS if look[1] in (ARTICLE.url, OTHER)])
    store.end()
    return path


@pytest.fixture
def run(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Call `luutru export` in a new folder and give its status, output and messages."""
    monkeypatch.setenv("LUUTRU_ARCHIVE", str(path))
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> tuple[int, str, str]:
        status = status_of(group, ("export", *arguments))
        out, err = capsys.readouterr()
        return status, out, err

    return call


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_jsonl_replaces_what_was_there(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text("old", "utf-8")
    status, out, err = run("jsonl", "a.jsonl", "--full")
    assert (status, out) == (0, "")
    assert err.startswith("2 articles are in a.jsonl.\n")
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [row["key"] for row in rows] == sorted(row["key"] for row in rows)
    (edited,) = [row for row in rows if row["state"] == "live"]
    assert edited["body"][1]["kind"] == "heading"
    assert edited["first_seen"] == "2026-03-01T12:00:00.000000Z"
    assert edited["payload"].startswith("sha256:")
    assert names(tmp_path) == ["a.jsonl", "a.jsonl.card.md", "a.jsonl.manifest.json"]
    assert run("jsonl", "-", "--full")[1] == file.read_text("utf-8")


def test_csv_narrowed(run: Run, tmp_path: Path) -> None:
    _, out, err = run("csv", "-")
    assert err == ""
    assert names(tmp_path) == []
    rows = list(csv.DictReader(io.StringIO(out)))
    assert len(rows) == 2
    (live,) = [row for row in rows if row["state"] == "live"]
    assert live["section"] == "Tin tức > Hoạt động"
    assert live["body"].split("\n") == [block.text for block in EDITED.body]
    for narrow in (["--query", "không có gì"], ["--query", "title:tin"]):
        _, out, _ = run("csv", "-", *narrow)
        assert [row["state"] for row in csv.DictReader(io.StringIO(out))] == ["gone"]
    assert run("csv", "-", "--section", "hoat dong")[1].count("sha256") > 0
    assert run("csv", "-", "--query", "khong thay")[1].count("\n") == 1


def test_versions_and_what_comes_after(run: Run, tmp_path: Path) -> None:
    status, _, err = run("parquet", "v.parquet", "--versions")
    assert (status, err.splitlines()[0]) == (0, "3 versions of 2 articles are in v.parquet.")
    made = json.loads((tmp_path / "v.parquet.manifest.json").read_text("utf-8"))
    cursor = made["archive"]["cursor"]
    assert err.splitlines()[1] == f"What changes from now on: --since {cursor}"
    status, _, err = run("sqlite", "later.db", "--since", cursor)
    assert (status, err.splitlines()[0]) == (0, "0 articles are in later.db.")
    made = json.loads((tmp_path / "later.db.manifest.json").read_text("utf-8"))
    assert made["selection"]["given"] == {"since": cursor}
    assert made["selection"]["understood"] == {"events_after": int(cursor.split(":")[1])}
    assert run("csv", "-", "--since", "0")[1].count("\n") > 2


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["xml", "a.xml"], "'xml' is not one of 'jsonl', 'csv'"),
        (["jsonl"], "Missing argument 'FILE'"),
        (["jsonl", "/nowhere/a.jsonl"], "There is no folder /nowhere. Make it"),
        (["csv", "."], "is a folder. Name a file in it."),
        (["parquet", "-"], "parquet cannot be printed. Name a file."),
        (["wacz", "-"], "wacz cannot be printed"),
        (["csv", "a.parquet"], "Call `luutru export parquet a.parquet`, or name a.csv."),
        (["jsonl", "a.jsonl.gz"], "`luutru export jsonl - | gzip > a.jsonl.gz`"),
        (["sqlite", "a.db.gz"], "sqlite is not compressed as the name a.db.gz says. Name it a.db."),
        (["warc", "a.csv"], "luutru export csv a.csv"),
        (["warc", "a.warc.gz", "--versions"], "--versions is for rows, and warc holds captures."),
        (["wacz", "a.wacz", "--since", "1"], "--since is for rows"),
        (["csv", "a.csv", "--since", "0011223344556677:1"], "The cursor 0011223344556677:1 is of"),
        (["csv", "a.csv", "--since", "999"], "There is no event 999 yet"),
        (["csv", "a.csv", "--since", "now"], "'now' is no event. Give its number or a cursor"),
        (["csv", "a.csv", "--query", "("], "The query holds no word."),
        (["csv", "a.csv", "--site", "nowhere"], "`luutru status` lists its sites."),
        (["csv", "a.csv", "--from", "2026", "--to", "2025"], "Exchange them"),
        (["csv", "a.csv", "--archive", "none.db"], "There is no archive at none.db"),
        (["csv", "a.csv", "--archive", str(ROOT / "pyproject.toml")], "is not a SQLite file"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_the_next_step(
    run: Run, tmp_path: Path, arguments: list[str], expected: str
) -> None:
    (tmp_path / "a.csv").write_text("old", "utf-8")
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert expected in err
    assert "Traceback" not in err
    assert (tmp_path / "a.csv").read_text("utf-8") == "old"
    assert names(tmp_path) == ["a.csv"]


def test_archives_are_not_replaced(run: Run, tmp_path: Path, path: Path) -> None:
    before = path.read_bytes()
    assert "is the archive itself" in run("sqlite", str(path))[2]
    assert "is the archive itself" in run("parquet", str(path))[2]
    assert "belongs to the archive itself" in run("csv", f"{path}-wal")[2]
    Archive.create(tmp_path / "other.db").close()
    assert "is an archive, which would be lost" in run("sqlite", "other.db")[2]
    (tmp_path / "x.csv.card.md").symlink_to(path)
    assert "is the archive itself" in run("csv", "x.csv")[2]
    assert path.read_bytes() == before


def test_a_damaged_archive_is_told(run: Run, path: Path, tmp_path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096 * 2 :] = b"\xa5" * (len(data) - 4096 * 2)
    (tmp_path / "broken.db").write_bytes(data)
    status, _, err = run("parquet", "a.parquet", "--archive", "broken.db")
    assert status == 2
    assert "is damaged" in err
    assert not [name for name in names(tmp_path) if "parquet" in name]


def test_a_newer_archive_is_told(run: Run, path: Path, tmp_path: Path) -> None:
    (tmp_path / "newer.db").write_bytes(path.read_bytes())
    with Archive.open(tmp_path / "newer.db") as archive:
        archive.conn.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('luutru', 'schema_99', '')"
        )
    status, _, err = run("csv", "a.csv", "--archive", "newer.db")
    assert status == 2
    assert "later release" in err or "newer" in err


def test_an_export_reads_beside_a_writer(run: Run, path: Path) -> None:
    with Archive.open(path) as archive, archive.transaction() as conn:
        conn.execute("UPDATE site SET name = 'Khác'")
        status, out, _ = run("csv", "-")
        conn.execute("UPDATE site SET name = 'Đảng ủy xã Bình Sơn'")
    assert (status, out.count("sha256:") > 0) == (0, True)


def test_warc_and_wacz_are_handed_over(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the writers of web archives are called with; they have tests of their own."""
    calls = []

    def export(archive: Archive, file: Path, filters, query, progress):  # type: ignore[no-untyped-def]  # those of the command
        calls.append((archive.conn.in_transaction, file, filters.sites, query))
        progress(1, 1)
        with replacing(file) as part:
            part.write_bytes(b"x")
        return types.SimpleNamespace(captures=3, records=7, bytes=1, sha256="sha256:00")

    for name in ("warc", "wacz"):
        module = types.SimpleNamespace(export=export)
        monkeypatch.setitem(sys.modules, f"archive.interchange.{name}", module)
        file = "a.warc.gz" if name == "warc" else "a.wacz"
        status, out, err = run(name, file, "--site", "binh-son", "--query", "tuyen")
        assert (status, out) == (0, "")
        assert err == f"3 captures are in {file}: 7 records, 1 bytes, sha256:00\n"
        assert calls.pop() == (True, Path(file), ("binh-son",), "tuyen")


def test_help_is_quick_and_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['luutru', 'export', '--help']\n"
        "from crawler.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "sys.stderr.write(' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, check=True)
    assert b"luutru export parquet articles.parquet" in done.stdout
    loaded = {name.split(".")[0] for name in done.stderr.decode().split()}
    heavy = {"pyarrow", "pandas", "numpy", "datasette", "warcio", "scrapy", "lxml"}
    assert not heavy & loaded


@pytest.mark.parametrize(
    ("columns", "last"),
    [
        (0, "Exporting [##############################] 2 of 2"),
        (30, "Exporting [##########] 2 of 2"),
        (20, "Exporting 2 of 2"),
        (12, "Exporting 2"),
    ],
)
def test_a_bar_is_shown_on_a_terminal_alone(
    path: Path, tmp_path: Path, columns: int, last: str
) -> None:
    ours, theirs = os.openpty()
    termios.tcsetwinsize(theirs, (24, columns))
    code = "from crawler.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "export", "csv", str(tmp_path / "a.csv"), "--archive",
         str(path)],
        stderr=theirs, stdout=subprocess.PIPE, cwd=ROOT, check=False,
    )  # fmt: skip
    os.close(theirs)
    shown = os.read(ours, 4096).decode()
    os.close(ours)
    assert (done.returncode, done.stdout) == (0, b"")
    lines = [part.removeprefix("\x1b[K") for part in shown.split("\r")]
    assert [line for line in lines if line.startswith("Exporting")][-1] == last
    assert shown.rindex("\r\x1b[K") > shown.rindex("Exporting"), "nothing of the bar stays"
