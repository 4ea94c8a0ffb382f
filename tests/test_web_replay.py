"""Captures: what is told of them, and what of them is shown in a frame without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree
from lxml.etree import _Element
from reading_room import JPEG, PHOTO, START, Room, room
from strategies import HTML, Walker, article
from test_pages_text import in_1258

from archive import captures, pages
from archive.clock import FixedClock
from archive.db import Archive
from archive.types import Exchange, Found

HOST = "https://binh-son.example"
OLD = "Đảng ủy tỉnh Bắc Kạn họp về sắp xếp bộ máy"
PAGE = f"{HOST}/tin/hoi-nghi.html"
MARKUP = """<!DOCTYPE html><html lang="vi" class="khung"><head><title>Hội nghị</title>
<link rel="stylesheet" href="/css/a.css"><style>.x{background:url('/anh/nen.png')}</style></head>
<body class="trang"><h1>Đảng ủy xã</h1><img src="/anh/1.jpg" alt="Quang cảnh"><img src="/anh/2.jpg">
<img data-src="../anh/1.jpg" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
<a href="/danh-muc">Danh mục</a> <a href="/chua-luu">Chưa lưu</a> <a href="#cuoi">Cuối</a>
<a href="/cu">Đã chuyển</a> <form action="/tim"><input name="q" value="từ"></form>
<iframe src="/nhung"></iframe>
<p style="background:url(/anh/1.jpg)" id="cuoi">%s</p></body></html>"""


class Made:
    """Captures by the name that tests call them by."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self.reader: Room

    def __getitem__(self, name: str) -> int:
        return self.ids[name]

    def replay(self, name: str) -> _Element:
        return tree(self.reader.text(f"/replay/{self[name]}"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    path, made = tmp_path_factory.mktemp("replay") / "a.db", Made()
    with Archive.create(path, FixedClock(START)) as archive:
        walker = Walker.begin(archive)

        def keep(name: str, path: str, body: bytes, *, day: float = 0, **more: object) -> None:
            walker.clock.advance(day * 86_400)
            look = walker.look(f"{HOST}{path}", body, **more)  # type: ignore[arg-type]  # of look
            made.ids[name] = look.capture_id

        css = (("Content-Type", "text/css"),)
        keep("photo", "/anh/1.jpg", PHOTO, headers=JPEG, kind="photo")
        keep("listing", "/danh-muc", b"<h1>1", kind="listing")
        keep("css", "/css/a.css", b"@import 'b.css'; p{background:url(../anh/1.jpg)}"
             b"a{background:url(http://x/y)}", headers=css, kind="asset")  # fmt: skip
        keep("css b", "/css/b.css", b"b{}", headers=css, kind="asset")
        keep("old", "/cu", b"", status=302, headers=(("Location", "/danh-muc"),))
        keep("page", "/tin/hoi-nghi.html", (MARKUP % "Bản một").encode())
        kept = captures.kept(archive, made["page"])
        walker.read(kept, article(PAGE, "Hội nghị sơ kết"))
        keep("304", "/tin/hoi-nghi.html", b"", unchanged=True, headers=(("ETag", "x"),))
        keep("404", "/tin/hoi-nghi.html", b"<h1>404</h1>", status=404)
        keep("photo later", "/anh/1.jpg", PHOTO + b"2", day=30, headers=JPEG, kind="photo")
        keep("listing later", "/danh-muc", b"<h1>2", kind="listing")
        keep("page later", "/tin/hoi-nghi.html", (MARKUP % "Bản hai").encode())
        keep("1258", "/cp1258", in_1258(f"<title>x</title><p>{OLD}"),
             headers=(("Content-Type", "text/html; charset=iso-8859-1"),))  # fmt: skip
        keep("pdf", "/t%C3%A0i-li%E1%BB%87u.pdf", b"%PDF-1.4",
             headers=(("Content-Type", "application/pdf"),), kind="document")  # fmt: skip
        keep("svg", "/logo.svg", b"<svg onload='alert(1)'></svg>",
             headers=(("Content-Type", "image/svg+xml"),), kind="asset")  # fmt: skip
        keep("xml", "/rss", "<rss>tin mới</rss>".encode(),
             headers=(("Content-Type", "application/rss+xml"),), kind="listing")  # fmt: skip
        keep("empty", "/empty", b"", status=204)
        made.ids["failed"] = _failed(walker)
    with room(path) as made.reader:
        yield made


def _failed(walker: Walker) -> int:
    archive = walker.archive
    with archive.transaction():
        found = [Found(f"{HOST}/hong", "article", "listing")]
        (page,) = pages.add(archive, walker.site_id, found, at=walker.clock.now())
        look = Exchange(
            f"{HOST}/hong", walker.clock.now(), outcome="failure", failure="timeout: 30 s"
        )
        return captures.keep(archive, look, page.id, walker.crawl_id).capture_id


def tree(text: str) -> _Element:
    return etree.fromstring(text.encode(), etree.HTMLParser(encoding="utf-8"))


def words(element: _Element | None) -> str:
    assert element is not None
    return " ".join("".join(element.itertext()).split())


def test_a_page_looks_as_it_did(made: Made) -> None:
    text = made.reader.text(f"/replay/{made['page']}")
    assert text.startswith('<!DOCTYPE html><html class="khung" lang="vi"><head>')
    page = tree(text)
    assert words(page.find(".//title")) == "Hội nghị" and words(page.find(".//h1")) == "Đảng ủy xã"
    assert page.find("body").get("class") == "trang"
    sheet = page.find(".//link[@rel='stylesheet']")
    assert sheet is not None and sheet.get("href") == f"/replay/{made['css']}"
    first, third = page.findall(".//img")
    assert first.get("src") == third.get("src") == f"/photo/{made['photo']}"
    assert first.get("alt") == "Quang cảnh"
    (p,) = page.findall(".//p[@id='cuoi']")
    assert p.get("style") == f'background:url("/photo/{made["photo"]}")'
    assert page.find(".//form") is None and "disabled" in page.find(".//input").attrib


def test_links_lead_to_the_captures_nearest_in_time(made: Made) -> None:
    for name, listing, photo in (("page", "listing", "photo"),
                                 ("page later", "listing later", "photo later")):  # fmt: skip
        page = made.replay(name)
        links = {words(one): one for one in page.iter("a")}
        assert links["Danh mục"].get("href") == f"/capture/{made[listing]}"
        assert links["Danh mục"].get("target") == "_top"
        assert page.find(".//img").get("src") == f"/photo/{made[photo]}"
        assert links["Cuối"].get("href") == "#cuoi"
        assert links["Đã chuyển"].get("href") == f"/capture/{made['old']}"


def test_what_was_not_captured_is_shown_as_such(made: Made) -> None:
    page = made.replay("page")
    (dead,) = [one for one in page.iter("a") if words(one) == "Chưa lưu"]
    assert dead.get("href") is None and dead.get("title") == f"Chưa lưu: {HOST}/chua-luu"
    boxes = [words(one) for one in page.iter() if one.get("class") == "luutru-missing"]
    assert boxes == ["Chưa lưu: 2.jpg", f"Phần nhúng từ {HOST}/nhung không hiện ở đây."]


def test_a_style_sheet_loads_from_captures_alone(made: Made) -> None:
    answer = made.reader.get(f"/replay/{made['css']}")
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.text.startswith(f'@import "/replay/{made["css b"]}" ;')
    assert f'p{{background:url("/photo/{made["photo"]}")}}' in answer.text
    assert "http://x" not in answer.text


def test_old_encodings_are_read_as_the_extractor_reads_them(made: Made) -> None:
    assert OLD in made.reader.text(f"/replay/{made['1258']}")


def test_files_are_saved_and_never_shown(made: Made) -> None:
    answer = made.reader.get(f"/replay/{made['pdf']}")
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment; ")
    assert disposition.endswith("filename*=UTF-8''t%C3%A0i-li%E1%BB%87u.pdf")
    assert answer.content == b"%PDF-1.4" and answer.headers["content-type"] == "application/pdf"
    assert made.reader.get(f"/photo/{made['pdf']}").status_code == 404


@pytest.mark.parametrize("name", ["svg", "xml"])
def test_svg_and_xml_are_shown_as_text(made: Made, name: str) -> None:
    answer = made.reader.get(f"/replay/{made[name]}")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith(("<svg", "<rss>tin mới"))


def test_an_unchanged_one_shows_what_still_stood(made: Made) -> None:
    assert words(made.replay("304").find(".//p[@id='cuoi']")) == "Bản một"
    page = tree(made.reader.text(f"/capture/{made['304']}?lang=en"))
    assert f"nothing had changed. What is shown is that of Capture {made['page']}" in words(page)


@pytest.mark.parametrize(
    ("name", "said", "frame"),
    [
        ("page", "the first", True),
        ("404", "The server answered 404", True),
        ("old", f"The page redirects to {HOST}/danh-muc", False),
        ("failed", "This look failed: timeout: 30 s", False),
        ("empty", "The answer has no content.", False),
        ("pdf", "Download the captured file", False),
    ],
)
def test_the_page_about_a_capture(made: Made, name: str, said: str, frame: bool) -> None:
    page = tree(made.reader.text(f"/capture/{made[name]}?lang=en"))
    assert said in words(page.find(".//main"))
    frames = [(one.get("src"), one.get("sandbox")) for one in page.iter("iframe")]
    wanted = [(f"/replay/{made[name]}", "allow-top-navigation-by-user-activation")]
    assert frames == (wanted if frame else [])


def test_the_line_of_a_page_s_captures(made: Made) -> None:
    page = tree(made.reader.text(f"/capture/{made['304']}?lang=en"))
    line = page.find(".//nav[@class='timeline']")
    assert line is not None and "2 of 4" in words(line)
    entries = [words(one) for one in line.findall(".//li")]
    assert [("304" in one, "404" in one) for one in entries] == [
        (False, False), (True, False), (False, True), (False, False),
    ]  # fmt: skip
    hrefs = {one.get("rel"): one.get("href") for one in line.iter("a") if one.get("rel")}
    assert hrefs == {"prev": f"/capture/{made['page']}", "next": f"/capture/{made['404']}"}


def test_headers_digests_and_the_article_are_named(made: Made) -> None:
    page = tree(made.reader.text(f"/capture/{made['page']}"))
    text = words(page.find(".//main"))
    assert dict(HTML)["Content-Type"] in text and text.count("sha256:") >= 2
    back = page.find(".//p[@class='back']/a")
    assert back is not None and words(back) == "← Hội nghị sơ kết"


@pytest.mark.parametrize("path", ["/capture/999", "/replay/999", "/photo/999", f"/replay/{2**70}"])
def test_no_such_capture(made: Made, path: str) -> None:
    assert "There is no capture" in made.reader.text(f"{path}?lang=en", 404)


def test_a_failure_has_nothing_to_replay(made: Made) -> None:
    text = made.reader.text(f"/replay/{made['failed']}?lang=en", 404)
    assert "brought nothing: timeout: 30 s." in text


def test_nothing_is_written(made: Made, tmp_path: Path) -> None:
    path = made.reader.datasette.luutru.path
    before = path.read_bytes()
    for name in made.ids:
        made.reader.get(f"/capture/{made[name]}")
        made.reader.get(f"/replay/{made[name]}")
    assert path.read_bytes() == before
