"""The command `luutru`: each command's module is loaded when it is called, not before."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from difflib import get_close_matches

import click

from archive.cli.run import main as run_main

COMMANDS: Mapping[str, tuple[str, str]] = {
    "demo": ("crawler.commands.demo", "Serve the sample sites, crawl them twice, show what comes."),
    "sites": ("crawler.commands.sites", "List and show the sites; add, record and check them."),
    "crawl": ("crawler.commands.crawl", "Crawl sites now."),
    "schedule": ("crawler.commands.schedule", "Crawl sites by themselves, at set times."),
    "status": ("archive.cli.status", "Show each site's health, coverage, last and next crawl."),
    "search": ("archive.cli.search", "Find articles, with or without accents."),
    "watch": ("archive.cli.watch", "Keep searches, and be told what came to match since."),
    "show": ("archive.cli.show", "Show an article."),
    "history": ("archive.cli.history", "List an article's versions and what changed."),
    "diff": ("archive.cli.diff", "Compare two versions of an article."),
    "cite": ("archive.cli.cite", "Refer to a capture, with a proof that can be checked offline."),
    "note": ("archive.cli.note", "Write notes on articles, list and retract them."),
    "collection": ("archive.cli.collection", "Create collections of articles, fill and show them."),
    "trends": ("archive.cli.trends", "Count terms by month and site."),
    "first": ("archive.cli.first", "Show who used a phrase first, and who took it up."),
    "synonyms": ("archive.cli.synonyms", "List abbreviations that a search knows; add your own."),
    "serve": ("archive.cli.serve", "Read and search the archive in a browser."),
    "export": ("archive.cli.export", "Write datasets (jsonl, csv, parquet, sqlite), WARC or WACZ."),
    "import": ("crawler.commands.import_", "Take in WARC and WACZ files of others."),
    "verify": ("crawler.commands.verify", "Check that everything in the archive is whole."),
    "backup": ("archive.cli.backup", "Copy the archive, also while a crawl runs."),
    "restore": ("archive.cli.restore", "Put a backup in the archive's place."),
    "merge": ("crawler.commands.merge", "Take in all that other archives keep."),
    "withdraw": ("archive.cli.withdraw", "Withdraw text and payloads for good, with the reason."),
    "stats": ("archive.cli.stats", "Count what the archive holds, and where its bytes are."),
    "reparse": ("crawler.commands.reparse", "Read all captures again by today's reader."),
    "reindex": ("archive.cli.reindex", "Build the search index and the stories anew."),
    "extract": ("crawler.commands.extract", "Read one saved page apart."),
    "evaluate": ("crawler.commands.evaluate", "Score how well pages are read."),
    "bench": ("crawler.commands.bench", "Measure what README states."),
}
"""Command -> module with `command`, and its line in `luutru --help`, in the order of use."""


class LazyGroup(click.Group):
    """A group that imports a command only to run it or to print its help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            if near := get_close_matches(cmd_name, COMMANDS, 1):
                ctx.fail(f"There is no command {cmd_name!r}. Did you mean {near[0]!r}?")
            return None
        command: click.Command = importlib.import_module(COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="luutru", prog_name="luutru")
def group() -> None:
    """Crawl the sites of Vietnamese party committees, keep every version, and search them.

    The archive is one file: --archive FILE, else LUUTRU_ARCHIVE, else luutru.db here.

    \b
    Example:
      luutru demo --keep demo
      luutru search "tuyen truyen mieng" --archive demo/luutru.db
    """


def main() -> None:
    """The console script."""
    run_main(group)
