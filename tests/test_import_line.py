"""One time line: revisits, captures from before others, and whose site a page is."""

import pytest
from crawling import rows, value
from importing import (
    HOST,
    PNG,
    UNMODIFIED,
    answer,
    article,
    bring,
    dump,
    revisit,
    wacz,
    write,
    zipped,
)

PICTURE = b"\x89PNG" + bytes(range(256)) * 9
FIRST, SECOND, THIRD, FOURTH = (f"2024-0{n}-01T00:00:00Z" for n in (1, 2, 3, 4))
ETAG = ("ETag", '"1a"')


@pytest.fixture
def profile(tmp_path):
    (tmp_path / "sites").mkdir()
    text = (
        'name = "Đảng ủy Khối Vân Sơn"\nfamily = "generic"\nhosts = ["khoi-van-son.example"]\n'
        f'[start]\nhome = "{HOST}/"\nsitemaps = []\n[urls]\narticle = ["^/tin/"]\n'
    )
    (tmp_path / "sites" / "khoi-van-son.toml").write_text(text, encoding="utf-8")


def looks(folder):
    """Of each capture in the order of time: day, outcome, status, and whose payload it has."""
    return rows(
        folder / "a.db",
        """SELECT substr(one.time, 6, 2), one.outcome, one.status,
                  (SELECT substr(first.source, -1) FROM capture first
                   WHERE first.payload_id = coalesce(one.payload_id, old.payload_id)
                   ORDER BY first.time LIMIT 1)
           FROM capture one LEFT JOIN capture old ON old.id = one.earlier_id ORDER BY one.time""",
    )


# -- revisits -------------------------------------------------------------------------------------

ORIGINAL = answer("a", "/a.png", PICTURE, PNG, ETAG, time=FIRST)
BY_ADDRESS = revisit(
    "b", "/b.png", ("WARC-Refers-To-Target-URI", f"{HOST}/a.png"),
    ("WARC-Refers-To-Date", FIRST), time=SECOND,
)  # fmt: skip
BY_ID = revisit("c", "/a.png", ("WARC-Refers-To", "<urn:uuid:a>"), time=THIRD)
NOT_MODIFIED = revisit(
    "d", "/a.png", ("WARC-Refers-To-Target-URI", f"{HOST}/a.png"), ("WARC-Refers-To-Date", FIRST),
    time=FOURTH, status="304 Not Modified", profile=UNMODIFIED,
)  # fmt: skip
SEEN = [("01", "answer", 200, "a"), ("02", "answer", 200, "a"), ("03", "answer", 200, "a"),
        ("04", "unchanged", 304, "a")]  # fmt: skip


@pytest.mark.parametrize("behind", [False, True])
def test_a_revisit_has_the_payload_of_its_original_before_or_behind_it(tmp_path, behind):
    records = [ORIGINAL, BY_ADDRESS, BY_ID, NOT_MODIFIED]
    path = write(tmp_path / "a.warc.gz", *(reversed(records) if behind else records))
    (told,) = bring(tmp_path, path)
    assert (told.outcome, told.tally["captures"]) == ("whole", 4)
    assert looks(tmp_path) == SEEN
    before = dump(tmp_path / "a.db")
    bring(tmp_path, path)
    assert dump(tmp_path / "a.db") == before


def test_an_original_in_another_file_or_none_at_all(tmp_path):
    revisits = write(tmp_path / "b.warc.gz", BY_ADDRESS, BY_ID, NOT_MODIFIED)
    (told,) = bring(tmp_path, revisits)
    assert (told.outcome, told.row()["left out"], told.tally["captures"]) == ("incomplete", 3, 0)
    assert "revisit records whose original" in told.problems()[0]
    assert value(tmp_path / "a.db", "SELECT count(*) FROM crawl") == 0, "nothing came of it"
    originals = write(tmp_path / "a.warc.gz", ORIGINAL)
    told = bring(tmp_path, revisits, originals)
    assert [one.outcome for one in told] == ["whole", "whole"]
    assert looks(tmp_path) == SEEN


