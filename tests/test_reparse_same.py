"""Whoever reads an archive again leaves what it would hold, had this reader built it."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import rereading
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st
from rereading import OLD, Eyes, Step, build, does, dump, last_event, problems, says, told

from archive.clock import FixedClock

PATHS = tuple(f"/tin/{n}.html" for n in range(4))

paths = st.sampled_from(PATHS)
shown = st.builds(
    says,
    paths,
    st.sampled_from(["Hội nghị sơ kết", "Hội nghị tổng kết"]),
    st.integers(0, 1),
    lead=st.sampled_from([None, "Lời dẫn."]),
    kind=st.sampled_from([None, None, None, "notice", "doubtful"]),
    canonical=st.sampled_from([None, None, *PATHS]),
)
done = st.builds(
    does, paths, st.sampled_from(["again", "304", "gone", "broken", "moved"]), to=paths
)
histories = st.lists(shown | shown | done, min_size=1, max_size=12)
readers = st.builds(
    Eyes, lead=st.booleans(), canonical=st.booleans(), text=st.booleans(), notice=st.booleans(),
    doubtful=st.booleans(),
)  # fmt: skip


def clock() -> FixedClock:
    return FixedClock(datetime(2026, 3, 1, 8, tzinfo=UTC))


def old(eyes: Eyes) -> Eyes:
    return Eyes(OLD, eyes.lead, eyes.canonical, eyes.text, eyes.notice, eyes.doubtful)


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(histories, readers, readers, st.integers(0, 12))
@example([says(PATHS[0]), says(PATHS[0], lead="a")], Eyes(lead=False), Eyes(), 12)
# the page of an article that moved shows another one since
@example(
    [
        says(PATHS[3], canonical=PATHS[2]),
        says(PATHS[0], canonical=PATHS[2]),
        does(PATHS[0], "moved", to=PATHS[1]),
        does(PATHS[1], "again"),
        *(says(PATHS[0], "Hội nghị tổng kết", text) for text in (0, 0, 1)),
    ],
    Eyes(),
    Eyes(),
    12,
)
def test_as_if_built_by_the_new_reader(
    steps: list[Step], before: Eyes, after: Eyes, turn: int
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive = build(folder / "old", clock(), steps, old(before), after, turn)
        fresh = build(folder / "new", clock(), steps, after)
        try:
            _check(archive, fresh, after)
        finally:
            archive.close()
            fresh.close()


def _check(archive: Any, fresh: Any, after: Eyes) -> None:
    number = last_event(archive)
    same = dump(archive)["version"] == dump(fresh)["version"]
    event("nothing to change" if same else "something to change")
    report = rereading.reparse(archive, after, apply=False)
    assert last_event(archive) == number
    rereading.reparse(archive, after)
    assert dump(archive) == dump(fresh)
    assert set(told(archive, number)) <= {"reread", "story"}
    assert problems(archive) == []
    assert report.problems == []
    again = dump(archive), last_event(archive)
    rereading.reparse(archive, after)
    rereading.reparse(archive, after, all=True)
    assert (dump(archive), last_event(archive)) == again
