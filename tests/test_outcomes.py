"""What a capture means for its page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.types import Exchange, Page
from crawler.outcomes import LONGEST_WAIT, TRIES, judge, retry_after

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
PAGE = Page(
    id=1, site_id=1, method="GET", url="http://a.vn/x", found_url="http://a.vn/x", body=b"",
    kind="article", how="seed", depth=0, found_at=NOW, due=NOW,
)  # fmt: skip


def answer(status: int, **headers: str) -> Exchange:
    told = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Exchange(PAGE.url, NOW, status=status, headers=told)


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, "content"), (206, "content"), (301, "redirect"), (302, "redirect"),
        (308, "redirect"), (404, "gone"), (410, "gone"), (401, "refused"), (403, "refused"),
        (429, "retry"), (500, "retry"), (503, "retry"), (400, "failed"), (501, "failed"),
    ],
)  # fmt: skip
def test_status(status: int, verdict: str) -> None:
    assert judge(PAGE, answer(status, Location="/y")).verdict == verdict


def test_a_redirect_without_an_address_leads_nowhere() -> None:
    assert judge(PAGE, answer(302)).verdict == "failed"


@pytest.mark.parametrize(("status", "permanent"), [(301, True), (302, False), (308, True)])
def test_permanent_redirects(status: int, permanent: bool) -> None:
    assert judge(PAGE, answer(status, Location="/y")).permanent is permanent


def test_tries_end() -> None:
    last = replace(PAGE, failures=TRIES - 1)
    assert judge(last, answer(503)).verdict == "failed"


def test_the_wait_grows_and_the_server_may_say_another() -> None:
    first = judge(PAGE, answer(503)).wait
    second = judge(replace(PAGE, failures=1), answer(503)).wait
    assert 0 < first < second
    assert judge(PAGE, answer(503, Retry_After="7")).wait == 7


@pytest.mark.parametrize(
    ("failure", "verdict", "silent"),
    [("dns: no such name", "retry", True), ("timeout: 60 s", "retry", True),
     ("too-large: 50 MB", "failed", False), ("refused: 10.0.0.1", "failed", False),
     ("tls: expired", "failed", False)],
)  # fmt: skip
def test_failures(failure: str, verdict: str, silent: bool) -> None:
    outcome = judge(PAGE, Exchange(PAGE.url, NOW, outcome="failure", failure=failure))
    assert (outcome.verdict, outcome.no_answer) == (verdict, silent)


def test_retry_after_as_a_date() -> None:
    assert retry_after("Fri, 20 Nov 2026 08:00:30 GMT", NOW) == 30
    assert retry_after("Fri, 20 Nov 2026 07:00:00 GMT", NOW) == 0


@given(st.text(max_size=40))
def test_retry_after_never_fails_and_never_asks_for_ever(value: str) -> None:
    wait = retry_after(value, NOW)
    assert wait is None or wait >= 0
    assert judge(PAGE, answer(503, Retry_After=value)).wait <= LONGEST_WAIT
