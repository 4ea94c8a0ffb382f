"""Articles written straight into the tables, for tests of search and export that need many.

No captures are behind them but one, so these archives serve reading only. Texts are made of
syllables with the frequencies of a Zipf law, seeded: the same number gives the same text.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.clock import FixedClock, iso
from archive.db import Archive
from archive.digest import article_key
from archive.vietnamese import fold

NOW = datetime(2026, 6, 1, tzinfo=UTC)
_TEXT = (
    "của và các trong với công tác đảng ủy uỷ khối hội nghị cán bộ tỉnh tổ chức thực hiện báo cáo "
    "viên tuyên truyền miệng giáo ban chỉ đạo phát biểu đồng chí bí thư phó thường vụ chi nhân dân "
    "huyện xã cơ quan năm tháng ngày đầu cuối kết quả nhiệm vụ giải pháp nâng cao chất lượng học "
    "tập tư tưởng chính trị kiểm tra giám sát sơ tổng triển khai quán triệt nghị quyết đại biểu "
    "thông tin kinh tế xã hội đầu tư dự án phát triển chuyển đổi số bình sơn hòa thúy khỏe quý"
)
SYLLABLES = _TEXT.split()


@dataclass(frozen=True)
class Row:
    """One article to be: *published* in UTC, or None."""

    title: str
    body: tuple[str, ...] = ()
    lead: str | None = None
    published: datetime | None = None
    site: str = "binh-son"
    section: tuple[str, ...] = ("Tin tức",)
    captions: tuple[str, ...] = ()
    author: str | None = None
    affiliation: str | None = None
    state: str = "live"


def create(path: Path, rows: Iterable[Row]) -> Archive:
    """An archive of *rows*, not indexed yet."""
    archive = Archive.create(path, FixedClock(NOW))
    with archive.transaction():
        add(archive, rows)
        archive.conn.execute("UPDATE index_state SET complete = 0")
    return archive


def add(archive: Archive, rows: Iterable[Row]) -> list[int]:
    """Write *rows* in the open transaction; the ids of their versions."""
    conn = archive.conn
    found = []
    for row in rows:
        site_id, crawl_id = _site(archive, row.site)
        (count,) = conn.execute("SELECT coalesce(max(id), 0) FROM article").fetchone()
        number = count + 1
        url = f"https://{row.site}.example/{number}.html"
        conn.execute(
            "INSERT INTO page (id, site_id, url, found_url, kind, how, found_at)"
            " VALUES (?, ?, ?, ?, 'article', 'seed', ?)",
            (number, site_id, url, url, iso(NOW)),
        )
        conn.execute(
            "INSERT INTO capture (id, page_id, crawl_id, time, method, url, request_headers,"
            " outcome, status, identity) VALUES (?, ?, ?, ?, 'GET', ?, '[]', 'answer', 200, ?)",
            (number, number, crawl_id, iso(NOW), url, f"sha256:{number}"),
        )
        key = article_key(url)
        conn.execute(
            "INSERT INTO article (id, key, site_id, page_id, state, state_since)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (number, key, site_id, number, row.state, iso(NOW)),
        )
        conn.execute(
            "INSERT INTO article_page (page_id, article_id, key) VALUES (?, ?, ?)",
            (number, number, key),
        )
        found.append(_version(archive, number, row))
    return found


def _version(archive: Archive, number: int, row: Row) -> int:
    conn = archive.conn
    texts = " ".join((row.title, *row.body))
    local = row.published + timedelta(hours=7) if row.published else None
    cursor = conn.execute(
        "INSERT INTO version (article_id, digest, text_digest, first_capture_id, last_capture_id,"
        " reader, title, section, lead, published, published_utc, published_precision, byline,"
        " body, attachments, tags, images, evidence)"
        " VALUES (?, ?, ?, ?, ?, 'test', ?, ?, ?, ?, ?, ?, ?, ?, '[]', '[]', '[]', '{}')",
        (
            number, f"sha256:v{number}", fold(texts)[:200], number, number, row.title,
            json.dumps(row.section, ensure_ascii=False), row.lead,
            local.strftime("%Y-%m-%dT%H:%M+07:00") if local else None,
            iso(row.published) if row.published else None, "minute" if local else None,
            row.author,
            json.dumps([["paragraph", text] for text in row.body], ensure_ascii=False),
        ),
    )  # fmt: skip
    version_id = cursor.lastrowid
    assert version_id is not None
    conn.execute("UPDATE article SET version_id = ? WHERE id = ?", (version_id, number))
    conn.executemany(
        "INSERT INTO caption (version_id, position, text) VALUES (?, ?, ?)",
        [(version_id, place, text) for place, text in enumerate(row.captions)],
    )
    if row.author:
        conn.execute(
            "INSERT INTO byline (version_id, position, name, affiliation) VALUES (?, 0, ?, ?)",
            (version_id, row.author, row.affiliation),
        )
    return version_id


def _site(archive: Archive, slug: str) -> tuple[int, int]:
    conn = archive.conn
    row = conn.execute("SELECT id FROM site WHERE slug = ?", (slug,)).fetchone()
    if row is None:
        cursor = conn.execute(
            "INSERT INTO site (slug, name, province_then, province_now, state_since)"
            " VALUES (?, ?, ?, ?, ?)",
            (slug, f"Đảng ủy {slug}", "Hòa Bình" if slug == "hoa-binh" else "Bình Sơn", "Phú Thọ",
             iso(NOW)),
        )  # fmt: skip
        conn.execute(
            "INSERT INTO crawl (id, site_id, why, started, ended, agent, settings, outcome)"
            " VALUES (?, ?, 'asked', ?, ?, 'test', '{}', 'finished')",
            (cursor.lastrowid, cursor.lastrowid, iso(NOW), iso(NOW)),
        )
        return cursor.lastrowid or 0, cursor.lastrowid or 0
    return row["id"], row["id"]


def synthetic(count: int, seed: int = 1, length: int = 400) -> Iterable[Row]:
    """*count* articles of some *length* syllables over fifteen years and three sites."""
    dice = random.Random(seed)
    weights = [1 / (rank + 3) for rank in range(len(SYLLABLES))]
    rare = [f"{a}{b}" for a in "bcdghklmnprstvx" for b in ("anh", "ươi", "ốc", "uệ", "ậng", "im")]

    def words(number: int) -> str:
        text = dice.choices(SYLLABLES, weights, k=number)
        if number > 20:
            text[dice.randrange(number)] = dice.choice(rare)
        return " ".join(text).capitalize()

    for _ in range(count):
        yield Row(
            title=words(dice.randint(8, 18)),
            lead=words(25) + ".",
            body=tuple(words(length // 5) + "." for _ in range(5)),
            published=NOW - timedelta(minutes=dice.randint(1, 15 * 365 * 1440)),
            site=dice.choice(("binh-son", "an-phu", "hoa-binh")),
            section=(dice.choice(("Tin tức", "Hoạt động", "Văn bản")),),
        )
