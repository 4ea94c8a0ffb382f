"""Copies on the terminal: those of one article, and how two of them differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from archive.cli.output import colours, folded, print_rows, to_json
from archive.errors import InputError

if TYPE_CHECKING:
    from archive.alignment import Change
    from archive.copies_diff import CopyDiff
    from archive.db import Archive

_NUMBER = re.compile(r"-?\d{1,9}\Z")  # of a version; a key has 16 characters
_SIGNS = {"same": "=", "changed": "~", "removed": "-", "added": "+"}


def number_or_none(text: str | None) -> int | None:
    """The number of a version; None if *text* is a REF, or not said."""
    return int(text) if text is not None and _NUMBER.match(text) else None


def lines(archive: Archive, key: str) -> Iterator[str]:
    """The copies of an article, the first seen in front; none if it is alone."""
    from archive import articles, copies_state, story_members

    found = story_members.members(archive, articles.resolve(archive, key))
    rows = [story_members.to_json(one) for one in found]
    if not copies_state.complete(archive):
        yield "Copies:   not all articles were compared yet; run `luutru reindex`"
    if not rows:
        return
    sites = len({row["site"] for row in rows})
    yield f"Copies:   {len(rows)} on {sites} site{'s' if sites > 1 else ''}, the first seen first"
    for row in rows:
        about = [
            f"seen {row['first_seen'][:16].replace('T', ' ')}Z",
            f"dated {row['published']}" if row["published"] else "no date",
            f"source: {row['source']}" if row["source"] else "",
            "this article" if row["key"] == key else _common(row),
            "" if row["state"] == "live" else row["state"].upper(),
        ]
        yield f"  - {row['key']}  {row['site']}: {', '.join(filter(None, about))}"
        yield f"    {row['url']}"


def _common(row: dict[str, Any]) -> str:
    if row["equal"]:
        return "the same words"
    if not row["of"]:
        return "connected by others"
    percent = 100 * row["shared"] // row["of"]
    return f"{row['shared']} of the {row['of']} sentences of the shorter ({percent} %)"


def diff(archive: Archive, ref: str, other_ref: str, fmt: str) -> None:
    """Print how two articles differ, sentence by sentence; InputError if they are one."""
    from archive import articles, copies_diff

    one, other = (
        articles.current(archive, articles.resolve(archive, name)) for name in (ref, other_ref)
    )
    if one.key == other.key:
        raise InputError(
            f"{ref} and {other_ref} are addresses of one article, {one.key}.",
            f"`luutru diff {one.key}` compares its versions; `luutru show {one.key}` lists copies.",
        )
    found = copies_diff.compare(one, other)
    if fmt == "json":
        click.echo(to_json(copies_diff.to_json(found), indent=2))
    elif fmt == "table":
        click.echo("\n".join(_diff_lines(found)))
    else:
        rows = copies_diff.rows(found)
        print_rows([{**row, "pieces": _marked(row["pieces"])} for row in rows], fmt)


def _diff_lines(found: CopyDiff) -> Iterator[str]:
    for name, version in (("a", found.one), ("b", found.other)):
        dated = version.article.published or "no date"
        yield f"{name}: {version.key}  {version.site}, {dated}  {version.url}"
        yield f"   {version.article.title}"
    counts = [
        f"{found.count('same')} sentences the same", f"{found.count('changed')} changed",
        f"{found.count('removed')} only in a", f"{found.count('added')} only in b",
    ]  # fmt: skip
    yield ", ".join(counts)
    same = 0
    for change in found.changes:
        if change.op == "same":
            same += 1
            continue
        if same:
            yield f"  … {same} the same"
        same = 0
        yield folded(_inline(change), f"{_SIGNS[change.op]} ")
    if same:
        yield f"  … {same} the same"


def _inline(change: Change) -> str:
    if change.op in ("removed", "added"):
        return "".join(piece.text for piece in change.pieces)
    return _marked([[piece.op, piece.text] for piece in change.pieces], colours())


def _marked(pieces: list[list[str]], colour: bool = False) -> str:
    told = []
    for op, text in pieces:
        if op == "same":
            told.append(text)
        elif op == "removed":
            told.append(
                click.style(text, fg="red", strikethrough=True) if colour else f"[-{text}-]"
            )
        else:
            told.append(
                click.style(text, fg="green", underline=True) if colour else f"{{+{text}+}}"
            )
    return "".join(told)
