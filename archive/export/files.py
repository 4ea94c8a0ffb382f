"""A file that is there whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path
from typing import TextIO

from archive.errors import InputError
from archive.opening import APPLICATION_ID


@contextmanager
def whole(path: Path) -> Iterator[TextIO]:
    """A text file (UTF-8, line ends as written) that takes *path*'s place at the end."""
    with replacing(path) as part, part.open("x", encoding="utf-8", newline="") as out:
        yield out


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """The name of a new file beside *path*, which takes its place at the end, on the disk.

    Until then, and after any error, what was at *path* stays as it was. InputError if the folder
    cannot be written to or is full.
    """
    if path.is_symlink():  # it stays: what it leads to is replaced
        path = Path(os.path.realpath(path))
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if path.is_dir():
            raise _folder(path)
        _clear(path)
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(path)
    except OSError as error:
        raise _told(error, path) from error
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def check_target(path: Path, archive: Path) -> None:
    """InputError if something is at *path* that an export must not replace.

    That is the *archive*, what SQLite keeps beside it, any other archive, a device or a pipe.
    """
    for end in ("", "-wal", "-shm"):
        own = archive.with_name(archive.name + end)
        same = path.exists() and own.exists() and path.samefile(own)
        if same or path.resolve() == own.resolve():
            raise InputError(
                f"{path} {'belongs to' if end else 'is'} the archive itself.", "Name another file."
            )
    if path.is_dir():
        raise _folder(path)
    if not path.exists():
        return
    if not path.is_file():
        raise InputError(
            f"{path} is no plain file, so it cannot be replaced.",
            "Name a file, or - for standard output.",
        )
    if not os.access(path, os.R_OK | os.W_OK):
        raise InputError(f"{path} is protected from you.", "Name another file, or remove it.")
    if _is_archive(path):
        raise InputError(
            f"{path} is an archive, which would be lost.", "Name another file, or move it away."
        )


def _is_archive(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(72)  # the application's number ends at byte 72: sqlite.org/fileformat2
    return head[:15] == b"SQLite format 3" and head[68:72] == APPLICATION_ID.to_bytes(4, "big")


def _clear(path: Path) -> None:
    """Remove what a killed export of *path* has left."""
    for part in path.parent.glob(f".{escape(path.name)}.*.part"):
        number = part.name.rsplit(".", 2)[1]
        if number.isascii() and number.isdecimal() and not _runs(int(number)):
            part.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _folder(path: Path) -> InputError:
    return InputError(f"{path} is a folder.", "Name a file in it.")


def _told(error: OSError, path: Path) -> Exception:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return InputError(f"The disk is full, so {path} was not written.", "Make room there.")
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return InputError(f"There is no folder {path.parent}.", "Make it, or name another file.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return InputError(f"{path.parent} cannot be written to.", "Name a file elsewhere.")
    if error.errno in (errno.EFBIG, errno.EIO):
        return InputError(
            f"{path} was not written: {os.strerror(error.errno).lower()}.",
            "Name a file on another disk.",
        )
    return error
