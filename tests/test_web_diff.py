"""The comparison page: which versions, field by field, what is folded, two columns or one text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from lxml import etree
from lxml.etree import _Element
from reading_room import START, Room, room
from strategies import Walker, article

from archive.alignment import changes
from archive.articles import key_of_url
from archive.clock import FixedClock
from archive.db import Archive
from archive.types import Block, Caption
from archive.web.diff_page import stretches

URL = "https://binh-son.example/tin/mot.html"
SAME = tuple(Block("paragraph", f"Đoạn {n} của bài không có gì thay đổi.") for n in range(6))
FIRST = replace(
    article(URL, "Đảng ủy xã Bình Sơn họp", captions=(Caption("Quang cảnh"),)),
    published="2026-02-28",
    body=(Block("paragraph", "Có 12 buổi tuyên truyền cho 900 người."), *SAME,
          Block("paragraph", "Câu cuối sẽ bị bỏ")),
)  # fmt: skip
SECOND = replace(
    FIRST,
    title="Đảng uỷ xã Bình Sơn họp",
    published="2026-03-01",
    body=(Block("paragraph", "Có 15 buổi tuyên truyền cho 900 người."), *SAME,
          Block("paragraph", "Bổ sung một đoạn hoàn toàn khác hẳn")),
)  # fmt: skip
THIRD = replace(SECOND, title="Đảng uỷ xã Bình Sơn họp thường kỳ")
KEY = key_of_url(URL)
ALONE = "https://binh-son.example/tin/hai.html"


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    path = tmp_path_factory.mktemp("diff") / "a.db"
    with Archive.create(path, FixedClock(START)) as archive:
        walker = Walker.begin(archive)
        for version in (FIRST, SECOND, THIRD):
            walker.see(version)
        walker.see(article(ALONE, "Chỉ một lần", "Bài này từ khi đăng chưa hề thay đổi gì."))
    with room(path) as opened:
        yield opened


def main(reader: Room, path: str) -> _Element:
    text = reader.text(f"/article/{path}")
    found = etree.fromstring(text.encode(), etree.HTMLParser(encoding="utf-8")).find(".//main")
    assert found is not None
    return found


def words(element: _Element) -> str:
    return " ".join("".join(element.itertext()).split())


def chosen(page: _Element) -> list[str | None]:
    return [one.get("value") for one in page.iter("option") if "selected" in one.attrib]


def test_the_last_two_versions_unless_others_are_named(reader: Room) -> None:
    assert chosen(main(reader, f"{KEY}/diff")) == ["2", "3"]
    assert chosen(main(reader, f"{KEY}/diff?b=2")) == ["1", "2"]
    assert chosen(main(reader, f"{KEY}/diff?a=1")) == ["1", "3"]
    assert chosen(main(reader, f"{KEY}/diff?a=3&b=1")) == ["3", "1"]
    assert chosen(main(reader, f"{KEY}/diff?a=-3&b=-2")) == ["1", "2"]


def test_fields_kinds_and_words_that_changed(reader: Room) -> None:
    page = main(reader, f"{KEY}/diff?a=1&b=2&lang=en")
    headings = [words(one) for one in page.iter("h2")]
    assert headings == ["title tone marks", "published date", "body content"]
    assert "other words" in words(page.find(".//p[@class='about']"))
    removed = [one.text for one in page.findall(".//section//del")]
    added = [one.text for one in page.findall(".//section//ins")]
    assert "ủy" in removed and "uỷ" in added and "12" in removed and "15" in added
    assert "Câu cuối sẽ bị bỏ" in removed
    assert "Bổ sung một đoạn hoàn toàn khác hẳn" in added


def test_two_columns_hold_one_version_each(reader: Room) -> None:
    page = main(reader, f"{KEY}/diff?a=1&b=2")
    left = [words(one) for one in page.findall(".//section//div[@class='cell cell-a']")]
    right = [words(one) for one in page.findall(".//section//div[@class='cell cell-b']")]
    assert "Có 12 buổi tuyên truyền cho 900 người." in left
    assert "Có 15 buổi tuyên truyền cho 900 người." in right
    assert not page.findall(".//div[@class='cell cell-a']//ins")
    assert not page.findall(".//div[@class='cell cell-b']//del")


def test_one_text_holds_both(reader: Room) -> None:
    page = main(reader, f"{KEY}/diff?a=1&b=2&view=inline")
    cells = [words(one) for one in page.findall(".//section//div[@class='cell']")]
    assert "Có 1215 buổi tuyên truyền cho 900 người." in cells
    (back,) = [one for one in page.iter("a") if "view=side" in str(one.get("href"))]
    assert "a=1" in str(back.get("href")) and "b=2" in str(back.get("href"))


def test_what_did_not_change_is_folded(reader: Room) -> None:
    page = main(reader, f"{KEY}/diff?a=1&b=2")
    (fold,) = page.findall(".//details")
    assert "open" not in fold.attrib and words(fold.find("summary")) == "6 đoạn không đổi"
    assert SAME[3].text in words(fold)


def test_few_unchanged_entries_stay_open() -> None:
    rows = stretches(changes(["a", "b", "c", "x"], ["a", "b", "c", "y"]))
    assert (rows[0].folded, len(rows[0].rows)) == (True, 3)
    rows = stretches(changes(["a", "b", "x"], ["a", "b", "y"]))
    assert not any(one.folded for one in rows)


def test_one_version_alone_and_one_with_itself(reader: Room) -> None:
    alone = main(reader, f"{key_of_url(ALONE)}/diff?lang=en")
    assert "There is one version only" in words(alone)
    assert "the same version" in words(main(reader, f"{KEY}/diff?a=2&b=2&lang=en"))


@pytest.mark.parametrize("query", ["a=9", "b=0", "a=x", "a=1&b=99999999999999999999"])
def test_a_version_that_is_not_there(reader: Room, query: str) -> None:
    text = reader.text(f"/article/{KEY}/diff?{query}&lang=en", 400)
    assert "luutru history" in text or "Versions count from 1" in text
