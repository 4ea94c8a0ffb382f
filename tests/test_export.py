"""What is exported: the selection, and its records."""

from dataclasses import replace
from pathlib import Path

import pytest
from bulk import create, synthetic
from exporting import BARE, OTHER, store_of
from stored import Store

from archive import articles, captures, diff, events, index
from archive.db import Archive
from archive.errors import InputError, UnknownReferenceError
from archive.export import selection
from archive.export.fields import fields_of
from archive.export.rows import article_ids, count, records
from archive.export.selection import Selection, event_number, told, understood
from archive.filters import Filters
from archive.query import parse


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return store_of(tmp_path_factory.mktemp("rows") / "one.db")


def test_a_record_is_what_the_archive_says(store: Store) -> None:
    archive = store.archive
    ids = article_ids(archive)
    current = list(records(archive, ids))
    assert [one.version for one in current] == [articles.current(archive, one) for one in ids]
    assert [one.version.key for one in current] == sorted(one.version.key for one in current)
    every = list(records(archive, ids, "versions"))
    assert [one.version for one in every] == [
        version for one in ids for version in articles.versions(archive, one)
    ]
    assert (len(current), len(every)) == (count(archive, ids), count(archive, ids, "versions"))
    assert (len(current), len(every)) == (5, 7)
    for one in every:
        first = captures.get(archive, one.version.first_capture_id)
        assert (one.first_capture, one.payload) == (first.identity, first.payload_digest)
        assert one.last_capture == captures.get(archive, one.version.last_capture_id).identity
        assert one.current is any(one.version.id == other.version.id for other in current)


def test_a_version_tells_what_changed(store: Store) -> None:
    every = list(records(store.archive, article_ids(store.archive), "versions"))
    for before, after in zip([None, *every], every, strict=False):
        if before is None or after.number == 1:
            assert (after.change, after.changed) == (None, ())
            continue
        whole = diff.compare(before.version, after.version)
        assert after.number == before.number + 1 == after.versions == before.versions
        assert after.change == whole.kind
        assert after.changed == tuple(field.field for field in whole.fields)
    assert {one.changed for one in every} == {(), ("title", "body"), ("lead",)}
    stories = {one.story for one in every if one.version.article.title.startswith("Đảng ủy")}
    assert len(stories - {None}) == 1


def test_a_row_has_the_declared_fields(store: Store) -> None:
    ids = article_ids(store.archive)
    for kind in ("articles", "versions"):
        for record in records(store.archive, ids, kind):
            row = record.to_dict(kind)
            assert tuple(row) == tuple(field.name for field in fields_of(kind))
            for field in fields_of(kind):
                for part in row[field.name] if field.parts else ():
                    assert tuple(part) == field.parts


def test_filters_and_query_select_as_search_does(store: Store, tmp_path: Path) -> None:
    archive = store.archive
    everything = article_ids(archive)
    assert article_ids(archive, Filters(sites=("binh-son",), province="hoa binh")) == everything
    assert len(article_ids(archive, Filters(until="2025-12-31"))) == 1
    assert len(article_ids(archive, Filters(until="2025-12-31"), "mot")) == 1
    assert article_ids(archive, Filters(author="Không ai")) == []
    assert article_ids(archive, query="khong thay") == []
    with pytest.raises(UnknownReferenceError):
        article_ids(archive, Filters(sites=("nowhere",)))
    many = create(tmp_path / "many.db", synthetic(300, length=40))
    index.rebuild(many)
    ids = article_ids(many, Filters(since="2015-01-01"), "dang")
    keys = [one.version.key for one in records(many, ids)]
    assert len(keys) == len(ids) > 50
    assert keys == sorted(set(keys))
    many.close()


def test_since_gives_what_has_an_event_after_it(tmp_path: Path) -> None:
    store = store_of(tmp_path / "one.db")
    archive = store.archive
    cursor = selection.cursor(archive)
    owner, _, number = cursor.partition(":")
    last = event_number(archive, cursor)
    assert (owner, last) == (archive.id, int(number))
    assert event_number(archive, number) == last
    assert article_ids(archive, since=last) == []
    assert article_ids(archive, since=0) == article_ids(archive)
    store.see(replace(BARE, title="Tuyên truyền mới"), OTHER)
    (told_of,) = {event.article_id for event in events.since(archive, last)}
    assert article_ids(archive, since=last) == [told_of]
    assert article_ids(archive, since=last, query="tuyen truyen") == [told_of]
    assert article_ids(archive, since=last, query="khong thay") == []
    assert article_ids(archive, Filters(until="2020-12-31"), since=last) == []
    now = event_number(archive, selection.cursor(archive))
    assert now > last
    for wrong, message in (
        (f"0123456789abcdef:{last}", f"another archive: this one is {archive.id}"),
        (str(last + 9), f"the last one of this archive is {now}"),
        ("hôm qua", "is no event"), ("-1", "is no event"), (f"{archive.id}:", "is no event"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=message):
            event_number(archive, wrong)
    archive.close()


def test_a_selection_tells_how_it_was_understood(archive: Archive) -> None:
    one = Selection(
        Filters(("b", "a", "b"), section="tin  tuc", author="Mây", since="2025-01-01"), "đ", 7
    )
    assert understood(archive, one) == {
        "query": '="đ"',
        "sites": ["a", "b"],
        "section": {"text": "tin tuc", "marks": "ignored"},
        "author": {"text": "Mây", "marks": "as they stand"},
        "published_from": "2025-01-01",
        "events_after": 7,
    }
    assert understood(archive, Selection()) == {}
    query = 'title:(hoi nghi) -"so ket" OR tuyen* site:binh-son'
    assert told(parse(query)) == (
        '(((title:~"hoi" AND title:~"nghi") AND NOT ~"so ket") OR (~"tuyen*" AND site:binh-son))'
    )
