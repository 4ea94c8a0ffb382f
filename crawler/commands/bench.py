"""`luutru bench`: the figures that README states, measured here and now."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from archive.cli.output import output_format, print_rows

PARTS = ("speed", "size", "honesty", "copies", "reparse")
LONG = ("scale", "search")  # an hour at 200,000 captures: only if it is asked for
ALL = (*PARTS, *LONG)


@click.command(
    "bench",
    epilog="""\b
Examples:
  luutru bench speed --pages 500 --rounds 3
  luutru bench copies --pages 100000
  luutru bench reparse --corpus corpora/vi
  luutru bench scale --pages 200000
  luutru bench search --articles 10000 --articles 100000 --peer --keep made
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
    "counts",
    multiple=True,
    type=click.IntRange(500),
    default=(10_000,),
    show_default=True,
    help="search: made articles to search in; repeatable.",
)
@click.option(
    "--keep",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="search: leave the archives here, and use those that are there.",
)
@click.option("--peer", "peers", is_flag=True, help="search: plain FTS5 and Tantivy too.")
@output_format(default="table")
def command(
    parts: tuple[str, ...],
    pages: int,
    rounds: int,
    corpora: tuple[Path, ...],
    counts: tuple[int, ...],
    keep: Path | None,
    peers: bool,
    fmt: str,
) -> None:
    """Measure what README states: pages/s beside bare Scrapy and of pages that are read again,
    bytes a capture, what must be 0, how well copies are found.

    Of speed, size, honesty, copies and reparse, all if none is said. Serves its own pages on
    loopback; takes a few minutes. Only the ratios compare across machines. scale, only if it is
    named, tells whether ingest, verify and reparse stay linear up to --pages captures. search, by
    itself, makes archives of --articles and tells milliseconds by kind of query, warm and from the
    disk, facets and counts included; memory, bytes of the index, upkeep, and how many titles are
    found again by a piece of them.
    """
    if "search" in parts:
        if len(parts) > 1:
            raise click.UsageError("search is measured by itself: its table has other columns.")
        from crawler.bench.search.figures import rows

        print_rows(rows(counts, keep, peers), fmt)
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
