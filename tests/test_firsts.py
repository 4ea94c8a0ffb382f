"""First uses: who published a phrase first, who took it up, and what came in by an edit."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from bulk import NOW, Row, create
from click.testing import CliRunner

from archive import index, stories
from archive.db import Archive
from archive.errors import QueryError, UnknownReferenceError
from archive.filters import Filters
from archive.firsts import first_uses
from crawler.cli import group

DAY = timedelta(days=1)
TEXT = ("Mô hình chính quyền địa phương hai cấp vận hành thông suốt, bộ máy tinh gọn.",)
ROWS = [
    Row("Chính quyền hai cấp", TEXT, published=NOW - 30 * DAY, site="an-phu"),
    Row("Về chính quyền địa phương hai cấp", published=NOW - 90 * DAY),
    Row("Chính quyền địa phương, hai cấp học", published=NOW - 400 * DAY, site="an-phu"),
    Row("Tin vắn", ("Chính quyền địa phương hai cấp.",), site="hoa-binh"),
]


def made(path: Path) -> Archive:
    archive = create(path, ROWS)
    index.rebuild(archive)
    stories.rebuild(archive)
    return archive


def test_the_first_of_each_site_in_order(tmp_path: Path) -> None:
    with made(tmp_path / "a.db") as archive:
        found = first_uses(archive, "chinh quyen dia phuong hai cap")
        # a comma divides nothing: the index holds words alone
        assert [(one.site, one.title, one.by, one.days) for one in found] == [
            ("an-phu", "Chính quyền địa phương, hai cấp học", "published", 0.0),
            ("binh-son", "Về chính quyền địa phương hai cấp", "published", 310.0),
            ("hoa-binh", "Tin vắn", "captured", 400.0),
        ]
        (only,) = first_uses(archive, "tinh gọn", Filters(province="Bình Sơn"))
        assert (only.site, only.province) == ("an-phu", "Bình Sơn")
        since = (NOW - 100 * DAY).date().isoformat()
        later = first_uses(archive, '"chính quyền"', Filters(since=since))
        assert [one.site for one in later] == ["binh-son", "an-phu"]
        assert first_uses(archive, "không có ở đâu") == []
        with pytest.raises(QueryError, match="one phrase"):
            first_uses(archive, '"hai" OR "ba"')
        with pytest.raises(UnknownReferenceError):
            first_uses(archive, "hai", Filters(sites=("khong-co",)))


def test_what_came_by_an_edit_counts_from_the_look_that_shows_it(tmp_path: Path) -> None:
    with made(tmp_path / "a.db") as archive:
        article = archive.conn.execute(
            "SELECT id, version_id FROM article WHERE site_id ="
            " (SELECT id FROM site WHERE slug = 'binh-son')"
        ).fetchone()
        with archive.transaction() as conn:
            # what it said before: another title, seen a day earlier
            conn.execute(
                """INSERT INTO capture (id, page_id, crawl_id, time, method, url, request_headers,
                     outcome, status, identity)
                   SELECT 99, page_id, crawl_id, '2026-05-31T00:00:00.000000Z', method, url,
                     request_headers, outcome, status, 'sha256:99' FROM capture
                   WHERE id = (SELECT first_capture_id FROM version WHERE id = ?)""",
                (article["version_id"],),
            )
            rest = ", ".join(
                row["name"]
                for row in conn.execute("PRAGMA table_info(version)")
                if row["name"] not in ("id", "first_capture_id", "last_capture_id", "title")
            )
            conn.execute(
                f"""INSERT INTO version (first_capture_id, last_capture_id, title, {rest})
                    SELECT 99, 99, 'Về chính quyền', {rest} FROM version WHERE id = ?""",
                (article["version_id"],),
            )
        found = {one.site: one for one in first_uses(archive, "địa phương hai cấp")}
        assert (found["binh-son"].by, found["binh-son"].since) == (
            "edited", "2026-06-01T00:00:00.000000Z",
        )  # fmt: skip
        unchanged = {one.site: one for one in first_uses(archive, "về chính quyền")}
        assert unchanged["binh-son"].by == "published"


def test_the_command(tmp_path: Path) -> None:
    made(tmp_path / "a.db").close()

    def run(*words: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(group, ["first", *words, "--archive", str(tmp_path / "a.db")])
        return done.exit_code, done.stdout, done.stderr

    status, out, _ = run("địa", "phương", "hai", "cấp")
    assert status == 0
    assert out.splitlines()[0] == "1. Chính quyền địa phương, hai cấp học"
    assert "binh-son (Bình Sơn) · published" in out and "310 days later" in out
    rows = json.loads(run("tinh gọn", "--format", "json")[1])
    assert [(row["site"], row["by"], row["copy_of"]) for row in rows] == [
        ("an-phu", "published", None)
    ]
    assert run("zzz")[2].startswith("Nothing found.")
