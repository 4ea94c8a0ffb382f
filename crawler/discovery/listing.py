"""The articles that a listing names: `item` selectors of the profile, else repeated structure.

Every link with a headline is an entry; the largest element around it that holds no other entry is
its place. Entries whose places stand alike are a group; the group that looks most like a list of
articles (headings, dates, leads) is the page's, and those that look as good stand beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lxml.etree import _Element

from archive.types import Item
from crawler.discovery.anchors import absolute
from crawler.discovery.classify import Classifier, classifier, is_home
from crawler.discovery.entries import entries, look_around
from crawler.discovery.groups import Group, grouped
from crawler.pages import dates
from crawler.pages.document import Document
from crawler.pages.text import settle, text_of
from crawler.profile import Fields, SiteProfile
from crawler.selectors import select

ALIKE = 0.6  # a group as rich as this share of the best one is part of the listing
LEAST = 1.5  # score; one bare link is no listing
TELLING = 2.0  # richness: a link with more than words and a picture
RICH = 3.5  # an entry with a heading and a date, or a lead and a picture
NEAR = 2  # levels above the best group's list in which its other parts may stand
LONGEST_LEAD = 1_500


@dataclass(frozen=True, slots=True)
class Listing:
    """The items of a page, the elements they stand in, and whether they tell much of each."""

    items: tuple[Item, ...] = ()
    places: tuple[_Element, ...] = ()
    rich: bool = False
    rule: str = ""


def items(doc: Document, profile: SiteProfile) -> tuple[Item, ...]:
    """The articles of a listing in its order, each once; empty if the page lists none."""
    return listing(doc, profile).items


def listing(doc: Document, profile: SiteProfile) -> Listing:
    """The page's list of articles, by selectors or by structure."""
    declared = _by_profile(doc, profile)
    if declared is not None:
        return declared
    groups = grouped(entries(doc, profile))
    if not groups:
        return Listing()
    best = max(groups, key=lambda group: group.score)
    if best.aside or best.score < LEAST:
        return Listing()  # the boxes of every page are left: this one lists nothing
    home = is_home(doc.url, profile)
    judge = classifier(profile)
    chosen = [e for group in groups if _belongs(group, best, home, judge) for e in group.entries]
    chosen.sort(key=lambda entry: entry.order)
    made: dict[tuple[str, str], Item] = {}
    for entry in chosen:
        key = _same(entry.url, entry.title)
        if key not in made:
            around = entry.around
            made[key] = _item(entry.title, entry.url, around.published, around.lead)
    places = tuple(entry.place for entry in chosen)
    return Listing(tuple(made.values()), places, best.richness >= RICH, "repeated structure")


def _same(url: str, title: str) -> tuple[str, str]:
    """What two entries of one article share: an article filed under two sections has two
    addresses with one name and number at their end."""
    name = url.rpartition("/")[2]
    return (name, title) if any(map(str.isdigit, name)) and "-" in name else (url, "")


def _belongs(group: Group, best: Group, home: bool, judge: Classifier) -> bool:
    if group is best:
        return True
    if group.aside:
        return False
    if group.richness < TELLING and not any(judge.kind(e.url) == "article" for e in group.entries):
        return False  # long words of a banner, beside what is called an article
    return home or (group.richness >= ALIKE * best.richness and _near(group, best))


def _near(group: Group, best: Group) -> bool:
    """Whether the two stand in one column: the lead story above the list, or its second half."""
    node = best.entries[0].place.getparent()
    places = {entry.place for entry in group.entries}
    for _ in range(NEAR):
        if node is None:
            return False
        if any(_inside(place, node) for place in places):
            return True
        node = node.getparent()
    return False


def _inside(element: _Element, container: _Element) -> bool:
    return any(above is container for above in element.iterancestors())


def _by_profile(doc: Document, profile: SiteProfile) -> Listing | None:
    """What the profile's selectors find; a place without a title's link is passed over."""
    fields = profile.fields_at(doc.time)
    places, selector = select(doc.tree, fields.get("item", ()))
    judge = classifier(profile)
    made: dict[str, Item] = {}
    for place in places:
        anchor = _title_anchor(place, fields)
        if anchor is None:
            continue
        url = judge.wanted(absolute(doc.base, anchor.get("href", "")), doc.time)
        title = text_of(anchor) or settle(anchor.get("title"))
        if url is None or not title:
            continue
        around = look_around(place, title)
        published = _declared(place, fields, "item_date", dates.first) or around.published
        lead = _declared(place, fields, "item_lead", str) or around.lead
        made.setdefault(url, _item(title, url, published, lead))
    if not made:
        return None
    return Listing(tuple(made.values()), tuple(places), True, f"profile: {selector}")


def _item(title: str, url: str, published: str | None, lead: str | None) -> Item:
    return Item(title, url, published, lead[:LONGEST_LEAD] if lead else None)


def _title_anchor(place: _Element, fields: Fields) -> _Element | None:
    """The title's link: what `item_title` finds in *place*, else its first link with words."""
    found, _ = select(place, fields.get("item_title", ()))
    for element in found or [place]:
        if isinstance(element, str):
            continue
        for anchor in element.iter("a"):
            if anchor.get("href") and (found or text_of(anchor)):
                return anchor  # type: ignore[no-any-return] # XPath's results have no type
    return None


def _declared(
    place: _Element, fields: Fields, name: str, read: Callable[[str], str | None]
) -> str | None:
    """The first of the texts that the field's selectors find in *place* that can be read."""
    found, _ = select(place, fields.get(name, ()))
    for element in found:
        text = settle(element) if isinstance(element, str) else text_of(element)
        value = read(text) if text else None
        if value:
            return value
    return None
