"""Crawls of sites on loopback for the tests: small sites, real processes, and what they left.

What takes seconds is made once and shared by all workers of a test run: see :func:`once`.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from archive import pages
from archive.clock import FixedClock, SystemClock
from archive.db import Archive
from archive.types import Exchange, Found, Page, PageKind
from crawler.demo.dates import HANOI
from crawler.demo.messages import DemoRequest, DemoResponse
from crawler.demo.server import DemoServer, Served
from crawler.demo.site import DemoSite
from crawler.demo.sites import build
from crawler.job import CrawlOptions, Job
from crawler.keeping import Captured, keep
from crawler.profile import generic
from crawler.session import CrawlSession, begin

ROOT = Path(__file__).parents[1]
DAY = 86_400.0
HTML = (("Content-Type", "text/html; charset=utf-8"),)
TEXT = (("Content-Type", "text/plain; charset=utf-8"),)
XML = (("Content-Type", "application/xml; charset=utf-8"),)
Answer = DemoResponse | Callable[[DemoRequest], DemoResponse]

# -- sites ----------------------------------------------------------------------------------------


@dataclass
class SmallSite:
    """A site made of answers by path, without the query if that has none of its own.

    It has a home page at ``/`` unless *pages* names another, which links to all of *links*.
    robots.txt allows all unless named. *profile* is what stands in the profile's tables.
    """

    pages: dict[str, Answer]
    slug: str = "small"
    links: Sequence[str] = ()
    pace: str = "delay = 0.0\nconcurrency = 4"
    start: str = ""
    profile: str = ""
    asked: list[DemoRequest] = field(default_factory=list)

    def respond(self, request: DemoRequest) -> DemoResponse:
        self.asked.append(request)
        found = self.pages.get(request.path, self.pages.get(request.path.split("?")[0]))
        if found is None:
            if request.path == "/":
                found = page("Trang chủ", *self.links)
            elif request.path == "/robots.txt":
                found = robots("Allow: /")
            else:
                found = DemoResponse(404, HTML, b"<title>404</title><h1>404</h1>")
        return found if isinstance(found, DemoResponse) else found(request)

    def toml(self, base: str) -> str:
        return (
            f'name = "Trang thử"\nfamily = "generic"\nhosts = ["{base.split("//")[1]}"]\n'
            f"{self.profile}\n"
            f'[start]\nhome = "{base}/"\nsitemaps = []\n{self.start.replace("BASE", base)}\n'
            '[urls]\narticle = ["^/tin/"]\n'
            f"[crawl]\n{self.pace}\n"
        )


def page(title: str, *links: str, body: str = "", status: int = 200) -> DemoResponse:
    """A page that is no article: a heading and links with a word or two."""
    entries = "".join(f'<li><a href="{link}">Mục {n}</a></li>' for n, link in enumerate(links))
    text = f"<title>{title}</title><h1>{title}</h1>{body}<ul>{entries}</ul>"
    return DemoResponse(status, HTML, f"<!DOCTYPE html><html><body>{text}</body></html>".encode())


def article(number: int, *links: str, words: str = "", headers: Any = ()) -> DemoResponse:
    """An article of which the generic rules find title, date and body."""
    entries = "".join(f'<a href="{link}">Tin khác</a>' for link in links)
    day = 1 + number % 9
    body = "".join(
        f"<p>Đoạn thứ {n} của bài số {number}: đồng chí Bí thư phát biểu chỉ đạo hội nghị, nhấn "
        f"mạnh nhiệm vụ trọng tâm của quý tới và giao các chi bộ thực hiện. {words}</p>"
        for n in range(1, 5)
    )
    text = (
        f'<!DOCTYPE html><html lang="vi"><head><title>Hội nghị số {number}</title>'
        '<meta property="og:type" content="article">'
        f"</head><body><article><h1>Hội nghị số {number}</h1>"
        f'<time datetime="2024-05-0{day}T08:00:00+07:00">0{day}/05/2024 08:00</time>'
        f"{body}</article>{entries}</body></html>"
    )
    return DemoResponse(200, (*HTML, *headers), text.encode())


def robots(*lines: str, status: int = 200) -> DemoResponse:
    return DemoResponse(status, TEXT, "\n".join(["User-agent: *", *lines, ""]).encode())


def redirect(location: str, status: int = 302) -> DemoResponse:
    return DemoResponse(status, (("Location", location), *HTML), b"<a>there</a>")


@contextmanager
def served(folder: Path, *sites: Any, **options: Any) -> Iterator[DemoServer]:
    """The sites' server; their profiles stand in *folder* / "sites"."""
    with DemoServer(sites, **options) as server:
        write_profiles(folder, server, sites)
        try:
            yield server
        finally:
            for process in _started:
                if process.returncode is None and process.poll() is None:
                    process.kill()
                    process.wait()
            _started.clear()


