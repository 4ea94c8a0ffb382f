"""`luutru bench`: the figures that README states, measured here and now."""

from __future__ import annotations

import sys

import click

from archive.cli.output import output_format, print_rows

PARTS = ("speed", "size", "honesty", "copies")


@click.command(
    "bench",
    epilog="""\b
Examples:
  luutru bench speed --pages 500 --rounds 3
  luutru bench copies --pages 100000
""",
)
@click.argument(
    "parts", nargs=-1, type=click.Choice(PARTS), metavar="[speed|size|honesty|copies]..."
)
@click.option("--pages", default=1500, show_default=True, help="Pages of the site measured.")
@click.option("--rounds", default=3, show_default=True, help="Runs in turns; medians are told.")
@output_format(default="table")
def command(parts: tuple[str, ...], pages: int, rounds: int, fmt: str) -> None:
    """Measure what README states: pages/s beside bare Scrapy, bytes a capture, what must be 0, how
    well copies are found.

    Of speed, size, honesty and copies, all if none is said. Serves its own pages on loopback;
    takes a minute or two. Only the ratios compare across machines.
    """
    from crawler.bench.copies import figures as copies
    from crawler.bench.honesty import disallowed_and_unchanged
    from crawler.bench.measure import speed
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
        else:
            figures += disallowed_and_unchanged()
        sys.stderr.flush()
    print_rows([figure.row() for figure in figures], fmt)
