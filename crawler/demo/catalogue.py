"""What each sample committee published: the leading article, some sixty more, and their fates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from crawler.demo import bylines, dates, later, linking
from crawler.demo.content import DemoArticle, Para, Photo
from crawler.demo.documents import GUIDE_DOCX, PLAN_PDF
from crawler.demo.leading import leading
from crawler.demo.plaintext import credit_of, slugify
from crawler.demo.plan import Section
from crawler.demo.wording import Dice, Draft, draft, extra_slots, wording

TRAITS: Mapping[int, str] = {
    12: "nfd", 13: "entities", 14: "bare", 16: "windows-1258", 17: "twin", 18: "twin",
    19: "slow", 20: "fails-once", 21: "fails-twice", 25: "entities", 26: "bare", 28: "malformed",
}  # fmt: skip
"""Place in the catalogue -> what is odd about the page:

nfd            letters decomposed, in the address too       twin        stands at two addresses
entities       numeric entities inside of words             slow        two seconds to answer
bare           text without paragraphs, breaks between      fails-once, fails-twice
windows-1258   and no word on the encoding                              500 first, then the page
malformed      tags that nothing closes or opened, no end of the page
captions-below photos and captions as paragraphs of their own (the leading article and extra ones)
label          the byline stands where the family puts it, not as the last line of the text
"""

ATTACHED = {
    11: ("Kế hoạch tuyên truyền quý IV", PLAN_PDF),
    22: ("Hướng dẫn sinh hoạt chi bộ", GUIDE_DOCX),
}
STRUCTURED = (15, 27, 39)  # with headings, a list, a table and a quotation
SHARED = {30: "shared-a", 31: "shared-b", 32: "shared-c"}
"""Texts that stand on two sites, by place; each site leaves out one of the three."""

SECTION_OF_OTHERS = ("Tin tức - Sự kiện",)
RECENT = 10  # places 1 to 10 were published in the last six days
NEW = 3  # articles of day 2

_LEFT_OUT = {"demo-nukeviet": 32, "demo-liferay": 31, "demo-sharepoint": 30}
_FIRST_NUMBER = {"demo-nukeviet": 1201, "demo-liferay": 402101, "demo-sharepoint": 3101}
_TOPICS = (1, 0, 2, 1, 4, 0, 1, 3, 5, 1, 2, 1)
_DATE_FORMS = {
    "demo-nukeviet": ("weekday", "weekday", "seconds-12h", "time-comma", "dash", "month-word"),
    "demo-liferay": ("bar-12h", "day-views", "time-first", "bullet", "posted", "plain"),
    "demo-sharepoint": (
        "plain", "posted-views", "day-brackets", "day-updated", "time-first", "posted",
    ),
}  # fmt: skip
_TRIES = 8  # for a title of its own; in a great catalogue some come twice
_EDITED_AFTER = timedelta(minutes=95)


def articles(site: str, count: int, today: date) -> tuple[DemoArticle, ...]:
    """The site's articles in the order of the catalogue, those of day 2 last."""
    made = [given(replace(leading(), tags=("tuyên truyền miệng", "sinh hoạt chi bộ")))]
    titles: set[str] = set()
    for place_ in range(1, count + NEW + 1):
        since = 1 if place_ <= count else 2
        article = _article(site, place_, _moment(site, place_, since, today), titles)
        titles.add(article.title)
        made.append(replace(article, since=since))
    return tuple(later.change(n, article, today) for n, article in enumerate(made))


def given(article: DemoArticle) -> DemoArticle:
    """An article that came as plain text, to be laid out as it was: it gets no boxes of links,
    and a section if it names none."""
    section = article.section or SECTION_OF_OTHERS
    return replace(article, section=section, traits=article.traits | {"captions-below"})


def place(site: str, every: Sequence[DemoArticle]) -> tuple[DemoArticle, ...]:
    """The articles with their numbers, edit times and link boxes on that site."""
    first = _FIRST_NUMBER[site]
    numbered = [_numbered(article, first + n) for n, article in enumerate(_distinct(every))]
    return tuple(linking.link(site, n, article, numbered) for n, article in enumerate(numbered))


def _distinct(every: Sequence[DemoArticle]) -> Iterator[DemoArticle]:
    """A given article may have the title of another; its address must be its own."""
    taken: set[str] = set()
    for n, article in enumerate(every):
        slug = article.slug if article.slug not in taken else f"{article.slug}-{n}"
        taken.add(slug)
        yield replace(article, slug=slug) if slug != article.slug else article


def sections(every: Sequence[DemoArticle]) -> tuple[Section, ...]:
    """The sections that the articles stand in, the largest first."""
    known = {tuple(names): slug for slug, names in wording()["sections"].items()}
    counts: dict[tuple[str, ...], int] = {}
    for article in every:
        counts[article.section] = counts.get(article.section, 0) + 1
    ranked = sorted(counts, key=lambda names: (-counts[names], names))
    return tuple(Section(known.get(n) or slugify(n[-1]) or "tin-tuc", n) for n in ranked)


