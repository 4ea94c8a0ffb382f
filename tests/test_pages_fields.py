"""Dates, authors and captions as pages of other countries, of blogs and of old CMS give them."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.types import Article, Exchange
from crawler.pages import bylines, credits, dates
from crawler.profile import generic
from crawler.reading import read

URL = "https://press.example/news/vote-12345.html"
PROSE = "".join(
    f"<p>The delegates heard report number {n}, discussed it and then elected a board.</p>"
    for n in range(9)
)
PHOTO = "<img src='/hall.jpg' width='600' height='400'>"


def article(body: str, head: str = "", lang: str = "en") -> Article:
    page = f"<html lang={lang}><head>{head}</head><h1>The hall has voted today</h1>{body}</html>"
    exchange = Exchange(URL, datetime(2026, 3, 1, tzinfo=UTC), status=200, body=page.encode())
    found = read(exchange, generic(URL)).article
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("01. April 2025, 15:25", "2025-04-01T15:25+07:00"),
        ("Dec. 9, 2016 9:13 AM EST", "2016-12-09T09:13-05:00"),
        ("13 Dec 2016 22:33:06 +0000", "2016-12-13T22:33:06+00:00"),
        ("15 de marzo de 2020", "2020-03-15"),
        ("am 5. Mai 2019 um 12:30 Uhr", "2019-05-05T12:30+07:00"),
        ("3rd of March 2019", "2019-03-03"),
        ("2019年2月13日 12:00", "2019-02-13T12:00+07:00"),
        ("5. Mai 2019, 08:00 CEST", "2019-05-05T08:00+02:00"),
    ],
)
def test_months_have_names(text: str, value: str) -> None:
    assert [when.value for when in dates.dates_in(text)] == [value]


@pytest.mark.parametrize("text", ["31 February 2020", "12 Lilac 2020", "in May 2020", "May 2020"])
def test_what_only_looks_like_a_named_date_is_none(text: str) -> None:
    assert not list(dates.dates_in(text))


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_every_day_is_read_in_words(day: date) -> None:
    for form in ("%d %B %Y", "%B %d, %Y", "%d. %b %Y"):
        assert [one.value for one in dates.dates_in(day.strftime(form))] == [day.isoformat()]


def test_a_printed_date_in_words_dates_an_article_without_metadata() -> None:
    found = article(f"<div class=meta>Posted on March 3, 2019</div>{PROSE}")
    assert found.published == "2019-03-03"


def test_a_date_over_the_title_in_a_header_of_its_own_is_no_clock() -> None:
    page = f"<h2 class='date-header'>Friday, 5 June 2015</h2><h1>The hall voted</h1>{PROSE}"
    exchange = Exchange(URL, datetime(2026, 3, 1, tzinfo=UTC), status=200, body=page.encode())
    found = read(exchange, generic(URL)).article
    assert found is not None
    assert found.published == "2015-06-05"


@pytest.mark.parametrize(
    "markup",
    [
        "<div itemprop='datePublished' content='2024-08-04T13:23:00Z'></div>",
        "<span property='schema:datePublished' content='2024-08-04T13:23:00Z'></span>",
        "<abbr class='published' title='2024-08-04T13:23:00Z'>13:23</abbr>",
        "<time class='entry-date' datetime='2024-08-04T13:23:00Z'>then</time>",
    ],
)
def test_microdata_and_classes_date_an_article(markup: str) -> None:
    assert article(f"{markup}{PROSE}").published == "2024-08-04T13:23:00+00:00"


def test_a_comment_s_time_does_not_date_the_article() -> None:
    comment = "<div class=comments><time class=published datetime=2020-01-01>x</time></div>"
    assert article(f"{PROSE}{comment}").published is None


@pytest.mark.parametrize(("before", "behind"), [("//<![CDATA[", "//]]>"), ("<!--", "-->")])
def test_wrapped_data_is_read(before: str, behind: str) -> None:
    data = '{"@type": "NewsArticle", "datePublished": "2024-08-22T12:00:00+02:00"}'
    head = f'<script type="application/ld+json">\n{before}\n{data}\n{behind}\n</script>'
    assert article(PROSE, head).published == "2024-08-22T12:00:00+02:00"


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Ada Byron on December 4, 2006", "Ada Byron"),
        ("Ada Byron, 24. Januar 2022, 4 min", "Ada Byron"),
        ("Von Ada Byron am 08.12.2022", "Von Ada Byron"),
        ("Trần Minh | 20/01/2020 - 8:28", "Trần Minh"),
        ("20/01/2020 | Trần Minh", "Trần Minh"),
        ("Ada Byron", "Ada Byron"),
    ],
)
def test_a_byline_without_its_date(text: str, bare: str) -> None:
    assert bylines.undated(text) == bare


def names(found: Article) -> list[str]:
    return [one.name for one in found.authors]


def test_a_link_to_the_author_names_whoever_it_is() -> None:
    meta = (
        "<p class='entry-meta author'><a href='/author/x' rel=author>nightowl77</a>"
        " <a href='/category/y' rel='category tag'>Town News</a></p>"
    )
    assert names(article(f"{meta}{PROSE}")) == ["nightowl77"]


def test_on_a_vietnamese_page_a_login_is_no_author() -> None:
    link = "<p><a href='/user/bbt01' rel=author>bbt01</a></p>"
    assert names(article(f"{link}{PROSE}", lang="vi")) == []


def test_sections_and_tags_in_an_authors_box_are_no_people() -> None:
    box = (
        "<div class='byline'><a href='/authors/ada'>Ada Byron</a> "
        "<a href='/tags/town-hall'>Town Hall</a></div>"
    )
    assert names(article(f"{box}{PROSE}")) == ["Ada Byron"]


def test_the_line_of_the_date_may_name_the_author() -> None:
    line = "<p>Đăng ngày: 20/01/2020 - 8:28 | Lượt xem: 1231 | Nguyễn Văn Tâm</p>"
    found = article(f"{line}{PROSE}", lang="vi")
    assert names(found) == ["Nguyễn Văn Tâm"]
    assert names(article(f"<p>By Ada Byron | March 3, 2019</p>{PROSE}")) == ["Ada Byron"]


@pytest.mark.parametrize("name", ["THIÊN TRÚC", "Hoài An"])
def test_behind_a_counter_any_name_is_the_author(name: str) -> None:
    line = f"<p>Đăng ngày: 20/01/2020 - 8:28:04 AM | Lượt xem: 1231 | {name}</p>"
    found = article(f"{line}{PROSE}", lang="vi")
    assert (names(found), found.published) == ([name], "2020-01-20T08:28:04+07:00")


def test_a_section_in_the_line_of_the_date_is_no_author() -> None:
    assert names(article(f"<p>20/01/2020 | THỜI SỰ</p>{PROSE}", lang="vi")) == []


@pytest.mark.parametrize(("lang", "expected"), [("en", ["The Daily Hall"]), ("vi", [])])
def test_an_office_that_data_names_is_the_author_of_foreign_pages_only(
    lang: str, expected: list[str]
) -> None:
    data = '{"@type": "NewsArticle", "headline": "x", "author": {"name": "The Daily Hall"}}'
    head = (
        f'<script type="application/ld+json">{data}</script>'
        '<meta property="og:site_name" content="The Daily Hall">'
    )
    assert names(article(PROSE, head, lang)) == expected


def test_entities_in_the_names_of_data_are_read() -> None:
    data = '{"@type": "NewsArticle", "headline": "x", "author": {"name": "Ren&eacute; Dupont"}}'
    head = f'<script type="application/ld+json">{data}</script>'
    assert names(article(PROSE, head)) == ["René Dupont"]


@pytest.mark.parametrize(
    ("figure", "text", "credit"),
    [
        (
            f"<figure>{PHOTO}<figcaption><span>All hands are up.</span><span>Ada/Press</span>"
            "</figcaption></figure>",
            "All hands are up.",
            "Ada/Press",
        ),
        (
            f"<figure>{PHOTO}<figcaption><p>All hands are up.</p><p>Ada Byron/dpa</p></figcaption>"
            "</figure>",
            "All hands are up.",
            "Ada Byron/dpa",
        ),
        (
            f"<div>{PHOTO}<p>All hands are up.</p><p>Image: Ada Byron</p></div>",
            "All hands are up.",
            "Ada Byron",
        ),
        (
            f"<figure>{PHOTO}<figcaption>All hands are <em>up</em></figcaption></figure>",
            "All hands are up",
            None,
        ),
    ],
)
def test_captions_and_their_makers(figure: str, text: str, credit: str | None) -> None:
    found = article(f"{PROSE}{figure}{PROSE}")
    assert [(one.text, one.credit) for one in found.captions] == [(text, credit)]
    assert text not in [block.text for block in found.body]


def test_the_alt_with_a_credit_behind_it_is_the_caption() -> None:
    alt = "All of the delegates of the town hall have raised a hand."
    photo = f"<img src='/hall.jpg' width='600' height='400' alt='{alt}'>"
    found = article(f"{PROSE}<div>{photo}<p>{alt} Press Agency</p></div>{PROSE}")
    assert len(found.captions) == 1


def test_makers_are_told_from_sentences() -> None:
    assert credits.is_maker("Ada Byron/dpa")
    assert not credits.is_maker("The delegates voted at once.")
    assert credits.parted_at("Hands are up.Ada/Press", "Ada/Press") == (
        "Hands are up.",
        "Ada/Press",
    )
    assert credits.parted_at("Hands are up", "up") is None


def test_the_site_s_host_ends_no_title() -> None:
    head = (
        '<link rel=canonical href="https://www.press.example/news/vote-12345.html">'
        '<meta property="og:title" content="The hall has voted today: a report - press.example">'
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": '
        '"The hall has voted today: a report - press.example"}</script>'
    )
    assert article(PROSE, head).title == "The hall has voted today: a report"


DATA = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "%s"}</script>'


@pytest.mark.parametrize(
    ("lang", "headline", "title"),
    [
        ("en", "The town hall has voted: what now", "The town hall has voted: what now"),
        ("vi", "The town hall has voted: what now", "The hall has voted today"),
        ("en", "The hall has voted", "The hall has voted today"),  # cut
        ("en", "Nothing of it", "The hall has voted today"),
    ],
)
def test_the_wording_of_data_beside_a_heading_that_og_repeats(
    lang: str, headline: str, title: str
) -> None:
    head = '<meta property="og:title" content="The hall has voted today">' + DATA % headline
    assert article(PROSE, head, lang).title == title


def test_a_photo_in_the_heading_leaves_no_mark_in_the_title() -> None:
    page = f"<h1>The hall has voted {PHOTO}</h1>{PROSE}"
    exchange = Exchange(URL, datetime(2026, 3, 1, tzinfo=UTC), status=200, body=page.encode())
    found = read(exchange, generic(URL)).article
    assert found is not None
    assert found.title == "The hall has voted"


@pytest.mark.parametrize(
    "hard",
    [
        "<figure><figcaption>" + "a <span>b</span>" * 20_000,
        "<p>" + "<img src=/a.jpg>note " * 10_000,
        "<span itemprop=datePublished content=x>" * 20_000,
        "<p>By " + "on , " * 20_000 + "May 5, 2019",
    ],
)
def test_hard_pages_of_fields_end_soon(hard: str) -> None:
    start = time.process_time()
    exchange = Exchange(
        URL, datetime(2026, 3, 1, tzinfo=UTC), status=200, body=f"<h1>The vote</h1>{hard}".encode()
    )
    read(exchange, generic(URL))
    assert time.process_time() - start < 10
