"""Withdrawal as it is called, of what a real crawl has brought: and nothing brings it back."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import kept
import pytest
from crawling import (
    DAY,
    SmallSite,
    article,
    crawl,
    luutru,
    page,
    rows,
    served,
    value,
)
from importing import answer, bring, write
from kept import run
from reading_room import room
from test_withdraw import raw

from archive.clock import SystemClock
from archive.db import Archive
from archive.filters import Filters
from archive.interchange import warc
from crawler.demo.messages import DemoResponse

NAME = "Zuyrbaquenh"
PATH = "/tin/3.html"
PHOTO = b"\xff\xd8\xff\xe0 photo-of-somebody \xff\xd9"
REASON = "Đơn số 12 của người được nêu tên"


@dataclass
class Scene:
    folder: Path
    key: str
    base: str
    before: Path  # a WARC file of the archive, from before
    asked: list[str]  # what the site was asked for after the withdrawal
    done: str  # what the command said
    plan: str

    @property
    def path(self) -> Path:
        return self.folder / "a.db"

    def luutru(self, *arguments: str) -> str:
        told = luutru(self.folder, *arguments, "--archive", str(self.path))
        assert told.returncode == 0, told.stderr
        return str(told.stdout)


def shown(number: int) -> DemoResponse:
    found = article(number, words=f"{NAME} {number}" if number == 3 else "")
    photo = f'<p><img src="/anh/{number}.jpg" width="600" height="400"></p></article>'
    return DemoResponse(200, found.headers, found.body.replace(b"</article>", photo.encode()))


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Crawled, exported, withdrawn, crawled again in full a day later."""
    folder = tmp_path_factory.mktemp("withdrawn")
    title = "<p><a href='/tin/3.html'>Hội nghị số 3</a></p>"
    fates = {f"/tin/{n}.html": shown(n) for n in range(8)}
    fates |= {f"/anh/{n}.jpg": DemoResponse(200, (("Content-Type", "image/jpeg"),),
                                            PHOTO + bytes([n])) for n in range(8)}  # fmt: skip
    fates["/"] = page("Trang chủ", *(f"/tin/{n}.html" for n in range(8)), body=title)
    site = SmallSite(fates)
    path = folder / "a.db"
    with served(folder, site) as server:
        Archive.create(path, SystemClock()).close()
        assert crawl(folder).outcome == "finished"
        with Archive.open(path, readonly=True) as archive:
            warc.export(archive, folder / "before.warc.gz", Filters())
        base = server.urls["small"]
        key = value(
            path, "SELECT key FROM article_page JOIN page ON page.id = page_id WHERE url LIKE ?",
            f"%{PATH}",
        )  # fmt: skip
        call = ("withdraw", f"{base}{PATH}", "--reason", REASON, "--by", "Mây", "--archive", "a.db")
        plan = luutru(folder, *call, "--dry-run", "--format", "jsonl")
        assert plan.returncode == 0 and "Nothing is changed" in plan.stderr, plan.stderr
        assert value(path, "SELECT count(*) FROM withdrawal") == 0
        refused = luutru(folder, *call)
        assert refused.returncode == 2 and "Say --yes" in refused.stderr
        done = luutru(folder, *call, "--yes")
        assert done.returncode == 0, done.stderr
        site.asked.clear()
        fates[PATH] = article(3, words=f"{NAME} again")
        assert crawl(folder, full=True, shift=DAY).outcome == "finished"
        asked = [one.path for one in site.asked]
        yield Scene(folder, key, base, folder / "before.warc.gz", asked, done.stderr, plan.stdout)


def test_it_says_before_what_goes(scene: Scene) -> None:
    told = [json.loads(line) for line in scene.plan.splitlines()]
    by_what = {(one["fate"], one["what"]): one["name"] for one in told}
    assert by_what["goes", "article"] == scene.key
    assert by_what["closed", "page"].endswith(PATH)
    assert by_what["closed", "photo or file"].endswith("/anh/3.jpg")
    assert by_what["stays", "listing that quotes it"].endswith("/")
    assert sum(one["what"] == "payload" for one in told) == 2
    assert "luutru withdraw --capture" in scene.done and "Backups and exports" in scene.done


def test_no_byte_is_left_and_all_is_whole(scene: Scene) -> None:
    assert NAME.encode() not in raw(scene.path) and b"somebody \xff\xd9\x03" not in raw(scene.path)
    assert b"somebody \xff\xd9\x04" in raw(scene.path)
    told = luutru(scene.folder, "verify", "--archive", str(scene.path))
    assert told.returncode == 0, told.stdout
    assert "2 payloads that were withdrawn (1 withdrawals)" in told.stderr