def test_a_304_that_names_nothing_means_what_has_its_validator(tmp_path):
    def unmodified(name, time, *headers):
        return answer(name, "/a.png", b"", *headers, time=time, status="304 Not Modified")

    path = write(
        tmp_path / "a.warc.gz", ORIGINAL, unmodified("b", SECOND, ETAG),
        unmodified("c", THIRD, ("ETag", '"other"')), unmodified("d", FOURTH, PNG),
    )  # fmt: skip
    (told,) = bring(tmp_path, path)
    assert (told.tally["captures"], told.tally["missing"]) == (2, 2)
    assert looks(tmp_path) == [SEEN[0], ("02", "unchanged", 304, "a")]


# -- what comes late ------------------------------------------------------------------------------


def versions(folder):
    return rows(
        folder / "a.db",
        """SELECT version.title, substr(first.time, 6, 2), substr(last.time, 6, 2) FROM version
           JOIN capture first ON first.id = version.first_capture_id
           JOIN capture last ON last.id = version.last_capture_id ORDER BY first.time""",
    )


def page(name, number, time, **more):
    return answer(name, "/tin/hoi-nghi.html", article(number), time=time, **more)


def test_versions_stand_in_the_order_of_their_times_whatever_came_first(tmp_path, profile):
    (old, new) = (
        write(tmp_path / "1.warc.gz", page("a", 1, FIRST), page("b", 2, SECOND)),
        write(tmp_path / "2.warc.gz", page("c", 2, THIRD), page("d", 3, FOURTH)),
    )
    expected = [
        ("Hội nghị số 1", "01", "01"), ("Hội nghị số 2", "02", "03"), ("Hội nghị số 3", "04", "04"),
    ]  # fmt: skip
    for order in ((old, new), (new, old)):
        bring(tmp_path, *order)
        assert versions(tmp_path) == expected
        state = rows(
            tmp_path / "a.db", "SELECT state, substr(due, 1, 4) FROM page WHERE last_answer_id"
        )
        assert state == [("open", "2024")]
        (tmp_path / "a.db").unlink()


def test_what_was_seen_before_a_page_went_does_not_bring_it_back(tmp_path, profile):
    gone = [page(f"c{n}", 0, f"2024-03-0{n}T00:00:00Z", status="404 Not Found") for n in (1, 2, 3)]
    home = "<html><title>Trang chủ</title><h1>Trang chủ</h1></html>".encode()
    up = [answer(f"u{n}", "/", home, time=f"2024-03-0{n}T00:00:00Z") for n in (1, 2, 3)]
    bring(tmp_path, write(tmp_path / "2.warc.gz", page("a", 1, FIRST), *up, *gone))
    bring(tmp_path, write(tmp_path / "1.warc.gz", page("b", 2, SECOND)))
    assert rows(tmp_path / "a.db", "SELECT state, substr(state_since, 6, 2) FROM article") == [
        ("gone", "03")
    ]
    shown = "SELECT state FROM page WHERE url LIKE '%hoi-nghi%'"
    assert rows(tmp_path / "a.db", shown) == [("gone",)]
    assert [one[0] for one in versions(tmp_path)] == ["Hội nghị số 1", "Hội nghị số 2"]
    bring(tmp_path, write(tmp_path / "3.warc.gz", page("d", 2, FOURTH)))
    assert rows(tmp_path / "a.db", "SELECT state FROM article") == [("live",)]
    kinds = [kind for (kind,) in rows(tmp_path / "a.db", "SELECT kind FROM event ORDER BY number")]
    assert kinds == ["new", "gone", "changed", "back"]


