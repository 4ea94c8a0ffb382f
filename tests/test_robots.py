"""What robots.txt allows, in every state of its server (RFC 9309)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from archive.types import Exchange
from crawler.robots import Rules, rules_of

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
AT = "http://a.vn"


def rules(text: str | bytes = b"", status: int = 200) -> Rules:
    body = text.encode() if isinstance(text, str) else text
    return rules_of(Exchange(f"{AT}/robots.txt", NOW, status=status, body=body))


def test_the_rules_of_an_answer() -> None:
    found = rules("User-agent: *\nDisallow: /noi-bo/\nAllow: /noi-bo/cong-khai\n")
    assert not found.allows(f"{AT}/noi-bo/1")
    assert found.allows(f"{AT}/noi-bo/cong-khai/1")
    assert found.allows(f"{AT}/tin/1")


def test_our_own_group_before_the_one_for_all() -> None:
    found = rules("User-agent: *\nDisallow:\n\nUser-agent: luutru\nDisallow: /\nCrawl-delay: 3\n")
    assert not found.allows(f"{AT}/tin/1")
    assert found.delay == 3


def test_request_rate_is_a_delay_too() -> None:
    assert rules("User-agent: *\nRequest-rate: 1/10\n").delay == 10


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_unavailable_allows_all(status: int) -> None:
    assert rules(status=status).allows(f"{AT}/x")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_unreachable_allows_nothing(status: int) -> None:
    found = rules(status=status)
    assert found.unreachable
    assert not found.allows(f"{AT}/x")


def test_no_answer_allows_nothing() -> None:
    failed = Exchange(f"{AT}/robots.txt", NOW, outcome="failure", failure="dns: no such name")
    assert rules_of(failed).unreachable


def test_unchanged_means_the_earlier_rules() -> None:
    earlier = Exchange(f"{AT}/robots.txt", NOW, status=200, body=b"User-agent: *\nDisallow: /a\n")
    found = rules_of(Exchange(AT, NOW, outcome="unchanged", status=304), earlier)
    assert not found.allows(f"{AT}/a")


@pytest.mark.parametrize("body", [b"\xff\xfe\x00garbage", b"<html>404</html>", b"", b"\0" * 5000])
def test_what_is_no_robots_txt_forbids_nothing_and_breaks_nothing(body: bytes) -> None:
    assert rules(body).allows(f"{AT}/x")


def test_rules_are_not_used_for_longer_than_a_day() -> None:
    assert not rules().stale(NOW + timedelta(hours=23))
    assert rules().stale(NOW + timedelta(hours=24))
