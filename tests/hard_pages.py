"""Pages that a hostile or broken server may send, of any size: what the tests of limits read.

``HARD`` is the name of a page -> what makes it: a function of a scale, at 1.0 as large as the
limits say (5 MB, 100,000 tags, …). Each has a text around it, so that all rules have work.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable
from datetime import UTC, datetime

from archive.types import Exchange
from crawler.profile import generic

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
PARA = "<p>Đồng chí Nguyễn Văn An, Bí thư Chi bộ phát biểu, ngày 12/3/2020 tại hội nghị.</p>"
HEAD = (
    "<html lang=vi><head><meta charset=utf-8><title>Hội nghị sơ kết công tác của chi bộ</title>"
    "</head><body><h1>Hội nghị sơ kết công tác của chi bộ</h1><p>Thứ hai, 5/10/2026, 08:15</p>"
)


def _times(what: str, most: int) -> Callable[[float], str]:
    return lambda scale: what * int(most * scale)


def _each(what: str, most: int, before: str = "", after: str = "") -> Callable[[float], str]:
    """*what* many times, each with its number for `{n}`."""
    return lambda scale: (
        before + "".join(what.replace("{n}", str(n)) for n in range(int(most * scale))) + after
    )


def _around(before: str, what: str, most: int, after: str) -> Callable[[float], str]:
    return lambda scale: before + what * int(most * scale) + after


def _tables(scale: float) -> str:
    return "<table><tr><td>chữ " * int(50_000 * scale)


def _tree(scale: float) -> str:
    """Tables in tables, all closed, 200 deep."""
    one = "<table><tr><td>ô chữ " * 200 + "</td></tr></table>" * 200
    return one * int(250 * scale)


def _attribute(name: str, what: str) -> Callable[[float], str]:
    def make(scale: float) -> str:
        value = what * int(1_000_000 * scale / len(what))
        return f'<div {name}="{value}"><p {name}="{value[:1000]}">chữ</p></div>'

    return make


def _json_ld(deep: int, size: int) -> Callable[[float], str]:
    def make(scale: float) -> str:
        levels = int(deep * scale)
        text = json.dumps("chữ " * int(size * scale / 4 / 2), ensure_ascii=False)
        value = '{"@type":"NewsArticle","mainEntity":' * levels + text + "}" * levels
        return f'<script type="application/ld+json">{value}</script>'

    return make


def _flat_json_ld(scale: float) -> str:
    nodes = [{"@type": "WebPage", "datePublished": "2020-01-01", "@graph": []}] * int(6_000 * scale)
    return f'<script type="application/ld+json">{json.dumps(nodes)}</script>'


_LD = '<script type="application/ld+json">'
_TWICE = "Đảng ủy Khối các cơ quan tỉnh. ".encode().decode("latin-1")
HARD: dict[str, Callable[[float], str]] = {
    "five megabytes of paragraphs": _times(PARA, 50_000),
    "a text without a space": _times("chữ", 1_250_000),
    "a text without a letter": _times("-.", 2_500_000),
    "capitals": _times("ĐẢNG ỦY ", 400_000),
    "nested boxes": _times("<div>", 100_000),
    "nested boxes with text": _times("<div>chữ ", 100_000),
    "nested letters": _times("<b>x ", 100_000),
    "nested links": _times("<a href=/x><i>x ", 50_000),
    "nested lists": _times("<ul><li>mục ", 50_000),
    "closed inline nests": _times("<span><em>" * 100 + "chữ" + "</em></span>" * 100, 500),
    "unknown tags": _times("<x-y>chữ ", 100_000),
    "end tags": _times("</div></p></span>", 100_000),
    "a long class": _attribute("class", "lead "),
    "a long class of one word": _attribute("class", "relatednews"),
    "a long style": _attribute("style", "color:red;"),
    "a long id": _attribute("id", "content-"),
    "a long title attribute": _attribute("title", "tin tức - "),
    "a long alt": lambda s: f'<img src=/a.jpg alt="{"Ảnh: An " * int(125_000 * s)}">',
    "a long address": lambda s: f'<a href="/{"a/" * int(500_000 * s)}">Tin cùng chuyên mục</a>',
    "a long query": lambda s: f'<a href="/x?{"a=b&" * int(250_000 * s)}">Trang sau</a>',
    "a long srcset": lambda s: f'<img src=/a.jpg srcset="{"/b.jpg 1x, " * int(90_000 * s)}">',
    "many attributes": _each("a{n}=b ", 20_000, "<p ", ">x</p>"),
    "attributes with brackets": _each('a{n}=">" ', 20_000, "<p ", ">x</p>"),
    "tags of many attributes": _times("<p " + "".join(f"a{n} " for n in range(3_000)) + ">", 300),
    "links in one line": _each('<a href="/x-{n}.html">bài</a> ', 200_000),
    "links of one address": _times('<a href="/x-1.html">Tiêu đề dài của bài</a>, ', 100_000),
    "a list of links": _each(
        '<li><a href="/tin/x-{n}.html">Tiêu đề của bài viết số {n}</a></li>', 60_000, "<ul>"
    ),
    "items with dates": _each(
        '<div class=item><h3><a href="/tin/x-{n}.html">Tiêu đề của bài viết số {n}</a></h3>'
        "<span class=date>5/10/2020</span><p>Tóm tắt của bài viết.</p></div>",
        25_000,
    ),
    "pages of a list": _each(
        '<a href="?page={n}">{n}</a> ', 100_000, "<div class=pagination>", "</div>"
    ),
    "postbacks": _each(
        "<a href=\"javascript:__doPostBack('p$g','Page${n}')\">{n}</a> ",
        60_000,
        "<div class=pager>",
        "</div>",
    ),
    "heads of links": _times(PARA + "<p>Tin liên quan</p>", 20_000),
    "attachments": _each('<p><a href="/f{n}.pdf">Văn bản {n}</a></p>', 80_000),
    "tables in tables": _tables,
    "tables in tables, closed": _tree,
    "a row of cells": _around("<table><tr>", "<td>ô chữ, hai.</td>", 150_000, "</tr></table>"),
    "breaks": _times("<br>", 100_000),
    "lines of breaks": _times("Đồng chí Nguyễn Văn An phát biểu chỉ đạo.<br>", 100_000),
    "photos": _times("<img src=/a.jpg>", 100_000),
    "photos of their own": _each("<img src=/a{n}.jpg>", 100_000),
    "photos with captions": _each(
        "<figure><img src=/a{n}.jpg><figcaption>Ảnh: An {n}</figcaption></figure>", 40_000
    ),
    "photos with lines": _times("<p><img src=/a.jpg></p><p><em>chú thích</em></p>", 30_000),
    "entities": _times("&#7843;", 300_000),
    "entities of nothing": _times("&nbsp;", 300_000),
    "broken entities": _times("&#x&;&amp", 300_000),
    "indentation": _times("Câu.&nbsp;&nbsp;&nbsp; ", 100_000),
    "dates": _times("<span>Thứ hai, 5/10/2020, 08:15</span> ", 60_000),
    "dates in a line": _times("5/10/2020 08:15, ", 200_000),
    "digits": _times("12", 2_500_000),
    "dashes in a title": lambda s: "<title>" + "tin tức - " * int(100_000 * s) + "</title>",
    "a long title": lambda s: "<h1>" + "tin tức " * int(500_000 * s) + "</h1>",
    "headings": _times("<h2>Tiêu đề của một phần</h2>", 100_000),
    "bold ends": _times("<p><b>Nguyễn Văn An</b></p>", 80_000),
    "breadcrumbs": _around("<div class=breadcrumb>", '<a href="/a">Tin</a> » ', 80_000, "</div>"),
    "metadata": lambda s: '<meta property="og:title" content="Tin tức">' * int(60_000 * s),
    "deep JSON-LD": _json_ld(10_000, 3_000_000),
    "brackets of JSON-LD": _around(_LD, "[", 399_000, "</script>"),
    "flat JSON-LD": _flat_json_ld,
    "scripts": _times("<script>var x = '<p>';</script>", 100_000),
    "comments": _times("<!-- x -->", 300_000),
    "open comments": _times("<!-- <p ", 300_000),
    "quotes": _times('"', 2_000_000),
    "open angles": _times("<", 1_000_000),
    "bytes of nothing": _times("\0", 1_000_000),
    "combining marks": _times("a\u0301\u0323\u0302", 700_000),
    "one letter with marks": lambda s: "a" + "\u0301\u0323" * int(1_000_000 * s),
    "letters of old fonts": _times("§¶ng uû Khèi c¸c c¬ quan tØnh. ", 80_000),
    "letters of old fonts, in one word": _times("®¶", 1_000_000),
    "letters of VNI": _times("Ñaûng uûy Khoái caùc cô quan tænh. ", 80_000),
    "letters encoded twice": _times("<p>" + _TWICE + "</p>", 60_000),
    "letters encoded twice, in one word": _times(_TWICE[2:5], 800_000),
    "soft hyphens": _times("chữ\u00ad", 800_000),
    "fonts": _times('<font face=".VnTime">§¶ng uû </font>', 90_000),
}  # fmt: skip


def exchange(name: str, scale: float, *, path: str = "/tin/hoi-nghi-12.html") -> Exchange:
    body = (HEAD + PARA * 3 + HARD[name](scale) + PARA * 3).encode("utf-8", "surrogatepass")
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    return Exchange(f"https://a.vn{path}", NOW, status=200, headers=headers, body=body)


def cost(given: Exchange) -> tuple[float, int]:
    """CPU seconds of reading it, and by how many bytes that raised the most memory ever held."""
    from crawler.reading import read

    profile = generic(given.url)
    before = _peak()
    usage = resource.getrusage(resource.RUSAGE_SELF)
    read(given, profile)
    after = resource.getrusage(resource.RUSAGE_SELF)
    spent = after.ru_utime + after.ru_stime - usage.ru_utime - usage.ru_stime
    return spent, _peak() - before


def _peak() -> int:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def main() -> None:
    """For each name in argv: a JSON line with its cost, each in a child of its own."""
    warm = exchange("headings", 0.0001)
    cost(warm)
    cost(exchange("items with dates", 0.001, path="/tin-tuc/"))
    for name in sys.argv[2:]:
        sys.stdout.flush()
        child = os.fork()
        if not child:
            seconds, grown = cost(exchange(name, float(sys.argv[1])))
            sys.stdout.write(json.dumps([name, seconds, grown]) + "\n")
            sys.stdout.flush()
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            sys.stdout.write(json.dumps([name, float("inf"), 0]) + "\n")


if __name__ == "__main__":
    main()
