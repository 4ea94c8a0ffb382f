"""When to look again: by age, kind and failures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.types import PageKind
from crawler.profile import Pace
from crawler.revisit import ARTICLE_STEPS, LONGEST_BACK_OFF, OLD_ARTICLE, after_failure, next_due

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def wait(
    kind: PageKind = "article",
    *,
    published: str | None = None,
    seen: timedelta = timedelta(0),
    changed: timedelta | None = None,
    failures: int = 0,
    revisit: float = 1.0,
    retry_after: float | None = None,
) -> timedelta | None:
    due = next_due(
        kind,
        NOW,
        published=published,
        first_seen=NOW - seen,
        last_changed=None if changed is None else NOW - changed,
        failures=failures,
        pace=Pace(revisit=revisit),
        retry_after=retry_after,
    )
    return None if due is None else due - NOW


@pytest.mark.parametrize(("limit", "step"), ARTICLE_STEPS)
def test_articles_by_the_time_since_their_last_change(limit: timedelta, step: timedelta) -> None:
    assert wait(seen=limit - timedelta(seconds=1)) == step
    assert wait(seen=limit) != step


def test_an_old_article_is_still_looked_at() -> None:
    assert wait(published="2014-05-02") == OLD_ARTICLE


def test_a_new_find_is_as_old_as_it_says() -> None:
    assert wait(published="2026-11-22T18:00+07:00", changed=timedelta(0)) == timedelta(minutes=15)
    assert wait(published="2026-11-10", changed=timedelta(0)) == timedelta(days=3)


def test_a_date_in_the_future_is_not_believed() -> None:
    assert wait(published="2031-01-01", seen=timedelta(days=400)) == OLD_ARTICLE


def test_an_edit_makes_an_old_article_young() -> None:
    edited = wait(published="2014-05-02", seen=timedelta(days=90), changed=timedelta(minutes=5))
    assert edited == timedelta(minutes=15)


def test_other_kinds() -> None:
    assert wait("robots") == timedelta(hours=24)
    assert wait("photo") is None
    assert wait("listing") is None
    assert wait("document") == timedelta(days=90)


def test_the_pace_stretches_the_steps() -> None:
    assert wait(revisit=4.0) == timedelta(hours=1)


def test_failures_double_the_wait_up_to_a_week() -> None:
    waits = [after_failure(NOW, n) - NOW for n in range(1, 20)]
    assert waits[:3] == [timedelta(minutes=10), timedelta(minutes=20), timedelta(minutes=40)]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_BACK_OFF
    assert wait("photo", failures=1) == timedelta(minutes=10)


def test_retry_after_lengthens_and_is_capped() -> None:
    assert wait(failures=1, retry_after=3600) == timedelta(hours=1)
    assert wait(failures=3, retry_after=1) == timedelta(minutes=40)
    assert wait(failures=1, retry_after=1e9) == timedelta(days=2)
    assert wait(failures=1, retry_after=-5) == timedelta(minutes=10)


@given(
    kind=st.sampled_from(["article", "listing", "photo", "document", "asset", "robots", "other"]),
    seen=st.timedeltas(timedelta(0), timedelta(days=9000)),
    failures=st.integers(0, 1000),
    retry_after=st.none() | st.floats(allow_nan=False, allow_infinity=False, width=32),
)
def test_never_in_the_past(
    kind: PageKind, seen: timedelta, failures: int, retry_after: float | None
) -> None:
    found = wait(kind, seen=seen, failures=failures, retry_after=retry_after)
    assert found is None or timedelta(0) < found <= timedelta(days=180)
