"""Stored text that attacks its readers: on no page does it become markup of its own."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from lxml import etree
from reading_room import MARK, Room, hostile, room

ARTICLE_PAGES = ("", "/history", "/diff", "/diff?view=inline", "?version=1", "?version=1&lang=en")
OTHER_PAGES = ("/", "/search?q=tan+cong", "/search?q=%3Cscript%3E", "/sites", "/data", "/archive")
TABLES = ("version", "article", "page", "capture", "caption", "byline", "link", "site", "crawl")
SCRIPTED = {"script", "object", "embed", "applet", "base", "frame", "frameset", "template"}


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Room, list[str]]]:
    """The reader over the archive, and the addresses of all its pages."""
    path = tmp_path_factory.mktemp("hostile") / "hostile.db"
    archive = hostile(path)
    (key,) = archive.conn.execute("SELECT key FROM article").fetchone()
    ids = [row[0] for row in archive.conn.execute("SELECT id FROM capture")]
    archive.close()
    pages = [f"/article/{key}{rest}" for rest in ARTICLE_PAGES] + list(OTHER_PAGES)
    pages += [f"/archive/{table}" for table in TABLES] + [f"/capture/{one}" for one in ids]
    pages += [f"/replay/{one}" for one in ids] + [f"/photo/{one}" for one in ids]
    with room(path) as reader:
        yield reader, pages


def harmful(markup: str, own: bool) -> Iterator[str]:
    """What in a page could run or load something; *own*: of ours, which have no styles either."""
    tree = etree.fromstring(markup.encode(), etree.HTMLParser(encoding="utf-8", huge_tree=True))
    for one in tree.iter(etree.Element):
        if one.tag in SCRIPTED or (not own and one.tag in ("svg", "math", "form")):
            yield str(one.tag)
        if one.tag == "meta" and (one.get("http-equiv") or "").lower() == "refresh":
            yield "refresh"
        for name, value in one.attrib.items():
            text = str(value).strip().lower()
            if str(name).lower().startswith("on") or name in ("srcdoc", "ping", "formaction"):
                yield f"{one.tag} {name}"
            if name in ("href", "src", "action", "background", "data", "xlink:href", "poster"):
                yield from _led(str(one.tag), str(name), text, own)
            if own and name == "style":
                yield "style"
            if not own and name == "style" and ("evil" in text or "expression" in text):
                yield text
        if one.tag == "style" and ("evil" in (one.text or "") or "expression" in (one.text or "")):
            yield str(one.text)


def _led(tag: str, name: str, url: str, own: bool) -> Iterator[str]:
    if url.startswith("data:image/"):
        return
    scheme, host = urlsplit(url)[:2]
    outside = own and tag == "a" and scheme in ("http", "https")
    if (scheme or host) and not outside:
        yield f"{tag} {name}={url}"


def test_no_page_lets_stored_text_become_markup(attacked: tuple[Room, list[str]]) -> None:
    reader, pages = attacked
    shown = 0
    for path in pages:
        answer = reader.get(path)
        assert answer.status_code in (200, 302, 404), path
        kind = answer.headers["content-type"]
        if kind.startswith("text/html") and answer.status_code == 200:
            ours = not path.startswith("/replay/")
            # Datasette's own pages have scripts of their own, which the policy keeps from running.
            if not path.startswith("/archive"):
                assert list(harmful(answer.text, ours)) == [], path
            else:
                assert f"setAttribute('{MARK}" not in _scripts(answer.text), path
            shown += 1
        policy = answer.headers["content-security-policy"]
        assert "script-src 'none'" in policy and "default-src 'none'" in policy, path
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert shown > 30


def _scripts(markup: str) -> str:
    tree = etree.fromstring(markup.encode(), etree.HTMLParser(encoding="utf-8"))
    return "".join(one.text or "" for one in tree.iter("script")) + "".join(
        str(value)
        for one in tree.iter(etree.Element)
        for name, value in one.attrib.items()
        if str(name).startswith("on")
    )


def test_templates_in_stored_text_are_not_run(attacked: tuple[Room, list[str]]) -> None:
    reader, pages = attacked
    assert "{{ 7*7 }}" in reader.text(pages[0])


def test_svg_and_xml_are_never_shown_as_documents(attacked: tuple[Room, list[str]]) -> None:
    reader, pages = attacked
    for path in pages:
        if not path.startswith(("/replay/", "/photo/")):
            continue
        answer = reader.get(path)
        kind = answer.headers["content-type"]
        assert "xml" not in kind or "svg" in kind
        if "svg" in kind:
            assert answer.headers["content-disposition"].startswith("attachment")


def test_what_was_sent_as_a_photo_and_is_none_is_not_shown_as_one(
    attacked: tuple[Room, list[str]],
) -> None:
    reader, pages = attacked
    text = reader.text(pages[0])
    tree = etree.fromstring(text.encode(), etree.HTMLParser(encoding="utf-8"))
    photos = [one.get("src") for one in tree.iter("img")]
    assert photos and all(src and src.startswith("/photo/") for src in photos)
    for src in photos:
        assert reader.get(str(src)).headers["content-type"].startswith("image/")


def test_json_is_sent_as_json(attacked: tuple[Room, list[str]]) -> None:
    reader, pages = attacked
    answer = reader.get(f"{pages[0]}.json")
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert "<script>" in answer.json()["title"]