def _article(site: str, at: int, moment: datetime, taken: set[str]) -> DemoArticle:
    shared = SHARED.get(at) if _LEFT_OUT[site] != at else None
    seed = shared or f"{site} {at}"
    topics = wording()["topic"]
    topic = topics[_TOPICS[at % len(_TOPICS)]]
    words = draft(seed, topic, moment, 4 + at % 3)
    for _ in range(_TRIES):
        if words.title not in taken:
            break
        seed += "+"
        words = draft(seed, topic, moment, 4 + at % 3)
    form = _DATE_FORMS[site][at % len(_DATE_FORMS[site])]
    trait = TRAITS.get(at)
    signed = bylines.signed(Dice(seed + site), at)
    slug = _broken_slug(words.title) if trait == "nfd" else slugify(words.title)
    label = {"label"} if signed.labelled else set()
    return DemoArticle(
        slug=f"{slug}-{at}",
        title=words.title,
        section=words.section,
        lead=_lead(at, words),
        published=dates.as_shown(form, moment),
        edited=(moment + _EDITED_AFTER).isoformat(timespec="seconds"),
        date_form=form,
        authors=signed.authors,
        byline=signed.byline,
        source=signed.source,
        pieces=tuple(_pieces(site, at, words, seed, moment)),
        attachments=(ATTACHED[at],) if at in ATTACHED else (),
        tags=words.tags if site == "demo-nukeviet" and at % 2 == 0 else (),
        traits=frozenset(({trait} if trait else set()) | label),
    )


def _lead(at: int, words: Draft) -> str | None:
    if at % 4 == 3:
        return None
    if at % 5 != 0:
        return words.lead
    prefixes = wording()["lead_prefixes"]
    return f"{prefixes[at // 5 % len(prefixes)]} {words.lead}"


def _pieces(
    site: str, at: int, words: Draft, seed: str, moment: datetime
) -> Iterator[Para | Photo]:
    photos = iter(_photos(site, at, words))
    if at % 6 == 5:
        yield from _next(photos)
    for n, text in enumerate(words.paragraphs):
        joined = n == 3 and at % 9 == 0
        yield Para(text, joined=joined)
        if at in STRUCTURED and n == 1:
            yield from _structured(seed, moment)
        if n % 2 == 0 and not (at % 9 == 0 and n == 2):
            yield from _next(photos)


def _next(photos: Iterator[Photo]) -> Iterator[Photo]:
    photo = next(photos, None)
    if photo is not None:
        yield photo


def _photos(site: str, at: int, words: Draft) -> list[Photo]:
    """None, one or two; some without a caption, some with one over two lines."""
    count = (1, 2, 0, 1, 2, 1)[at % 6]
    made = []
    for n in range(count):
        caption = words.captions[(at + n) % len(words.captions)]
        key = f"{site.removeprefix('demo-')}-{at}-{n + 1}"
        if at % 8 == 0 and n == 0:
            made.append(Photo(key))
            continue
        made.append(Photo(key, _lines(caption, at % 7 == 0), credit_of(caption)))
    return made


def _lines(caption: str, broken: bool) -> tuple[str, ...]:
    words = caption.split()
    if not broken or len(words) < 8:
        return (caption,)
    half = len(words) * 2 // 3
    return " ".join(words[:half]), " ".join(words[half:])


def _structured(seed: str, moment: datetime) -> Iterator[Para]:
    extras = wording()["extras"]
    slots = extra_slots(seed, moment)
    yield Para(Dice(seed).pick("heading", extras["headings"]), "heading")
    yield from (Para(text, "item") for text in extras["items"])
    yield from (Para(row.format(**slots), "row") for row in extras["rows"])
    yield Para(extras["quote"], "quote")


def _moment(site: str, at: int, since: int, today: date) -> datetime:
    """When the article appeared: today, in the last days, or somewhere from 2010 on."""
    dice = Dice(SHARED.get(at, f"{site} {at}") + " time")
    clock = time(dice.number("hour", 7, 16), dice.number("minute", 0, 59), tzinfo=dates.HANOI)
    if since > 1:
        return datetime.combine(today + timedelta(days=1), clock.replace(hour=6 + at % 2))
    if at <= RECENT:
        return datetime.combine(today - timedelta(days=1 + at // 2), clock)
    first = date(2010, 1, 6)
    span = (today - timedelta(days=45) - first).days
    years_apart = (at * 7919 + dice.number("day", 0, 300)) % span
    return datetime.combine(first + timedelta(days=years_apart), clock)


def _numbered(article: DemoArticle, number: int) -> DemoArticle:
    edited = article.edited
    if edited is None and "T" in article.published:
        moment = datetime.fromisoformat(article.published) + _EDITED_AFTER
        edited = moment.isoformat(timespec="seconds")
    placed = replace(article, number=number, edited=edited or article.published)
    if article.later is None:
        return placed
    return replace(placed, later=replace(article.later, number=number))


def _broken_slug(title: str) -> str:
    """As a CMS makes it of decomposed letters: each mark becomes a hyphen (`chu-c`, `ta-ng`)."""
    apart = unicodedata.normalize("NFD", title.lower().replace("đ", "d"))
    words = re.sub(r"[\u0300-\u036f]", "-", apart)
    return "-".join(re.findall(r"[a-z0-9]+", words)[:16])
