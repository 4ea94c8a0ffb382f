"""Texts of documents in the archive: searched with their articles; told where there are none."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading_room import room
from stored import ARTICLE, EDITED, HOST, Store

from archive import articles, captures, documents, enclosures, index, index_documents, pages
from archive.articles import key_of_url
from archive.ops import checks_documents, checks_index
from archive.ops.checks import Look
from archive.ops.verify import verify
from archive.search import search
from archive.types import Attachment, Exchange, Extracted, Found
from crawler.attached import read_all
from crawler.demo import documents as demo
from crawler.documents import identity

PDF = f"{HOST}/bao-cao.pdf"
WORDS = "Mỗi chi bộ cử một đảng viên phụ trách. Hạn nộp là ngày 25."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "a.db")
    yield made
    made.archive.close()


def bring(store: Store, url: str, body: bytes, **more: object) -> tuple[int, int | None]:
    """Capture a document; its page and payload."""
    archive = store.archive
    store.clock.advance(60)
    with archive.transaction():
        page = pages.by_url(archive, url)
        if page is None:
            found = Found(url, "document", "attachment")
            (page,) = pages.add(archive, store.site_id, [found], at=store.clock.now())
        values: dict[str, object] = {"status": 200, "body": body} | more
        exchange = Exchange(url, store.clock.now(), **values)  # type: ignore[arg-type]
        kept = captures.keep(archive, exchange, page.id, store.crawl_id)
    return page.id, kept.payload_id


def tell(store: Store, page_id: int, payload_id: int | None, text: str, by: str = "1") -> None:
    assert payload_id is not None
    state = "text" if text else "empty"
    found = Extracted("pdf", state, text, problem=None if text else "a scan")  # type: ignore[arg-type]
    with store.archive.transaction():
        documents.store(store.archive, payload_id, found, by)
        documents.show(store.archive, page_id)


def hits(store: Store, query: str) -> list[tuple[str, str | None]]:
    found = search(store.archive, query).hits
    return [(hit.snippet, hit.attachment) for hit in found]


def problems(store: Store) -> list[str]:
    return [told for one in verify(store.archive) for told in one.found]


def test_an_article_is_found_by_its_attachment(store: Store) -> None:
    store.see(ARTICLE)
    page_id, payload_id = bring(store, PDF, b"%PDF one")
    assert hits(store, '"hạn nộp"') == []
    tell(store, page_id, payload_id, WORDS)
    ((snippet, attachment),) = hits(store, '"hạn nộp"')
    assert "Hạn nộp là ngày 25." in snippet
    assert attachment == "Báo cáo sơ kết"
    assert [one[1] for one in hits(store, "hội nghị")] == [None]
    assert problems(store) == []


def test_a_document_that_came_before_its_article(store: Store) -> None:
    tell(store, *bring(store, PDF, b"%PDF one"), WORDS)
    store.see(ARTICLE)
    assert len(hits(store, "dang vien phu trach")) == 1


def test_words_in_an_article_stand_before_words_in_an_attachment(store: Store) -> None:
    store.see(replace(ARTICLE, body=(), lead=None))
    other = f"{HOST}/tin/hai.html"
    said = replace(ARTICLE.body[0], text="Hạn nộp là ngày 25 tới.")
    store.see(replace(ARTICLE, title="Bài hai", body=(said,), attachments=()), other)
    tell(store, *bring(store, PDF, b"%PDF one"), WORDS)
    found = search(store.archive, "hạn nộp").hits
    assert [hit.attachment for hit in found] == [None, "Báo cáo sơ kết"]


def test_another_content_takes_the_place_of_the_old_one(store: Store) -> None:
    store.see(ARTICLE)
    tell(store, *bring(store, PDF, b"%PDF one"), WORDS)
    tell(store, *bring(store, PDF, b"%PDF two"), "Bản sửa: hạn cuối ngày 30.")
    assert hits(store, '"hạn nộp"') == []
    assert len(hits(store, '"hạn cuối"')) == 1
    assert problems(store) == []


def test_another_extractor_and_a_new_version_leave_no_words_behind(store: Store) -> None:
    store.see(ARTICLE)
    page_id, payload_id = bring(store, PDF, b"%PDF one")
    tell(store, page_id, payload_id, WORDS)
    tell(store, page_id, payload_id, "Chữ khác hẳn.", by="2")
    assert hits(store, '"hạn nộp"') == []
    store.see(EDITED)
    assert len(hits(store, '"khác hẳn"')) == 1
    store.see(replace(EDITED, attachments=()))
    assert hits(store, '"khác hẳn"') == []
    assert problems(store) == []


def test_through_a_redirect(store: Store) -> None:
    store.see(ARTICLE)
    there = f"{HOST}/tep/1.pdf"
    moved, _ = bring(store, PDF, b"", status=302, headers=(("Location", there),))
    archive = store.archive
    with archive.transaction():
        found = Found(there, "document", "redirect")
        pages.add(archive, store.site_id, [found], at=store.clock.now(), found_on=moved)
    tell(store, *bring(store, there, b"%PDF one"), WORDS)
    assert [one[1] for one in hits(store, '"hạn nộp"')] == ["Báo cáo sơ kết"]


def test_the_index_takes_so_much_and_no_more(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_documents, "INDEXED", 30)
    second = Attachment("Phụ lục", f"{HOST}/phu-luc.pdf")
    store.see(replace(ARTICLE, attachments=(*ARTICLE.attachments, second)))
    tell(store, *bring(store, PDF, b"%PDF one"), WORDS)
    tell(store, *bring(store, second.url, b"%PDF two"), "Phụ lục kèm theo")
    assert len(hits(store, '"mỗi chi bộ"')) == 1
    assert hits(store, '"hạn nộp"') == hits(store, '"kèm theo"') == []
    assert problems(store) == []


def test_reindex_and_forget(store: Store) -> None:
    store.see(ARTICLE)
    page_id, payload_id = bring(store, PDF, b"%PDF one")
    tell(store, page_id, payload_id, WORDS)
    index.rebuild(store.archive)
    assert len(hits(store, '"hạn nộp"')) == 1
    assert payload_id is not None
    with store.archive.transaction():
        documents.forget(store.archive, payload_id)
    assert hits(store, '"hạn nộp"') == []
    assert problems(store) == []


def test_verify_tells_what_does_not_fit(store: Store) -> None:
    store.see(ARTICLE)
    tell(store, *bring(store, PDF, b"%PDF one"), WORDS)
    store.archive.conn.execute("UPDATE document_text SET state = 'empty'")
    store.archive.conn.execute("DELETE FROM search_document")
    told = " ".join(problems(store))
    assert "its state is empty" in told
    assert "its text is not the one that was indexed" in told


def test_what_stands_where_at_the_time_of_a_version(store: Store) -> None:
    """Each version shows the photo and the document that were there when it was seen."""
    archive = store.archive
    store.see(ARTICLE)
    photo = f"{HOST}/anh/1.jpg"
    _, first = bring(store, photo, b"\xff\xd8\xff one")
    bring(store, PDF, b"", status=404)
    store.see(EDITED)
    _, second = bring(store, photo, b"\xff\xd8\xff two")
    assert first != second
    old, new = articles.versions(archive, articles.resolve(archive, ARTICLE.url))
    rows = archive.conn.execute("SELECT id, digest FROM payload")
    digests = {row["id"]: row["digest"] for row in rows}
    assert enclosures.digests(archive, old) == {photo: digests[first]}
    assert enclosures.digests(archive, new) == {photo: digests[second]}
    shown = enclosures.of_version(archive, new)
    assert shown[PDF].told == "not captured: the server answered 404"
    value = articles.to_json(new, payloads=enclosures.digests(archive, new))
    assert value["captions"][0]["payload"] == digests[second]
    assert value["attachments"][0]["payload"] is None


def test_all_that_waits_is_read_and_nothing_twice(store: Store) -> None:
    store.see(ARTICLE)
    bring(store, PDF, demo.document(demo.PLAN_PDF))
    bring(store, f"{HOST}/b.docx", demo.document(demo.GUIDE_DOCX))
    bring(store, f"{HOST}/c.pdf", demo.document(demo.PLAN_PDF))
    assert read_all(store.archive) == {"text": 2, "known": 1}  # two pages have one payload
    assert read_all(store.archive) == {}
    assert len(hits(store, "báo cáo viên gửi kết quả")) == 1
    store.archive.conn.execute("UPDATE document_text SET extractor = 'old', text = 'cũ rồi'")
    assert read_all(store.archive) == {}
    # the words that are in the index belong to the text that was changed behind its back
    index.rebuild(store.archive)
    assert read_all(store.archive, stale=True) == {"text": 2, "known": 1}
    readers = store.archive.conn.execute("SELECT DISTINCT extractor FROM document_text")
    assert [row[0] for row in readers] == [identity()]
    assert problems(store) == []


def test_the_reader_tells_it_and_hands_the_file_out_safely(store: Store) -> None:
    store.see(ARTICLE)
    headers = (("Content-Type", "text/html"),)  # whatever its server says
    tell(store, *bring(store, PDF, b"%PDF-1.4 one", headers=headers), WORDS)
    with room(store.archive.path) as reader:
        found = reader.text("/search?q=" + quote('"hạn nộp"'))
        assert "Trong tệp đính kèm:" in found
        assert "<mark>" in found
        shown = reader.text(f"/article/{key_of_url(ARTICLE.url)}")
        assert f"{len(WORDS.split())} chữ" in shown
        (file,) = re.findall(r'class="file" href="(/replay/\d+)" download', shown)
        told = json.loads(reader.text(f"/article/{key_of_url(ARTICLE.url)}.json"))
        assert told["attachments"][0]["payload"].startswith("sha256:")
        answer = reader.get(file)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["content-type"] == "application/pdf"


STEPS = st.lists(
    st.tuples(st.sampled_from(["see", "edit", "bare", "bring", "tell"]), st.integers(0, 2)),
    max_size=12,
)


@given(STEPS)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_index_fits_whatever_comes_in_which_order(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    store = Store(tmp_path_factory.mktemp("any") / "a.db")
    last: tuple[int, int | None] | None = None
    shows = {"see": ARTICLE, "edit": EDITED, "bare": replace(ARTICLE, attachments=())}
    for step, number in steps:
        if step in shows:
            store.see(shows[step])
        elif step == "bring":
            last = bring(store, PDF, f"%PDF {number}".encode())
        elif last is not None:
            tell(store, *last, ["", WORDS, "Chữ khác."][number], by=str(number))
    for check in (checks_index.search_index, checks_documents.document_texts):
        look = Look(store.archive)
        check(look)
        assert look.found == []
    store.archive.close()
