"""What two archives say of one page or site: whichever comes first, in any groups, and again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import bodies
from archive.ops.merge import joins
from archive.ops.merge.joins import Found, Now, PageSays, SiteSays

moments = st.sampled_from([f"2026-03-0{day}T00:00:00.000000Z" for day in (1, 2, 3)])
names = st.none() | st.sampled_from(["a", "b"])
pages = st.builds(
    PageSays,
    st.builds(Found, moments, st.sampled_from("st"), st.sampled_from(["seed", "link"]), names),
    st.just("") | moments,
    st.builds(
        Now, st.sampled_from(["article", "listing", "other", "photo"]),
        st.sampled_from(["open", "gone", "disallowed"]), st.none() | moments, st.integers(0, 2),
        st.sampled_from(["http://x.vn/1", "http://x.vn/1/"]), names,
    ),
    st.integers(0, 3), st.booleans(), st.booleans(), st.none() | moments, st.none() | moments,
)  # fmt: skip
sites = st.builds(
    SiteSays, st.just("s"), st.sampled_from(["s", "Đảng bộ A", "Đảng bộ B"]), names, names,
    st.sampled_from(["healthy", "gone"]), moments,
    st.sampled_from([(None, "[]"), ("2025", "[]"), ("2025-07-01", None)]),
)  # fmt: skip
Join = Callable[[Any, Any], Any]


@pytest.mark.parametrize("join, says", [(joins.page, pages), (joins.site, sites)])
def test_a_join_is_the_same_in_any_order_and_again(join: Join, says: Any) -> None:
    @given(says, says, says)
    def holds(a: Any, b: Any, c: Any) -> None:
        assert join(a, b) == join(b, a)
        assert join(a, join(b, c)) == join(join(a, b), c)
        assert join(a, a) == a
        assert join(join(a, b), b) == join(a, b)

    holds()


ONE = PageSays(
    Found("2026-03-02T00:00:00.000000Z", "s", "link", None), "2026-03-02T00:00:00.000000Z",
    Now("article", "open", "2026-03-09T00:00:00.000000Z", 0, "http://x.vn/1", None),
    2, False, False, None, None,
)  # fmt: skip


def test_the_earliest_find_and_the_latest_look_count() -> None:
    looked = "2026-03-03T00:00:00.000000Z"
    found = replace(ONE.found, at="2026-03-01T00:00:00.000000Z", how="sitemap")
    gone = replace(ONE, looked=looked, now=replace(ONE.now, state="gone", failures=1))
    assert joins.page(replace(ONE, found=found), gone) == replace(
        ONE, found=found, looked=looked, now=gone.now
    )


def test_a_page_that_neither_has_looked_at_is_due_at_the_earlier_time() -> None:
    new = replace(ONE, looked="")
    soon = replace(new, now=replace(new.now, due="2026-03-01T00:00:00.000000Z"))
    never = replace(new, now=replace(new.now, due=None))
    assert joins.page(joins.page(new, soon), never).now.due == soon.now.due


def test_a_site_keeps_the_name_that_is_more_than_its_host() -> None:
    unknown = (None,) * len(bodies.COLUMNS)
    host = SiteSays("khoi.vn", "khoi.vn", None, None, "healthy", "2026-03-01T00:00:00Z", unknown)
    named = replace(host, name="Đảng bộ", province_then="Hòa Bình", state_since="2025")
    assert joins.site(host, named) == replace(named, state_since=host.state_since)