def test_a_full_crawl_does_not_ask_for_it(scene: Scene) -> None:
    assert len(scene.asked) > 14 and "/tin/4.html" in scene.asked
    assert not {PATH, "/anh/3.jpg"} & set(scene.asked)


def test_search_finds_nothing_and_show_tells_why(scene: Scene) -> None:
    assert scene.luutru("search", NAME, "--format", "jsonl") == ""
    assert REASON in scene.luutru("show", scene.key) and REASON in scene.luutru(
        "history", scene.key
    )
    found = json.loads(scene.luutru("show", scene.key, "--format", "json"))
    assert (found["title"], found["body"], found["captions"]) == ("", [], [])
    assert found["withdrawn"]["reason"] == REASON and found["withdrawn"]["by"] == "Mây"
    told = luutru(scene.folder, "diff", scene.key, "--archive", str(scene.path))
    assert told.returncode == 2 and REASON in told.stderr
    again = luutru(scene.folder, "withdraw", scene.key, "--reason", "x", "--archive", "a.db")
    assert again.returncode == 2 and "withdrawn already" in again.stderr


def test_exports_tell_it(scene: Scene) -> None:
    scene.luutru("export", "csv", "out.csv")
    with (scene.folder / "out.csv").open(encoding="utf-8") as file:
        found = {row["key"]: row for row in csv.DictReader(file)}
    assert len(found) == 8
    one = found[scene.key]
    assert (one["state"], one["withdrawn_why"], one["title"]) == ("withdrawn", REASON, "")
    assert one["withdrawn"] and one["digest"].startswith("sha256:")
    assert "1 withdrawn from the archive" in (scene.folder / "out.csv.card.md").read_text("utf-8")


@pytest.mark.parametrize("form", ["warc", "wacz"])
def test_web_archives_tell_it_and_come_back(scene: Scene, form: str) -> None:
    """The captures are named with their digests and the reason; an archive that has them stays."""
    target = scene.folder / f"after.{form}"
    scene.luutru("export", form, str(target))
    content = target.read_bytes()
    if form == "warc":
        assert NAME.encode() not in content and REASON.encode() in content
        digests = rows(scene.path, "SELECT digest FROM payload WHERE length(data) = 0")
        assert len(digests) == 2 and all(one.encode() in content for (one,) in digests)
    (told,) = bring(scene.folder, target, archive=f"{form}.db")
    assert told.tally["damaged"] == 0
    with Archive.open(scene.folder / f"{form}.db", readonly=True) as archive:
        assert len(articles_of(archive)) == 7


def articles_of(archive: Archive) -> list[str]:
    return [row[0] for row in archive.conn.execute("SELECT key FROM article")]


def test_its_own_old_export_does_not_bring_it_back(scene: Scene) -> None:
    before = value(scene.path, "SELECT count(*) FROM capture")
    (told,) = bring(scene.folder, scene.before, archive="a.db")
    assert told.outcome == "whole" and told.tally["captures"] == 0
    assert value(scene.path, "SELECT count(*) FROM capture") == before
    assert NAME.encode() not in raw(scene.path)


def test_a_file_of_others_does_not_bring_it_back(scene: Scene) -> None:
    """The same page later, and its bytes at another address: captures with a digest alone."""
    body = shown(3).body
    file = write(
        scene.folder / "theirs.warc.gz",
        answer(
            "a", PATH, body.replace(b"3:", b"3 -"), host=scene.base, time="2030-01-01T00:00:00Z"
        ),
        answer("b", "/ban-in/3", body, host=scene.base, time="2030-01-01T00:00:00Z"),
        answer("c", "/tin/99.html", article(9).body, host=scene.base),
    )
    (told,) = bring(scene.folder, file, archive="a.db")
    assert (told.outcome, told.tally["captures"]) == ("whole", 3)
    found = rows(
        scene.path,
        """SELECT length(payload.data) FROM capture JOIN payload ON payload.id = payload_id
           WHERE source LIKE 'import:%' ORDER BY capture.id""",
    )
    assert [size > 0 for (size,) in found] == [False, False, True]
    assert NAME.encode() not in raw(scene.path)
    assert value(scene.path, "SELECT count(*) FROM article") == 9
    assert luutru(scene.folder, "verify", "--archive", "a.db").returncode == 0


