"""`luutru extract`: an article, a listing, another encoding, and calls that are at fault."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from listing_cases import SITES

from archive.cli.run import status_of
from crawler.cli import group

URL = "https://songmay.example.vn/news/tin-hoat-dong/tap-huan-412.html"
PARAGRAPHS = (
    "Sáng 8/3, Huyện ủy khai mạc lớp tập huấn nghiệp vụ công tác tuyên giáo cho hơn 120 học viên "
    "là bí thư, phó bí thư các chi bộ, đảng bộ trực thuộc trên địa bàn huyện.",
    "Trong hai ngày, học viên được truyền đạt bốn chuyên đề, trong đó có kỹ năng nắm bắt tâm trạng "
    "xã hội, kỹ năng viết tin bài và công tác tuyên truyền miệng ở cơ sở.",
)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    path = tmp_path / "page.html"
    path.write_text(
        '<html lang="vi"><head><meta charset="utf-8"><title>Tập huấn</title></head><body>'
        '<h1 itemprop="headline">Tập huấn công tác tuyên giáo</h1>'
        '<span class="h5">Thứ sáu - 08/03/2024 10:47</span>'
        f'<div id="news-bodyhtml">{body}</div></body></html>',
        encoding="utf-8",
    )
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = status_of(group, ["extract", *arguments])
    told = capsys.readouterr()
    return status, told.out, told.err


def test_an_article(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, str(page), "--url", URL)
    made = json.loads(out)
    assert status == 0
    assert err == ""
    assert made["title"] == "Tập huấn công tác tuyên giáo"
    assert made["published"] == "2024-03-08T10:47+07:00"
    assert made["body"] == list(PARAGRAPHS)
    assert made["url"] == URL
    assert set(made["evidence"]) >= {"title", "body", "published"}


def test_by_a_sites_profile(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, str(page), "--url", URL, "--site", "tinhuy-binhphuoc")
    made = json.loads(out)
    assert made["site"] == "tinhuy-binhphuoc"
    assert made["evidence"]["body"] == "profile: #news-bodyhtml"


def test_a_page_is_not_later_than_its_capture(
    page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = run(capsys, str(page), "--url", URL, "--time", "2024-01-01T00:00Z")
    assert json.loads(out)["published"] is None


def test_a_listing_with_items_and_next(capsys: pytest.CaptureFixture[str]) -> None:
    case = SITES / "nukeviet" / "listing-section"
    meta = json.loads((case / "meta.json").read_text(encoding="utf-8"))
    status, out, _ = run(capsys, str(case / "page.html"), "--url", meta["url"])
    made = json.loads(out)
    assert status == 0
    assert made["kind"] == "listing"
    assert [item["published"][:10] for item in made["items"]] == [
        "2024-03-08", "2024-03-05", "2024-02-27",
    ]  # fmt: skip
    assert set(made["items"][0]) == {"title", "url", "published", "lead"}
    assert made["next"] == f"{meta['url']}page-2/"


def test_a_posted_next_page(capsys: pytest.CaptureFixture[str]) -> None:
    case = SITES / "sharepoint" / "listing-posted"
    meta = json.loads((case / "meta.json").read_text(encoding="utf-8"))
    _, out, _ = run(capsys, str(case / "page.html"), "--url", meta["url"])
    made = json.loads(out)["next"]
    assert made["method"] == "POST"
    assert "__VIEWSTATE=" in made["body"]


def test_explain_tells_rules_and_urls_on_standard_error(
    page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(capsys, str(page), "--url", URL, "--explain")
    assert status == 0
    assert json.loads(out)["title"]
    assert "read as article by " in err
    assert "published: " in err


def test_another_encoding(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = page.read_text(encoding="utf-8").replace('<meta charset="utf-8">', "")
    page.write_bytes(text.encode("utf-16"))
    _, out, _ = run(capsys, str(page), "--url", URL, "--charset", "utf-16")
    assert json.loads(out)["body"] == list(PARAGRAPHS)


def test_standard_input(
    page: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(page.read_bytes())))
    status, out, _ = run(capsys, "-", "--url", URL)
    assert status == 0
    assert json.loads(out)["title"] == "Tập huấn công tác tuyên giáo"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--url", "songmay.example.vn/a"], "no http or https address"),
        (["--url", URL, "--time", "hôm qua"], "is no time"),
        (["--url", URL, "--charset", "utf-9"], "no encoding"),
        (["--url", URL, "--site", "khong-co"], "no site"),
        ([], "--url"),
    ],
)
def test_calls_that_are_at_fault(
    more: list[str], told: str, page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(capsys, str(page), *more)
    assert status == 2
    assert out == ""
    assert told in err


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, str(tmp_path / "none.html"), "--url", URL)
    assert status == 2
    assert "none.html" in err


def test_help_ends_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "--help")
    assert out.rstrip().splitlines()[-2].strip().startswith("luutru extract")
