"""`luutru evaluate`: scores of a corpus by field, time a page, the worst pages, a floor."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from archive.cli.output import output_format, print_rows
from archive.cli.progress import bar
from crawler.commands.options import sites_option

if TYPE_CHECKING:
    from crawler.evaluation.corpus import Corpus
    from crawler.evaluation.marks import Mark
    from crawler.evaluation.predicting import Prediction
    from crawler.evaluation.scores import Score

OURS = "luutru"


@dataclass(frozen=True, slots=True)
class _Run:
    """One reader over one corpus."""

    by: str
    predictions: list[Prediction]
    marks: list[Mark]
    scores: dict[str, Score]

    @property
    def milliseconds(self) -> float:
        return statistics.median(one.seconds for one in self.predictions) * 1e3

    @property
    def bare(self) -> float:
        return statistics.median(one.bare for one in self.predictions) * 1e3


@click.command(
    "evaluate",
    epilog="""\b
Examples:
  luutru evaluate corpora/vi corpora/other --floor tests/floors.toml
  luutru evaluate corpora/vi --worst 10 --peer trafilatura --format json
""",
)
@click.argument(
    "corpora",
    metavar="CORPUS...",
    nargs=-1,
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
)
@click.option("--site", "slug", metavar="SITE", help="Read by this site's profile.")
@click.option("--peer", "peers", multiple=True, help="Beside us: trafilatura or newspaper4k.")
@click.option("--worst", type=click.IntRange(min=0), default=0, metavar="N", help="Dearest losses.")
@click.option(
    "--predictions",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what was read: one JSON object a page.",
)
@click.option(
    "--floor",
    type=click.Path(dir_okay=False, path_type=Path),
    help="TOML of the lowest scores allowed; below them the status is 1.",
)
@sites_option
@output_format()
@click.pass_context
def command(  # noqa: PLR0913 - one parameter an option, as click hands them over
    ctx: click.Context,
    corpora: tuple[Path, ...],
    slug: str | None,
    peers: tuple[str, ...],
    worst: int,
    predictions: Path | None,
    floor: Path | None,
    sites_dirs: tuple[Path, ...],
    fmt: str,
) -> None:
    """Score how well the pages of each CORPUS are read, field by field.

    A corpus is a folder with truth.jsonl (one JSON object a page: id, file, url, and the fields
    that are known) and the pages that it names. 1 is right in every page; of `leak`, captions that
    were left in the body, 0 is.
    """
    from crawler.evaluation.corpus import load
    from crawler.evaluation.scores import fallen, floors

    readers = _readers(peers)
    profile = _profile(slug, sites_dirs)
    rows: list[dict[str, Any]] = []
    below: list[str] = []
    written: list[str] = []
    for folder in corpora:
        corpus = load(folder)
        for by, reader in readers:
            run = _run(corpus, by, reader, profile)
            rows.append(_row(corpus, run, fmt))
            if by == OURS:
                _tell_worst(corpus, run, worst)
                written += [_json(one.value) for one in run.predictions]
                lowest = floors(floor, corpus.name) if floor else {}
                below += [f"{corpus.name}: {told}" for told in fallen(run.scores, lowest)]
    if predictions is not None:
        _write(predictions, written)
    print_rows(_same_columns(rows), fmt)
    for told in below:
        click.echo(f"Below the floor: {told}", err=True)
    ctx.exit(1 if below else 0)


def _readers(peers: Sequence[str]) -> list[tuple[str, Any]]:
    from crawler.evaluation.peers import NAMES, reader

    for name in peers:
        if name not in NAMES:
            raise click.UsageError(f"No peer is called {name!r}; there are {', '.join(NAMES)}.")
    return [(OURS, None), *((name, reader(name)) for name in peers)]


def _profile(slug: str | None, sites_dirs: tuple[Path, ...]) -> Any:
    from crawler.profile import load

    return load(slug, sites_dirs) if slug else None


def _run(corpus: Corpus, by: str, reader: Any, profile: Any) -> _Run:
    from crawler.evaluation.marks import marks
    from crawler.evaluation.predicting import predict, predict_by
    from crawler.evaluation.scores import scores

    predictions: list[Prediction] = []
    found: list[Mark] = []
    with bar(f"{corpus.name} by {by}") as progress:
        for number, case in enumerate(corpus.cases, 1):
            one = predict_by(reader, case) if reader else predict(case, profile)
            predictions.append(one)
            found += marks(case.id, case.truth, one.value)
            progress(number, len(corpus.cases))
    return _Run(by, predictions, found, scores(found))


def _row(corpus: Corpus, run: _Run, fmt: str) -> dict[str, Any]:
    row: dict[str, Any] = {"corpus": corpus.name, "by": run.by, "pages": len(corpus.cases)}
    row |= {field: round(score.value, 4) for field, score in run.scores.items()}
    row["ms a page"] = round(run.milliseconds, 2)
    row["of bare parse"] = round(run.milliseconds / run.bare, 1) if run.bare else None
    if fmt != "table":
        row["truths"] = {field: score.n for field, score in run.scores.items()}
        row["digest"] = corpus.digest
    return row


def _same_columns(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    from crawler.evaluation.scores import ORDER

    last = [key for key in rows[0] if key not in ORDER]
    fields = [key for key in ORDER if any(key in row for row in rows)]
    keys = [*last[:3], *fields, *last[3:]]
    return [{key: row.get(key) for key in keys} for row in rows]


def _tell_worst(corpus: Corpus, run: _Run, limit: int) -> None:
    from crawler.evaluation.scores import worst

    for loss in worst(run.marks, limit):
        click.echo(f"{corpus.name} {loss.id} {loss.field} -{loss.lost:.2f} {loss.why}", err=True)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _write(path: Path, lines: list[str]) -> None:
    from archive.export.files import whole

    with whole(path) as out:
        out.writelines(f"{line}\n" for line in lines)
