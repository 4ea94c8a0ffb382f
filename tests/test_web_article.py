"""The pages of an article: what it says, what stands around it, its versions, its other names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from crawling import DemoDays, luutru
from lxml import etree
from lxml.etree import _Element
from reading_room import JPEG, PHOTO, START, Room, room
from strategies import LONG, Walker, article

from archive.articles import key_of_url
from archive.clock import FixedClock
from archive.db import Archive
from archive.types import Article, Attachment, Author, Block, Caption, Link
from archive.web.article_parts import parts_of

HOST = "https://binh-son.example"
URL = f"{HOST}/tin/hoi-nghi.html"
WHOLE = Article(
    url=URL,
    title="Đảng ủy xã Bình Sơn sơ kết công tác tuyên truyền",
    section=("Tin tức", "Hoạt động"),
    lead="Sáng 28/2, hội nghị diễn ra tại hội trường xã.",
    published="2026-02-28T09:30+07:00",
    updated="2026-03-01",
    authors=(Author("Lò Thị Mây"),),
    byline="Lò Thị Mây – Ban Xây dựng Đảng",
    source="Báo Phú Thọ",
    body=(
        Block("paragraph", LONG[0]), Block("heading", "Kết quả"), Block("item", "Một"),
        Block("item", "Hai"), Block("row", "Tháng\tBuổi"), Block("row", "2\t12"),
        Block("quote", "Phải nói đi đôi với làm."), Block("paragraph", LONG[1]),
    ),
    captions=(
        Caption("Quang cảnh", "Vàng A Páo", f"{HOST}/anh/1.jpg"),
        Caption("Chưa lưu", None, f"{HOST}/anh/2.jpg"),
    ),
    images=(f"{HOST}/anh/1.jpg", f"{HOST}/anh/3.jpg"),
    related=(
        Link("related", "Bài khác", f"{HOST}/tin/khac.html", "2026-02-01"),
        Link("related", "Trang danh mục", f"{HOST}/danh-muc"),
        Link("older", "Trang ngoài", "https://elsewhere.example/x"),
        Link("text", "Thư", "mailto:a@b.example"),
    ),
    attachments=(
        Attachment("Báo cáo", f"{HOST}/bao-cao.pdf"), Attachment("Kế hoạch", f"{HOST}/mat.pdf"),
    ),
    tags=("tuyên truyền", 'trích "dẫn"'),
    evidence={"title": "profile: h1"},
)  # fmt: skip


@pytest.fixture(scope="module")
def reader(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Room]:
    path = tmp_path_factory.mktemp("article") / "a.db"
    with Archive.create(path, FixedClock(START)) as archive:
        walker, other = Walker.begin(archive), Walker.begin(archive, "van-son")
        walker.look(f"{HOST}/anh/1.jpg", PHOTO, headers=JPEG, kind="photo")
        walker.look(f"{HOST}/anh/3.jpg", b"<html>404", kind="photo")
        walker.look(f"{HOST}/danh-muc", kind="listing")
        pdf = (("Content-Type", "application/pdf"),)
        walker.look(f"{HOST}/bao-cao.pdf", b"%PDF-1.4", headers=pdf, kind="document")
        walker.see(article(f"{HOST}/tin/khac.html", "Bài khác", "Một đoạn khác hẳn về việc khác."))
        walker.see(replace(WHOLE, lead="Sáng 27/2, hội nghị diễn ra tại hội trường xã."))
        walker.see(WHOLE)
        walker.see(replace(WHOLE, url=f"{URL}?in=1", canonical=URL))  # a second address
        other.see(replace(WHOLE, url="https://van-son.example/chep.html", captions=(), images=()))
        walker.see(article(f"{HOST}/tin/go.html", "Bài " + "đ" * 300, "Bài đã bị gỡ rồi."))
        assert walker.lose(f"{HOST}/tin/go.html", b"404")
    with room(path) as opened:
        yield opened


def key(url: str = URL) -> str:
    return key_of_url(url)


def tree(text: str) -> _Element:
    return etree.fromstring(text.encode(), etree.HTMLParser(encoding="utf-8"))


def words(element: _Element) -> str:
    return " ".join("".join(element.itertext()).split())


def test_every_field_is_shown(reader: Room) -> None:
    page = tree(reader.text(f"/article/{key()}"))
    text = words(page.find(".//main"))
    for said in (
        WHOLE.title, "Tin tức", "Hoạt động", WHOLE.lead, "28/02/2026, 09:30", "01/03/2026",
        WHOLE.byline, "Báo Phú Thọ", *LONG, "Quang cảnh", "Vàng A Páo", "Chưa lưu", "Bài khác",
        "01/02/2026", "Báo cáo", "Kế hoạch", "tuyên truyền", "profile: h1", "r1", key(),
    ):  # fmt: skip
        assert said and said in text, said
    assert [words(one) for one in page.findall(".//div[@class='text']/ul/li")] == ["Một", "Hai"]
    rows = [[words(cell) for cell in row] for row in page.findall(".//div[@class='text']//tr")]
    assert rows == [["Tháng", "Buổi"], ["2", "12"]]
    assert words(page.find(".//blockquote")) == "Phải nói đi đôi với làm."
    assert words(page.find(".//div[@class='text']/h2")) == "Kết quả"


def test_photos_come_from_captures_and_say_when_there_is_none(reader: Room) -> None:
    page = tree(reader.text(f"/article/{key()}"))
    photos = page.findall(".//figure")
    assert len(photos) == 3  # one captured, one never, one that is no image
    (image,) = page.findall(".//figure//img")
    answer = reader.get(str(image.get("src")))
    assert answer.content == PHOTO and answer.headers["content-type"] == "image/jpeg"
    assert [words(one) for one in photos if one.find(".//img") is None] == [
        f"Ảnh này chưa được lưu.{HOST}/anh/2.jpg Chưa lưu",
        f"Ảnh này chưa được lưu.{HOST}/anh/3.jpg",
    ]


def test_links_lead_into_the_archive_where_they_can(reader: Room) -> None:
    page = tree(reader.text(f"/article/{key()}?lang=en"))
    links = {words(one): one for one in page.iter("a")}
    assert links["Bài khác"].get("href") == f"/article/{key(f'{HOST}/tin/khac.html')}"
    assert str(links["Trang danh mục"].get("href")).startswith("/capture/")
    outside = links["Trang ngoài"]
    assert outside.get("href") == "https://elsewhere.example/x"
    assert "noreferrer" in str(outside.get("rel"))
    assert "outside the archive" in words(outside.getparent())
    assert "Thư" not in links  # no address for a browser
    assert "mailto:" not in etree.tostring(page, encoding="unicode")
    assert str(links["Báo cáo"].get("href")).startswith("/replay/")
    answer = reader.get(str(links["Báo cáo"].get("href")))
    assert answer.headers["content-disposition"].startswith('attachment; filename="bao-cao.pdf"')
    assert "not captured" in words(links["Kế hoạch"].getparent())
    assert links['trích "dẫn"'].get("href") == "/search?q=%22tr%C3%ADch++d%E1%BA%ABn+%22"


def test_versions_are_listed_and_shown(reader: Room) -> None:
    page = tree(reader.text(f"/article/{key()}?lang=en"))
    listed = page.findall(".//section[@class='versions']//li")
    assert [one.get("value") for one in listed] == ["2", "1"]
    assert "content: lead" in words(listed[0]) and "first version" in words(listed[1])
    old = tree(reader.text(f"/article/{key()}?version=1&lang=en"))
    assert "Sáng 27/2" in words(old.find(".//article"))
    assert "This is version 1 of 2." in words(old.find(".//div[@role='note']"))
    assert reader.get(f"/article/{key()}?version=-2").status_code == 200
    for wrong in ("9", "0", "x"):
        answer = reader.get(f"/article/{key()}?version={wrong}")
        assert answer.status_code == 400


def test_copies_and_other_addresses_are_named(reader: Room) -> None:
    text = words(tree(reader.text(f"/article/{key()}")).find(".//aside"))
    assert "Đảng bộ van-son" in text and f"{URL}?in=1" in text
    assert "giống từng chữ" in text


def test_a_near_copy_says_how_much_it_shares(tmp_path: Path) -> None:
    names = ("An", "Bình", "Chi", "Dũng", "Giang", "Hà", "Khánh", "Lan", "Minh", "Nga")
    lines = [f"Đồng chí {name} phát biểu về việc học tập và làm theo gương Bác." for name in names]
    more = "Một câu dài được viết thêm vào cuối bài này mà thôi."
    with Archive.create(tmp_path / "a.db", FixedClock(START)) as archive:
        walker = Walker.begin(archive)
        walker.see(article(URL, "Hội nghị sơ kết", *lines))
        walker.see(article(f"{HOST}/tin/gan.html", "Tin khác", *lines[:9], more))
    with room(tmp_path / "a.db") as opened:
        text = words(tree(opened.text(f"/article/{key()}?lang=en")).find(".//aside"))
    assert "9 of the 10 sentences of the shorter in common" in text


def test_a_second_key_leads_to_the_first(reader: Room) -> None:
    alias = key(f"{URL}?in=1")
    for rest in ("", "/history", ".json"):
        answer = reader.get(f"/article/{alias}{rest}?lang=en")
        assert answer.status_code == 302
        assert answer.headers["location"] == f"/article/{key()}{rest}?lang=en"
    answer = reader.get(f"/article/{alias}/diff?a=1&b=2")
    assert answer.headers["location"] == f"/article/{key()}/diff?a=1&b=2"


@pytest.mark.parametrize("rest", ["", "/history", "/diff"])
def test_an_unknown_key_is_told_with_the_next_step(reader: Room, rest: str) -> None:
    text = reader.text(f"/article/0123456789abcdef{rest}?lang=en", 404)
    assert "No article of this archive is named" in text and "Look for its words" in text
    answer = reader.get("/article/0123456789abcdef.json")
    assert answer.status_code == 404 and "No article" in answer.json()["error"]


def test_what_is_gone_says_since_when(reader: Room) -> None:
    text = words(tree(reader.text(f"/article/{key(f'{HOST}/tin/go.html')}?lang=en")))
    assert "The site took this article down, since 4 Mar 2026" in text


def test_what_is_not_found_lately_says_so(demo_days: DemoDays) -> None:
    whys = {"missing": "not found, 404", "removed": "removed, 410", "soft-404": "a page that says"}
    found = demo_days.rows(
        """SELECT article.key FROM article JOIN page ON page.id = article.page_id
           WHERE page.state = 'gone' AND article.state = 'live'"""
    )
    with room(demo_days.path) as opened:
        texts = [words(tree(opened.text(f"/article/{name}?lang=en"))) for (name,) in found]
    assert all("It is not sure yet that it is gone" in text for text in texts)
    assert all(any(told in text for text in texts) for told in whys.values())


def test_json_is_that_of_the_command_line(demo_days: DemoDays) -> None:
    alone, copied = (
        next(iter(demo_days.rows(f"SELECT key FROM article WHERE story_id IS {which} LIMIT 1")))[0]
        for which in ("NULL", "NOT NULL")
    )
    folder = Path(demo_days.path).parent
    with room(demo_days.path) as opened:
        for name, more in ((alone, False), (copied, True)):
            call = ("show", name, "--format", "json", "--archive", str(demo_days.path))
            shown = json.loads(luutru(folder, *call).stdout)
            assert opened.get(f"/article/{name}.json").json() == shown
            assert ("copies" in shown) == more
        full = opened.get(f"/article/{name}.json?full=1").json()
    assert {"kind", "text"} == full["body"][0].keys()


def test_history_tells_versions_and_events(reader: Room) -> None:
    page = tree(reader.text(f"/article/{key()}/history?lang=en"))
    rows = [words(row) for row in page.findall(".//tbody/tr")]
    assert len(rows) == 2 and "content: lead" in rows[0] and "first version" in rows[1]
    times = page.findall(".//tbody//time")
    assert times[0].get("title", "").endswith("UTC") and "15:00" in words(times[-1])
    picked = [one.get("value") for one in page.findall(".//input") if "checked" in one.attrib]
    assert picked == ["2", "1"] or picked == ["1", "2"]
    events = words(page.find(".//ol[@class='events']"))
    assert "New version 1" in events and "Changed version 2" in events
    assert "The same text as another article" in events


def test_blocks_of_a_kind_stand_together() -> None:
    body = [Block("item", "a"), Block("item", "b"), Block("paragraph", "c"), Block("item", "d")]
    assert [(part.kind, part.texts) for part in parts_of(body)] == [
        ("item", ("a", "b")), ("paragraph", ("c",)), ("item", ("d",)),
    ]  # fmt: skip
