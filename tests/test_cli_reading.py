"""The commands that read the archive, called as a user calls them, in this process."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from stored import ARTICLE, EDITED, HOST, Store

from archive.cli.run import status_of
from archive.types import Block
from crawler.cli import group

ROOT = Path(__file__).parents[1]
OTHER = f"{HOST}/tin/khac.html"
KHAC = replace(
    ARTICLE, title="Ra quân làm đẹp đường làng", published="2025-01-05", byline=None, authors=(),
    lead=None, section=("Văn bản",), captions=(), attachments=(), related=(), tags=(),
    body=(Block("paragraph", "Chi bộ thôn Đông ra quân sáng chủ nhật, hơn 60 hộ cùng làm."),),
)  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cli") / "luutru.db"
    store = Store(path)
    store.see(ARTICLE)
    store.see(KHAC, OTHER)
    store.see(EDITED)
    store.see(None, OTHER, 404)
    store.end()
    return path


@pytest.fixture
def run(path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]  # a function
    """Call `luutru` and give its status, output and messages."""
    monkeypatch.setenv("LUUTRU_ARCHIVE", str(path))

    def call(*arguments: str) -> tuple[int, str, str]:
        status = status_of(group, arguments)
        out, err = capsys.readouterr()
        return status, out, err

    return call


def key_of(run, text: str) -> str:  # type: ignore[no-untyped-def]  # the fixture
    return str(json.loads(run("search", text, "--format", "jsonl")[1].splitlines()[0])["key"])


def test_search_table(run) -> None:  # type: ignore[no-untyped-def]  # the fixture
    status, out, err = run("search", "tuyen", "truyen", "mieng")
    assert status == 0
    assert out.startswith("1. Đảng ủy xã Bình Sơn tổng kết công tác tuyên truyền miệng\n")
    assert "binh-son · 2026-02-28 · Tin tức › Hoạt động" in out
    assert "Cả xã đã tổ chức 15 buổi tuyên truyền miệng cho 900 lượt người." in out
    assert "1 of 1 articles" in err
    assert "\x1b" not in out


def test_search_formats(run) -> None:  # type: ignore[no-untyped-def]  # the fixture
    _, out, _ = run("search", "dang uy OR ra quan", "--format", "json")
    hits = json.loads(out)
    assert {hit["state"] for hit in hits} == {"live", "gone"}
    first = next(hit for hit in hits if hit["state"] == "live")
    assert [first["title"][a:b] for a, b in first["title_marks"]] == ["Đảng ủy"]
    _, out, _ = run("search", "dang uy OR ra quan", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["key"] for row in rows] == [hit["key"] for hit in hits]
    assert rows[0]["section"] in ("Tin tức; Hoạt động", "Văn bản")
    _, out, err = run("search", "khong thay dau")
    assert out == ""
    assert "Nothing found" in err


def test_search_narrowed(run) -> None:  # type: ignore[no-untyped-def]  # the fixture
    def titles(*arguments: str) -> list[str]:
        _, out, _ = run("search", "(tuyen OR quan)", *arguments, "--format", "jsonl")
        return [json.loads(line)["title"].split()[0] for line in out.splitlines()]

    assert titles("--sort", "newest") == ["Đảng", "Ra"]
    assert titles("--from", "2026") == ["Đảng"]
    assert titles("--to", "5/1/2025") == ["Ra"]
    assert titles("--to", "4/1/2025") == []
    assert titles("--section", "van ban") == ["Ra"]
    assert titles("--author", "Mây") == ["Đảng"]
    assert titles("--site", "binh-son", "--limit", "1") == ["Đảng"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["search", 'hoi "nghi'], "Add `\"` after its last word."),
        (["search", "hoi", "--from", "31/2/2026"], "Month 2 of 2026 has 28 days."),
        (["search", "hoi", "--from", "2026", "--to", "2025"], "Exchange them"),
        (["search", "hoi", "--site", "nowhere"], "`luutru status` lists its sites."),
        (["search", "hoi", "--province", "Lai Châu"], "There are Hòa Bình, Phú Thọ."),
        (["search", "hoi", "--archive", "none.db"], "There is no archive"),
        (["search", "hoi", "--archive", str(ROOT / "pyproject.toml")], "--archive"),
        (["search"], "Missing argument 'QUERY...'"),
        (["show", "0000"], "`luutru search` finds articles"),
        (["show", ARTICLE.url, "--version", "9"], "has versions 1 to 2. `luutru history"),
        (["diff", OTHER], "it has not changed"),
        (["diff", ARTICLE.url, "1", "0"], "There is no version 0"),
        (["status", "nowhere"], "`luutru status` lists its sites"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_the_next_step(run, arguments: list[str], expected: str) -> None:  # type: ignore[no-untyped-def]  # the fixture
    status, out, err = run(*arguments)
    assert status == 2
    assert expected in err
    assert out == ""


def test_the_place_in_a_query_is_shown(run) -> None:  # type: ignore[no-untyped-def]  # the fixture
    _, _, err = run("search", "hội  (nghị")
    assert err.splitlines()[1:] == ["  hội (nghị", "      ^"]


def test_show(run) -> None:  # type: ignore[no-untyped-def]  # the fixture
    status, out, _ = run("show", ARTICLE.url)
    assert status == 0
    for line in (
        "Tin tức › Hoạt động", EDITED.title, "Published 2026-02-28T09:30+07:00", EDITED.lead,
        "Lò Thị Mây – Ban Xây dựng Đảng", "Kết quả nổi bật", "  - Chuyển đổi số",
        "  Tháng | Buổi", "  - Quang cảnh hội nghị (Ảnh: Vàng A Páo)",
        f"  - Tin khác <{OTHER}>", f"  - Báo cáo sơ kết <{HOST}/bao-cao.pdf>",
        f"Address:  {ARTICLE.url}", "Version:  2 of 2, seen 2026-03-04 08:00Z to 2026-03-04 08:00Z",
    ):  # fmt: skip
        assert line in out.splitlines()
    assert re.search(r"^Capture:  sha256:[0-9a-f]{64}, 2026-03-04T08:00:00Z$", out, re.M)
    assert re.search(r"^Payload:  sha256:[0-9a-f]{64}$", out, re.M)
    _, out, _ = run("show", key_of(run, "ra quan"))
    assert "State:    GONE from its site" in out


def test_show_json_and_old_versions(run) -> None:  # type: ignore[no-untyped-def]  # the fixture
    _, out, _ = run("show", ARTICLE.url, "--version", "1", "--format", "json")
    value = json.loads(out)
    assert list(value) == [
        "url", "site", "title", "section", "lead", "published", "updated", "authors", "byline",
        "source", "body", "captions", "related", "attachments", "tags", "language", "evidence",
        "notes", "collections", "withdrawn",
    ]  # fmt: skip
    assert value["title"] == ARTICLE.title
    assert value["body"][0] == ARTICLE.body[0].text
    _, out, _ = run("show", ARTICLE.url, "--version", "-1", "--format", "json", "--full")
    value = json.loads(out)
    assert value["title"] == EDITED.title
    assert value["body"][1] == {"kind": "heading", "text": "Kết quả nổi bật"}


def test_history(run) -> None:  # type: ignore[no-untyped-def]  # the fixture
    _, out, _ = run("history", ARTICLE.url)
    assert re.search(r"^2026-03-02 08:00Z  first seen +1$", out, re.M)
    told = r"title, body \(sentences: 1 changed\); after 2026-03-02 08:00Z"
    assert re.search(rf"^2026-03-04 08:00Z  content \(silent\) +2  {told}$", out, re.M)
    assert re.search(r"^2026-03-04 08:00Z  last seen +2$", out, re.M)
    _, out, _ = run("history", OTHER)
    assert re.search(r"^2026-03-\d\d \d\d:\d\dZ  gone ", out, re.M)
    _, out, _ = run("history", ARTICLE.url, "--format", "json")
    value = json.loads(out)
    assert [one["fields"] for one in value["versions"]] == [[], ["title", "body"]]
    assert [one["kind"] for one in value["events"]] == ["new", "changed"]
    _, out, _ = run("history", OTHER, "--events", "--format", "csv")
    assert [row["kind"] for row in csv.DictReader(io.StringIO(out))] == ["new", "gone"]


def test_diff(run) -> None:  # type: ignore[no-untyped-def]  # the fixture
    _, out, _ = run("diff", ARTICLE.url)
    assert "  Đảng ủy xã Bình Sơn [-sơ-]{+tổng+} kết công tác tuyên truyền miệng" in out
    assert "  Cả xã đã tổ chức [-12-]{+15+} buổi tuyên truyền miệng cho 900 lượt người." in out
    assert "  … 2 unchanged" in out
    window = "between 2026-03-02 08:00Z and 2026-03-04 08:00Z"
    assert f"change: content, silent, {window}" in out
    assert "body (content; sentences: 1 changed)" in out
    _, out, _ = run("diff", ARTICLE.url, "--view", "side")
    row = next(line for line in out.splitlines() if "[-12-]" in line)
    assert row.index("[-12-]") < row.index(" | ") < row.index("{+15+}")
    _, back, _ = run("diff", ARTICLE.url, "2", "1")
    assert "[-tổng-]{+sơ+} kết" in back
    _, out, _ = run("diff", ARTICLE.url, "1", "--format", "json")
    value = json.loads(out)
    assert (value["a"], value["b"], value["kind"]) == (1, 2, "content")
    assert [field["field"] for field in value["fields"]] == ["title", "body"]
    assert (value["silent"], value["after"]) == (True, "2026-03-02T08:00:00.000000Z")
    (sentence,) = value["fields"][1]["sentences"]
    assert (sentence["op"], "12 buổi" in sentence["before"]) == ("changed", True)
    _, out, _ = run("diff", ARTICLE.url, "--format", "jsonl")
    assert [json.loads(line)["op"] for line in out.splitlines()] == ["changed", "changed"]


def test_facets_of_a_search(run) -> None:  # type: ignore[no-untyped-def]  # the fixture
    status, out, err = run("search", "hoi nghi OR dang", "--facets", "--format", "json")
    assert (status, err) == (0, "")
    rows = {(row["facet"], row["value"]): row["articles"] for row in json.loads(out)}
    assert rows["site", "binh-son"] == 1
    assert {facet for facet, _ in rows} >= {"site", "year"}


def test_status(run) -> None:  # type: ignore[no-untyped-def]  # the fixture
    _, out, _ = run("status", "--format", "json")
    (row,) = json.loads(out)
    assert {name: row[name] for name in ("site", "known", "captured", "missing", "articles",
                                         "gone", "versions", "outcome")} == {
        "site": "binh-son", "known": 2, "captured": 2, "missing": 0, "articles": 2, "gone": 1,
        "versions": 3, "outcome": "finished",
    }  # fmt: skip
    assert row["problems"] == {"HTTP 404": 1}
    _, out, _ = run("status")
    assert "HTTP 404: 1" in out
    _, out, _ = run("status", "binh-son")
    assert "name:        Đảng ủy xã Bình Sơn" in out
    for more in ((), ("--coverage",), ("--by", "how")):
        status, out, err = run("status", "binh-sơn", *more)
        assert (status, out) == (2, "") and "There is no site `binh-sơn`" in err


def test_a_damaged_archive_is_told(run, path: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]  # the fixture
    data = bytearray(path.read_bytes())
    data[4096 * 2 :] = b"\xa5" * (len(data) - 4096 * 2)
    broken = tmp_path / "broken.db"
    broken.write_bytes(data)
    status, _, err = run("search", "hoi", "--archive", str(broken))
    assert status == 2
    assert err.startswith("Error: ")


def test_every_help_ends_with_an_example(run) -> None:  # type: ignore[no-untyped-def]  # the fixture
    for name in ("search", "show", "history", "diff", "status", "export"):
        _, out, _ = run(name, "--help")
        assert re.search(rf"\n  Examples?:\n(    luutru {name}\b.*\n?)+", out), name
