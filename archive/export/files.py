"""A file that is there whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from archive.errors import InputError


@contextmanager
def whole(path: Path) -> Iterator[TextIO]:
    """A text file (UTF-8, line ends as written) that takes *path*'s place at the end.

    Until then, and after any error, what was at *path* stays as it was. InputError if the folder
    cannot be written to or is full.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if path.is_dir():
            raise InputError(f"{path} is a folder.", "Name a file in it.")
        with part.open("x", encoding="utf-8", newline="") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    except OSError as error:
        raise _told(error, path) from error
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


def _told(error: OSError, path: Path) -> Exception:
    if error.errno == errno.ENOSPC:
        return InputError(f"The disk is full, so {path} was not written.", "Make room there.")
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return InputError(f"There is no folder {path.parent}.", "Make it, or name another file.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return InputError(f"{path.parent} cannot be written to.", "Name a file elsewhere.")
    return error
