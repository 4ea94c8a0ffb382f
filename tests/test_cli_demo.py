"""`luutru demo`, as a newcomer calls it."""

import json
from pathlib import Path

import pytest
from crawling import luutru, once, rows

from archive import articles
from archive.db import Archive

# the article that the sample sites are modelled on, where it lies beside the project
REAL = Path(__file__).parents[2] / "shared" / "seed" / "lang-son-article.txt"

# README's `luutru demo` is run in the suite; here it is looked at from all sides.
pytestmark = pytest.mark.long

TEXT = """Hội thi báo cáo viên giỏi tỉnh Vân Sơn

15/4/2024 09:10

Sáng 15-4, hội thi báo cáo viên giỏi khai mạc với 24 thí sinh của 12 đảng bộ trực thuộc.

Phát biểu khai mạc, đồng chí Trưởng Ban tổ chức đề nghị các thí sinh bám sát thực tiễn cơ sở.
"""


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """One call with all its options: folder, standard output and error, exit status."""

    def make(folder):
        (folder / "bai.txt").write_text(TEXT, encoding="utf-8")
        more = ["--article", str(REAL)] if REAL.exists() else []
        done = luutru(folder, "demo", "--keep", "giu", "--article", "bai.txt", *more, timeout=170)
        return {"folder": str(folder), "out": done.stdout, "err": done.stderr,
                "status": done.returncode}  # fmt: skip

    return once(tmp_path_factory, "cli-demo", make)


def test_it_shows_the_whole_way(demo):
    assert demo["status"] == 0 and "rror" not in demo["err"], demo["err"]
    out = demo["out"]
    for line in (
        "Day 1: crawling", "Day 2: crawling", "demo-nukeviet", "demo-liferay", "demo-sharepoint",
        "$ luutru status", "$ luutru search", "$ luutru history", "$ luutru diff", "Go on with",
    ):  # fmt: skip
        assert line in out, line
    assert "{+" in out and "-]" in out, "the difference of an edited article"
    assert "finished" in out and "failed" not in out


def test_the_given_article_stands_in_all_three_markups_and_is_one_story(demo):
    path = f"{demo['folder']}/giu/luutru.db"
    found = rows(
        path,
        """SELECT site_id, story_id, published, body FROM version
           JOIN article ON article.version_id = version.id WHERE title = ?""",
        "Hội thi báo cáo viên giỏi tỉnh Vân Sơn",
    )
    assert len({row[0] for row in found}) == len(found) == 3
    assert len({row[1] for row in found}) == 1
    assert {row[2] for row in found} == {"2024-04-15T09:10+07:00"}
    assert all("bám sát thực tiễn cơ sở" in row[3] for row in found)


@pytest.mark.skipif(not REAL.exists(), reason="the real article is not beside the project")
def test_the_real_article_in_three_markups(demo):
    title = REAL.read_text(encoding="utf-8").split("\n")[2].strip()
    with Archive.open(f"{demo['folder']}/giu/luutru.db", readonly=True) as archive:
        shown = [json.loads(json.dumps(articles.to_json(one))) for one in articles.iterate(archive)]
    shown = [article for article in shown if article["title"] == title]
    assert {article["site"] for article in shown} == {
        "demo-nukeviet", "demo-liferay", "demo-sharepoint",
    }  # fmt: skip
    for article in shown:
        check_real(article, title)


def check_real(article, title):
    text = REAL.read_text(encoding="utf-8")
    assert article["title"] == title
    assert article["published"] == "2023-06-26T16:23+07:00"
    assert article["lead"] is None
    assert article["related"] == []
    assert article["section"] == ["Hoạt động Đảng ủy Khối các cơ quan tỉnh Lạng Sơn"]
    (author,) = article["authors"]
    assert author["name"] == "La Thị Nhung"
    assert author["affiliation"] == "Ban Tuyên giáo Đảng uỷ Khối các cơ quan tỉnh"
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


def test_what_it_leaves_can_be_gone_on_with(demo, tmp_path):
    folder = f"{demo['folder']}/giu"
    done = luutru(tmp_path, "search", "bao cao vien gioi", "--archive", f"{folder}/luutru.db")
    assert done.returncode == 0 and "báo cáo viên giỏi" in done.stdout
    again = luutru(tmp_path, "demo", "--keep", folder)
    assert again.returncode == 2
    assert "there already" in again.stderr and "--keep" in again.stderr


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"\xff\xfe\x00", "not UTF-8"), (b"", ""), (b"\n\n", "")],
    ids=["binary", "empty", "blank"],
)
def test_a_text_that_cannot_be_used(tmp_path, data, words):
    (tmp_path / "bai.txt").write_bytes(data)
    done = luutru(tmp_path, "demo", "--article", "bai.txt")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr and words in done.stderr
