"""Values as a card in Markdown prints them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from archive.clock import from_iso
from archive.times import VIETNAM


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """The lines of a table."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(map(_cell, row))} |"


def _cell(value: object) -> str:
    text = f"{value:,}" if isinstance(value, int) else str(value)
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def share(part: int, whole: int) -> str:
    """Per cent; 100 % only if it is the whole, 0 % only if it is nothing."""
    if not whole:
        return "–"
    if part in (0, whole):
        return f"{100 * part // whole} %"
    return f"{min(99, max(1, round(100 * part / whole)))} %"


def days(span: Mapping[str, str] | None) -> str:
    """First and last day of a span of moments, as in Vietnam."""
    return f"{_day(span['first'])} to {_day(span['last'])}" if span else "–"


def years(span: Mapping[str, str]) -> str:
    """First and last year of a span, as in Vietnam."""
    first, last = _day(span["first"])[:4], _day(span["last"])[:4]
    return first if first == last else f"{first} to {last}"


def _day(moment: str) -> str:
    return from_iso(moment).astimezone(VIETNAM).date().isoformat()


def number(count: int, what: str) -> str:
    """`1 row`, `1,000 rows`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def code(text: str) -> str:
    """A code span: one line, no backtick inside."""
    return f"`{' '.join(text.split()).replace('`', chr(39))}`"
