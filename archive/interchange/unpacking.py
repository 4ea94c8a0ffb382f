"""A WACZ (1.1.1) -> the WARC files in it, read where they are: nothing is unpacked to the disk."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from archive.errors import InputError

LARGEST_PACKAGE = 16 << 20  # bytes of datapackage.json
MOST_EXPANDED = 200  # times; a plain WARC of pages takes a tenth when compressed
SMALL = 100 << 20  # what may expand more than that

_WARC = re.compile(r"(?:^|/)[^/]+\.warc(?:\.gz|\.zst)?$", re.I)
_ENCRYPTED = 0x1
_LOCAL = struct.Struct("<26xHH")  # of a member's own header: the lengths of its name and extra
_AGAIN = "Ask for a WACZ that is whole, or import the WARC files that it was made of."


@dataclass(frozen=True, slots=True)
class Part:
    """One WARC of a WACZ: its path in there, its bytes, and the digest that is claimed of it."""

    path: str
    size: int
    claimed: str | None  # sha256:<hex>


def is_zip(path: Path) -> bool:
    """Whether the file begins as a zip."""
    with path.open("rb") as file:
        return file.read(4) in (b"PK\3\4", b"PK\5\6")


@contextmanager
def unpacked(path: Path) -> Iterator[Wacz]:
    """The WACZ at *path*, checked before anything of it is read.

    InputError if it is damaged, encrypted, no WACZ, expands beyond measure, or holds a path that
    leaves it (whoever unpacks it elsewhere would lose files by that).
    """
    try:
        with zipfile.ZipFile(path) as file:
            _check(path, file.infolist())
            yield Wacz(path, file)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
        raise InputError(f"{path} is a damaged zip: {error}.", _AGAIN) from error


class Wacz:
    """An open WACZ."""

    def __init__(self, path: Path, file: zipfile.ZipFile) -> None:
        self._path = path
        self._file = file

    def parts(self) -> list[Part]:
        """Its WARC files in the order of their names; InputError if there is none."""
        claims = self._claims()
        found = sorted(
            (one for one in self._file.infolist() if _WARC.search(one.filename)),
            key=lambda one: one.filename,
        )
        if not found:
            raise InputError(f"{self._path} is a zip without a WARC in it.", _AGAIN)
        return [Part(one.filename, one.file_size, claims.get(one.filename)) for one in found]

    @contextmanager
    def open(self, part: Part) -> Iterator[IO[bytes]]:
        """The bytes of a part, with ``peek``.

        Stored as they should be (WACZ, 5.2.2), they come as they are: zipfile would not give the
        last of them if the zip's checksum is another, and records prove themselves.
        """
        info = self._file.getinfo(part.path)
        if info.compress_type != zipfile.ZIP_STORED:
            with self._file.open(info) as raw:
                yield raw
            return
        with self._path.open("rb") as file:
            file.seek(info.header_offset)
            head = file.read(_LOCAL.size)
            if len(head) < _LOCAL.size or not head.startswith(b"PK\3\4"):
                raise zipfile.BadZipFile(f"no file header for {part.path!r}")
            file.seek(sum(_LOCAL.unpack(head)), os.SEEK_CUR)
            yield cast("IO[bytes]", io.BufferedReader(_Slice(file, info.file_size), 1 << 16))

    def agrees(self, part: Part) -> bool:
        """Whether the bytes have the digest that datapackage.json claims, if it claims one."""
        if part.claimed is None:
            return True
        with self._file.open(part.path) as raw:
            made = hashlib.sha256()
            while data := raw.read(1 << 20):
                made.update(data)
        return part.claimed == f"sha256:{made.hexdigest()}"

    def _claims(self) -> dict[str, str]:
        """Path -> digest, of datapackage.json as far as it can be read."""
        try:
            with self._file.open("datapackage.json") as raw:
                package = json.loads(raw.read(LARGEST_PACKAGE))
            return {
                str(one["path"]): str(one["hash"]).lower().replace("sha-256", "sha256")
                for one in package["resources"]
                if str(one.get("hash", "")).lower().replace("-", "").startswith("sha256:")
            }
        except (KeyError, ValueError, TypeError, AttributeError):
            return {}


class _Slice(io.RawIOBase):
    """The next *size* bytes of a file."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file = file
        self._left = size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(min(len(buffer), self._left))
        buffer[: len(data)] = data
        self._left -= len(data)
        return len(data)


def _check(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    for one in entries:
        name = one.filename
        parts = name.replace("\\", "/").split("/")
        if name.startswith(("/", "\\")) or ".." in parts or re.match(r"[A-Za-z]:", name):
            raise InputError(
                f"{path} holds a path that leaves it: {name!r}; nothing of it was read.", _AGAIN
            )
        if stat.S_ISLNK(one.external_attr >> 16):
            raise InputError(
                f"{path} holds a symbolic link, {name!r}; nothing of it was read.", _AGAIN
            )
        if one.flag_bits & _ENCRYPTED:
            raise InputError(f"{path} is encrypted.", "Unpack it with its password first.")
        if one.file_size > SMALL and one.file_size > MOST_EXPANDED * max(one.compress_size, 1):
            raise InputError(
                f"{path} would expand {name!r} from {one.compress_size:,} to {one.file_size:,} "
                "bytes; nothing of it was read.",
                _AGAIN,
            )
