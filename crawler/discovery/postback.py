"""ASP.NET's `__doPostBack('target','argument')`: a link that posts the page's own form.

What a browser sends: the form's fields (view state, event validation, what stands in its search
boxes) with the two of the event set. Lists of choice are left out: pagers do not need them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlencode

from lxml.etree import _Element

from archive.types import Found
from crawler.discovery.anchors import absolute, anchors
from crawler.discovery.classify import Classifier
from crawler.discovery.pager import unlinked
from crawler.pages.document import Document
from crawler.pages.text import text_of

CALL = re.compile(r"""__doPostBack\(\s*(['"])(.*?)\1\s*,\s*(['"])(.*?)\3\s*\)""")
TARGET, ARGUMENT = "__EVENTTARGET", "__EVENTARGUMENT"
LONGEST_BODY = 2_000_000  # characters; a view state of more is a fault of the site
DOTS = frozenset({"...", "…"})  # the pager's way to its next ten numbers
MOST = 60  # numbers of a page's pagers: what has more is a table of them
NOT_SENT = frozenset({"submit", "button", "image", "reset", "file"})


@dataclass(frozen=True, slots=True)
class Postback:
    """The event that a link fires."""

    element: _Element
    target: str
    argument: str

    @property
    def number(self) -> int | None:
        """The page's number: what the link says, else what the argument (`Page$2`) does."""
        text = text_of(self.element)
        if text.isdigit():
            return int(text)
        found = re.search(r"\$(\d+)$", self.argument)
        return int(found[1]) if found else None


def postback_of(element: _Element) -> Postback | None:
    """The event of a link's `href` or `onclick`, None if it fires none."""
    for name in ("href", "onclick"):
        value = element.get(name) or ""
        found = CALL.search(value) if "__doPostBack" in value else None
        if found:
            return Postback(element, found[2], found[4])
    return None


def post_next(
    doc: Document, judge: Classifier, is_next: Callable[[_Element], bool]
) -> Found | None:
    """The request for the next page of a list whose pages are posted for."""
    events = [found for a in anchors(doc) if (found := postback_of(a.element)) is not None]
    event = _choose(events, is_next) or _button(doc, is_next)
    if event is None:
        return None
    form = next(event.element.iterancestors("form"), None)
    if form is None:
        form = next(doc.tree.iter("form"), None)
    if form is None:
        return None
    url = judge.wanted(absolute(doc.base, form.get("action") or "") or doc.url, doc.time)
    body = urlencode(form_fields(form, event)).encode("ascii")
    if url is None or len(body) > LONGEST_BODY:
        return None
    return Found(url, "listing", "pagination", method="POST", body=body)


def _choose(events: list[Postback], is_next: Callable[[_Element], bool]) -> Postback | None:
    """The event of the pager's next page: by its words, else by the number after this page's."""
    for event in events:
        if is_next(event.element):
            return event
    numbered = (
        event
        for event in events
        if event.number is not None
        and ((words := text_of(event.element)).isdigit() or words in DOTS)
    )
    for event in islice(numbered, MOST):
        current = unlinked(event.element)
        if current is not None and event.number == current + 1:
            return event
    return None


def _button(doc: Document, is_next: Callable[[_Element], bool]) -> Postback | None:
    """The button of a pager: its form sends its name in the place of an event."""
    if doc.by_id(TARGET) is None:
        return None  # another's form: a button of it may do anything
    for field in doc.tree.iter("input", "button"):
        if (field.get("type") or "submit").lower() != "submit" or not field.get("name"):
            continue
        if field.get("disabled") is None and is_next(field):
            return Postback(field, "", "")
    return None


def form_fields(form: _Element, event: Postback) -> list[tuple[str, str]]:
    """Name and value pairs: the event's first, then the form's in document order."""
    sent = [(TARGET, event.target), (ARGUMENT, event.argument)]
    if event.element.tag in {"input", "button"}:
        sent.append((event.element.get("name") or "", event.element.get("value") or ""))
    for field in form.iter("input"):
        name, kind = field.get("name"), (field.get("type") or "text").lower()
        if not name or name in {TARGET, ARGUMENT} or kind in NOT_SENT:
            continue
        if kind in {"checkbox", "radio"} and field.get("checked") is None:
            continue
        sent.append((name, field.get("value") or ""))
    return sent
