"""Site profiles from TOML: which files there are, a site's over its family's.

Folders are looked through in order, the user's own before that of the package:

    <family>/_family.toml   what the sites of one CMS share
    <family>/<slug>.toml    one site
    <slug>.toml             one site of one's own; names its family by a key
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from archive.errors import ProfileError
from archive.urls import canonical, host_key
from crawler import profile_body
from crawler import profile_schema as schema
from crawler.profile_layers import Table, merge, over
from crawler.profile_values import SiteProfile
from crawler.provinces import MERGER, PROVINCES_FILE, provinces

PACKAGE_SITES = Path(__file__).with_name("sites")
FAMILY_FILE = "_family.toml"
GENERIC = "generic"
OF_THE_FAMILY = frozenset({"name", "seen", "built_on", "signs"})  # not of its sites
OWN_SITES_VARIABLE = "LUUTRU_SITES"


@dataclass(frozen=True, slots=True)
class SiteFile:
    """Where a site's profile stands, before anything in it is believed."""

    slug: str
    path: Path
    family: str | None  # by its folder
    own: bool


def own_dirs(environ: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """The user's folders of profiles, from ``LUUTRU_SITES`` (several: as in ``PATH``)."""
    named = environ.get(OWN_SITES_VARIABLE, "").split(os.pathsep)
    return tuple(Path(folder) for folder in named if folder)


def families(sites_dirs: Iterable[Path | str] = ()) -> Mapping[str, Table]:
    """Family -> its file, checked; the first folder that has one wins."""
    tables: dict[str, Table] = {}
    for folder in _dirs(sites_dirs):
        for path in sorted(folder.glob(f"*/{FAMILY_FILE}")):
            if path.parent.name not in tables:
                tables[path.parent.name] = table = read_table(path)
                schema.check(table, schema.FAMILY, path)
    return tables


def all_slugs(sites_dirs: Iterable[Path | str] = ()) -> tuple[str, ...]:
    """Every site that has a file, sorted."""
    return tuple(sorted(site_files(sites_dirs)))


def load(slug: str, sites_dirs: Iterable[Path | str] = ()) -> SiteProfile:
    """The profile of *slug*; ``ProfileError`` names the file, the key and the remedy."""
    dirs = _dirs(sites_dirs)
    files = site_files(dirs)
    if slug not in files:
        near = get_close_matches(slug, files, 3, 0.5)
        hint = f"Did you mean {', '.join(near)}?" if near else "`luutru sites list` names them all."
        raise ProfileError(f"no site {slug!r} is known.", hint)
    profile = load_file(files[slug], dirs)
    _refuse_shared_start(profile, files, dirs)
    return profile


def load_file(file: SiteFile, sites_dirs: Iterable[Path | str] = ()) -> SiteProfile:
    """One site's file over its family's, without a look at the other sites."""
    table = read_table(file.path)
    schema.check(table, schema.SITE, file.path)
    name = table.get("family", file.family or GENERIC)
    if file.family is not None and name != file.family:
        raise _wrong(file.path, "family", f"{name!r} is not the folder's, {file.family!r}.",
                     "Leave the key out, or move the file.")  # fmt: skip
    family = _family(name, _dirs(sites_dirs), file.path)
    return _build(file, name, table, over(family, table))


def generic(url: str) -> SiteProfile:
    """A profile for an unknown site: the generic rules and the host of *url*, nothing else."""
    host = host_key(url)
    table = merge(
        _family(GENERIC, _dirs(()), PACKAGE_SITES), {"start": {"home": urljoin(url, "/")}}
    )
    hosts = [host] if ":" in host or host[:1].isdigit() else [host, schema.twin(host)]
    table.update(name=host, hosts=hosts)
    file = SiteFile(host, Path(f"<{host}>"), GENERIC, own=True)
    return _build(file, GENERIC, {"start": table["start"]}, table)


def site_files(sites_dirs: Iterable[Path | str] = ()) -> Mapping[str, SiteFile]:
    """Slug -> file; the first folder that holds a slug wins, twice in one folder is an error."""
    files: dict[str, SiteFile] = {}
    for folder in _dirs(sites_dirs):
        here: dict[str, SiteFile] = {}
        for file in _files_in(folder):
            if file.slug in here:
                raise _wrong(file.path, "", f"the site {file.slug!r} has another file, "
                             f"{here[file.slug].path}.", "Rename or remove one.")  # fmt: skip
            here[file.slug] = file
        files = here | files
    return files


@lru_cache(maxsize=512)
def _read_table(path: Path, _state: tuple[int, int]) -> Table:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise _wrong(path, "", f"this is not TOML: {problem}.", "Mend the line it names.") from None


def read_table(path: Path) -> Table:
    """The file's TOML, parsed once for each state of the file. Not to be changed."""
    try:
        state = path.stat()
        return _read_table(path, (state.st_mtime_ns, state.st_size))
    except OSError as problem:
        raise _wrong(
            path, "", f"cannot be read: {problem.strerror}.", "Check its name and rights."
        ) from None


def _dirs(sites_dirs: Iterable[Path | str]) -> tuple[Path, ...]:
    own = tuple(Path(folder) for folder in sites_dirs)
    for folder in own:
        if not folder.is_dir():
            raise _wrong(folder, "", "there is no such folder of profiles.",
                         f"Check --sites and {OWN_SITES_VARIABLE}.")  # fmt: skip
    return own if PACKAGE_SITES in own else (*own, PACKAGE_SITES)


def _files_in(folder: Path) -> Iterator[SiteFile]:
    own = folder != PACKAGE_SITES
    for path in sorted((*folder.glob("*.toml"), *folder.glob("*/*.toml"))):
        if path.name.startswith("_"):
            continue
        family = path.parent.name if path.parent != folder else None
        yield SiteFile(path.stem, path, family, own)


def _family(name: str, dirs: tuple[Path, ...], asked_by: Path) -> Table:
    path = next((p for d in dirs if (p := d / name / FAMILY_FILE).is_file()), None)
    if path is None:
        known = sorted({p.parent.name for d in dirs for p in d.glob(f"*/{FAMILY_FILE}")})
        raise _wrong(asked_by, "family", f"there is no family {name!r}.",
                     f"Choose one of {', '.join(known)}.")  # fmt: skip
    table = read_table(path)
    schema.check(table, schema.FAMILY, path)
    return {key: value for key, value in table.items() if key not in OF_THE_FAMILY}


def _build(file: SiteFile, family: str, own: Table, table: Table) -> SiteProfile:
    path = file.path
    hosts = tuple(host.lower() for host in table.get("hosts", ()))
    start = schema.start(own.get("start", {}), table.get("start", {}), hosts, path)
    if not hosts and (start.all or "hosts" not in table):
        raise _wrong(path, "hosts", "a site needs its hosts.",
                     'Write hosts = ["example.vn"], or hosts = [] and start = [].')  # fmt: skip
    then, now = _province(table, path)
    profile = SiteProfile(
        slug=file.slug,
        name=table["name"],
        family=family,
        hosts=hosts,
        province_then=then,
        province_now=now,
        body=profile_body.body(table, file.slug, MERGER if then != now and then else None, path),
        verified=table.get("verified", False),
        start=start,
        urls=schema.url_rules(table.get("urls", {}), path),
        crawl=schema.pace(table.get("crawl", {}), path),
        fields=schema.fields(table.get("fields", {}), path, "fields"),
        layouts=schema.layouts(table.get("layouts", ()), path),
    )
    for url in profile.start.all:
        if host_key(url) not in hosts:
            raise _wrong(path, "start", f"{url} is on none of the site's hosts.",
                         f"Add {urlsplit(url).hostname!r} to hosts.")  # fmt: skip
    schema.check_pace(profile, path)
    return profile


def _province(table: Table, path: Path) -> tuple[str | None, str | None]:
    then, now = table.get("province_then"), table.get("province_now")
    known = provinces()
    for key, slug in (("province_then", then), ("province_now", now)):
        if slug is not None and slug not in known:
            near = get_close_matches(slug, known, 3, 0.5)
            hint = f": {', '.join(near)}?" if near else "."
            raise _wrong(
                path, key, f"there is no province {slug!r}.", f"See {PROVINCES_FILE.name}{hint}"
            )
    if then is None:
        return None, now
    if now is not None and now != known[then].now:
        raise _wrong(path, "province_now", f"{then!r} became {known[then].now!r}, not {now!r}.",
                     "Leave the key out.")  # fmt: skip
    return then, known[then].now


def _refuse_shared_start(
    profile: SiteProfile, files: Mapping[str, SiteFile], dirs: tuple[Path, ...]
) -> None:
    """Two sites with one start point would crawl, and count, the same pages twice."""
    mine = {canonical(url) for url in profile.start.all}
    for other in files.values():
        if other.slug == profile.slug:
            continue
        try:
            theirs = _starts(other, dirs)
        except ProfileError:
            continue  # its own load tells; one broken file must not stop the crawls of the others
        for url in theirs:
            if canonical(url) in mine:
                raise _wrong(files[profile.slug].path, "start",
                             f"{url} is also a start point of {other.slug!r} ({other.path}).",
                             "Remove it from one of the two.")  # fmt: skip


def _starts(file: SiteFile, dirs: tuple[Path, ...]) -> tuple[str, ...]:
    """The start points of a site alone: this is asked of every site for each that is loaded."""
    table = read_table(file.path)
    schema.check(table, schema.SITE, file.path)
    own = table.get("start", {})
    family = _family(table.get("family", file.family or GENERIC), dirs, file.path)
    merged = merge({"start": family.get("start", {})}, {"start": own})["start"]
    return schema.start(own, merged, table.get("hosts", ()), file.path).all


def _wrong(path: Path, key: str, what: str, next_step: str) -> ProfileError:
    return ProfileError(what, next_step, file=str(path), key=key)
