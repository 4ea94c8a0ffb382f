"""A query's tree as an FTS5 expression over `search_text`; only words that were read go in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from archive.index_text import COLUMNS, folded_words
from archive.query_tree import (
    ALL,
    Atom,
    Mode,
    Near,
    Node,
    OfSites,
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
        return _any_form(node)
    if isinstance(node, Near):
        first = node.parts[0]
        phrases = " ".join(_quoted(one.words, one.mode) for one in node.parts)
        return f"{_named(first)} : NEAR({phrases}, {node.distance})"
    if isinstance(node, OfSites):
        return _site_filter(node.numbers)
    if isinstance(node, Site | Province):
        return _site_filter(sites(node))
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


def _any_form(atom: Atom) -> str:
    """The words of one of its forms side by side in any of its columns."""
    star = "*" if atom.prefix else ""
    phrases = " OR ".join(_quoted(form.words, atom.mode) + star for form in atom.forms)
    return f"{_named(atom)} : " + (f"({phrases})" if atom.others else phrases)


def _named(atom: Atom) -> str:
    """The columns that an atom may stand in."""
    suffix = "_folded" if atom.mode == "folded" else ""
    columns = (atom.field,) if atom.field else COLUMNS
    return "{" + " ".join(column + suffix for column in columns) + "}"


def _quoted(words: Sequence[str], mode: Mode) -> str:
    text = " ".join(words)  # runs of letters and digits: no quote stands in them
    return f'"{folded_words(text) if mode == "folded" else text}"'


def _site_filter(numbers: Sequence[int]) -> str:
    """Articles of the sites with these row numbers."""
    if not numbers:
        return NOTHING
    return "site : (" + " OR ".join(f'"s{number}"' for number in numbers) + ")"


def all_of(parts: Sequence[str]) -> str:
    """All of the expressions, empty ones left out."""
    return " AND ".join(f"({part})" for part in parts if part)
