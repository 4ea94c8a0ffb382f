"""What the sample committees published: forms, years, traits, and the two days."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from crawler.demo import catalogue, dates, later
from crawler.demo.dates import DAY_ALONE, FORMS, HANOI, as_shown, printed, read
from crawler.demo.sites import TODAY, build

SITES = build()


def by_place(site, place, day=1):
    """The article at a place in the catalogue (0 is the leading one)."""
    first = {"nukeviet": 1201, "liferay": 402101, "sharepoint": 3101}[site.family]
    return next((a for a in site.plan(day).articles if a.number == first + place), None)


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.slug)
def test_a_site_has_sixty_one_articles_from_2010_to_2026(site):
    articles = site.plan(1).articles
    assert len(articles) == 61
    years = {article.published[:4] for article in articles}
    assert {"2010", "2026"} <= years and len(years) >= 12
    assert len({article.title for article in articles}) == 61
    assert len({article.slug for article in articles}) == 61
    assert len(site.plan(1).sections) == 7


def test_every_date_form_and_every_byline_form_stands_somewhere():
    articles = [article for site in SITES for article in site.plan(1).articles]
    assert {article.date_form for article in articles} == set(FORMS)
    bylines = [article.byline or "" for article in articles]
    for mark in ("BAN BIÊN TẬP", "Tin, ảnh: ", "Theo ", "Tác giả: ", "Tác giả bài viết: ", " - "):
        assert any(mark in byline for byline in bylines), mark
    assert any(article.source for article in articles)
    assert any(byline == "" for byline in bylines)
    leads = " ".join(article.lead or "" for article in articles)
    for prefix in ("VSO-", "(ĐN) -", "(TTV)", "(BBNĐT)", "(Dangbokhoivanson.vn) -"):
        assert prefix in leads
    heads = {box.head for article in articles for box in article.boxes}
    assert heads == {
        "Tin liên quan", "Các tin khác", "Những tin mới hơn", "Những tin cũ hơn",
        "Tin cùng chuyên mục", "Theo dòng sự kiện", "Bài viết liên quan",
    }  # fmt: skip


def test_every_trait_stands_on_every_site():
    for site in SITES:
        found = Counter(trait for article in site.plan(1).articles for trait in article.traits)
        assert set(catalogue.TRAITS.values()) <= set(found)
        assert sum(bool(article.attachments) for article in site.plan(1).articles) == 2
        kinds = {block.kind for article in site.plan(1).articles for block in article.body}
        assert kinds == {"paragraph", "heading", "item", "row", "quote"}
        assert any(para.link for article in site.plan(1).articles for para in article.paras)
        captions = [photo for article in site.plan(1).articles for photo in article.photos]
        assert any(len(photo.lines) > 1 for photo in captions)
        assert any(photo.credit for photo in captions)
        assert any(not photo.lines for photo in captions)


def test_some_texts_stand_on_two_sites():
    texts = Counter(
        (article.title, article.body) for site in SITES for article in site.plan(1).articles
    )
    assert sorted(texts.values())[-4:] == [2, 2, 2, 3]  # the leading one on all three


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.slug)
def test_the_second_day(site):
    body, body2 = by_place(site, later.BODY), by_place(site, later.BODY, 2)
    assert body2.title == body.title and body2.body != body.body
    title, title2 = by_place(site, later.TITLE), by_place(site, later.TITLE, 2)
    assert title2.title != title.title and title2.body == title.body
    tone, tone2 = by_place(site, later.TONE), by_place(site, later.TONE, 2)
    assert tone2.body != tone.body
    assert [b.text.replace("uỷ", "ủy").replace("Uỷ", "Ủy") for b in tone2.body] == [
        b.text.replace("uỷ", "ủy").replace("Uỷ", "Ủy") for b in tone.body
    ]
    for place in (later.LOST, later.GONE, later.SOFT):
        assert by_place(site, place) and by_place(site, place, 2) is None
    moved = by_place(site, later.MOVED)
    assert by_place(site, later.MOVED, 2) == moved
    assert site.plan(1).paths[moved.slug] != site.plan(2).paths[moved.slug]
    first, second = ({a.slug: a for a in site.plan(day).articles} for day in (1, 2))
    assert len(second.keys() - first.keys()) == catalogue.NEW
    changed = {slug for slug in first.keys() & second.keys() if first[slug] != second[slug]}
    assert changed == {article.slug for article in (body, title, tone)}


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.slug)
def test_what_changes_is_recent_and_nothing_links_to_it(site):
    articles = site.plan(1).articles
    changing = [a for a in articles if a.later is not None or a.fate != "stays"]
    assert len(changing) == 7
    for article in changing:
        assert datetime.fromisoformat(article.published[:10]).date() >= TODAY - timedelta(days=7)
    targets = {slug for a in articles for box in a.boxes for slug in box.slugs}
    targets |= {para.link[1] for a in articles for para in a.paras if para.link}
    assert not targets & {article.slug for article in changing}


def test_newer_is_newer_and_older_is_older():
    for site in SITES:
        plan = site.plan(1)
        for article in plan.articles:
            for box in article.boxes:
                dated = [plan.by_slug[slug].published for slug in box.slugs]
                assert box.kind != "newer" or all(day > article.published for day in dated)
                assert box.kind != "older" or all(day < article.published for day in dated)


def test_today_can_be_another_day():
    sites = build(today=date(2031, 2, 1))
    assert max(a.published for a in sites[0].plan(1).articles).startswith("2031-01")
    assert max(a.published for a in sites[0].plan(2).articles).startswith("2031-02-02")


def test_a_greater_catalogue_for_measurements():
    (site, *_others) = build(count=300)
    assert len(site.plan(1).articles) == 301
    assert len({article.slug for article in site.plan(1).articles}) == 301


MOMENT = datetime(2015, 10, 13, 9, 8, 7, tzinfo=HANOI)


def test_dates_are_printed_as_the_sites_print_them():
    shown = {form: printed(form, MOMENT.isoformat()) for form in FORMS}
    assert shown["weekday"] == "Thứ ba - 13/10/2015 09:08"
    assert shown["month-word"] == "Thứ ba, 13 Tháng 10 2015 09:08"
    assert shown["bar-12h"] == "13/10/2015 | 09:08 AM"
    assert shown["seconds-12h"] == "13/10/2015 09:08:07 AM"
    assert shown["posted-views"].startswith("Đăng ngày: 13/10/2015 - 9:08:07 AM | Lượt xem: ")
    assert shown["day-brackets"] == "(Ngày 13/10/2015)"
    assert shown["bullet"] == "13/10/2015 • 09:08"


@pytest.mark.parametrize("form", sorted(set(FORMS) - DAY_ALONE - {"month-word"}))
@pytest.mark.parametrize("hour", [0, 9, 12, 23])
def test_a_printed_date_reads_back(form, hour):
    moment = MOMENT.replace(hour=hour)
    assert read(FORMS[form](moment)) == as_shown(form, moment)


@pytest.mark.parametrize("line", ["31/02/2020 10:00", "Quý IV/2024", "10:75 01/02/2020", ""])
def test_an_impossible_date_is_none(line):
    assert dates.read(line) is None
