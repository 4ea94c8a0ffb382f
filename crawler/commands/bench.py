"""`luutru bench`: the figures that README states, measured here and now."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from archive.cli.output import output_format, print_rows
from archive.cli.progress import bar

PARTS = ("speed", "size", "honesty", "copies", "reparse")
LONG = ("scale", "search")  # an hour at 200,000 captures: only if it is asked for


@click.command(
    "bench",
    epilog="""\b
Examples:
  luutru bench speed --pages 500 --rounds 3
  luutru bench copies --pages 100000
  luutru bench reparse --corpus corpora/vi
  luutru bench scale --pages 200000
  luutru bench search --articles 10000 --articles 100000 --keep made
""",
)
@click.argument(
    "parts",
    nargs=-1,
    type=click.Choice((*PARTS, *LONG)),
    metavar=f"[{'|'.join((*PARTS, *LONG))}]...",
)
@click.option("--pages", default=1500, show_default=True, help="Pages of the site measured.")
@click.option("--rounds", default=3, show_default=True, help="Runs in turns; medians are told.")
@click.option(
    "--corpus",
    "corpora",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="reparse: pages of this corpus in place of the sample's; repeatable.",
)
@click.option(
    "--articles",
    "sizes",
    multiple=True,
    type=click.IntRange(min=100),
    default=(10_000,),
    show_default=True,
    metavar="NUMBER",
    help="search: articles of the archive that is made; repeatable.",
)
@click.option(
    "--keep",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="search: keep the archives there, and take those that are there already.",
)
@click.option("--reindex", is_flag=True, help="search: build the index of a kept archive anew.")
@click.option(
    "--queries",
    "each",
    type=click.IntRange(min=1),
    default=12,
    show_default=True,
    help="search: of each kind.",
)
@click.option("--peer", is_flag=True, help="search: measure plain FTS5 and Tantivy beside.")
@click.option("--known-items", is_flag=True, help="search: how often a known article comes up.")
@output_format(default="table")
def command(
    parts: tuple[str, ...],
    pages: int,
    rounds: int,
    corpora: tuple[Path, ...],
    sizes: tuple[int, ...],
    fmt: str,
    **searched: Any,
) -> None:
    """Measure what README states: pages/s beside bare Scrapy and of pages that are read again,
    bytes a capture, what must be 0, how well copies are found.

    Of speed, size, honesty, copies and reparse, all if none is said. Serves its own pages on
    loopback; takes a few minutes. Only the ratios compare across machines. scale, only if it is
    named, tells whether ingest, verify and reparse stay linear up to --pages captures.

    search, only if it is named and alone, makes articles, indexes them and asks queries of each
    kind: milliseconds of the search (20 hits with snippets and count), of its facets, and of both;
    p50 and p95, warm and, of three queries of each kind, with nothing of the file in memory.
    """
    if "search" in parts:
        if len(parts) > 1:
            raise click.UsageError(
                "`search` has a table of its own. Call `luutru bench search` alone."
            )
        _search(sizes, searched, fmt)
        return
    from crawler.bench.copies import figures as copies
    from crawler.bench.honesty import disallowed_and_unchanged
    from crawler.bench.measure import speed
    from crawler.bench.reread import reading_again
    from crawler.bench.scale import scale
    from crawler.bench.size import size

    figures = []
    for part in parts or PARTS:
        click.echo(f"measuring {part} …", err=True)
        if part == "speed":
            figures += speed(pages, rounds)
        elif part == "size":
            figures.append(size(min(pages, 300)))
        elif part == "copies":
            figures += copies(pages)
        elif part == "scale":
            figures += scale(pages)
        elif part == "reparse":
            figures += reading_again(max(64, min(pages, 1000)), rounds, corpora)
        else:
            figures += disallowed_and_unchanged()
        sys.stderr.flush()
    print_rows([figure.row() for figure in figures], fmt)


def _search(sizes: tuple[int, ...], options: dict[str, Any], fmt: str) -> None:
    from crawler.bench.search.run import Wanted, rows

    wanted = Wanted(**options)

    def tell(what: str) -> None:
        click.echo(what, err=True)

    print_rows((one.row() for size in sizes for one in rows(size, wanted, bar, tell)), fmt)
