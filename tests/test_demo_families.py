"""What is peculiar to each family of the sample sites: dates, addresses and pagination."""

import re
from urllib.parse import urlencode

from lxml import html

from crawler.demo import viewstate
from crawler.demo.messages import DemoRequest
from crawler.demo.sites import build

SITES = {site.family: site for site in build()}
BASE = "http://127.0.0.1:8000"


def ask(site, path, **request):
    headers = {"host": "127.0.0.1:8000"}
    return site.respond(DemoRequest(path, headers=headers, **{"tries": 3, **request}))


def test_nukeviet_traps_of_its_dates():
    site = SITES["nukeviet"]
    path, article = next((p, a) for p, a in site.articles.items() if a.date_form == "weekday")
    page = ask(site, path).body.decode()
    assert f'itemprop="datePublished">{article.edited}<' in page
    assert re.search(r'article:published_time" content="\d{4}-\d\d-\d\d\+07\d\d:\d\d:\d\d"', page)
    assert page.index('class="current-time"') < page.index('class="h5"')
    assert "data-content=" in page and "temp-breadcrumbs hidden" in page
    assert site.truth(path).updated == article.edited != article.published


def test_nukeviet_pagination_goes_on_beyond_the_end():
    site = SITES["nukeviet"]
    section = site.plan().sections[0]
    seen = []
    for number in (1, 2, 3, 4, 500):
        path = site.markup.listing_path(section, number)
        page = html.fromstring(ask(site, path).body)
        seen.append(page.xpath("//div[contains(@class,'listpage')]//h3/a/@href"))
        assert page.xpath("//a[@rel='next']"), path
    assert [len(items) for items in seen] == [10, 10, 5, 0, 0]
    assert seen[0] == [item.url for item in site.items(site.markup.listing_path(section))]
    first = ask(site, f"/news/{section.slug}/page-1/")
    assert (first.status, first.header("Location")) == (301, f"{BASE}/news/{section.slug}/")
    assert ask(site, "/news/khong-co/").header("Location") == f"{BASE}/"


def test_nukeviet_finds_an_article_by_its_number():
    site = SITES["nukeviet"]
    path, article = next(iter(site.articles.items()))
    wrong = ask(site, f"/news/kinh-te/khac-{article.number}.html")
    assert (wrong.status, wrong.header("Location")) == (301, BASE + path)
    assert ask(site, "/news/kinh-te/khac-99.html").status == 404


def test_liferay_pagination_by_query():
    site = SITES["liferay"]
    section = site.plan().sections[0]
    path, seen = site.markup.listing_path(section), []
    while path:
        page = html.fromstring(ask(site, path).body.decode())
        seen += page.xpath("//div[@class='asset-abstract ']//h3/a/@href")
        path = next(iter(page.xpath("//ul[contains(@class,'lfr-pag')]//a[.='Tiếp']/@href")), "")
        path = "" if path.startswith("javascript") else path
    assert seen == [site.plan().paths[a.slug] for a in site.plan().of(section)]


def post(site, path, page, target, day=1, **changed):
    fields = {name: page.xpath(f"string(//input[@name='{name}']/@value)")
              for name in ("__VIEWSTATE", "__EVENTVALIDATION")}  # fmt: skip
    body = urlencode({**fields, "__EVENTTARGET": target, "__EVENTARGUMENT": "", **changed})
    return ask(site, path, method="POST", body=body.encode(), day=day)


def test_sharepoint_pagination_by_post():
    site = SITES["sharepoint"]
    section = site.plan().sections[0]
    path = site.markup.listing_path(section)
    page, seen = html.fromstring(ask(site, path).body), []
    for _ in range(9):
        seen += page.xpath("//table[@class='tin-item']//h3/a/@href")
        call = page.xpath("string(//a[.='Xem tin tiếp theo']/@href)")
        if not call:
            break
        target = re.search(r"__doPostBack\('([^']+)'", call)[1]
        answer = post(site, path, page, target)
        assert answer.status == 200
        page = html.fromstring(answer.body)
    assert seen == [site.plan().paths[a.slug] for a in site.plan().of(section)]


def test_sharepoint_refuses_a_stale_state():
    site = SITES["sharepoint"]
    section = site.plan().sections[0]
    path = site.markup.listing_path(section)
    page = html.fromstring(ask(site, path).body)
    third = "ctl00$PlaceHolderMain$dpTinTuc$ctl01$ctl02"
    answer = post(site, path, page, third)
    items = html.fromstring(answer.body).xpath("//table[@class='tin-item']")
    assert (answer.status, len(items)) == (200, 8)
    assert post(site, path, page, third, day=2).status == 500
    assert post(site, path, page, third, __VIEWSTATE="AAAA").status == 500
    assert post(site, path, page, third, __EVENTVALIDATION="").status == 500
    assert post(site, path, page, "ctl00$khac").status == 500
    assert viewstate.read(viewstate.make("tin", 3, "abc")) == ("tin", 3, "abc")
