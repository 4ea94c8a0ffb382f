"""Which encoding a page is in. It stands in `archive`, because the reader's replay needs it too."""

from archive.encoding import decode, lookup

__all__ = ["decode", "lookup"]
