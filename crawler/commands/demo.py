"""`luutru demo`: the main job on sample sites, from crawl to diff, in a minute or two."""

from __future__ import annotations

import shlex
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archive.clock import SystemClock
from archive.errors import InputError

if TYPE_CHECKING:
    from crawler.demo.content import DemoArticle

DAY = 86_400.0
QUERY = "tuyen truyen mieng"


@click.command(
    "demo",
    epilog="""\b
Example:
  luutru demo --keep demo
  luutru search "dang uy khoi" --archive demo/luutru.db
""",
)
@click.option(
    "--article",
    "article_files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="An article as plain text, as a reader sees it; it joins the sites in all three markups."
    " May be repeated.",
)
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help="Leave the archive and the sites' profiles in this folder.",
)
def command(article_files: tuple[Path, ...], keep: Path | None) -> None:
    """Serve three sample sites on loopback, crawl them, let a day pass, crawl them again.

    Shows what was captured, a search without accents, the difference of an edited article, and
    where to go on. Needs no network.
    """
    with ExitStack() as stack:
        if keep is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="luutru-demo-")))
        else:
            folder = keep
            folder.mkdir(parents=True, exist_ok=True)
        archive = folder / "luutru.db"
        if archive.exists():
            raise InputError(
                f"{archive} is there already.", "Remove that folder, or name another with --keep."
            )
        _run(folder, archive, [_given(file) for file in article_files])
        if keep is not None:
            _go_on(archive)


def _given(article_file: Path) -> DemoArticle:
    from crawler.demo.plaintext import read

    try:
        text = article_file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{article_file} is not UTF-8 text.", "Save it as UTF-8 and call again."
        ) from error
    return read(text)


def _run(folder: Path, archive: Path, extra: Sequence[DemoArticle]) -> None:
    from crawler.crawling import crawl_sites
    from crawler.demo.dates import HANOI
    from crawler.demo.server import DemoServer
    from crawler.demo.sites import build
    from crawler.job import CrawlOptions

    # the sites' recent articles are recent as of today, whenever that is
    sites = build(extra=extra, today=SystemClock().now().astimezone(HANOI).date())
    with DemoServer(sites) as server:
        profiles = folder / "sites"
        profiles.mkdir(exist_ok=True)
        for site in sites:
            text = site.profile_toml(server.urls[site.slug])
            (profiles / f"{site.slug}.toml").write_text(text, encoding="utf-8")
        slugs = [site.slug for site in sites]
        options = CrawlOptions(why="demo", contact="demo@localhost")
        for day, shift in ((1, 0.0), (2, DAY)):
            server.set_day(day)
            _say(f"Day {day}: crawling {', '.join(slugs)}" + (", changed since" * (day > 1)))
            results = crawl_sites(archive, slugs, (profiles,), options, clock_shift=shift)
            for result in results:
                if result.problem:
                    raise InputError(f"The crawl of {result.site} failed.", result.problem)
            _table([result.row() for result in results])
    _show(archive, extra)


def _show(archive: Path, extra: Sequence[DemoArticle]) -> None:
    _call(archive, "status")
    _call(archive, "search", extra[0].title if extra else QUERY, "--limit", "5")
    key = _edited(archive)
    _call(archive, "history", key)
    _call(archive, "diff", key)


def _edited(path: Path) -> str:
    """An article whose body the sites edited between the two days, not its tone marks alone."""
    from archive import articles, events
    from archive.cli.options import opened
    from archive.diff import compare

    with opened(path) as archive:
        for event in events.since(archive, 0):
            if event.kind != "changed" or event.article_id is None:
                continue
            before, after = articles.versions(archive, event.article_id)[-2:]
            fields = compare(before, after).fields
            if any(one.field == "body" and one.kind == "content" for one in fields):
                return after.key
    raise InputError("No article changed between the two days.", "This is a defect: report it.")


def _call(archive: Path, name: str, *arguments: str) -> None:
    """Run one of the commands as a user would, and show what was typed."""
    import importlib

    from crawler.cli import COMMANDS

    _say("$ " + shlex.join(["luutru", name, *arguments]))
    called = importlib.import_module(COMMANDS[name][0]).command
    called.main([*arguments, "--archive", str(archive)], standalone_mode=False)


def _table(rows: list[dict[str, object]]) -> None:
    from archive.cli.output import print_rows

    print_rows(rows, "table")


def _say(line: str) -> None:
    click.echo()
    click.secho(line, bold=True)
    sys.stdout.flush()


def _go_on(archive: Path) -> None:
    _say("Go on with")
    for line in (
        'search "Đảng ủy" --from 2023 --format json',
        "show KEY",
        "history KEY",
        "diff KEY",
        "export jsonl articles.jsonl",
        "status",
    ):
        click.echo(f"  luutru {line} --archive {shlex.quote(str(archive))}")
