"""A small archive with everything in it, to be damaged; and ways to damage it."""

from __future__ import annotations

import importlib
import io
import multiprocessing
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from strategies import Walker, article

from archive import captures, crawls, pages
from archive.cli.run import status_of
from archive.clock import FixedClock
from archive.db import Archive
from archive.types import Exchange, Found

ROOT = Path(__file__).parents[1]


def make(path: Path) -> Path:
    """Two crawls of 40 articles, sealed: copies, versions, 304, failures, a POST; one file."""
    with Archive.create(path, FixedClock(datetime(2026, 3, 1, 8, tzinfo=UTC))) as archive:
        walker = Walker.begin(archive)
        dice = random.Random(7)
        for number in range(40):
            shown = article(f"http://x.vn/{number}.html", f"Hội nghị số {number}", _text(number))
            body = f"<html>{dice.randbytes(2000).hex()}".encode()
            walker.read(walker.look(shown.url, body), shown)
        walker.see(article("http://x.vn/ban-sao.html", "Hội nghị số 7", _text(7)))
        walker.look("http://x.vn/0.html", unchanged=True)
        walker.look("http://x.vn/mat.html", b"<p>404", status=404)
        _fail(walker)
        crawls.end(archive, walker.crawl_id, "finished", {})
        with archive.transaction():
            walker.crawl_id = crawls.begin(archive, walker.site_id, "asked", "test", {})
            found = Found("http://x.vn/tim", "listing", "listing", "POST", b"q=1")
            pages.add(archive, walker.site_id, [found], at=walker.clock.now())
        for number in range(5):
            walker.see(article(f"http://x.vn/{number}.html", f"Hội nghị sửa {number}", _text(99)))
        crawls.end(archive, walker.crawl_id, "finished", {})
    return path


def _text(number: int) -> str:
    return f"Sáng nay, hội nghị lần thứ {number} bàn việc tuyên truyền miệng của xã Bình Sơn. " * 9


def _fail(walker: Walker) -> None:
    page = walker.page("http://x.vn/cham.html")
    walker.clock.advance(1)
    with walker.archive.transaction():
        captures.keep(
            walker.archive,
            Exchange(page.url, walker.clock.now(), outcome="failure", failure="timeout: 30 s"),
            page.id,
            walker.crawl_id,
        )


def changed(
    source: Path, target: Path, *statements: str | Callable[[sqlite3.Connection], None]
) -> Path:
    """A copy of the archive, changed behind its back."""
    shutil.copy(source, target)
    with closing(sqlite3.connect(target, isolation_level=None)) as conn:
        conn.create_function("flipped", 2, flipped)
        for one in statements:
            conn.execute(one) if isinstance(one, str) else one(conn)
        conn.execute("PRAGMA journal_mode = DELETE")
    return target


def flipped(value: bytes, place: int) -> bytes:
    """*value* with one bit changed in the byte at *place*, counted from its end if negative."""
    data = bytearray(value)
    data[place] ^= 4
    return bytes(data)


def overwritten(source: Path, target: Path, table: str) -> Path:
    """A copy in which one page of SQLite, a leaf amid *table*, holds nothing but 0xFF."""
    shutil.copy(source, target)
    with closing(sqlite3.connect(target)) as conn:
        leaves = conn.execute(
            "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path", (table,)
        ).fetchall()
        (size,) = conn.execute("PRAGMA page_size").fetchone()
    with target.open("r+b") as file:
        file.seek((leaves[len(leaves) // 2][0] - 1) * size)
        file.write(b"\xff" * size)
    return target


def crashed(source: Path, target: Path, slug: str) -> Path:
    """A copy as a kill leaves it: the site *slug* is committed, but in its `-wal` alone."""
    shutil.copy(source, work := target.with_name("at-work.db"))
    with Archive.open(work) as archive:
        archive.conn.execute("PRAGMA wal_autocheckpoint = 0")
        archive.conn.execute(
            "INSERT INTO site (slug, name, state_since) VALUES (?, ?, '')", (slug, slug)
        )
        for end in ("", "-wal"):
            shutil.copy(f"{work}{end}", f"{target}{end}")
    work.unlink()
    return target


def slugs(path: Path) -> set[str]:
    """The sites in the archive at *path*, which must be whole."""
    with Archive.open(path) as archive:
        assert archive.conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        return {row[0] for row in archive.conn.execute("SELECT slug FROM site")}


def run(
    *arguments: str | Path, before: str = "", limit: int = 0
) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, after the code *before*; *limit*: bytes of a file."""
    code = f"{before}\nimport sys\nfrom crawler.cli import main\nmain()"
    if limit:
        most = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))"
        code = f"import resource\n{most}\n{code}"
    plain = {key: value for key, value in os.environ.items() if not key.startswith("LUUTRU_")}
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT, env=plain, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@dataclass(frozen=True)
class Done:
    status: int
    stdout: str
    stderr: str


def as_another(folder: Path, *arguments: str) -> Done:
    """The command in *folder*, by a user who may only read there and whom rights of files bind."""
    # pytest's own folders are closed to others, so a copy of it is made in one that is not.
    with tempfile.TemporaryDirectory() as name:
        shelf = Path(name)
        shelf.chmod(0o755)
        shutil.copytree(folder, shelf / "shelf")
        for one in (shelf / "shelf").iterdir():
            one.chmod(0o444)
        (shelf / "shelf").chmod(0o555)
        context = multiprocessing.get_context("fork")
        here, there = context.Pipe(duplex=False)
        # Forked, since that user may have no right to the Python that runs the tests.
        child = context.Process(target=_run_as_another, args=(shelf / "shelf", arguments, there))
        child.start()
        there.close()
        done = Done(*here.recv())
        child.join()
        assert {p.name for p in (shelf / "shelf").iterdir()} == {p.name for p in folder.iterdir()}
        (shelf / "shelf").chmod(0o755)
    return done


def _run_as_another(folder: Path, arguments: tuple[str, ...], answer: Connection) -> None:
    from crawler.cli import COMMANDS, group

    # loaded while it may still be read
    for name in ("verify", "backup", "restore", "stats"):
        importlib.import_module(f"archive.ops.{name}")
        importlib.import_module(COMMANDS[name][0])
    importlib.import_module("crawler.rederiving")
    importlib.import_module("concurrent.futures.process")
    if os.geteuid() == 0:  # root reads and writes everything
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    os.chdir(folder)
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = status_of(group, arguments)
    answer.send((status, out.getvalue(), err.getvalue()))


@contextmanager
def started(code: str) -> Iterator[subprocess.Popen[str]]:
    """A Python that runs *code*, ended when its input is closed."""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        yield process
        process.communicate()
