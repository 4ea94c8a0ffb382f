"""The reader in a real browser: searched, narrowed, read, compared, replayed and attacked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import DESKTOP, PHONE, Visit, browser, visit
from crawling import DemoDays, rows
from playwright.sync_api import Browser
from reading_room import hostile
from test_web_server import serving, url_in

pytestmark = pytest.mark.long

SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    with browser() as one:
        yield one


@contextmanager
def served(path: Path) -> Iterator[str]:
    with serving(path.parent, path) as (_, line):
        yield url_in(line)


@pytest.fixture(scope="module")
def demo(demo_days: DemoDays) -> Iterator[str]:
    with served(demo_days.path) as base:
        yield base


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    path = tmp_path_factory.mktemp("attacked") / "a.db"
    hostile(path).close()
    with served(path) as base:
        yield base, path


def pages_of(path: Path) -> list[str]:
    """One page of each kind, and of each state of article and capture."""
    changed, photo, absent, copied = (
        rows(path, f"SELECT article.key FROM article {which} LIMIT 1")[0][0]
        for which in (
            "JOIN version v ON v.article_id = article.id GROUP BY article.id HAVING count(*) > 1",
            "JOIN caption ON caption.version_id = article.version_id WHERE image IS NOT NULL",
            "JOIN page ON page.id = article.page_id WHERE page.state = 'gone'",
            "WHERE story_id IS NOT NULL",
        )
    )
    looks = [
        rows(path, f"SELECT id FROM capture WHERE {which} LIMIT 1")[0][0]
        for which in ("status = 200", "status = 301", "status = 404", "outcome = 'unchanged'",
                      "outcome = 'failure'", "url LIKE '%.docx'", "url LIKE '%.jpg'")
    ]  # fmt: skip
    return [
        "/", "/search?q=hoi+nghi", "/search?q=%22", "/search?q=khongcogi", "/sites", "/nowhere",
        f"/article/{changed}", f"/article/{changed}?version=1", f"/article/{changed}/history",
        f"/article/{changed}/diff", f"/article/{changed}/diff?view=inline", f"/article/{photo}",
        f"/article/{absent}", f"/article/{copied}", *(f"/capture/{one}" for one in looks),
    ]  # fmt: skip


def safe(one: Visit) -> None:
    """Nothing ran, nothing was asked of others, and the browser had nothing to complain of."""
    assert one.strayed() == []
    assert one.ran() == []
    assert [told for told in one.told if "404" not in told and "400" not in told] == []


def test_search_narrow_read_and_see_photos(opened: Browser, demo: str, demo_days: DemoDays) -> None:
    with visit(opened, demo) as one:
        page = one.go("/")
        page.get_by_role("searchbox").fill("hoi nghi bao cao vien")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?q=*")
        assert "hội nghị" in page.locator(".hit mark").first.inner_text().lower()
        before = page.locator("main").inner_text()
        facet = page.locator(".facets a[href*='site=']").first
        name = facet.locator("span").first.inner_text()
        facet.click()
        page.wait_for_url("**site=*")
        assert page.locator("main").inner_text() != before
        sites = page.locator(".hit .about a").all_inner_texts()
        assert sites and set(sites) == {name}
        page.locator(".hit h3 a").first.click()
        page.wait_for_url("**/article/*")
        assert page.locator("article h1").inner_text()
        assert page.locator("article .text p").count() > 1
        (key,) = demo_days.rows(
            "SELECT key FROM article JOIN caption ON caption.version_id = article.version_id"
            " WHERE image IS NOT NULL LIMIT 1"
        )[0]
        one.go(f"/article/{key}")
        photos = page.evaluate(
            "[...document.querySelectorAll('figure img')].map(i => i.naturalWidth)"
        )
        assert photos and min(photos) > 0
        safe(one)


def test_two_versions_are_compared(opened: Browser, demo: str, demo_days: DemoDays) -> None:
    (key,) = demo_days.rows(
        "SELECT key FROM article JOIN version ON version.article_id = article.id"
        " GROUP BY article.id HAVING count(*) > 1 LIMIT 1"
    )[0]
    with visit(opened, demo) as one:
        page = one.go(f"/article/{key}/history")
        page.get_by_label("Bản trước: phiên bản 1").check()
        page.get_by_label("Bản sau: phiên bản 2").check()
        page.get_by_role("button", name="So sánh").click()
        page.wait_for_url("**/diff?*")
        assert "a=1" in page.url and "b=2" in page.url
        assert page.locator("section ins, section del").first.is_visible()
        page.get_by_role("link", name="Một cột").click()
        page.wait_for_url("**view=inline**")
        assert page.locator("section .cell").count()
        safe(one)


def test_a_capture_is_replayed_in_its_frame(
    opened: Browser, demo: str, demo_days: DemoDays
) -> None:
    key, title = demo_days.rows(
        "SELECT key, title FROM article JOIN version ON version.id = article.version_id"
        " JOIN caption ON caption.version_id = version.id WHERE image IS NOT NULL LIMIT 1"
    )[0]
    with visit(opened, demo) as one:
        page = one.go(f"/article/{key}")
        page.get_by_role("link", name="Xem trang gốc đã lưu").click()
        page.wait_for_load_state("networkidle")
        frame = page.frames[1]
        assert "/replay/" in frame.url and title in " ".join(
            frame.locator("body").inner_text().split()
        )
        assert max(frame.evaluate("[...document.images].map(i => i.naturalWidth)")) > 0
        assert frame.evaluate("getComputedStyle(document.querySelector('h1,h2,h3')).color") == (
            "rgb(143, 18, 18)"  # as the site's own style sheet has it
        )
        here = page.url
        with page.expect_navigation():
            frame.locator("a[href^='/capture/']").first.click()
        assert "/capture/" in page.url and page.url != here
        safe(one)


def test_no_stored_script_runs_on_any_page(opened: Browser, attacked: tuple[str, Path]) -> None:
    base, path = attacked
    paths = ["/", "/search?q=tan+cong", "/sites", "/archive", "/archive/version", "/archive/site"]
    for (key,) in rows(path, "SELECT key FROM article"):
        paths += [f"/article/{key}{rest}" for rest in ("", "?version=1", "/history", "/diff")]
        paths += [f"/article/{key}/diff?view=inline"]
    for (number,) in rows(path, "SELECT id FROM capture WHERE status = 200"):
        paths += [f"/capture/{number}", f"/replay/{number}", f"/photo/{number}"]
    with visit(opened, base) as one:
        for at in paths:
            if "content-disposition" in one.page.request.get(base + at[1:]).headers:
                continue  # it is saved, not shown
            one.go(at)
            for frame in one.page.frames[1:]:
                for link in frame.locator("a:not([href])").all():
                    link.dispatch_event("click")
            assert one.ran() == [], at
            assert one.strayed() == [], at
            assert "dialog" not in one.told, at
            assert all(frame.url.startswith(base) for frame in one.page.frames), at


def test_the_language_is_switched_and_stays(opened: Browser, demo: str) -> None:
    with visit(opened, demo) as one:
        page = one.go("/")
        assert page.locator("html").get_attribute("lang") == "vi"
        page.get_by_role("link", name="EN", exact=True).click()
        assert page.locator("html").get_attribute("lang") == "en"
        one.go("/sites")
        assert page.locator("html").get_attribute("lang") == "en"
    with visit(opened, demo, locale="en-US") as one:
        assert one.go("/").locator("html").get_attribute("lang") == "en"


def test_no_page_is_wider_than_a_phone(
    opened: Browser, demo: str, demo_days: DemoDays, attacked: tuple[str, Path]
) -> None:
    with visit(opened, demo, PHONE) as one:
        wide = {path: one.overflow() for path in pages_of(demo_days.path) if one.go(path)}
    assert {path: pixels for path, pixels in wide.items() if pixels} == {}
    base, path = attacked  # titles, addresses and headers of hundreds of characters without a space
    long = ["/search?q=tan+cong", "/sites", "/capture/1"]
    for (key,) in rows(path, "SELECT key FROM article"):
        long += [f"/article/{key}{rest}" for rest in ("", "/history", "/diff", "/diff?view=inline")]
    with visit(opened, base, PHONE) as one:
        wide = {at: one.overflow() for at in long if one.go(at)}
    assert {at: pixels for at, pixels in wide.items() if pixels} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_every_page_can_be_used_by_all(
    opened: Browser, demo: str, demo_days: DemoDays, scheme: str, size: tuple[int, int]
) -> None:
    found: dict[str, Sequence[object]] = {}
    with visit(opened, demo, size, color_scheme=scheme) as one:
        for path in pages_of(demo_days.path):
            violations = Axe().run(one.go(path)).response["violations"]
            serious = [
                (told["id"], told["nodes"][0]["html"][:200])
                for told in violations
                if told["impact"] in SERIOUS
            ]
            if serious:
                found[path] = serious
    assert found == {}


def test_a_dark_screen_gets_dark_pages(opened: Browser, demo: str) -> None:
    def ground(scheme: str) -> int:
        with visit(opened, demo, color_scheme=scheme) as one:
            colour = one.go("/").evaluate(
                "getComputedStyle(document.documentElement).backgroundColor"
            )
        return sum(map(int, colour.strip("rgb()").split(",")))

    assert ground("dark") < 150 < 600 < ground("light")


def test_pages_print_and_read_without_their_style(opened: Browser, demo: str) -> None:
    with visit(opened, demo, java_script_enabled=False) as one:
        page = one.go("/search?q=hoi+nghi")
        assert page.locator(".hit").count() > 3
        page.emulate_media(media="print")
        assert not page.locator("header nav").is_visible()