def write_profiles(folder: Path, server: DemoServer, sites: Sequence[Served]) -> Path:
    profiles = folder / "sites"
    profiles.mkdir(exist_ok=True)
    for site in sites:
        base = server.urls[site.slug]
        text = site.toml(base) if isinstance(site, SmallSite) else site.profile_toml(base)  # type: ignore[attr-defined]
        (profiles / f"{site.slug}.toml").write_text(text, encoding="utf-8")
    return profiles


# -- processes ------------------------------------------------------------------------------------


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The machine's, without what a user may have set for Luutru; locks in *folder*."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("LUUTRU_", "SCRAPY_"))}
    return plain | {"LUUTRU_LOCKS": str(folder), "PYTHONPATH": str(ROOT)} | more


@dataclass(frozen=True)
class Crawled:
    """A crawl process that ended: its exit status, its messages, and its peak of memory."""

    status: int
    messages: Sequence[Mapping[str, Any]]
    stderr: str
    peak_mb: float
    seconds: float

    @cached_property
    def outcome(self) -> str | None:
        return next((m["outcome"] for m in self.messages if "outcome" in m), None)

    @cached_property
    def tally(self) -> Mapping[str, int]:
        return [m for m in self.messages if "tally" in m][-1]["tally"]  # type: ignore[no-any-return]

    @cached_property
    def error(self) -> Mapping[str, Any]:
        return next((m for m in self.messages if "error" in m), {})


QUICK = "import crawler.outcomes\ncrawler.outcomes.BACK_OFF = (0.05, 0.05, 0.05)\n"
"""A patch: what fails is tried again at once, not after 5 and 30 seconds."""


def _patched(folder: Path, patch: str) -> Path:
    """A program that runs the crawl after *patch*, which its reader processes run too."""
    script = folder / f"patched-{time.monotonic_ns()}.py"
    run = "from crawler.runner import main\n    raise SystemExit(main())"
    script.write_text(f"{patch}\nif __name__ == '__main__':\n    {run}\n", encoding="utf-8")
    return script


class _Memory(threading.Thread):
    """The most memory that a process has had, looked up until it ends. What `wait4` tells begins
    with the memory of the process that started it, which stays over an exec."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._status = Path(f"/proc/{pid}/status")
        self.peak_mb = 0.0
        self.start()

    def run(self) -> None:
        while True:
            try:
                status = self._status.read_text(encoding="ascii", errors="replace")
            except OSError:
                return  # it has ended, or this is not Linux
            found = re.search(r"VmHWM:\s*(\d+) kB", status)
            if found is None:
                return  # it has ended
            self.peak_mb = int(found[1]) / 1024
            time.sleep(0.05)


_started: list[subprocess.Popen[str]] = []
"""Crawls that a test which fails may leave; they end with the sites' server."""


