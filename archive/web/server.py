"""The server: a socket, Datasette on the archive opened for reading alone, and uvicorn."""

from __future__ import annotations

import asyncio
import errno
import re
import signal
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import uvicorn
from datasette.app import Datasette
from datasette.database import Database

from archive.clock import Clock
from archive.db import Archive
from archive.errors import InputError
from archive.opening import connect_readonly
from archive.web import plugin, security, shell
from archive.web.pool import BUSY_MS, Pool, file_id

NAME = "archive"
"""Of the database in Datasette, whatever the file is called."""

SETTINGS = {
    "num_sql_threads": 2,
    "sql_time_limit_ms": 1500,
    "max_returned_rows": 1000,
    "truncate_cells_html": 400,
    "default_cache_ttl": 0,  # a crawl may be going on
    "allow_download": False,  # the file alone is not all while a crawl writes: `luutru backup` is
}
_LARGEST_VALUE = 100 * 1024 * 1024  # bytes that a query may build
_LARGEST_ANSWER = 256 * 1024 * 1024  # and that the rows of its answer may hold together
_GRACE = 3  # seconds that an answer may still take when the server is told to end

_TABLE = re.compile(r"((?:^--.*\n)+)CREATE (?:VIRTUAL )?TABLE (\w+)", re.MULTILINE)
_HIDDEN = (
    "search_text", "search_pair", "search_row", "search_list", "index_state", "sentence",
    "copy_text", "copy_pair", "copy_state", "_sqlite_migrations", "sqlite_sequence",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reader:
    """What the pages of one server share; it is `datasette.luutru`."""

    path: Path
    pool: Pool
    hosts: security.Hosts


class ArchiveDatabase(Database):  # type: ignore[misc]  # Datasette ships no types
    """The archive's file for Datasette's own pages, opened as we open it: it cannot be written to.

    So it can also be read where the folder is read-only.
    """

    def __init__(self, datasette: Datasette, path: Path) -> None:
        super().__init__(datasette, str(path))
        self._held = threading.local()

    def connect(self, write: bool = False) -> sqlite3.Connection:
        if write:
            raise RuntimeError("the reader does not write")
        conn = connect_readonly(Path(self.path), any_thread=True)
        conn.execute("PRAGMA query_only = 1")
        conn.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_VALUE)
        conn.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        self._all_file_connections.append(conn)
        return conn

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], Any]) -> Any:
        """*fn* in a thread, with that thread's connection to the file that is there now."""

        def in_thread() -> Any:
            conn, opened = getattr(self._held, "conn", None), file_id(Path(self.path))
            if conn is None or self._held.file != opened:
                if conn is not None:
                    self._all_file_connections.remove(conn)
                    conn.close()
                    self._held.conn = None
                conn = self.connect()
                self.ds._prepare_connection(conn, self.name)
                self._held.conn, self._held.file = conn, opened
            conn.row_factory = _Rows()
            return fn(conn)

        return await asyncio.get_running_loop().run_in_executor(self.ds.executor, in_thread)


class _Rows:
    """The rows of one answer, up to what the machine can bear: a thousand may be asked for."""

    def __init__(self) -> None:
        self._left = _LARGEST_ANSWER

    def __call__(self, cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> sqlite3.Row:
        self._left -= sum(len(value) for value in row if isinstance(value, str | bytes))
        if self._left < 0:
            raise sqlite3.OperationalError("the answer is too large: ask for less")
        return sqlite3.Row(cursor, row)


@contextmanager
def opened(path: Path, host: str, clock: Clock) -> Iterator[Datasette]:
    """Datasette with the reader's pages over the archive at *path*; ArchiveError if it is none."""
    Archive.open(path, readonly=True).close()
    plugin.install()
    datasette = Datasette(
        settings=SETTINGS,
        metadata={"databases": {NAME: {"tables": _about_tables()}}},
        template_dir=str(shell.HERE / "templates" / "data"),
    )
    datasette.remove_database("_memory")
    database = ArchiveDatabase(datasette, path)
    datasette.add_database(database, name=NAME)
    datasette.luutru = Reader(path, Pool(path, clock), security.hosts_of(host))
    try:
        yield datasette
    finally:
        datasette.luutru.pool.close()
        datasette.executor.shutdown()
        database.close()


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens there (port 0: any free one); InputError if it cannot."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError) as error:
        raise InputError(
            f"There is no host `{host}`.", "Name an address of this machine, as 127.0.0.1."
        ) from error
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise _refused(error, host, port) from error
    return listening


def url_of(listening: socket.socket) -> str:
    """The address to put into a browser on this machine."""
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # compared with
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def run(datasette: Datasette, listening: socket.socket, ready: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT; *ready* is called when the first request may come."""
    server = uvicorn.Server(
        uvicorn.Config(
            datasette.app(),
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
        )
    )

    def end(*_: Any) -> None:
        server.should_exit = True

    # uvicorn takes the signals over and, when it has ended, raises them again for whoever had them
    # before: that is us, and a server that was told to end has done what it was asked.
    before = {one: signal.signal(one, end) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        ready()
        asyncio.run(server.serve(sockets=[listening]))
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _refused(error: OSError, host: str, port: int) -> InputError:
    if error.errno == errno.EADDRINUSE:
        return InputError(
            f"Port {port} of {host} is in use by another program, perhaps by another reader.",
            "Name another with --port, or --port 0 for any that is free.",
        )
    if error.errno == errno.EACCES:
        return InputError(
            f"Port {port} may not be used by you.", "Name one from 1024 on with --port."
        )
    return InputError(
        f"{host} is no address of this machine ({error.strerror}).",
        "Leave --host out to serve on 127.0.0.1.",
    )


def _about_tables() -> dict[str, dict[str, Any]]:
    """What the schema says of each table, for Datasette's pages."""
    about: dict[str, dict[str, Any]] = {name: {"hidden": True} for name in _HIDDEN}
    for path in files("archive").iterdir():
        if not (path.name.startswith("schema_") and path.name.endswith(".sql")):
            continue
        for comment, name in _TABLE.findall(path.read_text(encoding="utf-8")):
            text = " ".join(line.removeprefix("--").strip() for line in comment.splitlines())
            about.setdefault(name, {})["description"] = text
    about["site"]["label_column"] = "slug"
    about["article"]["label_column"] = "key"
    about["version"]["label_column"] = "title"
    about["page"]["label_column"] = "url"
    return about
