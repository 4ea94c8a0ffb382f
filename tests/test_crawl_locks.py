"""Who holds a host, and for how long; and how a crawl ends."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
from crawling import HTML, Running, SmallSite, article, environment, robots, served, value
from offline import HERE, THERE, Site

from archive.clock import FixedClock, from_iso
from archive.db import Archive
from archive.errors import ArchiveError, CrawlError
from crawler.commits import Commits
from crawler.demo.messages import DemoResponse
from crawler.locks import HostLocks, lock_folder


@pytest.fixture
def site(archive, clock, tmp_path, monkeypatch):
    monkeypatch.setenv("LUUTRU_LOCKS", str(tmp_path))
    monkeypatch.setattr("crawler.frontier.monotonic", lambda: clock.now().timestamp())
    return Site(archive, {"/tin/1.html": article(1)}, links=["/tin/1.html"])


def test_locks_are_where_they_are_whatever_the_login(tmp_path, monkeypatch):
    monkeypatch.delenv("LUUTRU_LOCKS", raising=False)
    user = SimpleNamespace(pw_dir=str(tmp_path))
    monkeypatch.setattr("crawler.locks.pwd.getpwuid", lambda number: user)
    folders = set()
    for runtime in ("/run/user/1", "/run/user/2", ""):
        for name in ("XDG_RUNTIME_DIR", "XDG_CACHE_HOME", "HOME", "TMPDIR"):
            monkeypatch.setenv(name, runtime)
        folders.add(lock_folder())
    assert len(folders) == 1 and folders.pop().is_relative_to(tmp_path)


def test_a_host_of_photos_is_held_only_while_it_is_asked(site):
    photo = f'<p><img src="{THERE}/a.jpg" width="600" height="400"></p>'
    held = []

    def look(answer):
        def answered(request):
            other = HostLocks()
            held.append((request.path, not other.take(THERE.removeprefix("http://"))))
            other.release()
            return answer

        return answered

    picture = DemoResponse(200, (("Content-Type", "image/jpeg"),), b"\xff\xd8\xff\xe0 1")
    site.answers = {
        "/tin/0.html": article(0, words=photo),
        f"{THERE}/a.jpg": look(picture),
    }
    pause = DemoResponse(429, (*HTML, ("Retry-After", "30")), b"")  # so it comes after the photo
    site.answers["/tin/1.html"] = lambda asked: look(article(1))(asked) if asked.tries else pause
    site.links = ["/tin/0.html", "/tin/1.html"]
    site.crawl()
    assert held == [("/a.jpg", True), ("/tin/1.html", False)]


def test_a_profile_under_another_name_is_refused_with_the_owner_s(site):
    site.crawl()
    site.slug = "other"
    with pytest.raises(CrawlError, match=r"small.*") as refused:
        site.crawl(days=1)
    assert "small.toml" in refused.value.next_step
    assert HostLocks().take(HERE.removeprefix("http://")), "and holds nothing"
    site.slug = "small"


def test_a_busy_archive_is_waited_for_once_and_not_by_each_operation(tmp_path, monkeypatch):
    monkeypatch.setattr("archive.opening.BUSY_SECONDS", 0.3)
    path = tmp_path / "a.db"
    archive = Archive.create(path, FixedClock(from_iso("2026-03-01T08:00:00.000000Z")))
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")

    async def eight():
        commits = Commits(archive)
        return await asyncio.gather(
            *[commits.run(lambda: 1) for _ in range(8)], return_exceptions=True
        )

    began = time.monotonic()
    told = asyncio.run(eight())
    took = time.monotonic() - began
    holder.close()
    archive.close()
    assert all(isinstance(one, ArchiveError) for one in told) and took < 1.2, took


def free(folder, host, seconds):
    """Wait until nobody crawls *host*: the kernel frees the lock of a process that ended."""
    limit = time.monotonic() + seconds
    locks = HostLocks()
    while not locks.take(host):
        if time.monotonic() > limit:
            return False
        time.sleep(0.05)
    locks.release()
    return True


@pytest.mark.long
def test_children_end_with_their_parent_and_ctrl_c_ends_a_long_wait(tmp_path, monkeypatch):
    monkeypatch.setenv("LUUTRU_LOCKS", str(tmp_path))
    pages = {f"/tin/{n}.html": article(n) for n in range(300)}
    slow = "delay = 0.2\nconcurrency = 1"
    sites = [SmallSite(pages, name, list(pages), slow) for name in ("kill", "term")]
    wait = {"/robots.txt": robots("Allow: /", "Crawl-delay: 40")}
    with served(tmp_path, *sites, SmallSite(pages | wait, "wait", list(pages))) as server:
        call = [sys.executable, "-c", "from crawler.cli import main; main()", "crawl"]
        parents = {
            name: subprocess.Popen(
                [*call, name, "--sites", "sites", "--archive", f"{name}.db"],
                cwd=tmp_path, env=environment(tmp_path), start_new_session=True,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
            for name in ("kill", "term")
        }  # fmt: skip
        waits = Running(tmp_path, "wait", archive="wait.db")

        def asked(name):
            return sum(one.slug == name for one in server.log)

        limit = time.monotonic() + 30
        while min(asked(name) for name in parents) < 4 or asked("wait") < 1:
            assert time.monotonic() < limit, "none of them begins"
            time.sleep(0.05)
        parents["kill"].send_signal(signal.SIGKILL)
        parents["term"].send_signal(signal.SIGTERM)
        time.sleep(0.3)
        waits.signal(signal.SIGINT)
        began = time.monotonic()
        done = waits.end(20)
        assert (done.outcome, done.status) == ("interrupted", 1)
        assert time.monotonic() - began < 5
        for name, parent in parents.items():
            parent.wait(10)
            assert free(tmp_path, server.urls[name].removeprefix("http://"), 10), name
            assert asked(name) < 100
            outcome = "SELECT outcome FROM crawl"
            assert value(tmp_path / f"{name}.db", outcome) == "interrupted", name