class Running:
    """One crawl at work, as `luutru crawl` starts it for one site; *patch* is run before it."""

    def __init__(
        self,
        folder: Path,
        slug: str = "small",
        options: CrawlOptions | None = None,
        *,
        archive: str = "a.db",
        shift: float = 0.0,
        patch: str = "",
        **env: str,
    ) -> None:
        self.path = folder / archive
        job = Job(slug, str(self.path), (str(folder / "sites"),), options or CrawlOptions(), shift)
        call = [str(_patched(folder, patch))] if patch else ["-m", "crawler.spiders"]
        self._began = time.monotonic()
        self._told_in = [folder / f"{name}-{slug}-{time.monotonic_ns()}" for name in ("out", "err")]
        with self._told_in[0].open("w") as out, self._told_in[1].open("w") as err:
            self.process = subprocess.Popen(
                [sys.executable, *call, job.to_json()],
                stdout=out, stderr=err, env=environment(folder, **env), cwd=ROOT, text=True,
                start_new_session=True,
            )  # fmt: skip
        _started.append(self.process)
        self._memory = _Memory(self.process.pid)

    def end(self, timeout: float = 60) -> Crawled:
        """Wait for its end; killed if that takes too long."""
        limit = time.monotonic() + timeout
        while True:
            pid, state = os.waitpid(self.process.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() > limit:
                os.kill(self.process.pid, signal.SIGKILL)
                os.waitpid(self.process.pid, 0)
                self.process.returncode = -9
                raise AssertionError(f"still at work after {timeout} s: {self._told()}")
            time.sleep(0.02)
        self.process.returncode = os.waitstatus_to_exitcode(state)
        out, err = self._told()
        messages = [json.loads(line) for line in out.splitlines()]
        seconds = time.monotonic() - self._began
        return Crawled(self.process.returncode, messages, err, self._memory.peak_mb, seconds)

    def _told(self) -> tuple[str, str]:
        out, err = (path.read_text(encoding="utf-8") for path in self._told_in)
        return out, err

    def wait_for(self, ready: Callable[[], object], timeout: float = 30) -> None:
        """Until *ready*; AssertionError if the process ends before that."""
        limit = time.monotonic() + timeout
        while not ready():
            assert self.process.poll() is None, "it ended too early"
            assert time.monotonic() < limit, "it takes too long"
            time.sleep(0.02)

    def signal(self, number: int) -> None:
        self.process.send_signal(number)


def crawl(folder: Path, slug: str = "small", **options: Any) -> Crawled:
    """One crawl from beginning to end. Options of the crawl, or of :class:`Running`."""
    own = ("archive", "shift", "patch", "timeout")
    run = {key: options.pop(key) for key in own if key in options}
    env = {key: options.pop(key) for key in list(options) if key.isupper()}
    timeout = run.pop("timeout", 60)
    return Running(folder, slug, CrawlOptions(**options), **run, **env).end(timeout)


def luutru(folder: Path, *arguments: str, timeout: float = 60, **env: str) -> Any:
    """The command as a user calls it, in *folder*; standard output and error as text."""
    return subprocess.run(
        [sys.executable, "-c", "from crawler.cli import main; main()", *arguments],
        cwd=folder, env=environment(folder, **env), capture_output=True, text=True,
        timeout=timeout, check=False,
    )  # fmt: skip


def rows(path: Path, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """What another process reads in an archive."""
    connection = sqlite3.connect(path, timeout=30)
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.close()


def value(path: Path, sql: str, *values: Any) -> Any:
    return rows(path, sql, *values)[0][0]


# -- a crawl without a network --------------------------------------------------------------------

BASE = "http://127.0.0.1:9"


def begun(
    folder: Path, clock: FixedClock, *, pace: Mapping[str, Any] | None = None, **options: Any
) -> CrawlSession:
    """A crawl of a site at :data:`BASE` that has begun, in an archive of its own."""
    os.environ["LUUTRU_LOCKS"] = str(folder)
    profile = generic(f"{BASE}/")
    start = replace(profile.start, sitemaps=())
    profile = replace(profile, start=start, crawl=replace(profile.crawl, **(pace or {})))
    path = folder / "a.db"
    archive = Archive.open(path, clock=clock) if path.exists() else Archive.create(path, clock)
    return begin(profile, archive, CrawlOptions(**options))


def known(session: CrawlSession, path: str, kind: PageKind = "article", **more: Any) -> Page:
    """The page at that path, entered as due now unless it is known."""
    now = session.clock.now()
    with session.archive.transaction():
        pages.add(
            session.archive,
            session.site_id,
            [Found(BASE + path, kind, "link")],
            at=now,
            due=now,
            **more,
        )
    page_ = pages.by_url(session.archive, session.canonical(BASE + path))
    assert page_ is not None
    return page_


def seen(
    session: CrawlSession, page_: Page, status: int = 200, body: bytes = b"<p>x", **more: Any
) -> Captured:
    """Keep an answer to the page's request."""
    values: dict[str, Any] = {"status": status, "body": body, "headers": HTML} | more
    with session.archive.transaction():
        return keep(session, page_, Exchange(page_.found_url, session.clock.now(), **values))


# -- the demo, crawled once for all tests ----------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """One request of the server's log: the number of the crawl, site, method, path, …"""

    crawl: int
    slug: str
    method: str
    path: str
    status: int
    time: float
    user_agent: str


@dataclass(frozen=True)
class DemoDays:
    """The sample sites after four crawls: day 1, day 2, and twice with nothing changed.

    In the third and fourth crawl clocks, counters and rotating boxes stand still.
    """

    folder: Path
    bases: Mapping[str, str]
    log: Sequence[Asked]
    crawls: Mapping[tuple[int, str], Crawled]  # number of the crawl, site
    counts: Sequence[Mapping[str, int]]  # of versions and payloads, after each crawl
    sites: Sequence[DemoSite]

    @property
    def path(self) -> Path:
        return self.folder / "a.db"

    def asked(self, number: int, slug: str | None = None) -> list[Asked]:
        return [a for a in self.log if a.crawl == number and slug in (None, a.slug)]

    def paths(self, number: int, slug: str) -> list[str]:
        return [a.path for a in self.asked(number, slug)]

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return rows(self.path, sql, *values)

    def open(self) -> Archive:
        return Archive.open(self.path, readonly=True)


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Any]) -> Any:
    """``make(folder)`` by the first worker that asks; its result (JSON) for all of them."""
    base = factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        base = base.parent
    with FileLock(base / f"{name}.lock"):
        told = base / f"{name}.json"
        if not told.exists():
            folder = base / name
            folder.mkdir()
            try:
                result = {"made": make(folder)}
            except Exception as error:  # noqa: BLE001 - told to every test that needs it, made once
                result = {"failed": repr(error)[-3000:]}
            told.write_text(json.dumps(result), encoding="utf-8")
        result = json.loads(told.read_text(encoding="utf-8"))
    if "failed" in result:
        pytest.fail(f"{name}: {result['failed']}")
    return result["made"]


