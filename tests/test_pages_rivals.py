"""What each field competed with, as `extract --explain` tells it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.cli.run import status_of
from archive.types import Exchange
from crawler.cli import group
from crawler.pages.document import Document
from crawler.pages.extract import extract
from crawler.pages.rivals import rivals
from crawler.profile import generic

URL = "https://huyenuy.example.vn/tin/tap-huan-2.html"
PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8">
<title>Tập huấn nghiệp vụ - Huyện ủy Vân Sơn</title>
<meta property="og:title" content="Tập huấn nghiệp vụ công tác Đảng">
<meta property="og:description" content="Huyện ủy mở lớp tập huấn cho 120 cấp ủy viên cơ sở.">
<meta property="article:published_time" content="2026-02-01T10:00:00+07:00">
<meta name="author" content="Phòng Tổng hợp Văn"></head><body>
<h1>Tập huấn nghiệp vụ công tác Đảng</h1><div>Thứ ba, 03/02/2026 08:15</div>
<div class="chu"><p>Sáng 3/2, Huyện ủy Vân Sơn mở lớp tập huấn nghiệp vụ cho cấp ủy viên cơ sở.</p>
<p>Đọc thêm: <a href="/tin/1.html">Kế hoạch tập huấn của huyện trong cả năm nay</a></p>
<p>Các học viên được nghe bốn chuyên đề, trao đổi kinh nghiệm và làm bài thu hoạch cuối lớp.</p>
<p>Lớp học kéo dài hai ngày, do các giảng viên của Trung tâm Chính trị huyện giảng dạy.</p>
<p style="text-align:right"><b>Lò Thị Mai</b></p></div>
<h3>Tin khác</h3><ul><li><a href="/tin/3.html">Một tin nữa của huyện</a> (01/01/2026)</li></ul>
</body></html>"""


def document(markup: str = PAGE) -> Document:
    return Document.parse(
        Exchange(URL, datetime(2026, 2, 4, tzinfo=UTC), status=200, body=markup.encode())
    )


def test_each_field_tells_the_chosen_value_and_its_rivals() -> None:
    article = extract(document(), generic(URL))
    assert article is not None
    told = rivals(document(), generic(URL))
    of = {name: [r for r in told if r.field == name] for name in {r.field for r in told}}
    assert of["title"][0].value == article.title
    assert "Tập huấn nghiệp vụ - Huyện ủy Vân Sơn" in {r.value for r in of["title"]}
    assert of["published"][0].value == article.published == "2026-02-03T08:15+07:00"
    assert ("2026-02-01T10:00:00+07:00", "meta article:published_time") in {
        (r.value, r.why) for r in of["published"]
    }
    assert any(r.why.startswith("refused: ") for r in of["published"])
    assert of["body"][0].value == "div.chu"
    assert any("not of the text" in r.why and r.value.startswith("Đọc thêm") for r in of["body"])
    assert [r.value for r in of["authors"]] == ["Lò Thị Mai", "Phòng Tổng hợp Văn"]
    assert of["lead"][0].why == "the page's description"


@pytest.mark.parametrize("markup", ["", "<p>", "<title>Một tên</title>"])
def test_a_page_without_an_article_has_no_rivals(markup: str) -> None:
    assert [r.field for r in rivals(document(markup), generic(URL))] in ([], ["title"])


def test_explain_prints_them_apart_from_the_article(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "trang.html"
    file.write_text(PAGE, encoding="utf-8")
    assert status_of(group, ["extract", str(file), "--url", URL, "--explain"]) == 0
    out, err = capsys.readouterr()
    assert "was chosen among" not in out
    assert "published was chosen among\n  2026-02-03T08:15+07:00 (printed, weight" in err
