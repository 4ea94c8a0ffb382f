"""Sites and pages of another archive, joined with those that are known here."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable

from archive import bodies, events, merges
from archive.db import Archive
from archive.ops.merge import joins
from archive.ops.merge.joins import Found, Now, PageSays, SiteSays
from archive.ops.merge.resite import resite
from archive.ops.merge.source import Source

_BATCH = 500

# Pages are named by what makes them unique. json_array of what is not there is no NULL.
_NAME = "CASE WHEN {0}.id IS NOT NULL THEN json_array({0}.method, {0}.url, {0}.body_digest) END"
_PAGE = f"""
SELECT page.*, site.slug, last.time AS looked, last.id AS last_id, last.crawl_id AS last_crawl,
       {_NAME.format("finder")} AS found_name, {_NAME.format("root")} AS root_name
FROM page JOIN site ON site.id = page.site_id
LEFT JOIN capture last ON last.id = page.last_capture_id
LEFT JOIN page finder ON finder.id = page.found_on LEFT JOIN page root ON root.id = page.root_id"""
_BY_NAME = f"{_PAGE} WHERE page.method = ? AND page.url = ? AND page.body_digest = ?"

_SITE = ", ".join(
    ("name", "province_then", "province_now", "state", "state_since", *bodies.COLUMNS)
)

Show = Callable[[int, int], None]


def merge_sites(source: Source, target: Archive) -> None:
    """Every site of the source, in one transaction."""
    with target.transaction() as conn:
        for row in source.conn.execute("SELECT * FROM site ORDER BY id").fetchall():
            theirs = _site(row)
            there = conn.execute("SELECT * FROM site WHERE slug = ?", (theirs.slug,)).fetchone()
            if there is None:
                conn.execute(
                    f"INSERT INTO site (slug, {_SITE}) VALUES (?{', ?' * len(_values(theirs))})",
                    (theirs.slug, *_values(theirs)),
                )
                continue
            ours = _site(there)
            both = joins.site(ours, theirs)
            if both == ours:
                continue
            conn.execute(
                f"UPDATE site SET ({_SITE}) = (?{', ?' * (len(_values(both)) - 1)}) WHERE id = ?",
                (*_values(both), there["id"]),
            )
            if both.state != ours.state:
                # a recovery that was doubted here was one from another state
                conn.execute("UPDATE site SET better_since = NULL WHERE id = ?", (there["id"],))
                told = {"state": both.state, "was": ours.state, "merged": True}
                events.tell(target, "site", site_id=there["id"], data=told)


def _site(row: sqlite3.Row) -> SiteSays:
    return SiteSays(
        row["slug"], row["name"], row["province_then"], row["province_now"], row["state"],
        row["state_since"], tuple(row[name] for name in bodies.COLUMNS),
    )  # fmt: skip


def _values(says: SiteSays) -> tuple[str | None, ...]:
    """In the order of :data:`_SITE`."""
    return (
        says.name, says.province_then, says.province_now, says.state, says.state_since, *says.body,
    )  # fmt: skip


def merge_pages(source: Source, target: Archive, tally: Counter[str], show: Show) -> None:
    """Every page of the source, in the order in which it came to know them; counts those that are
    new here as `pages`."""
    sites = {row[1]: row[0] for row in target.conn.execute("SELECT id, slug FROM site")}
    (total,) = source.conn.execute("SELECT count(*) FROM page").fetchone()
    done = 0
    rows = source.conn.execute(f"{_PAGE} ORDER BY page.id")
    while some := rows.fetchmany(_BATCH):
        said = [(row, _says(row, source)) for row in some]
        with target.transaction():
            for row, theirs in said:
                tally["pages"] += _merge(target, sites, row, theirs)
        done += len(some)
        show(done, total)
    # What named a page that the source came to know later could not be told before.
    late = f"{_PAGE} WHERE page.found_on > page.id OR page.root_id > page.id ORDER BY page.id"
    forward = source.conn.execute(late).fetchall()
    with target.transaction():
        for row in forward:
            _merge(target, sites, row, _says(row, source))


def _says(row: sqlite3.Row, source: Source | None = None) -> PageSays:
    """What a row of `page` says; of the source as far as its captures come too."""
    looked, due = row["looked"] or "", row["due"]
    if source is not None and looked and source.crawl_of(row["last_id"], row["last_crawl"]) is None:
        # A look that stays behind: the page is due as if it had not been made.
        due = min(due or looked, looked)
        looked = _last_look(source, row["id"])
    return PageSays(
        Found(row["found_at"], row["slug"], row["how"], row["found_name"]),
        looked,
        Now(
            row["kind"], row["state"], due, row["failures"], row["found_url"], row["root_name"]
        ),
        row["depth"], bool(row["pinned"]), bool(row["backfilled"]), row["lastmod"], row["told"],
    )  # fmt: skip


def _last_look(source: Source, page_id: int) -> str:
    rows = source.conn.execute(
        "SELECT id, crawl_id, time FROM capture WHERE page_id = ? ORDER BY time DESC, id DESC",
        (page_id,),
    )
    taken = (row["time"] for row in rows if source.crawl_of(row["id"], row["crawl_id"]) is not None)
    return next(taken, "")


def _merge(target: Archive, sites: dict[str, int], row: sqlite3.Row, theirs: PageSays) -> bool:
    """Write one page; whether it is new here."""
    name = (row["method"], row["url"], row["body_digest"])
    there = target.conn.execute(_BY_NAME, name).fetchone()
    if there is None:
        target.conn.execute(
            "INSERT INTO page (site_id, method, url, found_url, body, body_digest, kind, how,"
            " found_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (sites[theirs.found.site], row["method"], row["url"], row["found_url"], row["body"],
             row["body_digest"], row["kind"], row["how"], row["found_at"]),
        )  # fmt: skip
        there = target.conn.execute(_BY_NAME, name).fetchone()
        _write(target, sites, there["id"], theirs)
        return True
    ours = _says(there)
    both = joins.page(ours, theirs)
    if both != ours:
        _write(target, sites, there["id"], both)
        _touch(target, there, ours, both)
    return False


def _write(target: Archive, sites: dict[str, int], page_id: int, says: PageSays) -> None:
    now = says.now
    target.conn.execute(
        """UPDATE page SET found_at = ?, how = ?, found_on = ?, kind = ?, state = ?, due = ?,
             failures = ?, found_url = ?, root_id = ?, depth = ?, pinned = ?, backfilled = ?,
             lastmod = ?, told = ? WHERE id = ?""",
        (says.found.at, says.found.how, _number(target, says.found.on), now.kind, now.state,
         now.due, now.failures, now.found_url, _number(target, now.root), says.depth, says.pinned,
         says.backfilled, says.lastmod, says.told, page_id),
    )  # fmt: skip
    resite(target, page_id, sites[says.found.site])


def _number(target: Archive, name: str | None) -> int | None:
    """The row of a page that is named; None if it is not known here (yet)."""
    if name is None:
        return None
    row = target.conn.execute(
        "SELECT id FROM page WHERE method = ? AND url = ? AND body_digest = ?", json.loads(name)
    ).fetchone()
    return int(row["id"]) if row is not None else None


def _touch(target: Archive, row: sqlite3.Row, ours: PageSays, both: PageSays) -> None:
    """What is derived may rest on what was changed in the row of a page."""
    if ours.pinned != both.pinned:  # redirects to a start point say that a page is no more
        rows = target.conn.execute(
            """SELECT DISTINCT page_id FROM capture JOIN page ON page.id = page_id
               WHERE page.site_id = ? AND capture.status BETWEEN 301 AND 308""",
            (row["site_id"],),
        ).fetchall()
    elif ours.now.kind != both.now.kind or ours.found.site != both.found.site:
        rows = [(row["id"],)]
    else:
        return
    for (page_id,) in rows:
        (last,) = target.conn.execute(
            "SELECT max(id) FROM capture WHERE page_id = ?", (page_id,)
        ).fetchone()
        if last is not None:
            merges.touch(target, page_id, last)
