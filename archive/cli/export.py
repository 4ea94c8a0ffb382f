"""`luutru export`: a dataset or a web archive into a file, or rows to standard output."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.cli.filters import filter_options, filters_of
from archive.cli.options import archive_option, opened
from archive.cli.progress import bar
from archive.errors import InputError

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.export.dataset import Wanted
    from archive.export.record import Kind
    from archive.export.selection import Selection

_TEXTS = ("jsonl", "csv")
_DATASETS = (*_TEXTS, "parquet", "sqlite")
_FORMATS = (*_DATASETS, "warc", "wacz")

_ENDINGS = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".parquet": "parquet", ".pq": "parquet",
    ".sqlite": "sqlite", ".sqlite3": "sqlite", ".db": "sqlite", ".warc": "warc", ".wacz": "wacz",
}  # fmt: skip

# As the options are typed -> as `filters_of` takes them.
_TYPED = {"site": "sites", "from": "since", "to": "until", "iy": "spellings"}


@click.command(
    "export",
    epilog="""\b
Examples:
  luutru export parquet articles.parquet
  luutru export sqlite versions.db --versions --site tinhuy-binhphuoc
  luutru export csv - --query '"chuyển đổi số"' --from 2023 | head
  luutru export jsonl changed.jsonl --since 3f9a0c1d2e4b5a67:1200
  luutru export wacz tinhuy-binhphuoc.wacz --site tinhuy-binhphuoc
""",
)
@click.argument("format_", metavar="FORMAT", type=click.Choice(_FORMATS))
@click.argument("file", type=click.Path(allow_dash=True, path_type=Path))
@click.option("--versions", is_flag=True, help="A row for each version, not for each article.")
@click.option("--query", help="Only what this finds, in the words of `luutru search`.")
@filter_options
@click.option(
    "--since", "after", metavar="EVENT", help="Only articles with an event after this one."
)
@click.option("--full", is_flag=True, help="jsonl: each paragraph, heading, item with its kind.")
@archive_option()
def command(
    format_: str,
    file: Path,
    versions: bool,
    query: str | None,
    after: str | None,
    full: bool,
    archive_path: Path,
    **narrow: Any,
) -> None:
    """Write articles as FORMAT to FILE, by key: jsonl, csv, parquet, sqlite; or warc, wacz.

    A row is an article by its current version. Beside FILE come FILE.manifest.json (counts, digest,
    selection, state of the archive, schema) and FILE.card.md (what it is, in words). An existing
    FILE is replaced when the new one is whole, never before. The same archive and selection give
    the same bytes. - is standard output, for jsonl and csv.

    csv is flat: kinds, roles, credits and titles of links are left out, and a cell may begin with
    `=`: import it as text. EVENT is a number or ARCHIVE:NUMBER, as the last export told it. warc
    and wacz hold the captures of what is selected.
    """
    filters = filters_of(**narrow)
    _check(format_, file, archive_path, versions, after)
    with opened(archive_path) as archive:
        from archive.export.selection import Selection, event_number

        since = event_number(archive, after) if after is not None else None
        given = _given(query=query, **narrow, after=after)
        selection = Selection(filters, query, since, given)
        if format_ in _DATASETS:
            from archive.export.dataset import Wanted

            kind: Kind = "versions" if versions else "articles"
            _dataset(archive, file, Wanted(format_, kind, selection, full))
        else:
            _web_archive(archive, file, format_, selection)


def _dataset(archive: Archive, file: Path, wanted: Wanted) -> None:
    from archive.export import dataset

    if str(file) == "-":
        dataset.print_to(archive, sys.stdout, wanted)
        return
    with bar("Exporting") as progress:
        made = dataset.write(archive, file, wanted, progress)
    counts = made["counts"]
    of = f" of {counts['articles']:,} articles" if wanted.kind == "versions" else ""
    click.echo(f"{counts['rows']:,} {wanted.kind}{of} are in {file}.", err=True)
    click.echo(f"What changes from now on: --since {made['archive']['cursor']}", err=True)


def _web_archive(archive: Archive, file: Path, format_: str, selection: Selection) -> None:
    from archive.snapshot import snapshot

    writer = importlib.import_module(f"archive.interchange.{format_}")
    with bar("Exporting") as progress, snapshot(archive):
        made = writer.export(archive, file, selection.filters, selection.query, progress)
    click.echo(
        f"{made.captures:,} captures are in {file}: {made.records:,} records,"
        f" {made.bytes:,} bytes, {made.sha256}",
        err=True,
    )


def _given(**options: Any) -> dict[str, Any]:
    """What was typed, under the names of the options; what was not is left out."""
    names = {target: name for name, target in _TYPED.items()} | {"after": "since"}
    return {
        names.get(name, name): list(value) if isinstance(value, tuple) else value
        for name, value in options.items()
        if value not in (None, (), False)
    }


def _check(format_: str, file: Path, archive_path: Path, versions: bool, after: str | None) -> None:
    """InputError for a FILE or options that do not go with FORMAT."""
    from archive.export.dataset import beside
    from archive.export.files import check_target

    if format_ not in _DATASETS and (versions or after is not None):
        option = "--versions" if versions else "--since"
        raise InputError(
            f"{option} is for rows, and {format_} holds captures.",
            "Leave it out: all captures of the selected articles are written.",
        )
    if str(file) == "-":
        if format_ not in _TEXTS:
            raise InputError(f"{format_} cannot be printed.", "Name a file.")
        return
    check_target(file, archive_path)
    for target in beside(file):
        check_target(target, archive_path)
    _check_name(format_, file)


def _check_name(format_: str, file: Path) -> None:
    """InputError for a name that says another format."""
    ending = file.suffix.lower()
    if format_ == "warc" and ending == ".gz":
        ending = Path(file.stem).suffix.lower()
    if ending in (".gz", ".zst", ".zip", ".bz2", ".xz"):
        hint = f" `luutru export {format_} - | gzip > {file}` compresses it."
        raise InputError(
            f"{format_} is not compressed as the name {file.name} says.",
            f"Name it {file.stem}.{hint if format_ in _TEXTS else ''}",
        )
    if _ENDINGS.get(ending, format_) != format_:
        raise InputError(
            f"The name {file.name} says {_ENDINGS[ending]}, but {format_} is asked for.",
            f"Call `luutru export {_ENDINGS[ending]} {file}`, or name {file.stem}.{format_}.",
        )
