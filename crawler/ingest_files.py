"""The files of an import: what each is, and the looks that it holds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from archive.errors import InputError
from archive.interchange.grouping import Group, groups
from archive.interchange.looks import Look, look, site_of
from archive.interchange.reading import Incoming, Records, Skipped, Wrong
from archive.interchange.unpacking import is_zip, unpacked
from crawler.ingest_result import FileResult


@dataclass(frozen=True, slots=True)
class Told:
    """What a file of ours says of one of its sites."""

    site: Mapping[str, str | None]


Show = Callable[[int, int], None]
Item = Look | Told | Skipped | Wrong


class SourceFile:
    """A WARC or WACZ; ``done`` tells how many of its ``size`` bytes were read."""

    def __init__(self, path: Path) -> None:
        """InputError if it is no file that can be read, empty, or of another format."""
        self.path = path
        with _readable(path):
            if path.is_dir():
                raise InputError(f"{path} is a folder.", "Name the WARC or WACZ files in it.")
            self.size = path.stat().st_size
            self.is_wacz = self.size > 0 and is_zip(path)
            self._check()
        self._before = 0
        self._records: Records | None = None

    @property
    def done(self) -> int:
        return min(self.size, self._before + (self._records.consumed if self._records else 0))

    def items(self) -> Iterator[Item]:
        """All that it holds, in its order. InputError if a WACZ turns out to be damaged."""
        try:
            yield from self._of_wacz() if self.is_wacz else self._of_warc()
        finally:
            self._before, self._records = self.size, None

    def _of_warc(self) -> Iterator[Item]:
        with self.path.open("rb") as raw:
            self._records = Records(raw, self.path.name)
            yield from _looks(self._records)

    def _of_wacz(self) -> Iterator[Item]:
        with unpacked(self.path) as wacz:
            for part in wacz.parts():
                if not wacz.agrees(part):
                    why = f"{part.path}: its digest in datapackage.json is another"
                    yield Wrong("damaged", why, 0)
                with wacz.open(part) as raw:
                    self._records = Records(raw, f"{self.path.name}: {part.path}")
                    for item in _looks(self._records):
                        if isinstance(item, Wrong):
                            item = replace(item, why=f"{part.path}: {item.why}")
                        yield item
                self._before += self._records.consumed
                self._records = None

    @cached_property
    def sha256(self) -> str:
        """The digest of the whole file, ``sha256:<hex>``."""
        with self.path.open("rb") as raw:
            return f"sha256:{hashlib.file_digest(raw, 'sha256').hexdigest()}"

    def _check(self) -> None:
        if self.is_wacz:
            with unpacked(self.path) as wacz:
                wacz.parts()
            return
        with self.path.open("rb") as raw:
            Records(raw, str(self.path)).check()


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise InputError(f"There is no file {path}.", "Check the name and the folder.") from error
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror}.", "Check its rights and its disk."
        ) from error


def _looks(records: Iterable[Incoming | Skipped | Wrong]) -> Iterator[Item]:
    for one in groups(records):
        if isinstance(one, Group):
            yield look(one)
        elif isinstance(one, Incoming):
            told = site_of(one)
            yield told if isinstance(told, Wrong) else Told(told)
        else:
            yield one


def checked(files: Sequence[Path]) -> tuple[list[FileResult], list[SourceFile | None]]:
    """A result for each file, and the files that can be read; InputError if none can."""
    results, sources, errors = [], [], []
    for path in dict.fromkeys(files):
        result, source = FileResult(path), None
        try:
            source = SourceFile(path)
        except InputError as error:
            result.fault = str(error)
            errors.append(error)
        results.append(result)
        sources.append(source)
    if len(errors) == len(results):
        raise InputError(" ".join(error.what for error in errors), errors[0].next_step)
    return results, sources


def summed(show: Show, sources: Sequence[SourceFile | None]) -> Callable[[], None]:
    """Tells how many kB of all files were read."""
    there = [source for source in sources if source is not None]
    total = sum(source.size for source in there)
    return lambda: show(sum(source.done for source in there) // 1000, total // 1000)
