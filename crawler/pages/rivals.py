"""What each field competed with: for those who write a profile and see a wrong value.

It reads the values that the steps left behind and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from crawler.pages import authors, lead, sections, title
from crawler.pages.blocks import Box
from crawler.pages.composing import Steps
from crawler.pages.document import Document
from crawler.pages.extract import steps_of
from crawler.pages.work import Profile, Work

BEST = 4  # rivals of one field that are told
LONG = 90  # letters of a value
WORTH = 0.25  # of the best box's worth: a box with less was no rival


@dataclass(frozen=True, slots=True)
class Rival:
    """A value that a field could have had. ``why`` names the rule, its score where it has one."""

    field: str
    value: str
    why: str


def rivals(doc: Document, profile: Profile) -> tuple[Rival, ...]:
    """What the fields of *doc* were chosen among, the chosen ones too; () for no article."""
    found = steps_of(doc, profile)
    if found is None:
        return ()
    work, steps = found
    told = (*_boxes(work), *_taken_out(steps), *_titles(work), *_dates(steps))
    return (*told, *_leads(work, steps), *_authors(work, steps), *_sections(work))


def _short(text: str) -> str:
    return text if len(text) <= LONG else f"{text[:LONG]}…"


def _boxes(work: Work) -> Iterator[Rival]:
    """The boxes with most prose; of those that hold each other the inner one."""
    ground, boxes = work.ground, work.ground.page.boxes
    by_worth = sorted(range(len(boxes)), key=lambda n: (-ground.worth(n), -n))
    kept: list[int] = []
    most = max((ground.worth(n) for n in by_worth[:1]), default=0.0)
    for number in by_worth:
        if ground.worth(number) < most * WORTH or len(kept) >= BEST:
            break
        if any(ground.page.inside(number, k) or ground.page.inside(k, number) for k in kept):
            continue
        kept.append(ground.core(number))
    for number in kept:
        place = "the text's box" if number == work.outer else "another box"
        yield Rival("body", _name(boxes[number]), f"{place}, prose {ground.worth(number):.0f}")
    if work.outer not in kept:
        chosen = work.evidence.get("body", "")
        yield Rival("body", _name(boxes[work.outer]), f"the text's box, by {chosen}")


def _name(box: Box) -> str:
    """The element as a CSS selector would name it."""
    name = box.tag
    if box.element.get("id"):
        name += f"#{box.element.get('id')}"
    return name + "".join(f".{word}" for word in (box.element.get("class") or "").split()[:3])


def _taken_out(steps: Steps) -> Iterator[Rival]:
    """Lines in the text's box that are not of the text, by the rule that took them out."""
    out = [p for p in steps.parts.parts if p.inside and p.rule and p.role in ("side", "related")]
    for rule, parts in groupby(sorted(out, key=lambda part: part.rule), key=lambda part: part.rule):
        lines = [part.text for part in parts if part.text]
        if lines:
            yield Rival("body", _short(lines[0]), f"not of the text: {rule}, {len(lines)} lines")


def _titles(work: Work) -> Iterator[Rival]:
    told = title.told_titles(work.meta)
    seen = sorted(title.headings(work.ground, told, work.first), key=lambda one: -one[0])
    for score, one in seen[:BEST]:
        yield Rival("title", _short(one.text), f"{one.rule}, score {score:.1f}")
    for rule, text in told:
        yield Rival("title", _short(text), rule)


def _dates(steps: Steps) -> Iterator[Rival]:
    dated = steps.dated
    for one in sorted(dated.seen, key=lambda seen: -seen.weight)[:BEST]:
        kind = "printed as an update" if one.edited else "printed"
        yield Rival("published", one.value, f"{kind}, weight {one.weight:.1f}")
    for value, rule in dated.told[:BEST]:
        yield Rival("published", value, rule)
    for refused in dict.fromkeys(dated.refused):
        value, _, why = refused.partition(": ")
        yield Rival("published", value, f"refused: {why}")


def _leads(work: Work, steps: Steps) -> Iterator[Rival]:
    for part in steps.parts.of("lead"):
        yield Rival("lead", _short(part.text), part.rule)
    for text in dict.fromkeys(lead.descriptions(work.meta)):
        yield Rival("lead", _short(text), "the page's description")


def _authors(work: Work, steps: Steps) -> Iterator[Rival]:
    for part in steps.parts.of("byline"):
        yield Rival("authors", _short(part.text), f"line: {part.rule}")
    for rule, names in authors.told_names(work.meta):
        for name in names[:BEST]:
            yield Rival("authors", _short(name), rule)


def _sections(work: Work) -> Iterator[Rival]:
    line = work.head.line if work.head is not None else -1
    for rule, names in sections.paths(work.doc, work.ground, work.meta, line):
        if any(names):
            yield Rival("section", _short(" › ".join(name for name in names if name)), rule)
