"""A query's tree as an FTS5 expression over `search_text`; only words that were read go in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from archive.index_text import COLUMNS
from archive.query import Atom, Mode, Node, Site, is_positive, negated

NOTHING = 'site : "s"'
"""Matches no row: every filter word of the index has a number after its letter."""

Sites = Callable[[Site], Sequence[int]]
"""The row numbers of the sites that `site:NAME` means; raises QueryError for an unknown one."""


def expression(node: Node, sites: Sites) -> str:
    """The FTS5 expression of *node*, which must want something (`parse` sees to that)."""
    if isinstance(node, Atom):
        return phrase(node.words, node.mode, [node.field] if node.field else COLUMNS, node.prefix)
    if isinstance(node, Site):
        return site_filter(sites(node))
    if node.kind == "not":
        return expression(negated(node.parts[0]), sites)
    if node.kind == "or":
        return "(" + " OR ".join(expression(part, sites) for part in node.parts) + ")"
    wanted = [part for part in node.parts if is_positive(part)]
    unwanted = [negated(part) for part in node.parts if not is_positive(part)]
    text = "(" + " AND ".join(expression(part, sites) for part in wanted) + ")"
    if unwanted:
        rest = " OR ".join(expression(part, sites) for part in unwanted)
        text = f"({text} NOT ({rest}))"
    return text


def phrase(words: Sequence[str], mode: Mode, columns: Sequence[str], prefix: bool = False) -> str:
    """*words* side by side in any of *columns*."""
    suffix = "_folded" if mode == "folded" else ""
    names = " ".join(column + suffix for column in columns)
    # Words are runs of letters and digits, so no quote can stand in them.
    return f'{{{names}}} : "{" ".join(words)}"' + ("*" if prefix else "")


def site_filter(numbers: Sequence[int]) -> str:
    """Articles of the sites with these row numbers."""
    if not numbers:
        return NOTHING
    return "site : (" + " OR ".join(f'"s{number}"' for number in numbers) + ")"


def all_of(parts: Sequence[str]) -> str:
    """All of the expressions, empty ones left out."""
    return " AND ".join(f"({part})" for part in parts if part)
