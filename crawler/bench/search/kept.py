"""The archives that `luutru bench search` makes, each with a note beside it of what it is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path

from archive import index, migrations
from archive.cli.progress import Progress
from archive.db import Archive
from archive.errors import ArchiveError
from archive.types import Article
from archive.vietnamese import RULES_VERSION
from crawler.bench.search import indexing, peers
from crawler.bench.search.corpus import GENERATOR, Corpus
from crawler.bench.search.written import write


@dataclass(frozen=True)
class Built:
    """``text``: bytes that were indexed. ``index``: milliseconds an article of building the index,
    ``upkeep``: of each article that came alone. ``made_by``: the schema and rules of that."""

    seed: int
    size: int
    generator: int
    text: int
    index: float
    upkeep: Sequence[float]
    made_by: str


Bar = Callable[[str], AbstractContextManager[Progress]]
"""Makes the progress bar of a step by its name."""


def built(folder: Path, corpus: Corpus, bar: Bar, *, reindex: bool) -> tuple[Path, Built]:
    """The archive of *corpus* in *folder*, which is made if none is there that fits.

    Its index is built anew if another release built it, or with *reindex*.
    """
    path = folder / f"search-{corpus.size}.db"
    note = path.with_suffix(".json")
    known = _known(note, corpus) if path.exists() else None
    if known is None:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        note.unlink(missing_ok=True)
        with bar(f"Writing {corpus.size:,} articles") as progress:
            text = write(path, corpus, progress)
    elif not reindex and known.made_by == _makers() and _complete(path):
        return path, known
    else:
        text = known.text
    with bar(f"Indexing {corpus.size:,} articles") as progress:
        whole, single = indexing.build(path, corpus.size, progress)
    known = Built(corpus.seed, corpus.size, GENERATOR, text, whole, single, _makers())
    note.write_text(json.dumps(asdict(known)) + "\n", encoding="utf-8")
    for backup in folder.glob(f"{path.name}.before-*"):
        backup.unlink()  # of a migration; what can be made again needs none
    return path, known


def peer(folder: Path, corpus: Corpus, name: str, bar: Bar) -> Path:
    """The index that a peer (`fts5`, `tantivy`) makes of *corpus*, made if there is none."""
    path = folder / f"{name}-{corpus.size}"
    note = Path(f"{path}.json")
    about = {"seed": corpus.seed, "size": corpus.size, "generator": GENERATOR}
    if note.exists() and json.loads(note.read_text(encoding="utf-8")) == about:
        return path
    note.unlink(missing_ok=True)
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    with bar(f"{peers.NAMES[name]} of {corpus.size:,} articles") as progress:
        peers.BUILD[name](path, _counted(corpus, progress))
    note.write_text(json.dumps(about) + "\n", encoding="utf-8")
    return path


def _counted(corpus: Corpus, progress: Progress) -> Iterator[tuple[int, Article]]:
    """The articles by their row numbers in the archive."""
    for number, made in enumerate(corpus, 1):
        yield number, made.article
        progress(number, corpus.size)


def _known(note: Path, corpus: Corpus) -> Built | None:
    """What the note says, if it is of this corpus."""
    try:
        known = Built(**json.loads(note.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    fits = (known.seed, known.size, known.generator) == (corpus.seed, corpus.size, GENERATOR)
    return known if fits else None


def _makers() -> str:
    return f"{migrations.NAMES[-1]}, rules {RULES_VERSION}"


def _complete(path: Path) -> bool:
    with Archive.open(path) as archive:
        try:
            index.require(archive)
        except ArchiveError:
            return False
    return True
