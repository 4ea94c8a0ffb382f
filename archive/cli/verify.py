"""What `luutru verify` prints; the command itself also knows how pages are read."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.cli.options import opened
from archive.cli.output import print_rows

if TYPE_CHECKING:
    from archive.ops.verify import Options

if TYPE_CHECKING:
    from archive.db import Archive


def run(archive_path: Path, options: Options, fmt: str) -> int:
    """Check the archive at that path and print what was found; the exit status."""
    from dataclasses import asdict

    from archive.ops.verify import verify

    with opened(archive_path) as archive:
        done = list(verify(archive, options))
        withdrawn, forks = _withdrawn(archive), _forks(archive)
    rows = [asdict(one) for one in done]
    if fmt == "table":
        print_rows([{k: v for k, v in row.items() if k != "found"} for row in rows], fmt)
        for one in done:
            for text in one.found:
                click.echo(f"{one.check}: {text}")
            if len(one.found) < one.problems:
                click.echo(f"{one.check}: and {one.problems - len(one.found):,} more.")
    else:
        print_rows(rows, fmt)
    if withdrawn:
        click.echo(f"Not there on purpose: {withdrawn}.", err=True)
    for text in forks:
        click.echo(f"No damage: {text}.", err=True)
    problems = sum(one.problems for one in done)
    wrong = [one.check for one in done if one.problems]
    if not problems:
        click.echo(f"{archive_path} is whole: {len(done)} checks found no problem.", err=True)
        return 0
    counted = "1 problem" if problems == 1 else f"{problems:,} problems"
    click.echo(f"{counted} in {archive_path}: {', '.join(wrong)}.", err=True)
    return 1


def _withdrawn(archive: Archive) -> str:
    """What was withdrawn, counted; empty if nothing was, or a damaged file does not tell."""
    try:
        times, payloads = archive.conn.execute(
            "SELECT (SELECT count(*) FROM withdrawal), (SELECT count(*) FROM withdrawn_payload)"
        ).fetchone()
    except sqlite3.DatabaseError:
        return ""  # the checks told the damage
    return f"{payloads:,} payloads that were withdrawn ({times:,} withdrawals)" if times else ""


def _forks(archive: Archive) -> list[str]:
    """Where seals fork; none if a damaged file does not tell."""
    from archive.ops.checks_seals import forks

    try:
        return forks(archive)
    except sqlite3.DatabaseError:
        return []
