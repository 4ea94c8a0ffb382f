"""What somebody must look at by hand before a new profile is used."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from crawler.survey.signs import ENOUGH
from crawler.survey.values import NEEDED, Survey


def notes(survey: Survey) -> tuple[str, ...]:
    """A sentence for each doubt."""
    return (*_site(survey), *_lists(survey), *_articles(survey))


def _site(survey: Survey) -> Iterator[str]:
    known = survey.recognised
    near = [n for n, s in known.scores.items() if s >= ENOUGH and n != known.family]
    if known.family == "generic":
        yield "No CMS was recognised: the generic rules read it, look at the articles with care."
    elif near:
        yield f"It has signs of {known.family}, and of {', '.join(near)} too."
    if survey.name in survey.hosts:
        yield "The home page does not name the committee: write its name."
    if survey.province is None:
        yield "The province is not known: write province_then."
    if survey.language and not survey.language.lower().startswith("vi"):
        yield f"The home page calls its language {survey.language!r}."
    home = survey.of("home")
    if home and not home[0].reading.found:
        yield ("The home page has no links: it may be made by scripts, which are not run, "
               "or lead on by a frame. Give --name and a listing's address.")  # fmt: skip


def _lists(survey: Survey) -> Iterator[str]:
    listings = survey.of("listing")
    if not survey.listings:
        yield "No section was found in the menu: write the listings under [start]."
    empty = [urlsplit(one.exchange.url).path for one in listings if not one.reading.items]
    if empty:
        yield f"No articles were found on {', '.join(empty)}: is it a listing?"
    full = [one for one in listings if one.reading.items]
    if full and not any(one.reading.next for one in full):
        yield ("No next page was found: older articles come only from sitemap and feed, "
               "if the listing has more than one page.")  # fmt: skip
    if not survey.sitemaps and not survey.feeds:
        yield "Neither sitemap nor feed answers: the listings alone tell what is new."


def _articles(survey: Survey) -> Iterator[str]:
    pages = survey.of("article")
    if not pages:
        yield "No article was found: give the address of a listing, `luutru sites add URL`."
    for one in pages:
        lost = [name for name in NEEDED if name not in one.fields]
        if one.reading.article is None:
            yield f"{one.exchange.url} was read as {one.reading.kind}, not as an article."
        elif lost:
            yield f"{one.exchange.url}: no {', no '.join(lost)}."
    bodies = [one.fields.get("title") for one in pages if "title" in one.fields]
    if len(bodies) > 1 and len(set(bodies)) == 1:
        yield "All articles have one title: it may be the site's, not theirs."
