"""The main job on an article that is given as text: into three markups, crawled, read, kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

REAL = Path(__file__).parents[2] / "shared" / "seed" / "lang-son-article.txt"


def luutru(*arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "crawler", *map(str, arguments)],
        capture_output=True, text=True, env=os.environ | {"PYTHONUTF8": "1"} | more, timeout=170,
    )  # fmt: skip


@pytest.mark.skipif(not REAL.exists(), reason="the real article is not beside the project")
def test_the_real_article_in_three_markups(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    done = luutru("demo", "--article", REAL, "--keep", folder)
    assert done.returncode == 0, done.stderr
    archive = folder / "luutru.db"
    title = REAL.read_text(encoding="utf-8").split("\n")[2].strip()
    exported = luutru("export", "jsonl", "-", "--archive", archive)
    assert exported.returncode == 0, exported.stderr
    articles = [json.loads(line) for line in exported.stdout.splitlines()]
    shown = [article for article in articles if article["title"] == title]
    assert {article["site"] for article in shown} == {
        "demo-nukeviet", "demo-liferay", "demo-sharepoint",
    }  # fmt: skip
    for article in shown:
        _check_real(article, title)


def _check_real(article: dict[str, object], title: str) -> None:
    text = REAL.read_text(encoding="utf-8")
    assert article["title"] == title
    assert article["published"] == "2023-06-26T16:23+07:00"
    assert article["lead"] is None
    assert article["related"] == []
    assert article["section"] == ["Hoạt động Đảng ủy Khối các cơ quan tỉnh Lạng Sơn"]
    (author,) = article["authors"]  # type: ignore[misc]  # a list of one
    assert author["name"] == "La Thị Nhung"  # type: ignore[index]
    assert author["affiliation"] == "Ban Tuyên giáo Đảng uỷ Khối các cơ quan tỉnh"  # type: ignore[index]
    body, captions = article["body"], article["captions"]
    assert isinstance(body, list)
    assert isinstance(captions, list)
    assert (len(body), len(captions)) == (6, 3)
    settled = " ".join(text.split())
    for paragraph in body:
        assert paragraph in settled  # to the last character
    for caption in captions:
        assert caption["text"] in settled
        assert not any(caption["text"] in paragraph for paragraph in body)
    assert body[0].startswith("Sáng 23/6/2023, ")
    assert body[-1].endswith(".")
