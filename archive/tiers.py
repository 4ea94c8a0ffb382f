"""Where a search looks first: narrower queries than what was asked, the most promising in front."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from archive.query_tree import Atom, Form, Group, Node, Query, Run


def tiers(query: Query) -> Iterator[tuple[Node, ...]]:
    """Just as typed; side by side in the title; side by side anywhere, or all in the title."""
    runs = [run for run in query.runs if len(run.atoms) > 1]
    inside = query.in_runs()
    side_by_side = [_of_run(run) for run in runs]
    groups = [*side_by_side, *(atom for atom in query.atoms() if atom.position not in inside)]
    free = [one for one in groups if one.field in (None, "title")]
    if any(one.mode == "folded" and not one.prefix for one in groups):
        anywhere = _all(map(_as_typed, groups))
        if free:
            yield _all([*_titled(list(map(_as_typed, free))), anywhere]), anywhere
        else:
            yield (anywhere,)
    if free:
        yield (_all(_titled(free)),)
    if not runs:
        yield ()
        return
    words = [replace(atom, others=()) for run in runs for atom in run.atoms]
    yield _all(side_by_side), _all(_titled(words))


def _of_run(run: Run) -> Atom:
    first, *others = run.forms
    return Atom(first.words, first.typed, run.atoms[0].mode, others=tuple(others))


def _titled(atoms: Sequence[Atom]) -> list[Atom]:
    return [replace(one, field=one.field or "title") for one in atoms]


def _as_typed(atom: Atom) -> Atom:
    if atom.prefix:
        return atom  # what it may go on as was not typed
    typed: Form = atom.forms[0]
    return replace(atom, words=typed.typed, mode="exact", others=())


def _all(parts: Iterator[Atom] | Sequence[Node] | map[Atom]) -> Node:
    return Group("and", tuple(parts))
