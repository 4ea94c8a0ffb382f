"""`luutru sites add`: a look at a site, and the profile that it makes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.commands.options import contact_option, sites_option

if TYPE_CHECKING:
    from crawler.survey.values import Looked, Survey

WIDEST = 60  # characters of a value in the preview


@click.command(
    "add",
    short_help="Look at a site and write a profile of it.",
    epilog="""\b
Examples:
  luutru sites add https://tinhuy.example.vn/ --sites my-sites --contact archive@example.org
  luutru sites add tinhuy.example.vn --dry-run
""",
)
@click.argument("url")
@click.option("--name", "slug", metavar="SITE", help="The site's name in commands, else its host.")
@click.option("--dry-run", is_flag=True, help="Print the profile, and write no file.")
@click.option("--force", is_flag=True, help="Write over a profile that is there.")
@contact_option
@sites_option
@click.option(
    "--format", "fmt", type=click.Choice(["table", "json"]), default="table", show_default=True,
    help="How the survey is printed.",
)  # fmt: skip
def command(
    url: str,
    slug: str | None,
    dry_run: bool,
    force: bool,
    contact: str | None,
    sites_dirs: tuple[Path, ...],
    fmt: str,
) -> None:
    """Look at the site at URL and write a profile of it.

    About eight pages are asked for, at the pace of a crawl and as robots.txt allows: the home
    page, a sitemap, a feed, two sections of the menu, three articles. The CMS is recognised by
    what the pages show. The profile goes to the first folder of --sites or LUUTRU_SITES as
    SITE.toml; a preview tells which fields come out, and what to look at by hand.

    URL may be an article or a listing of the site; it is looked at as well.
    """
    from crawler.survey.look import Wish, survey
    from crawler.survey.write import profile_text

    if not dry_run:
        _writable(sites_dirs)
        _free(sites_dirs, slug, force)
    found = survey(Wish(url, slug, contact, sites_dirs), lambda words: click.echo(words, err=True))
    text = profile_text(found)
    path = None
    if not dry_run:
        path = sites_dirs[0] / f"{found.slug}.toml"
        _free(sites_dirs, found.slug, force)
        write(path, text)
    if fmt == "json":
        from archive.cli.output import to_json

        click.echo(to_json(survey_to_dict(found, text, path), indent=2))
        return
    if dry_run:
        click.echo(text)
    _preview(found)
    if path is not None:
        click.echo(f"Written to {path}. Next: luutru crawl {found.slug} --limit 20", err=True)


def _writable(sites_dirs: tuple[Path, ...]) -> None:
    from archive.errors import InputError

    if not sites_dirs:
        raise InputError(
            "No folder of your own profiles is named.",
            "Make one, `mkdir my-sites`, and say --sites my-sites (or set LUUTRU_SITES);"
            " --dry-run only prints.",
        )
    if not sites_dirs[0].is_dir():
        raise InputError(f"There is no folder {sites_dirs[0]}.", f"`mkdir -p {sites_dirs[0]}`")


def write(path: Path, text: str) -> None:
    """Writes a profile; ``InputError`` if the folder does not take it."""
    from archive.errors import InputError

    try:
        path.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise InputError(
            f"{path} cannot be written: {problem.strerror}.",
            "Name another folder with --sites; --dry-run only prints.",
        ) from None


def _free(sites_dirs: tuple[Path, ...], slug: str | None, force: bool) -> None:
    """Told before the site is asked for anything, where the name is known by then."""
    from archive.errors import InputError

    if slug is None or force:
        return
    for folder in sites_dirs[:1]:
        for path in (folder / f"{slug}.toml", *folder.glob(f"*/{slug}.toml")):
            if path.exists():
                raise InputError(
                    f"{path} is there already.", "--force writes over it, --name takes another."
                )


def survey_to_dict(survey: Survey, text: str, path: Path | None) -> dict[str, Any]:
    """The survey for programs: what was found, what was read of each page, the profile."""
    known = survey.recognised
    return {
        "site": survey.slug,
        "name": survey.name,
        "hosts": list(survey.hosts),
        "family": known.family,
        "signs": list(known.signs),
        "scores": dict(known.scores),
        "province": survey.province.slug if survey.province else None,
        "language": survey.language,
        "delay": survey.delay,
        "start": {
            "home": survey.home,
            "listings": list(survey.listings),
            "sitemaps": list(survey.sitemaps),
            "feeds": list(survey.feeds),
        },
        "pages": [
            {
                "role": one.role,
                "url": one.exchange.url,
                "kind": one.reading.kind,
                "fields": dict(one.fields),
                "evidence": dict((one.reading.article or one.reading).evidence),
            }
            for one in survey.looked
        ],
        "notes": list(survey.notes),
        "profile": text,
        "file": str(path) if path else None,
    }


def _preview(survey: Survey) -> None:
    from archive.cli.output import print_rows

    known = survey.recognised
    told = f" ({'; '.join(known.signs)})" if known.signs else ""
    click.echo(f"{survey.slug}: {survey.name}")
    click.echo(f"family {known.family}{told}\n")
    print_rows([_row(one) for one in survey.looked if one.role != "article"], "table")
    articles = survey.of("article")
    for number, one in enumerate(articles, 1):
        click.echo(f"\nArticle {number}: {one.exchange.url}")
        fields = one.fields
        if not fields:
            click.echo(f"  read as {one.reading.kind}")
            continue
        print_rows(
            [{"field": name, "value": shown(value)} for name, value in fields.items()], "table"
        )
    if survey.missing and articles:
        click.echo(f"\nIn none of them: {', '.join(survey.missing)}")
    if survey.notes:
        click.echo("\nTo look at by hand:")
    for note in survey.notes:
        click.echo(f"- {note}")


def _row(one: Looked) -> dict[str, Any]:
    return {
        "page": one.role,
        "address": one.exchange.url,
        "read as": one.reading.kind,
        "articles": len(one.reading.items),
        "next page": one.reading.next is not None,
    }


def shown(value: Any) -> str:
    """A value in one line: long texts cut, lists counted."""
    if isinstance(value, dict):  # the request for a listing's next page
        value = value["url"] if value["method"] == "GET" else f"{value['method']} {value['url']}"
    if isinstance(value, list) and value and isinstance(value[0], dict):
        first = value[0].get("name") or value[0].get("text") or value[0].get("title") or ""
        value = f"{len(value)}: {first}" if len(value) > 1 else first
    elif isinstance(value, list):
        value = f"{len(value)}: {value[0]}" if len(value) > 1 else str(value[0])
    text = " ".join(str(value).split())
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"
