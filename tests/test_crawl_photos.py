"""Photos and documents of articles: captured within limits, and told with their captions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from crawling import HTML, SmallSite, crawl, luutru, page, redirect, rows, served, value
from hypothesis import given
from hypothesis import strategies as st
from offline import THERE, Site
from word_files import doc as word97

from archive.db import Archive
from archive.ops.verify import verify
from archive.search import search
from crawler.demo import documents as demo
from crawler.demo import photos
from crawler.demo.messages import DemoResponse
from crawler.pages.images import largest
from crawler.photo_types import photo_type

KILLED = (
    "import os, crawler.attached\ncrawler.attached.extract = lambda data: os.kill(os.getpid(), 9)\n"
)
JPEG = (("Content-Type", "image/jpeg"),)
PDF = (("Content-Type", "application/pdf"),)
BODY = "".join(
    f"<p>Đoạn thứ {n}: đồng chí Bí thư phát biểu chỉ đạo hội nghị, nhấn mạnh nhiệm vụ trọng tâm "
    "của quý tới và giao các chi bộ thực hiện trong toàn Đảng bộ.</p>"
    for n in range(1, 5)
)


def picture(key: str) -> DemoResponse:
    return DemoResponse(200, JPEG, photos.jpeg(key))


def article(images: str, files: str = "", words: str = "") -> DemoResponse:
    text = (
        '<!DOCTYPE html><html lang="vi"><head><title>Hội nghị sơ kết</title>'
        '<meta property="og:type" content="article"></head><body><article>'
        '<h1>Hội nghị sơ kết công tác quý</h1><time datetime="2024-05-03T08:00:00+07:00">'
        f"03/05/2024 08:00</time>{BODY}<p>{words}</p>{images}<p>Tệp đính kèm: {files}</p>"
        "</article></body></html>"
    )
    return DemoResponse(200, HTML, text.encode())


def figure(src: str, caption: str) -> str:
    return f"<figure><img {src}><figcaption>{caption}</figcaption></figure>"


def test_photos_within_limits_and_tied_to_their_captions(tmp_path: Path) -> None:
    cdn = SmallSite(
        {
            "/robots.txt": DemoResponse(200, (), b"User-agent: *\nDisallow: /kin/\n"),
            "/a-1600.jpg": picture("a"),
            "/a-400.jpg": picture("small"),
            "/kin/b.jpg": picture("b"),
            "/large.jpg": DemoResponse(200, JPEG, b"\xff\xd8\xff" + bytes(60_000)),
            "/page.jpg": DemoResponse(200, JPEG, b"<!DOCTYPE html><html>Not found</html>"),
            "/svg.jpg": DemoResponse(200, JPEG, b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
        },
        slug="cdn",
    )
    small = SmallSite({}, links=["/tin/1.html"], pace="delay = 0.0\nmax_photo_bytes = 50_000")
    with served(tmp_path, small, cdn) as server:
        there = server.urls["cdn"]
        images = "".join(
            [
                figure(f'srcset="{there}/a-400.jpg 400w, {there}/a-1600.jpg 1600w"', "Ảnh lớn"),
                figure(f'src="{there}/kin/b.jpg"', "Ảnh cấm"),
                figure(f'src="{there}/large.jpg"', "Ảnh quá lớn"),
                figure(f'src="{there}/page.jpg"', "Ảnh là trang"),
                figure(f'src="{there}/svg.jpg"', "Ảnh vẽ"),
                figure('src="/anh/c.jpg"', "Ảnh cùng chữ"),
            ]
        )
        small.pages["/tin/1.html"] = article(images)
        small.pages["/anh/c.jpg"] = picture("a")  # the bytes of the large one
        assert crawl(tmp_path).outcome == "finished"
        path = tmp_path / "a.db"
        assert "/a-400.jpg" not in [one.path for one in cdn.asked]
        assert "/kin/b.jpg" not in [one.path for one in cdn.asked]
        shown = luutru(tmp_path, "show", f"{server.urls['small']}/tin/1.html", "--archive", "a.db",
                       "--format", "json")  # fmt: skip
        captions = {one["text"]: one for one in json.loads(shown.stdout)["captions"]}
        kept = captions["Ảnh lớn"]["payload"]
        assert captions["Ảnh lớn"]["image"].endswith("/a-1600.jpg")
        assert kept == captions["Ảnh cùng chữ"]["payload"] is not None
        refused = ("Ảnh cấm", "Ảnh quá lớn", "Ảnh là trang", "Ảnh vẽ")
        assert [captions[one]["payload"] for one in refused] == [None] * 4
        assert value(path, "SELECT count(*) FROM payload WHERE digest = ?", kept) == 1
        told = luutru(tmp_path, "show", f"{server.urls['small']}/tin/1.html", "--archive", "a.db")
        for words in (
            "robots.txt forbids it",
            "it is larger than the profile allows",
            "it is no photo (it is a web page)",
            "it is no photo (it is SVG)",
        ):
            assert f"    not captured: {words}" in told.stdout
        large = rows(path, "SELECT payload_id, failure FROM capture WHERE url LIKE '%/large.jpg'")
        assert large[0][0] is None
        assert large[0][1].startswith("too-large")


def test_attachments_are_read_and_searched_with_their_article(tmp_path: Path) -> None:
    """Also after a crawl that was killed while it read one."""
    hang = DemoResponse(200, PDF, b"%PDF-1.4 cut off")
    files = "".join(
        f'<a href="/{name}">{title}</a> '
        for name, title in [
            ("ke-hoach.pdf", "Kế hoạch tuyên truyền"), ("huong-dan.docx", "Hướng dẫn"),
            ("cu.doc", "Công văn cũ"), ("hong.pdf", "Văn bản hỏng"), ("mat.pdf", "Văn bản mất"),
        ]
    )  # fmt: skip
    old = "§¶ng uû c¸c c¬ quan tØnh L¹ng S¬n tæ chøc héi nghÞ qu¸n triÖt\r"
    small = SmallSite(
        {
            "/tin/1.html": article("", files),
            "/ke-hoach.pdf": redirect("/tep/1.pdf", 301),
            "/tep/1.pdf": DemoResponse(200, PDF, demo.document(demo.PLAN_PDF)),
            "/huong-dan.docx": DemoResponse(200, (), demo.document(demo.GUIDE_DOCX)),
            "/cu.doc": DemoResponse(200, (), word97([(old, "cp1252")])),
            "/hong.pdf": hang,
        },
        links=["/tin/1.html"],
    )
    with served(tmp_path, small) as server:
        killed = crawl(tmp_path, patch=KILLED)
        assert killed.status == -9
        crawled = crawl(tmp_path)
        assert crawled.outcome == "finished"
        ref = f"{server.urls['small']}/tin/1.html"
    answered = """SELECT count(*) FROM capture JOIN page ON page.id = capture.page_id
        WHERE page.kind = 'document' AND status = 200 GROUP BY page.id"""
    assert rows(tmp_path / "a.db", answered) == [(1,)] * 4
    with Archive.open(tmp_path / "a.db", readonly=True) as archive:
        for query, title in (
            ('"gửi kết quả về Văn phòng"', "Kế hoạch tuyên truyền"),
            ("sinh hoat chuyen de", "Hướng dẫn"),
            ('"cơ quan tỉnh Lạng Sơn"', "Công văn cũ"),
        ):
            assert [hit.attachment for hit in search(archive, query).hits] == [title]
        assert [one.found for one in verify(archive) if one.problems] == []
    shown = luutru(tmp_path, "show", ref, "--documents", "--archive", "a.db").stdout
    assert "    captured; no text: PDFium cannot open it" in shown
    assert "    not captured: the server answered 404" in shown
    assert "    captured, text of " in shown
    assert "  Đảng uỷ các cơ quan tỉnh Lạng Sơn tổ chức hội nghị quán triệt" in shown
    found = luutru(tmp_path, "search", '"gửi kết quả"', "--archive", "a.db").stdout
    assert "   In the attachment Kế hoạch tuyên truyền:\n" in found


# -- in this process ------------------------------------------------------------------------------


@pytest.fixture
def site(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("LUUTRU_LOCKS", str(tmp_path))
    clock = archive.clock
    monkeypatch.setattr("crawler.frontier.monotonic", lambda: clock.now().timestamp())
    return Site(archive, {})


def test_photos_are_looked_at_once_and_again_when_their_article_changes(site: Site) -> None:
    words = ["trước"]
    site.links = ["/tin/1.html"]
    site.answers["/anh/a.jpg"] = picture("a")
    site.answers["/tin/1.html"] = lambda _: article(figure('src="/anh/a.jpg"', "Một"), "", *words)
    asked = []
    for days, said in ((0, "trước"), (400, "trước"), (1, "trước"), (400, "sau"), (0.1, "nữa")):
        words[0] = said
        site.crawl(days=days)
        asked.append(site.paths.count("/anh/a.jpg"))
    # the last change is of the same day: the photo was just looked at
    assert asked == [1, 0, 0, 1, 0]


def test_without_photos_and_documents_they_stay_due(site: Site) -> None:
    plan = '<a href="/a.pdf">Văn bản</a>'
    site.links = ["/tin/1.html"]
    site.answers |= {
        "/tin/1.html": article(figure('src="/anh/a.jpg"', "Một"), plan),
        "/anh/a.jpg": picture("a"),
        "/a.pdf": DemoResponse(200, PDF, demo.document(demo.PLAN_PDF)),
    }
    site.crawl(photos=False, documents=False)
    assert not {"/anh/a.jpg", "/a.pdf"} & set(site.paths)
    due = "SELECT count(*) FROM page WHERE kind IN ('photo', 'document') AND due IS NOT NULL"
    assert site.rows(due) == [(2,)]
    assert site.crawl().tally["documents text"] == 1
    assert {"/anh/a.jpg", "/a.pdf"} <= set(site.paths)


def test_photos_take_half_of_a_limit_and_never_stand_before_articles(site: Site) -> None:
    site.links = [f"/tin/{n}.html" for n in range(10)]
    for n, link in enumerate(site.links):
        shown = [f"/anh/{n}-{m}.jpg" for m in range(3)]
        site.answers[link] = article("".join(figure(f'src="{one}"', one) for one in shown))
        site.answers |= {one: picture(one) for one in shown}
    done = site.crawl(limit=24)
    assert (done.tally["captures article"], done.tally["captures photo"]) == (10, 12)
    first = next(n for n, path in enumerate(site.paths) if path.startswith("/anh/"))
    assert set(site.links) <= set(site.paths[:first])
    site.crawl()
    assert site.rows("SELECT count(*) FROM page WHERE kind = 'photo' AND due IS NOT NULL") == [(0,)]


def test_photos_of_another_host_do_not_use_up_the_limit(site: Site) -> None:
    """Their host has turns of its own, beside those of the articles."""
    site.links = [f"/tin/{n}.html" for n in range(10)]
    for n, link in enumerate(site.links):
        shown = [f"{THERE}/{n}-{m}.jpg" for m in range(3)]
        site.answers[link] = article("".join(figure(f'src="{one}"', one) for one in shown))
        site.answers |= {one: picture(one) for one in shown}
    assert site.crawl(limit=24).tally["captures article"] == 10


def test_a_file_without_a_files_name_becomes_a_document(site: Site) -> None:
    """A link of a listing that turns out to be a PDF is looked at as one from then on."""
    site.links = ["/tin/2"]
    site.answers["/tin/2"] = DemoResponse(200, PDF, demo.document(demo.PLAN_PDF))
    site.crawl()
    assert site.row("/tin/2", "kind") == ("document",)
    assert site.rows("SELECT state FROM document_text") == [("text",)]


def test_what_the_layout_showed_first_is_a_photo_once_an_article_shows_it(site: Site) -> None:
    image = '<img src="/anh/a.jpg" width="400" height="300">'
    site.answers["/"] = page("Trang chủ", "/tin/1.html", body=image)
    site.answers["/tin/1.html"] = article(figure('src="/anh/a.jpg"', "Một"))
    site.answers["/anh/a.jpg"] = picture("a")
    site.crawl()
    assert site.row("/anh/a.jpg", "kind") == ("photo",)


# -- which file of a photo -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("srcset", "chosen"),
    [
        ("a.jpg 300w, b.jpg 1024w, c.jpg 4000w", "b.jpg"),
        ("a.jpg, b.jpg 2x", "b.jpg"),
        ("a.jpg 1x,b.jpg 2x", "b.jpg"),
        ("a.jpg 5000w, b.jpg 3000w", "b.jpg"),
        ("w_300,h_200/a.jpg 300w, w_900,h_600/a.jpg 900w", "w_900,h_600/a.jpg"),
        ("data:image/gif;base64,R0l 1w, b.jpg 3w", "b.jpg"),
        ("a.jpg", "a.jpg"),
        ("a.jpg nonsense", "a.jpg"),
        (" , ,", None),
        ("", None),
    ],
)
def test_the_largest_sensible_file(srcset: str, chosen: str | None) -> None:
    assert largest(srcset) == chosen


@given(st.text(st.sampled_from("a,. 1xw"), max_size=60))
def test_any_srcset(srcset: str) -> None:
    chosen = largest(srcset)
    assert chosen is None or chosen in srcset


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (photos.jpeg("a"), "image/jpeg"),
        (photos.png("a", (9, 9)), "image/png"),
        (b"GIF89a...", "image/gif"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\x10\0\0\0WAVEfmt ", None),
        (b"<svg>", None),
        (b"", None),
    ],
)
def test_photos_are_known_by_their_bytes(data: bytes, name: str | None) -> None:
    assert photo_type(data) == name
