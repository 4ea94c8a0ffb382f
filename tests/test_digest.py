"""Digests: their form, and what they do not depend on."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from archive.digest import KEY_LENGTH, article_key, content_digest, sha256

fields = st.dictionaries(st.text(max_size=5), st.text(max_size=5) | st.lists(st.text(max_size=3)))


def test_form() -> None:
    assert sha256(b"abc") == "sha256:" + hashlib.sha256(b"abc").hexdigest()
    assert content_digest({}) == sha256(b"\x01{}")


@given(fields, fields)
def test_equal_content_alone_has_equal_digests(one: dict[str, object], two: dict[str, object]):
    full = [{k: v for k, v in each.items() if v} for each in (one, two)]
    assert (content_digest(one) == content_digest(two)) == (full[0] == full[1])


@given(fields)
def test_empty_fields_and_order_do_not_count(one: dict[str, object]) -> None:
    other = dict(reversed(list(one.items())))
    other |= {"a later field": None, "another": [], "one more": ""}
    assert content_digest(other) == content_digest(one)


def test_keys() -> None:
    key = article_key("http://x.vn/a")
    assert len(key) == KEY_LENGTH
    assert int(key, 16) >= 0
    assert key != article_key("http://x.vn/b")