def demo_sites(today: str) -> tuple[DemoSite, ...]:
    """Every trait, trap and fate of the sites stands among the first of their articles."""
    return build(today=datetime.fromisoformat(today).date(), count=42)


CONTACT = "archive@example.org"


def crawl_demo(folder: Path) -> Any:
    today = SystemClock().now().astimezone(HANOI).date().isoformat()
    sites = demo_sites(today)
    told: dict[str, Any] = {"today": today, "crawls": [], "counts": [], "folder": str(folder)}
    with served(folder, *sites) as server:
        path = folder / "a.db"
        Archive.create(path, SystemClock()).close()
        log: list[list[Any]] = []
        # the still sites differ in bytes from the moving ones, so the third crawl is a full one
        steps = ((1, 1, 0.0, False), (2, 2, DAY, False), (3, 2, DAY, True), (4, 2, DAY, False))
        for number, day, shift, full in steps:
            server.set_day(day)
            server.dynamic = number < 3
            server.log.clear()
            running = [
                # one that says "not modified" in spite of counter and clock would prove nothing
                Running(
                    folder, site.slug,
                    CrawlOptions(contact=CONTACT, full=full and site.family == "nukeviet"),
                    shift=shift,
                )
                for site in sites
            ]  # fmt: skip
            for site, one in zip(sites, running, strict=True):
                done = one.end(120)
                told["crawls"].append([number, site.slug, vars(done)])
            log += [[number, *asked] for asked in server.log]
            names = ("version", "payload", "capture", "event")
            told["counts"].append({n: value(path, f"SELECT count(*) FROM {n}") for n in names})
        return told | {"log": log, "bases": server.urls}


def demo_days_of(factory: pytest.TempPathFactory) -> DemoDays:
    told = once(factory, "demo-days", crawl_demo)
    return DemoDays(
        Path(told["folder"]),
        told["bases"],
        [Asked(*entry) for entry in told["log"]],
        {(number, slug): Crawled(**done) for number, slug, done in told["crawls"]},
        told["counts"],
        demo_sites(told["today"]),
    )


def gap(times: Sequence[float]) -> float:
    """The least time between two of them, in seconds."""
    ordered = sorted(times)
    return min((b - a for a, b in pairwise(ordered)), default=float("inf"))


def pace(times: Sequence[float]) -> float:
    """Seconds between two of them on average: one that a busy machine noted late changes little."""
    return (max(times) - min(times)) / (len(times) - 1)
