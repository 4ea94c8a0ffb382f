"""`luutru sites record`: a page of a site, kept with what is read of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.commands.options import cases_option, contact_option, sites_option

if TYPE_CHECKING:
    from archive.types import Exchange
    from crawler.profile import SiteProfile


@click.command(
    "record",
    short_help="Keep a page with what is read of it.",
    epilog="""\b
Examples:
  luutru sites record dangbo-vidu https://dangbo.example.vn/news/tin/bai-12.html \\
    --from-archive luutru.db --cases cases
  luutru sites record dangbo-vidu https://dangbo.example.vn/news/tin/bai-12.html --sites my-sites
""",
)
@click.argument("site")
@click.argument("url")
@cases_option
@click.option("--case", "name", metavar="NAME", help="The case's name, else kind and address.")
@click.option(
    "--from-archive", "archive_path", metavar="FILE", type=click.Path(path_type=Path),
    help="Take the page from this archive's last capture of it; the site is not asked.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Write over a case that is there.")
@contact_option
@sites_option
def command(
    site: str,
    url: str,
    cases: Path | None,
    name: str | None,
    archive_path: Path | None,
    force: bool,
    contact: str | None,
    sites_dirs: tuple[Path, ...],
) -> None:
    """Keep the page at URL as a case of SITE: the page, how it came, and what is read of it.

    The case is a folder SITE/NAME of page.html, meta.json and expected.json, under --cases; else
    under `cases` in your first folder of profiles (--sites, LUUTRU_SITES); else, in a checkout of
    Luutru, under tests/sites. The reading is printed: look at it, and correct expected.json by
    hand where it errs. `luutru sites check` compares the live page with it.

    The page is asked for as in a crawl: robots.txt first, one request, at the site's pace.
    """
    from archive.cli.output import to_json
    from crawler.profile import load
    from crawler.reading import read
    from crawler.survey import case

    profile = load(site, sites_dirs)
    _check(url, name, profile)
    place = case.place_for(cases, sites_dirs) / site
    known = place / name if name is not None else case.of_url(place, url)
    if known is not None and known.exists() and not force:
        case.refuse(known)
    exchange = (
        _from_archive(archive_path, url, profile) if archive_path else _live(url, profile, contact)
    )
    reading = read(exchange, profile, "article")
    where = known or place / case.name_of(reading, exchange.url)
    folder = case.write(where, exchange, reading, force=force)
    facts = case.facts(reading, full=False)
    facts.pop("found", None)  # hundreds of addresses, which nobody corrects by hand
    click.echo(to_json(facts, indent=2))
    click.echo(
        f"Recorded in {folder}, read as {reading.kind}. Where the reading errs, correct"
        f" {case.EXPECTED} by hand.",
        err=True,
    )


def _check(url: str, name: str | None, profile: SiteProfile) -> None:
    import re

    from archive.errors import InputError
    from archive.urls import host_key

    try:
        host = host_key(url)
    except ValueError:
        raise InputError(
            f"{url!r} is no http or https address.", "Give the page's whole URL."
        ) from None
    if host not in profile.hosts:
        raise InputError(
            f"{url} is on none of the hosts of {profile.slug}: {', '.join(profile.hosts)}.",
            "Name another site, or add the host to its profile.",
        )
    if name is not None and not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,79}", name):
        raise InputError(f"{name!r} cannot be a case's name.",
                         "Use small letters, digits and hyphens.")  # fmt: skip


def _live(url: str, profile: SiteProfile, contact: str | None) -> Exchange:
    from crawler.survey.check import door_of
    from crawler.survey.refusals import no_page
    from crawler.survey.visit import visit

    click.echo(f"Asking {profile.hosts[0]} for robots.txt and the page.", err=True)
    seen = visit(door_of(profile, contact), [url])
    page = seen.page(url)
    if page is None:
        raise no_page(seen, url)
    return page


def _from_archive(path: Path, url: str, profile: SiteProfile) -> Exchange:
    from archive import captures, pages
    from archive.cli.options import opened
    from archive.errors import UnknownReferenceError

    name = profile.urls.canonical(url)
    with opened(path) as archive:
        page = pages.by_url(archive, name)
        if page is None or page.last_answer_id is None:
            raise UnknownReferenceError(
                f"{path} has no answer to {url}.", "Leave --from-archive out to ask the site."
            )
        return captures.exchange(archive, page.last_answer_id)
