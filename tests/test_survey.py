"""A look at a site, step by step: its CMS, its name, where it begins, the profile, the case."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from listing_cases import SITES, exchange, family_profile

from archive.errors import InputError, ProfileError
from archive.types import Exchange
from crawler.profile import generic
from crawler.profile_loader import PACKAGE_SITES, all_slugs, families
from crawler.provinces import provinces
from crawler.reading import read
from crawler.survey import case, compare, naming, refusals, starts
from crawler.survey.signs import recognise, signs_of
from crawler.survey.values import Survey
from crawler.survey.visit import Door, Visit, hosts_of
from crawler.survey.write import drafted, profile_text

NOW = datetime(2025, 10, 20, 2, tzinfo=UTC)
FAMILIES = sorted(path.name for path in PACKAGE_SITES.iterdir())


def page(body: str, url: str = "https://tinhuy.example.vn/", **more: Any) -> Exchange:
    html = f'<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"></head><body>{body}</body>'
    return Exchange(url, NOW, status=200, body=html.encode(), **more)  # type: ignore[arg-type]


# -- which CMS ------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_is_known_by_its_cases(family: str) -> None:
    found = recognise(exchange(path) for path in (SITES / family).iterdir())
    assert found.family == family, found.scores
    assert bool(found.signs) == (family != "generic")


@pytest.mark.parametrize(
    "path", sorted(SITES.glob("*/*")), ids=lambda p: f"{p.parent.name}/{p.name}"
)
def test_no_page_is_taken_for_another_family(path: Path) -> None:
    own = path.parent.name
    base = families()[own].get("built_on", "generic")
    assert recognise([exchange(path)]).family in (own, base, "generic")


def test_a_header_alone_can_tell() -> None:
    found = recognise([page("<p>Trang chủ", headers=(("Liferay-Portal", "Liferay 6.2"),))])
    assert (found.family, found.signs) == ("liferay", ("a header of Liferay",))


def test_one_weak_sign_is_not_enough() -> None:
    found = recognise([page('<a href="/news/rss/">RSS</a>')])
    assert found.family == "generic"
    assert found.scores == {"nukeviet": 2}


def test_own_families_are_known_too(tmp_path: Path) -> None:
    (tmp_path / "nha").mkdir()
    sign = "[[signs]]\nwhere = 'markup'\npattern = 'cms-nha'\nweight = 5\ntold = 'x'\n"
    (tmp_path / "nha" / "_family.toml").write_text(f"name = 'CMS nhà'\n{sign}", encoding="utf-8")
    assert recognise([page('<div id="cms-nha">')], (tmp_path,)).family == "nha"
    (tmp_path / "nha" / "_family.toml").write_text(
        f"name = 'CMS nhà'\n{sign.replace('cms-nha', '(')}", encoding="utf-8"
    )
    with pytest.raises(ProfileError, match="regular expression"):
        signs_of((tmp_path,))


def test_every_family_but_the_generic_one_has_signs() -> None:
    assert {name for name, table in families().items() if not table.get("signs")} == {"generic"}


# -- what it is called ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "host", "name", "province", "slug"),
    [
        ("Trang nhất - Đảng ủy Khối tỉnh Vân Sơn", "127.0.0.1:80", "Đảng ủy Khối tỉnh Vân Sơn",
         None, "127-0-0-1-80"),
        ("CỔNG THÔNG TIN ĐIỆN TỬ TỈNH ỦY LẠNG SƠN", "tinhuylangson.vn", "Tỉnh ủy Lạng Sơn",
         "lang-son", "tinhuy-langson"),
        ("Trang chủ | Thành ủy Thành phố Hồ Chí Minh", "www.hcmcpv.org.vn",
         "Thành ủy Thành phố Hồ Chí Minh", "ho-chi-minh", "hcmcpv"),
        ("Home", "btg.dongthap.gov.vn", "btg.dongthap.gov.vn", "dong-thap", "btg-dongthap"),
        ("", "dangbokhoininhbinh.vn", "dangbokhoininhbinh.vn", "ninh-binh", "dangbokhoi-ninhbinh"),
        ("Báo cáo Quảng Nam - Đà Nẵng", "x.example", "Báo cáo Quảng Nam", None, "x-example"),
        ("Huyện ủy Sông Mây", "huyenuysongmay.vn", "Huyện ủy Sông Mây", None, "huyenuy-songmay"),
    ],
)  # fmt: skip
def test_names(title: str, host: str, name: str, province: str | None, slug: str) -> None:
    assert naming.committee([title], host) == name
    found = naming.province([title], host)
    assert (found.slug if found else None) == province
    assert naming.slug_of(host, found) == slug


@given(st.text(max_size=200), st.from_regex(r"[a-z0-9-]{1,20}(\.[a-z]{2,5}){1,3}", fullmatch=True))
def test_any_title_makes_a_name_and_any_host_a_slug(title: str, host: str) -> None:
    assert naming.committee([title], host)
    refusals.check_slug(naming.slug_of(host, naming.province([title], host)), (), ())


# -- where it begins ------------------------------------------------------------------------------

MENU = (
    '<nav><a href="/">Trang chủ</a><a href="/gioi-thieu">Giới thiệu</a>'
    '<a href="/chuyen-muc/van-ban">Văn bản</a><a href="/chuyen-muc/tin-tuc">Tin tức</a>'
    '<a href="/chuyen-muc/to-chuc">Tổ chức</a><a href="https://khac.vn/tin-tuc">Tin khác</a></nav>'
)
HOME = "https://tinhuy.example.vn"


def test_sections_are_the_menus_and_news_come_first() -> None:
    found = starts.sections(page(MENU), generic(f"{HOME}/"))
    assert found == tuple(f"{HOME}/chuyen-muc/{n}" for n in ("tin-tuc", "van-ban", "to-chuc"))


def test_without_a_menu_links_to_listings_are_sections() -> None:
    links = '<p><a href="/chuyen-muc/tin-tuc">Tin tức</a><a href="/bai-viet/mot-bai">Một bài</a>'
    assert starts.sections(page(links), generic(f"{HOME}/")) == (f"{HOME}/chuyen-muc/tin-tuc",)


def test_sitemaps_of_robots_and_of_the_family() -> None:
    robots = Exchange(
        f"{HOME}/robots.txt", NOW, status=200,
        body=b"Sitemap: /s.xml\nSitemap: https://khac.vn/s.xml\n",
    )  # fmt: skip
    assert starts.sitemaps([robots], generic(HOME)) == (f"{HOME}/s.xml",)
    assert starts.sitemaps([], generic(HOME)) == (f"{HOME}/sitemap.xml",)


# -- the profile ----------------------------------------------------------------------------------


def survey(**more: Any) -> Survey:
    known = recognise([page('<div class="DnnModule" id="dnn_A">')])
    made = Survey(
        "tinhuy-vidu", "Tỉnh ủy Ví Dụ", ("tinhuy.example.vn",), f"{HOME}/",
        provinces()["binh-phuoc"], "vi", known, 5.0, True, (f"{HOME}/a", f"{HOME}/b"), (),
        (f"{HOME}/rss",),
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def test_a_profile_is_written_and_loads() -> None:
    text = profile_text(survey())
    table = tomllib.loads(text)
    assert table["family"] == "dotnetnuke"
    assert table["province_now"] == "dong-nai"
    assert table["verified"] is False
    assert table["crawl"] == {"delay": 5.0}
    assert "its robots.txt asks for it" in text
    profile = drafted(survey())
    assert profile.start.listings == (f"{HOME}/a", f"{HOME}/b")
    assert profile.start.sitemaps == ()


@given(st.text(min_size=1).filter(str.strip))
def test_whatever_a_site_calls_itself_is_written_as_toml(name: str) -> None:
    assert tomllib.loads(profile_text(survey(name=name)))["name"] == name


# -- what stands in the way -----------------------------------------------------------------------


@pytest.mark.parametrize("url", ["ftp://a.vn/", "https://", "https://a b.vn:x/", ""])
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(InputError, match="http"):
        refusals.address(url)


def test_a_host_alone_is_an_address() -> None:
    assert refusals.address("tinhuy.example.vn") == f"{HOME}/"


def test_a_known_site_keeps_its_name() -> None:
    hosts = ("tinhuybinhphuoc.vn",)
    assert refusals.check_slug(None, hosts, ()) == "tinhuy-binhphuoc"
    with pytest.raises(InputError, match="tinhuy-binhphuoc already"):
        refusals.check_slug("khac", hosts, ())
    with pytest.raises(InputError, match="on other hosts"):
        refusals.check_slug("tinhuy-binhphuoc", ("khac.vn",), ())
    with pytest.raises(InputError, match="small letters"):
        refusals.check_slug("Tỉnh ủy", ("khac.vn",), ())
    assert "tinhuy-binhphuoc" in all_slugs()


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<h1>Tên miền này đã hết hạn</h1>", "notice"),
        ("<title>Index of /</title><h1>Index of /</h1>", "notice"),
        ("<h1>Website đang bảo trì</h1><p>Xin quay lại sau.</p>", "notice"),
        ('<h1>Đăng nhập</h1><form><input type="password"></form>', "login"),
    ],
)
def test_a_page_that_is_no_site(body: str, told: str) -> None:
    with pytest.raises(Exception, match=told) as error:
        refusals.check(page(body))
    assert error.value.next_step  # type: ignore[attr-defined]


def test_a_site_that_leads_away_and_one_that_is_silent() -> None:
    moved = Exchange(f"{HOME}/", NOW, status=301, headers=(("Location", "https://moi.vn/"),))
    assert "sites add https://moi.vn/" in str(refusals.no_page(Visit((moved,)), f"{HOME}/"))
    silent = Exchange(f"{HOME}/robots.txt", NOW, "failure", failure="dns: no such name")
    assert "dns" in str(refusals.no_page(Visit(robots=(silent,)), f"{HOME}/"))
    kept = Visit(disallowed=(f"{HOME}/",))
    assert "robots.txt" in str(refusals.no_page(kept, f"{HOME}/"))


def test_redirects_are_followed_in_what_came_back() -> None:
    first = Exchange(f"{HOME}/", NOW, status=302, headers=(("Location", "/trang-chu"),))
    last = Exchange(f"{HOME}/trang-chu", NOW, status=200, body=b"<p>x")
    assert Visit((first, last)).page(f"{HOME}/") is last
    circle = Exchange(f"{HOME}/", NOW, status=302, headers=(("Location", "/"),))
    assert Visit((circle,)).page(f"{HOME}/") is None
    assert hosts_of(f"{HOME}/") == ("tinhuy.example.vn", "www.tinhuy.example.vn")
    assert Door("x", ("127.0.0.1:80",)).loopback


# -- cases ----------------------------------------------------------------------------------------

ARTICLE = SITES / "nukeviet" / "article-45"


def test_a_case_comes_back_as_it_was_written(tmp_path: Path) -> None:
    one = exchange(ARTICLE)
    one = replace(one, headers=(*one.headers, ("Set-Cookie", "id=secret")))
    reading = read(one, family_profile("nukeviet", one.url, tmp_path))
    name = case.name_of(reading, one.url)
    folder = case.write(tmp_path / "site" / name, one, reading)
    known = case.load(folder)
    assert name == "article-giam-sat-chuyen-de-tai-dang-bo-xa-nam-ria-1207"
    assert known.exchange.body == one.body
    assert "secret" not in (folder / "meta.json").read_text(encoding="utf-8")
    assert known.expected == json.loads((ARTICLE / "expected.json").read_text(encoding="utf-8"))
    assert case.of_url(tmp_path / "site", one.url + "#x") == folder
    assert [found.name for found in case.of_site([tmp_path], "site")] == [name]
    with pytest.raises(InputError, match="--force"):
        case.write(folder, one, reading)
    case.write(folder, one, reading, force=True)
    (folder / "page.html").unlink()
    with pytest.raises(InputError, match="no whole case"):
        case.load(folder)


def states(recorded: dict[str, Any], now: dict[str, Any]) -> dict[str, str]:
    return {c.field: c.state for c in compare.compare("s", "p", recorded, now)}


def test_what_changed_field_by_field() -> None:
    before: dict[str, Any] = {
        "kind": "article", "title": "A", "published": "2025-01-02", "body": ["x"],
        "authors": [], "captions": ["c"], "lead": "l",
    }  # fmt: skip
    after = before | {"published": "2025-01-02T08:00+07:00", "body": ["y"], "authors": ["n"],
                      "captions": [], "lead": "l"}  # fmt: skip
    assert states(before, after) == {
        "title": "same", "published": "kind", "body": "changed", "authors": "new",
        "captions": "lost", "lead": "same",
    }  # fmt: skip
    gone: dict[str, Any] = {"kind": "listing", "items": [], "next": None}
    found = states(before, gone)
    assert found["kind"] == "kind"
    assert found["title"] == "lost"


def test_a_listing_is_another_one_every_day() -> None:
    dated = [{"title": "a", "url": "u", "published": "2025-01-02", "lead": None}]
    before: dict[str, Any] = {
        "kind": "listing",
        "items": dated,
        "next": {"method": "GET", "url": "x", "body": ""},
    }
    other = [{"title": "b", "url": "v", "published": "2025-02-02", "lead": None}]
    assert states(before, before | {"items": other}) == {"items": "same", "next": "same"}
    undated = [{**other[0], "published": None}]
    assert states(before, before | {"items": undated})["items"] == "kind"
    assert states(before, before | {"next": None})["next"] == "lost"


def test_when_a_profile_may_be_called_verified() -> None:
    article: dict[str, Any] = {
        "kind": "article",
        "title": "A",
        "published": "2025-01-02",
        "body": ["x"],
    }
    listing: dict[str, Any] = {
        "kind": "listing",
        "items": [{"title": "a", "published": None}],
        "next": None,
    }
    good = [*compare.fresh("s", "p", article), *compare.listed("s", "l", listing)]
    assert compare.may_be_verified(good)
    assert not compare.may_be_verified(compare.fresh("s", "p", article))
    undated = compare.fresh("s", "p", article | {"published": None})
    assert not compare.may_be_verified([*good, *undated])
    assert [c.state for c in compare.fresh("s", "p", listing)] == ["kind"]
