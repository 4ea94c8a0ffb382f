"""The reader's search, first page and sites, as a browser gets them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from bulk import Row, create
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html
from reading_room import Room, room

from archive import index, schedules
from archive.web import i18n, shell, texts, texts_article, texts_errors

WEB = Path(shell.__file__).parent
DAY = datetime(2024, 5, 1, 2, tzinfo=UTC)
NASTY = "<script>alert('x')</script> & \"y\""


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    """45 articles of a meeting on two sites, one of them gone, two the same, one with markup."""
    rows = [
        Row(
            f"Hội nghị chi bộ số {number}",
            ("Đảng uỷ tổ chức hội nghị tuyên truyền miệng.",),
            published=DAY - timedelta(days=40 * number),
            site="binh-son" if number % 3 else "hoa-binh",
            section=("Tin tức", "Hoạt động" if number % 2 else "Văn bản"),
            author="Lò Thị Mây" if number == 4 else None,
            state="gone" if number == 2 else "live",
        )
        for number in range(42)
    ]
    rows.append(Row(f"Tấn công {NASTY}", (NASTY,), section=(NASTY,), site="an-phu", author=NASTY))
    rows += [Row("Bài chép", ("Cùng một bài.",), site=site) for site in ("an-phu", "binh-son")]
    path = tmp_path_factory.mktemp("reader") / "reader.db"
    archive = create(path, rows)
    index.rebuild(archive)
    with archive.transaction() as conn:
        conn.execute("INSERT INTO story (id, key, first_seen) VALUES (1, 'a', '')")
        conn.execute("UPDATE article SET story_id = 1 WHERE id > 43")
        conn.execute("INSERT INTO crawl (site_id, why, started, agent, settings, outcome) SELECT"
                     " id, 'asked', '2026-06-01T00:00:00.000000Z', 'x', '{}', NULL FROM site"
                     " WHERE slug = 'an-phu'")  # fmt: skip
    (site_id,) = archive.conn.execute("SELECT id FROM site WHERE slug = 'binh-son'").fetchone()
    schedules.put(archive, site_id, "0 2 * * *")
    archive.close()
    with room(path) as opened:
        yield opened


def tree(reader: Room, path: str, status: int = 200) -> html.HtmlElement:
    return html.fromstring(reader.text(path, status))


def words(found: object) -> str:
    assert isinstance(found, html.HtmlElement)
    return " ".join(found.text_content().split())


def follow(page: html.HtmlElement, label: str) -> str:
    """The address of the link whose words begin so."""
    (href, *_) = [a.get("href") for a in page.iter("a") if words(a).startswith(label)]
    return str(href)


def titles(page: html.HtmlElement) -> list[str]:
    return [words(one) for one in page.cssselect(".hit h3")]


# -- searching -----------------------------------------------------------------------------------


def test_words_without_accents_find_and_mark_accented_text(reader: Room) -> None:
    page = tree(reader, "/search?q=dang+uy+to+chuc&lang=vi")
    assert words(page.cssselect("#results")[0]) == "42 bài"
    assert [words(one) for one in page.cssselect(".snippet mark")][:2] == ["Đảng uỷ tổ chức"] * 2
    page = tree(reader, "/search?q=hoi+nghi&lang=en")
    assert words(page.cssselect(".hit h3 mark")[0]) == "Hội nghị"
    assert page.cssselect("#q")[0].get("value") == "hoi nghi"
    assert len(page.cssselect(".badge-gone")) == 1
    (first,) = page.cssselect(".hit:first-child .about time")
    assert first.text == "1 May 2024, 09:00"
    assert reader.get(page.cssselect(".hit h3 a")[0].get("href")).status_code == 200


def test_narrowing_and_widening_by_links(reader: Room) -> None:
    page = tree(reader, "/search?q=hoi+nghi&lang=en")
    page = tree(reader, follow(page.cssselect(".facets")[0], "Đảng ủy hoa-binh"))
    assert words(page.cssselect("#results")[0]) == "14 articles"
    page = tree(reader, follow(page, "2023"))
    found = titles(page)
    assert 0 < len(found) < 14
    page = tree(reader, follow(page, "Văn bản"))
    assert 0 < len(titles(page)) < len(found)
    assert [words(one) for one in page.cssselect(".chip")] == [
        "Site Đảng ủy hoa-binh ✕", "Section Văn bản ✕", "Year 2023 ✕",
    ]  # fmt: skip
    assert not page.cssselect(".facet-site, .facet-year, .facet-section")
    page = tree(reader, follow(page, "Section"))
    assert titles(page) == found
    page = tree(reader, follow(page, "Clear all"))
    assert words(page.cssselect("#results")[0]) == "42 articles"


def test_provinces_and_authors_narrow_too(reader: Room) -> None:
    page = tree(reader, "/search?q=hoi+nghi&lang=en")
    (facet,) = page.cssselect(".facet-province")
    narrowed = tree(reader, follow(facet, "Hòa Bình"))
    assert words(narrowed.cssselect("#results")[0]) == "14 articles"
    assert not narrowed.cssselect(".facet-province")
    (facet,) = page.cssselect(".facet-author")
    narrowed = tree(reader, follow(facet, "Lò Thị Mây"))
    assert words(narrowed.cssselect("#results")[0]) == "1 article"
    assert [words(one) for one in narrowed.cssselect(".chip")] == ["Author Lò Thị Mây ✕"]


def test_of_a_facet_with_many_values_the_most_frequent_are_there(tmp_path: Path) -> None:
    rows = [Row(f"Hội {number}", author=f"Tác giả {number}") for number in range(120)]
    rows += [Row(f"Hội thêm {number}", author="Lò Thị Mây") for number in range(2)]
    with create(tmp_path / "a.db", rows) as archive:
        index.rebuild(archive)
    with room(tmp_path / "a.db") as one:
        (facet,) = tree(one, "/search?q=hoi&lang=en").cssselect(".facet-author")
    found = facet.cssselect("a")
    assert len(found) == 100 and words(found[0]) == "Lò Thị Mây 2"


def test_the_form_keeps_what_it_does_not_show(reader: Room) -> None:
    page = tree(reader, "/search?q=a&site=hoa-binh&site=binh-son&section=Tin+tức&sort=newest")
    hidden = [(one.get("name"), one.get("value")) for one in page.cssselect("input[type=hidden]")]
    assert hidden == [("site", "hoa-binh"), ("site", "binh-son"), ("section", "Tin tức"),
                      ("sort", "newest")]  # fmt: skip
    assert not page.cssselect("details.more[open]")
    page = tree(reader, "/search?author=Mây&from=2020&to=6/2024&province=Phú+Thọ")
    assert page.cssselect("details.more[open]")
    assert page.cssselect("#from")[0].get("value") == "2020"
    assert page.cssselect("option[selected]")[0].text == "Phú Thọ"
    assert len(titles(page)) == 1


def test_pages_of_results(reader: Room) -> None:
    path, seen = "/search?q=hoi+nghi&lang=en", []
    for number in (1, 2, 3):
        page = tree(reader, path)
        seen += titles(page)
        assert words(page.cssselect(".pages [aria-current]")[0]) == f"Page {number}"
        assert page.cssselect("ol.hits")[0].get("start") == str(20 * number - 19)
        path = follow(page, "Next") if number < 3 else ""
    assert len(set(seen)) == 42
    assert not page.cssselect(".pages [rel=next]")
    assert titles(tree(reader, follow(page, "← Previous"))) == seen[20:40]
    for odd in ("0", "-3", "x", "99999", "²", ""):
        assert reader.get(f"/search?q=hoi+nghi&page={odd}").status_code == 200


def test_sorting(reader: Room) -> None:
    page = tree(reader, "/search?q=hoi+nghi+so+41&lang=en")
    assert titles(page)[0].endswith(" 41")
    page = tree(reader, follow(page, "Newest"))
    assert page.cssselect(".sort [aria-current]")[0].text == "Newest"
    assert "sort=newest" not in follow(page, "Best match")


def test_copies_are_folded(reader: Room) -> None:
    page = tree(reader, "/search?q=chép&lang=en")
    assert len(titles(page)) == 1
    (copies,) = page.cssselect(".copies")
    assert words(copies.cssselect("summary")[0]) == "and 1 more with the same text"
    assert re.fullmatch("/article/[0-9a-f]{16}", copies.cssselect("a")[0].get("href"))


def test_json(reader: Room) -> None:
    found = json.loads(reader.text("/search?q=hoi+nghi&site=hoa-binh&format=json"))
    assert (found["total"], found["total_is_exact"], found["more"]) == (14, True, False)
    assert found["hits"][0]["title_marks"] == [[0, 8]]
    assert found["facets"]["sites"][0]["count"] == 14
    wrong = json.loads(reader.text("/search?q=(a&format=json", 400))
    assert "not closed" in wrong["error"]


def test_markup_in_stored_text_is_text(reader: Room) -> None:
    for path in ("/search?q=tan+cong", "/", "/sites"):
        page = tree(reader, path)
        assert not page.cssselect("script, style, [style], [onclick], [onerror]")
    page = tree(reader, "/search?q=tan+cong")
    assert NASTY in page.cssselect(".hit h3")[0].text_content()
    page = tree(reader, "/search?q=%3Cb%3E%22%3Ci%3E%22")
    assert page.cssselect("#q")[0].get("value") == '<b>"<i>"'
    assert not page.cssselect("main b, main i")


# -- nothing found, and what is wrong ------------------------------------------------------------


def test_nothing_found_names_a_way_on(reader: Room) -> None:
    page = tree(reader, "/search?q=đàng+ụy+OR+Ẩm&site=an-phu&lang=en")
    assert words(page.cssselect("#results")[0]) == "Nothing found."
    assert follow(page, "dang uy OR Am") == "/search?site=an-phu&lang=en&q=dang+uy+OR+Am"
    assert "site" not in follow(page, "Search again without the filters")
    assert page.cssselect(".how")
    assert "Use fewer words" in reader.text("/search?q=zzz&lang=en")


@pytest.mark.parametrize(
    ("path", "vietnamese", "english"),
    [
        ("q=hoi+(nghi", "Dấu ngoặc mở ở đây chưa được đóng.", "is not closed"),
        ("q=màu:đỏ", "Không tìm thấy", "Nothing found"),
        ("q=mau:do", "Không có trường mau.", "There is no field mau."),
        ("q=NOT+a", "Không có gì để tìm", "There is nothing to find"),
        ("q=...", "Không có từ nào để tìm.", "The query holds no word."),
        ("q=a&site=x", "Kho này không có trang x.", "There is no site x in this archive."),
        ("province=Lai+Châu", "Không có trang nào ở tỉnh Lai Châu.", "province Lai Châu"),
        ("from=31/2/2024", "Tháng 2 năm 2024 có 29 ngày.", "Month 2 of 2024 has 29 days."),
        ("from=2024&to=2023", "2024 đứng sau 2023.", "2024 is after 2023."),
    ],
)
def test_what_is_wrong_is_told_in_both_languages(
    reader: Room, path: str, vietnamese: str, english: str
) -> None:
    status = 200 if "Nothing" in english else 400
    assert vietnamese in words(tree(reader, f"/search?{path}&lang=vi", status))
    page = tree(reader, f"/search?{path}&lang=en", status)
    assert english in words(page)
    assert page.cssselect("#q"), "the form is still there"


ODD = st.text(max_size=12) | st.sampled_from(
    [
        "0001",
        "9999",
        "1/1/0001",
        "٢٠٢٣",
        "²",
        "\x00",
        "\ud800",
        "%",
        "*",
        "-",
        '"',
        "(" * 30,
        "a" * 5000,
    ]
)
NAMES = st.sampled_from(
    ["q", "site", "section", "author", "province", "from", "to", "sort", "page", "lang", "format"]
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(NAMES, ODD), max_size=5))
def test_no_address_breaks_the_search(reader: Room, values: list[tuple[str, str]]) -> None:
    query = urlencode(values, errors="surrogatepass")
    answer = reader.get(f"/search?{query}")
    assert answer.status_code in (200, 400), query
    assert "<form" in answer.text or answer.headers["content-type"].startswith("application/json")


def test_a_caret_stands_at_the_place(reader: Room) -> None:
    (shown,) = tree(reader, "/search?q=hội+nghị+(a", 400).cssselect("pre.caret")
    query, caret = shown.text_content().splitlines()
    assert query == "hội nghị (a"
    assert query[caret.index("^")] == "("


def test_an_index_to_be_built_and_an_archive_without_articles(tmp_path: Path) -> None:
    create(tmp_path / "old.db", [Row("Một")]).close()
    with room(tmp_path / "old.db") as reader:
        page = tree(reader, "/?lang=en", 503)
        assert "Search is not ready The search index is not complete. Run luutru reindex." in words(
            page
        )
        assert reader.get("/sites").status_code == 200
    create(tmp_path / "new.db", []).close()
    with room(tmp_path / "new.db") as reader:
        archive = create(tmp_path / "other.db", [])
        index.rebuild(archive)
        archive.close()
        assert "luutru reindex" in reader.text("/", 503)
    with room(tmp_path / "other.db") as reader:
        assert "The archive is empty" in reader.text("/?lang=en")
        assert "luutru crawl SITE" in reader.text("/sites")


# -- the first page, sites, languages ------------------------------------------------------------


def test_the_first_page(reader: Room) -> None:
    page = tree(reader, "/?lang=en")
    assert [words(one) for one in page.cssselect(".figures dd")] == ["45", "3", "1 Jun 2026, 07:00"]
    assert titles(page)[0] == "Hội nghị chi bộ số 0"
    assert follow(page, "Next") == "/search?lang=en&page=2"
    for example in page.cssselect(".try a, .how dt a"):
        assert reader.get(example.get("href")).status_code == 200


def test_sites(reader: Room) -> None:
    page = tree(reader, "/sites?lang=en")
    rows = {row.cssselect("code")[0].text: words(row) for row in page.cssselect("tbody tr")}
    assert list(rows) == ["an-phu", "binh-son", "hoa-binh"]
    assert "2 / 2" in rows["an-phu"] or "0 / 2" in rows["an-phu"]
    assert "1 Jun 2026, 07:00 running" in rows["an-phu"]
    assert "not scheduled" in rows["an-phu"]
    assert "02:00" in rows["binh-son"]
    assert "before July 2025: Hòa Bình" in rows["hoa-binh"]
    (chip,) = tree(reader, follow(page, "Đảng ủy hoa-binh")).cssselect(".chip")
    assert "Đảng ủy hoa-binh" in words(chip)


def test_the_language_is_asked_for_kept_and_guessed(reader: Room) -> None:
    def lang(path: str = "/sites", **headers: str) -> str:
        return str(html.fromstring(reader.get(path, **headers).text).get("lang"))

    assert lang(**{"Accept-Language": "en-GB,en;q=0.8"}) == "en"
    assert lang(**{"Accept-Language": "en;q=0.5, vi-VN;q=0.9"}) == "vi"
    assert lang(**{"Accept-Language": "fr, *"}) == "vi"
    assert lang(**{"Accept-Language": "en;q=x.1.2, ;;;"}) == "vi"
    asked = reader.get("/sites?lang=en")
    assert "luutru_lang=en" in asked.headers["set-cookie"]
    assert lang(Cookie="luutru_lang=en") == "en"
    assert lang(Cookie="luutru_lang=<x>") == "vi"
    assert lang("/sites?lang=vi", Cookie="luutru_lang=en") == "vi"
    page = tree(reader, "/search?q=a%26b&site=an-phu&lang=vi")
    assert follow(page, "EN") == "/search?q=a%26b&site=an-phu&lang=en"


def test_every_text_is_in_both_languages_and_every_key_has_a_text() -> None:
    assert not set(texts.TEXTS) & set(texts_article.TEXTS)
    for key, (vietnamese, english) in i18n.TEXTS.items():
        assert vietnamese and english, key
        assert set(re.findall(r"{\w+}", vietnamese)) == set(re.findall(r"{\w+}", english)), key
    for path in [*WEB.glob("templates/**/*.html"), *WEB.glob("*.py")]:
        for key in re.findall(r"""\bt\(["']([\w. -]+)["'][,)]""", path.read_text(encoding="utf-8")):
            assert key in i18n.TEXTS, f"{path.name}: {key}"


def test_every_error_of_a_query_is_known_in_vietnamese() -> None:
    archive = WEB.parent
    names = ("query.py", "query_lexer.py", "query_expand.py", "dates.py")
    sources = [archive / name for name in names]
    told = re.compile(r"""(?<![\w\[])f?(["'])([A-Z`][^"\n]{6,}?[.])\1""")
    found = 0
    for path in sources:
        code = re.sub(r'""".*?"""', "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for _, message in told.findall(code):
            example = re.sub(r"{[^}]*}", "7", message)
            found += 1
            assert texts_errors.in_vietnamese(example) != example, f"{path.name}: {message}"
    assert found > 20
