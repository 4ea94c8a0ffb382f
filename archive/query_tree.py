"""A query as a tree: what is wanted, apart from how it was typed and from how it is looked up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

Mode = Literal["exact", "folded"]


@dataclass(frozen=True, slots=True)
class Form:
    """Words side by side: as the index holds them in the mode asked for, and in exact mode."""

    words: tuple[str, ...]
    typed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Atom:
    """A word or phrase: *words* as the index holds them in *mode*, standing side by side.

    ``others``: what may stand in its place, by the synonyms and by spellings with i and y.
    """

    words: tuple[str, ...]
    typed: tuple[str, ...]  # the same as they would be in exact mode
    mode: Mode
    prefix: bool = False  # the last word may go on
    field: str | None = None  # a column of the index; None: any
    bare: bool = False  # one plain word, neither quoted, marked nor in a field
    position: int = 0
    closed: bool = False  # quoted, or under `=`: no synonym may take its place
    others: tuple[Form, ...] = ()

    @property
    def forms(self) -> tuple[Form, ...]:
        """As it was typed, then what may stand in its place."""
        return (Form(self.words, self.typed), *self.others)


@dataclass(frozen=True, slots=True)
class Near:
    """All *parts*, of one mode and field, in any order with at most *distance* words between the
    end of the first and the beginning of the last."""

    parts: tuple[Atom, ...]
    distance: int
    position: int


@dataclass(frozen=True, slots=True)
class Site:
    """`site:NAME`, as typed."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Province:
    """`province:NAME`: the sites of a province, by its name before or since July 2025."""

    name: str
    position: int


@dataclass(frozen=True, slots=True)
class OfSites:
    """The sites with these row numbers: a filter, which nobody typed."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Days:
    """Published from *since* to *until*, both included; of the query as a whole."""

    since: date | None
    until: date | None
    position: int


@dataclass(frozen=True, slots=True)
class Group:
    """All (`and`) or any (`or`) of the parts, or none of the one part (`not`)."""

    kind: Literal["and", "or", "not"]
    parts: tuple[Node, ...]


Node = Atom | Near | Site | Province | OfSites | Group

ALL = Group("and", ())
"""Every article: what a query means that holds nothing but days."""


@dataclass(frozen=True, slots=True)
class Run:
    """Plain words side by side, in order; ``forms``: all that may be meant by them together."""

    atoms: tuple[Atom, ...]
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A query that can be answered. ``days``: all of them must hold."""

    text: str
    root: Node
    runs: tuple[Run, ...]
    days: tuple[Days, ...] = ()

    def atoms(self) -> Iterator[Atom]:
        """The words and phrases that are wanted, in order: not those under NOT."""
        return wanted(self.root)

    def in_runs(self) -> frozenset[int]:
        """Where the words stand that are looked for side by side with others."""
        longer = (run.atoms for run in self.runs if len(run.atoms) > 1)
        return frozenset(atom.position for run in longer for atom in run)


def wanted(node: Node) -> Iterator[Atom]:
    """The words and phrases that *node* wants, in order."""
    if isinstance(node, Atom):
        yield node
    elif isinstance(node, Near):
        yield from node.parts
    elif isinstance(node, Group) and node.kind != "not":
        for part in node.parts:
            yield from wanted(part)


def atoms_in(node: Node) -> Iterator[Atom]:
    """The words and phrases in *node*, also those under NOT."""
    if isinstance(node, Group):
        for part in node.parts:
            yield from atoms_in(part)
    else:
        yield from wanted(node)


def is_positive(node: Node) -> bool:
    """Whether *node* finds something, rather than all but something, which no index can list."""
    if not isinstance(node, Group):
        return True
    if node.kind == "not":
        return not is_positive(node.parts[0])
    if node.kind == "or":
        return all(is_positive(part) for part in node.parts)
    return node == ALL or any(is_positive(part) for part in node.parts)


def negated(node: Node) -> Node:
    """What a *node* that is not positive takes away; this is positive."""
    if not isinstance(node, Group) or is_positive(node):
        return Group("not", (node,))
    if node.kind == "not":
        return node.parts[0]
    kind: Literal["and", "or"] = "or" if node.kind == "and" else "and"
    return Group(kind, tuple(negated(part) for part in node.parts))
