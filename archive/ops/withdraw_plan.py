"""What a withdrawal would take, before it is done: pages, captures, payloads, versions, photos.

An article goes with all its versions, addresses, photos and attachments. Its payloads go wherever
else they are shown, for they are the same text; an article elsewhere that rests on one goes with
it. A notice that other pages show as well stays, and so does a photo of another article.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive import articles, withdrawals
from archive.errors import InputError, UnknownReferenceError
from archive.ops import withdraw_rows as rows
from archive.ops.withdraw_photos import Photos, photos_of

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.withdrawals import What

_OF_PAGES = f"""
SELECT capture.payload_id AS id,
       max(capture.status BETWEEN 200 AND 299
           AND {rows.IS_TEXT}) AS content
FROM capture LEFT JOIN reading ON reading.capture_id = capture.id
WHERE capture.page_id IN (SELECT value FROM json_each(?)) AND capture.payload_id IS NOT NULL
GROUP BY capture.payload_id"""


@dataclass(frozen=True, slots=True)
class Going:
    """A payload that goes: its row, digest and size in bytes."""

    id: int
    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What goes. ``pages`` are closed; ``also`` show the same bytes and lose them, but stay open;
    ``stays``: photos that other articles show; ``copies``: keys of articles with the same text.
    Pages are row number -> URL."""

    what: What
    names: tuple[str, ...]
    articles: dict[int, str]  # row number -> key
    pages: dict[int, str]
    photos: dict[int, str]  # closed too
    payloads: tuple[Going, ...]
    captures: int
    versions: int
    also: dict[int, str]
    stays: dict[int, str]
    copies: tuple[str, ...]

    @property
    def bytes(self) -> int:
        """Of the payloads, decoded."""
        return sum(one.size for one in self.payloads)


def of_article(archive: Archive, ref: str) -> Plan:
    """The withdrawal of the article that *ref* means; UnknownReferenceError, InputError."""
    first = articles.resolve(archive, ref)
    done = withdrawals.of_article(archive, first)
    if done is not None:
        raise InputError(f"{ref} is withdrawn already. {done.told()}.", "Nothing is left to do.")
    ids = {first}
    while True:
        pages = rows.pages_of(archive, ids)
        payload_ids, also = _payloads(archive, pages)
        more = rows.resting(archive, payload_ids) - ids
        if not more:
            break
        ids |= more
    photos: Photos = photos_of(archive, ids, pages)
    keys = rows.keys_of(archive, ids)
    return _plan(
        archive, "article", (keys[first], *sorted(keys[one] for one in ids - {first})),
        keys, pages, photos, payload_ids | photos.payloads, also,
    )  # fmt: skip


def of_page(archive: Archive, url: str) -> Plan:
    """The withdrawal of all captures of the page at *url*, which shows no article."""
    row = articles.page_of(archive, url)
    if row is None or row["last_capture_id"] is None:
        raise UnknownReferenceError(
            f"No capture of this archive is of {url}.", "`luutru show URL` tells what is known."
        )
    page = {int(row["id"]): str(row["url"])}
    _refuse_article(archive, page)
    payload_ids, _ = _payloads(archive, page)
    # A listing goes on, and what it will say is another text.
    closed = {} if row["kind"] in ("listing", "robots") else page
    return _of_payloads(archive, "page", (str(row["url"]),), closed, payload_ids, page)


def of_captures(archive: Archive, names: Iterable[str]) -> Plan:
    """The withdrawal of what some captures brought, by number or identity; their pages go on."""
    payload_ids: set[int] = set()
    pages: dict[int, str] = {}
    found: list[str] = []
    for name in names:
        row = rows.capture_named(archive, name)
        if row["payload_id"] is None:
            raise InputError(f"Capture {name} brought nothing.", "Name one that has a payload.")
        payload_ids.add(row["payload_id"])
        pages[row["page_id"]] = row["page_url"]
        found.append(row["identity"])
    _refuse_article(archive, pages)
    return _of_payloads(archive, "capture", tuple(found), {}, payload_ids, pages)


def _of_payloads(
    archive: Archive,
    what: What,
    names: tuple[str, ...],
    closed: dict[int, str],
    payload_ids: set[int],
    own: dict[int, str],
) -> Plan:
    left = payload_ids - rows.gone_before(archive)
    if not left and not closed.keys() - withdrawals.closed_pages(archive):
        raise InputError("That is withdrawn already.", "Nothing is left to do.")
    resting = rows.resting(archive, left)
    if resting:
        keys = rows.keys_of(archive, resting)
        raise InputError(
            f"The same bytes are the text of {' and '.join(sorted(keys.values()))}.",
            f"`luutru withdraw {min(keys.values())}` withdraws the article, and all that shows it.",
        )
    also = rows.elsewhere(archive, left, own)
    return _plan(archive, what, names, {}, closed, Photos({}, {}, set()), left, also)


def _plan(
    archive: Archive,
    what: What,
    names: tuple[str, ...],
    keys: dict[int, str],
    pages: dict[int, str],
    photos: Photos,
    payload_ids: set[int],
    also: dict[int, str],
) -> Plan:
    conn = archive.conn
    ids = json.dumps(sorted(payload_ids))
    going = conn.execute(
        """SELECT id, digest, size FROM payload WHERE id IN (SELECT value FROM json_each(?))
           AND id NOT IN (SELECT payload_id FROM withdrawn_payload) ORDER BY id""",
        (ids,),
    )
    (captures,) = conn.execute(
        "SELECT count(*) FROM capture WHERE payload_id IN (SELECT value FROM json_each(?))", (ids,)
    ).fetchone()
    (versions,) = conn.execute(
        "SELECT count(*) FROM version WHERE article_id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(keys)),),
    ).fetchone()
    return Plan(
        what, names, keys, pages, photos.going, tuple(Going(*row) for row in going), captures,
        versions, also, photos.staying, rows.copies_of(archive, set(keys)),
    )  # fmt: skip


def _payloads(archive: Archive, pages: dict[int, str]) -> tuple[set[int], dict[int, str]]:
    """What these pages brought, but for notices of others; and the other pages that show it."""
    brought = archive.conn.execute(_OF_PAGES, (json.dumps(sorted(pages)),)).fetchall()
    gone = rows.gone_before(archive)
    going: set[int] = set()
    also: dict[int, str] = {}
    for row in brought:
        others = rows.elsewhere(archive, [row["id"]], pages)
        if row["id"] not in gone and (row["content"] or not others):
            going.add(int(row["id"]))
            also |= others
    return going, also


def _refuse_article(archive: Archive, pages: dict[int, str]) -> None:
    row = archive.conn.execute(
        """SELECT article.key FROM article_page JOIN article ON article.id = article_page.article_id
           WHERE article_page.page_id IN (SELECT value FROM json_each(?)) LIMIT 1""",
        (json.dumps(sorted(pages)),),
    ).fetchone()
    if row is not None:
        raise InputError(
            f"That page shows the article {row['key']}.",
            f"`luutru withdraw {row['key']}` withdraws all its versions and addresses.",
        )
