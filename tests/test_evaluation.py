"""Scores of a corpus: what a mark measures, the worst pages, floors that make a command fail."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.cli.run import status_of
from crawler.cli import group
from crawler.evaluation.corpus import load
from crawler.evaluation.marks import f1, marks, overlap, set_f1
from crawler.evaluation.scores import fallen, scores, worst

SHARED = Path(__file__).parents[2] / "shared" / "corpora"
PAGE = """<html lang="vi"><head><title>Hội nghị sơ kết quý I</title></head><body>
<h1>Hội nghị sơ kết quý I</h1><p>06/04/2026 08:30</p>
<p>Sáng 6/4, Đảng ủy xã tổ chức hội nghị sơ kết công tác quý I với các chi bộ trực thuộc.</p>
<p>Hội nghị đánh giá kết quả ba tháng đầu năm và bàn nhiệm vụ của quý II năm 2026.</p>
<p style="text-align:right"><b>Nguyễn Văn An</b></p></body></html>"""
TRUTH = {
    "url": "https://xa.example/tin/so-ket.html",
    "title": "Hội nghị sơ kết quý I",
    "published": "2026-04-06T08:30:00+07:00",
    "authors": ["Nguyễn Văn An"],
    "body": [
        "Sáng 6/4, Đảng ủy xã tổ chức hội nghị sơ kết công tác quý I với các chi bộ trực thuộc.",
        "Hội nghị đánh giá kết quả ba tháng đầu năm và bàn nhiệm vụ của quý II năm 2026.",
    ],
    "must": ["ba tháng đầu năm"],
    "must_not": ["Nguyễn Văn An"],
}


def corpus(folder: Path, *truths: dict[str, Any]) -> Path:
    """A corpus of that one page, with each of the *truths*; the second page is packed."""
    made = folder / "xa"
    (made / "pages").mkdir(parents=True)
    (made / "pages" / "1.html").write_text(PAGE, encoding="utf-8")
    (made / "pages" / "2.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    lines = []
    for number, truth in enumerate(truths, 1):
        file = "pages/1.html" if number == 1 else "pages/2.html.gz"
        lines.append(json.dumps({"id": f"p{number}", "file": file, **truth}, ensure_ascii=False))
    (made / "truth.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return made


def rows(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert status_of(group, ["evaluate", *arguments, "--format", "json"]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_a_page_that_is_read_right_scores_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (row,) = rows(capsys, str(corpus(tmp_path, TRUTH, TRUTH)))
    for field in ("body", "body exact", "must", "must not", "title", "published", "authors"):
        assert row[field] == 1.0, field
    assert row["pages"] == 2
    assert row["truths"]["title"] == 2
    assert row["ms a page"] > 0
    assert row["digest"] == load(tmp_path / "xa").digest


def test_a_wrong_field_is_among_the_worst_with_both_values(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = corpus(tmp_path, {**TRUTH, "title": "Một tên khác"}, TRUTH)
    assert status_of(group, ["evaluate", str(folder), "--worst", "5"]) == 0
    told = capsys.readouterr().err
    assert "xa p1 title -1.00 wanted Một tên khác, found Hội nghị sơ kết quý I" in told
    assert "p2" not in told


def test_below_the_floor_the_status_is_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = corpus(tmp_path, {**TRUTH, "authors": ["Ai đó"]})
    floor = tmp_path / "floor.toml"
    floor.write_text("[xa.floor]\ntitle = 1.0\nauthors = 0.9\n", encoding="utf-8")
    assert status_of(group, ["evaluate", str(folder), "--floor", str(floor)]) == 1
    assert "Below the floor: xa: authors: 0.0000, the floor is 0.9" in capsys.readouterr().err


def test_a_floor_for_what_no_page_tells_is_below(tmp_path: Path) -> None:
    assert fallen({}, {"title": 0.5}) == [
        "title: has a floor of 0.5, and no page of the corpus has its truth"
    ]


def test_predictions_can_be_written(tmp_path: Path) -> None:
    folder, out = corpus(tmp_path, TRUTH), tmp_path / "p.jsonl"
    assert status_of(group, ["evaluate", str(folder), "--predictions", str(out)]) == 0
    (line,) = out.read_text(encoding="utf-8").splitlines()
    found = json.loads(line)
    assert (found["id"], found["kind"], found["title"]) == ("p1", "article", TRUTH["title"])


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "no JSON object"),
        ('{"id": "1"}', "no JSON object with `id` and `file`"),
        ('{"id": "1", "file": "../x.html"}', "leads out of the corpus"),
        ('{"id": "1", "file": "pages/none.html"}', "cannot be read"),
        ("", "is empty"),
    ],
)
def test_a_broken_corpus_names_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, told: str
) -> None:
    folder = corpus(tmp_path, TRUTH)
    (folder / "truth.jsonl").write_text(line + "\n", encoding="utf-8")
    assert status_of(group, ["evaluate", str(folder)]) == 2
    assert told in capsys.readouterr().err


def test_a_folder_without_truth_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status_of(group, ["evaluate", str(tmp_path)]) == 2
    assert "is no corpus" in capsys.readouterr().err


def test_marks_measure_as_they_say() -> None:
    truth = {
        "captions": ["Quang cảnh hội nghị sáng nay"],
        "lead": "một hai",
        "url": "https://x.vn/",
    }
    found = {
        "captions": [{"text": "Quang cảnh hội nghị sáng nay"}],
        "lead": "một ba",
        "body": ["Quang cảnh hội nghị sáng nay"],
    }
    values = {mark.field: mark.value for mark in marks("1", truth, found)}
    assert values == {"captions": 1.0, "leak": 1.0, "lead": 0.5}
    links = {"related": [{"url": "/a"}, {"url": "https://x.vn/b/"}], "url": "https://x.vn/1"}
    (mark,) = marks("1", links, {"related": [{"url": "https://x.vn/a#top"}, {"url": "/c"}]})
    assert (mark.field, mark.value) == ("related", 0.5)


def test_links_of_the_truth_are_named_url_or_href() -> None:
    truth = {"url": "https://xa.example/tin", "items": [{"title": "A", "href": "tin/a-1.html"}]}
    found = {"items": [{"url": "https://xa.example/tin/a-1.html"}]}
    (mark,) = marks("a", truth, found)
    assert (mark.field, mark.value) == ("items", 1.0)


@given(st.lists(st.sampled_from(["mot", "hai", "ba", "bon", "nam"]), max_size=9))
def test_a_text_overlaps_wholly_with_itself(words: list[str]) -> None:
    assert overlap(" ".join(words), words, 4) == (1.0, 1.0)


def test_the_worst_come_first() -> None:
    truths = [{"title": "a", "lead": "một hai"}, {"lead": "một hai"}]
    found = [{"title": "b", "lead": "một"}, {"lead": "hai ba"}]
    told = [
        m for n, (t, f) in enumerate(zip(truths, found, strict=True)) for m in marks(str(n), t, f)
    ]
    assert [(loss.id, loss.field) for loss in worst(told, 2)] == [("0", "title"), ("1", "lead")]
    assert scores(told)["lead"].n == 2
    assert f1(0, 0) == 0.0
    assert set_f1(["a", "b"], ["b"], str.__eq__) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    "name",
    ["vi", "nukeviet-rendered", "nukeviet-live", pytest.param("fundus", marks=pytest.mark.long)],
)
def test_scores_do_not_fall(name: str) -> None:
    """The floors of `tests/floors.toml`, on the development pages where they are."""
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip("the development pages are not beside this folder")
    floor = Path(__file__).with_name("floors.toml")
    assert status_of(group, ["evaluate", str(folder), "--floor", str(floor)]) == 0
