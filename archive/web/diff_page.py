"""Two versions of an article beside each other or in one text (`/article/<key>/diff`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from datasette.utils.asgi import Request, Response

from archive import articles, withdrawals
from archive.alignment import Change, Piece
from archive.around import Standing
from archive.change_kinds import Kind
from archive.cli.versions import place_of
from archive.db import Archive
from archive.diff import Diff, compare
from archive.edits import admits
from archive.types import Version
from archive.web.article_page import Elsewhere, find, number_of
from archive.web.shell import link, page, read

View = Literal["side", "inline"]

_FOLD_FROM = 3
"""Entries that did not change and stand together are folded away from so many on."""


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a field in both versions. ``before`` and ``after`` are for two columns."""

    op: Literal["same", "changed", "removed", "added"]
    pieces: tuple[Piece, ...]

    @property
    def before(self) -> tuple[Piece, ...]:
        return tuple(one for one in self.pieces if one.op != "added")

    @property
    def after(self) -> tuple[Piece, ...]:
        return tuple(one for one in self.pieces if one.op != "removed")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows that stand together; those that did not change may be folded."""

    rows: tuple[Row, ...]
    folded: bool


@dataclass(frozen=True, slots=True)
class Field:
    """A field that differs."""

    name: str
    kind: Kind
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions, ``a`` and ``b`` by number, and what differs; ``diff`` is None for one alone."""

    standing: Standing
    versions: tuple[Version, ...]
    a: int
    b: int
    diff: Diff | None
    fields: tuple[Field, ...]

    @property
    def admitted(self) -> bool:
        """Whether the newer one says that it was edited since."""
        before, after = self.versions[self.a - 1], self.versions[self.b - 1]
        return admits(before.article, after.article)


async def view(request: Request, datasette: Any) -> Response:
    """`?a=&b=`: versions by number, else the last two; `view=side` or `inline`."""
    a, b = (number_of(request.args.get(name), name) for name in ("a", "b"))
    shown = await read(datasette, compared, request.url_vars["key"], a, b)
    if isinstance(shown, Elsewhere):
        return Response.redirect(link(f"/article/{shown.key}/diff", a=a, b=b))
    how: View = "inline" if request.args.get("view") == "inline" else "side"
    return await page(request, "diff.html", {"shown": shown, "how": how})


def compared(archive: Archive, key: str, a: int | None, b: int | None) -> Compared | Elsewhere:
    """The versions *a* and *b* of the article of that key; a negative one counts from the last."""
    standing = find(archive, key)
    if isinstance(standing, Elsewhere):
        return standing
    withdrawals.refuse_article(archive, standing.id, standing.key)
    versions = tuple(articles.versions(archive, standing.id))
    last = place_of(list(versions), -1 if b is None else b)
    first = place_of(list(versions), max(1, last - 1) if a is None else a)
    if first == last:
        return Compared(standing, versions, first, last, None, ())
    diff = compare(versions[first - 1], versions[last - 1])
    fields = tuple(Field(one.field, one.kind, stretches(one.changes)) for one in diff.fields)
    return Compared(standing, versions, first, last, diff, fields)


def stretches(changes: Sequence[Change]) -> tuple[Stretch, ...]:
    """The entries of a field, with long runs of unchanged ones folded."""
    rows = [Row(one.op, one.pieces) for one in changes]
    return tuple(
        Stretch(some, same and len(some) >= _FOLD_FROM)
        for same, group in groupby(rows, key=lambda row: row.op == "same")
        for some in [tuple(group)]
    )