def test_links_are_known_and_due_for_the_next_crawl_and_nothing_is_a_start_point(tmp_path, profile):
    listing = (
        "<!DOCTYPE html><title>Trang chủ</title><h1>Tin tức</h1>"
        + "".join(
            f'<li><a href="/tin/bai-{n}.html">Hội nghị thứ {n} của Khối</a></li>' for n in range(9)
        )
    ).encode()
    bring(tmp_path, write(tmp_path / "a.warc.gz", answer("a", "/", listing, time=FIRST)))
    found = rows(
        tmp_path / "a.db",
        "SELECT count(*), min(due), max(pinned), max(last_capture_id IS NULL) FROM page"
        " WHERE url LIKE '%/tin/%'",
    )
    assert found == [(9, "2024-01-01T00:00:00.000000Z", 0, 1)]
    assert value(tmp_path / "a.db", "SELECT pinned FROM page WHERE last_capture_id") == 0


# -- sites ----------------------------------------------------------------------------------------


def owners(folder):
    return dict(
        rows(
            folder / "a.db",
            """SELECT page.url, site.slug FROM capture JOIN page ON page.id = capture.page_id
               JOIN site ON site.id = page.site_id""",
        )
    )


FILE = (
    answer("w", "/widget", article(8), host="https://foreign.example"),
    answer("p", "/tin/1.html", article(1)),
    answer("c", "/1.jpg", PICTURE, ("Content-Type", "image/jpeg"), host="https://cdn.example"),
    answer("r", "/a", b"", ("Location", "/b"), host="https://foreign.example", status="301 M"),
    answer("s", "/b", article(9), host="https://www.foreign.example"),
)  # fmt: skip


def test_a_page_goes_to_its_profile_or_its_host_and_a_photo_with_the_page_before_it(
    tmp_path, profile
):
    bring(tmp_path, write(tmp_path / "a.warc.gz", *FILE))
    assert owners(tmp_path) == {
        "https://foreign.example/widget": "foreign.example",
        f"{HOST}/tin/1.html": "khoi-van-son",
        "https://cdn.example/1.jpg": "khoi-van-son",
        "https://foreign.example/a": "foreign.example",
        "https://www.foreign.example/b": "foreign.example",
    }
    name = value(tmp_path / "a.db", "SELECT name FROM site WHERE slug = 'khoi-van-son'")
    assert name == "Đảng ủy Khối Vân Sơn"


def test_a_named_site_takes_the_pages_of_hosts_that_no_profile_has(tmp_path, profile):
    bring(tmp_path, write(tmp_path / "a.warc.gz", *FILE), site="khoi-van-son")
    assert set(owners(tmp_path).values()) == {"khoi-van-son"}


def test_a_page_stays_with_the_site_that_it_is_of(tmp_path, profile):
    (tmp_path / "sites" / "khoi-van-son.toml").rename(tmp_path / "aside")
    bring(tmp_path, write(tmp_path / "a.warc.gz", FILE[1]))
    (tmp_path / "aside").rename(tmp_path / "sites" / "khoi-van-son.toml")
    again = answer("q", "/tin/1.html", article(2), time=FOURTH)
    other = answer("s", "/tin/2.html", article(3), time=FOURTH)
    bring(tmp_path, write(tmp_path / "b.warc.gz", again, other))
    assert owners(tmp_path) == {
        f"{HOST}/tin/1.html": "khoi-van-son.example",
        f"{HOST}/tin/2.html": "khoi-van-son",
    }
    assert len(versions(tmp_path)) == 3


def test_the_files_of_a_wacz_are_read_in_the_order_of_their_names(tmp_path, profile):
    path = wacz(
        tmp_path / "a.wacz",
        {"archive/2.warc.gz": zipped(page("b", 2, SECOND)), "archive/1.warc": page("a", 1, FIRST)},
    )
    (told,) = bring(tmp_path, path)
    assert told.outcome == "whole"
    assert rows(tmp_path / "a.db", "SELECT substr(source, -1) FROM capture ORDER BY id") == [
        ("a",),
        ("b",),
    ]
