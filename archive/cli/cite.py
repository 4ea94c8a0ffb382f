"""`luutru cite`: the reference to one capture, its bundle, and the seal to keep elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.cli.options import archive_option, opened
from archive.cli.output import output_format, print_rows, to_json
from archive.errors import InputError

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.proof.citation import Language, Reference


@click.command(
    "cite",
    epilog="""\b
Examples:
  luutru cite 54c497b62736f0a1
  luutru cite 54c497b62736f0a1 1 --bundle hoi-nghi.json
  luutru cite 54c497b62736f0a1 --capture 2026-03-01T08:30 --language vi
  luutru cite --seal
  luutru cite --script
""",
)
@click.argument("ref", required=False)
@click.argument("version", type=int, required=False)
@click.option(
    "--capture",
    "moment",
    metavar="TIME",
    help="The capture nearest to TIME, Vietnamese if it names no offset.",
)
@click.option(
    "--bundle",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the capture, its payload and the proof into FILE (JSON).",
)
@click.option(
    "--chain/--no-chain",
    default=None,
    help="In the bundle all seals that follow, or none. [all, if they are not more than 200]",
)
@click.option(
    "--language",
    type=click.Choice(["en", "vi"]),
    default="en",
    show_default=True,
    help="Of the words in the reference.",
)
@click.option("--seal", is_flag=True, help="Print the newest seal, to be kept elsewhere.")
@click.option("--script", is_flag=True, help="Print the program that checks a bundle.")
@archive_option()
@output_format()
def command(  # noqa: PLR0913 - one parameter an option, as click hands them over
    ref: str | None,
    version: int | None,
    moment: str | None,
    file: Path | None,
    chain: bool | None,
    language: Language,
    seal: bool,
    script: bool,
    archive_path: Path,
    fmt: str,
) -> None:
    """Refer to one capture of the article that REF means: the first that shows VERSION, by number.

    Without VERSION that is the current one. The reference ends with a citation, which is a REF
    itself: `luutru show` with the whole reference finds that version again. A bundle shows to
    anyone, offline, that the capture stands under a seal; README says what a seal proves.
    """
    if sum((ref is not None, seal, script)) != 1:
        raise InputError("Nothing to cite." if ref is None else "REF, --seal and --script are three"
                         " calls.", "Name an article: `luutru cite REF`.")  # fmt: skip
    if script:
        from archive.proof.bundle import script as text

        click.echo(text(), nl=False)
        return
    with opened(archive_path) as archive:
        if ref is None:
            _print_seal(archive, fmt)
        else:
            _cite(archive, ref, version, moment, (file, chain), (language, fmt))


def _cite(
    archive: Archive,
    ref: str,
    version: int | None,
    moment: str | None,
    wanted: tuple[Path | None, bool | None],
    printed: tuple[Language, str],
) -> None:
    from archive.proof.citation import refer

    reference = refer(archive, ref, version, moment)
    file, chain = wanted
    if file is not None:
        _write(archive, reference, file, chain)
    language, fmt = printed
    if fmt == "table":
        click.echo(reference.text(language))
    elif fmt == "json":
        click.echo(to_json(reference.to_json(), indent=2))
    else:
        print_rows([reference.to_json()], fmt)
    if reference.seal is None:
        click.echo("Its crawl has not ended: it stands under no seal yet.", err=True)


def _write(archive: Archive, reference: Reference, file: Path, chain: bool | None) -> None:
    from archive.proof import bundle

    made = bundle.bundle(archive, reference, chain=chain)
    size = bundle.write(archive, made, file)
    number = len(made["seals"])
    seals = "1 seal" if number == 1 else f"{number:,} seals"
    gone = "" if made["payload"]["gzip"] else "; its payload was withdrawn"
    click.echo(f"{file}: {size:,} bytes, {seals}{gone}. `luutru cite --script` prints what checks"
               " it.", err=True)  # fmt: skip


def _print_seal(archive: Archive, fmt: str) -> None:
    """The newest seal of this archive: who holds its digest holds all before it."""
    row = archive.conn.execute(
        """SELECT count(*) AS seals, sum(leaves) AS captures, digest, max(id), time FROM seal
           WHERE archive_id = ?""",
        (archive.id,),
    ).fetchone()
    if not row["seals"]:
        raise InputError("Nothing is sealed here yet.", "A crawl or an import is, when it ends.")
    said: dict[str, Any] = {"archive": archive.id, "seal": row["digest"], "time": row["time"],
                            "seals": row["seals"], "captures": row["captures"]}  # fmt: skip
    print_rows([said], fmt)
