"""A query's tree as an expression over `search_pair`, which knows words and pairs of neighbours but
not their places: what it finds is what the query means, or more than that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from archive import index_tokens as tokens
from archive.index_tokens import Place
from archive.query_fts import Sites
from archive.query_tree import (
    Atom,
    Form,
    Group,
    Mode,
    Near,
    Node,
    OfSites,
    Province,
    Site,
    is_positive,
    negated,
)

_PLACES: dict[str | None, Place] = {
    None: "anywhere", "title": "title", "author": "author", "section": "section"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pairs:
    """``parts``: expressions of FTS5, all of which hold for what is meant (none: no condition);
    ``equal``: and for nothing else."""

    parts: tuple[str, ...]
    equal: bool

    @property
    def text(self) -> str:
        """All parts as one expression."""
        return " AND ".join(self.parts)


def pairs_of(node: Node, sites: Sites) -> Pairs:
    """What `search_pair` knows of *node*, as :func:`archive.query_fts.expression` of the rest."""
    if isinstance(node, Atom):
        return _atom(node)
    if isinstance(node, Near):
        return Pairs(all_pairs(map(_atom, node.parts)).parts, equal=False)
    if isinstance(node, OfSites):
        return Pairs((f"({tokens.of_sites(node.numbers)})",), equal=True)
    if isinstance(node, Site | Province):
        return Pairs((f"({tokens.of_sites(sites(node))})",), equal=True)
    if node.kind == "not":
        return pairs_of(negated(node.parts[0]), sites)
    if node.kind == "or":
        return _any([pairs_of(part, sites) for part in node.parts])
    return _group(node, sites)


def all_pairs(found: Iterable[Pairs]) -> Pairs:
    """What all of them know together, nothing of it twice."""
    every = list(found)
    parts = dict.fromkeys(part for one in every for part in one.parts)
    return Pairs(tuple(parts), all(one.equal for one in every))


def _group(node: Group, sites: Sites) -> Pairs:
    found = all_pairs(pairs_of(part, sites) for part in node.parts if is_positive(part))
    unwanted = [pairs_of(negated(part), sites) for part in node.parts if not is_positive(part)]
    equal = found.equal and all(one.equal for one in unwanted)
    # What may be taken away is only what is meant, never more than that.
    taken = [f"({one.text})" for one in unwanted if one.equal and one.parts]
    if taken and found.parts:
        return Pairs((f"(({found.text}) NOT ({' OR '.join(taken)}))",), equal)
    return Pairs(found.parts, equal)


def _atom(atom: Atom) -> Pairs:
    place = _PLACES.get(atom.field, "anywhere")
    either = _any([_form(place, form, atom.mode, atom.prefix) for form in atom.forms])
    return Pairs(either.parts, either.equal and atom.field in _PLACES)


def _form(place: Place, form: Form, mode: Mode, prefix: bool) -> Pairs:
    return Pairs(*tokens.side_by_side(place, mode, form.words, prefix=prefix))


def _any(found: Sequence[Pairs]) -> Pairs:
    equal = all(one.equal for one in found)
    if len(found) == 1:
        return found[0]
    if not all(one.parts for one in found):
        return Pairs((), equal)
    texts = dict.fromkeys(f"({one.text})" for one in found)
    return Pairs((f"({' OR '.join(texts)})",), equal)
