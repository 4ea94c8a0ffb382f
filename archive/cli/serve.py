"""`luutru serve`: the archive in a browser."""

from __future__ import annotations

from pathlib import Path

import click

from archive.cli.options import archive_option


@click.command(
    "serve",
    epilog="""\b
Examples:
  luutru serve
  luutru serve --port 0 --archive demo/luutru.db
""",
)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help="Where to listen; on another than loopback, whoever reaches it may read.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8001,
    show_default=True,
    help="0: any that is free.",
)
@click.option("--open", "browse", is_flag=True, help="Open it in the browser, too.")
@archive_option()
def command(host: str, port: int, browse: bool, archive_path: Path) -> None:
    """Read and search the archive in a browser.

    Search with accented snippets, articles with photos and versions, comparisons, replay of what
    was captured, the sites; and every table with SQL, JSON and CSV. Nothing is written, and a crawl
    may go on beside it.
    """
    from archive.clock import SystemClock
    from archive.web import security, server

    with server.opened(archive_path, host, SystemClock()) as datasette:
        listening = server.bound(host, port)
        url = server.url_of(listening)

        def ready() -> None:
            click.echo(f"{archive_path} is served at {url} (Ctrl-C ends it).", err=True)
            if not security.is_loopback(host):
                click.echo(
                    "Warning: everyone who can reach this machine can read it, SQL included;"
                    " there is no password. `--host 127.0.0.1` keeps it to yourself.",
                    err=True,
                )
            if browse:
                click.launch(url)

        with listening:
            server.run(datasette, listening, ready)
