"""Search over real archives: what is found, in which order, with which piece of text."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from bulk import NOW, Row, create, synthetic

from archive import index
from archive.db import Archive
from archive.errors import ArchiveError, InputError, QueryError, UnknownReferenceError
from archive.filters import Filters
from archive.search import Sort, every, search
from archive.vietnamese import fold

DAY = timedelta(days=1)
ROWS = [
    Row("Đảng ủy Khối tổ chức hội nghị báo cáo viên", ("Sáng nay, hội nghị đã diễn ra.",),
        published=NOW - 30 * DAY, section=("Hoạt động", "Tin cơ sở"), author="Lò Thị Mây",
        affiliation="Ban Tuyên giáo Đảng uỷ Khối"),
    Row("Lễ ra quân làm đẹp đường làng", ("Các đồng chí trong Đảng uỷ Khối cùng dự.",),
        published=NOW - 20 * DAY, site="an-phu", captions=("Quang cảnh lễ ra quân",)),
    Row("Đang đi khối phố, bạn úy lạo", ("Dạng ủy thác khôi phục.",), published=NOW - 10 * DAY),
    Row("Bạn đọc viết", ("Ban biên tập trả lời.",), published=NOW - 5 * DAY, state="gone"),
    Row("Thông báo không ngày", ("Về việc nghỉ lễ.",)),
    Row("Khối thi đua; đảng viên; ủy ban", ("Ba việc khác nhau.",), published=NOW - DAY),
    Row("Tin cua dang uy khoi viet khong dau", published=NOW - 300 * DAY),
]  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    archive = create(tmp_path_factory.mktemp("search") / "luutru.db", ROWS)
    index.rebuild(archive)
    return archive


def titles(
    archive: Archive, text: str, filters: Filters | None = None, **more: object
) -> list[str]:
    found = search(archive, text, filters, **more)  # type: ignore[arg-type]  # limit and sort
    return [hit.title.split()[0] for hit in found.hits]


def test_exact_matches_come_first_then_phrases_in_titles_then_in_texts(archive: Archive) -> None:
    assert titles(archive, "dang uy khoi") == ["Tin", "Đảng", "Lễ", "Đang", "Khối"]


def test_with_marks_only_exact_words_are_found(archive: Archive) -> None:
    assert titles(archive, "Đảng ủy khối") == ["Đảng", "Lễ", "Khối"]
    assert titles(archive, "ĐẢNG UỶ KHỐI") == ["Đảng", "Lễ", "Khối"]
    assert titles(archive, '"Đảng ủy khối"') == ["Đảng", "Lễ"]


def test_one_word_typed_plainly_ranks_its_exact_form_first(archive: Archive) -> None:
    assert titles(archive, "ban")[0] == "Bạn"  # its body has `Ban`
    assert titles(archive, "=ban -doc") == ["Khối", "Đảng"]


def test_newest(archive: Archive) -> None:
    assert titles(archive, "dang uy khoi", sort="newest") == ["Khối", "Đang", "Lễ", "Đảng", "Tin"]
    assert titles(archive, "le", sort="newest") == ["Lễ", "Thông"]
    assert titles(archive, "dang uy khoi", sort="newest", limit=2) == ["Khối", "Đang"]


def test_hits_carry_accented_snippets_with_marks(archive: Archive) -> None:
    (hit,) = search(archive, "le ra quan canh").hits
    assert hit.snippet == "Quang cảnh lễ ra quân"
    assert [hit.snippet[a:b] for a, b in hit.marks] == ["cảnh lễ ra quân"]
    assert [hit.title[a:b] for a, b in hit.title_marks] == ["Lễ ra quân"]
    assert (hit.site, hit.state, hit.section) == ("an-phu", "live", ("Tin tức",))
    assert hit.url == "https://an-phu.example/2.html"
    assert hit.published == "2026-05-12T07:00+07:00"


def test_what_is_gone_is_found_and_says_so(archive: Archive) -> None:
    (hit,) = search(archive, "ban bien tap").hits
    assert hit.state == "gone"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(sites=("an-phu",)), ["Lễ"]),
        (Filters(sites=("an-phu", "binh-son")), ["Tin", "Đảng", "Lễ", "Đang", "Khối"]),
        (Filters(province="binh son"), ["Tin", "Đảng", "Lễ", "Đang", "Khối"]),
        (Filters(section="tin co so"), ["Đảng"]),
        (Filters(section="Hoạt động"), ["Đảng"]),
        (Filters(section="Hoat động"), []),
        (Filters(author="lo thi may"), ["Đảng"]),
        (Filters(author="Mây", section="hoat dong"), ["Đảng"]),
        (Filters(since="2026-05-02", until="2026-05-12"), ["Đảng", "Lễ"]),
        (Filters(since="2026-05-13"), ["Đang", "Khối"]),
        (Filters(until="2025-12-31"), ["Tin"]),
    ],
)
def test_filters(archive: Archive, filters: Filters, expected: list[str]) -> None:
    assert titles(archive, "dang uy khoi", filters) == expected
    assert search(archive, "dang uy khoi", filters).total == len(expected)


def test_days_are_those_of_vietnam(tmp_path: Path) -> None:
    late = NOW.replace(month=3, day=31, hour=17)  # midnight of 1 April over there
    rows = [Row("Tin đầu tháng", published=late), Row("Tin cuối", published=late - DAY / 86400)]
    archive = create(tmp_path / "days.db", rows)
    index.rebuild(archive)
    april = Filters(since="2026-04-01", until="2026-04-30")
    march = Filters(since="2026-03-01", until="2026-03-31")
    assert [hit.title for hit in search(archive, "tin", april).hits] == ["Tin đầu tháng"]
    assert [hit.title for hit in search(archive, "tin", march).hits] == ["Tin cuối"]


@pytest.mark.parametrize(
    ("written", "filters"),
    [
        ("dang uy khoi date:2026", Filters(since="2026-01-01", until="2026-12-31")),
        ("dang uy khoi tu:2/5/2026 den:12/5/2026", Filters(since="2026-05-02", until="2026-05-12")),
        ("đến:2025 dang uy khoi", Filters(until="2025-12-31")),
        ("dang uy khoi ngày:12/5/2026..22/5/2026", Filters(since="2026-05-12", until="2026-05-22")),
        ("khoi tinh:phu-tho", Filters(province="Phú Thọ")),
        ('khoi province:"Bình Sơn"', Filters(province="binh son")),
        ("khoi -site:an-phu", Filters(sites=("binh-son",))),
    ],
)
def test_what_narrows_in_a_query_is_the_filter_of_the_same_name(
    archive: Archive, written: str, filters: Filters
) -> None:
    words = "dang uy khoi" if "dang" in written else "khoi"
    assert titles(archive, written) == titles(archive, words, filters) != []


def test_a_query_of_days_alone_lists_them(archive: Archive) -> None:
    assert titles(archive, "tu:2/5/2026 den:12/5/2026") == ["Lễ", "Đảng"]


def test_a_name_of_several_words_that_is_not_quoted_says_so(archive: Archive) -> None:
    with pytest.raises(QueryError) as caught:
        search(archive, "tinh:Bình Sơn")
    assert 'province:"' in caught.value.next_step
    assert caught.value.position == 0


def test_sites_by_field(archive: Archive) -> None:
    assert titles(archive, "khoi site:an-phu") == ["Lễ"]
    with pytest.raises(QueryError) as caught:
        search(archive, "khoi site:an-pho")
    assert caught.value.position == 10 - 5
    with pytest.raises(UnknownReferenceError, match="luutru status"):
        search(archive, "khoi", Filters(sites=("an-pho",)))
    with pytest.raises(UnknownReferenceError, match="Phú Thọ"):
        search(archive, "khoi", Filters(province="Nowhere"))


def test_copies_of_one_story_are_one_hit(archive: Archive, tmp_path: Path) -> None:
    rows = [Row("Tin chép", ("Cùng một bài.",), published=NOW - n * DAY) for n in range(5)]
    other = create(tmp_path / "copies.db", [*rows, Row("Tin chép khác", ("Bài khác.",))])
    index.rebuild(other)
    other.conn.execute("INSERT INTO story (id, key, first_seen) VALUES (7, 'k', '2026')")
    other.conn.execute("UPDATE article SET story_id = 7 WHERE id < 6")
    sorts: tuple[Sort, ...] = ("best", "newest")
    for sort in sorts:
        found = search(other, "tin chep", limit=2, sort=sort)
        assert [hit.title for hit in found.hits] == ["Tin chép", "Tin chép khác"]
        assert found.total == 6
        assert len(found.copies[found.hits[0].key]) == 4


def test_a_limit_beyond_the_candidates_lists_every_match_once(tmp_path: Path) -> None:
    archive = create(tmp_path / "many.db", synthetic(700, length=30))
    index.rebuild(archive)
    sorts: tuple[Sort, ...] = ("best", "newest")
    for sort in sorts:
        found = search(archive, "dang", limit=1000, sort=sort)
        keys = [hit.key for hit in found.hits]
        assert len(set(keys)) == len(keys) == found.total > 300
        assert all("dang" in fold(hit.title + hit.snippet) for hit in found.hits)


def test_an_index_that_is_not_there_yet_is_an_error_with_the_next_step(tmp_path: Path) -> None:
    archive = create(tmp_path / "new.db", [Row("Một tin")])
    with pytest.raises(ArchiveError, match="luutru reindex"):
        search(archive, "tin")


def test_an_empty_archive_finds_nothing(tmp_path: Path) -> None:
    archive = Archive.create(tmp_path / "empty.db")
    assert search(archive, "tin").hits == ()


def test_no_date_is_read_in_a_wrong_way() -> None:
    from archive.dates import days

    assert days("2023") == (date(2023, 1, 1), date(2023, 12, 31))
    assert days("2024-02") == days("2/2024") == (date(2024, 2, 1), date(2024, 2, 29))
    assert days("26/6/2023") == days("2023-06-26") == days("26.06.2023") == (date(2023, 6, 26),) * 2
    for wrong in ("", "31/6/2023", "6/26/2023", "2023-13", "hôm nay", "26/6/23", "0000", "0/2023"):
        with pytest.raises(InputError) as caught:
            days(wrong)
        assert caught.value.next_step


def test_every_match_one_by_one(archive: Archive) -> None:
    found = list(every(archive, "dang uy khoi"))
    assert [hit.title.split()[0] for hit in found] == ["Khối", "Đang", "Lễ", "Đảng", "Tin"]
    assert found == list(search(archive, "dang uy khoi", sort="newest").hits)
    bare = list(every(archive, "dang uy khoi", Filters(sites=("an-phu",)), snippets=False))
    assert [(hit.key, hit.snippet, hit.marks) for hit in bare] == [(found[2].key, "", ())]
    assert len(list(every(archive))) == len(ROWS)
    with pytest.raises(QueryError):
        next(every(archive, "("))


def test_an_iterator_may_outlive_its_archive(tmp_path: Path) -> None:
    rows = [Row(f"Hội nghị {number}") for number in range(3)]
    with create(tmp_path / "a.db", rows) as archive:
        index.rebuild(archive)
        left = every(archive, "hoi nghi")
        next(left)
    left.close()  # type: ignore[attr-defined]  # it is a generator: a notebook drops it like this
