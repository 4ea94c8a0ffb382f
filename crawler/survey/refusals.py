"""Why a site cannot be looked at, each with the next step."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from archive.errors import CrawlError, InputError, LuutruError, ProfileError
from archive.reading_kinds import NOTICES
from archive.types import Exchange
from archive.urls import canonical
from crawler.pages.document import Document
from crawler.pages.text import text_of
from crawler.profile import generic
from crawler.profile_loader import read_table, site_files
from crawler.reading import read
from crawler.survey.visit import Visit

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


def address(url: str) -> str:
    """*url* in whole; a host alone is taken as https://HOST/. ``InputError`` if it is none."""
    whole = url if "://" in url else f"https://{url}"
    try:
        canonical(whole)
    except ValueError:
        raise InputError(
            f"{url!r} is no http or https address.", "Give the site's home page, https://…"
        ) from None
    return whole if urlsplit(whole).path else f"{whole}/"


def check_slug(slug: str | None, hosts: Sequence[str], dirs: tuple[Path, ...]) -> str | None:
    """The site that has one of these hosts already, if there is one; its profile keeps its name.

    A second profile of one start point would crawl, and count, every page twice.
    """
    known = owner(hosts, dirs)
    if slug is None:
        return known
    if not _SLUG.fullmatch(slug):
        raise InputError(
            f"{slug!r} cannot be a site's name.",
            "Use small letters, digits and hyphens, as in tinhuy-langson.",
        )
    if known is not None and known != slug:
        raise InputError(
            f"{hosts[0]} is the site {known} already.",
            f"Leave --name out: a profile of yours called {known} goes before that one.",
        )
    if known is None and slug in site_files(dirs):
        raise InputError(
            f"There is a site {slug} already, on other hosts.", "Choose another --name."
        )
    return known


def owner(hosts: Sequence[str], dirs: tuple[Path, ...]) -> str | None:
    """The site whose profile names one of *hosts*."""
    for slug, file in site_files(dirs).items():
        try:
            table = read_table(file.path)
        except ProfileError:
            continue  # its own load tells
        named = table.get("hosts", ())
        if isinstance(named, list) and set(named) & set(hosts):
            return slug
    return None


def no_page(seen: Visit, url: str) -> LuutruError:
    """There is no page at *url*: why."""
    host = urlsplit(url).netloc
    away = seen.leads_away(url)
    if away is not None:
        there = urlsplit(away).netloc
        return InputError(
            f"{host} sends its visitors on to {there}.", f"Try `luutru sites add {away}`."
        )
    if seen.is_disallowed(url):
        return CrawlError(
            f"robots.txt of {host} keeps crawlers from {url}.",
            "Nothing was asked for. Ask the site's office for leave, or give another page of it.",
        )
    last = seen.last(url) or (seen.robots[-1] if seen.robots else None)
    if last is None:
        return CrawlError(f"{host} was not asked.", seen.problem or "Try again later.")
    if last.outcome == "failure":
        return _silent(host, last.failure or "")
    robots = last in seen.robots
    what = f"{'robots.txt of ' if robots else ''}{host} answers with status {last.status}"
    if robots:
        return CrawlError(f"{what}, so nothing may be asked for.", "Try again later.")
    if last.status in (401, 403):
        return CrawlError(f"{what}: it refuses crawlers, or asks for a login.",
                          "Look at it in a browser; ask the site's office for leave.")  # fmt: skip
    if last.status is not None and last.status < 400:
        return CrawlError(f"{what} and no page.", "Give an address that a browser ends at.")
    if last.status in (404, 410):
        return CrawlError(f"{what}: there is no {url}.", "Check the address in a browser.")
    return CrawlError(f"{what}.", "Look at it in a browser, and try again later.")


def _silent(host: str, failure: str) -> LuutruError:
    kind, _, words = failure.partition(":")
    steps = {
        "dns": "Check how the address is written; a site that is gone may be in another's archive "
        "(`luutru import`).",
        "tls": "Its certificate is not good; try http:// if the site answers there.",
        "refused": "A public site is asked, not a private address.",
        "timeout": "Try again later, or from a network that the site answers to.",
    }
    step = steps.get(kind, "Check the address in a browser, and try again later.")
    return CrawlError(f"{host} gave no answer ({kind}: {words.strip()[:120]}).", step)


def check(page: Exchange) -> None:
    """Refuses a home page that is no site: a login, a notice, a parked name."""
    host = urlsplit(page.url).netloc
    reading = read(page, generic(page.url))
    if reading.kind == "login":
        raise CrawlError(
            f"{host} asks for a login.", "Only public pages are crawled; give one that is public."
        )
    if b"<" not in page.body[:4_000]:
        raise CrawlError(f"{host} sends no HTML.", "Give the address of its home page.")
    if reading.kind not in NOTICES:
        return
    words = text_of(Document.parse(page).tree)
    if reading.kind == "foreign":
        raise CrawlError(
            f"{host} is no committee's site: {words[:100]!r}.",
            "Its domain may have lapsed; another's archive may hold it: `luutru import`.",
        )
    if reading.kind != "error":
        raise CrawlError(
            f"{host} shows a notice, not a site: {words[:100]!r}.",
            "Its former pages may be in another's archive: `luutru import` takes those in.",
        )
    raise CrawlError(f"{host} shows an error: {words[:100]!r}.", "Try again later.")
