"""What a page may cost: work grows with the page and not with its square, whatever is in it."""

from __future__ import annotations

import pytest
from hard_pages import HARD, cost, exchange

from crawler.pages.crowded import MOST, is_crowded, uncrowded
from crawler.pages.document import resolve

SMALL = 0.01
GROWTH = 4
# A square would take 16 times as long; the rest is for the noise of small times.
FACTOR = 10
FLOOR = 0.05  # CPU seconds; less is noise


@pytest.mark.long
@pytest.mark.parametrize("name", HARD)
def test_work_grows_with_the_page(name: str) -> None:
    cost(exchange(name, SMALL / 2))  # what is loaded late is loaded now
    small = min(cost(exchange(name, SMALL))[0] for _ in range(2))
    large = min(cost(exchange(name, SMALL * GROWTH))[0] for _ in range(2))
    assert large < max(small * FACTOR, FLOOR)


def test_tags_of_thousands_of_attributes_are_cut() -> None:
    plain = b"<p " + b" ".join(b"a%d=b" % n for n in range(15_000)) + b">text</p>" + b" x" * 9_000
    quoted = plain.replace(b"=b", b'=">"')
    for page in (plain, quoted):
        assert is_crowded(page)
        short = uncrowded(page)
        assert b"a%d=" % (MOST - 1) in short
        assert b"a%d=" % MOST not in short
        assert b">text</p>" in short
    usual = b"<p class='a > b'>" + b"text = text " * 900 + b"</p>" + b'<a href="/x?a=1">y</a>' * 900
    assert not is_crowded(usual)
    assert uncrowded(usual) is usual
    script = b"<script>for(i=0;i<a.length;i++){x = 'y'}" + b" z = 1;" * 900 + b"</script><p a='b'>c"
    assert uncrowded(script) == script


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("/a/b.html", "https://a.vn/a/b.html"),
        ("/a//b", "https://a.vn/a//b"),
        ("/a/../b", "https://a.vn/b"),
        ("/a/./b/", "https://a.vn/a/b/"),
        ("//b.vn/c", "https://b.vn/c"),
        ("/a#b", "https://a.vn/a"),
        ("/", "https://a.vn/"),
        ("/đảng", "https://a.vn/đảng"),
    ],
)
def test_paths_from_the_root(href: str, url: str) -> None:
    assert resolve("https://a.vn/x/y.html?z", href) == url
