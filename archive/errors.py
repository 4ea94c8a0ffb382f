"""What can go wrong that a user can mend.

    LuutruError
    ├── ArchiveError          the file: missing, foreign, damaged, locked, newer, read-only, full
    │   └── NewerArchiveError
    ├── UnknownReferenceError a REF, site, version or capture that the archive does not hold
    ├── WithdrawnError        what was withdrawn from the archive, and is there no more
    ├── QueryError            a search that cannot be read; knows the place
    ├── ProfileError          a site's TOML; knows file and key
    ├── InputError            a file, date, URL or option that cannot be used
    └── CrawlError            a crawl that cannot begin: host locked, robots.txt out of reach, …

Every message ends with the next step. Bugs are not wrapped: they keep their traceback.
"""

from __future__ import annotations


class LuutruError(Exception):
    """The root: *what* went wrong and the *next* step, each one sentence.

    ``exit_status`` is what a command returns for it (2: the call or its input is at fault).
    """

    exit_status = 2

    def __init__(self, what: str, next_step: str = "") -> None:
        super().__init__(what if not next_step else f"{what} {next_step}")
        self.what = what
        self.next_step = next_step


class ArchiveError(LuutruError):
    """The archive file cannot be used as it is."""


class NewerArchiveError(ArchiveError):
    """The archive was written by a later release, with migrations that this one does not know."""


class UnknownReferenceError(LuutruError):
    """No such article, version, capture or site in this archive."""


class WithdrawnError(LuutruError):
    """It was here and was withdrawn; the message says when and why."""


class QueryError(LuutruError):
    """A query that cannot be read; *position* is the offset of the character at fault."""

    def __init__(self, what: str, next_step: str = "", *, query: str = "", position: int = 0):
        super().__init__(what, next_step)
        self.query = query
        self.position = position


class ProfileError(LuutruError):
    """A site's profile is wrong; names the file and the key."""

    def __init__(self, what: str, next_step: str = "", *, file: str = "", key: str = ""):
        super().__init__(": ".join(filter(None, (file, key, what))), next_step)
        self.file = file
        self.key = key


class InputError(LuutruError):
    """A file, date, address or option that cannot be used."""


class CrawlError(LuutruError):
    """A crawl that cannot begin or go on."""

    exit_status = 1
