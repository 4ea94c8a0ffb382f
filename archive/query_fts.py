"""A query's tree as an FTS5 expression over `search_text`; only words that were read go in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from archive.index_text import COLUMNS, folded_words
from archive.query_tree import (
    ALL,
    Atom,
    Form,
    Mode,
    Near,
    Node,
    Province,
    Site,
    is_positive,
    negated,
)

NOTHING = 'site : "s"'
"""Matches no row: every filter word of the index has a number after its letter."""

Sites = Callable[[Site | Province], Sequence[int]]
"""The row numbers of the sites that `site:NAME` or `province:NAME` means; raises QueryError for an
unknown one."""


def expression(node: Node, sites: Sites) -> str:
    """The FTS5 expression of *node*, which must want something (`parse` sees to that)."""
    if isinstance(node, Atom):
        return any_form(node.forms, node.mode, columns_of(node), node.prefix)
    if isinstance(node, Near):
        first = node.parts[0]
        phrases = " ".join(_quoted(one.words, one.mode) for one in node.parts)
        return f"{_named(columns_of(first), first.mode)} : NEAR({phrases}, {node.distance})"
    if isinstance(node, Site | Province):
        return site_filter(sites(node))
    if node == ALL:
        return ""
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


def columns_of(atom: Atom) -> Sequence[str]:
    """The columns that an atom may stand in."""
    return (atom.field,) if atom.field else COLUMNS


def any_form(
    forms: Sequence[Form], mode: Mode, columns: Sequence[str], prefix: bool = False
) -> str:
    """The words of one of *forms* side by side in any of *columns*."""
    star = "*" if prefix else ""
    phrases = " OR ".join(_quoted(form.words, mode) + star for form in forms)
    return f"{_named(columns, mode)} : " + (f"({phrases})" if len(forms) > 1 else phrases)


def phrase(words: Sequence[str], mode: Mode, columns: Sequence[str]) -> str:
    """*words* side by side in any of *columns*."""
    return f"{_named(columns, mode)} : {_quoted(words, mode)}"


def _named(columns: Sequence[str], mode: Mode) -> str:
    suffix = "_folded" if mode == "folded" else ""
    return "{" + " ".join(column + suffix for column in columns) + "}"


def _quoted(words: Sequence[str], mode: Mode) -> str:
    text = " ".join(words)  # runs of letters and digits: no quote stands in them
    return f'"{folded_words(text) if mode == "folded" else text}"'


def site_filter(numbers: Sequence[int]) -> str:
    """Articles of the sites with these row numbers."""
    if not numbers:
        return NOTHING
    return "site : (" + " OR ".join(f'"s{number}"' for number in numbers) + ")"


def all_of(parts: Sequence[str]) -> str:
    """All of the expressions, empty ones left out."""
    return " AND ".join(f"({part})" for part in parts if part)
