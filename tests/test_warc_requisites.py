"""What comes with an article, however a site spells its addresses; and what does not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from strategies import HTML, Walker
from web_archive import HOST, MEETING, told

from archive import captures, pages
from archive.db import Archive
from archive.errors import ArchiveError
from archive.filters import Filters
from archive.interchange import wacz, warc
from archive.types import Exchange, Found, Headers


@pytest.fixture
def walker(archive: Archive) -> Walker:
    """A site with an article that was read, its home page, and a picture that it does not show."""
    walker = Walker.begin(archive)
    walker.look(f"{HOST}/", b"<ul></ul>", kind="listing")
    walker.look(f"{HOST}/anh/khac.png", b"png", kind="asset")
    walker.read(walker.look(MEETING.url), replace(MEETING, images=(), captions=(), attachments=()))
    return walker


def chosen(walker: Walker, tmp_path: Path) -> set[str]:
    path = tmp_path / "a.warc.gz"
    warc.export(walker.archive, path, Filters(), '"sơ kết"')
    return {exchange.url.removeprefix(HOST) for _, exchange, _ in told(path)} - {
        "/tin/hoi-nghi.html"
    }


def to(location: str) -> Headers:
    return (("Location", location), *HTML)


def test_nothing_but_the_page(walker: Walker, tmp_path: Path) -> None:
    assert chosen(walker, tmp_path) == set()


@pytest.mark.parametrize(
    "shown",
    [
        '<img src="../anh/a b.png">', "<img src=/anh/a%20b.png>", '<td background="/anh/a b.png">',
        "<p style='background: url(\"/anh/a%20b.png\")'>", "<video POSTER = '/anh/a%20b.png'>",
        '<base href="/anh/"><img src="a%20b.png">',
        '<base href="http://[x"><img src="/anh/a%20b.png">',
    ],
)  # fmt: skip
def test_what_the_page_shows(walker: Walker, tmp_path: Path, shown: str) -> None:
    walker.look(f"{HOST}/anh/a%20b.png", b"png 2", kind="asset")
    walker.look(MEETING.url, shown.encode())
    assert chosen(walker, tmp_path) == {"/anh/a%20b.png"}


def test_what_was_found_on_the_page_under_another_canonical_address(
    walker: Walker, tmp_path: Path
) -> None:
    photo = Found(f"{HOST}/anh/x.jpg?cache=1", "photo", "photo")
    with walker.archive.transaction():
        found_on = walker.page_id(MEETING.url)
        (page,) = pages.add(
            walker.archive, walker.site_id, [photo], at=walker.clock.now(), found_on=found_on,
            canonicalize=lambda url: url.partition("?")[0],
        )  # fmt: skip
        exchange = Exchange(photo.url, walker.clock.now(), status=200, body=b"jpeg")
        captures.keep(walker.archive, exchange, page.id, walker.crawl_id)
    assert chosen(walker, tmp_path) == {"/anh/x.jpg?cache=1"}
    ((_, exchange, said),) = [one for one in told(tmp_path / "a.warc.gz") if "jpg" in one[1].url]
    assert (exchange.body, said.page) == (b"jpeg", f"{HOST}/anh/x.jpg")


def test_redirects_of_all_kinds(walker: Walker, tmp_path: Path) -> None:
    raw = f"{HOST}/tin/hội-nghị".encode().decode("latin-1")
    walker.look(f"{HOST}/a", b"", status=301, headers=to(raw))
    walker.look(
        f"{HOST}/tin/h%E1%BB%99i-ngh%E1%BB%8B", b"", status=308, headers=to("hoi-nghi.html/")
    )
    walker.look(f"{HOST}/b", b"", status=302, headers=to("/a"))
    walker.look(f"{HOST}/c", b"", status=302, headers=to("http://[x"))
    walker.look(f"{HOST}/d", b"", status=302, headers=HTML)
    walker.look(f"{HOST}/e", b"", status=302, headers=to("/e"))
    assert chosen(walker, tmp_path) == {"/a", "/b", "/tin/h%E1%BB%99i-ngh%E1%BB%8B"}


def test_where_the_page_leads_now_but_not_the_home_page(walker: Walker, tmp_path: Path) -> None:
    walker.look(f"{HOST}/moi.html", b"new")
    walker.look(MEETING.url, b"", status=301, headers=to("/moi.html"))
    walker.look(f"{HOST}/moi.html", b"", status=302, headers=to("/"))
    walker.look(f"{HOST}/x", b"", status=301, headers=to("/y"))
    assert chosen(walker, tmp_path) == {"/moi.html"}


def test_a_damaged_payload_ends_the_export(walker: Walker, tmp_path: Path) -> None:
    with walker.archive.transaction() as conn:
        conn.execute("UPDATE payload SET data = x'00' WHERE id = 2")
    for writer, name in ((warc, "b.warc"), (wacz, "b.wacz")):
        with pytest.raises(ArchiveError, match=r"Payload 2 .* damaged.*backup"):
            writer.export(walker.archive, tmp_path / name, Filters())
    assert {one.name for one in tmp_path.iterdir() if not one.name.startswith("test.db")} == set()


def test_an_unchanged_that_comes_before_what_it_names(walker: Walker, tmp_path: Path) -> None:
    """A merged archive may hold it so: by time it stands first, and still it is whole."""
    answer = walker.look(f"{HOST}/z", b"z")
    walker.look(f"{HOST}/z", unchanged=True)
    with walker.archive.transaction() as conn:
        conn.execute("UPDATE capture SET time = '2030-01-01T00:00:00.000000Z' WHERE id = ?",
                     (answer.capture_id,))  # fmt: skip
    path = tmp_path / "a.warc"
    warc.export(walker.archive, path, Filters())
    last = [exchange for _, exchange, _ in told(path)][-2:]
    assert [one.outcome for one in last] == ["unchanged", "answer"]
