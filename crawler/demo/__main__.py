"""`python -m crawler.demo`: serves the sample sites until Ctrl-C."""

from __future__ import annotations

import threading
from pathlib import Path

import click

from archive.errors import InputError
from crawler.demo import plaintext
from crawler.demo.server import DemoServer
from crawler.demo.sites import build


@click.command(epilog="Example: python -m crawler.demo --day 2 --article bai-viet.txt")
@click.option("--day", type=click.IntRange(1, 2), default=1, help="The day that is served.")
@click.option("--port", type=int, default=0, help="The first of three ports (0: free ones).")
@click.option("--article", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="An article as plain text that each site shows too.")  # fmt: skip
@click.option("--static", is_flag=True, help="No clocks, counters and rotating boxes.")
def main(day: int, port: int, article: Path | None, static: bool) -> None:
    """Serve the three sample sites on loopback and print their addresses."""
    try:
        extra = [plaintext.read(article.read_text(encoding="utf-8"))] if article else []
    except (InputError, UnicodeDecodeError) as problem:
        raise click.ClickException(str(problem)) from None
    sites = build(extra=extra)
    ports = [port + n if port else 0 for n in range(len(sites))]
    with DemoServer(sites, day, ports=ports, dynamic=not static) as server:
        for slug, url in server.urls.items():
            click.echo(f"{slug}\t{url}/")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            click.echo("stopped", err=True)


if __name__ == "__main__":
    main()
