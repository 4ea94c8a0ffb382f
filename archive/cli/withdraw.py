"""`luutru withdraw`: take text and payloads out of the archive, for good."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.cli.agent import agent_of, agent_option, required
from archive.cli.options import archive_option, opened
from archive.cli.output import output_format, print_rows
from archive.cli.progress import bar
from archive.errors import InputError

if TYPE_CHECKING:
    from archive.db import Archive
    from archive.ops.withdraw_plan import Plan
    from archive.ops.withdraw_quotes import Quote


@click.command(
    "withdraw",
    epilog="""\b
Examples:
  luutru withdraw 54c497b62736f0a1 --reason "Đơn số 12 của người được nêu tên" --dry-run
  luutru withdraw --url https://example.org/anh/7.jpg --reason "Ảnh trẻ em" --by "Lò Thị Mây"
  luutru withdraw --capture 120 --capture 131 --reason "Trang mục còn nêu tên" --yes
  luutru withdraw --clean
""",
)
@click.argument("ref", required=False)
@click.option("--url", metavar="URL", help="All captures of that page, which shows no article.")
@click.option(
    "--capture",
    "captures",
    multiple=True,
    metavar="N",
    help="What that capture brought, by number or identity; may be repeated.",
)
@click.option("--reason", metavar="TEXT", help="Why; kept and shown in its place.")
@agent_option
@click.option("--dry-run", is_flag=True, help="Tell what would go; change nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--clean", is_flag=True, help="Only write the file anew, if that was cut off.")
@archive_option()
@output_format()
def command(
    ref: str | None,
    url: str | None,
    captures: tuple[str, ...],
    clean: bool,
    archive_path: Path,
    fmt: str,
    **options: Any,
) -> None:
    """Withdraw the article that REF means, or what a captured page or photo brought, for good.

    Text and payloads go: all versions and addresses of an article, its photos, its words in the
    index. Digests, addresses and times stay, with the reason, so that seals hold. Closed pages are
    not asked for again, and no import or reparse brings the text back. Then the file is written
    anew. Nothing reaches backups, exports, and pages that quote the title: those are named.
    """
    named = sum((ref is not None, url is not None, bool(captures)))
    if clean:
        _clean_alone(archive_path, bool(named))
        return
    if named != 1:
        raise InputError("Name one thing to withdraw.", "REF of an article, --url or --capture.")
    why, agent = required(options["reason"] or "", "--reason"), agent_of(options["by"])
    dry_run: bool = options["dry_run"]
    with opened(archive_path, readonly=dry_run) as archive:
        make = _maker(archive, ref, url, captures)
        plan = make()
        with bar("Looking for quotes") as progress:
            quoted = _quotes(archive, plan, progress)
        print_rows(_rows(archive, plan, quoted), fmt)
        if dry_run:
            click.echo(f"{_sum(plan)} Nothing is changed.", err=True)
            return
        _ask(plan, options["yes"])
        _do(archive, make, plan, agent, why)
        _tell(archive, plan, quoted)


def _maker(
    archive: Archive, ref: str | None, url: str | None, captures: Sequence[str]
) -> Callable[[], Plan]:
    from archive.ops import withdraw_plan

    if ref is not None:
        return partial(withdraw_plan.of_article, archive, ref)
    if url is not None:
        return partial(withdraw_plan.of_page, archive, url)
    return partial(withdraw_plan.of_captures, archive, captures)


def _quotes(archive: Archive, plan: Plan, progress: Callable[[int, int], None]) -> list[Quote]:
    from archive.ops.withdraw_quotes import quotes

    return quotes(archive, plan, progress) if plan.articles else []


def _rows(archive: Archive, plan: Plan, quoted: Sequence[Quote]) -> Iterator[dict[str, Any]]:
    """What goes and what stays, a thing a row."""

    def row(fate: str, what: str, name: str, size: int | None = None) -> dict[str, Any]:
        return {"fate": fate, "what": what, "name": name, "bytes": size}

    for key in plan.articles.values():
        yield row("goes", "article", key)
    yield row("goes", "versions", str(plan.versions))
    for what, pages in (("page", plan.pages), ("photo or file", plan.photos)):
        for url in pages.values():
            yield row("closed", what, url)
    yield row("goes", "captures' content", str(plan.captures))
    for one in plan.payloads:
        yield row("goes", "payload", one.digest, one.size)
    for url in plan.also.values():
        yield row("goes", "the same bytes", url)
    for url in plan.stays.values():
        yield row("stays", "photo shown elsewhere", url)
    for key in plan.copies:
        yield row("stays", "article with the same text", key)
    for quote in quoted:
        yield row("stays", f"{quote.kind} that quotes it", quote.url)
    yield row("stays", "as proof", "digests, addresses, times, headers")


def _sum(plan: Plan) -> str:
    parts = [
        (len(plan.articles), "article"), (plan.versions, "version"), (plan.captures, "capture"),
        (len(plan.payloads), "payload"),
    ]  # fmt: skip
    told = ", ".join(f"{count:,} {name}{'s' * (count != 1)}" for count, name in parts if count)
    return f"{told} ({plan.bytes:,} bytes)."


def _ask(plan: Plan, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise InputError(
            "A withdrawal is for good, and nobody can be asked here.", "Say --yes to do it."
        )
    click.confirm(f"{_sum(plan)} Withdraw this for good?", abort=True, err=True)


def _do(archive: Archive, make: Callable[[], Plan], plan: Plan, agent: str, why: str) -> None:
    from archive.ops.cleaning import clean
    from archive.ops.withdraw import withdraw

    with bar("Encoding anew") as progress:
        number, done = withdraw(archive, make, plan, agent, why, progress)
    click.echo(f"Withdrawal {number}: {_sum(done)}", err=True)
    try:
        with bar("Writing the file anew") as progress:
            clean(archive, progress)
    except KeyboardInterrupt:
        click.echo("It is withdrawn; `luutru withdraw --clean` writes the file anew.", err=True)
        raise


def _tell(archive: Archive, plan: Plan, quoted: Sequence[Quote]) -> None:
    """What the withdrawal did not reach, and what does."""
    from archive.ops.cleaning import beyond

    for key in plan.copies:
        click.echo(f"Has the same text: luutru withdraw {key}", err=True)
    for quote in quoted:
        click.echo(f"Still quotes the title: {quote.url}: {quote.command()}", err=True)
    for path in beyond(archive):
        click.echo(f"May still hold it: {path}, from before a migration.", err=True)
    click.echo("Backups and exports made before this may hold it too: see to them.", err=True)


def _clean_alone(archive_path: Path, named: bool) -> None:
    from archive.ops.cleaning import clean

    if named:
        raise InputError("--clean withdraws nothing.", "Leave it out, or what is to be withdrawn.")
    with opened(archive_path, readonly=False) as archive, bar("Writing the file anew") as progress:
        waiting = clean(archive, progress)
    done = "1 withdrawal" if waiting == 1 else f"{waiting:,} withdrawals"
    click.echo(f"{archive_path} is written anew; {done} had waited for it.", err=True)
