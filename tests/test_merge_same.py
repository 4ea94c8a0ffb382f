"""Archives merged in any order, in any groups and again give one result: random archives of one
site, that overlap as copies do, with everything derived of them."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st
from merging import copied, dump, later, leaves, made, merge, problems, told
from rereading import Step, does, says
from test_reparse_same import histories

History = tuple[int, Sequence[Step]]
"""Hours after the start, and what the pages answer from then on."""

one_more = st.tuples(st.integers(0, 12), histories)
pasts = st.none() | histories


@settings(max_examples=3, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(one_more, min_size=2, max_size=2), pasts)
@example([(0, [says("/tin/0.html")]), (0, [says("/tin/0.html", "Hội nghị tổng kết")])], None)
def test_either_order_and_again(histories_: list[History], base: Sequence[Step] | None) -> None:
    _all_ways(histories_, base)


@pytest.mark.long
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(one_more, min_size=2, max_size=3), pasts)
def test_any_order_any_nesting_and_again(
    histories_: list[History], base: Sequence[Step] | None
) -> None:
    _all_ways(histories_, base)


def _all_ways(histories_: list[History], base: Sequence[Step] | None) -> None:
    """Of archives that begin from a copy of one, or of which each begins by itself."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        common = made(folder / "base", base) if base else None
        ahead = 24 if base else 0
        # no two look at one page at one moment
        paths = [
            made(folder / f"{n}", steps, hours + ahead + n / 60, common)
            for n, (hours, steps) in enumerate(histories_)
        ]
        event(f"{len(paths)} archives, {'one' if base else 'no'} common past")
        _check(folder, paths)


def _check(folder: Path, paths: list[Path]) -> None:
    results = []
    for number, order in enumerate(itertools.permutations(paths)):
        target = folder / f"all-{number}.db"
        for path in order:
            (result,) = merge(target, path, clock=later())
            assert result.fine, (result.fault, result.problems)
        results.append(target)
    if len(paths) == 3:  # (1 + 2) into a copy of 0, and 0 into a copy of 1, then that into 2
        merge(copied(paths[1], folder / "b" / "a.db"), paths[2], clock=later())
        merge(copied(paths[0], folder / "n1.db"), folder / "b" / "a.db", clock=later())
        merge(copied(paths[1], folder / "c" / "a.db"), paths[0], clock=later())
        merge(copied(paths[2], folder / "n2.db"), folder / "c" / "a.db", clock=later())
        results += [folder / "n1.db", folder / "n2.db"]
    first = dump(results[0])
    for one in results[1:]:
        for table, rows in dump(one).items():
            assert [one for one in rows if one not in first[table]] == [], table
            assert rows == first[table], table
        assert leaves(one) == leaves(results[0])
    assert problems(results[0]) == problems(results[-1]) == []
    before = len(told(results[0]))
    for path in paths:
        (result,) = merge(results[0], path, clock=later(2000))
        assert result.outcome == "known"
    assert dump(results[0]) == first
    assert len(told(results[0])) == before, "nothing is told twice"


def test_a_merge_of_one_into_nothing_is_a_copy(tmp_path: Path) -> None:
    steps = [
        says("/tin/0.html"), says("/tin/1.html", canonical="/tin/0.html"),
        does("/tin/0.html", "304"), does("/tin/0.html", "moved", to="/tin/2.html"),
        says("/tin/2.html"), does("/tin/1.html", "gone"), says("/tin/3.html", text=1),
        does("/tin/3.html", "again"),
    ]  # fmt: skip
    path = made(tmp_path / "a", steps)
    (result,) = merge(tmp_path / "b.db", path, clock=later())
    assert result.outcome == "merged"
    assert dump(tmp_path / "b.db") == dump(path)
    assert problems(tmp_path / "b.db") == []
