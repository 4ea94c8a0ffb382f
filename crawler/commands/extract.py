"""`luutru extract`: one saved page read apart, and the rule that found each field."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.errors import InputError
from crawler.commands.options import sites_option

if TYPE_CHECKING:
    from archive.types import Exchange, Found, Reading
    from crawler.profile import SiteProfile


@click.command(
    "extract",
    epilog="""\b
Example:
  luutru extract page.html --url https://tinhuy.example.vn/tin/bai-1.html
  luutru extract page.html --url https://tinhuybinhphuoc.vn/news/tin/a-1.html \\
    --site tinhuy-binhphuoc --explain
""",
)
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True, dir_okay=False))
@click.option("--url", required=True, help="The page's address: links in it are relative to it.")
@click.option(
    "--site", "slug", metavar="SITE", help="Read by this site's profile; else by the generic rules."
)
@click.option(
    "--time",
    "moment",
    metavar="TIME",
    help="When the page was captured (ISO 8601; UTC if no offset is said); else the file's time.",
)
@click.option("--charset", metavar="NAME", help="The page's encoding, over what the page says.")
@click.option(
    "--explain",
    is_flag=True,
    help="Also what each field competed with, and the URLs it makes known, to standard error.",
)
@sites_option
def command(
    file: Path,
    url: str,
    slug: str | None,
    moment: str | None,
    charset: str | None,
    explain: bool,
    sites_dirs: tuple[Path, ...],
) -> None:
    """Read one page (FILE, or - for standard input) apart and print it as JSON.

    An article with the rule that found each field under `evidence`; a listing with its `items`
    and `next`.
    """
    from archive.cli.output import to_json
    from crawler.reading import read

    exchange = _exchange(file, url, moment, charset)
    profile = _profile(slug, url, sites_dirs)
    reading = read(exchange, profile)
    click.echo(to_json(reading_to_dict(reading, url=url, site=slug), indent=2))
    if explain:
        for line in (*explained(reading), *competed(exchange, profile)):
            click.echo(line, err=True)


def reading_to_dict(reading: Reading, *, url: str, site: str | None) -> dict[str, Any]:
    """The JSON of one page: an article's, else the page's kind with `items` and `next`."""
    from archive.article_json import article_to_dict, item_to_dict

    if reading.article is not None:
        return article_to_dict(reading.article, url=url, site=site)
    return {
        "kind": reading.kind,
        "url": url,
        "site": site,
        "title": reading.title,
        "items": [item_to_dict(item) for item in reading.items],
        "next": _request(reading.next),
        "evidence": dict(reading.evidence),
    }


def _request(found: Found | None) -> Any:
    """A plain GET as its URL; a posted form with what is posted."""
    if found is None or found.method == "GET":
        return found.url if found else None
    return {"url": found.url, "method": found.method, "body": found.body.decode("ascii", "replace")}


def explained(reading: Reading) -> list[str]:
    """The rule of each field, then each URL with its kind and how it was found."""
    evidence = dict(reading.article.evidence if reading.article else reading.evidence)
    lines = [f"read as {reading.kind} by {reading.reader}"]
    lines += [f"{field}: {rule}" for field, rule in evidence.items()]
    lines += [f"{found.kind} ({found.how}): {found.url}" for found in reading.found]
    return lines


def competed(exchange: Exchange, profile: SiteProfile) -> list[str]:
    """Field by field the values that were there to choose from, under a line with its name."""
    from crawler.pages.document import Document
    from crawler.pages.rivals import rivals

    lines: list[str] = []
    fields: set[str] = set()
    for rival in rivals(Document.parse(exchange), profile):
        if rival.field not in fields:
            fields.add(rival.field)
            lines.append(f"{rival.field} was chosen among")
        lines.append(f"  {rival.value} ({rival.why})")
    return lines


def _profile(slug: str | None, url: str, sites_dirs: tuple[Path, ...]) -> SiteProfile:
    from crawler.profile import generic, load

    return load(slug, sites_dirs) if slug else generic(url)


def _exchange(file: Path, url: str, moment: str | None, charset: str | None) -> Exchange:
    from archive.types import Exchange
    from archive.urls import canonical

    try:
        canonical(url)
    except ValueError:
        raise InputError(
            f"{url!r} is no http or https address.", "Give the page's whole URL."
        ) from None
    body, time = _read(file)
    return Exchange(
        url=url,
        time=_moment(moment) if moment else time,
        status=200,
        headers=(("Content-Type", f"text/html; charset={_known(charset)}"),) if charset else (),
        body=body,
    )


def _known(charset: str) -> str:
    import codecs

    try:
        return codecs.lookup(charset).name
    except LookupError:
        raise InputError(
            f"no encoding is called {charset!r}.", "Try utf-8 or windows-1258."
        ) from None


def _read(file: Path) -> tuple[bytes, datetime]:
    """The bytes, and when they were written; standard input has no time of its own."""
    if str(file) == "-":
        from archive.clock import SystemClock

        return sys.stdin.buffer.read(), SystemClock().now()
    try:
        return file.read_bytes(), datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except OSError as problem:
        raise InputError(f"{file} cannot be read: {problem.strerror}.", "Check its name.") from None


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"{text!r} is no time.", "Write it as 2023-06-26T16:23+07:00.") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
