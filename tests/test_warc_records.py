"""An exchange as WARC records and back: nothing of a capture's identity is lost."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import exchanges, times
from warcio.archiveiterator import ArchiveIterator

from archive.digest import sha256
from archive.errors import InputError
from archive.identity import identity
from archive.interchange import blocks
from archive.interchange.record import (
    CAPTURE,
    FAILURE,
    LONGEST_FIELD,
    NOT_MODIFIED,
    SAID,
    SAME_PAYLOAD,
    Holder,
    Record,
    Said,
    record_id,
)
from archive.interchange.records import exchange_of, records_of, said_in
from archive.types import Exchange

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SAID_OF = Said("binh-son", "article", "listing", 1)
PAGE = Exchange(
    "https://x.vn/tin?a=1", NOON, status=200, body="<p>Đảng ủy</p>".encode(), address="1.2.3.4",
    headers=(("Content-Type", "text/html"), ("Content-Length", "999"), ("Content-Encoding", "br")),
    request_headers=(("Accept", "*/*"),), wire_digest=sha256(b"wire"), wire_size=999,
)  # fmt: skip

# What servers send, and what no message can hold: names in any case, other bytes, line ends,
# spaces around, and our own prefix.
wild = st.lists(
    st.tuples(
        st.sampled_from(
            ["Content-Length", "content-length", "Transfer-Encoding", "Content-Encoding", "Server",
             "X-Archive-Orig-Content-Length", "X-Archive-Orig-Server", "", "a b", "x:y", "tên"]
        ),
        st.sampled_from(["", "3", "gzip", "chunked", " a", "a\r\nb: c", "\xa0x\x85", "đ", "a\tb"])
        | st.text(st.characters(max_codepoint=255), max_size=8),
    ),
    max_size=6,
).map(tuple)  # fmt: skip
outcomes = st.sampled_from(["answer", "unchanged", "failure"])
urls = st.sampled_from(["https://x.vn/", "http://x.vn/tin đ?x=<y>#z", "http://[x", "x"])


@st.composite
def captures(draw: st.DrawFn) -> tuple[Exchange, Said, Holder | None]:
    outcome = draw(outcomes)
    one = replace(
        draw(exchanges), headers=draw(wild), request_headers=draw(wild), outcome=outcome,
        url=draw(urls), failure="dns: no such host" if outcome == "failure" else None,
    )  # fmt: skip
    if outcome != "answer":
        one = replace(one, body=b"")
    holder = Holder("sha256:1", "https://x.vn/a", draw(times), sha256(one.body))
    earlier = "sha256:" + "0" * 64 if outcome == "unchanged" else None
    needed = outcome == "unchanged" or (outcome == "answer" and draw(st.booleans()))
    page = draw(st.none() | st.just("https://x.vn/canonical"))
    return one, replace(SAID_OF, earlier=earlier, page=page), holder if needed else None


@given(captures())
def test_the_way_back_gives_the_same_capture(one: tuple[Exchange, Said, Holder | None]) -> None:
    exchange, said, holder = one
    name = identity(exchange, said.earlier)
    group = records_of(exchange, name, said, holder)
    back, heard = exchange_of(group, exchange.body if holder else b"")
    assert back == exchange
    assert heard == said
    assert group[0].field("WARC-Record-ID") == record_id(identity(back, heard.earlier))


@settings(max_examples=40)
@given(captures())
def test_every_record_is_one_that_others_read(one: tuple[Exchange, Said, Holder | None]) -> None:
    exchange, said, holder = one
    group = records_of(exchange, identity(exchange, said.earlier), said, holder)
    data = b"".join(record.to_bytes() for record in group)
    for record, found in zip(
        group, ArchiveIterator(io.BytesIO(data), no_record_parse=True), strict=True
    ):
        assert found.rec_type == record.type
        assert found.raw_stream.read() == record.block
        assert found.rec_headers.headers[1:-1] == list(record.fields)
    if exchange.url.startswith("http"):  # warcio looks for HTTP nowhere else
        for found in ArchiveIterator(io.BytesIO(data), check_digests="raise"):
            found.raw_stream.read()
            assert found.digest_checker.passed is (None if found.rec_type == "revisit" else True)


def test_headers_describe_the_stored_bytes_and_keep_their_places() -> None:
    response, request = records_of(PAGE, "i", SAID_OF)
    first, headers, body = blocks.parsed(response.block)
    assert first == "HTTP/1.1 200 OK"
    assert headers == (
        ("Content-Type", "text/html"),
        ("X-Archive-Orig-Content-Length", "999"),
        ("X-Archive-Orig-Content-Encoding", "br"),
        ("Content-Length", str(len(PAGE.body))),
    )
    assert body == PAGE.body
    assert request.block == b"GET /tin?a=1 HTTP/1.1\r\nAccept: */*\r\n\r\n"
    assert request.field("WARC-Concurrent-To") == response.field("WARC-Record-ID")
    assert response.field("WARC-IP-Address") == "1.2.3.4"
    assert response.field("WARC-Date") == "2026-03-01T12:00:00.000000Z"
    assert response.field("WARC-Truncated") is None
    assert records_of(replace(PAGE, truncated=True), "i", SAID_OF)[0].field("WARC-Truncated")


def test_headers_that_are_true_stay_as_they_are() -> None:
    true = (("content-type", "text/html"), ("content-length", str(len(PAGE.body))))
    for headers in (true, true[:1], ()):
        response = records_of(replace(PAGE, headers=headers), "i", SAID_OF)[0]
        assert blocks.parsed(response.block)[1] == headers


def test_what_a_record_refers_to() -> None:
    holder = Holder("first", "https://x.vn/đầu", NOON - timedelta(days=1), sha256(PAGE.body))
    same = records_of(PAGE, "i", SAID_OF, holder)[0]
    unchanged = replace(PAGE, outcome="unchanged", status=304, body=b"")
    still = records_of(unchanged, "i", replace(SAID_OF, earlier="e"), holder)[0]
    for record, profile in ((same, SAME_PAYLOAD), (still, NOT_MODIFIED)):
        assert record.type == "revisit"
        assert record.field("WARC-Profile") == profile
        assert record.field("WARC-Refers-To") == record_id("first")
        assert record.field("WARC-Refers-To-Target-URI") == "https://x.vn/%C4%91%E1%BA%A7u"
        assert record.field("WARC-Refers-To-Date") == "2026-02-28T12:00:00.000000Z"
        told = blocks.hex_digest(record.field("WARC-Payload-Digest") or "")
        assert told == sha256(PAGE.body)
    assert PAGE.body not in same.block
    assert still.block == b""
    with pytest.raises(ValueError, match="needs the record"):
        records_of(unchanged, "i", SAID_OF)


def test_a_failure_is_one_record_that_is_no_page() -> None:
    failed = Exchange("https://x.vn/", NOON, outcome="failure", failure="dns: no such host")
    (record,) = records_of(failed, "i", SAID_OF)
    assert record.type == "metadata"
    assert record.field("Content-Type") == FAILURE
    assert record.field("WARC-Target-URI") == "urn:luutru:failure:https://x.vn/"
    assert (said_in([record]) or {})["failure"] == "dns: no such host"


def test_what_is_too_long_for_a_field_has_a_record_of_its_own() -> None:
    long = replace(PAGE, headers=(("X-Đ", "x" * LONGEST_FIELD),))
    group = records_of(long, identity(long), SAID_OF)
    assert [one.type for one in group] == ["response", "request", "metadata"]
    assert group[0].field(SAID) is None
    assert group[2].field("Content-Type") == CAPTURE
    assert group[2].field("WARC-Concurrent-To") == group[0].field("WARC-Record-ID")
    assert exchange_of(group) == (long, SAID_OF)


def test_what_is_not_ours_or_not_whole_is_told() -> None:
    response, request = records_of(PAGE, "i", SAID_OF)

    def without(name: str, *more: tuple[str, str]) -> Record:
        kept = tuple(pair for pair in response.fields if pair[0] != name)
        return Record(response.type, (*kept, *more), response.block)

    assert said_in([without(SAID), request]) is None
    with pytest.raises(InputError, match="no record of Luutru"):
        exchange_of([without(SAID), request])
    with pytest.raises(InputError, match=r"cannot be read.*Export"):
        exchange_of([response])
    with pytest.raises(InputError, match=r"cannot be read.*Export"):
        exchange_of([without(SAID, (SAID, "{")), request])
    with pytest.raises(InputError, match="later release"):
        exchange_of([without(SAID, (SAID, '{"format": 2}')), request])
    with pytest.raises(InputError, match="cannot be read"):
        exchange_of([without(SAID, (SAID, '{"format": 1}')), request])


@pytest.mark.parametrize(
    "claim",
    [
        {"site": None}, {"site": ["binh-son"]}, {"kind": "page"}, {"how": {}}, {"crawl": "1"},
        {"crawl": 1 << 80}, {"page": 1}, {"earlier": []}, {"wire_size": "many"}, {"truncated": 1},
        {"clock_shift": float("nan")}, {"headers": [["a", 1]]}, {"headers": [["a"]]},
        {"headers": "ab"}, {"status": 200.5}, {"source": None}, {"time": 0},
    ],
    ids=str,
)  # fmt: skip
def test_claims_that_no_capture_could_make(claim: dict[str, object]) -> None:
    """What is said beside an exchange is under no digest that a forger could not compute."""
    response, request = records_of(PAGE, "i", SAID_OF)

    def saying(claim: dict[str, object]) -> Record:
        fields = dict(response.fields)
        text = json.dumps(json.loads(fields[SAID]) | claim)
        return Record(response.type, tuple((fields | {SAID: text}).items()), response.block)

    assert exchange_of([saying({}), request]) == (PAGE, SAID_OF)
    with pytest.raises(InputError, match="cannot be read"):
        exchange_of([saying(claim), request])


def test_what_is_nested_too_deep_is_told() -> None:
    response, request = records_of(PAGE, "i", SAID_OF)
    fields = tuple((dict(response.fields) | {SAID: "[" * 100_000}).items())
    with pytest.raises(InputError, match="cannot be read"):
        said_in([Record(response.type, fields, response.block), request])


def test_digests_in_both_spellings() -> None:
    digest = sha256(b"x")
    assert blocks.hex_digest(blocks.base32_digest(digest)) == digest
    assert blocks.hex_digest(digest.upper().replace("SHA", "sha")) == digest