def test_reparse_leaves_it_as_it_is(scene: Scene) -> None:
    sql = """SELECT digest, title FROM version
             WHERE article_id = (SELECT id FROM article WHERE key = ?)"""
    before = rows(scene.path, sql, scene.key)
    with sqlite3.connect(scene.path) as conn:
        conn.execute("UPDATE reading SET reader = 'another'")
        conn.execute("UPDATE version SET reader = 'another'")
    call = ("reparse", "--apply", "--archive", "a.db", "--sites", "sites", "--workers", "1")
    told = luutru(scene.folder, *call)
    assert told.returncode == 0, told.stderr
    assert rows(scene.path, sql, scene.key) == before and before[0][1] == ""
    assert value(scene.path, "SELECT count(*) FROM version WHERE reader = 'another'") == 1
    assert luutru(scene.folder, "verify", "--archive", "a.db").returncode == 0


def test_the_reader_tells_it(scene: Scene) -> None:
    sql = "SELECT id FROM capture WHERE url LIKE ? ORDER BY id LIMIT 1"
    capture = value(scene.path, sql, f"%{PATH}")
    photo = value(scene.path, sql, "%/anh/3.jpg")
    digest = value(scene.path, "SELECT digest FROM version JOIN article ON article.id = article_id"
                   " WHERE key = ?", scene.key)  # fmt: skip
    with room(scene.path) as reader:
        for path in (f"/article/{scene.key}", f"/article/{scene.key}/history"):
            text = reader.text(path, 410)
            assert REASON in text and digest in text and "rút khỏi kho" in text
        assert reader.get(f"/article/{scene.key}.json").status_code == 410
        for path in (f"/article/{scene.key}/diff", f"/replay/{capture}", f"/photo/{photo}"):
            assert REASON in reader.text(path, 410)
        assert REASON in reader.text(f"/capture/{capture}")
        assert REASON not in reader.text("/search?q=hoi", 200)


# -- all or nothing -------------------------------------------------------------------------------

DIE = "import os\nimport archive.stories\narchive.stories.update = lambda *_: os._exit(9)\n"
STOP = """
import archive.stories
def stop(*_):
    raise KeyboardInterrupt
archive.stories.update = stop
"""


@pytest.mark.parametrize(("patch", "status"), [(DIE, 9), (STOP, 130)])
def test_cut_off_it_leaves_all(tmp_path: Path, patch: str, status: int) -> None:
    path = kept.make(tmp_path / "a.db")
    key = value(path, "SELECT key FROM article LIMIT 1")
    before = state(path)
    call = ("withdraw", key, "--reason", "x", "--yes", "--archive", path)
    assert run(*call, before=patch).returncode == status
    assert state(path) == before
    assert run("verify", "--archive", path).returncode == 0
    assert run(*call).returncode == 0
    assert run("verify", "--archive", path).returncode == 0


def state(path: Path) -> list[list[tuple[object, ...]]]:
    names = ("withdrawal", "withdrawn_page", "withdrawn_payload", "version", "event", "reading")
    found = [rows(path, f"SELECT * FROM {name} ORDER BY 1, 2") for name in names]
    return [*found, rows(path, "SELECT digest, length(data) > 0 FROM payload ORDER BY id")]


def test_cut_off_while_the_file_is_written_anew(tmp_path: Path) -> None:
    path = kept.make(tmp_path / "a.db")
    key = value(path, "SELECT key FROM article LIMIT 1")
    stop = "import archive.fts as one\ndef stop(*_):\n    raise KeyboardInterrupt\n"
    call = ("withdraw", key, "--reason", "x", "--yes", "--archive", path)
    told = run(*call, before=f"{stop}one.merge = stop")
    assert told.returncode == 130 and "--clean" in told.stderr
    assert value(path, "SELECT count(*) FROM withdrawal WHERE cleaned IS NULL") == 1
    checked = run("verify", "--archive", path)
    assert checked.returncode == 1 and "luutru withdraw --clean" in checked.stdout
    assert "1 withdrawal had waited" in run("withdraw", "--clean", "--archive", path).stderr
    assert run("verify", "--archive", path).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--reason", "x"), "Name one thing"),
        (("abc", "--url", "http://x.vn/1.html", "--reason", "x"), "Name one thing"),
        (("http://x.vn/1.html",), "--reason is empty"),
        (("http://x.vn/1.html", "--reason", "  "), "--reason is empty"),
        (("http://x.vn/1.html", "--reason", "x", "--by", ""), "--by is empty"),
        (("http://x.vn/1.html", "--clean"), "--clean withdraws nothing"),
        (("http://x.vn/khong-co.html", "--reason", "x"), "No article"),
    ],
)  # fmt: skip
def test_slips_are_told_with_the_next_step(
    tmp_path_factory: pytest.TempPathFactory, arguments: tuple[str, ...], words: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "slips.db"
    if not path.exists():
        kept.make(path)
    told = run("withdraw", *arguments, "--archive", path)
    assert told.returncode == 2 and words in told.stderr and "Traceback" not in told.stderr
