"""One state of the archive for several statements, while a crawl goes on beside them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive.db import Archive


@contextmanager
def snapshot(archive: Archive) -> Iterator[None]:
    """All that is read inside is of one moment (WAL: nobody waits); a transaction is one anyway."""
    if archive.conn.in_transaction:
        yield
        return
    archive.conn.execute("BEGIN")
    try:
        yield
    finally:
        if not archive.closed:  # an iterator may outlive the archive that it was reading
            archive.conn.execute("COMMIT")
