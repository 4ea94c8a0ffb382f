"""A survey as the commented TOML of a profile."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from archive.urls import is_loopback_host
from crawler.profile import SiteProfile, load_file
from crawler.profile_loader import SiteFile
from crawler.survey.toml import text_list, toml_text
from crawler.survey.values import Survey

_CORRECTABLE = frozenset({"title", "section", "lead", "published", "authors", "source", "body",
                          "captions", "related", "attachments"})  # fmt: skip


def profile_text(survey: Survey) -> str:
    """The whole file. What was guessed says so; what was not found is a comment to fill in."""
    made = _Writer()
    made.say(f"{survey.name}: written by `luutru sites add`, from a look at {_pages(survey)}.")
    made.say("Correct what is wrong; `luutru sites check` tells what is read of the live pages.")
    made.line(f"name = {toml_text(survey.name)}")
    if survey.recognised.signs:
        made.say(f"Recognised by: {'; '.join(survey.recognised.signs)}.")
    else:
        made.say("No known CMS: the generic rules read it.")
    made.line(f"family = {toml_text(survey.recognised.family)}")
    made.line(f"hosts = {text_list(survey.hosts)}")
    _province(survey, made)
    made.line("verified = false  # true once `luutru sites check` ended well and was looked at")
    made.line()
    made.line("[start]")
    made.line(f"home = {toml_text(survey.home)}")
    _starts(made, "listings", survey.listings, "The menu's sections; every crawl begins there.")
    _starts(made, "sitemaps", survey.sitemaps, "")
    _starts(made, "feeds", survey.feeds, "")
    made.line()
    made.line("[crawl]")
    made.line(f"delay = {survey.delay}  # {_why_delay(survey)}")
    _fields(survey, made)
    return made.text


class _Writer:
    def __init__(self) -> None:
        self.text = ""

    def line(self, line: str = "") -> None:
        self.text += f"{line}\n"

    def say(self, comment: str) -> None:
        """A comment; whatever a site calls itself stays in one line."""
        self.line("# " + " ".join("".join(c if c.isprintable() else " " for c in comment).split()))


def _pages(survey: Survey) -> str:
    counted = [(len(survey.of("listing")), "listing"), (len(survey.of("article")), "article")]
    words = [f"{number} {role}{'' if number == 1 else 's'}" for number, role in counted if number]
    return (
        " and ".join(["its home page", *words])
        if len(words) < 2
        else (f"its home page, {words[0]} and {words[1]}")
    )


def _province(survey: Survey, made: _Writer) -> None:
    if survey.province is None:
        made.say('Of which province? Its name does not say: province_then = "lang-son"')
        return
    made.line(f"province_then = {toml_text(survey.province.slug)}")
    made.line(f"province_now = {toml_text(survey.province.now)}")


def _starts(made: _Writer, key: str, urls: Sequence[str], why: str) -> None:
    if why and urls:
        made.say(why)
    made.line(f"{key} = {text_list(urls, '  ')}" + ("" if urls else "  # none answered"))


def _why_delay(survey: Survey) -> str:
    if survey.delay_asked:
        return "seconds between two requests: its robots.txt asks for it"
    local = all(is_loopback_host(host.rpartition(":")[0] or host) for host in survey.hosts)
    return "this machine" if local else "seconds between two requests; never less than 1"


def _fields(survey: Survey, made: _Writer) -> None:
    missing = [name for name in survey.missing if name in _CORRECTABLE]
    if not missing:
        return
    made.line()
    made.say("These came out of none of the articles; where the site has them, a selector says:")
    made.say("[fields]")
    for name in missing:
        made.say(f'{name} = [".class-of-the-{name}"]')


def drafted(
    survey: Survey, sites_dirs: Sequence[Path] = (), *, family_starts: bool = False
) -> SiteProfile:
    """The profile that :func:`profile_text` declares; ``ProfileError`` if it cannot be one.

    *family_starts*: with the start points of the family alone.
    """
    text = profile_text(survey)
    if family_starts:
        text = f"{text.partition('[start]')[0]}[start]\nhome = {toml_text(survey.home)}\n"
    with tempfile.TemporaryDirectory(prefix="luutru-draft-") as folder:
        path = Path(folder) / f"{survey.slug}.toml"
        path.write_text(text, encoding="utf-8")
        return load_file(SiteFile(survey.slug, path, None, own=True), sites_dirs)
