"""Payloads: every byte comes back, equal bytes stand once, pages lean on pages."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import Walker

from archive import payloads
from archive.clock import FixedClock
from archive.compression import group_of
from archive.db import Archive
from archive.errors import ArchiveError

HTML = "text/html; charset=utf-8"


def template(name: str, size: int = 200) -> str:
    chance = random.Random(name)
    return "\n".join(
        f"<div class='{name}-{chance.random()}'>{chance.random()}" for _ in range(size)
    )


def page(name: str, number: int) -> bytes:
    chance = random.Random(number)
    words = " ".join(str(chance.random()) for _ in range(20))
    return f"<html>{template(name)}<p>{words}</p>{template(name + 'end', 50)}".encode()


def rows(archive: Archive) -> list[tuple[str, int, int]]:
    found = archive.conn.execute("SELECT anchors, size, length(data) FROM payload ORDER BY id")
    return [tuple(row) for row in found]


def keep(archive: Archive, site_id: int, *bodies: bytes, media: str | None = HTML) -> list[int]:
    with archive.transaction():
        return [payloads.keep(archive, site_id, body, media)[0] for body in bodies]


def test_pages_lean_on_the_first_three(archive: Archive) -> None:
    site = Walker.begin(archive).site_id
    bodies = [page("a", n) for n in range(20)]
    ids = keep(archive, site, *bodies)
    assert [payloads.read(archive, one) for one in ids] == bodies
    kept = rows(archive)
    assert [anchors for anchors, _, _ in kept] == [""] * 3 + ["1,2,3"] * 17
    leaning = sum(length for anchors, _, length in kept if anchors)
    assert leaning < sum(len(gzip.compress(body)) for body in bodies[3:]) / 4


def test_equal_payloads_stand_once(archive: Archive) -> None:
    site = Walker.begin(archive).site_id
    with archive.transaction():
        first = payloads.keep(archive, site, b"abc", None)
        again = payloads.keep(archive, site, b"abc", "image/png")
    assert first == (1, True)
    assert again == (1, False)


def test_a_reopened_archive_goes_on_with_its_anchors(archive: Archive, clock: FixedClock) -> None:
    site = Walker.begin(archive).site_id
    keep(archive, site, *(page("a", n) for n in range(2)))
    archive.cache.clear()
    ids = keep(archive, site, *(page("a", n) for n in range(2, 6)))
    assert [anchors for anchors, _, _ in rows(archive)] == ["", "", "", *["1,2,3"] * 3]
    with Archive.open(archive.path, clock=clock, readonly=True) as other:
        assert payloads.read(other, ids[-1]) == page("a", 5)


def test_listings_and_other_sites_have_anchors_of_their_own(archive: Archive) -> None:
    site, other = Walker.begin(archive).site_id, Walker.begin(archive, "khac").site_id
    with archive.transaction():
        for number in range(4):
            payloads.keep(archive, site, page("a", number), HTML, "article")
            payloads.keep(archive, site, page("b", number), HTML, "listing")
            payloads.keep(archive, other, page("c", number), HTML, "article")
    assert [anchors for anchors, _, _ in rows(archive)][9:] == ["1,4,7", "2,5,8", "3,6,9"]


def test_a_new_template_gets_new_anchors(archive: Archive) -> None:
    site = Walker.begin(archive).site_id
    keep(archive, site, *(page("old", n) for n in range(20)))
    bodies = [page("new", n) for n in range(80)]
    ids = keep(archive, site, *bodies)
    generations = archive.conn.execute("SELECT max(generation) FROM anchor").fetchone()[0]
    assert generations == 2
    assert [payloads.read(archive, one) for one in ids] == bodies
    kept = rows(archive)
    assert kept[-1][0] not in ("", "1,2,3")
    assert kept[-1][2] < kept[25][2] / 2


def test_one_template_keeps_its_anchors(archive: Archive) -> None:
    site = Walker.begin(archive).site_id
    keep(archive, site, *(page("a", n) for n in range(100)))
    assert archive.conn.execute("SELECT max(generation) FROM anchor").fetchone()[0] == 1


def test_what_is_compact_or_small_stands_alone(archive: Archive) -> None:
    site = Walker.begin(archive).site_id
    photo = random.Random(1).randbytes(5000)
    keep(archive, site, *(page("a", n) for n in range(4)))
    keep(archive, site, photo, media="image/jpeg")
    keep(archive, site, b"<html>moved</html>")
    keep(archive, site, photo + b"1", media=HTML)  # leaning would be no shorter
    assert [anchors for anchors, _, _ in rows(archive)][4:] == ["", "", ""]
    assert archive.conn.execute("SELECT count(*) FROM anchor").fetchone()[0] == 3


@pytest.mark.parametrize(
    ("media", "start", "group"),
    [
        ("text/html", b"", "html"),
        ("application/xhtml+xml", b"", "html"),
        ("application/rss+xml; charset=utf-8", b"", "xml"),
        ("text/css", b"", "text"),
        ("application/json", b"", "text"),
        ("image/svg+xml", b"", "xml"),
        ("image/png", b"", None),
        ("application/pdf", b"", None),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"", None),
        (None, b" \n<!doctype html>", "html"),
        (None, b"\xef\xbb\xbf<?xml version='1.0'?>", "xml"),
        (None, b"PK", None),
    ],
)
def test_groups(media: str | None, start: bytes, group: str | None) -> None:
    assert group_of(media, start) == group


def test_a_rollback_forgets_anchors(archive: Archive) -> None:
    site = Walker.begin(archive).site_id
    with pytest.raises(KeyError), archive.transaction():
        for number in range(4):
            payloads.keep(archive, site, page("lost", number), HTML)
        raise KeyError
    bodies = [page("a", n) for n in range(5)]
    ids = keep(archive, site, *bodies)
    assert [payloads.read(archive, one) for one in ids] == bodies


@pytest.mark.parametrize("damage", ["substr(data, 1, length(data) - 9)", "zeroblob(20)"])
def test_damage_is_told(archive: Archive, damage: str) -> None:
    site = Walker.begin(archive).site_id
    ids = keep(archive, site, *(page("a", n) for n in range(5)))
    archive.conn.execute(f"UPDATE payload SET data = {damage} WHERE id = ?", (ids[4],))
    with pytest.raises(ArchiveError, match=r"is damaged.*Put a backup"):
        payloads.read(archive, ids[4])


def test_other_bytes_are_never_returned(archive: Archive) -> None:
    site = Walker.begin(archive).site_id
    ids = keep(archive, site, *(page("a", n) for n in range(5)))
    archive.conn.execute(
        "UPDATE payload SET data = (SELECT data FROM payload WHERE id = ?) WHERE id = ?",
        (ids[3], ids[4]),
    )
    with pytest.raises(ArchiveError, match="digest"):
        payloads.read(archive, ids[4])


def test_it_needs_a_transaction(archive: Archive) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        payloads.keep(archive, 1, b"a", None)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(
    st.lists(
        st.tuples(
            st.binary(max_size=50),
            st.integers(0, 40),
            st.sampled_from([HTML, "image/png", "text/css", None]),
        ),
        max_size=12,
    )
)
def test_every_byte_comes_back(archive: Archive, bodies: list[tuple[bytes, int, str | None]]):
    site = Walker.begin(archive).site_id
    kept = {}
    with archive.transaction():
        for part, repeat, media in bodies:
            body = part * repeat
            kept[payloads.keep(archive, site, body, media)[0]] = body
    archive.cache.clear()
    assert {one: payloads.read(archive, one) for one in kept} == kept


def test_real_pages_take_a_third_of_gzip(archive: Archive) -> None:
    folder = Path(__file__).parents[2] / "shared/corpora/nukeviet-rendered"
    if not folder.is_dir():
        pytest.skip(f"needs the corpus in {folder}")
    sizes = []
    site = Walker.begin(archive).site_id
    for file in sorted((folder / "pages").iterdir()):
        body = gzip.decompress(file.read_bytes())
        (number,) = keep(archive, site, body)
        row = archive.conn.execute("SELECT * FROM payload WHERE id = ?", (number,)).fetchone()
        assert payloads.read(archive, number) == body
        if row["anchors"]:
            sizes.append((len(row["data"]), len(gzip.compress(body))))
    stored, zipped = (sum(column) for column in zip(*sizes, strict=True))
    assert stored < zipped / 2
